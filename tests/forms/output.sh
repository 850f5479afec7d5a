#!/bin/sh
# What an XForm's labels show of answers: any expression, also where two
# questions have one name.
set -u
cd "$(dirname "$0")/../.."
ruhu=${B:-build}/ruhu
export RUHU_LANG=en
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
shows() { # FORM [COMMAND]: its labels with the answers
	rm -f "$dir/a.db"
	"$ruhu" -d "$dir/a.db" form add "$1" >"$dir/said" 2>&1 || { cat "$dir/said"; exit 1; }
	printf '%s\n' 'new out' 'set /data/g1/x 21' 'get /data/g2/x' "${2:-problems}" 'add /data/r' 'get /data/r[2]/n' |
		"$ruhu" -d "$dir/a.db" fill | jq -r 'select(.label) | .label' >"$dir/got"
	printf '%s\n' 'twice 42, is 21?' 'no 2 of 2' | cmp - "$dir/got" || { echo "$1"; cat "$dir/got"; exit 1; }
}
shows tests/forms/xform/output.xml
# As rows of XLSForm they stay (and a new record begins without rows), and it is told that others know names alone.
for e in yaml xlsx; do
	"$ruhu" form convert tests/forms/xform/output.xml "$dir/output.$e" >"$dir/said" 2>&1 || exit 1
	grep -q "'x': the expression in its label is kept in" "$dir/said" || { cat "$dir/said"; exit 1; }
	shows "$dir/output.$e" 'add /data/r'
done
