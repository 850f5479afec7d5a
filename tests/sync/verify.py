#!/usr/bin/env python3
"""Reads an export without any of the program's code and checks all of it.

    verify.py FILE.ndjson DATABASE

docs/sync-file.md says what each line holds. Every line must be canonical, every
count, number and hash must agree, and the changes must give the answers that
stand in the database's tables."""
import base64
import hashlib
import json
import re
import sqlite3
import sys

LIMIT = 1 << 16
KEYS = {
    "m": {"epochs", "file", "forms", "from", "have", "hlc", "k", "made", "n", "older", "prog",
          "scope", "stream", "to", "v"},
    "f": {"b2", "f", "id", "k", "p", "t", "v"},
    "t": {"a", "c", "e", "f", "g", "h", "k", "q", "r", "rk", "w"},
    "z": {"b2", "k", "n"},
}
OPTIONAL = {"g", "older", "rk", "w"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


def refuse(text):
    sys.exit(f"{sys.argv[1]}: {text}")


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def no_duplicates(pairs):
    if len({k for k, _ in pairs}) != len(pairs):
        refuse("a key stands twice")
    return dict(pairs)


def parse(raw):
    lines = []
    if not raw.endswith(b"\n"):
        refuse("the last line is cut")
    for n, line in enumerate(raw.split(b"\n")[:-1], 1):
        if len(line) + 1 > LIMIT:
            refuse(f"line {n} is too long")
        v = json.loads(line.decode("utf-8"), object_pairs_hook=no_duplicates,
                       parse_float=lambda s: refuse(f"line {n}: {s} is no integer"))
        if canonical(v) != line:
            refuse(f"line {n} is not canonical:\n{line.decode()}\n{canonical(v).decode()}")
        kind = v.get("k")
        if kind not in KEYS:
            refuse(f"line {n} is of kind {kind!r}")
        if not (KEYS[kind] - OPTIONAL <= set(v) <= KEYS[kind]):
            refuse(f"line {n}: members {sorted(v)}")
        lines.append(v)
    return lines


def ranges(m):
    """Earlier epochs, then today's."""
    return m.get("older", []) + [m["stream"]]


def whole(m):
    return all(r["from"] == 1 for r in ranges(m))


def check_shape(raw, lines):
    kinds = "".join(v["k"] for v in lines)
    if not re.fullmatch(r"mf*t*z", kinds):
        refuse(f"the lines are of kinds {kinds[:60]}")
    m, z = lines[0], lines[-1]
    body = raw[:raw[:-1].rindex(b"\n") + 1]
    if hashlib.blake2b(body, digest_size=32).hexdigest() != z["b2"]:
        refuse("the footer's hash is not that of the lines before it")
    tx = [v for v in lines if v["k"] == "t"]
    n = {"changes": sum(len(v["c"]) for v in tx), "tx": len(tx)}
    if m["n"] != n or z["n"] != n:
        refuse(f"counts: {m['n']}, {z['n']}, really {n}")
    if m["v"] != 1 or not re.fullmatch(r"[A-Za-z0-9_-]{22}", m["file"]):
        refuse("manifest")
    blank = json.loads(canonical(m))
    blank["file"] = ""
    digest = hashlib.blake2b(canonical(blank) + b"\n", digest_size=32).digest()[:16]
    if base64.urlsafe_b64encode(digest).decode().rstrip("=") != m["file"]:
        refuse("the file's id is not made from the manifest")
    if sum(r["to"] - r["from"] + 1 for r in ranges(m)) != n["changes"]:
        refuse(f"the ranges {ranges(m)} are not of {n['changes']} changes")
    for r in ranges(m):
        if r["from"] == 1 and r["c0"] != "0" * 64:
            refuse("a range from the beginning starts at another chain value")
    return m, tx


def check_numbers(m, tx):
    """Every number once, in order; stamps rise; heads point back."""
    left = {}                   # epoch id -> [next number, last]
    for r in m.get("older", []):
        left[r["id"]] = [r["from"], r["to"]]
    keyed, heads, last = {}, {}, 0
    for v in tx:
        if not 0 <= v["e"] < len(m["epochs"]) or not 0 <= v["f"] < len(m["forms"]):
            refuse(f"change {v['q']}: names epoch {v['e']} and form {v['f']}")
        epoch = m["epochs"][v["e"]][0]
        place = left.setdefault(epoch, [m["stream"]["from"], m["stream"]["to"]])
        if not UUID.match(v["r"]) or ("w" in v and not UUID.match(v["w"])):
            refuse(f"change {v['q']}: {v['r']} {v.get('w')}")
        if v["q"] != place[0]:
            refuse(f"change {place[0]} is missing; {v['q']} follows")
        # The key comes in the lines of a record's first transaction and never after.
        if whole(m):
            if v["r"] not in keyed and "rk" not in v:
                refuse(f"change {v['q']}: a new record without its key")
            if keyed.get(v["r"]) is False and "rk" in v:
                refuse(f"change {v['q']}: the record's key comes twice")
            keyed[v["r"]] = "rk" in v
        if len(v.get("rk", "0" * 64)) != 64:
            refuse(f"change {v['q']}: the record's key")
        stamp = int(v["h"], 16)
        for i, c in enumerate(v["c"]):
            field, value, prev, ms = c[:4]
            seq = place[0]
            if i > 0:
                stamp = stamp + 1 if ms == 0 else ((stamp >> 16) + ms) << 16
            elif ms != 0:
                refuse(f"change {seq}: the first of a line is {ms} ms after nothing")
            if stamp <= last:
                refuse(f"change {seq}: its stamp is not above the one before")
            last = stamp
            if not (value is None or isinstance(value, str)) or "\0" in (value or ""):
                refuse(f"change {seq}: value {value!r}")
            if isinstance(prev, list):
                prev = [(m["epochs"][e][0], q) for e, q, _ in prev]
            elif isinstance(prev, int):
                prev = [(epoch, seq + prev)]
            key = (v["r"], v.get("w", ""), field)
            if whole(m) and (prev or []) != heads.get(key, []):
                refuse(f"change {seq}: heads {prev}, the change before is {heads.get(key)}")
            heads[key] = [(epoch, seq)]
            place[0] += 1
    for epoch, (at, end) in left.items():
        if at != end + 1:
            refuse(f"epoch {epoch} ends at {at - 1}, not {end}")


def check_answers(m, tx, database):
    """The changes, played in order, are what the answer tables hold."""
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    now, forms = {}, {}
    for v in tx:
        forms[v["r"]] = m["forms"][v["f"]][0]
        for c in v["c"]:
            now.setdefault((v["r"], v.get("w", "")), {})[c[0]] = c[1]
    told = 0
    for (record, row), fields in now.items():
        deleted = fields.get("$del") == "1" or now.get((record, ""), {}).get("$del") == "1"
        table = forms[record]
        if row:
            table += "__" + fields["$up"].split()[0]
        where = ("row_id = ?", row) if row else ("record_id = ?", record)
        cur = db.execute(f'select * from "{table}" where {where[0]}', (where[1],))
        got = cur.fetchone()
        if deleted != (got is None):
            refuse(f"{record} {row}: deleted is {deleted}, the table has {got}")
        if got is None:
            continue
        columns = {d[0]: x for d, x in zip(cur.description, got)}
        for field, value in fields.items():
            if field.startswith("$"):
                continue
            have = columns[field]
            if isinstance(have, float):
                same = value is not None and float(value) == have
            else:
                same = (value or "") == ("" if have is None else str(have))
            if not same:
                refuse(f"{record} {row} {field}: {value!r} in the file, {have!r} in the table")
            told += 1
    return told


def main():
    raw = open(sys.argv[1], "rb").read()
    lines = parse(raw)
    m, tx = check_shape(raw, lines)
    check_numbers(m, tx)
    told = 0
    if whole(m):
        told = check_answers(m, tx, sys.argv[2])
    print(f"{m['n']['tx']} lines, {m['n']['changes']} changes, {told} answers as in the tables")


main()
