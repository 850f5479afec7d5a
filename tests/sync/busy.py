#!/usr/bin/env python3
"""busy.py RUHU FOLDER WORKERS RECORDS: people key while a file is merged.

A file of RECORDS records of 90 answers is imported; meanwhile WORKERS processes key
and save. No save that was acknowledged may be missing afterwards, and every record of
the file must be there. Prints the longest wait for an answer (a journalled field) and
for a save: of this machine, now; nothing is asserted about it."""
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time

ruhu, folder, workers, records = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
form = os.path.join(folder, "many.yaml")
with open(form, "w") as f:
    f.write('settings: {form_id: many, form_title: Many, version: "1", ruhu: {unique: [q0]}}\nsurvey:\n')
    f.writelines(f"- {{type: text, name: q{i}, label: Q}}\n" for i in range(90))
one, two = (os.path.join(folder, n) for n in ("one.db", "two.db"))


def run(db, *args, text=""):
    return subprocess.run([ruhu, "-d", db, *args], input=text.encode(), capture_output=True, check=True).stdout


for db in (one, two):
    run(db, "form", "add", form)
run(one, "fill", "many", text="".join(
    "new many\n" + "".join(f"set q{i} r{r}x{i}\n" for i in range(90)) + "save\n" for r in range(records)))
sync = os.path.join(folder, "many.zst")
run(one, "export", "--all", "-o", sync)

THINK = 0.2             # s between two answers at most: a fast typist
saved, waits, faults, over = [], [], [], threading.Event()


def keying(w):
    p = subprocess.Popen([ruhu, "-d", two, "--as", f"w{w}", "fill"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def say(line):
        time.sleep(random.random() * THINK)
        began = time.monotonic()
        p.stdin.write(line.encode() + b"\n")
        p.stdin.flush()
        answer = json.loads(p.stdout.readline())
        waits.append((time.monotonic() - began, line.split()[0]))
        if not answer["ok"]:
            faults.append((line, answer))
        return answer

    n = 0
    while n == 0 or not over.is_set():
        n += 1
        say("new many")
        key = f"w{w}n{n}"
        say(f"set q0 {key}")
        say(f"set q1 value {n}")
        if say("save")["ok"]:
            saved.append(key)
    p.stdin.close()
    p.wait()


threads = [threading.Thread(target=keying, args=(w,)) for w in range(workers)]
for t in threads:
    t.start()
began = time.monotonic()
done = subprocess.run([ruhu, "-d", two, "import", "--json", sync], capture_output=True)
took = time.monotonic() - began
over.set()
for t in threads:
    t.join()
if done.returncode != 0 or faults:
    sys.exit(f"import {done.returncode}: {done.stderr.decode()[:300]}; {faults[:3]}")
there = {k for k, in sqlite3.connect(f"file:{two}?mode=ro", uri=True).execute("SELECT q0 FROM many")}
lost = [k for k in saved if k not in there]
if lost or len(there) != records + len(saved):
    sys.exit(f"{len(lost)} saves are lost, {len(there)} records of {records + len(saved)}")
run(two, "check")
worst = {kind: max(t for t, k in waits if k == kind) * 1000 for kind in ("set", "save")}
print(f"{workers} people saved {len(saved)} records while {records * 91} changes were merged in {took:.1f} s: none lost;"
      f" longest wait for an answer {worst['set']:.0f} ms, for a save {worst['save']:.0f} ms")
