#!/bin/sh
# An export read back by tools that share no code with the program: zstd, jq,
# b2sum and verify.py.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml
{
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		echo "new small"
		echo "set code H$i"
		printf '%s\n' "set name 马\"秀$i\\n兰"
		echo "set age $((20 + i))"
		echo "set works $((i % 2))"
		[ $((i % 2)) = 1 ] && echo "set wage $((i * 100))"
		j=0
		while [ $j -lt $((i % 4)) ]; do
			echo "add member"
			echo "set member_name 成员$j"
			[ $j = 1 ] || echo "set member_wage $j"
			j=$((j + 1))
		done
		echo save
	done
	# Changed again: emptied, a missing reason, a row removed, another author.
	echo 'open small H3'
	echo 'missing age refused'
	echo 'remove member[1]'
	echo 'save'
	echo 'as w08'
	echo 'open small H5'
	printf '%s\n' 'set name "two\nlines"'
	echo 'save'
} | ruhu -d "$db" fill >"$T/out" || bad "fill: $(grep -v '"ok":true' "$T/out" | head -n 3)"

code 0 ruhu -d "$db" export --json -o "$T/a.ndjson.zst"
jq -e '.changes > 100 and .first == 1 and .last == .changes' "$T/out" >/dev/null || bad "what export says"
b2=$(jq -r .b2 "$T/out")
zstd -t -q "$T/a.ndjson.zst" || bad "zstd does not read it"
zstd -dc -q "$T/a.ndjson.zst" >"$T/a.ndjson"
python3 tests/sync/verify.py "$T/a.ndjson" "$db" || exit 1

# By hand, as docs/sync-file.md shows it.
same "$(head -n -1 "$T/a.ndjson" | b2sum -l 256 | cut -d' ' -f1)" "$b2" "b2sum"
same "$(tail -n 1 "$T/a.ndjson" | jq -r .b2)" "$b2" "footer"
same "$(jq -c 'select(.k == "t")' "$T/a.ndjson" | wc -l)" "$(head -n 1 "$T/a.ndjson" | jq .n.tx)" "lines"
jq -s -e 'any(.[] | select(.k == "t" and .a == "w08") | .c[]; .[0] == "name" and .[1] == "two\nlines")' \
    "$T/a.ndjson" >/dev/null || bad "the value with a line feed"
jq -s -e 'any(.[] | select(.k == "t") | .c[]; .[4] == "refused" and .[1] == null)' "$T/a.ndjson" >/dev/null ||
    bad "the missing reason"
same "$(head -n 1 "$T/a.ndjson" | jq .made)" "$(date -d "$NOW" +%s)000" "made"

# A byte turned is found by the footer's hash.
sed 's/成员0/成员9/' "$T/a.ndjson" >"$T/b.ndjson"
cmp -s "$T/a.ndjson" "$T/b.ndjson" && bad "nothing to turn"
python3 tests/sync/verify.py "$T/b.ndjson" "$db" >/dev/null 2>&1 && bad "a changed file passes"

# The same moment, the same bytes; plain, to standard output, and packed.
code 0 ruhu -d "$db" export -o "$T/b.ndjson.zst"
cmp -s "$T/a.ndjson.zst" "$T/b.ndjson.zst" || bad "a second export differs"
code 0 ruhu -d "$db" export -o "$T/b.ndjson"
cmp -s "$T/a.ndjson" "$T/b.ndjson" || bad "the plain one differs"
ruhu -d "$db" export -o - >"$T/b.ndjson" || bad "standard output"
cmp -s "$T/a.ndjson" "$T/b.ndjson" || bad "standard output differs"
same "$(stat -c %a "$T/a.ndjson.zst")" 600 "rights of the export"
ls "$T"/*.part 2>/dev/null && bad "a .part was left"

# With the forms' text.
code 0 ruhu -d "$db" export --forms -o "$T/f.ndjson"
python3 tests/sync/verify.py "$T/f.ndjson" "$db" || exit 1
jq -j 'select(.k == "f" and .f == 0) | .t' "$T/f.ndjson" | grep -q 'form_id: small' || bad "the form's text"
same "$(jq -j 'select(.k == "f" and .f == 0) | .t' "$T/f.ndjson" | b2sum -l 256 | cut -d' ' -f1)" \
    "$(head -n 1 "$T/f.ndjson" | jq -r '.forms[0][2]')" "the form's hash"

# A restored backup began a new epoch: what the old one saved still goes out.
code 0 ruhu -d "$db" backup "$T/copy.db"
code 0 ruhu -d "$T/r.db" restore "$T/copy.db"
n=$(head -n 1 "$T/a.ndjson" | jq .n.changes)
code 0 ruhu -d "$T/r.db" status --json
same "$(jq -c '[.changes, .waiting]' "$T/out")" "[$n,$n]" "what waits after a restore"
printf '%s\n' 'set age 77' 'set name ""' save 'new small' 'set code R1' save | ruhu -d "$T/r.db" fill small H6 >"$T/out" ||
    bad "fill after restore"
code 0 ruhu -d "$T/r.db" export -o "$T/r.ndjson"
python3 tests/sync/verify.py "$T/r.ndjson" "$T/r.db" || exit 1
jq -s -e --argjson n "$n" '.[0].older[0].to == $n and .[0].stream.from == 1 and .[0].n.changes > $n
    and any(.[] | select(.k == "t" and .e == 1) | .c[]; .[0] == "age" and (.[2][0][0] == 0))' "$T/r.ndjson" >/dev/null ||
    bad "the older epoch"
code 0 ruhu -d "$T/r.db" status --json
same "$(jq .waiting "$T/out")" "$(head -n 1 "$T/r.ndjson" | jq .n.changes)" "waiting"

# Its name, when none is given; a site's name that is no name.
(cd "$T" && code 0 ruhu -d "$db" export --to T03) || exit 1
ls "$T"/LOCAL-T03-????????-*.ndjson.zst >/dev/null 2>&1 || bad "the default name: $(ls "$T")"
code 2 ruhu -d "$db" export --to '../x'
code 3 ruhu -d "$db" export -o "$T/nowhere/a.zst"
mkdir "$T/folder"
code 3 ruhu -d "$db" export -o "$T/folder"
# Not to be written: /dev/full stands for a full disk.
"$bin" -d "$db" export -o - >/dev/full 2>"$T/err"
same $? 3 "exit code with a full disk"
exit 0
