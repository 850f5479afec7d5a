#!/bin/sh
# docs/expressions.md has every function as the program has it. With --write the
# table is put in anew.
cd "$(dirname "$0")/../.." || exit 1
doc=docs/expressions.md
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

"${B:-build}/ruhu" --lang en eval --functions --json |
    sed 's/^{"type".*//; s/.*"name":"\([^"]*\)","usage":"\([^"]*\)","help":"\(.*\)","ours":\(.*\)}$/| `\2` | \3 | \4 |/' |
    sed 's/ true |$/ ours |/; s/ false |$/ |/' >"$T/rows"
[ "$(wc -l <"$T/rows")" -ge 90 ] || { echo "too few functions"; exit 1; }
{
	echo '| written | gives | |'
	echo '|---|---|---|'
	cat "$T/rows"
} >"$T/table"
if [ "${1-}" = --write ]; then
	awk -v table="$T/table" '
		/^<!-- functions -->/ { print; print ""; while ((getline l < table) > 0) print l; skip = 1; next }
		skip && /^## / { skip = 0; print "" }
		!skip { print }' "$doc" >"$T/doc" && cp "$T/doc" "$doc"
	exit
fi
awk '/^<!-- functions -->/ { on = 1; next } on && /^## / { exit } on && NF' "$doc" >"$T/written"
diff "$T/written" "$T/table" && exit 0
echo "the function table of $doc is not the program's: sh tests/expr/table.sh --write"
exit 1
