#!/bin/sh
# What an XForm's labels show of answers: any expression, also where two
# questions have one name.
set -u
cd "$(dirname "$0")/../.."
ruhu=${B:-build}/ruhu
export RUHU_LANG=en
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$ruhu" -d "$dir/a.db" form add tests/forms/xform/output.xml >/dev/null || exit 1
printf '%s\n' 'new out' 'set /data/g1/x 21' 'get /data/g2/x' 'add /data/r' 'get /data/r[2]/n' |
	"$ruhu" -d "$dir/a.db" fill | jq -r 'select(.label) | .label' >"$dir/got"
printf '%s\n' 'twice 42, is 21?' 'no 2 of 2' | cmp - "$dir/got" || { cat "$dir/got"; exit 1; }
