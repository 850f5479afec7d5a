#!/usr/bin/env python3
"""Spoils an export in every way, imports all of it into an empty database, and
sees that each file is refused with a sentence and that nothing was applied.

    hostile.py RUHU EXPORT.ndjson DATABASE FOLDER"""
import hashlib
import json
import os
import random
import re
import subprocess
import sys

ruhu, export, database, folder = sys.argv[1:5]
rng = random.Random(649999)
good = open(export, "rb").read()
lines = good.decode().split("\n")[:-1]
files = []                      # (what, name)


def add(what, data, end=".ndjson"):
    name = os.path.join(folder, f"{len(files):05d}{end}")
    with open(name, "wb") as f:
        f.write(data)
    files.append((what, name))


def dumps(v):
    return json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sealed(body, counts=None):
    """Lines before the footer, with a footer that agrees with them."""
    text = "".join(line + "\n" for line in body).encode("utf-8", "surrogatepass")
    z = json.loads(lines[-1])
    z["b2"] = hashlib.blake2b(text, digest_size=32).hexdigest()
    if counts:
        z["n"] = counts
    return text + dumps(z).encode() + b"\n"


def with_line(n, change, what, raw=False):
    """The file with line n changed by a function of its JSON, sealed anew."""
    body = lines[:-1]
    if raw:
        body[n] = change(body[n])
    else:
        v = json.loads(body[n])
        change(v)
        body[n] = dumps(v)
    add(what, sealed(body))


def t_lines():
    return [i for i, line in enumerate(lines) if '"k":"t"' in line]


def put(key, value):
    def change(v):
        v[key] = value
    return change


def drop(key):
    def change(v):
        v.pop(key, None)
    return change


def cell(i, value):
    def change(v):
        v["c"][0][i] = value
    return change


# ---- cut and flipped -------------------------------------------------------------------
for n in sorted(set(rng.sample(range(len(good)), 150)) | {0, 1, len(good) - 1}):
    add(f"cut at {n}", good[:n])
for n in rng.sample(range(len(good)), 300):
    spoilt = bytearray(good)
    spoilt[n] ^= 1 << rng.randrange(8)
    add(f"a bit turned at {n}", bytes(spoilt))
packed = subprocess.run(["zstd", "-q", "-c"], input=good, capture_output=True, check=True).stdout
for n in rng.sample(range(len(packed)), 60):
    add(f"packed, cut at {n}", packed[:n], ".zst")
checked = subprocess.run(["zstd", "-q", "-c", "--check"], input=good, capture_output=True).stdout
for n in rng.sample(range(len(checked)), 60):
    spoilt = bytearray(checked)
    spoilt[n] ^= 1 << rng.randrange(8)
    if subprocess.run(["zstd", "-dcq"], input=bytes(spoilt), capture_output=True).stdout != good:
        add(f"packed, a bit turned at {n}", bytes(spoilt), ".zst")
add("something after the packed file", packed + b"x", ".zst")
add("packed twice", subprocess.run(["zstd", "-q", "-c"], input=packed, capture_output=True).stdout, ".zst")
add("a window too large", subprocess.run(["zstd", "-q", "-c", "--long=27", "--no-check"], input=good * 1,
                                         capture_output=True).stdout + b"\0", ".zst")
add("nothing", b"")
add("a line feed", b"\n")
add("noise", rng.randbytes(5000))
add("zeros", bytes(100000))
add("something after the footer", good + b"{}\n")
add("twice in one", good + good)
add("brackets", b"[" * 60000 + b"\n")
add("a very long line", b'{"a":"' + b"x" * 70000 + b'"}\n' + good)

# ---- sealed anew, but wrong ----------------------------------------------------------------
m = json.loads(lines[0])
for key in ("epochs", "file", "forms", "from", "have", "hlc", "made", "n", "prog", "stream", "to", "v"):
    with_line(0, drop(key), f"manifest without {key}")
    for value in (None, -1, "", "x" * 300, [], {}, [[]], 1 << 60, True):
        if value != m[key] and not (key in ("have", "scope") and value == []) and \
                not (key in ("file", "from", "to", "prog") and isinstance(value, str) and len(value) < 64) and \
                not (key == "made" and value == 1 << 60 and False):
            with_line(0, put(key, value), f"manifest {key} = {value!r}"[:60])
for key in ("c0", "c1", "epoch", "from", "to"):
    def change(v, key=key):
        v["stream"].pop(key)
    with_line(0, change, f"stream without {key}")
with_line(0, lambda v: v["stream"].update(to=v["stream"]["to"] + 1), "one change too few")
with_line(0, lambda v: v["stream"].update({"from": 2}), "the range begins at 2")
with_line(0, lambda v: v["stream"].update(c0="1" * 64), "another chain before")
with_line(0, lambda v: v["stream"].update(c1="1" * 64), "another chain after")
with_line(0, put("v", 2), "a newer format")
with_line(0, put("older", [m["stream"]]), "one epoch in two ranges")
with_line(0, put("from", "a\u001b[31mb"), "an escape in the manifest")

