#!/bin/sh
# form check, add, list, show, print.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
small=tests/cli/forms/small.yaml

code 0 ruhu form check "$small"
shows "small.yaml: good"
code 0 ruhu form check --json "$small" "$small"
same "$(jq -c .ok "$T/out" | tr '\n' ' ')" "true true " "check --json"

# Faults: every one of them, with its place; nothing is installed.
sed 's/\${age} >= 16/${agee} >= 16/; s/type: date/type: dat/' "$small" >"$T/bad.yaml"
code 1 ruhu form check "$T/bad.yaml"
shows "bad.yaml:"
shows "did you mean 'age'?"
shows "'dat'"
code 1 ruhu form check --json "$T/bad.yaml"
jq -e '.ok == false and (.faults | map(select(.severity == "error")) | length) >= 2
    and all(.faults[]; .line > 0 and .column > 0 and .text != "")' "$T/out" >/dev/null || bad "faults as JSON"
code 1 ruhu form check "$small" "$T/bad.yaml"
code 1 ruhu -d "$db" form add "$small" "$T/bad.yaml"
[ -e "$db" ] && bad "a database was made though one form has faults"
head -c 300 /dev/urandom >"$T/noise.yaml"
code 1 ruhu form check "$T/noise.yaml"

# Installing, twice, and a new version.
code 0 ruhu -d "$db" form add "$small"
same "$(stat -c %a "$db")" 600 "rights of the database"
code 0 ruhu -d "$db" form add "$small"
code 0 ruhu -d "$db" form list --json
same "$(jq -c 'map([.form_id, .version, .current, .records])' "$T/out")" '[["small","1",true,0]]' "list"
printf 'set code A1\nset name 马秀兰\nsave\n' | ruhu -d "$db" fill small >/dev/null || bad "fill"
sed 's/version: "1"/version: "2"/; s/name: wage$/name: pay\n    was: wage/; s/\${wage}/${pay}/g' "$small" >"$T/two.yaml"
printf '  - {type: text, name: remark, label: {zh: 备注, en: Remark}}\n' >>"$T/two.yaml"
code 0 ruhu -d "$db" form add "$T/two.yaml"
shows remark
code 0 ruhu -d "$db" form list --json
same "$(jq -c 'map([.version, .current]) | sort' "$T/out")" '[["1",false],["2",true]]' "two versions"
code 0 ruhu -d "$db" form list
shows small
code 0 ruhu -d "$db" check
printf 'get code\nget remark\n' | ruhu -d "$db" fill small A1 | jq -s -e '.[0].value == "A1"' >/dev/null ||
    bad "the record under the new version"

# What there is to see of a form.
code 0 ruhu -d "$db" form show small --json
jq -e '.form_id == "small" and .version == "2" and (.languages | length) == 2
    and (.questions | map(.name) | index("member_wage") != null)
    and (.questions[] | select(.name == "age") | .missing == ["refused", "unknown"]
	and .constraint_message.en == "Age is 0 to 149" and .label.zh == "年龄" and .type == "integer")
    and (.questions[] | select(.name == "member_wage") | .repeat == "member")
    and (.questions[] | select(.name == "works") | .type == "select_one yes_no" and .relevant == "${age} >= 16")
    and .lists.yes_no[0] == {"name": "1", "label": {"zh": "是", "en": "Yes"}}' "$T/out" >/dev/null ||
    bad "form show --json"
code 0 ruhu -d "$db" --lang en form show small
shows "asked when: \${age} >= 16"
shows "Age is 0 to 149"
code 0 ruhu -d "$db" --lang zh form show small
shows 年龄
awk '{ if (length($0) > 80) exit 1 }' "$T/out" || bad "a line longer than 80 characters"
code 0 ruhu -d "$db" --lang zh form print small
shows '[ ] 1 是'
shows '#4 >= 16'
shows 小表

# The forms that come with the program are good.
code 0 ruhu form check forms/*.yaml
exit 0
