#!/bin/sh
# age's own test vectors, from those who wrote the format.
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/sync/age_vectors.py "${B:-build}/tools/sealer"
