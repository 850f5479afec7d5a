#!/bin/sh
# People key while a file is merged. `sh tests/sync/busy.sh 30 3300` is the full size.
cd "$(dirname "$0")/../.." && . tests/cli/lib
exec python3 tests/sync/busy.py "$bin" "$T" "${1:-5}" "${2:-120}"
