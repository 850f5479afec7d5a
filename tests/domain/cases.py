#!/usr/bin/env python3
"""Runs the cases of a form through `ruhu fill` and compares what comes back.

usage: cases.py RUHU DATABASE SHOW.json CASES

SHOW.json is `ruhu form show FORM --json`: every rule in it must have its cases,
one on each side, or the run fails. A line of CASES is one of

    # ...                     a remark
    case WORDS                names what follows, for messages
    block NAME ... end        lines kept for later; $1 $2 ... are arguments
    use NAME [ARGUMENT]...    those lines here
    include FILE              another file's lines, from the same folder
    set PATH VALUE            accepted as an answer
    refuse PATH VALUE         not accepted: of the wrong type or not in the list
    value PATH VALUE          the answer is this; `blank PATH`: there is none
    good PATH                 nothing is wrong with it
    bad PATH [SENTENCE]       kept, but the problem begins with this sentence
    warn PATH SENTENCE        valid, but this is asked back
    asked PATH, hidden PATH   relevant or not
    required PATH, optional PATH
    has PATH CODE, lacks PATH CODE      among the choices offered now
    elsewhere VERB NAME FILE  this side of a rule is tried by that script instead
    fails COMMAND             any other command, refused
    COMMAND                   any other command, accepted

{字*61} in a value is that text so many times.
"""
import json
import pathlib
import re
import subprocess
import sys

GETS = {"value", "blank", "good", "bad", "warn", "asked", "hidden", "required", "optional"}


class Case:
    def __init__(self, line, name, verb, path, rest, command):
        self.line, self.name, self.verb, self.path = line, name, verb, path
        self.rest, self.command = rest, command


def lines_of(path, blocks):
    """(line number, text), blocks put in place of `use`."""
    keep, out = None, []
    path = pathlib.Path(path)
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = text.strip()
        words = text.split()
        if not words or text.startswith("#"):
            continue
        if words[0] == "block":
            keep = blocks.setdefault(words[1], [])
        elif words[0] == "end":
            keep = None
        elif words[0] == "include":
            out += [(number, line) for _, line in lines_of(path.parent / words[1], blocks)]
        elif words[0] == "use":
            body = blocks[words[1]]
            for line in body:
                for i, word in enumerate(words[2:], 1):
                    line = line.replace("$%d" % i, word)
                (out if keep is None else keep).append((number, line) if keep is None else line)
        elif keep is not None:
            keep.append(text)
        else:
            out.append((number, text))
    return out


def parse(path):
    cases, name = [], ""
    for number, text in lines_of(path, {}):
        text = re.sub(r"\{([^{}]+)\*(\d+)\}", lambda m: m.group(1) * int(m.group(2)), text)
        verb, _, tail = text.partition(" ")
        if verb == "case":
            name = tail
            continue
        target, _, rest = tail.partition(" ")
        if verb == "elsewhere":
            name, _, script = rest.partition(" ")
            if not (pathlib.Path(path).parent / script).exists():
                raise SystemExit("%s:%d: there is no %s" % (path, number, script))
            cases.append(Case(number, "", target, name, "", None))
            continue
        if verb in GETS:
            command = "get " + target
        elif verb in ("has", "lacks"):
            command = "choices " + target
        elif verb == "refuse":
            command = "set " + tail
        elif verb == "fails":
            command = tail
        else:
            command = text
        cases.append(Case(number, name, verb, target, rest.strip(), command))
    return cases


def fault_of(c, answer):
    """What is wrong with this answer, or None."""
    ok = answer.get("ok")
    if c.verb in ("refuse", "fails"):
        return "accepted" if ok else None if answer.get("error") else "refused without a sentence"
    if not ok:
        return str(answer.get("error", "refused without a sentence"))
    value = str(answer.get("value", "") or "")
    problem = answer.get("problem") or ""
    valid = answer.get("valid")
    checks = {
        "value": lambda: value == c.rest or "the value is [%s], not [%s]" % (value, c.rest),
        "blank": lambda: value == "" or "the value is [%s], not blank" % value,
        "good": lambda: (valid and not problem) or "it says [%s]" % problem,
        "bad": lambda: (not valid and problem.startswith(c.rest) and problem != "") or
        "valid is %s and it says [%s]" % (valid, problem),
        "warn": lambda: (valid and problem.startswith(c.rest) and c.rest != "") or
        "valid is %s and it says [%s]" % (valid, problem),
        "asked": lambda: answer.get("relevant") is True or "not relevant",
        "hidden": lambda: answer.get("relevant") is False or "relevant",
        "required": lambda: answer.get("required") is True or "not required",
        "optional": lambda: answer.get("required") is False or "required",
        "has": lambda: c.rest in codes(answer) or "not offered: " + " ".join(codes(answer)[:9]),
        "lacks": lambda: c.rest not in codes(answer) or "offered",
    }
    found = checks.get(c.verb, lambda: True)()
    return None if found is True else found


def codes(answer):
    return [c["name"] if isinstance(c, dict) else c for c in answer.get("choices", [])]


def uncovered(show, cases):
    """Rules of the form that no case looks at, on the side named."""
    seen = {}
    for c in cases:
        last = re.sub(r"\[\d+\]", "", c.path).rsplit("/", 1)[-1]
        seen.setdefault(last, set()).add(c.verb)
    for q in show["questions"]:
        have, name = seen.get(q["name"], set()), q["name"]
        wants = []
        if q.get("constraint"):
            wants += ["good", "bad"]
        if q.get("warning"):
            wants += ["warn"]
        if q.get("relevant"):
            wants += ["asked", "hidden"]
        if q.get("calculation") and not have & {"value", "blank"}:
            wants += ["value"]
        if q.get("required") not in (None, "", "yes", "true()", "no", "false()"):
            wants += ["required", "optional"]
        if q.get("choice_filter"):
            wants += ["has", "lacks"]
        for want in wants:
            if want not in have:
                yield "no case: %s %s" % (want, name)


def main():
    program, database, show, path = sys.argv[1:5]
    show = json.loads(pathlib.Path(show).read_text(encoding="utf-8"))
    cases = parse(path)
    commands = [c.command + "\n" for c in cases if c.command is not None]
    run = subprocess.run([program, "-d", database, "--lang", "zh", "fill", show["form_id"]],
                         input="".join(commands), text=True,
                         encoding="utf-8", stdout=subprocess.PIPE, check=False)
    answers = run.stdout.splitlines()
    faults = list(uncovered(show, cases))
    cases = [c for c in cases if c.command is not None]
    if len(answers) != len(cases) or run.returncode not in (0, 1):
        faults.append("%d commands, %d answers, exit %d" % (len(cases), len(answers), run.returncode))
    for c, text in zip(cases, answers):
        fault = fault_of(c, json.loads(text))
        if fault:
            faults.append("%s:%d: %s: %s: %s" % (path, c.line, c.name, c.command, fault))
    for fault in faults:
        print(fault)
    print("%s: %d commands, %d faults" % (path, len(cases), len(faults)))
    return 1 if faults or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
