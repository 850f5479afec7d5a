#!/bin/sh
# Rows and values that an XForm's instance begins with, also in rows of rows; a
# hidden whole number; what stands beside a label. Then the same from the form
# written out again.
set -u
cd "$(dirname "$0")/../.."
ruhu=${B:-build}/ruhu
export RUHU_LANG=en
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
keys() {
	echo 'new starts'
	for path in whole 'outer[1]/inner[1]/x' 'outer[1]/inner[2]/x' 'outer[2]/inner[1]/x' 'plain[1]/y' 'shell[1]/inside[1]/z'; do
		echo "get /data/$path"
	done
	echo 'get /data/outer[2]/inner[2]/x'
	echo 'add /data/outer[2]/inner'
	echo 'get /data/outer[2]/inner[2]/x'
	echo 'add /data/plain'
	echo 'get /data/plain[2]/y'
	echo 'add /data/outer'
	echo 'get /data/outer[3]/k'
	echo 'get /data/outer[3]/inner[1]/x'
}
printf '%s\n' -1 5 6 8 3 9 none - 7 - '' - '' none | sed '/^-$/d' >"$dir/want"
play() { # FORM
	rm -f "$dir/a.db"
	"$ruhu" -d "$dir/a.db" form add "$1" >/dev/null || bad=1
	keys | "$ruhu" -d "$dir/a.db" fill |
		jq -r 'select(.row | not) | if .ok then .value // empty else "none" end' >"$dir/got"
	cmp "$dir/want" "$dir/got" || { echo "$1"; paste "$dir/want" "$dir/got"; bad=1; }
	"$ruhu" -d "$dir/a.db" form show starts --json |
		jq -e '.questions[] | select(.name == "k") | .guidance_hint.default == "Ask the oldest"' >/dev/null ||
		{ echo "$1: no guidance"; bad=1; }
}
play tests/forms/xform/starts.xml
"$ruhu" form convert tests/forms/xform/starts.xml "$dir/again.xml" >/dev/null || bad=1
play "$dir/again.xml"
grep -q 'form="image">jr://images/kind.png' "$dir/again.xml" || { echo "the image is lost"; bad=1; }
exit $bad
