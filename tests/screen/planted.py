"""Twenty papers, keyed by a first person with planted errors and verified on the
screen by a second with planted slips. Prints, for planted.sh, what to key; or
compares what the database says with what was planted.

    planted.py fill             commands for `ruhu fill`, the first person's
    planted.py keys             a screen script, the second person's
    planted.py compare DB       0 when every error was found and charged rightly
"""
import random
import sqlite3
import sys

N = 20
FIELDS = ["no", "name", "sex", "amount", "day", "note"]
SURNAMES, GIVEN = "马王李张刘陈杨赵黄周", "秀英伟芳娜敏静丽强磊"


def papers():
    rnd = random.Random(20261123)
    out = []
    for i in range(1, N + 1):
        out.append({
            "no": "%04d" % i,
            "name": rnd.choice(SURNAMES) + rnd.choice(GIVEN) + rnd.choice(GIVEN),
            "sex": "1",
            "amount": str(rnd.randint(100, 9999)),
            "day": "2026-11-%02d" % rnd.randint(1, 28),
            "note": rnd.choice(["好", "缺照片", "已核", "电话补"]),
            "members": [("成员%d" % k, str(rnd.randint(1000, 5000))) for k in range(1, 1 + rnd.randint(1, 2))],
        })
    return out


def wrong(field, right):
    """Another answer of the same kind."""
    if field == "sex":
        return "2"
    if field == "amount":
        return right[1:] + right[0] if right[0] != right[1] else right + "0"
    if field == "day":
        return right[:-2] + ("01" if right[-2:] != "01" else "02")
    return right[:-1] + "误" if field != "name" else right[0] + "误" + right[2:]


# (paper, field): who errs. Rows: -1 left out, +1 one too many.
KEYER = {(1, "name"), (2, "amount"), (4, "day"), (5, "note"), (6, "amount"), (6, "name"), (9, "sex"),
         (13, "day"), (15, "amount"), (18, "note"), (20, "name"), (20, "amount"), (20, "day")}
VERIFIER = {(1, "amount"), (3, "name"), (5, "day"), (8, "note"), (10, "sex"), (16, "amount"), (19, "day"),
            (15, "amount")}          # 15: both err, differently
ROWS = {7: -1, 12: 1}
MEMBER = {(11, 0): "mname", (14, 0): "wage"}
MISCOUNT = {17}


def as_first(i, p):
    p = dict(p)
    for f in FIELDS:
        if (i, f) in KEYER:
            p[f] = wrong(f, p[f])
    members = [list(m) for m in p["members"]]
    if (i, 0) in MEMBER:
        k = 0 if MEMBER[i, 0] == "mname" else 1
        members[0][k] = members[0][k][:-1] + ("误" if k == 0 else "9" if members[0][k][-1] != "9" else "8")
    if ROWS.get(i) == -1:
        members.pop()
    elif ROWS.get(i) == 1:
        members.append(["多余", "1"])
    p["members"] = members
    return p


def fill():
    for i, p in enumerate(papers(), 1):
        p = as_first(i, p)
        print("new paper")
        for f in FIELDS:
            print("set", f, p[f])
        if p["sex"] == "2":
            print("set why 说明")
        for k, (name, wage) in enumerate(p["members"], 1):
            print("add member")
            print("set member[%d]/mname %s" % (k, name))
            print("set member[%d]/wage %s" % (k, wage))
        print("save")


def key_answer(field, text):
    if field == "sex":          # goes on by itself
        print("type", text)
        return
    if field == "day":
        text = text[5:7] + text[8:10]
    print("burst", text)
    print("key enter")


def key_field(i, field, right):
    first_wrong, second_wrong = (i, field) in KEYER, (i, field) in VERIFIER
    if second_wrong:
        slip = wrong(field, right)
        if first_wrong:         # another slip than the first person's
            slip = wrong(field, slip)
        key_answer(field, slip)
        print("expect Not what was keyed first")
    key_answer(field, right)
    if first_wrong:
        print("expect Not what was keyed first")
        key_answer(field, right)


