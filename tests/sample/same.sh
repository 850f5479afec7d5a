#!/bin/sh
# sample.db is what tests/sample/make makes today, has no fault and no journal.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
# The sanitizers see the same forms filled by tests/domain.
case $B in */san) exit 0 ;; esac
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
# Nobody real: every ID number has region 649999, every telephone is 199000000xx.
real=$(sqlite3 sample.db "SELECT value FROM (SELECT value FROM ruhu_change
	UNION SELECT value FROM ruhu_draft_answer) WHERE value NOT GLOB '*[^0-9X]*' AND
	(length(value) IN (18, 20, 22) AND value NOT GLOB '649999*' OR
	length(value) = 11 AND value NOT GLOB '199000000[0-9][0-9]')")
[ -z "$real" ] || {
	echo "not synthetic: $real"
	exit 1
}
ids=$(sqlite3 sample.db "SELECT count(*) FROM household_survey__member WHERE id_number GLOB '649999*'")
[ "$ids" -ge 200 ]
