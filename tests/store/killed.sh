#!/bin/sh
# kill -9 while a backup is written and while an older database is brought up to date: a
# backup that can be seen is whole, and a database is of one format or the other.
cd "$(dirname "$0")/../.." && . tests/cli/lib
cd "$T" || exit 1
code 0 ruhu -d a.db form add "$root/tests/cli/forms/small.yaml"
i=0
while [ $i -lt 300 ]; do
	printf 'new small\nset code %d\nset name %s\nsave\n' $i 马秀兰
	i=$((i + 1))
done | ruhu -d a.db fill >out || bad "fill"
sqlite3() { # the killed one may be still dying
	command sqlite3 -cmd '.timeout 5000' "$@"
}
whole() { # FILE WHAT
	same "$(sqlite3 "$1" 'PRAGMA integrity_check; SELECT count(*) FROM ruhu_record' | tr '\n' ' ')" "ok 300 " "$2"
}
killed() { # MS COMMAND...: 0 when it ended by itself
	ms=$1
	shift
	timeout -s KILL "0.$(printf %03d $ms)" "$bin" --as w07 --now "$NOW" "$@" >/dev/null 2>&1 </dev/null
}

times=0
for ms in 1 2 3 4 5 6 8 10 12 15 18 22 27 33 40 50 65 85 110 150 250; do
	rm -f b.bak
	killed $ms -d a.db backup b.bak && [ ! -e b.bak ] && bad "no backup after $ms ms"
	[ -e b.bak ] || { times=$((times + 1)); continue; }
	whole b.bak "a backup that is there, after $ms ms"
done
[ $times -gt 1 ] || echo "note: only $times backups were killed"
rm -f b.bak
code 0 ruhu -d a.db backup b.bak
same "$(echo b.bak*)" b.bak "what is left of the killed"
code 0 ruhu -d r.db restore b.bak

# The step from format 8; the killed one is gone on with by the next.
sqlite3 b.bak "DROP TABLE ruhu_told; DROP TABLE ruhu_held; DROP TABLE ruhu_outside;
    PRAGMA user_version = 8; PRAGMA journal_mode = delete;" >out
times=0
for ms in 1 2 3 4 5 6 8 10 12 15 18 22 27 33 40 50 65 85 110; do
	rm -f old.db*
	cp b.bak old.db
	killed $ms -d old.db form add "$root/tests/cli/forms/small.yaml" || times=$((times + 1))
	tables=$(sqlite3 old.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('ruhu_told', 'ruhu_held', 'ruhu_outside')")
	same "$(sqlite3 old.db 'PRAGMA user_version') $tables" \
	    "$([ "$tables" = 0 ] && echo 8 0 || echo 9 3)" "half an upgrade after $ms ms"
	[ "$tables" = 0 ] || [ -e old.db.v8.bak ] || bad "no backup before the upgrade, $ms ms"
	[ ! -e old.db.v8.bak ] || whole old.db.v8.bak "the backup before the upgrade, $ms ms"
	code 0 ruhu -d old.db status
	code 0 ruhu -d old.db check
	same "$(sqlite3 old.db 'PRAGMA user_version')" 9 "the format in the end"
	whole old.db "what was upgraded"
	whole old.db.v8.bak "the backup before the upgrade"
done
[ $times -gt 1 ] || echo "note: only $times upgrades were killed"
exit 0
