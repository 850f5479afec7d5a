#!/usr/bin/env python3
"""age_vectors.py SEALER: the C2SP vectors of age-vectors.tsv through our reader.

A file that should open must give the payload's hash. One that should not must be
refused, and give no more than the vector allows: our reader holds the last chunk
back until it knows that it is the last, so it may give whole chunks less."""
import base64
import hashlib
import os
import subprocess
import sys
import zlib

sealer = sys.argv[1]
CHUNK = 65536
n = 0
for line in open(os.path.join(os.path.dirname(__file__), "age-vectors.tsv")):
    if line.startswith("#"):
        continue
    name, text = line.rstrip("\n").split("\t")
    head, body = base64.b64decode(text).split(b"\n\n", 1)
    said = [x.split(": ", 1) for x in head.decode().split("\n")]
    of = dict(said)
    if of.get("compressed") == "zlib":
        body = zlib.decompress(body)
    # A vector without a key expects the header to be refused, whoever asks.
    keys = [v for k, v in said if k == "identity"] or ["AGE-SECRET-KEY-1" + "X" * 58]
    for key in keys:
        p = subprocess.run([sealer, "decrypt", key], input=body, capture_output=True)
        if p.returncode == 0:
            break
    if p.returncode not in (0, 1):
        sys.exit(f"{name}: ended with {p.returncode}: {p.stderr.decode()[:300]}")
    if (p.returncode == 0) != (of["expect"] == "success"):
        sys.exit(f"{name}: should be {of['expect']}, was {p.returncode}: {p.stderr.decode()}")
    hashed = hashlib.sha256(p.stdout).hexdigest()
    if of["expect"] == "success" and hashed != of["payload"]:
        sys.exit(f"{name}: another payload")
    if of["expect"] != "success" and hashed != of.get("payload"):
        if len(p.stdout) % CHUNK != 0 or (p.stdout and "payload" not in of):
            sys.exit(f"{name}: {len(p.stdout)} bytes were given out")
    n += 1
if n < 60:
    sys.exit(f"only {n} vectors")
print(f"{n} vectors")
