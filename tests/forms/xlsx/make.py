#!/usr/bin/env python3
"""Makes an XLSForm spreadsheet of a text: `make.py IN.txt OUT.xlsx`.

A line `== name` begins a sheet; then a line a row, cells between tabs. A cell is
shared text unless it begins with `i:` (inline text), `n:` (number), `d:` (number
shown as a date), `h:` (number shown as a time), `b:` (boolean) or `r:` (rich text in two runs, split at `|`)."""
import sys
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
strings = []


def shared(xml):
    if xml not in strings:
        strings.append(xml)
    return strings.index(xml)


def t(text):
    return f'<t xml:space="preserve">{escape(text)}</t>'


def cell(ref, text):
    kind, rest = text[:2], text[2:]
    if kind == "i:":
        return f'<c r="{ref}" t="inlineStr"><is>{t(rest)}</is></c>'
    if kind == "n:":
        return f'<c r="{ref}"><v>{rest}</v></c>'
    if kind == "d:":
        return f'<c r="{ref}" s="1"><v>{rest}</v></c>'
    if kind == "h:":
        return f'<c r="{ref}" s="2"><v>{rest}</v></c>'
    if kind == "b:":
        return f'<c r="{ref}" t="b"><v>{rest}</v></c>'
    if kind == "r:":
        a, b = rest.split("|")
        xml = f"<r><rPr><b/></rPr>{t(a)}</r><r>{t(b)}</r><rPh sb=\"0\" eb=\"1\">{t('said')}</rPh>"
    else:
        xml = t(text)
    return f'<c r="{ref}" t="s"><v>{shared(xml)}</v></c>'


def main(source, target):
    sheets = []
    for line in open(source, encoding="utf-8").read().split("\n"):
        if line.startswith("== "):
            sheets.append((line[3:], []))
        elif sheets:
            sheets[-1][1].append(line.split("\t"))
    parts = {}
    for n, (_, rows) in enumerate(sheets, 1):
        xml = []
        for r, row in enumerate(rows, 1):
            cells = "".join(cell(f"{chr(65 + c)}{r}", x) for c, x in enumerate(row) if x)
            if cells:
                xml.append(f'<row r="{r}">{cells}</row>')
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(xml)}</sheetData></worksheet>')
    names = "".join(f'<sheet name="{escape(s)}" sheetId="{n}" r:id="rId{n}"/>'
                    for n, (s, _) in enumerate(sheets, 1))
    parts["xl/workbook.xml"] = (f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">'
                                f"<sheets>{names}</sheets></workbook>")
    rels = "".join(f'<Relationship Id="rId{n}" Type="{REL}/worksheet" '
                   f'Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1))
    parts["xl/_rels/workbook.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{rels}</Relationships>")
    items = "".join(f"<si>{s}</si>" for s in strings)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{items}</sst>'
    parts["xl/styles.xml"] = (f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" '
                              'formatCode="yyyy\\-mm\\-dd"/></numFmts><cellXfs>'
                              '<xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs></styleSheet>')
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as z:
        for name, xml in parts.items():
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)),
                       '<?xml version="1.0" encoding="UTF-8"?>' + xml, zipfile.ZIP_DEFLATED)


main(sys.argv[1], sys.argv[2])
