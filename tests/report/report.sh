#!/bin/sh
# ruhu report: each figure as it is reckoned a second time from the answers, and what
# leaves the program: as text, CSV, a workbook, JSON; faults with their places.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
cp sample.db "$db"
r=forms/reports/returns.yaml

agree() { # DAY LEVEL DIGITS: by the whole and by area
	code 0 ruhu -d "$db" report $r --on "$1" --json --by "$2"
	python3 tests/report/figures.py "$db" "$1" "$3" <"$T/out" >"$T/diff" || {
		cp "$T/diff" "$T/out"
		bad "figures of $1 by $2"
	}
}
code 0 ruhu -d "$db" report $r --check
shows "returns.yaml: good"
for day in 2026-11-23 2026-09-30 2026-12-05; do
	agree $day village 12
	agree $day township 9
done
agree 2026-11-23 county 6

# Last year's income known, a household incomplete, a card checked, an issue closed.
keys=$(sqlite3 -readonly "$db" "select household_id from household_survey where net_income > 0 limit 2")
for key in $keys; do
	printf 'set prev_per_capita 9123.45\nset benefits[1] x\nsave\n' |
	    ruhu -d "$db" fill household_survey "$key" >"$T/out"
done
printf 'set monitored_category\nsave incomplete\n' |
    ruhu -d "$db" fill household_survey "${keys%%
*}" >"$T/out"
grep -q '"state":"incomplete"' "$T/out" || bad "an incomplete household"
printf 'set village_code\nset remark x\nsave incomplete\n' | ruhu -d "$db" fill household_survey >"$T/out"
agree 2026-11-23 village 12
code 0 ruhu -d "$db" report $r --by village
shows "==  (no area) =="
code 0 ruhu -d "$db" report $r --json
[ -n "$(jq -r 'select(.name == "A24a") | .value // empty' "$T/out")" ] || bad "growth is reckoned"

# A figure that nothing can be reckoned of has no value, and has not missed its target.
code 0 ruhu -d "$db" report $r --json --within 999999
same "$(jq -r 'select(.name == "A01") | .value, .met' "$T/out" | tr '\n' ' ')" "null null " nothing
same "$(jq -r 'select(.name == "A48a") | .value' "$T/out")" 0 "no households"
code 0 ruhu -d "$db" report $r --within 640181 --json
same "$(jq -r 'select(.name == "A48a") | .value' "$T/out")" \
    "$(sqlite3 -readonly "$db" "select count(*) from household_survey where village_code like '640181%'")" within

# What is handed up: Chinese, figures that a spreadsheet program takes for numbers, and
# nobody's name, number or telephone.
code 0 ruhu -d "$db" --lang zh report $r --by township -o "$T/r.xlsx"
code 0 ruhu -d "$db" --lang zh report $r --by village -o "$T/r.csv"
code 0 ruhu -d "$db" --lang zh report $r
shows "移民搬迁社区指标汇总表"
shows "未达到"
cp "$T/out" "$T/r.txt"
python3 - "$T" "$db" <<'END' || bad "the tables"
import csv, re, sqlite3, sys, zipfile
from html import unescape
folder, db = sys.argv[1:]
book = zipfile.ZipFile(folder + "/r.xlsx").read("xl/worksheets/sheet1.xml").decode()
rows = list(csv.reader(open(folder + "/r.csv", encoding="utf-8-sig", newline="")))
assert rows[2][:6] == ["编号", "指标", "单位", "目标", "说明", "合计"], rows[2]
assert "镇河塔社区" in " ".join(rows[2]), rows[2]
line = next(r for r in rows if r[0] == "A48b")
assert int(line[5]) == sum(int(x) for x in line[7:]), line
assert re.search(r'<c r="F5"><v>61</v></c>', book)
assert "移民搬迁社区指标汇总表" in unescape(book)
people = sqlite3.connect(db).execute("SELECT member_name, id_number, member_phone FROM household_survey__member")
texts = [book, open(folder + "/r.csv").read(), open(folder + "/r.txt").read()]
for person in people:
    for answer in person:
        assert not answer or not any(answer in t for t in texts), answer
