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
says "is not a Ruhu database; name the right file"
mkfifo "$T/pipe"
for none in "$T/pipe" "$T" /dev/null; do
	code 3 ruhu -d "$T/b.db" restore "$none"
	says "$none is a folder, pipe or device, not a file"
done
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
# One that an older program wrote stays as it is, and what is restored from it is up to date.
cp "$T/copy.db" "$T/old.bak"
sqlite3 "$T/old.bak" "DROP TABLE ruhu_told; DROP TABLE ruhu_held; DROP TABLE ruhu_outside;
    PRAGMA user_version = 8; PRAGMA journal_mode = delete;" >"$T/out"
for old in "$T/old.bak" "$T/old.db"; do
	sum=$(sha256sum <"$T/old.bak")
	[ -e "$old" ] || mv "$T/old.bak" "$old"
	code 0 ruhu -d "$T/d.db" restore "$old"
	same "$(sha256sum <"$old")" "$sum" "the older backup"
	same "$(sqlite3 "$T/d.db" 'pragma user_version; select code from small' | tr '\n' ' ')" "9 A1 " "what was restored"
	code 0 ruhu -d "$T/d.db" check
	same "$(ls "$T" | grep -E 'old|bak' | tr '\n' ' ')" "${old##*/} " "what is left"
	rm "$T"/d.db*
done

# Backup does not write over a file.
code 3 ruhu -d "$db" backup tests/cli/lib
exit 0
