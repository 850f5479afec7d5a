#!/usr/bin/env python3
"""Keys records, kills the program at random moments, and looks at what is left.

    kill.py RUHU DATABASE KILLS

An answer counts as acknowledged when its line of JSON was read before the kill.
The seed is fixed; the moments are not exactly the same on every machine."""
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

ruhu, database, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
rng = random.Random(20261123)
saved = {}                      # code -> fields, acknowledged by save
drafts = {}                     # record id -> fields acknowledged by set, not saved
maybe = {}                      # code -> fields whose save was under way
number = 0


def keying(n):
    code = f"K{n}"
    fields = {"code": code, "name": f"人{n}", "age": str(20 + n % 50), "works": "1",
              "wage": str(1000 + n)}
    lines = ["new small"] + [f"set {k} {v}" for k, v in fields.items()]
    rows = n % 3
    for r in range(rows):
        lines += ["add member", f"set member_name 员{n}.{r}", f"set member_wage {r}"]
    return fields, rows, lines + ["save"]


def killed_run(delay):
    """One life of the program."""
    global number
    p = subprocess.Popen([ruhu, "-d", database, "--as", "w07", "fill"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.set_blocking(p.stdout.fileno(), False)
    plan = []                   # what each line sent belongs to
    text = b""
    for _ in range(6):
        number += 1
        fields, rows, lines = keying(number)
        for line in lines:
            plan.append((line, fields, rows))
        text += "".join(line + "\n" for line in lines).encode()
    try:
        p.stdin.write(text)
        p.stdin.flush()
    except BrokenPipeError:
        pass
    got, end = b"", time.monotonic() + delay
    while time.monotonic() < end:
        piece = p.stdout.read()
        if piece:
            got += piece
        time.sleep(0.0005)
    p.send_signal(signal.SIGKILL)
    p.stdin.close()
    os.set_blocking(p.stdout.fileno(), True)
    got += p.stdout.read()
    errors = p.stderr.read().decode()
    p.wait()
    if errors:
        sys.exit(f"on standard error: {errors}")
    follow(plan, got.decode(errors="replace").split("\n")[:-1])


def follow(plan, answers):
    record, fields, row = None, {}, 0
    for (line, whole, rows), text in zip(plan, answers):
        answer = json.loads(text)
        if not answer["ok"]:
            sys.exit(f"{line}: {text}")
        word = line.split()
        if word[0] == "new":
            record, fields, row = answer["record"], {}, 0
            drafts[record] = fields
        elif word[0] == "add":
            row += 1
        elif word[0] == "set":
            fields[f"member[{row}]/{word[1]}" if word[1].startswith("member") else word[1]] = word[2]
        else:
            del drafts[record]
            saved[whole["code"]] = dict(fields)
            record = None
    if record is not None and not fields:
        del drafts[record]      # nothing was keyed into it yet
    if len(answers) < len(plan) and plan[len(answers)][0] == "save":
        drafts.pop(record, None)
        maybe[plan[len(answers)][1]["code"]] = (record, dict(fields))


def sql(db, text, *values):
    return db.execute(text, values).fetchall()


def check_saved(db):
    rows = {}
    for record, *values in sql(db, "select record_id, code, name, age, works, wage from small"):
        rows[values[0]] = (record, ["" if v is None else str(v) for v in values])
    members = {}
    for record, position, name, wage in sql(
            db, "select record_id, row_position, member_name, member_wage from small__member"
            " order by row_position"):
        members.setdefault(record, []).append((name, str(wage)))
    for code, fields in list(saved.items()) + [(c, f) for c, (_, f) in maybe.items() if c in rows]:
        if code not in rows:
            sys.exit(f"{code} was acknowledged as saved and is gone")
        record, values = rows[code]
        want = [fields[k] for k in ("code", "name", "age", "works", "wage")]
        if values != want:
            sys.exit(f"{code}: {values}, not {want}")
        n = sum(1 for k in fields if k.endswith("member_name"))
        want = [(fields[f"member[{i}]/member_name"], fields[f"member[{i}]/member_wage"])
                for i in range(1, n + 1)]
        if members.get(record, []) != want:
            sys.exit(f"{code}: rows {members.get(record)}, not {want}")
    extra = set(rows) - set(saved) - set(maybe)
    if extra:
        sys.exit(f"saved though nobody saved them: {extra}")
    return rows


def check_drafts(saved_codes):
    """Through the program itself: each field left is there on reopening."""
    unsaved = dict(drafts)
    for code, (record, fields) in maybe.items():
        if code not in saved_codes:
            unsaved[record] = fields
    lines, wanted = [], []
    for record, fields in unsaved.items():
        lines.append(f"open small {record}")
        wanted.append(None)
        for path, value in fields.items():
            lines.append(f"get {path}")
            wanted.append(value)
    out = subprocess.run([ruhu, "-d", database, "--as", "w07", "fill"],
                         input="".join(line + "\n" for line in lines).encode(), capture_output=True)
    answers = out.stdout.decode().splitlines()
    if len(answers) != len(lines):
        sys.exit(f"{len(lines)} lines in, {len(answers)} out: {out.stderr.decode()}")
    for line, want, text in zip(lines, wanted, answers):
        answer = json.loads(text)
        if not answer["ok"] or (want is not None and answer["value"] != want):
            sys.exit(f"draft: {line}: {text}, not {want!r}")
    return len([w for w in wanted if w is not None])


def main():
    began = time.monotonic()
    # How long a whole life takes here, so that kills fall all over it.
    p = subprocess.run([ruhu, "-d", database, "--as", "w07", "fill"], input=b"new small\n",
                       capture_output=True)
    start = time.monotonic() - began
    if p.returncode != 0:
        sys.exit(p.stderr.decode())
    done = 0
    for i in range(kills):
        killed_run(rng.uniform(0, 1) * (start + 0.12))
        done += 1
        if i % 20 == 19:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
                if sql(db, "pragma quick_check") != [("ok",)]:
                    sys.exit(f"damaged after {done} kills")
        if time.monotonic() - began > 40:
            print(f"note: kill.sh made {done} of {kills} kills in 40 s")
            break
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        if sql(db, "pragma integrity_check") != [("ok",)]:
            sys.exit("the database is damaged")
        rows = check_saved(db)
    fields = check_drafts(set(rows))
    p = subprocess.run([ruhu, "-d", database, "--as", "w07", "check"], capture_output=True)
    if p.returncode != 0:
        sys.exit("ruhu check: " + p.stdout.decode()[-2000:] + p.stderr.decode())
    if len(saved) < 5 or done < 20:
        sys.exit(f"only {len(saved)} records were saved in {done} kills: this proves nothing")
    print(f"{done} kills, {len(saved)} records and {fields} draft fields acknowledged, none lost")


main()
