#!/bin/sh
# worklist check, add, list, show, remove: faults with their places, what is left.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
cp sample.db "$db"
NOW=2026-12-05T08:00
lists=forms/worklists/worklists.yaml

# Each fault of a file, in order, as they are written beside it.
for f in tests/forms/worklists/*.yaml; do
	code 1 ruhu -d "$db" worklist check "$f"
	diff "${f%.yaml}.expected" "$T/out" >"$T/diff" || { cp "$T/diff" "$T/out"; bad "$f"; }
	code 1 ruhu -d "$db" worklist add "$f"
done
code 0 ruhu -d "$db" worklist check "$lists"
shows "worklists.yaml: good"

# What the sample has: by SQL of our own the same.
code 0 ruhu -d "$db" worklist list --json
same "$(jq -r .name "$T/out" | tr '\n' ' ')" "monthly_round checks_due issues_open issues_verify " names
q() { sqlite3 -readonly "$db" "$1"; }
of() { jq -r "select(.name == \"$1\") | \"\(.left)|\(.urgent)|\(.all)\"" "$T/out"; }
same "$(of monthly_round)" "80|0|80" "cards of a month nobody has keyed yet"
same "$(of issues_open)" "$(q "select sum(issue_status in ('1','2')),
    sum(issue_status in ('1','2') and due_date < '2026-12-05'), count(*) from four_checks__issue")" issues
same "$(of checks_due)" "$(q "with l as (select h.household_id, (select f.next_visit_date from four_checks f
    where f.household_id = h.household_id order by f.check_date desc limit 1) d from household_survey h)
    select sum(d is null or d <= '2026-12-12'), sum(d < '2026-12-05'), count(*) from l")" checks
code 0 ruhu -d "$db" worklist show issues_open --json
same "$(jq -r '.columns[0]' "$T/out" | sort -c && jq -s 'length' "$T/out")" "$(q "select count(*)
    from four_checks__issue where issue_status in ('1','2')")" "by date"

# A household that is checked anew leaves the list until its next visit.
code 0 ruhu -d "$db" worklist show checks_due --json
record=$(jq -r 'select(.urgent) | .record' "$T/out" | head -n 1)
house=$(q "select household_id from household_survey where record_id = '$record'")
printf 'set household_id %s\nset next_visit_date 2027-03-01\nsave incomplete\n' "$house" |
    ruhu -d "$db" fill four_checks >"$T/out" || bad "a new check"
code 0 ruhu -d "$db" worklist show checks_due --json
jq -e "select(.record == \"$record\")" "$T/out" >"$T/err" && bad "the household is checked"

NOW=2026-11-30T08:00
code 0 ruhu -d "$db" worklist list --json
same "$(of monthly_round)" "$(q "select 80 - count(distinct record_no) from job_card__monthly
    where m_month = '2026-11'")|0|80" "cards of November"
code 0 ruhu -d "$db" --lang zh worklist list
shows 本月待核查的服务卡
code 1 ruhu -d "$db" worklist show monthly
says "no worklist is called 'monthly'"

# A file is replaced by its name; a name of another file is refused; a form that is
# changed leaves the rest of the file standing.
sed 's/name: /name: my_/' "$lists" >"$T/mine.yaml"
code 0 ruhu -d "$db" worklist add "$T/mine.yaml"
code 0 ruhu -d "$db" worklist list --json
same "$(jq -s length "$T/out")" 8 "two files"
cp "$lists" "$T/other.yaml"
code 1 ruhu -d "$db" worklist add "$T/other.yaml"
says "other.yaml:6:11: name: 'monthly_round' is that of a worklist in worklists.yaml"
code 0 ruhu -d "$db" worklist remove mine.yaml
code 1 ruhu -d "$db" worklist remove mine.yaml
sed 's/version: "2026.11"/version: "2027"/; s/name: due_date$/name: due_on\n            was: due_date/; s/\${due_date}/${due_on}/g' \
    forms/four-checks.yaml >"$T/four.yaml"
cp -R forms/codes "$T/codes"
code 0 ruhu -d "$db" form add "$T/four.yaml"
code 1 ruhu -d "$db" worklist list --json
same "$(jq -r 'select(.fault) | .name' "$T/out" | tr '\n' ' ')" "issues_open issues_verify " "a question was renamed"
jq -r .fault "$T/out" | grep -q "due_date" || bad "which question"

# No worklist at all.
code 0 ruhu -d "$T/none.db" form add tests/cli/forms/small.yaml
code 0 ruhu -d "$T/none.db" worklist list
shows "No worklist is installed"
exit 0
