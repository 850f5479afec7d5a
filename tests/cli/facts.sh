#!/bin/sh
# status, check, doctor, --as, RUHU_DB, the default place, languages.
cd "$(dirname "$0")/../.." && . tests/cli/lib
small=tests/cli/forms/small.yaml

# The default place is made, folders and all, for its owner alone.
code 0 ruhu form add "$small"
db=$HOME/.local/share/ruhu/ruhu.db
[ -e "$db" ] || bad "no database at the default place"
same "$(stat -c %a "$HOME/.local/share/ruhu")" 700 "rights of the folder"
code 0 ruhu status --json
jq -e --arg db "$db" '.database == $db and .changes == 0 and .waiting == 0 and .records == 0' "$T/out" >/dev/null ||
    bad "status of an empty database"
RUHU_DB=$T/env.db
export RUHU_DB
code 0 ruhu form add "$small"
[ -e "$T/env.db" ] || bad "RUHU_DB"
code 0 ruhu -d "$db" status --json
jq -e --arg db "$db" '.database == $db' "$T/out" >/dev/null || bad "-d goes before RUHU_DB"
unset RUHU_DB

printf 'set code A1\nset age 200\nsave incomplete\nset name x\n' | ruhu --as w09 fill small >/dev/null ||
    bad "fill"
printf 'set code A2\nset age 120\nsave\n' | ruhu fill small >/dev/null || bad "fill"
same "$(sqlite3 "$db" 'select created_by from ruhu_record order by no' | tr '\n' ' ')" "w09 w07 " "authors"
code 0 ruhu status --json
jq -e '.records == 2 and .incomplete == 1 and .drafts == 1 and .changes > 4 and .waiting == .changes' "$T/out" >/dev/null ||
    bad "status"
code 0 ruhu status
shows LOCAL

# check: the broken constraint is found, the doubt only when asked for.
code 1 ruhu check small
shows "/data/age: Age is 0 to 149"
grep -q hundred "$T/out" && bad "a doubt without --warnings"
code 1 ruhu check --json --warnings
same "$(jq -s -c 'map(select(.path) | [.path, .kind, .state]) | sort' "$T/out")" \
    '[["/data/age","constraint","incomplete"],["/data/age","warning","complete"]]' "check --json"
tail -n 1 "$T/out" | jq -e '.records == 2 and .records_with_problems == 1 and .problems == 1 and .damage == 0
    and (.rules | map(select(.kind == "constraint") | .count)) == [1]' \
    >/dev/null || bad "counts of check"

# check: an answer table that somebody has changed by hand; rebuild puts it right.
sqlite3 "$db" "update small set name = 'forged' where code = 'A2'"
code 1 ruhu check --json
tail -n 1 "$T/out" | jq -e '.damage > 0' >/dev/null || bad "a forged answer is not found"
code 0 ruhu rebuild
same "$(sqlite3 "$db" "select count(*) from small where name = 'forged'")" 0 "rebuilt"
code 1 ruhu check --json
tail -n 1 "$T/out" | jq -e '.damage == 0' >/dev/null || bad "damage after rebuild"

TERM=xterm
export TERM
code 0 ruhu doctor --json
jq -s -e 'map(select(.finding == "fault")) == [] and (map(.what) | index("check") != null)' "$T/out" >/dev/null ||
    bad "doctor finds a fault"
code 0 ruhu doctor
shows "the database is whole"
chmod 644 "$db"
code 0 ruhu doctor
shows "chmod 600"
chmod 600 "$db"
# A clock a year behind the last change.
"$bin" --now 2025-11-23T08:00 doctor >"$T/out" || bad "doctor with an old clock"
shows "minutes behind"

# Languages: the option, then RUHU_LANG, then the locale.
"$bin" --lang zh status >"$T/zh" && "$bin" --lang en status >"$T/en"
cmp -s "$T/zh" "$T/en" && bad "no Chinese"
RUHU_LANG=zh "$bin" status | cmp -s - "$T/zh" || bad "RUHU_LANG"
LC_ALL=zh_CN.UTF-8 "$bin" status | cmp -s - "$T/zh" || bad "LC_ALL"
LC_ALL=zh_CN.UTF-8 RUHU_LANG=en "$bin" status | cmp -s - "$T/en" || bad "RUHU_LANG before LC_ALL"
RUHU_LANG=zh "$bin" --lang en status | cmp -s - "$T/en" || bad "--lang before RUHU_LANG"
exit 0
