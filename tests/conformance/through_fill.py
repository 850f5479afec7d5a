#!/usr/bin/env python3
"""Plays cases of scenario.jsonl through the program: each form installed, a record
keyed by `ruhu fill`, what comes back compared.

usage: through_fill.py RUHU SCENARIO.jsonl KNOWN.txt STEP

Every STEPth case is played; those in KNOWN.txt, and those that ask for what fill
has no word for, are passed over.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

WORDS = {"answer": "set", "new_repeat": "add", "remove_repeat": "remove", "language": "language",
         "reached": "get"}
GETS = {"value": "value", "relevant": "relevant", "required": "required", "readonly": "readonly",
        "valid": "valid", "label": "label"}


def playable(case):
    if "xform" not in case or "restore_instance" in case or "edit_instance" in case:
        return False
    # What an engine keeps of an answer it refuses is no matter of the program.
    if any(s[0] not in WORDS or len(s) > 3 and isinstance(s[3], dict) for s in case["steps"]):
        return False
    return all(e[0] in GETS or e[0] in ("choice_count", "ready", "load_error")
               for e in case["expect"])


def step_line(step):
    words = [WORDS[step[0]], step[1]]
    if step[0] == "answer" and step[2] != "":
        words.append(json.dumps(step[2], ensure_ascii=False))
    return " ".join(words)


def expect_line(expect):
    if expect[0] == "choice_count":
        return "choices " + expect[1]
    return "problems" if expect[0] == "ready" else "get " + expect[1]


def differs(expect, answer):
    """What is not as expected, or None."""
    if not answer["ok"]:
        return answer["error"]
    if expect[0] == "choice_count":
        got = len(answer["choices"])
    elif expect[0] == "ready":
        got = answer["errors"] == 0
    elif expect[0] == "value" and not answer["relevant"]:
        got = ""
    else:
        got = answer[GETS[expect[0]]]
    return None if got == expect[2] else "%s: %r, not %r" % (expect_line(expect), got, expect[2])


def play(ruhu, case, folder):
    """What is not right, one a line."""
    form = folder / "form.xml"
    form.write_text(case["xform"], encoding="utf-8")
    for name, text in case.get("attachments", {}).items():
        if not text.startswith("!404"):
            (folder / name.rsplit("/", 1)[-1]).write_text(text, encoding="utf-8")
    command = [ruhu, "-d", str(folder / "a.db"), "--lang", "en"]
    command += ["--now", case["now"]] if case.get("now") else []
    env = dict(os.environ, TZ=case["tz"])

    def run(*args, text=""):
        return subprocess.run(command + list(args), input=text, capture_output=True, text=True,
                              encoding="utf-8", env=env, check=False)

    added = run("form", "add", str(form))
    refused = any(e[0] == "load_error" for e in case["expect"])
    if added.returncode or refused:
        return [] if added.returncode and refused else ["form add: " + added.stderr[:300]]
    form_id = json.loads(run("form", "list", "--json").stdout)[0]["form_id"]
    lines = ["new " + form_id] + [step_line(s) for s in case["steps"]]
    lines += [expect_line(e) for e in case["expect"]]
    answers = [json.loads(a) for a in run("fill", text="\n".join(lines) + "\n").stdout.splitlines()]
    if len(answers) != len(lines):
        return ["%d lines, %d answers" % (len(lines), len(answers))]
    wrong = [a["error"] for a in answers[:1] if not a["ok"]]
    for step, line, answer in zip(case["steps"], lines[1:], answers[1:]):
        if step[0] == "reached" and not answer.get("relevant"):
            wrong.append("not reached: " + step[1])
        elif step[0] != "answer" and not answer["ok"]:
            wrong.append(line + ": " + answer["error"])
    for expect, answer in zip(case["expect"], answers[1 + len(case["steps"]):]):
        wrong += [d for d in [differs(expect, answer)] if d]
    return wrong


def main():
    ruhu, cases, known, step = sys.argv[1:5]
    skip = {line.split("\t")[0] for line in pathlib.Path(known).read_text().splitlines()}
    played = faults = 0
    with open(cases, encoding="utf-8") as lines:
        some = [c for c in map(json.loads, lines) if playable(c) and c["id"] not in skip]
    for case in some[::int(step)]:
        with tempfile.TemporaryDirectory() as folder:
            wrong = play(ruhu, case, pathlib.Path(folder))
        played += 1
        faults += bool(wrong)
        for what in wrong:
            print("%s: %s" % (case["id"], what))
    print("%d of %d cases played through ruhu fill, %d not right" % (played, len(some), faults))
    return 1 if faults or played < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
