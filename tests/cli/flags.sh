#!/bin/sh
# flags and log: what was marked, who saved what.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml
code 0 ruhu -d "$db" flags
shows "No question is flagged"
printf '%s\n' 'set code A1' 'set name 马秀兰' 'add member' 'set member_name 甲' 'flag member_name 同音字?' \
    'save' 'flag name 里还是李' 'clock 2026-11-24T09:30' 'as w08' 'open small A1' 'set name 马秀蓝' \
    'missing age refused' 'save' | ruhu -d "$db" fill small >"$T/out" || bad "fill"
code 0 ruhu -d "$db" flags --json
same "$(jq -s -c 'map([.path, .note, .raised_by, .form]) | sort' "$T/out")" \
    '[["/data/member[1]/member_name","同音字?","w07","small"],["/data/name","里还是李","w07","small"]]' "flags"
code 0 ruhu -d "$db" flags small
shows 里还是李
no=$(ruhu -d "$db" flags --json | jq 'select(.path == "/data/name") | .no')
code 0 ruhu --as w08 -d "$db" flags --close "$no"
code 0 ruhu -d "$db" flags --json
same "$(jq -r .path "$T/out")" '/data/member[1]/member_name' "one left"
code 0 ruhu -d "$db" flags --all --json
jq -s -e 'length == 2 and any(.[]; .no == '"$no"' and .closed_by == "w08")' "$T/out" >/dev/null || bad "closed"
code 1 ruhu -d "$db" flags --close 999
code 2 ruhu -d "$db" flags --close x
code 1 ruhu -d "$db" flags nosuch

code 0 ruhu -d "$db" log small A1 --json
same "$(jq -s -c 'map(select(.question == "name") | [.by, .value, .at[0:16]])' "$T/out")" \
    '[["w07","马秀兰","2026-11-23T00:00"],["w08","马秀蓝","2026-11-24T01:30"]]' "log of a question"
jq -s -e 'any(.[]; .question == "age" and .value == null and .reason == "refused")
    and any(.[]; .question == "member_name" and (.row | length) == 36)
    and (map(.seq) == [range(1; length + 1)])' "$T/out" >/dev/null || bad "log"
code 0 ruhu -d "$db" log --author w08
same "$(grep -c ' w08 ' "$T/out")" "$(wc -l <"$T/out")" "log of one person"
shows '2026-11-24 09:30:00  w08'
code 0 ruhu -d "$db" log --since 2026-11-24
grep -q w07 "$T/out" && bad "--since"
shows 马秀蓝
code 2 ruhu -d "$db" log --since someday
code 1 ruhu -d "$db" log small nokey
exit 0
