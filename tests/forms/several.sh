#!/bin/sh
# Actions of several questions on one, each with its own value; also from the form
# written out again, and from the rows it is as.
set -u
cd "$(dirname "$0")/../.."
ruhu=${B:-build}/ruhu
export RUHU_LANG=en
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
printf '%s\n' 'a, (1' "it's b" '' 'a, (2' >"$dir/want"
play() { # FORM
	rm -f "$dir/a.db"
	"$ruhu" -d "$dir/a.db" form add "$1" >"$dir/said" || bad=1
	grep . "$dir/said" | grep -v -e installed -e "has no label" && bad=1
	for step in 'a 1' 'b 1' 'd 1' 'a 2'; do
		printf 'set %s\nget g/c\n' "$step"
	done | "$ruhu" -d "$dir/a.db" fill several | jq -r 'select(.path == "/data/g/c") | .value' >"$dir/got"
	cmp "$dir/want" "$dir/got" || { echo "$1"; paste "$dir/want" "$dir/got"; bad=1; }
}
play tests/forms/xform/several.xml
for way in 'several.xml again.xml' 'again.xml rows.yaml' 'rows.yaml last.xml'; do
	set -- $way
	[ "$1" = several.xml ] && cp tests/forms/xform/several.xml "$dir"
	"$ruhu" form convert "$dir/$1" "$dir/$2" >/dev/null || bad=1
	play "$dir/$2"
done
grep -q 'changed(' "$dir/last.xml" && { echo "changed() is no word of ODK"; bad=1; }
exit $bad
