#!/bin/sh
# Files that were cut, changed or made by somebody with other intentions.
cd "$(dirname "$0")/../.." && . tests/cli/lib
a=$T/a.db b=$T/b.db
code 0 ruhu -d "$a" form add tests/cli/forms/small.yaml
code 0 ruhu -d "$b" form add tests/cli/forms/small.yaml
for i in 1 2 3 4 5 6; do
	printf 'new small\nset code H%d\nset name 马秀兰\nset age 3%d\nadd member\nset member_name 甲\nsave\n' $i $i
	printf 'missing age refused\nsave\n'
done | ruhu -d "$a" fill >"$T/out" || bad "fill"
code 0 ruhu -d "$a" export -o "$T/a.ndjson"
mkdir "$T/spoilt"
python3 tests/sync/hostile.py "$bin" "$T/a.ndjson" "$b" "$T/spoilt" || exit 1
rm -rf "$T/spoilt"
# The file as it was made is taken, and gives the same.
code 0 ruhu -d "$b" import --json "$T/a.ndjson"
jq -e '.ok and .records_new == 6 and .added == .changes and .conflicts_new == 0' "$T/out" >/dev/null || bad "the good file"
same "$(ruhu -d "$b" status --state --json | jq -r .state)" "$(ruhu -d "$a" status --state --json | jq -r .state)" "state"
code 0 ruhu -d "$b" check
exit 0
