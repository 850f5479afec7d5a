#!/usr/bin/env python3
"""Two people at one record, at random: rows of rows come, go, move and are typed
in, records are closed, reopened, killed and saved. After each save the stored sum
must be that of the stored rows, and no row may lie in one that is gone.
    contended.py RUHU FOLDER SEED STEPS"""
import json
import os
import random
import sqlite3
import subprocess
import sys

RUHU, FOLDER, SEED, STEPS = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
FORM = """
settings: {form_id: t, form_title: T, version: "1", ruhu: {unique: [k]}}
survey:
  - {type: text, name: k, label: Key, required: yes}
  - repeat: h
    label: H
    survey:
      - {type: text, name: hn, label: HN}
      - repeat: p
        label: P
        survey:
          - {type: integer, name: age, label: Age}
  - {type: calculate, name: tot, calculation: "sum(${age})"}
"""
random.seed(SEED)
db = os.path.join(FOLDER, "t%d.db" % SEED)
done = []


class Person:
    def __init__(self, name):
        self.name = name
        self.start()

    def start(self):
        self.p = subprocess.Popen([RUHU, "-d", db, "--as", self.name, "fill"], text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def say(self, line):
        done.append("%s: %s" % (self.name, line))
        self.p.stdin.write(line + "\n")
        self.p.stdin.flush()
        answer = self.p.stdout.readline()
        if not answer:
            fault("the program ended")
        return json.loads(answer)

    def kill(self):
        done.append(self.name + ": killed")
        self.p.kill()
        self.p.wait()
        self.start()
        self.say("open t 1")

    def leave(self):
        self.p.stdin.close()
        self.p.wait()


def fault(what):
    print("seed %d, after %s\n%s" % (SEED, "; ".join(done[-30:]), what))
    sys.exit(1)


def look():
    c = sqlite3.connect(db)
    total = c.execute("select coalesce(tot, 0) from t").fetchone()[0]
    rows = c.execute("select coalesce(sum(age), 0) from t__p").fetchone()[0]
    lost = c.execute("select count(*) from t__p where parent_id not in"
                     " (select row_id from t__h)").fetchone()[0]
    c.close()
    if float(total) != rows or lost:
        fault("the sum stored is %s, of the rows %s; %d rows lie in none" % (total, rows, lost))


def step(who):
    x, i, j = random.random(), random.randrange(1, 4), random.randrange(1, 4)
    if x < .35:
        who.say("set h[%d]/p[%d]/age %d" % (i, j, random.randrange(100)))
    elif x < .45:
        who.say("add h[%d]/p" % i)
    elif x < .49:
        who.say("add h")
    elif x < .55:
        who.say("remove h[%d]" % i)
    elif x < .63:
        who.say("remove h[%d]/p[%d]" % (i, j))
    elif x < .66:
        who.say("move h[%d] %d" % (i, j))
    elif x < .72:
        who.say("set h[%d]/hn %s" % (i, random.choice("XYZ")))
    elif x < .77:
        who.say("close")
        who.say("open t 1")
    elif x < .79:
        who.kill()
    else:
        saved = who.say("save")["ok"] or \
            who.say("save " + random.choice(["mine", "theirs"]))["ok"]
        if not saved:
            fault("the record could not be saved")
        look()
        return 1
    return 0


def main():
    with open(os.path.join(FOLDER, "t.yaml"), "w", encoding="utf-8") as f:
        f.write(FORM)
    subprocess.run([RUHU, "-d", db, "form", "add", f.name], check=True, stdout=subprocess.DEVNULL)
    first = Person("w")
    for line in ["new t", "set k 1", "add h", "add h[1]/p", "set h[1]/p[1]/age 5", "add h[1]/p",
                 "set h[1]/p[2]/age 7", "add h", "add h[2]/p", "set h[2]/p[1]/age 9", "save"]:
        if not first.say(line)["ok"]:
            fault("the first record could not be made")
    first.leave()
    people = [Person("a"), Person("b")]
    for p in people:
        p.say("open t 1")
    saves = sum(step(random.choice(people)) for _ in range(STEPS))
    for p in people:
        p.leave()
    if saves < STEPS // 10:
        fault("only %d saves" % saves)


main()
