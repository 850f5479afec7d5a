#!/bin/sh
# The forms, as the program reads them, against the domain's field lists; then
# one label changed, which must be noticed.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
domain=${RUHU_DOMAIN:-../shared/domain}
if [ ! -f "$domain/household.tsv" ]; then
	echo "note: skipped tests/domain/agree.sh: no $domain"
	exit 0
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
db=$tmp/t.db
"$B/ruhu" -d "$db" form add forms/*.yaml >/dev/null
for form in household_survey four_checks job_card; do
	"$B/ruhu" -d "$db" form show "$form" --json >"$tmp/$form.json"
done
python3 tests/domain/agree.py "$domain" . "$tmp"/*.json
sed -i 's/调查员姓名/填表人姓名/' "$tmp/household_survey.json"
if python3 tests/domain/agree.py "$domain" . "$tmp"/*.json >"$tmp/out"; then
	echo "a changed label was not noticed"
	exit 1
fi
grep -q 'surveyor_name: label zh' "$tmp/out"
