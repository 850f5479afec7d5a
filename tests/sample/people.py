#!/usr/bin/env python3
"""Commands for `ruhu fill` that make the sample database: people who do not
exist, in real villages. Same seed, same commands.

60 households, a check of each (monitored ones twice), 80 job-service cards with
three to eight monthly checks, two incomplete records, two drafts, some flags.
Every ID number has region 649999, which no county has; every telephone is one of
19900000001 to 19900000099.
"""
import collections
import csv
import datetime
import pathlib
import random
import types

SEED = 20261123
FORMS = pathlib.Path(__file__).resolve().parents[2] / "forms"
LINE = {2025: 7200, 2026: 7600}         # examples: a county sets its own
MIN_WAGE = 2050

# village, households, way of settling, kind of migrant, grid, worker, ethnic
# group most have, where they came from, moved in
VILLAGES = [
    ("640181001013", 12, "1", "4", "G03", "zhangwei", "张伟", "03", "海原县", "2013-09-01"),
    ("640181101219", 8, "2", "2", "G01", "mali", "马丽", "03", "泾源县", "2012-10-15"),
    ("640221102200", 8, "2", "2", "G02", "yangjun", "杨军", "03", "西吉县", "2014-06-20"),
    ("640502101013", 8, "1", "3", "G05", "wanglei", "王磊", "01", "海原县兴仁镇", "2018-11-08"),
    ("640521103203", 6, "2", "1", "G01", "liufang", "刘芳", "01", "同心县", "2010-05-12"),
    ("640522104202", 6, "2", "3", "G12", "haiyan", "海燕", "03", "海原县红羊乡", "2017-12-01"),
    ("610330100200", 4, "3", "6", "G02", "chenjing", "陈静", "01", "凤县平木镇", "2019-08-30"),
    ("522324102002", 8, "1", "3", "G08", "longmei", "龙梅", "06", "晴隆县三宝乡", "2019-06-18"),
]
SURNAMES = {"03": "马马马杨海丁哈田李王", "01": "王李张刘陈赵周吴徐孙", "06": "龙吴杨石罗熊李",
            "09": "韦岑罗陆王黄"}
MALE = ["建国", "志强", "小军", "文学", "生福", "耀武", "永强", "明", "彦东", "占海", "正才",
        "学义", "德林", "少华", "成虎", "立新", "国平", "万福", "俊杰", "海龙"]
FEMALE = ["秀兰", "桂花", "小燕", "彩霞", "玉梅", "淑珍", "兰英", "海霞", "晓丽", "凤英", "金花",
          "春梅", "翠萍", "慧", "生莲", "秀英", "丽娟", "文静", "红霞", "玉芳"]
BOYS = ["浩然", "宇轩", "子涵", "天佑", "博文", "俊熙", "家乐", "一鸣"]
GIRLS = ["欣怡", "雨桐", "梓涵", "思琪", "佳怡", "诗涵", "可心", "若曦"]
EMPLOYERS = {"11": ["宁东华羊毛纺厂", "银川经开区光伏组件厂", "中卫云基地物业", "福建晋江鞋服厂"],
             "12": ["灵武城区建筑零工", "枸杞采摘零工", "物流园装卸"],
             "14": ["村委会公益岗", "社区保洁岗"],
             "15": ["巾帼帮扶车间", "社区服装加工厂"]}

Event = collections.namedtuple("Event", "when user lines")


def id_number(born, male, serial):
    """GB 11643: 649999, birth date, serial with its last digit odd for a man."""
    digits = "649999" + born.strftime("%Y%m%d") + "%02d%d" % (serial // 5, serial % 5 * 2 + male)
    total = sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(digits))
    return digits + "10X98765432"[total % 11]


def age_on(born, day):
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def codes(name):
    with open(FORMS / "codes" / (name + ".tsv"), encoding="utf-8") as f:
        return {r["code"]: r for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)}


class Person:
    def __init__(self, relation, male, age, name):
        self.relation, self.male, self.name = relation, male, name
        self.age, self.no, self.phone = age, 0, ""
        self.health, self.student, self.education, self.out_reason = ["1"], "", "", ""
        self.disability = None
        self.labour, self.medical, self.pension, self.status = "", "1", "", ""
        self.channel = self.area = self.employer = ""
        self.months = self.wage = 0
        self.benefits, self.residence, self.marital, self.ethnic = [], "1", "", ""
        self.card = None
        self.now = ""                   # status as the last monthly check found it

    def worker(self):
        return 16 <= self.age <= 59 and self.labour in "123" and self.status[:1] != "3"

    def employed(self):
        return self.worker() and self.status[:1] == "1"


