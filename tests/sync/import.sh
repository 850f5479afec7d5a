#!/bin/sh
# An import that is killed goes on where it was; people key while it runs.
cd "$(dirname "$0")/../.." && . tests/cli/lib
a=$T/a.db b=$T/b.db c=$T/c.db
for db in "$a" "$b" "$c"; do code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml; done
i=0
while [ $i -lt 400 ]; do
	printf 'new small\nset code H%d\nset name 马秀兰\nset age 40\nset works 1\nset wage %d\nadd member\nset member_name 甲\nsave\n' $i $i
	i=$((i + 1))
done | ruhu -d "$a" fill >"$T/out" || bad "fill"
code 0 ruhu -d "$a" export -o "$T/a.zst"
want=$(ruhu -d "$a" status --state --json | jq -r .state)

stopped=0
for ms in 10 20 30 40 55 70 85 100 120 140 160 180 200 230 260 300; do
	timeout -s KILL "0.$(printf %03d $ms)" "$bin" -d "$b" --as w07 import "$T/a.zst" >/dev/null 2>&1 </dev/null || stopped=$((stopped + 1))
done
[ $stopped -gt 2 ] || echo "note: only $stopped imports were killed"
code 0 ruhu -d "$b" import --json "$T/a.zst"
same "$(ruhu -d "$b" status --state --json | jq -r .state)" "$want" "state after $stopped kills"
code 0 ruhu -d "$b" check
code 0 ruhu -d "$b" import --json "$T/a.zst"
jq -e '.known' "$T/out" >/dev/null || bad "merged twice"

# Two people key while the file is merged.
one() {
	i=1
	while [ $i -le 25 ]; do
		printf 'new small\nset code %s-%d\nset name 工人\nsave\n' "$1" $i
		i=$((i + 1))
	done | "$bin" -d "$c" --as "$1" fill >"$T/$1.out" 2>"$T/$1.err"
	echo $? >"$T/$1.code"
}
one w01 &
one w02 &
ruhu -d "$c" import "$T/a.zst" >"$T/out" 2>"$T/err" || bad "import beside two people"
wait
for w in w01 w02; do
	same "$(cat "$T/$w.code")" 0 "exit code of $w: $(grep -v '"ok":true' "$T/$w.out" | head -n 2) $(cat "$T/$w.err")"
	same "$(grep -c '"state":"complete"' "$T/$w.out")" 25 "records of $w"
done
same "$(sqlite3 "$c" 'select count(*) from small')" 450 "records"
code 0 ruhu -d "$c" check

# Where the form is not installed the records wait, and the others are checked all the same.
other=$T/other.db
code 0 ruhu -d "$other" form add tests/cli/forms/trees-register.yaml
code 0 ruhu -d "$other" import "$T/a.zst"
code 0 ruhu -d "$other" check
shows "400 records were not checked"
code 0 ruhu -d "$other" check --json
jq -e '.records == 0 and .records_without_form == 400' "$T/out" >/dev/null || bad "check --json"
exit 0
