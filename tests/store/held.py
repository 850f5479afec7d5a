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

# It does not let go: what was typed is kept and saved later, and a file is not refused.
def run(*args, **more):
    return subprocess.Popen([ruhu, "--lang", "en", "-d", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, **more)


sent, source = os.path.join(folder, "sent.zst"), os.path.join(folder, "source.db")
run(source, "form", "add", form).communicate()
run(source, "fill", "small", stdin=subprocess.PIPE).communicate("set code B1\nsave\n")
run(source, "export", "-o", sent).communicate()
person = run(db, "fill", "small", stdin=subprocess.PIPE, bufsize=1)
person.stdin.write("set code A3\n")
assert json.loads(person.stdout.readline())["ok"]
other.execute("BEGIN IMMEDIATE")
merging = run(db, "import", "--json", sent)
person.stdin.write("save\n")
answer = json.loads(person.stdout.readline())
out, err = merging.communicate()
if answer["ok"] or "nothing was saved" not in str(answer):
    sys.exit(f"saved under another's lock: {answer}")
if merging.returncode != 3 or not json.loads(out)["unfinished"] or "Run it again" not in err:
    sys.exit(f"import under another's lock: {merging.returncode} {out} {err}")
other.execute("ROLLBACK")
out, err = person.communicate("save\n")
if '"state":"complete"' not in out:
    sys.exit(f"not saved when the lock was gone: {out}")
merging = run(db, "import", sent)
merging.communicate()
quarantined, = other.execute("SELECT count(*) FROM ruhu_quarantine").fetchone()
if merging.returncode != 0 or quarantined != 0:
    sys.exit(f"the file under the lock: {merging.returncode}, {quarantined} in quarantine")
other.close()

codes = [c for c, in sqlite3.connect(f"file:{db}?mode=ro", uri=True).execute("SELECT code FROM small ORDER BY 1")]
if codes != ["A1", "A2", "A3", "B1"]:
    sys.exit(f"there is {codes}")
print("a stopped holder and a foreign lock: waited for, nothing lost")
