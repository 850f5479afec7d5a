#!/usr/bin/env python3
"""Do the forms say what the domain's field lists say?

usage: agree.py DOMAIN-FOLDER REPOSITORY SHOW.json...

SHOW.json is what `ruhu form show FORM --json` prints. Every column of the lists
is compared with every question: order, section, names, type, list, labels,
required, relevant, constraint, both messages, default, calculation, filter.
What differs must have a row in the table of docs/forms.md, and every row there
must still be a difference. Prints a line a fault; exit 1 when there is one.
"""
import csv
import json
import pathlib
import re
import sys

LISTS = {"household_survey": "household.tsv", "four_checks": "four-checks.tsv",
         "job_card": "job-card.tsv"}


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def expression(text):
    """Spaces and kind of quotes mean nothing outside a string."""
    out = []
    for part in re.split(r"""('[^']*'|"[^"]*")""", (text or "").strip()):
        if part[:1] in "'\"" and part:
            out.append("'" + part[1:-1] + "'")
        else:
            part = re.sub(r"\s+", " ", part)
            out.append(re.sub(r" ?([(),=<>!+*]|!=|<=|>=) ?", r"\1", part))
    return "".join(out).strip()


def literal(text):
    """A default that is a plain value, with or without its quotes."""
    text = (text or "").strip()
    m = re.fullmatch(r"'([^']*)'", text)
    return m.group(1) if m else expression(text)


def yes(text):
    text = (text or "").strip()
    return {"yes": "yes", "true()": "yes", "true": "yes", "no": "", "false()": "",
            "": ""}.get(text.lower(), expression(text))


def domain_default(row):
    """default_sticky -> (default, choice_filter) as the form should have them;
    words that are no expression stay as they are and so differ."""
    default, choice_filter = "", ""
    for part in [p.strip() for p in row["default_sticky"].split(";")]:
        if part.startswith("choice_filter:"):
            choice_filter = part.split(":", 1)[1]
        elif part == "sticky session" and not default:
            default = "${last-saved#%s}" % row["name"]
        elif part:
            default = default + "; " + part if default else part
    return literal(default), expression(choice_filter)


def domain_type(row):
    if row["type"] == "begin_repeat":
        return "begin_repeat"
    if row["type"].endswith("_from_file"):
        return "%s %s.csv" % (row["type"], row["code_list"])
    return (row["type"] + " " + row["code_list"]).strip()


def form_type(q):
    t = q["type"].replace("begin repeat", "begin_repeat").replace("begin group", "begin_group")
    return {"repeat": "begin_repeat", "group": "begin_group"}.get(t, t)


def compare(form, fields, show, fault):
    """Every difference of one form: fault(field, what, domain, form)."""
    questions = [q for q in show["questions"]]
    by_name = {q["name"]: q for q in questions}
    section = {}
    here = ""
    for q in questions:
        if form_type(q) == "begin_group":
            here = q["label"].get("zh", "")
        section[q["name"]] = here
    ends = {r["name"] for r in fields if r["type"] == "end_repeat"}
    names = [r["name"] for r in fields if r["name"] not in ends]
    listed = [q["name"] for q in questions if q["name"] in set(names)]
    if listed != [n for n in names if n in by_name]:
        fault("-", "order", " ".join(names), " ".join(listed))
    for q in questions:
        if q["name"] not in set(names) and form_type(q) not in ("begin_group", "end_group"):
            fault(q["name"], "question", "", q["type"])
            extra_columns(q, fault)
    repeat = ""
    for r in fields:
        if r["type"] == "end_repeat":
            repeat = ""
            continue
        q = by_name.get(r["name"])
        if q is None:
            fault(r["name"], "question", r["type"], "")
            continue
        default, choice_filter = domain_default(r)
        if q.get("trigger") and not q.get("default"):
            default = ""        # taken over by a triggered calculation, which differs below
        pairs = [
            ("section", r["section"].replace("（重复）", ""), section[r["name"]]),
            ("type", domain_type(r), form_type(q)),
            ("repeat", repeat, q.get("repeat") or ""),
            ("label zh", r["label_zh"], q["label"].get("zh", "")),
            ("label en", r["label_en"], q["label"].get("en", "")),
            ("required", yes(r["required"]), yes(q.get("required"))),
            ("relevant", expression(r["relevant"]), expression(q.get("relevant"))),
            ("constraint", expression(r["constraint"]), expression(q.get("constraint"))),
            ("message zh", r["message_zh"], (q.get("constraint_message") or {}).get("zh", "")),
            ("message en", r["message_en"], (q.get("constraint_message") or {}).get("en", "")),
            ("default", default, literal(q.get("default"))),
            ("choice_filter", choice_filter, expression(q.get("choice_filter"))),
            ("calculation", expression(r["calculation"]), expression(q.get("calculation"))),
        ]
        for what, domain, ours in pairs:
            if domain != ours:
                fault(r["name"], what, domain, ours)
        extra_columns(q, fault, r)
        if r["type"] == "begin_repeat":
            repeat = r["name"]


