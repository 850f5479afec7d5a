#!/bin/sh
# Sites that exchange files badly end up the same (oracle.py says how). As many
# seeds as 25 s allow; `sh tests/sync/oracle.sh 10000 1` for a long night.
cd "$(dirname "$0")/../.." && . tests/cli/lib
# In memory where that is possible: a disk would only wait for itself.
[ -w /dev/shm ] && { rm -rf "$T"; T=$(mktemp -d -p /dev/shm); }
HOME=$T/home
mkdir "$HOME" "$T/world"
python3 tests/sync/oracle.py "$bin" tests/cli/forms/small.yaml "$T/world" "${1:-60}" ${2:-}