for n in rng.sample(t_lines(), 6) + t_lines()[-1:]:
    v = json.loads(lines[n])
    for key in ("a", "c", "e", "f", "h", "q", "r"):
        with_line(n, drop(key), f"line {n} without {key}")
        for value in (None, -1, 1 << 60, "", "x" * 300, [], {}, True, 1000):
            if value != v[key]:
                with_line(n, put(key, value), f"line {n} {key} = {value!r}"[:60])
    with_line(n, put("q", v["q"] + 1), f"line {n}: another number")
    with_line(n, put("r", "../../etc/passwd"), f"line {n}: a path for a record")
    with_line(n, put("r", v["r"].upper() if v["r"].upper() != v["r"] else "0" * 36), f"line {n}: upper case")
    with_line(n, put("rk", "0" * 64), f"line {n}: another key")
    with_line(n, put("g", 8), f"line {n}: unknown marks")
    with_line(n, put("k", "x"), f"line {n}: unknown kind")
    with_line(n, put("k", "m"), f"line {n}: a second manifest")
    with_line(n, put("a", v["a"] + "\u0007"), f"line {n}: a bell in a name")
    for i, value in ((0, None), (0, ""), (0, "x" * 300), (0, "a b"), (0, "a\nb"), (0, 7), (1, 7),
                     (1, True), (1, "x" * 17000), (1, "\u001b]52;c;x\u0007"), (1, "a\u0000b"), (1, "forged"), (2, 1),
                     (2, 0), (2, -1 << 40), (2, "x"), (2, []), (2, [[0, 1]]), (2, [[99, 1, "00000000"]]),
                     (2, [[0, 1, "0000000g"]]), (3, -1), (3, 1), (3, 1 << 50), (3, "0"), (3, None)):
        if v["c"][0][i] != value:
            with_line(n, cell(i, value), f"line {n}: part {i} is {value!r}"[:60])
    with_line(n, lambda v: v["c"][0].append("because"), f"line {n}: a reason that is none")
    with_line(n, lambda v: v["c"][0].extend(["refused", 1]), f"line {n}: six parts")
    with_line(n, lambda v: v["c"][0].pop(), f"line {n}: three parts")
    with_line(n, lambda v: v["c"].append(v["c"][0]), f"line {n}: a change twice")
    with_line(n, lambda s: s.replace('"k"', ' "k"'), f"line {n}: a space", raw=True)
    with_line(n, lambda s: s[:-1] + ',"k":"t"}', f"line {n}: a key twice", raw=True)
    with_line(n, lambda s: re.sub(r'"q":(\d+)', r'"q":\1.0', s), f"line {n}: a number with a point", raw=True)
    with_line(n, lambda s: s.replace(":", ":\t", 1), f"line {n}: a tab", raw=True)
    with_line(n, lambda s: s.replace('"t"', '"\\u0074"'), f"line {n}: an escape too many", raw=True)
    with_line(n, lambda s: s.replace('"t"', '"t\udc80"'), f"line {n}: not UTF-8", raw=True)
    with_line(n, lambda s: s[:-1], f"line {n}: not closed", raw=True)
    with_line(n, lambda s: "[" * 500 + "]" * 500, f"line {n}: deep", raw=True)

# Lines away, twice, in another order.
for n in rng.sample(t_lines(), 8):
    add(f"line {n} missing", sealed(lines[:n] + lines[n + 1:-1]))
    add(f"line {n} twice", sealed(lines[:n + 1] + lines[n:-1]))
for a, b in zip(t_lines()[:-1:3], t_lines()[1::3]):
    body = lines[:-1]
    body[a], body[b] = body[b], body[a]
    add(f"lines {a} and {b} changed places", sealed(body))
add("no manifest", sealed(lines[1:-1]))
add("no footer", "".join(line + "\n" for line in lines[:-1]).encode())
add("other counts in the footer", sealed(lines[:-1], {"changes": m["n"]["changes"] + 1, "tx": m["n"]["tx"]}))
add("another hash in the footer",
    good.replace(json.loads(lines[-1])["b2"].encode(), b"0" * 64))

# A file beside a form that would lie elsewhere.
for name in ("..", "../x", "/x", "a/../../x", "a//b", "a/", "a\\b"):
    line = dumps({"f": 0, "k": "f", "n": name, "p": 0, "t": "x"})
    add(f"beside a form: {name}", sealed(lines[:1] + [line] + lines[1:-1]))

# What is no file, which is no fault of its content: exit code 3.
no_files = [("a folder", folder), ("a device", "/dev/zero"), ("not there", os.path.join(folder, "none"))]
files += no_files


def state():
    out = subprocess.run([ruhu, "-d", database, "status", "--state", "--json"], capture_output=True, check=True)
    v = json.loads(out.stdout)
    return v["state"], v["records"], v["changes"], v["conflicts"]


before = state()
bad = 0
for at in range(0, len(files), 500):
    part = files[at:at + 500]
    p = subprocess.run([ruhu, "-d", database, "--lang", "en", "import", "--json"] + [name for _, name in part],
                       capture_output=True)
    out = p.stdout.decode().splitlines()
    if p.returncode != (3 if no_files[-1] in part else 1) or len(out) != len(part):
        print(f"exit code {p.returncode}, {len(out)} answers for {len(part)} files: {p.stderr.decode()[-3000:]}")
        sys.exit(1)
    for (what, name), text in zip(part, out):
        v = json.loads(text)
        if v["ok"]:
            print(f"taken: {what}")
            bad += 1
        elif not v["error"] or "\x1b" in v["error"]:
            print(f"{what}: says {v['error']!r}")
            bad += 1
if state() != before:
    print("something was applied")
    bad += 1
print(f"{len(files)} spoilt files, {bad} not refused")
sys.exit(1 if bad else 0)
