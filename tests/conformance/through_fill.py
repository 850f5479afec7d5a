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
from xml.etree import ElementTree

WORDS = {"answer": "set", "new_repeat": "add", "remove_repeat": "remove", "language": "language",
         "reached": "get"}
GETS = {"value": "value", "relevant": "relevant", "required": "required", "readonly": "readonly",
        "valid": "valid", "label": "label", "repeat_count": "rows", "constraint_message": "problem",
        "required_message": "problem"}
CHOICES = {
    "choice_count": len,
    "choices_include": lambda there: [{"value": c["name"]} for c in there],
    "choice_labels": lambda there: [c["label"] for c in there],
}


def playable(case):
    if "xform" not in case:
        return False
    # What an engine keeps of an answer it refuses is no matter of the program.
    if any(s[0] not in WORDS or len(s) > 3 and isinstance(s[3], dict) for s in case["steps"]):
        return False
    return all(e[0] in GETS or e[0] in CHOICES or e[0] in ("ready", "load_error", "submission_xml",
                                                           "instance_xml")
               for e in case["expect"])


def step_line(step):
    words = [WORDS[step[0]], step[1]]
    if step[0] == "answer" and step[2] != "":
        words.append(json.dumps(step[2], ensure_ascii=False))
    return " ".join(words)


def expect_line(expect):
    if expect[0] in CHOICES:
        return "choices " + expect[1]
    if expect[0].endswith("_xml"):
        return "xml"
    return "problems" if expect[0] == "ready" else "get " + expect[1]


def tree(element):
    """An element to compare: no blanks between tags, no IDs, no namespaces' names."""
    text = (element.text or "").strip()
    if element.tag.rsplit("}")[-1] == "instanceID":
        text = "an ID"
    return element.tag.rsplit("}")[-1], text, [tree(e) for e in element]


def xml_differs(wanted, came):
    wanted, came = tree(ElementTree.fromstring(wanted)), tree(ElementTree.fromstring(came))
    return None if wanted == came else "%r, not %r" % (came, wanted)


def differs(expect, answer):
    """What is not as expected, or None."""
    if not answer["ok"]:
        return answer["error"]
    if expect[0].endswith("_xml"):
        return xml_differs(expect[2], answer["xml"])
    if expect[0] in CHOICES:
        got = CHOICES[expect[0]](answer["choices"])
        if expect[0] == "choices_include":
            got = [c for c in got if c in expect[2]]
    elif expect[0] == "ready":
        got = answer["errors"] == 0
    else:
        got = answer.get(GETS[expect[0]])
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
    lines = ["new " + form_id]
    instance = case.get("restore_instance") or case.get("edit_instance")
    if instance:
        (folder / "instance.xml").write_text(instance, encoding="utf-8")
        lines = ["load %s %s" % (form_id, folder / "instance.xml")]
    lines += [step_line(s) for s in case["steps"]]
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