def keys():
    ps = papers()
    print("term xterm-256color 80x24 zh_CN.UTF-8")
    print('run $RUHU --lang en --now 2026-11-25T08:00 --as checker -d "$DB" verify paper')
    for i, p in enumerate(ps, 1):
        print("wait Number")
        for f in FIELDS[:-1]:
            key_field(i, f, p[f])
        n = len(p["members"])
        print("expect Members: how many rows")
        if i in MISCOUNT:
            print("type %d" % (n + 1))
            print("key enter")
            print("expect another number than first")
        print("type %d" % n)
        print("key enter")
        if i in ROWS:
            print("expect another number than first")
            print("type %d" % n)
            print("key enter")
        if ROWS.get(i) == 1:
            print("expect Which row is not on the paper")
            print("type %d" % (n + 1))
            print("key enter")
        for k, m in enumerate(p["members"]):
            for f, right in zip(("mname", "wage"), m):
                key_answer(f, right)
                if k == 0 and MEMBER.get((i, 0)) == f:
                    print("expect Not what was keyed first")
                    key_answer(f, right)
        key_field(i, "note", p["note"])
        print("expect All is keyed")
        print("key enter")
        if (i, "sex") in KEYER:     # what was answered because of it goes
            print("expect No longer apply")
            print("key enter")
        print("expect Verified:")
        print("key enter")
    print("expect No other record waits")
    print("key f10")
    print("exit 0")


def planted():
    """(paper, field): result that is not 'same', as ruhu_verify_field has it."""
    out = {(i, f): "verifier" for i, f in VERIFIER}
    out.update({(i, f): "keyer" for i, f in KEYER})
    out.update({(i, f): "keyer" for (i, _), f in MEMBER.items()})
    out.update({(i, "member"): "keyer" for i in ROWS})
    out.update({(i, "member"): "verifier" for i in MISCOUNT})
    return out


def compare(path):
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    no = {r: int(n) for r, n in db.execute("SELECT record_id, no FROM paper")}
    found = {}
    bad = 0
    for record, field, result, keyer, by in db.execute(
            "SELECT v.record, f.field, f.result, f.keyer, v.by FROM ruhu_verify_field f JOIN ruhu_verify v"
            " ON v.no = f.verify WHERE f.result NOT IN ('same', 'new')"):
        found[no[record], field] = result
        bad |= keyer != "keyer" or by != "checker"
    for place in sorted(set(found) | set(planted())):
        if found.get(place) != planted().get(place):
            print("paper %d, %s: planted %s, charged %s" % (place + (planted().get(place), found.get(place))))
            bad = 1
    for i, p in enumerate(papers(), 1):
        got = db.execute("SELECT no, name, sex, amount, day, note FROM paper WHERE no = ?", (p["no"],)).fetchone()
        want = (p["no"], p["name"], p["sex"], int(p["amount"]), p["day"], p["note"])
        rows = db.execute("SELECT mname, CAST(wage AS TEXT) FROM paper__member JOIN paper USING (record_no)"
                          " WHERE no = ? ORDER BY row_position", (p["no"],)).fetchall()
        if got != want or rows != p["members"]:
            print("paper %d is %s %s, not %s %s" % (i, got, rows, want, p["members"]))
            bad = 1
    left = db.execute("SELECT count(*) FROM ruhu_draft").fetchone()[0]
    ended = db.execute("SELECT count(*) FROM ruhu_verify WHERE ended_at IS NOT NULL").fetchone()[0]
    if left or ended != N:
        print("%d drafts left, %d of %d verified" % (left, ended, N))
        bad = 1
    return bad


if __name__ == "__main__":
    what = sys.argv[1]
    sys.exit(compare(sys.argv[2]) if what == "compare" else {"fill": fill, "keys": keys}[what]())
