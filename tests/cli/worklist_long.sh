#!/bin/sh
# Worklists of more records than are looked at at once: in the order that SQL gives them.
cd "$(dirname "$0")/../.." && . tests/cli/lib
command -v sqlite3 >/dev/null || { echo "note: skipped, no sqlite3"; exit 0; }
db=$T/a.db
code 0 ruhu -d "$db" form add tests/cli/long/house.yaml
code 0 ruhu -d "$db" worklist add tests/cli/long/work.yaml
sqlite3 "$db" <tests/cli/long/records.sql || bad "records"

# Columns of a list, and the same by SQL of our own.
order() { # NAME SQL
	code 0 ruhu -d "$db" worklist show "$1" --json
	jq -r '.columns | join(" ")' "$T/out" >"$T/have"
	sqlite3 -readonly -separator ' ' "$db" "$2" >"$T/want"
	[ -s "$T/want" ] || bad "$1: nothing by SQL"
	cmp "$T/have" "$T/want" || bad "$1: another order"
}
order walk "SELECT code FROM house WHERE ifnull(room, '') <> '0-0' ORDER BY ifnull(money, 0) < -90 DESC,
    CAST(room AS INTEGER), room, CAST(money AS INTEGER) DESC, money DESC, code, record_no"
order back "SELECT code FROM house ORDER BY CAST(room AS INTEGER) DESC, room DESC, record_no"
order visits "SELECT h.code, v.month FROM house h JOIN house__visit v USING (record_no)
    ORDER BY CAST(v.month AS INTEGER), v.month, record_no, v.row_position"
