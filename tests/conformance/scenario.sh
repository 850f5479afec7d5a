#!/bin/sh
# Whole forms, steps and what must be true after them: README.md beside this file.
cd "$(dirname "$0")/../.." || exit 1
cases=../shared/odk-tests/scenario.jsonl
here=tests/conformance
[ -r "$cases" ] || { echo "note: skipped tests/conformance/scenario.sh: no $cases"; exit 0; }
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

"${B:-build}/tools/scenario_cases" "$cases" >"$T/came" || exit 1

# area -> passed, of all that were played
awk -F '\t' '$1 != "left" {
	all[$3]++; ok[$3] += $1 == "ok"
	all["all"]++; ok["all"] += $1 == "ok"
} END { for (k in all) printf "%s\t%d\t%d\n", k, ok[k], all[k] }' "$T/came" | LC_ALL=C sort >"$T/now"
awk -F '\t' '{ printf "%-26s %5d of %d\n", $1, $2, $3 }' "$T/now"
if [ "${1-}" = --record ]; then
	cp "$T/now" "$here/scenario-baseline.txt"
	exit 0
fi

status=0
awk -F '\t' '$1 == "not" { print $2 }' "$T/came" | LC_ALL=C sort >"$T/fail"
grep -v '^#' "$here/scenario-known.txt" | cut -f1 | LC_ALL=C sort >"$T/known"
if [ -n "$(grep -v '^#' "$here/scenario-known.txt" | awk -F '\t' 'NF < 2 || $2 == ""')" ]; then
	echo "a line of scenario-known.txt gives no reason"
	status=1
fi
for id in $(LC_ALL=C comm -23 "$T/fail" "$T/known"); do
	echo "fails: $(grep "	$id	" "$T/came" | cut -f2,4)"
	status=1
done
for id in $(LC_ALL=C comm -13 "$T/fail" "$T/known"); do
	echo "passes now: take its line out of scenario-known.txt: $id"
done
# Never fewer than recorded.
awk -F '\t' 'NR == FNR { now[$1] = $2; next }
	now[$1] + 0 < $2 { print $1 ": " now[$1] + 0 " pass, " $2 " did"; bad = 1 }
	END { exit bad }' "$T/now" "$here/scenario-baseline.txt" || status=1
exit $status
