#!/bin/sh
# Every rule and calculation of the three forms, case by case.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$B/ruhu" -d "$tmp/empty.db" form add forms/*.yaml >/dev/null
{
	sh forms/params.sh
	for figure in line_2025=8000 min_wage=2000; do
		echo "open params ${figure%=*}"
		echo "set value ${figure#*=}"
		echo save
	done
	printf '%s\n' 'new params' 'set key line_2026' 'set zh 监测收入线 2026' 'set value 9000' save
} | "$B/ruhu" -d "$tmp/empty.db" fill params >"$tmp/params.out"
if grep -v '"ok":true' "$tmp/params.out"; then
	echo "the figures were not taken"
	exit 1
fi
failed=0
for form in params:params household_survey:household four_checks:four-checks job_card:job-card; do
	db=$tmp/${form#*:}.db
	"$B/ruhu" -d "$tmp/empty.db" backup "$db" >/dev/null
	"$B/ruhu" -d "$db" form show "${form%:*}" --json >"$tmp/show.json"
	python3 tests/domain/cases.py "$B/ruhu" "$db" "$tmp/show.json" \
	    "tests/domain/${form#*:}.txt" || failed=1
done
exit $failed
