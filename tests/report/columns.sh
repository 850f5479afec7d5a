#!/bin/sh
# ruhu table --columns: what was asked for and nothing else, of rows with their record;
# with --labels no word of the program's own is left in English.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
cp sample.db "$db"
code 0 ruhu -d "$db" table four_checks --rows issue --columns household_id,issue_no,head_name,issue_status
sqlite3 -readonly -list -separator , -header "$db" "select f.household_id, i.issue_no, f.head_name, i.issue_status
    from four_checks__issue i join four_checks f using (record_no)
    order by record_no, i.parent_id, i.row_position" >"$T/own"
tr -d '\r' <"$T/out" | diff "$T/own" - >"$T/diff" || { cp "$T/diff" "$T/out"; bad "rows with their record"; }
code 0 ruhu -d "$db" table household_survey --jsonl --columns head_name,state
same "$(head -n 1 "$T/out" | jq -r 'keys | join(" ")')" "head_name state" "JSON"
code 1 ruhu -d "$db" table four_checks --rows issue --columns household_id,isue_no
says "there is no column 'isue_no' (did you mean 'issue_no'?)"
code 1 ruhu -d "$db" table household_survey --columns member_name
says "there is no column 'member_name'"
code 1 ruhu -d "$db" table household_survey --columns ''
says "there is no column ''"
code 0 ruhu -d "$db" --lang zh table four_checks --rows issue --labels
! head -n 1 "$T/out" | grep -q '[A-Za-z]' || bad "a heading in English"
record=$(sqlite3 -readonly "$db" "select id from ruhu_record where form = 'household_survey'
    and state = 'incomplete' limit 1")
code 0 ruhu -d "$db" --lang zh table household_survey --labels --columns record_id,state,changed_at
at=$(sqlite3 -readonly "$db" "select strftime('%Y-%m-%d %H:%M', changed_at, '+8 hours') from ruhu_record
    where id = '$record'")
same "$(grep "^$record" "$T/out" | tr -d '\r')" "$record,未完成,$at" "the program's own columns"
exit 0