END
code 0 ruhu -d "$db" report $r --csv --by township
same "$(head -c 7 "$T/out")" Figures "no mark in a pipe"

# What the manual shows is a report.
awk '/^```yaml/ { on = 1; next } /^```/ { on = 0 } on' docs/reports.md >"$T/shown.yaml"
code 0 ruhu -d "$db" report "$T/shown.yaml" --check

# Faults, in order, with their places.
for f in faults names; do
	code 1 ruhu -d "$db" report tests/report/$f.yaml
	diff tests/report/$f.expected "$T/out" >"$T/diff" || { cp "$T/diff" "$T/out"; bad "$f"; }
done
code 1 ruhu -d "$db" report $r --by parish
says "this report has no areas called 'parish'; it has: county, township, village"
code 2 ruhu -d "$db" report $r --on 31.12.2026
says "is no date"
code 3 ruhu -d "$db" report "$T/none.yaml"
# By its name, wherever one is; as it is installed, too.
bin=$root/$B/ruhu
case $B in /*) bin=$B/ruhu ;; esac
mkdir -p "$T/tree/build" "$T/usr/bin" "$T/usr/share/ruhu/forms/reports"
cp "$bin" "$T/tree/build/ruhu"
ln -s "$root/forms" "$T/tree/forms"
(cd "$T" && code 0 tree/build/ruhu --lang en -d "$db" report returns --check &&
    shows "returns.yaml: good") || exit 1
cp "$bin" "$T/usr/bin/ruhu"
cp tests/report/names.yaml "$T/usr/share/ruhu/forms/reports/mine.yaml"
(cd "$T" && code 1 usr/bin/ruhu -d "$db" report mine && shows "mine.yaml:4:11:") || exit 1
code 3 ruhu -d "$db" report nothing
: >"$T/empty.yaml"
code 1 ruhu -d "$db" report "$T/empty.yaml"

# What can only be told by asking: each with its place, by --check already.
cat >"$T/asked.yaml" <<'END'
label: Asked
areas:
  - {name: village, label: V, digits: 12, form: household_survey, list: no_list}
counts:
  - {name: n, form: household_survey}
figures:
  - {name: a, label: A, value: "${n} +"}
  - {name: b, label: B, value: "${n} div 0"}
  - {name: c, label: C, value: "no-such(${n})"}
END
code 1 ruhu -d "$db" report "$T/asked.yaml" --check
shows "asked.yaml:3:49: form household_survey has no list of choices called 'no_list'"
grep -q "asked.yaml:7:[0-9]*: .*[a-z]" "$T/out" || bad "why it cannot be reckoned"
grep -q "asked.yaml:9:[0-9]*: .*no-such" "$T/out" || bad "every figure is told"

# As many counts as the database can be asked at once, and as many conditions of one.
counts() { # HOW-MANY LINE: a report of them
	printf 'label: Many\ncounts:\n  - {name: c0, form: household_survey}\n'
	i=1
	while [ $i -lt "$1" ]; do
		eval "echo \"  - {name: c$i, $2, where: '1 = 1'}\""
		i=$((i + 1))
	done
	printf 'figures:\n  - {name: a, label: A, value: "${c%d}"}\n' $((i - 1))
}
counts 1000 'form: household_survey' >"$T/many.yaml"
code 0 ruhu -d "$db" report "$T/many.yaml" --json
same "$(jq -r .value "$T/out")" "$(sqlite3 -readonly "$db" "select count(*) from household_survey")" many
counts 1001 'form: household_survey' >"$T/many.yaml"
code 1 ruhu -d "$db" report "$T/many.yaml" --check
shows "1001 counts; a report has 1000 at most"
counts 101 'among: c$((i - 1))' >"$T/many.yaml"
code 0 ruhu -d "$db" report "$T/many.yaml" --json
counts 102 'among: c$((i - 1))' >"$T/many.yaml"
code 1 ruhu -d "$db" report "$T/many.yaml" --check
shows "a count of more than 100 conditions"
exit 0
