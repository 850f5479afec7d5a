#!/bin/sh
# What fill saves is read by plain sqlite3, and a second program reads it back.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml
{
	echo 'set code 001'
	echo 'set name 马秀兰'
	echo 'set age 36'
	echo 'set works 1'
	echo 'set wage 3200'
	echo 'add member'
	echo 'set member_name 马小明'
	echo 'set member_wage 150'
	echo 'add member'
	echo 'set member_name 马小红'
	echo 'save'
} | ruhu -d "$db" fill small >"$T/out" || bad "fill"
ask() {
	sqlite3 -readonly "$db" "$1"
}
same "$(ask 'select code, name, visited, age, works, wage, total from small')" \
    '001|马秀兰|2026-11-23|36|1|3200|3350' "the record"
same "$(ask 'select typeof(age), typeof(code), typeof(wage) from small')" 'integer|text|integer' "types"
same "$(ask 'select member_name, member_wage from small__member order by row_position')" \
    '马小明|150
马小红|' "the rows"
same "$(ask "select count(*) from small__member m join small s using (record_id)")" 2 "rows belong to the record"
same "$(ask 'pragma integrity_check')" ok "integrity"
same "$(ask "select label from ruhu_record")" '马秀兰 001' "label"
same "$(ask "select count(*) from ruhu_draft")" 0 "drafts left"

# Each program has its own connection: a plain reader does not stop a writer.
printf 'set age 37\nsave\n' | ruhu -d "$db" fill small 001 >"$T/out" || bad "second fill"
same "$(ask 'select age from small')" 37 "changed"
code 0 ruhu -d "$db" rebuild
same "$(ask 'select age, total from small')" '37|3350' "rebuilt"
code 0 ruhu -d "$db" check

# What another program dropped is told, with what to do, and made again from the log.
sqlite3 "$db" "alter table small drop column age; drop table small__member"
code 1 ruhu -d "$db" check
shows "Table small is gone, or columns of it; 'ruhu rebuild'"
shows "Table small__member is gone"
code 3 ruhu -d "$db" table small
says "'ruhu rebuild'"
code 1 ruhu -d "$db" doctor
shows "'ruhu rebuild' puts them right"
code 0 ruhu -d "$db" rebuild
same "$(ask 'select age, total from small')" '37|3350' "rebuilt with its column"
same "$(ask "select count(*) from small__member")" 2 "rows rebuilt"
code 0 ruhu -d "$db" check

# An index of one's own outlives that.
sqlite3 "$db" "create index mine on small(name)"
code 0 ruhu -d "$db" rebuild
same "$(ask "select count(*) from sqlite_master where name = 'mine'")" 1 "an index of one's own"
exit 0
