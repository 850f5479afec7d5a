#!/bin/sh
# kill -9 while records are keyed, 200 times: every field that was acknowledged is
# there afterwards, nothing is half saved, and the database is whole.
cd "$(dirname "$0")/../.." && . tests/cli/lib
code 0 ruhu -d "$T/a.db" form add tests/cli/forms/small.yaml
exec python3 tests/cli/kill.py "$bin" "$T/a.db" "${KILLS:-200}"
