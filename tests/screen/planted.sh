#!/bin/sh
# Twenty papers with planted errors of the first and of the second person: every
# one is found, charged to who made it, and what is stored in the end is right.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
command -v python3 >/dev/null || { echo "note: skipped, no python3"; exit 0; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
script=$dir/planted.keys db=$dir/ruhu.db
ruhu=$(cd "$B" && pwd)/ruhu
$ruhu -d "$db" form add tests/screen/paper.yaml >/dev/null
python3 tests/screen/planted.py fill | $ruhu --as keyer -d "$db" fill >"$dir/out" || {
	grep '"ok":false' "$dir/out"
	exit 1
}
{
	echo "setup cp $db* \"\${DB%/*}\"/"
	python3 tests/screen/planted.py keys
	echo "sh python3 tests/screen/planted.py compare \"\$DB\""
	# Of the keyer: 6 fields and the rows of 20 papers, and the fields of the rows
	# that both had; as many for the verifier, one figure of each.
	echo "sh \$RUHU -d \"\$DB\" stats keyer --json | grep -q '\"wrong\":17'"
	echo "sh \$RUHU -d \"\$DB\" stats checker --json | grep -q '\"verified\":20.*\"wrong_as_verifier\":8'"
} >"$script"
B=$B sh tests/screen/run.sh "$script"
