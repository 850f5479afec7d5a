#!/usr/bin/env python3
"""Content of a database as text, for comparing: what was keyed, by whom, when.
Random ids become their number of appearance; hashes and secrets are left out.

usage: dump.py DATABASE
"""
import re
import sqlite3
import sys

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SKIP = {"secret", "chain", "id_hash", "last_change"}


def main():
    db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
    forms = [r[0] for r in db.execute("SELECT DISTINCT id FROM ruhu_form ORDER BY 1")]
    tables = [r[0] for r in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
    want = [t for t in tables if t.split("__")[0] in forms]
    want += ["ruhu_record", "ruhu_log", "ruhu_draft_answer", "ruhu_flag"]
    seen = {}
    number = lambda m: "#%d" % seen.setdefault(m.group(0), len(seen) + 1)
    for table in want:
        rows = db.execute('SELECT * FROM "%s"' % table)
        names = [c[0] for c in rows.description]
        print("== %s" % table)
        lines = []
        for row in rows:
            cells = ["%s=%s" % (n, v) for n, v in zip(names, row)
                     if v not in (None, "") and n not in SKIP and not isinstance(v, bytes)]
            lines.append(" | ".join(cells))
        if table == "ruhu_draft_answer":        # kept in order of random ids
            lines = sorted(UUID.sub("#", line) for line in lines)
        for line in lines:
            print(UUID.sub(number, line))


if __name__ == "__main__":
    main()
