#!/usr/bin/env python3
"""Plays a transcript through `ruhu fill` and compares the answers.

    transcript.py RUHU DATABASE FILE

Lines of FILE: `< INPUT` is sent; a line of JSON after it is what the answer must
hold (members not named there may be anything; in a list of objects each object
likewise; "~TEXT" stands for a string that contains TEXT; null: the member is
absent). `- ARGUMENT ...` starts the program anew with these arguments after
`fill`; `= N` is the exit code the run before it must end with. `#` is a comment."""
import json
import subprocess
import sys

MANY = 100000


class Run:
    def __init__(self, argv):
        self.argv = argv
        self.sent = []          # (line number, input, expected or None)

    def play(self, where, code):
        text = "".join(line + "\n" for _, line, _ in self.sent)
        p = subprocess.run(self.argv, input=text.encode(), capture_output=True)
        out = p.stdout.decode().splitlines()
        bad = []
        if p.stderr:
            bad.append(f"{where}: on standard error: {p.stderr.decode()!r}"[:MANY])
        if len(out) != len(self.sent) and not (code and not self.sent):
            bad.append(f"{where}: {len(self.sent)} lines in, {len(out)} out")
        for (n, line, want), got in zip(self.sent, out):
            try:
                answer = json.loads(got)
            except ValueError:
                bad.append(f"{where}:{n}: not JSON: {got}")
                continue
            wrong = differs(want if want is not None else {"ok": True}, answer, "")
            if wrong:
                bad.append(f"{where}:{n}: {line}\n    {wrong}\n    {got}")
        if code is not None and p.returncode != code:
            bad.append(f"{where}: exit code {p.returncode}, not {code}")
        return bad


def differs(want, got, at):
    """What is wrong, as a sentence; '' when nothing is."""
    if isinstance(want, dict):
        if not isinstance(got, dict):
            return f"{at}: {got!r} is no object"
        for k, v in want.items():
            if v is None and k in got and got[k] is not None:
                return f"{at}.{k}: is there"
            if v is not None:
                if k not in got:
                    return f"{at}.{k}: is absent"
                wrong = differs(v, got[k], f"{at}.{k}")
                if wrong:
                    return wrong
        return ""
    if isinstance(want, list):
        if not isinstance(got, list) or len(want) != len(got):
            return f"{at}: {got!r}, not {want!r}"
        return next((w for w in (differs(a, b, f"{at}[{i}]")
                                 for i, (a, b) in enumerate(zip(want, got))) if w), "")
    if isinstance(want, str) and want.startswith("~"):
        return "" if isinstance(got, str) and want[1:] in got else f"{at}: {got!r}"
    return "" if want == got and type(want) is type(got) else f"{at}: {got!r}, not {want!r}"


def main():
    ruhu, database, name = sys.argv[1:4]
    run, bad, runs = None, [], 0
    now = "2026-11-23T08:00"
    for n, line in enumerate(open(name, encoding="utf-8").read().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        kind, rest = line[0], line[2:]
        if kind == "-":
            run = Run([ruhu, "--as", "w07", "--now", now, "-d", database, "fill"] + rest.split())
        elif kind == "<":
            run.sent.append((n, rest, None))
        elif kind == "=":
            bad += run.play(f"{name}:{n}", int(rest))
            runs += 1
            run = None
        else:
            sent = run.sent[-1]
            run.sent[-1] = (sent[0], sent[1], json.loads(line))
    if run is not None:
        sys.exit(f"{name}: the last run has no '= CODE'")
    if runs == 0:
        sys.exit(f"{name}: nothing was run")
    for b in bad:
        print(b)
    sys.exit(1 if bad else 0)


main()
