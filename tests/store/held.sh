#!/bin/sh
# Somebody else holds the database for a while.
cd "$(dirname "$0")/../.." && . tests/cli/lib
exec python3 tests/store/held.py "$bin" "$T" tests/cli/forms/small.yaml