class Sample:
    def __init__(self):
        self.rng = random.Random(SEED)
        self.events, self.used, self.numbers = [], {"马秀兰"}, collections.Counter()
        self.households = []
        self.next_phone = 60

    def pick(self, items):
        return items[self.rng.randrange(len(items))]

    def chance(self, percent):
        return self.rng.randrange(100) < percent

    # ---- people ---------------------------------------------------------------

    def name(self, surname, male, age):
        given = (BOYS if male else GIRLS) if age < 18 else (MALE if male else FEMALE)
        for _ in range(200):
            name = surname + self.pick(given)
            if name not in self.used:
                break
        self.used.add(name)
        return name

    def members(self, kind, ethnic):
        """A family: kind is one of couple, three, old, single, large."""
        own = lambda: self.pick(SURNAMES[ethnic])
        surname = own()
        out = []

        def add(relation, male, age, family=None):
            person = Person(relation, male, age, self.name(family or surname, male, age))
            person.ethnic = ethnic
            out.append(person)
            return person
        male = not self.chance(15)
        head = {"old": 66, "single": 42, "large": 52}.get(kind, 34) + self.rng.randrange(12)
        add("01", male, head)
        if kind != "single":
            add("02", not male, head - (2 if male else -2) + self.rng.randrange(-1, 2), own())
        if kind in ("couple", "three"):
            for n in range(1 + self.chance(75) + self.chance(20)):
                boy = self.chance(52)
                add("03" if boy else "04", boy, max(1, head - 22 - self.rng.randrange(4) - 4 * n),
                    surname if male else own())
        if kind == "single":
            boy = self.chance(50)
            add("03" if boy else "04", boy, head - 26 - self.rng.randrange(4))
        if kind == "three":
            add("12", False, head + 21 + self.rng.randrange(6), own())
            if self.chance(45):
                add("11", True, head + 23 + self.rng.randrange(5))
        if kind == "large":
            for n in range(2):
                son = add("03", True, head - 24 - 2 * n)
                add("05", False, son.age - 1, own())
                for _ in range(2 - n):
                    boy = self.chance(50)
                    add("07" if boy else "08", boy, 2 + self.rng.randrange(5), surname)
            add("12", False, head + 22, own())
        for n, person in enumerate(out):
            person.no = n + 1
        return out

    def born(self, age, day):
        """A birth date that gives this age on every day of this survey season."""
        return datetime.date(day.year - age - 1, 4, 1) + datetime.timedelta(self.rng.randrange(260))

    def school(self, p):
        """Where a person of this age is at school, else what was finished."""
        stages = {0: "01", 1: "01", 2: "01", 3: "02", 4: "02", 5: "02", 6: "03", 7: "03", 8: "03",
                  9: "03", 10: "03", 11: "03", 12: "04", 13: "05", 14: "06", 15: "06", 16: "07",
                  17: "08", 18: "09", 19: "20", 20: "21", 21: "13"}
        if p.age in stages and (p.age < 16 or self.chance(85 if p.age < 19 else 50)):
            p.student = stages[p.age]
        else:
            p.education = ("1" if p.age > 60 and self.chance(60) else
                           self.pick("22333" if p.age > 40 else "33334456"))

    def work(self, p, rural):
        if p.age < 16 or p.student:
            p.labour = "5"
        elif p.age >= 60:
            p.labour = "3" if p.age < 70 else "5"
        elif "4" in p.health or "3" in p.health:
            p.labour = self.pick("34")
        else:
            p.labour = "2" if self.chance(25) else "1"
        if p.age < 16:
            return
        if p.student:
            p.status = "31"
        elif p.labour in "45":
            p.status = "34"
        elif p.age >= 60:
            p.status = "33"
        elif p.relation in ("02", "05") and self.chance(30):
            p.status = self.pick(["21", "22"])
        else:
            p.status = self.pick(["11", "11", "11", "11", "12", "12", "12", "13", "14", "15",
                                  "16" if rural else "15"] + (["21"] if p.relation != "01" else []))
        if p.status[:1] != "1":
            return
        p.channel = {"11": "5", "12": "9", "13": "4", "14": "6", "15": "3", "16": "1"}[p.status]
        p.area = {"11": self.pick("234"), "12": self.pick("12"), "13": "1", "15": "1"}.get(p.status, "")
        p.employer = self.pick(EMPLOYERS[p.status]) if p.status in EMPLOYERS else ""
        p.months = 12 if p.status in ("14", "16") else 7 + self.rng.randrange(6)
        p.wage = {"11": 3400 + 100 * self.rng.randrange(24), "12": 2800 + 100 * self.rng.randrange(16),
                  "13": 3500 + 100 * self.rng.randrange(20), "14": 600 + 100 * self.rng.randrange(4),
                  "15": 1900 + 100 * self.rng.randrange(10), "16": 0}[p.status]
        if p.area in "34" and p.area:
            p.residence = "2"

    # ---- household survey -----------------------------------------------------

    def household(self, village, serial, n):
        (code, _, mode, migrant, grid, user, surveyor, ethnic, origin, moved) = village
        h = types.SimpleNamespace(dropout=False)
        h.village, h.serial, h.n, h.mode, h.user, h.surveyor = code, serial, n, mode, user, surveyor
        h.migrant, h.grid, h.origin, h.moved = migrant, grid, origin, moved
        h.id = "%s-%04d" % (code, serial)
        h.day = datetime.date(2026, 1, 5) + datetime.timedelta(n + self.rng.randrange(3))
        kind = ("large" if n == 17 else "old" if n % 9 == 4 else "single" if n % 11 == 7 else
                "three" if n % 3 == 0 else "couple")
        if ethnic == "06" and self.chance(40):
            ethnic = "09"
        h.members = self.members(kind, ethnic)
        if n == 11:                     # the household of the manuals
            h.members[0].name, h.members[0].male = "马秀兰", False
            h.members[1].male = True
        rural = mode != "1"
        for p in h.members:
            if p.age >= 45 and self.chance(14):
                p.health = ["2"]
            if p.age >= 20 and self.chance(6):
                p.health = ["4"]
                p.disability = (self.pick("1234"), self.pick("234"))
            self.school(p)
            if n == 23 and p.student in ("04", "05", "06") and not h.dropout:
                p.student, p.education, p.out_reason, h.dropout = "", "2", "3", True
            self.work(p, rural)
            if n in (8, 31, 44) and p is h.members[-1]:
                p.medical = "0"
            if p.age >= 16 and not p.student:
                p.pension = "3" if p.age >= 60 else "0" if self.chance(4) else "1"
            p.marital = "20" if p.relation in ("01", "02", "05") and kind != "single" else \
                "40" if p.relation == "01" else "30" if p.relation in ("11", "12") else "10"
            if p.relation == "11":
                p.marital = "20"
            if p.disability:
                p.benefits.append("04")
            if p.age >= 80:
                p.benefits.append("06")
            p.born = self.born(p.age, h.day)
            key = (p.born, p.male)
            p.id = id_number(p.born, p.male, 1 + self.numbers[key])
            self.numbers[key] += 1
            if p.age >= 16 and (p.relation == "01" or p.worker()):
                p.phone = "199000000%02d" % (n + 1 if p.relation == "01" else self.phone())
        if n in (5, 29, 50):            # nobody works, though somebody could
            for p in h.members:
                if p.status[:1] == "1":
                    p.status, p.channel, p.area, p.employer, p.wage, p.months = "21", "", "", "", 0, 0
                    p.residence = "1"
        self.household_type(h, rural)
        self.incomes(h, rural)
        self.living(h)
        self.monitoring(h)
        return h

    def phone(self):
        self.next_phone = 61 if self.next_phone >= 99 else self.next_phone + 1
        return self.next_phone

    def household_type(self, h, rural):
        h.type = self.pick("2223" if h.migrant == "3" else "1123" if rural else "1124")
        h.couples = (3 if len(h.members) >= 8 else
                     sum(p.relation == "02" for p in h.members) + sum(p.relation == "11" for p in h.members))
        h.hukou = "3" if h.n in (9, 27) else "2" if h.migrant == "5" else "1"
        h.property = "1" if self.chance(70) else "2"

    def incomes(self, h, rural):
        i = collections.OrderedDict()
        working = [p for p in h.members if p.status in ("11", "12", "15")]
        i["wage_labour"] = sum(p.wage * p.months for p in working)
        i["wage_post"] = sum(p.wage * p.months for p in h.members if p.status == "14")
        farm = rural or any(p.status == "16" for p in h.members)
        i["biz_crop"] = 400 * (4 + self.rng.randrange(30)) if farm else 0
        i["biz_livestock"] = 1000 * self.rng.randrange(18) if farm else 0
        i["biz_other"] = sum(p.wage * p.months for p in h.members if p.status == "13")
        i["biz_cost"] = (i["biz_crop"] + i["biz_livestock"]) // 3 + i["biz_other"] // 5
        i["prop_dividend"] = 200 * self.rng.randrange(4)
        i["prop_other"] = 350 * self.rng.randrange(8) if rural else 0
        pensioners = sum(p.pension == "3" for p in h.members)
        i["trans_pension"] = 12 * (245 + 5 * self.rng.randrange(10)) * pensioners
        i["trans_relief"] = 0
        i["trans_eco"] = 120 * self.rng.randrange(12) if rural else 0
        i["trans_other"] = sum(1200 for p in h.members if p.disability)
        if all(p.age >= 60 for p in h.members) and h.n not in (4, 31):
            i["trans_other"] += 4000 * len(h.members)       # from the children elsewhere
        i["claims_income"] = 0
        i["rigid_expense"] = 500 * self.rng.randrange(5)
        count = len(h.members)
        net = lambda: (sum(i[k] for k in i if k[:5] in ("wage_", "prop_", "trans") or
                           k in ("biz_crop", "biz_livestock", "biz_other")) - i["biz_cost"])
        if net() < 5520 * count:        # below the rural dibao line: relief
            i["trans_relief"] = 5520 * count - net()
            h.members[0].benefits.insert(0, "01")
        if h.n in (14, 40):             # a great illness of a family that earns enough
            h.members[-1].health = ["3"] if h.members[-1].health == ["1"] and \
                not h.members[-1].worker() else h.members[-1].health
            i["rigid_expense"] = net() - count * 6000 + 12000
            i["claims_income"] = 12000
        h.income, h.net = i, net()
        h.per_capita = round(h.net / count + 1e-9, 2)
        h.per_capita_ref = round((h.net + i["claims_income"] - i["rigid_expense"]) / count + 1e-9, 2)
        line = LINE[2025]
        h.suggested = (("1" if h.type in "23" else "2") if h.per_capita < line else
                       "3" if h.per_capita_ref < line else "0")

    def living(self, h):
        h.source = {"1": "1", "2": "2", "3": "3"}[h.mode]
        h.area_m2 = {"1": self.pick([54, 80, 105]), "2": 54 + 6 * self.rng.randrange(6),
                     "3": 90 + 5 * self.rng.randrange(8)}[h.mode]
        h.grade = "C" if h.n == 52 and h.type not in "23" else "B" if h.mode == "3" else "A"
        h.water = "5" if h.n in (21, 46) else "0"
        h.toilet = "1" if h.mode == "1" else "4" if h.n in (19, 34, 51) else "2"

    def monitoring(self, h):
        h.category = h.suggested
        h.risks, h.measures = [], []
        if h.n == 32 and h.suggested != "0":
            h.category = "0"            # the worker sees it otherwise, and says so
        if h.category == "0":
            return
        labour = sum(p.worker() for p in h.members)
        months = sum(p.months for p in h.members)
        if any(set("23") & set(p.health) for p in h.members) or h.n in (14, 40):
            h.risks.append("01")
            h.measures.append("07")
        if any(p.student >= "07" for p in h.members):
            h.risks.append("02")
            h.measures.append("09")
        if any("4" in p.health for p in h.members):
            h.risks.append("03")
        if labour and months:
            h.risks.append("07")
        elif not (len(h.members) >= 4 and labour * 2 >= len(h.members)):
            h.risks.append("08")
        if not h.risks:
            h.risks.append("06")
        if labour:
            h.measures.append("02")
        if any("01" in p.benefits for p in h.members):
            h.measures.append("10")
        if not h.measures:
            h.measures.append("11")
        h.measures.sort()

    def survey_lines(self, h):
        s = ["new household_survey"]
        put = lambda path, value: s.append("set %s %s" % (path, value))
        head = h.members[0]
        put("surveyor_name", h.surveyor)
        put("county_code", h.village[:6])
        put("township_code", h.village[:9])
        put("village_code", h.village)
        put("grid_code", h.grid)
        put("settlement_mode", h.mode)
        if h.mode == "1":
            put("building_no", 1 + h.serial % 6)
            put("room_no", "%d-%d0%d" % (1 + h.serial % 3, 1 + h.serial % 5, 1 + h.serial % 2))
        put("household_serial", h.serial)
        if h.n != 26:                   # incomplete: no telephone yet
            put("contact_phone", head.phone)
        put("household_type", h.type)
        put("migrant_type", h.migrant)
        put("move_in_date", h.moved)
        put("origin_place", h.origin)
        put("hukou_status", h.hukou)
        put("couples_count", h.couples)
        put("property_cert", h.property)
        for p in h.members:
            s += self.member_lines(p)
        put("income_year", 2025)
        for name, value in h.income.items():
            if value:
                put(name, value)
        if h.n == 36:                   # not told: everything computed from it stays empty
            s.append("missing rigid_expense refused")
        put("house_source", h.source)
        if h.n != 48:                   # incomplete: not measured yet
            put("house_area", h.area_m2)
        put("house_grade", h.grade)
        put("water_source", "1")
        put("water_problem", h.water)
        put("toilet_type", h.toilet)
        self.monitoring_lines(h, s, put)
        if h.n % 7 == 3:
            put("main_need", self.pick(["希望安排家门口的就业岗位", "申请小额信贷发展养殖",
                                        "希望增加公交班次", "老人慢性病门诊报销"]))
        if h.n in (10, 38):
            s.append("flag contact_phone 号码为邻居所有，下次入户核对")
        if h.n == 30:
            s.append("flag house_area 与不动产证面积不一致，待查证")
        s.append("save incomplete" if h.n in (26, 48) else "save")
        return s

    def member_lines(self, p):
        at = "member[%d]/" % p.no
        s = ["add member"]
        put = lambda name, value: s.append("set %s%s %s" % (at, name, value))
        put("member_name", p.name)
        put("id_number", p.id)
        if p.relation != "01":
            put("relation", p.relation)
        put("ethnic", p.ethnic)
        if p.relation == "01" and p.age > 45 and self.chance(20):
            put("political", "01")
        if p.age >= 18:
            put("marital", p.marital)
        if p.phone:
            put("member_phone", p.phone)
        elif p.age >= 14:
            s.append("missing %smember_phone not_applicable" % at)
        if p.residence != "1":
            put("residence", p.residence)
        if p.health != ["1"]:
            put("health", " ".join(p.health))
        if p.student:
            put("student_status", p.student)
        if p.education:
            put("education", p.education)
        if p.out_reason:
            put("out_school_reason", p.out_reason)
        if p.disability:
            put("disability_cert", p.id + "".join(p.disability))
        put("labour_ability", p.labour)
        if p.medical != "1":
            put("medical_ins", p.medical)
        if p.pension:
            put("pension_ins", p.pension)
        if p.benefits:
            put("benefits", " ".join(p.benefits))
        if p.status:
            put("employment_status", p.status)
        if p.status[:1] == "1":
            put("employment_channel", p.channel)
            if p.area:
                put("work_area", p.area)
            if p.employer:
                put("employer", p.employer)
            put("work_months", p.months)
            if p.wage:
                put("monthly_wage", p.wage)
        return s

    def monitoring_lines(self, h, s, put):
        put("monitored_category", h.category)
        if h.category != h.suggested:
            s.append("accept monitored_category")
            s.append("flag monitored_category 收入为估算，待部门比对后再定")
        if h.category != "0":
            put("risk_types", " ".join(h.risks))
            put("identified_date", "2025-%02d-%02d" % (3 + h.n % 8, 2 + h.n % 25))
            put("help_measures", " ".join(h.measures))
            put("helper_name", self.pick(["赵敏", "孙丽华", "周建军", "何晓东"]))
        if h.type in "23" or h.category != "0":
            put("xczx_insured_count", len(h.members))

    # ---- job-service card -----------------------------------------------------

    def card_events(self, h, p, n):
        """A card opened in spring or summer, then a check a month until November."""
        months = 3 + n % 6
        first = 11 - months + 1
        missed = n % 13 == 5            # not checked in November
        day = datetime.date(2026, first, 3 + n % 20)
        p.card = "JK%s-%02d" % (h.id, p.no)
        p.now = p.status
        officer = self.pick(["冯涛", "韩雪", "邓丽萍"])
        s = self.card_lines(h, p, n, officer)
        s += self.month_lines(p, 1, n, officer)
        s.append("save")
        self.events.append(Event(self.at(day, n), h.user, s))
        for i in range(1, months - missed):
            day = datetime.date(2026, first + i, 2 + (n + i) % 19)
            s = ["open job_card " + p.card] + self.month_lines(p, i + 1, n, officer) + ["save"]
            self.events.append(Event(self.at(day, n), h.user, s))

    def at(self, day, n):
        return datetime.datetime(day.year, day.month, day.day, 8 + n % 10, n * 7 % 60, n * 13 % 60)

    def card_lines(self, h, p, n, officer):
        s = ["new job_card"]
        put = lambda name, value: s.append("set %s %s" % (name, value))
        put("member_id", "%s-%02d" % (h.id, p.no))
        put("officer_name", officer)
        hard = []
        if p.age >= (50 if p.male else 40):
            hard.append("1")
        if p.disability:
            hard.append("2")
        if h.type in "23" or h.category != "0":
            hard.append("7")
        if hard:
            put("hard_employ", " ".join(hard))
        skill = {"16": "01 02", "13": "11", "15": "08", "12": "05", "14": "16"}.get(
            p.status, self.pick(["06", "07", "09", "10", "00"]))
        put("skills", skill)
        if skill != "00":
            put("skill_years", 1 + n % 6)
            if n % 4 == 1:
                put("skill_certs", "1 3" if n % 8 == 1 else "1")
                put("cert_no", "NX2025%04d" % (100 + n))
                if n % 8 == 1:
                    put("skill_level", self.pick("54"))
        self.wish_lines(p, n, put)
        if p.status[:1] != "1":
            return s
        put("job_title", {"11": "操作工", "12": "小工", "13": "店主", "14": "保洁员", "15": "缝纫工",
                          "16": "种养户"}[p.status])
        if p.status == "14":
            put("public_post", self.pick("124"))
        put("start_date", "2025-%02d-01" % (1 + n % 12))
        if p.status in ("11", "12", "14", "15"):
            put("contract", {"11": "1", "12": "4"}.get(p.status, "2"))
        put("organised", "1" if p.status in ("14", "15") or n % 5 == 0 else "0")
        if n % 6 == 2:
            put("subsidies", "2")
        return s

    def wish_lines(self, p, n, put):
        intent = {"13": "3", "14": "4", "16": "5", "22": "0"}.get(p.status, "1" if p.area in ("3", "4") else "2")
        put("employ_intent", intent)
        if intent in "12":
            put("want_area", "4" if p.area == "4" else "3" if intent == "1" else "2")
        if intent in "124":
            put("want_jobs", " ".join(sorted({"11": ["01", "06"], "15": ["08"], "14": ["04"]}.get(p.status, ["02"]))))
            put("want_wage", 3000 + 500 * (n % 5))
        if intent == "3":
            put("startup_need", "扩大门店，需要创业担保贷款")
        if intent != "1":
            put("no_go_reasons", "1 2" if n % 3 == 0 else "2" if not p.male else "6" if p.age > 50 else "8")
        train = n % 5 in (1, 2)
        put("train_intent", int(train))
        if train:
            put("train_items", self.pick(["05 06", "10", "14", "08"]))
            put("train_time", self.pick("124"))
        if n % 3 == 1:
            put("last_training", self.pick("124"))
            put("last_training_date", "2025-%02d-%02d" % (1 + n % 12, 5 + n % 20))

    def month_lines(self, p, row, n, officer):
        """One month: most are as the month before; some lose work, some find it."""
        at = "monthly[%d]/" % row
        s = ["add monthly"]
        put = lambda name, value: s.append("set %s%s %s" % (at, name, value))
        put("m_checker", officer)
        put("m_contact", "1" if row == 1 else self.pick("2235"))
        if row == 1:
            if p.now in ("11", "12", "14", "15"):
                put("m_employer", p.employer)
            if p.now in ("11", "12", "13", "14", "15"):
                put("m_wage", p.wage)
            if p.now == "21":
                self.offer_lines(p, put, n)
            return s
        if p.now in ("11", "12") and self.chance(8):
            p.now = "21"
            put("m_unchanged", 0)
            put("m_status", "21")
            put("m_leave_reason", self.pick("1256"))
            self.offer_lines(p, put, n)
        elif p.now == "21" and self.chance(35):
            p.now = "12"
            put("m_unchanged", 0)
            put("m_status", "12")
            put("m_employer", self.pick(EMPLOYERS["12"]))
            put("m_wage", 2600 + 100 * self.rng.randrange(10))
        elif p.now == "21":
            self.offer_lines(p, put, n)
        elif p.now == "11" and self.chance(15):
            put("m_wage", p.wage + 100 * self.rng.randrange(1, 4))
        return s

    def offer_lines(self, p, put, n):
        put("m_offers", 1 + n % 3)
        put("m_accept", self.pick("23"))
        if n % 4 == 0:
            put("m_trained", 1)

    # ---- four checks ----------------------------------------------------------

    def check_events(self, h):
        if h.category != "0":
            day = datetime.date(2026, 8, 3) + datetime.timedelta(h.n % 24)
            first = self.check(h, day, 3)
            self.events.append(Event(self.at(day, h.n), h.user, first.lines))
            later = datetime.date(2026, 10, 9) + datetime.timedelta(h.n % 8)
            s = ["open four_checks %s-%s" % (h.id, day.strftime("%Y%m%d"))]
            for i in range(1, first.issues + 1):
                if i == 1 or self.chance(60):
                    s += ["set issue[%d]/issue_status 4" % i, "set issue[%d]/done_date %s" % (i, later),
                          "set issue[%d]/verifier 高建平" % i]
            if first.issues:
                self.events.append(Event(self.at(later, h.n), "gaojianping", s + ["save"]))
        day = datetime.date(2026, 10, 20) + datetime.timedelta(h.n % 31)
        self.events.append(Event(self.at(day, h.n), h.user, self.check(h, day, 4).lines))

    def check(self, h, day, quarter):
        c = types.SimpleNamespace()
        c.lines = s = ["new four_checks"]
        put = lambda name, value: s.append("set %s %s" % (name, value))
        put("household_id", h.id)
        put("checker_name", h.surveyor)
        put("checker_role", "1")
        put("visit_mode", "1" if quarter == 4 else "2")
        losses = "01" if h.n % 17 == 6 else "02" if h.n % 19 == 8 else "00"
        if losses != "00":
            put("loss_events", losses)
            put("loss_amount", 1500 + 500 * (h.n % 5))
            worker = next((p for p in h.members if p.worker()), None)
            if losses == "01" and worker:
                put("job_lost_members", "%s-%02d" % (h.id, worker.no))
            put("loss_support", "02" if losses == "01" else "01 03")
        rigid = 3000 if h.n in (14, 33) else 0
        claims = 1200 if rigid else 0
        if rigid:
            put("rigid_expense_new", rigid)
            put("claims_new", claims)
        areas = []
        if h.dropout:
            put("edu_action", "2")
        if any(p.medical == "0" for p in h.members):
            put("med_action", "3")
        roof = h.n in (2, 13)
        if roof:
            put("house_problem", "5")
        infra = "09" if h.n in (15, 20) else "00"
        put("infra_short", infra)
        service = "07" if h.n in (3, 22) else "00"
        put("service_short", service)
        employed = sum(p.worker() and (p.now or p.status)[:1] == "1" for p in h.members)
        carded = sum(p.card is not None and p.now[:1] == "1" for p in h.members)
        put("employed_now", max(employed, carded))
        estimate = round(h.per_capita * (0.72 if h.n in (33, 47) else 1.03 + h.n % 9 / 100), 0)
        put("est_per_capita_net", int(estimate))
        change = (int(estimate) - h.per_capita) / h.per_capita * 100
        ref = estimate + (claims - rigid) / len(h.members)
        zero = any(p.worker() for p in h.members) and not max(employed, carded)
        gaps = [any(p.medical == "0" for p in h.members), any(p.pension == "0" for p in h.members)]
        red = ref < LINE[2026] or h.dropout or h.grade in "CD"
        yellow = (gaps[0] or h.water != "0" or zero or change < -20 or losses != "00" or
                  ref < LINE[2026] * 1.2)
        if h.n % 5 == 2:
            put("weak_points", "02 05" if h.n % 2 else "01")
        level = 2 if red else 1 if yellow else 0
        if level:
            put("risk_types_now", " ".join(h.risks) if h.risks else "07")
        if h.n == 33:
            put("final_level", level - 1)
            put("level_reason", "务工收入年底结清，已核实工资欠条")
        if zero or change < -20 or ref < LINE[2026]:
            areas.append(("4", "01", "家庭人均收入偏低，就业不稳定", "02", "04"))
        if h.dropout:
            areas.append(("2", "03", "适龄儿童厌学未返校", "08", "07"))
        if gaps[0]:
            areas.append(("2", "04", "家中有成员未参加基本医保", "07", "06"))
        if h.grade in "CD" or roof:
            areas.append(("2", "05", "屋面防水损坏，雨天渗漏", "05", "08"))
        if h.water != "0":
            areas.append(("2", "06", "冬季入户管道冰冻断水", "06", "09"))
        if gaps[1]:
            areas.append(("3", "07", "家中有成员应参未参养老保险", "10", "04"))
        if h.hukou == "3":
            areas.append(("3", "08", "未迁户口，也未办居住证", "99", "11"))
        if infra != "00":
            areas.append(("3", "09", "污水管网未接通到户", "14", "08"))
        if service != "00":
            areas.append(("3", "10", "社区缺少老饭桌", "13", "05"))
        for i, area in enumerate(areas):
            s.append("add issue")
            for name, value in zip(("check_type", "issue_domain", "issue_desc", "measure", "resp_unit"), area):
                put("issue[%d]/%s" % (i + 1, name), value)
            if quarter == 4 and (h.n + i) % 4 == 1:
                put("issue[%d]/issue_status" % (i + 1), "2")
        c.issues = len(areas)
        s.append("save")
        return c

    # ---- all of it ------------------------------------------------------------

    def run(self):
        n = 0
        for village in VILLAGES:
            for i in range(village[1]):
                h = self.household(village, i + (31 if n < 12 else 1), n)
                self.households.append(h)
                self.events.append(Event(self.at(h.day, n), h.user, self.survey_lines(h)))
                n += 1
        workers = [(h, p) for h in self.households if h.n not in (26, 48)
                   for p in h.members if p.worker()]
        for n, (h, p) in enumerate(workers[:80]):
            self.card_events(h, p, n)
        for h in self.households:
            if h.n not in (26, 48):     # incomplete ones wait
                self.check_events(h)
        self.drafts()

    def drafts(self):
        """Two visits broken off: typed, not saved."""
        h = self.households[12]
        self.events.append(Event(datetime.datetime(2026, 11, 20, 17, 41), h.user, [
            "new household_survey", "set surveyor_name " + h.surveyor, "set county_code " + h.village[:6],
            "set township_code " + h.village[:9], "set village_code " + h.village, "set grid_code " + h.grid,
            "set settlement_mode 2", "set contact_phone 19900000099", "add member",
            "set member[1]/member_name 丁学成", "set member[1]/id_number " +
            id_number(datetime.date(1979, 3, 8), True, 99), "close"]))
        h = self.households[0]
        self.events.append(Event(datetime.datetime(2026, 11, 20, 18, 5), h.user, [
            "new four_checks", "set household_id " + self.households[40].id, "set checker_name " + h.surveyor,
            "set checker_role 1", "set loss_events 06", "set loss_amount 4200", "close"]))

    def params(self):
        """The figures of forms/params.tsv, and examples for those a county sets."""
        examples = {"line_2025": LINE[2025], "line_2026": LINE[2026], "min_wage": MIN_WAGE}
        with open(FORMS / "params.tsv", encoding="utf-8") as f:
            figures = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
        if not any(f["key"] == "line_2026" for f in figures):
            figures.append({"key": "line_2026", "zh": "监测收入线 2026", "en": "Monitoring line 2026",
                            "value": "", "unit": "yuan per person a year", "source": ""})
        lines = []
        for f in figures:
            if f["key"] in examples:
                f["value"], f["source"] = str(examples[f["key"]]), "示例，由县里确定"
            lines.append("new params")
            lines += ["set %s %s" % (k, f[k]) for k in ("key", "zh", "en", "value", "unit", "source") if f[k]]
            lines.append("save")
        return Event(datetime.datetime(2026, 1, 4, 9, 0), "lizhuren", lines)

    def commands(self):
        self.run()
        for event in [self.params()] + sorted(self.events, key=lambda e: e.when):
            yield "clock %s+08:00" % event.when.isoformat()
            yield "as " + event.user
            yield from event.lines


if __name__ == "__main__":
    for line in Sample().commands():
        print(line)
