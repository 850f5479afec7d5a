#!/bin/sh
# verify --list, --every, --start; stats; the reasons in the log: without a screen.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
code 0 ruhu -d "$db" form add tests/screen/paper.yaml
code 0 ruhu -d "$db" verify paper --list
shows "No record of this form"
for i in 1 2 3 4 5 6 7 8; do
	printf 'new paper\nset no 000%s\nset name 甲%s\nsave\n' $i $i
done | ruhu -d "$db" fill >"$T/out" || bad fill
printf 'new paper\nset no 0009\nsave incomplete\n' | ruhu -d "$db" fill >"$T/out" || bad fill
code 0 ruhu -d "$db" verify paper --json
same "$(jq -s -c 'map(.state) | unique' "$T/out")" '["waiting"]' "all wait"
same "$(wc -l <"$T/out" | tr -d ' ')" 8 "the incomplete one does not"
code 0 ruhu -d "$db" verify paper --every 3 --start 2 --json
same "$(jq -s -c 'map(.label)' "$T/out")" '["甲2 0002","甲5 0005","甲8 0008"]' "every third from the second"
code 0 ruhu -d "$db" verify paper --list
same "$(wc -l <"$T/out" | tr -d ' ')" 3 "the plan is kept"
code 0 ruhu -d "$db" verify paper --every 4 --start random --list
cp "$T/out" "$T/first"
code 0 ruhu -d "$db" verify paper --list
cmp -s "$T/first" "$T/out" || bad "a random start is drawn once"
code 2 ruhu -d "$db" verify paper --every x --list
code 1 ruhu -d "$db" verify paper --every 2 --start 3 --list
code 1 ruhu -d "$db" verify nosuch --list
code 3 ruhu -d "$db" verify paper 0001

# A form may say it itself.
sed 's/batch_total: amount/verify_every: 3/; s/form_id: paper/form_id: third/' tests/screen/paper.yaml >"$T/third.yaml"
code 0 ruhu -d "$db" form add "$T/third.yaml"
for i in 1 2 3 4 5 6; do
	printf 'new third\nset no 000%s\nset name 甲%s\nsave\n' $i $i
done | ruhu -d "$db" fill >"$T/out" || bad fill
code 0 ruhu -d "$db" verify third --json
same "$(wc -l <"$T/out" | tr -d ' ')" 2 "every third"

code 0 ruhu -d "$db" stats
shows "Nothing was keyed on a screen yet."
code 2 ruhu -d "$db" stats --since yesterday
code 0 ruhu -d "$db" log paper 0001 --json
same "$(jq -s -c 'map(select(.question == "place") | [.why, .version])' "$T/out")" '[["fill default","1"]]' "why"
same "$(jq -s -c 'map(select(.question == "name") | .why)' "$T/out")" '["fill"]' "why not keyed"
code 0 ruhu -d "$db" log paper 0001
shows '[fill default]'
exit 0
