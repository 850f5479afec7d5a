#!/usr/bin/env python3
"""What a paper costs in CSPro's CSEntry, by its documented rules.

csentry.py PAPER FORM.json RECORD.json [REPEAT LAST] -> keys, and the
characters of all answers on the paper, those that a program fills in included
(what it works out or numbers by itself is on no paper). FORM is `ruhu form show
--json`, RECORD what `ruhu fill` answers to `show`, PAPER the file that was keyed:
what stands on it is typed; other answers are filled in by the program. With REPEAT,
only its last row is keyed, in a case that exists, down to the question LAST; what
follows is skipped by the designer's logic.

The rules (CSEntry 8.0; where it is open to the designer, his best choice):
- A field that is full goes on by itself: numbers and codes as wide as the largest
  they allow, dates of 8 digits. Else Enter. (Default; "Use Enter Key" is off.)
- Text has the width that the form allows and takes Enter.
- Several codes of one question stand in one field, Enter unless it is full.
- A blank field on the path is passed with Enter.
- Sticky ("persistent") fields, automatic numbers and derived ("protected") fields
  cost nothing while they are right; typed over, they cost the digits.
- A preset value that the operator may change (a constant, or what another file says)
  is passed with Enter.
- What does not apply is skipped at no cost.
- A row of a roster begins by itself; one key ("/") ends the roster.
- "+" goes to the designer's "Skip to" field, in place of Enter; his are the form's own
  (`parameters: skip=`), and he uses it wherever the paper has nothing in between.
- F10 after the last answer that is typed, without an Enter first, runs to the end of the
  case; a last Enter accepts it.
- Another case is opened by Down and Enter in the list of cases, which stands in the
  order of the walk; its next row is reached by F6, the row's number and Enter.
"""
import json
import re
import sys


def paper_lines(path):
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line and line[0] != "#":
            number, value = line.split(None, 1)
            value = re.sub(r"\s*(<[^>]*>)?(\s*\.\.)?$", "", value.split(" = ")[0])
            if value:
                yield number.lstrip("+"), value


def width(q, lists):
    """Columns of the field; None: text, which is never full."""
    kind = q["type"].split()[0]
    rule = q.get("constraint", "")
    if kind == "date":
        return 8
    if kind == "select_one" or kind == "select_multiple":
        codes = lists.get(q["type"].split()[1], [])
        one = max((len(c) for c in codes), default=1)
        return one if kind == "select_one" else one * len(codes)
    if kind == "integer" or kind == "decimal":
        most = re.findall(r"\. <=? ([0-9.]+)", rule)
        return max(map(len, most)) if most else 4
    fixed = re.fullmatch(r"regex\(\., '\^1\[3-9\]\[0-9\]\{9\}\$'\)", rule)
    if fixed:
        return 11
    if "idcard" in q.get("appearance", ""):
        return 18
    return None


def passing(q):
    """Keys for an answer that is right already."""
    default, derived = q.get("default", ""), q.get("calculation", "")
    if "last-saved" in default or "instance(" in default:
        return 0
    return 0 if derived and "pulldata(" not in derived else 1


def main():
    paper, form, record = sys.argv[1:4]
    repeat, final = (sys.argv[4:] + [None, None])[:2]
    form = json.load(open(form, encoding="utf-8"))
    show = json.load(open(record, encoding="utf-8"))
    lists = {n: [c["name"] for c in v] for n, v in form["lists"].items()}
    asked = {}          # name -> question, with its number on the screen
    number = 0
    for q in form["questions"]:
        kind = q["type"].split()[0]
        if kind in ("calculate", "note", "hidden") or kind.startswith(("begin", "end")):
            continue
        number += 1
        asked[q["path"]] = dict(q, number=number)
    typed = {}
    for n, value in paper_lines(paper):
        if n:
            typed.setdefault(int(n), []).append(value)
    cost = []           # of each field on the path: its keys, was it typed, its Enter,
                        # its name, the name that "+" goes to
    rosters = set()
    characters = 0
    last_row = max((int(n) for a in show["answers"]
                    for n in re.findall(r"/%s\[([0-9]+)\]" % repeat, a["path"])), default=0)
    for answer in show["answers"]:
        if repeat and "/%s[%d]/" % (repeat, last_row) not in answer["path"]:
            continue
        path = re.sub(r"\[[0-9]+\]", "", answer["path"])
        q = asked.get(path)
        if q is None or answer.get("relevant") is False:
            continue
        if "repeat" in q:
            rosters.add(q["repeat"])
        wide = width(q, lists)
        values = typed.get(q["number"], [])
        if values or ("calculation" not in q and "instance(" not in q.get("default", "")):
            characters += len(re.sub("[ -]", "", answer["value"]))
        have = answer["value"].replace("-", "") if q["type"] == "date" else answer["value"]
        if values and same(values[0], have):
            n = len(values.pop(0).replace(" ", ""))
            keys, is_typed, enter = n, True, wide != n
        else:
            keys, is_typed, enter = 0, False, answer["value"] == "" or passing(q) > 0
        cost.append((keys, is_typed, int(enter), q["name"], q.get("parameters", {}).get("skip")))
        if repeat and q["name"] == final:
            break
    left = {n: v for n, v in typed.items() if v}
    if left:
        sys.exit("on paper and not in the record: %s" % left)
    if repeat:
        print(path_keys(cost) + 2 + 3 + 2, characters)
        return
    last = max(i for i, c in enumerate(cost) if c[1])
    print(path_keys(cost[:last + 1]) - cost[last][2] + len(rosters) + 2, characters)


def path_keys(cost):
    """All keys, going over what is left alone by "+" where that is fewer."""
    least = [0] * (len(cost) + 1)       # from field i to the end
    for i in range(len(cost) - 1, -1, -1):
        keys, _, enter, _, to = cost[i]
        least[i] = keys + enter + least[i + 1]
        names = [c[3] for c in cost[i + 1:]]
        if to in names and enter:
            j = i + 1 + names.index(to)
            if not any(c[1] for c in cost[i + 1:j]):
                least[i] = min(least[i], keys + 1 + least[j])
    return least[0]


def same(paper, stored):
    flat = paper.replace(" ", "").replace("-", "").upper()
    stored = stored.replace(" ", "").replace("-", "").upper()
    return flat == stored or (flat.isdigit() and stored.isdigit() and int(flat) == int(stored))


main()
