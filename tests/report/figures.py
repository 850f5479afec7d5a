"""figures.py DATABASE DAY LEVEL < `ruhu report --json`: reckons each figure of
forms/reports/returns.yaml a second time, from the answer tables and in plain Python, and
says where the two differ. LEVEL is how many digits of the village code an area has."""
import json
import sqlite3
import sys
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

DB, DAY, LEVEL = sys.argv[1], sys.argv[2], int(sys.argv[3])
YEAR = DAY[:4]
QUARTER = "%s-%02d-01" % (YEAR, (int(DAY[5:7]) - 1) // 3 * 3 + 1)


def rows(sql):
    db = sqlite3.connect("file:%s?mode=ro" % DB, uri=True)
    db.row_factory = sqlite3.Row
    return [{k: "" if r[k] is None else str(r[k]) for k in r.keys()} for r in db.execute(sql)]


def num(text):
    return Decimal(text) if text != "" else None


HH = rows("SELECT * FROM household_survey")
HOUSE = {h["record_no"]: h for h in HH}
MEM = rows("SELECT * FROM household_survey__member")
JC = rows("SELECT * FROM job_card")
MON = rows("SELECT * FROM job_card__monthly ORDER BY m_date")
FC = rows("SELECT * FROM four_checks ORDER BY check_date")
ISS = rows("SELECT i.*, f.household_id FROM four_checks__issue i JOIN four_checks f USING (record_no)")
PARAM = {p["key"]: num(p["value"]) for p in rows("SELECT * FROM params")}
CARD = {c["member_id"]: c for c in JC}
MEMBERS, MONTHS = defaultdict(list), defaultdict(list)
for m in MEM:
    MEMBERS[m["record_no"]].append(m)
for m in MON:
    MONTHS[m["record_no"]].append(m)
NEWEST = {f["household_id"]: f for f in FC}


def status(m):
    card = CARD.get(m["member_id"])
    return card["last_status"] if card and card["last_status"] else m["employment_status"]


def labour(m):
    return (m["age"] != "" and 16 <= int(m["age"]) <= 59 and m["labour_ability"] in ("1", "2", "3")
            and not status(m).startswith("3"))


def employed(m):
    return labour(m) and status(m).startswith("1")


def stable(m):
    card = CARD.get(m["member_id"])
    return labour(m) and (card["stable_flag"] if card and card["stable_flag"] else m["stable_job"]) == "1"


def trained(c, since):
    return any(m["m_trained"] == "1" and m["m_date"] >= since for m in MONTHS[c["record_no"]])


def share(part, whole):
    return None if whole == 0 else Decimal(part) / Decimal(whole) * 100


def total(v, key):
    return sum((num(x[key]) for x in v if x[key] != ""), Decimal(0))


def skills(c):
    return set(c["skills"].split()) - {"00"}


def enough(c):
    if c["last_status"] == "16":
        return bool(skills(c) & {"01", "02", "03", "04"})
    return len(c["skills"].split()) >= 2


def figures(hh, mem, jc, mon, fc, iss):
    house = lambda m: HOUSE[m["record_no"]]
    lab, emp = [m for m in mem if labour(m)], [m for m in mem if employed(m)]
    will = [m for m in lab if status(m).startswith("1") or status(m) == "21"]
    st = [m for m in mem if stable(m)]
    lm = lambda v: [m for m in v if house(m)["migrant_type"] == "4"]
    ce = [c for c in jc if c["last_status"].startswith("1")]
    lasts = [MONTHS[c["record_no"]][-1] for c in jc if MONTHS[c["record_no"]]]
    lasts = [m for m in lasts if m["m_status"].startswith("1") and m["m_below_min"] != ""]
    due = [c for c in jc if c["last_status"] == "16" or c["employ_intent"] not in ("", "0")]
    want = [c for c in jc if c["train_intent"] == "1"]
    prev = [h for h in hh if h["prev_per_capita"] != "" and num(h["prev_per_capita"]) > 0]
    before = sum((num(h["prev_per_capita"]) * num(h["member_count"]) for h in prev), Decimal(0))
    now = total(prev, "net_income")
    child = [m for m in mem if m["age"] != "" and 6 <= int(m["age"]) <= 15]
    basic = lambda v: [m for m in v if m["medical_ins"] in ("1", "2", "3", "4")]
    helped = [m for m in mem if house(m)["household_type"] in ("2", "3")
              or house(m)["monitored_category"] in ("1", "2", "3")]
    others = [m for m in mem if m not in helped]
    adult = [m for m in mem if m["age"] != "" and int(m["age"]) >= 16 and m["student_status"] == ""]
    settled = [h for h in hh if h["settlement_mode"] in ("1", "2")]
    having = lambda v, **k: sum(all(x[a] == b for a, b in k.items()) for x in v)
    dibao = lambda h: PARAM["dibao_urban_month"] * 12 if h["settlement_mode"] == "1" else PARAM["dibao_rural_year"]
    toilets = sum(h["toilet_type"] in ("1", "2", "3") for h in hh)
    return {
        "A48a": len(hh), "A48b": len(mem), "A42": having(hh, migrant_type="5"),
        "A22a": len(lab), "A22b": len(emp), "A22c": len(st), "A22d": len(will) - len(emp),
        "A22e": sum(trained(c, QUARTER) for c in jc),
        "A01": share(len(lm(emp)), len(lm(lab))), "A02": share(len(st), len(emp)),
        "A03": share(len(emp), len(will)), "A04": share(len(emp), len(will)),
        "A05": share(sum(h["labour_count"] not in ("", "0") and int(h["stable_count"] or 0) >= 1 for h in hh),
                     sum(h["labour_count"] not in ("", "0") for h in hh)),
        "A06": sum(any(labour(m) for m in MEMBERS[h["record_no"]])
                   and not any(employed(m) for m in MEMBERS[h["record_no"]]) for h in hh),
        "A07": share(having(lasts, m_below_min="0"), len(lasts)),
        "A08": share(having(ce, organised="1"), len(ce)),
        "A18a": sum(m["work_area"] in ("1", "2") or status(m) in ("14", "16") for m in emp),
        "A18b": sum(m["work_area"] in ("2", "3", "4", "5") for m in emp),
        "A19": sum(status(m) == "14" for m in emp),
        "A20a": sum(any(m["employment_status"] == "13" for m in MEMBERS[h["record_no"]]) for h in hh),
        "A20b": sum(h["migrant_type"] == "4" and any(m["employment_status"] == "13"
                    for m in MEMBERS[h["record_no"]]) for h in hh),
        "A21a": len(jc),
        "A21b": share(sum(any(m["m_month"] == DAY[:7] for m in MONTHS[c["record_no"]]) for c in jc), len(jc)),
        "A12": share(sum(bool(skills(c)) for c in jc), len(jc)),
        "A13": share(sum(enough(c) for c in due), len(due)),
        "A14": share(sum(bool(skills(c)) for c in want), len(want)),
        "A15a": sum(c["last_training"] == "1" and c["last_training_date"] >= YEAR + "-01-01" for c in jc),
        "A15b": sum(c["last_training"] == "2" and c["last_training_date"] >= YEAR + "-01-01" for c in jc),
        "A16a": sum(trained(c, YEAR + "-01-01") for c in jc),
        "A16b": sum(m["m_trained"] == "1" and m["m_date"] >= YEAR + "-01-01" for m in mon),
        "A17": sum(trained(c, "2021-01-01") for c in jc),
        "A10": share(total(hh, "wage_income"), total(hh, "net_income")),
        "A11": share(total(hh, "biz_income"), total(hh, "net_income")),
        "A24a": None if not prev else (now - before) / total(prev, "member_count"),
        "A24b": None if not prev else now / before * 100 - 100,
        "A47": sum(h["per_capita_net"] != "" and num(h["per_capita_net"]) < dibao(h)
                   and not any("01" in m["benefits"].split() for m in MEMBERS[h["record_no"]]) for h in hh),
        "A27": share(len(child) - total(hh, "dropout_count"), len(child)),
        "A28a": total(hh, "dropout_count"),
        "A28b": sum(i["issue_domain"] == "03" and i["issue_status"] not in ("", "4") for i in iss),
        "A29": share(len(basic(mem)), len(mem)),
        "A30": share(having(basic(helped), critical_ins="1"), len(helped)),
        "A31": share(len(basic(others)), len(others)),
        "A32": share(sum(m["pension_ins"] in ("1", "2", "3") for m in adult), len(adult)),
        "A45a": total(hh, "xczx_insured_count") * 20, "A45b": total(hh, "xczx_insured_count") * 50,
        "A35a": share(having(hh, house_ok="1"), len(hh)), "A35b": having(hh, extra_large="1"),
        "A36a": share(having(hh, water_ok="1"), len(hh)),
        "A36b": sum("5" in h["water_problem"].split() for h in hh),
        "A37a": share(toilets, len(hh)), "A37b": having(hh, toilet_type="1"), "A38": share(toilets, len(hh)),
        "A43": share(having(settled, property_cert="1"), len(settled)),
        "A44": share(sum(h["hukou_status"] in ("1", "2") for h in hh), len(hh)),
        "A39": sum(h["suggested_category"] not in ("", "0") and h["monitored_category"] == "0" for h in hh),
        "F01": len(fc), "A33": sum(f["policy_missing"] != "" for f in fc),
        "A34": None if not fc else 100 - share(sum("10" in f["service_short"].split() for f in fc), len(fc)),
        "A40a": sum(f["med_gap_members"] != "" for f in fc),
        "A40b": sum(f["water_problem_now"] not in ("", "0") for f in fc),
        "A40c": sum(f["income_trend"] in ("3", "4") for f in fc),
        "A41a": share(having(iss, issue_status="4"), len(iss)),
        "A41b": sum(i["issue_status"] not in ("", "4") and "" < i["due_date"] < DAY for i in iss),
    }


def within(area):
    if area is None:
        at = lambda household: True
    elif area == "":
        at = lambda household: household.startswith("-")
    else:
        at = lambda household: household[:LEVEL] == area
    return figures([h for h in HH if at(h["household_id"])],
                   [m for m in MEM if at(HOUSE[m["record_no"]]["household_id"])],
                   [c for c in JC if at(c["household_id"])],
                   [m for c in JC if at(c["household_id"]) for m in MONTHS[c["record_no"]]],
                   [f for f in NEWEST.values() if at(f["household_id"])],
                   [i for i in ISS if at(i["household_id"])])


DECIMALS = {"A24a": "0.01"}
told, bad = defaultdict(dict), 0
for line in sys.stdin:
    fact = json.loads(line)
    told[fact.get("area")][fact["name"]] = fact.get("value")
for area, values in told.items():
    own = within(area)
    for name in sorted(set(own) | set(values)):
        mine = own.get(name)
        if mine is not None:
            step = Decimal(DECIMALS.get(name, "0.1"))
            mine = Decimal(mine).quantize(step, ROUND_HALF_UP)
        its = values.get(name)
        if name not in own or name not in values or (mine is None) != (its is None) or \
                (its is not None and Decimal(its) != mine):
            print("%s %s: ruhu says %s, the answers say %s" % ("all" if area is None else area, name, its, mine))
            bad = 1
print("%d areas, %d figures each" % (len(told) - 1, len(told[None])))
sys.exit(bad)
