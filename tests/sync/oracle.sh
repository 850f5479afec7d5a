#!/bin/sh
# Sites that exchange files badly end up the same (tools/oracle.c says how): as many seeds
# as 10 s allow (sanitized, 5), and a few of them through the program itself
# (oracle.py). `make oracle`
# plays 2,000, `make soak` 10,000.
cd "$(dirname "$0")/../.." && . tests/cli/lib
# In memory where that is possible: a disk would only wait for itself.
[ -w /dev/shm ] && { rm -rf "$T"; T=$(mktemp -d -p /dev/shm); }
HOME=$T/home
seconds=10
case $B in */san) seconds=5; set -- "${1:-2}" ;; esac
mkdir "$HOME" "$T/world"
python3 tests/sync/oracle.py "$bin" tests/cli/forms/small.yaml "$T/world" "${1:-4}" && "$B/tools/oracle" -t $seconds 2000
