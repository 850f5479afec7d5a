#!/bin/sh
# The cases of ODK's own test suites: README.md beside this file.
cd "$(dirname "$0")/../.." || exit 1
cases=../shared/odk-tests/xpath.jsonl
here=tests/conformance
[ -r "$cases" ] || { echo "note: skipped tests/conformance/xpath.sh: no $cases"; exit 0; }
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

"${B:-build}/tools/xpath_cases" "$cases" >"$T/came" || exit 1

# area and needs -> passed of all
awk -F '\t' '{
	n = split($4, needs, ",")
	all[$3]++; ok[$3] += $1 == "ok"
	for (i = 1; i <= n; i++) if (needs[i] != "-") { k = "needs " needs[i]; all[k]++; ok[k] += $1 == "ok" }
	all["all"]++; ok["all"] += $1 == "ok"
} END { for (k in all) printf "%s\t%d\t%d\n", k, ok[k], all[k] }' "$T/came" | LC_ALL=C sort >"$T/now"
awk -F '\t' '{ printf "%-26s %5d of %d\n", $1, $2, $3 }' "$T/now"
if [ "${1-}" = --record ]; then
	cp "$T/now" "$here/baseline.txt"
	exit 0
fi

status=0
awk -F '\t' '$1 == "not" { print $2 }' "$T/came" | LC_ALL=C sort >"$T/fail"
grep -v '^#' "$here/known.txt" | cut -f1 | LC_ALL=C sort >"$T/known"
if [ -n "$(grep -v '^#' "$here/known.txt" | awk -F '\t' 'NF < 2 || $2 == ""')" ]; then
	echo "a line of known.txt gives no reason"
	status=1
fi
for id in $(LC_ALL=C comm -23 "$T/fail" "$T/known"); do
	echo "fails: $(grep "	$id	" "$T/came" | cut -f2,5,6)"
	status=1
done
for id in $(LC_ALL=C comm -13 "$T/fail" "$T/known"); do
	echo "passes, or is no case any more, but stands in known.txt: $id"
	status=1
done
# Never fewer than recorded.
awk -F '\t' 'NR == FNR { now[$1] = $2; next }
	now[$1] + 0 < $2 { print $1 ": " now[$1] + 0 " pass, " $2 " did"; bad = 1 }
	END { exit bad }' "$T/now" "$here/baseline.txt" || status=1
exit $status
