#!/bin/sh
# Tables beside a form that no question chooses from, texts that expressions ask for by
# their id, elements of a list by other names, a label that is another row's answer.
# Then the same from the forms written out again.
set -u
cd "$(dirname "$0")/../.."
ruhu=$(pwd)/${B:-build}/ruhu
export RUHU_LANG=en
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp tests/forms/xform/outside/* "$dir"
cd "$dir" || exit 1
bad=0
play() { # FORM NAME
	rm -f a.db
	"$ruhu" -d a.db form add "$1" >/dev/null || bad=1
	{ echo "new $2"; cat; } | "$ruhu" -d a.db fill | jq -r 'select(has("value")) | .value' >got
	cmp want got || { echo "$1"; paste want got; bad=1; }
}
printf '%s\n' b 2 2 Bei 200 'a note' Code '' 2 y yy yy a 1,5 '' >want
outside() {
	play "$1" outside <<-'END'
	set k b
	get pulled
	get taken
	get listed
	get other
	get text
	get of_question
	get none
	set s 2
	get chosen
	set r[2]/n yy
	get chosen
	set k a
	get taken
	get listed
	END
}
outside outside.xml
"$ruhu" form convert outside.xml again.xml >/dev/null || bad=1
outside again.xml
"$ruhu" form convert outside.xml rows.yaml >said || bad=1
grep -q 'name: places' rows.yaml || { echo "no row for the table"; bad=1; }
for what in 'jr:itext() names' "'villages': what its elements are called"; do
	grep -qF "$what" said || { echo "lost without a word: $what"; bad=1; }
done

sed 's#<data id#<data xmlns="http://county.example/forms" id#' outside.xml >own.xml
for way in 'own.xml own2.xml' 'own2.xml own.yaml' 'own.yaml last.xml'; do
	"$ruhu" form convert $way >/dev/null || bad=1
done
grep -q '<data [^>]*xmlns="http://county.example/forms"' last.xml || { echo "its namespace is lost"; bad=1; }
[ "$(grep -c 'type: note' rows.yaml)" -eq 1 ] && ! grep -q read_only rows.yaml ||
	{ echo "no note for a text that nobody can write"; bad=1; }

# pulldata() alone names its table, as in pyxform; itextId is there without a column.
printf '%s\n' b 2 Bee >want
pulled() {
	printf 'set k b\nget rate\nget word\n' | play "$1" pulled
}
pulled pulled.yaml
for ending in xml xlsx yaml; do
	"$ruhu" form convert pulled.yaml "twin.$ending" >/dev/null || bad=1
	pulled "twin.$ending"
done
grep -q external twin.yaml && { echo "a row too many"; bad=1; }
exit $bad
