#!/bin/sh
# What the README and the guides tell people to type is there: every command, and
# every file that is linked.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0
# `ruhu WORD [WORD]` in backquotes, at the start of a line, or after a pipe.
grep -hoE '(`|^|\| )(\$? *)ruhu( -[a-z]+ [^ ]+)* [a-z]+( [a-z]+)?' README.md docs/*.md |
	sed -E 's/^[^r]*ruhu//; s/ -[a-z]+ [^ ]+//g; s/^ //' | sort -u >"$tmp/commands"
[ "$(wc -l <"$tmp/commands")" -ge 10 ]
while read -r first second; do
	"$B/ruhu" help "$first" ${second:+"$second"} >/dev/null 2>&1 || {
		echo "a guide says 'ruhu $first $second', which the program does not know"
		failed=1
	}
done <"$tmp/commands"
for doc in README.md docs/*.md; do
	for link in $(grep -oE '\]\([^)#]+' "$doc" | sed 's/^](//' | grep -v '^http' || true); do
		[ -e "$(dirname "$doc")/$link" ] || {
			echo "$doc: there is no $link"
			failed=1
		}
	done
done
# The form of docs/design-form.md, and what the guide does with it.
awk '/^```yaml/ { on = 1; next } /^```/ { on = 0 } on' docs/design-form.md >"$tmp/toilet.yaml"
"$B/ruhu" -d "$tmp/t.db" form add forms/household-survey.yaml >/dev/null
"$B/ruhu" form check "$tmp/toilet.yaml"
"$B/ruhu" -d "$tmp/t.db" form add "$tmp/toilet.yaml" >/dev/null
printf 'set kind 3\nget works\nset kind 1\nset users 9\nproblems\n' |
	"$B/ruhu" -d "$tmp/t.db" fill toilet >"$tmp/out"
sed -n 2p "$tmp/out" | grep -q '"relevant":false'
sed -n 5p "$tmp/out" | grep -q household_id
# Its forms that begin with their names.
awk -v dir="$tmp" '/^```/ { out = "" } /^# [a-z]*\.yaml:/ { out = dir "/" substr($2, 1, length($2) - 1) }
    out != "" { print >out }' docs/design-form.md
for f in register visit house; do
	"$B/ruhu" form check "$tmp/$f.yaml" >/dev/null || failed=1
done
exit $failed
