#!/usr/bin/env python3
"""Two people in one household, each with a `ruhu fill` of their own.

usage: two.py RUHU DATABASE
"""
import json
import subprocess
import sys

HOUSEHOLD = "640181001013-0042"


class Worker:
    def __init__(self, name):
        self.name = name
        self.run = subprocess.Popen(
            [sys.argv[1], "-d", sys.argv[2], "--as", name, "--lang", "zh",
             "--now", "2026-11-23T08:00:00+08:00", "fill"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", bufsize=1)

    def say(self, command, ok=True):
        self.run.stdin.write(command + "\n")
        self.run.stdin.flush()
        answer = json.loads(self.run.stdout.readline())
        if answer.get("ok") != ok:
            sys.exit("%s: %s: %s" % (self.name, command, answer))
        return answer

    def get(self, path):
        return self.say("get " + path)

    def end(self):
        self.run.stdin.close()
        if self.run.wait() > 1:
            sys.exit("%s ended with %d" % (self.name, self.run.returncode))


def expect(what, found, wanted):
    if found != wanted:
        sys.exit("%s: %s, not %s" % (what, found, wanted))


def both_open(a, b, what):
    a.say("open " + what)
    b.say("open " + what)


def fields_merge(a, b):
    """Different fields are both kept, and what is computed from both is right."""
    both_open(a, b, "household_survey " + HOUSEHOLD)
    before = float(a.get("net_income")["value"]), float(a.get("wage_labour")["value"])
    a.say("set wage_labour %d" % (before[1] + 1000))
    b.say("set biz_crop 700")
    a.say("save")
    b.say("save")
    both_open(a, b, "household_survey " + HOUSEHOLD)
    for worker in a, b:
        expect("biz_crop", worker.get("biz_crop")["value"], "700")
        expect("net_income", float(worker.get("net_income")["value"]), before[0] + 1700)


def same_field_asks(a, b):
    both_open(a, b, "household_survey " + HOUSEHOLD)
    a.say("set prop_other 300")
    b.say("set prop_other 400")
    a.say("save")
    refused = b.say("save", ok=False)
    expect("collisions", [(c["mine"], c["theirs"], c["by"]) for c in refused["collisions"]],
           [("400", "300", a.name)])
    b.say("save mine")
    a.say("open household_survey " + HOUSEHOLD)
    expect("prop_other", a.get("prop_other")["value"], "400")


def member(worker, row, name, born, relation, sex):
    worker.say("add member")
    for field, value in (("member_name", name), ("id_type", 9), ("sex", sex), ("birth_date", born),
                         ("relation", relation), ("ethnic", "03"), ("student_status", "01")):
        worker.say("set member[%d]/%s %s" % (row, field, value))


def two_rows_one_number(a, b):
    """Both rows stay; the number that both were given is a problem to be seen."""
    both_open(a, b, "household_survey " + HOUSEHOLD)
    row = int(a.get("member_count")["value"]) + 1
    member(a, row, "马小宝", "2024-01-01", "03", 1)
    member(b, row, "马小妹", "2023-01-01", "04", 2)
    a.say("save")
    b.say("save")
    a.say("open household_survey " + HOUSEHOLD)
    expect("member_count", a.get("member_count")["value"], str(row + 1))
    cell = a.get("member[%d]/member_no" % (row + 1))
    expect("valid", cell["valid"], False)
    expect("sentence", cell["problem"][:8], "两名成员序号相同")
    a.say("save", ok=False)
    a.say("remove member[%d]" % (row + 1))
    member(a, row + 1, "马小妹", "2023-01-01", "04", 2)
    a.say("save")
    expect("numbers", [a.get("member[%d]/member_no" % n)["value"] for n in (row, row + 1)],
           [str(row), str(row + 1)])


def two_issues_one_number(a, b):
    a.say("new four_checks")
    a.say("set household_id " + HOUSEHOLD)
    a.say("set checker_name 张伟")
    a.say("set checker_role 1")
    a.say("set risk_types_now 07")
    a.say("save")
    both_open(a, b, "four_checks %s-20261123" % HOUSEHOLD)
    for worker in a, b:
        worker.say("add issue")
        for field, value in (("check_type", 1), ("issue_domain", "01"), ("issue_desc", "收入不稳定"),
                             ("measure", "02")):
            worker.say("set issue[1]/%s %s" % (field, value))
        worker.say("save")
    a.say("open four_checks %s-20261123" % HOUSEHOLD)
    expect("issues", a.get("issue_count")["value"], "2")
    expect("valid", a.get("issue[2]/issue_no")["valid"], False)


def main():
    a, b = Worker("zhangwei"), Worker("mali")
    fields_merge(a, b)
    same_field_asks(a, b)
    two_rows_one_number(a, b)
    two_issues_one_number(a, b)
    a.end()
    b.end()


if __name__ == "__main__":
    main()
