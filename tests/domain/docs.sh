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
# docs/database.md: its queries run, and its tables and format are those there are.
cp sample.db "$tmp/sample.db"
awk '/^    (SELECT|--)/, /;/' docs/database.md | sqlite3 -bail "$tmp/sample.db" >/dev/null || failed=1
for t in $(sqlite3 "$tmp/sample.db" "SELECT name FROM sqlite_master
    WHERE name LIKE 'ruhu~_%' ESCAPE '~' AND name NOT LIKE 'ruhu_search_%' AND type <> 'index'
    AND type <> 'trigger'"); do
	grep -q "\`$t\`" docs/database.md || {
		echo "docs/database.md does not tell of $t"
		failed=1
	}
done
format=$(sqlite3 "$tmp/sample.db" 'PRAGMA user_version')
grep -q "the format, now $format\." docs/database.md || {
	echo "docs/database.md does not say that the format is $format"
	failed=1
}
exit $failed
