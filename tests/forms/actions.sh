#!/bin/sh
# An XForm's actions: at the start, in a row that the instance has, in a new row,
# by their old names. Then the same from the form written out again.
set -u
cd "$(dirname "$0")/../.."
ruhu=${B:-build}/ruhu
export RUHU_LANG=en
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
keys() {
	printf 'new actions\n'
	printf 'get /data/%s\n' old literal 'r[1]/k' 'r[1]/m' 'r[1]/row' 's[1]/k' 's[1]/late'
	printf 'add /data/r\nadd /data/s\n'
	printf 'get /data/%s\n' 'r[2]/k' 'r[2]/m' 'r[2]/row' 's[2]/k' 's[2]/late'
}
printf '%s\n' ab y k1 5 'of the first' k1 '' k2 5 'of every row' k2 new >"$dir/want"
play() { # FORM
	rm -f "$dir/a.db"
	"$ruhu" -d "$dir/a.db" form add "$1" >"$dir/said" 2>&1 || bad=1
	keys | "$ruhu" -d "$dir/a.db" fill | jq -r 'select(.asked != null) | .value' >"$dir/got"
	cmp "$dir/want" "$dir/got" || { echo "$1"; paste "$dir/want" "$dir/got"; bad=1; }
}
play tests/forms/xform/actions.xml
grep -q "'old' lies in no repeat" "$dir/said" || { cat "$dir/said"; bad=1; }
"$ruhu" form convert tests/forms/xform/actions.xml "$dir/again.xml" >/dev/null || bad=1
play "$dir/again.xml"
exit $bad
