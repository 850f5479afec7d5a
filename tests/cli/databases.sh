#!/bin/sh
# What is not a database of ours is refused with a sentence and left as it was.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/good.db
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml
printf 'set code A1\nsave\n' | ruhu -d "$db" fill small >/dev/null || bad "fill"

refused() { # FILE WHAT: every command refuses it and changes nothing
	sum=$(sha256sum <"$1")
	for c in status "form list" "table small" "check" "fill small" "export -o $T/e" rebuild \
	    "backup $T/b" "form add tests/cli/forms/small.yaml"; do
		code 3 ruhu -d "$1" $c
		[ -s "$T/err" ] || bad "$2: $c says nothing"
		grep -qF "$1" "$T/err" || bad "$2: $c does not name the file"
		same "$(sha256sum <"$1")" "$sum" "$2: $c changed the file"
		ls "$1"-wal >/dev/null 2>&1 && bad "$2: $c left a -wal"
	done
	code 1 ruhu -d "$1" doctor
	same "$(sha256sum <"$1")" "$sum" "$2: doctor changed the file"
	return 0
}

: >"$T/empty.db"
refused "$T/empty.db" "an empty file"
printf 'this is a letter to somebody, not a database at all\n%.0s' 1 2 3 4 5 6 7 8 >"$T/text.db"
refused "$T/text.db" "a text"
sqlite3 "$T/foreign.db" 'create table addresses(name); insert into addresses values(1);'
refused "$T/foreign.db" "another program's database"

cp "$db" "$T/newer.db"
sqlite3 "$T/newer.db" 'pragma user_version = 9000; pragma journal_mode = delete;' >/dev/null
refused "$T/newer.db" "a newer program's database"

size=$(stat -c %s "$db")
head -c $((size / 2)) "$db" >"$T/half.db"
refused "$T/half.db" "half a database"
head -c 50 "$db" >"$T/head.db"
refused "$T/head.db" "fifty bytes"

mkdir "$T/folder.db"
code 3 ruhu -d "$T/folder.db" status
code 0 ruhu -d "$db" status

# Where no file can be made, as on a disc, it can be looked at all the same.
other() { # COMMAND...: as a user who owns nothing here
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}
disc=$T/disc
mkdir "$disc"
cp "$db" "$disc/a?b#%41.db"
cp "$bin" "$T/bin"
chmod 755 "$T" "$T/bin"
chmod 444 "$disc/a?b#%41.db"
chmod 555 "$disc"
if other "$T/bin" --version >/dev/null 2>&1; then
	for c in status "form list" "table small" "check small" "log small" flags quarantine "key list"; do
		code 0 other "$T/bin" -d "$disc/a?b#%41.db" $c
	done
	code 0 other "$T/bin" -d "$disc/a?b#%41.db" table small
	shows ,A1
	code 3 other "$T/bin" -d "$disc/a?b#%41.db" form add tests/cli/forms/small.yaml
	same "$(ls "$disc")" "a?b#%41.db" "what stands in the folder"
else
	echo "note: skipped a folder that cannot be written: no other user can run the program"
fi
chmod 755 "$disc"

# A table or a sync file never takes a database's place, nor that of what is beside it.
sum=$(sha256sum <"$db")
ln -s "$db" "$T/link.db"
for to in "$db" "$db-wal" "$db-shm" "$db.lock" "$T/link.db"; do
	for c in "table small" "table small --jsonl" export; do
		code 3 ruhu -d "$db" $c -o "$to"
		says "is a database"
	done
done
same "$(sha256sum <"$db")" "$sum" "the database a table was written to"
[ -L "$T/link.db" ] || bad "the link was replaced"
code 0 ruhu -d "$db" table small -o "$T/t.lock"

# A limit to files' sizes is told as a full disk is.
limited() {
	(ulimit -f 20 && "$bin" "$@")
}
code 3 limited -d "$T/limit.db" form add tests/cli/forms/small.yaml
says "ruhu: "
code 3 limited form convert forms/household-survey.yaml "$T/limit.xml"
says "File too large"
[ -e "$T/limit.xml" ] && bad "half a file was left"
code 3 limited form convert forms/household-survey.yaml "$T/limit.xlsx"
[ -e "$T/limit.xlsx" ] && bad "half a workbook was left"
grep -v '^warning: ' "$T/err" >"$T/said"
same "$(cat "$T/said")" "ruhu: the workbook could not be made: File too large" "what is said of a workbook"
code 0 ruhu -d "$T/limit.db" form add tests/cli/forms/small.yaml
exit 0
