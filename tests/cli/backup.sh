#!/bin/sh
# backup and restore: a whole copy, checked before it is used, never over another.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml
printf 'set code A1\nset name 马秀兰\nsave\n' | ruhu -d "$db" fill small >/dev/null || bad "fill"
code 0 ruhu -d "$db" backup "$T/copy.db"
same "$(stat -c %a "$T/copy.db")" 600 "rights of the copy"
same "$(sqlite3 "$T/copy.db" 'select name from small')" 马秀兰 "the copy"
printf 'set code A2\nsave\n' | ruhu -d "$db" fill small >/dev/null || bad "fill"

code 3 ruhu -d "$db" restore "$T/copy.db"
says "is there already"
: >"$T/b.db-wal"
code 3 ruhu -d "$T/b.db" restore "$T/copy.db"
says "b.db-wal"
rm "$T/b.db-wal"
code 3 ruhu -d "$T/b.db" restore "$T/nothing"
code 3 ruhu -d "$T/b.db" restore tests/cli/lib
[ -e "$T/b.db" ] && bad "something was restored from a text"

code 0 ruhu -d "$T/b.db" restore "$T/copy.db"
same "$(sqlite3 "$T/b.db" 'select group_concat(code) from small')" A1 "restored"
code 0 ruhu -d "$T/b.db" check
# It goes on under a new epoch: its numbers are never taken for the old ones.
printf 'set code A3\nsave\n' | ruhu -d "$T/b.db" fill small >/dev/null || bad "fill after restore"
[ "$(ruhu -d "$db" status --json | jq -r .epoch)" != "$(ruhu -d "$T/b.db" status --json | jq -r .epoch)" ] ||
    bad "the restored database has the epoch of the old one"

# A copy with one page spoilt is not restored.
cp "$T/copy.db" "$T/spoilt.db"
size=$(stat -c %s "$T/spoilt.db")
dd if=/dev/urandom of="$T/spoilt.db" bs=1 seek=$((size / 2)) count=3000 conv=notrunc 2>/dev/null
"$bin" -d "$T/c.db" restore "$T/spoilt.db" >"$T/out" 2>"$T/err"
[ $? = 0 ] && bad "a spoilt copy was restored"
[ -e "$T/c.db" ] && bad "a spoilt copy left a database"
# Backup does not write over a file.
code 3 ruhu -d "$db" backup tests/cli/lib
exit 0
