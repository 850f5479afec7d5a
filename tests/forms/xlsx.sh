#!/bin/sh
# XLSForm spreadsheets: checked with the names of cells, installed, keyed; the
# spreadsheet, its YAML and its XForm are the same form.
set -u
cd "$(dirname "$0")/../.."
B=${B:-build}
root=$PWD
ruhu=$root/$B/ruhu
forms=$PWD/tests/forms/xlsx
shared=$PWD/../shared/odk-tests/forms
export RUHU_LANG=en
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
fail() {
	echo "$1"
	bad=1
}

# What make.py makes of the texts is what is in the repository.
for n in small mistakes; do
	python3 tests/forms/xlsx/make.py "$forms/$n.txt" "$dir/$n.xlsx" || exit 1
done
cmp "$dir/small.xlsx" "$forms/small.xlsx" 2>/dev/null ||
	python3 - "$dir/small.xlsx" "$forms/small.xlsx" <<'PY' || fail "small.xlsx is not what make.py makes of small.txt"
import sys, zipfile
a, b = (zipfile.ZipFile(f) for f in sys.argv[1:])
sys.exit(a.namelist() != b.namelist() or any(a.read(n) != b.read(n) for n in a.namelist()))
PY

cd "$dir" || exit 1
"$ruhu" form check mistakes.xlsx >got 2>&1
[ $? = 1 ] || fail "mistakes.xlsx: exit code is not 1"
diff -u "$forms/mistakes.expected" got || bad=1

"$ruhu" -d x.db form add small.xlsx >/dev/null || fail "small.xlsx is not installed"

# What is only a warning is told by its cell, too, when the form is installed.
sed 's/^form_id\tform_title/&\tversoin/; s/^small_xlsx\tSmall/warned\tSmall\tx/' "$forms/small.txt" >warned.txt
python3 "$root/tests/forms/xlsx/make.py" warned.txt warned.xlsx || exit 1
"$ruhu" -d x.db form add warned.xlsx >got 2>&1 || fail "warned.xlsx is not installed"
grep -q '^warning: warned.xlsx:settings!C2:' got || fail "the warning names no cell: $(cat got)"
"$ruhu" -d x.db form add small.xlsx >/dev/null || fail "small.xlsx is not installed twice"
printf 'get d\nget t\nset a x\nset b 1\nset c 3\nsave\n' | "$ruhu" -d x.db fill small_xlsx >got ||
	fail "small_xlsx is not keyed"
grep -q '"path":"/data/g/d","value":"2026-11-23"' got || fail "the date of the spreadsheet is lost"
grep -q '"path":"/data/g/t","value":"09:30:00"' got || fail "the time of the spreadsheet is lost"

# Headers as people write them, old names of columns, rows that are somebody's notes.
python3 "$root/tests/forms/xlsx/make.py" "$forms/odd.txt" odd.xlsx || exit 1
"$ruhu" form check odd.xlsx >got 2>&1 || fail "odd.xlsx is not good"
diff -u "$forms/odd.expected" got || bad=1
"$ruhu" -d x.db form add odd.xlsx >/dev/null 2>&1 || fail "odd.xlsx is not installed"
printf 'choices Again\nlanguage fr\nchoices Again\n' | "$ruhu" -d x.db fill odd >got
[ "$(jq -r 'select(.choices) | .choices | map(.name + " " + .label) | join(",")' got | tr '\n' ';')" = \
    '1 Yes,0 No;1 Oui,0 No;' ] || fail "odd.xlsx: $(cat got)"

# Not archives, archives that are no books, books with a part that is broken.
printf 'PK\003\004 no archive' >no.xlsx
head -c 900 small.xlsx >cut.xlsx
python3 - <<'PY'
import zipfile
def make(name, **parts):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        for part, text in parts.items():
            z.writestr("xl/" + part.replace("__", "/").replace("_xml", ".xml"), text)
make("empty.xlsx", other_xml="x")
make("broken.xlsx", workbook_xml="<workbook>")
book = ('<workbook xmlns:r="r"><sheets><sheet name="survey" r:id="a"/></sheets></workbook>')
rels = '<Relationships><Relationship Id="a" Target="s.xml"/></Relationships>'
with zipfile.ZipFile("bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("xl/workbook.xml", book)
    z.writestr("xl/_rels/workbook.xml.rels", rels)
    z.writestr("xl/s.xml", b" " * (80 << 20))
with zipfile.ZipFile("entity.xlsx", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("xl/workbook.xml", book)
    z.writestr("xl/_rels/workbook.xml.rels", rels)
    z.writestr("xl/s.xml", '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>')
PY
for f in no cut empty broken bomb entity; do
	timeout 20 "$ruhu" form check $f.xlsx >got 2>&1
	[ $? = 1 ] || fail "$f.xlsx is not refused: $(cat got)"
	[ "$(wc -l <got)" = 1 ] || fail "$f.xlsx: $(cat got)"
done

if [ -d "$shared" ]; then
	for f in all-question-types-v2024091201-3 cascading-select simple-repeat \
	    socio-economic-survey-v20240515; do
		"$ruhu" form check "$shared/$f.xlsx" >got 2>&1 || fail "$f.xlsx: $(cat got)"
	done
	# Twins: every question of the spreadsheet is in its XForm, with the same type.
	for f in all-question-types-v2024091201-3 socio-economic-survey-v20240515; do
		for e in xlsx xml; do
			rm -f "$e.db"
			"$ruhu" -d "$e.db" form add "$shared/$f.$e" >/dev/null 2>&1 || fail "$f.$e is not installed"
			id=$("$ruhu" -d "$e.db" form list --json | jq -r '.. | .form? // .form_id? // .id? // empty' | head -n 1)
			"$ruhu" -d "$e.db" form show "$id" --json | jq -r '.questions[] |
			    select(.type | test("group|repeat|note|calculate|hidden|text|start|today|deviceid|image|audio|video|file") | not) |
			    "\(.path) \(.type)"' | sed 's/ \(select[a-z_]*\|rank\).*/ \1/' | sort >"$e.list"
		done
		[ -s xlsx.list ] || fail "$f: no questions"
		diff xlsx.list xml.list >got || fail "$f: the twins differ: $(cat got)"
	done
else
	echo "note: skipped the real spreadsheets, ../shared/odk-tests is not here"
fi
exit $bad
