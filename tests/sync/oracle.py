#!/usr/bin/env python3
"""Some sites, random work, random post: in the end all are the same and nothing is
lost.

    oracle.py RUHU FORM.yaml FOLDER SEEDS [FIRST]

For each seed: three sites key, change, empty and delete rows of the same and of
different records, export, and import files that come late, twice, in any order,
cut short or never; imports are killed and backups restored now and then. Then each sends everything to
each. Every second seed plays a form that says what is shown of answers written apart;
then that must be what is shown. All must have the same state hash and the same table; every value that a
save acknowledged must stand in every log; and after the conflicts were settled
somewhere, that must have reached everybody."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

ruhu, form, folder, seeds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
first = int(sys.argv[5]) if len(sys.argv) > 5 else 1


class Site:
    def __init__(self, world, n):
        self.world, self.n = world, n
        self.db = os.path.join(world.folder, f"{n}.db")
        shutil.copy(world.empty, self.db)
        self.codes = []

    def run(self, *args, text="", ok=(0,)):
        p = subprocess.run([ruhu, "-d", self.db, "--lang", "en", "--as", f"w{self.n}", "--now", self.world.now()]
                           + list(args), input=text.encode(), capture_output=True)
        if p.returncode not in ok:
            self.world.fail(f"site {self.n}: {args}: exit {p.returncode}: {text}\n"
                            f"{p.stdout.decode()[-1500:]}\n{p.stderr.decode()[-1500:]}")
        return p.stdout.decode()

    def known(self):
        out = self.run("table", "small", "--jsonl")
        return [json.loads(line) for line in out.splitlines()]

    def work(self):
        """Keys one record, new or known here."""
        w, rng = self.world, self.world.rng
        known = self.known()
        lines = []

        def say(path, value):
            lines.append(f"set {path} {value}".rstrip())

        if not known or rng.random() < 0.15:
            w.count += 1
            lines.append("new small")
            say("code", f"S{self.n}R{w.count}")
            say("name", f"人{w.count}")
        else:
            lines.append("open small " + rng.choice(known)["record_id"])
        for _ in range(rng.randrange(1, 4)):
            what = rng.random()
            if what < 0.5:
                say("age", str(rng.randrange(16, 90)))
            elif what < 0.65:
                say("name", rng.choice(["马秀兰", "李四", "a\"b", "", f"名{rng.randrange(99)}"]))
            elif what < 0.7:
                lines.append("missing age refused")
            elif what < 0.8 and w.policies:
                say("helps", " ".join(x for x in "1234" if rng.random() < 0.5))
                say("wage", str(rng.randrange(-50, 50) / 4))
            elif what < 0.9:
                lines.append("add member")
                lines.append(f"set member_name 员{rng.randrange(999)}")
                lines.append(f"set member_wage {rng.randrange(99)}")
            else:
                lines.append("remove member[1]")
        lines.append("save incomplete mine")
        out = self.run("fill", text="".join(x + "\n" for x in lines), ok=(0, 1)).splitlines()
        answers = [json.loads(x) for x in out]
        if len(answers) != len(lines) or not answers[0]["ok"]:
            w.fail(f"site {self.n}: {lines}\n{out}")
        if not answers[-1]["ok"]:
            w.fail(f"site {self.n}: not saved: {answers[-1]}")
        record = answers[-1]["record"]
        last = {}
        for line, answer in zip(lines, answers):
            word = line.split(" ", 2)
            if word[0] == "set" and answer["ok"] and "member" not in word[1]:
                last[word[1]] = answer["value"]
            elif word[0] == "missing" and answer["ok"]:
                last.pop(word[1], None)
        for field, value in last.items():
            if value:
                w.saved.add((record, field, value))

    def export(self, everything=False):
        self.world.files += 1
        name = os.path.join(self.world.folder, f"f{self.world.files}-{self.n}" +
                            self.world.rng.choice([".ndjson", ".ndjson.zst"]))
        self.run("export", "-o", name, *(["--all"] if everything else []))
        return name if os.path.exists(name) else None

    def import_(self, *names, ok=(0,)):
        return [json.loads(x) for x in self.run("import", "--json", *names, ok=ok).splitlines()]

    def moved(self):
        """A backup taken and restored elsewhere: a new epoch, nothing lost."""
        self.world.files += 1
        copy = f"{self.db[:-3]}-copy{self.world.files}"
        self.run("backup", copy)
        self.db = f"{self.db[:-3]}-{self.world.files}.db"
        self.run("restore", copy)

    def state(self):
        return json.loads(self.run("status", "--state", "--json"))

    def log(self):
        return {(c["record"], c["question"], c["value"]) for c in
                map(json.loads, self.run("log", "--json").splitlines())}


class World:
    def __init__(self, seed):
        self.seed, self.rng = seed, random.Random(seed)
        self.folder = os.path.join(folder, str(seed))
        os.mkdir(self.folder)
        self.policies = seed % 2 == 0
        self.empty = os.path.join(folder, "apart.db" if self.policies else "empty.db")
        self.count = self.files = self.minute = 0
        self.saved = set()
        self.shown = 0
        self.sites = [Site(self, n) for n in range(self.rng.choice([2, 3, 3]))]

    def fail(self, text):
        sys.exit(f"seed {self.seed}: {text}")

    def now(self):
        """Clocks that do not agree: up to an hour to either side, and not even in order."""
        self.minute += 1
        minute = 12 * 60 + self.minute + self.rng.randrange(-60, 60)
        return f"2026-11-{20 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}Z"

    def post(self):
        """A file from anywhere, to anywhere, in any state."""
        site = self.rng.choice(self.sites)
        names = sorted(n for n in os.listdir(self.folder) if n.startswith("f"))
        if not names:
            return
        name = os.path.join(self.folder, self.rng.choice(names))
        luck = self.rng.random()
        if luck < 0.15:
            cut = os.path.join(self.folder, "cut")
            data = open(name, "rb").read()
            with open(cut, "wb") as f:
                f.write(data[:self.rng.randrange(len(data))])
            before = site.state()["state"]
            answer = site.import_(cut, ok=(1,))[0]
            if answer["ok"] or site.state()["state"] != before:
                self.fail(f"half of {name} was taken")
        elif luck < 0.3:
            p = subprocess.Popen([ruhu, "-d", site.db, "import", name], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
            time.sleep(self.rng.random() * 0.04)
            p.send_signal(signal.SIGKILL)
            p.wait()
        else:
            site.import_(name, ok=(0, 1))

    def all_to_all(self):
        for _ in range(2):
            names = [s.export(everything=True) for s in self.sites]
            for site in self.sites:
                mine = [n for n in names if n is not None]
                self.rng.shuffle(mine)
                for answer in site.import_(*mine):
                    if not answer["ok"]:
                        self.fail(f"site {site.n}: {answer}")

    def same(self, when):
        states = [s.state() for s in self.sites]
        if len({s["state"] for s in states}) != 1:
            self.fail(f"{when}: the states differ: {[s['state'][:8] for s in states]}")
        if len({s["conflicts"] for s in states}) != 1:
            self.fail(f"{when}: the conflicts differ: {[s['conflicts'] for s in states]}")
        tables = []
        for s in self.sites:
            rows = [sorted(json.loads(x).items()) for t in (["small"], ["small", "--rows", "member"])
                    for x in s.run("table", *t, "--jsonl").splitlines()]
            tables.append(sorted([[k, v] for k, v in r if k not in ("changed_at", "changed_by")] for r in rows))
        for t in tables[1:]:
            if t != tables[0]:
                self.fail(f"{when}: the tables differ:\n{[r for r in t if r not in tables[0]]}\n"
                          f"{[r for r in tables[0] if r not in t]}")
        for site in self.sites if self.policies else []:
            self.by_policy(site)
        return states[0]["conflicts"]

    def by_policy(self, site):
        """What is shown of answers to the record written apart, made again here."""
        table = {r["record_id"]: r for r in site.known()}
        for line in site.run("conflicts", "--json").splitlines():
            c = json.loads(line)
            if "row" in c or c["record"] not in table or c["question"] not in ("age", "wage", "helps"):
                continue
            said = [s["value"] for s in c["sides"] if s["value"]]
            got = table[c["record"]][c["question"]]
            if not said:
                continue
            if c["question"] == "age":
                want, got = max(map(int, said)), int(got)
            elif c["question"] == "wage":
                want, got = min(map(float, said)), float(got)
            else:
                want = " ".join(x for x in "1234" if any(x in s.split() for s in said))
            self.shown += 1
            if got != want:
                self.fail(f"site {site.n}: {c['question']} of {said} shows {got}, not {want}")

    def play(self):
        self.sites[0].work()
        self.all_to_all()
        for _ in range(self.rng.randrange(8, 16)):
            what = self.rng.random()
            if what < 0.6:
                self.rng.choice(self.sites).work()
            elif what < 0.78:
                self.rng.choice(self.sites).export(self.rng.random() < 0.2)
            elif what < 0.83:
                self.rng.choice(self.sites).moved()
            else:
                self.post()
        self.all_to_all()
        conflicts = self.same("after the post")
        for site in self.sites:
            log = site.log()
            missing = {s for s in self.saved if s not in log}
            if missing:
                self.fail(f"lost at site {site.n}: {missing}")
            site.run("check", ok=(0, 1))
        self.settle(conflicts)
        return conflicts

    def settle(self, conflicts):
        site = self.rng.choice(self.sites)
        for line in site.run("conflicts", "--json").splitlines():
            c = json.loads(line)
            side = self.rng.choice(c["sides"])
            site.run("conflicts", "--take", str(side["no"]))
        if site.state()["conflicts"] != 0:
            self.fail("a conflict that was settled is still there")
        self.all_to_all()
        if self.same("after settling") != 0:
            self.fail("a conflict came back")
        for s in self.sites:
            out = s.run("check", "--json", ok=(0, 1)).splitlines()
            if json.loads(out[-1])["damage"] != 0:
                self.fail(f"site {s.n}: damage: {out[-1]}")


def main():
    text = open(form, encoding="utf-8").read()
    text = text.replace("  ruhu:\n", "  ruhu:\n    conflict: {age: max, wage: min, helps: union, member_wage: max}\n", 1)
    text = text.replace("choices:\n", "choices:\n  help: {1: Rice, 2: Coal, 3: Cash, 4: Work}\n", 1)
    text = text.replace("  - type: integer\n    name: wage\n    label: {zh: 工资, en: Wage}\n    relevant: ${works} = '1'\n",
                        "  - {type: decimal, name: wage, label: {zh: 工资, en: Wage}}\n"
                        "  - {type: select_multiple help, name: helps, label: {zh: 帮扶, en: Help}}\n", 1)
    apart = os.path.join(folder, "apart.yaml")
    with open(apart, "w", encoding="utf-8") as f:
        f.write(text)
    for name, path in (("empty.db", form), ("apart.db", apart)):
        subprocess.run([ruhu, "-d", os.path.join(folder, name), "form", "add", path], check=True,
                       capture_output=True)
    conflicts = saved = shown = 0
    began = time.monotonic()
    done = 0
    for seed in range(first, first + seeds):
        w = World(seed)
        conflicts += w.play()
        saved += len(w.saved)
        shown += w.shown
        shutil.rmtree(w.folder)
        done += 1
        if time.monotonic() - began > 25 and len(sys.argv) <= 5:
            break
    print(f"{done} seeds, {saved} values, {conflicts} conflicts, {shown} by policy: all sites the same, nothing lost")
    if conflicts == 0 or saved == 0 or (done > 20 and shown == 0):
        sys.exit("there was nothing to prove")


main()
