#!/bin/sh
# A share of the cases through the program itself: every 30th of each type that
# needs no form in XML.
cd "$(dirname "$0")/../.." || exit 1
cases=../shared/odk-tests/xpath.jsonl
bin=${B:-build}/ruhu
[ -r "$cases" ] || { echo "note: skipped tests/conformance/through-eval.sh: no $cases"; exit 0; }
command -v jq >/dev/null || { echo "note: skipped tests/conformance/through-eval.sh: no jq"; exit 0; }
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
known=$(grep -v '^#' tests/conformance/known.txt | cut -f1 | tr '\n' ' ')

# A case becomes shell: a variable each of its parts, then `one`.
jq -c 'select(.root == null and .match == null and .length == null and .type != "nodeset"
    and .round_factor == null and .tolerance == null and (.ns | length // 0) == 0)' "$cases" |
    awk 'NR % 25 == 1' |
    jq -r '@sh "id=\(.id) type=\(.type) expr=\(.expr) nodes=\(.nodes // "<root/>")
	context=\(.context // "/") now=\(.now // "") TZ=\(.tz // "America/Phoenix")
	want=\(.expected | if . == null then "" else tostring end) one"' >"$T/some"
ran=0 status=0
one() {
	case " $known" in *" $id "*) return ;; esac
	printf '%s\n' "$nodes" >"$T/nodes.xml"
	set -- --lang en eval --json -i "$T/nodes.xml" --ns "=" -c "$context"
	[ -z "$now" ] || set -- --now "$now" "$@"
	export TZ
	"$bin" "$@" -- "$expr" >"$T/out" 2>"$T/err"
	code=$?
	if [ "$type" = error ]; then
		came="exit $code" want="exit 1"
	else
		came=$(jq -r ".$type | tostring" <"$T/out")
	fi
	ran=$((ran + 1))
	if [ "$came" != "$want" ]; then
		echo "$id: $expr"
		echo "    wanted: $want"
		echo "    came:   $came $(cat "$T/err")"
		status=1
	fi
}
. "$T/some"
echo "$ran cases through ruhu eval"
[ "$ran" -ge 30 ] || { echo "too few"; status=1; }
exit $status
