#!/bin/sh
# ruhu table into a workbook: the same cells as the CSV, ID numbers whole, figures as
# figures, nothing that a spreadsheet program would work out; and LibreOffice reads it.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
cp sample.db "$db"
printf 'set remark =1+1\nset main_need <b>&"x"\nsave\n' |
    ruhu -d "$db" fill household_survey 640181001013-0042 >"$T/out"
for rows in "" member; do
	set -- household_survey ${rows:+--rows $rows}
	code 0 ruhu -d "$db" --lang zh table "$@" --labels -o "$T/t.csv"
	code 0 ruhu -d "$db" --lang zh table "$@" --labels -o "$T/t.xlsx"
	python3 - "$T" <<'END' || bad "the workbook of $*"
import csv, re, sys, zipfile
from html import unescape
folder = sys.argv[1]
rows = list(csv.reader(open(folder + "/t.csv", encoding="utf-8-sig", newline="")))
sheet = zipfile.ZipFile(folder + "/t.xlsx").read("xl/worksheets/sheet1.xml").decode()
assert "<f>" not in sheet
assert 'topLeftCell="A2"' in sheet, "the headings stay in sight"
def column(letters):
    n = 0
    for c in letters:
        n = n * 26 + ord(c) - 64
    return n - 1
cells, numbers = {}, 0
for at, row, kind, body in re.findall(r'<c r="([A-Z]+)(\d+)"([^>]*?)>(.*?)</c>', sheet):
    number = 't="' not in kind
    numbers += number
    cells[int(row) - 1, column(at)] = (unescape("".join(re.findall(r">([^<]*)</[tv]>", body))), number)
wrong = 0
for r, row in enumerate(rows):
    for c, text in enumerate(row):
        value, number = cells.get((r, c), ("", False))
        text = text[1:] if text[:2] == "'=" else text
        same = float(value) == float(text) if number else value == text
        assert same, (r, c, value, text)
        assert not number or len(text) <= 15, (r, c, text)
assert numbers > 1000, numbers
head = rows[0]
if "证件号码" in head:
    c = head.index("证件号码")
    assert not any(cells[r, c][1] for r in range(1, len(rows)) if (r, c) in cells)
END
done
code 0 ruhu -d "$db" table four_checks --rows issue -o "$T/i.xlsx"
code 0 ruhu -d "$db" table four_checks --rows issue -o "$T/I.XLSX"
cmp -n 4 "$T/i.xlsx" "$T/I.XLSX" || bad "a workbook in capitals"
command -v soffice >/dev/null || { echo "note: LibreOffice is not there to read it"; exit 0; }
timeout 120 soffice --headless --convert-to csv:"Text - txt - csv (StarCalc)":44,34,76 --outdir "$T" \
    "$T/i.xlsx" >"$T/out" 2>&1 || bad "soffice"
same "$(wc -l <"$T/i.csv")" "$(sqlite3 -readonly "$db" 'select count(*) + 1 from four_checks__issue')" rows
exit 0
