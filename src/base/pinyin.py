#!/usr/bin/env python3
"""Prints pinyin_table.h: the toneless readings of Han characters. Sources:
Unihan_Readings of Debian's unicode-data (kTGHZ2013 and the first kMandarin) and
surnames.tsv beside this file. Run it as:
    python3 src/base/pinyin.py > src/base/pinyin_table.h"""
import bz2
import os
import re
import unicodedata

UNIHAN = "/usr/share/unicode/Unihan_Readings.txt.bz2"
FIRST, LAST = 0x4E00, 0x9FFF
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
NOTICE = """ * Readings: Unicode Character Database, Unihan %s. Copyright (C) 1991-2022
 * Unicode, Inc. All rights reserved. Distributed under the Terms of Use in
 * https://www.unicode.org/copyright.html. Permission is granted, free of charge,
 * to any person obtaining a copy of the data files to deal in them without
 * restriction, provided that this notice appears with all copies. The data are
 * given "as is", without warranty of any kind. They were modified: tones are
 * dropped, u with diaeresis is written v."""


def toneless(syllable):
    s = unicodedata.normalize("NFD", syllable.strip().lower())
    s = s.replace("u\u0308", "v")
    s = "".join(c for c in s if not unicodedata.combining(c))
    return s if re.fullmatch("[a-z]+", s) else None


def readings():
    version, found = "", {}
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as f:
        for line in f:
            if line.startswith("# Unicode version:"):
                version = line.split(":")[1].strip()
            if not line.startswith("U+"):
                continue
            cp, key, value = line.rstrip("\n").split("\t")
            if key == "kMandarin":
                words = value.split()[:1]
            elif key == "kTGHZ2013":
                words = re.sub(r"[0-9.,]+:", " ", value).replace(",", " ").split()
            else:
                continue
            found.setdefault(int(cp[2:], 16), {})[key] = [w for w in map(toneless, words) if w]
    all_of = {}
    for cp, by in found.items():
        if "kTGHZ2013" not in by and not FIRST <= cp <= LAST:
            continue
        words = by.get("kMandarin", []) + by.get("kTGHZ2013", [])
        if words:
            all_of[cp] = " ".join(dict.fromkeys(words))
    return version, all_of


def quoted(text, width=88):
    return "\n".join('\t"%s"' % text[i:i + width] for i in range(0, len(text), width))


def main():
    version, all_of = readings()
    sets = [""] + sorted(set(all_of.values()))
    assert len(sets) < 64 * 64
    number = {s: i for i, s in enumerate(sets)}
    pair = lambda i: DIGITS[i // 64] + DIGITS[i % 64]
    print("/* Made by pinyin.py. Do not edit.\n *\n" + NOTICE % version + " */\n")
    print("/* Each distinct set of readings, the customary one first. */")
    print("static const char *const pinyin_sets[] = {")
    line = ""
    for s in sets:
        item = '"%s", ' % s
        if len(line) + len(item) > 90:
            print("\t" + line.rstrip())
            line = ""
        line += item
    print("\t" + line.rstrip() + "\n};\n")
    print("/* The set of each character from U+%04X to U+%04X: two digits of base 64, from\n"
          " * pinyin_digits. */" % (FIRST, LAST))
    print('#define PINYIN_FIRST 0x%04X\n#define PINYIN_LAST 0x%04X' % (FIRST, LAST))
    print('static const char pinyin_digits[] =\n    "%s";' % DIGITS)
    print("static const char pinyin_main[] =")
    print(quoted("".join(pair(number[all_of.get(cp, "")]) for cp in range(FIRST, LAST + 1))) + ";\n")
    print("/* The others, by code point. */")
    print("static const struct pinyin_other { unsigned cp, set; } pinyin_others[] = {")
    line = ""
    for cp in sorted(c for c in all_of if not FIRST <= c <= LAST):
        item = "{ 0x%05X, %d }, " % (cp, number[all_of[cp]])
        if len(line) + len(item) > 90:
            print("\t" + line.rstrip())
            line = ""
        line += item
    print("\t" + line.rstrip() + "\n};\n")
    print("/* How a surname at the head of a name is read, where that is not the first\n"
          " * reading of its characters or may be doubted. */")
    print("static const struct pinyin_surname { const char *han, *reading; } pinyin_surnames[] = {")
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "surnames.tsv"),
              encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f][1:]
    for row in sorted(rows, key=lambda r: (-len(r[0]), r[0])):
        words = [toneless(w) for w in row[1].split()]
        assert len(words) == len(row[0]) and all(words), row
        print('\t{ "%s", "%s" },' % (row[0], " ".join(words)))
    print("};")


main()