def extra_columns(q, fault, r=None):
    """What the domain's lists have no column for."""
    if q.get("warning"):
        fault(q["name"], "warning", "", q["warning"])
    if q.get("required_message"):
        fault(q["name"], "required_message", "", "")
    if q.get("trigger") and (not q.get("calculation") or r and r["calculation"]):
        fault(q["name"], "trigger", "", q["trigger"])


def compare_lists(domain, show, fault):
    """Codes and both labels of every list that the form uses, in order."""
    for name, choices in show["lists"].items():
        want = [(r["code"], r["zh"], r["en"]) for r in rows(domain / "codes" / (name + ".tsv"))]
        have = [(c["name"], c["label"].get("zh", ""), c["label"].get("en", "")) for c in choices]
        if want != have:
            odd = [str(w) for w in want if w not in have] + [str(h) for h in have if h not in want]
            fault(name, "list", " ".join(odd[:4]) or "another order", "")


def exceptions(doc):
    """(form, field, what) of the table in docs/forms.md; "-" is every form."""
    out, on = set(), False
    for line in doc.read_text(encoding="utf-8").splitlines():
        if line.startswith("<!-- differences"):
            on = True
        elif on and line.startswith("|"):
            cells = [c.strip() for c in line.strip("|").split("|")]
            if cells[0] != "form" and not cells[0].startswith("--"):
                out.add(tuple(cells[:3]))
        elif on and out:
            break
    return out


def main():
    domain, repo = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    allowed = exceptions(repo / "docs" / "forms.md")
    used, faults, compared = set(), [], 0
    for path in sys.argv[3:]:
        show = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        form = show["form_id"]
        if form not in LISTS:
            continue

        def fault(field, what, want, have):
            if (form, field, what) in allowed:
                used.add((form, field, what))
            else:
                faults.append("%s %s: %s: the domain has [%s], the form has [%s]"
                              % (form, field, what, want, have))
        fields = rows(domain / LISTS[form])
        compare(form, fields, show, fault)
        compare_lists(domain, show, fault)
        compared += len(fields)
    for row in sorted(allowed - used):
        faults.append("docs/forms.md: %s is no difference any more" % " | ".join(row))
    for path in sorted((domain / "codes").glob("*.tsv")) + [domain / "params.tsv"]:
        ours = repo / "forms" / path.relative_to(domain)
        if path.name == "INDEX.tsv":
            continue
        if not ours.exists() or ours.read_bytes() != path.read_bytes():
            faults.append("%s differs from the domain's" % ours.relative_to(repo))
    for f in faults:
        print(f)
    if compared < 250:
        print("only %d fields were compared" % compared)
        return 1
    print("%d fields compared, %d reasoned differences, %d faults"
          % (compared, len(used), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
