#!/bin/sh
# Four programs key into one database at once: all of them finish, nobody hears
# of a locked database, nothing is lost.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
workers=4 each=12
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml
one() {
	i=1
	while [ $i -le $each ]; do
		echo "new small"
		echo "set code $1-$i"
		echo "set name 工人$1"
		echo "add member"
		echo "set member_name 成员$i"
		echo "save"
		i=$((i + 1))
	done | "$bin" -d "$db" --as "w0$1" fill >"$T/out.$1" 2>"$T/err.$1"
	echo $? >"$T/code.$1"
}
for w in $(seq $workers); do one "$w" & done
wait
for w in $(seq $workers); do
	same "$(cat "$T/code.$w")" 0 "exit code of worker $w"
	[ -s "$T/err.$w" ] && bad "worker $w: $(head -n 3 "$T/err.$w")"
	grep -qi 'locked\|busy' "$T/out.$w" && bad "worker $w: $(grep -i 'locked\|busy' "$T/out.$w" | head -n 1)"
	same "$(grep -c '"state":"complete"' "$T/out.$w")" $each "records saved by worker $w"
done
same "$(sqlite3 "$db" 'select count(*), count(distinct code) from small')" \
    "$((workers * each))|$((workers * each))" "records"
same "$(sqlite3 "$db" 'select count(*) from small__member')" $((workers * each)) "rows"
same "$(sqlite3 "$db" 'select count(distinct author) from ruhu_change')" $workers "authors"
code 0 ruhu -d "$db" check

# The same record, two people: other fields merge, the same field asks.
printf 'set code X\nset name 甲\nset age 20\nsave\n' | ruhu -d "$db" fill small >/dev/null || bad "X"
mkfifo "$T/in"
: >"$T/first"
"$bin" -d "$db" --as w01 fill small X <"$T/in" >>"$T/first" 2>"$T/err" &
exec 3>"$T/in"
echo 'set name 乙' >&3
echo 'set age 21' >&3
n=0
while [ "$(wc -l <"$T/first")" -lt 2 ] && [ $n -lt 300 ]; do
	sleep 0.1
	n=$((n + 1))
done
printf 'set age 22\nset visited 2026-11-01\nsave\n' | "$bin" -d "$db" --as w02 fill small X >"$T/second" || bad "second person"
echo 'save' >&3
echo 'save mine' >&3
exec 3>&-
wait $!
sed -n 3p "$T/first" | grep -q '"ok":false' || bad "no question about age: $(cat "$T/first")"
sed -n 3p "$T/first" | jq -e '.collisions == [{"path": "/data/age", "mine": "21", "theirs": "22", "by": "w02", "at": .collisions[0].at}]' \
    >/dev/null || bad "collision: $(sed -n 3p "$T/first")"
sed -n 4p "$T/first" | grep -q '"ok":true' || bad "save mine: $(sed -n 4p "$T/first")"
same "$(sqlite3 "$db" "select name, age, visited from small where code = 'X'")" '乙|21|2026-11-01' "merged"
exit 0
