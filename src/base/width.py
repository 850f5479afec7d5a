#!/usr/bin/env python3
"""Prints utf8_table.h: which code points take no column, two columns, or one or
two by the terminal. Source: the Unicode Character Database as python3's
unicodedata has it (East_Asian_Width of EastAsianWidth.txt, General_Category of
UnicodeData.txt). Run it as: python3 src/base/width.py > src/base/utf8_table.h"""
import unicodedata as u

# Blocks whose unassigned code points are wide too, says EastAsianWidth.txt.
ALWAYS_WIDE = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
               (0x20000, 0x2FFFD), (0x30000, 0x3FFFD)]


def kind(cp):
    c = chr(cp)
    if cp == 0xAD:  # the soft hyphen is shown as one
        return "ambiguous"
    if u.category(c) in ("Mn", "Me", "Cf") or 0x1160 <= cp <= 0x11FF:
        return "none"  # also the vowels and finals that join a Hangul syllable
    if any(a <= cp <= b for a, b in ALWAYS_WIDE):
        return "wide"
    return {"W": "wide", "F": "wide", "A": "ambiguous"}.get(u.east_asian_width(c), "")


def ranges(wanted, kinds):
    start = None
    for cp, k in enumerate(kinds + [""]):
        if k == wanted and start is None:
            start = cp
        elif k != wanted and start is not None:
            yield start, cp - 1
            start = None


def main():
    kinds = [kind(cp) for cp in range(0x110000)]
    print("/* Made by width.py from Unicode %s. Do not edit. */" % u.unidata_version)
    for name in ("none", "wide", "ambiguous"):
        print("\nstatic const struct range width_%s[] = {" % name)
        line = ""
        for a, b in ranges(name, kinds):
            item = "{ 0x%04X, 0x%04X }," % (a, b)
            if len(line) + len(item) > 84:
                print("\t" + line.rstrip())
                line = ""
            line += item + " "
        print("\t" + line.rstrip() + "\n};")


main()
