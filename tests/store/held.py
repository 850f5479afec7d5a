#!/usr/bin/env python3
"""held.py RUHU FOLDER FORM: somebody else holds the database. A stopped process at the
gate and another program's lock make a save wait, and nothing typed is lost."""
import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

ruhu, folder, form = sys.argv[1:4]
db = os.path.join(folder, "held.db")
subprocess.run([ruhu, "-d", db, "form", "add", form], check=True, capture_output=True)
HOLD = 1.5


def key(code, hold, let_go):
    """Keys a record; before the save somebody takes the database, for HOLD seconds."""
    p = subprocess.Popen([ruhu, "-d", db, "fill", "small"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def say(line):
        p.stdin.write(line.encode() + b"\n")
        p.stdin.flush()

    def answer():
        return json.loads(p.stdout.readline())

    say(f"set code {code}")
    assert answer()["ok"]
    hold()
    say("set name 马秀兰")
    say("save")
    time.sleep(HOLD)
    let_go()
    for what in ("set", "save"):
        a = answer()
        if not a["ok"]:
            sys.exit(f"{code}: {what}: {a}")
    p.stdin.close()
    p.wait()


# 22: the holder of the gate is stopped, then goes on.
child = None


def hold_gate():
    global child
    r, w = os.pipe()
    child = os.fork()
    if child == 0:
        fd = os.open(db + ".lock", os.O_RDWR)
        fcntl.flock(fd, fcntl.LOCK_EX)
        os.write(w, b"x")
        signal.pause()
        os._exit(0)
    os.read(r, 1)
    os.kill(child, signal.SIGSTOP)


def end_gate():
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


key("A1", hold_gate, end_gate)

# 21: another program has locked the file itself.
other = sqlite3.connect(db, isolation_level=None)
key("A2", lambda: other.execute("BEGIN IMMEDIATE"), lambda: other.execute("ROLLBACK"))
other.close()

codes = [c for c, in sqlite3.connect(f"file:{db}?mode=ro", uri=True).execute("SELECT code FROM small ORDER BY 1")]
if codes != ["A1", "A2"]:
    sys.exit(f"there is {codes}")
print("a stopped holder and a foreign lock: waited for, nothing lost")
