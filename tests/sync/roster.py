#!/usr/bin/env python3
"""Forges a body, with every hash right, whose one record has many rows.

    roster.py EXPORT.ndjson ROWS >FORGED.ndjson"""
import hashlib
import json
import sys

export, rows = sys.argv[1], int(sys.argv[2])


def dumps(v):
    return json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def blake(data, key=b""):
    return hashlib.blake2b(data, digest_size=32, key=key)


with open(export, encoding="utf-8") as f:
    lines = [json.loads(line) for line in f]
manifest = lines[0]
first = next(v for v in lines if v["k"] == "t")
form, version = manifest["forms"][first["f"]][:2]
epoch = manifest["epochs"][first["e"]][0]
secret = bytes.fromhex(first["rk"])
chain, seq, hlc, out = bytes(32), 0, int(first["h"], 16), []


def line(row, answers):
    global chain, seq, hlc
    v = {k: first[k] for k in ("a", "e", "f", "k", "r", "rk")}
    v.update({"q": seq + 1, "h": f"{hlc + 1:016x}", "c": [[field, value, None, 0] for field, value in answers]})
    if row:
        v["w"] = row
    for field, value in answers:
        seq += 1
        hlc += 1
        change = {"a": v["a"], "e": epoch, "f": form, "h": f"{hlc:016x}", "n": field, "p": [], "q": seq, "r": v["r"],
                  "v": blake(value.encode(), secret).hexdigest(), "vn": version, "w": row, "y": ""}
        chain = blake(chain + dumps(change).encode()).digest()
    out.append(dumps(v))


line("", [("$state", "complete"), ("code", "R1")])
for i in range(rows):
    line(f"00000000-0000-7000-8000-{i:012x}", [("$up", "member"), ("$pos", str(i)), ("member_name", "x")])
manifest["stream"].update({"from": 1, "to": seq, "c0": "0" * 64, "c1": chain.hex()})
manifest["n"] = {"changes": seq, "tx": len(out)}
manifest["hlc"] = f"{hlc:016x}"
body = "".join(text + "\n" for text in [dumps(manifest)] + out)
print(body + dumps({"b2": blake(body.encode()).hexdigest(), "k": "z", "n": manifest["n"]}))
