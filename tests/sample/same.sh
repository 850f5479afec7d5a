#!/bin/sh
# sample.db is what tests/sample/make makes today, has no fault and no journal.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
[ ! -e sample.db-wal ]
sh tests/sample/make "$tmp/again.db" >"$tmp/out" || {
	cat "$tmp/out"
	exit 1
}
python3 tests/sample/dump.py sample.db >"$tmp/was"
python3 tests/sample/dump.py "$tmp/again.db" >"$tmp/is"
[ "$(wc -l <"$tmp/was")" -gt 5000 ]
if ! cmp -s "$tmp/was" "$tmp/is"; then
	echo "sample.db is not what tests/sample/make makes; run 'make sample'"
	diff "$tmp/was" "$tmp/is" | head -n 20
	exit 1
fi
# The household of the manuals, and incomes as the forms compute them.
row=$(sqlite3 sample.db "SELECT head_name FROM household_survey WHERE household_id = '640181001013-0042'")
[ "$row" = 马秀兰 ]
sqlite3 sample.db "SELECT count(*) FROM household_survey WHERE per_capita_net > 0" >"$tmp/n"
[ "$(cat "$tmp/n")" -ge 58 ]
# Nobody real: no other region, no other telephone.
! sqlite3 sample.db .dump | grep -oE "[1-8][0-9]{5}(19|20)[0-9]{9}[0-9X]" | grep -v '^649999' | grep .
! sqlite3 sample.db .dump | grep -oE "'1[3-9][0-9]{9}'" | grep -v "'199000000[0-9][0-9]'" | grep .
