#!/bin/sh
# Two people in one household at the same time: nothing is lost, nothing is hidden.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$B/ruhu" -d "$tmp/t.db" form add forms/*.yaml >/dev/null
python3 tests/sample/people.py |
	awk '!done { print } /^set household_serial 42$/ { on = 1 } on && /^save/ { done = 1 }' |
	"$B/ruhu" -d "$tmp/t.db" fill params >/dev/null
python3 tests/domain/two.py "$B/ruhu" "$tmp/t.db"
"$B/ruhu" -d "$tmp/t.db" --lang en check four_checks | grep -q 'the database itself: 0 faults'
