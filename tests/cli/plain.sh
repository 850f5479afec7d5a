#!/bin/sh
# ruhu --plain: records keyed line by line, by the rules of the screen: a household, a
# check of one, a month of a job card; bad input; drafts; encodings; a terminal.
cd "$(dirname "$0")/../.." && . tests/cli/lib
sql() { sqlite3 -batch "$T/$1.db" "$2" | tr '\n' ' ' | sed 's/ $//'; }
plain() { # DATABASE ARGUMENTS: lines from standard input; what was said in $T/out
	db=$1
	shift
	ruhu --plain -d "$T/$db.db" "$@" >"$T/out" 2>"$T/err" || bad "exit code $?"
	[ ! -s "$T/err" ] || bad "said on standard error"
}
# Blank lines keep what stands there; `-` of a here-document is a line of its own.
ruhu -d "$T/a.db" form add forms/*.yaml >/dev/null || bad "no forms"
sh forms/params.sh | ruhu --now 2026-11-23T07:00 -d "$T/a.db" fill params >/dev/null || bad "no parameters"
printf 'open params line_2025\nset value 8000\nsave\n' | ruhu -d "$T/a.db" fill params >/dev/null || bad "no line"

# ---- a household, the same as tests/screen/form-household.keys keys -----------------
plain a --lang zh enter household_survey <<'END'
/go 2
张伟
灵武
640181001
镇河塔
G03
2
/go 12
19900000001
2
4
/go 19
1
+
马文学
/go 22
６４９９９９１９８５０２１４００３３
/go 26
回族
/go 28
20
/go 33
3
/go 43
11
5
3
宁东华羊毛纺厂
10
4000
/add
马雨桐
/go 22
649999201406010129
/go 25
zn
04
/go 32
04
/go 50
99

/go 50
40000
/go 67
2
105
/go 70
1
/go 72
1
/problems
/save
END
cp "$T/out" "$T/household"
shows '= 镇河塔社区'
shows '= 649999198502140033'	# full-width digits are told as they are taken
shows '  性别: 女'		# filled in by the number and passed: told
shows '  25 之侄女'			# "zn" fits several: they are said, none is taken
shows '工资性收入大于0且小于100元不合理'
shows '没有未完成的'
shows '已保存：马文学 640181001013-0001'
same "$(sql a 'select head_name, member_count, labour_count, employed_count, per_capita_net, suggested_category, ensured_all from household_survey')" \
    '马文学|2|1|1|20000|0|1' "the household"
same "$(sql a 'select member_name, age, relation, student_status, employment_status from household_survey__member order by row_position')" \
    '马文学|41|01||11 马雨桐|12|04|04|' "its members"
same "$(sql a "select count(*) from ruhu_draft union all select count(*) from ruhu_record where state = 'complete' and form = 'household_survey'")" '0 1' "states"

# ---- a check of a household, as tests/screen/form-check.keys ------------------------
cp sample.db "$T/s.db"
plain s --as zhangwei --lang zh enter four_checks <<'END'
/go 2
mxl
/view
/go 7
02
/go 8
3000
/go 12
01 03
/go 20
5
/go 36
08

/go 42
END
shows '= 产业帮扶 金融帮扶'
shows '  32 预计本年人均纯收入: 18440'
# The input ended: what was keyed is a draft, and the record not there yet.
same "$(sql s "select count(*) from four_checks where check_id like '%20261123'")" 0 "saved too early"
id=$(sql s "select d.record from ruhu_draft d join ruhu_draft_answer a on a.record = d.record
    where a.value = '640181001013-0042-20261123' or a.value = '640181001013-0042' limit 1")
[ -n "$id" ] || bad "no draft"
plain s --as zhangwei --lang zh enter four_checks "$id" <<'END'

/rows
/add
/go 42
2
/go 43
05
/go 44
屋顶防水损坏漏雨
/go 46
05
/rows
/save

END
shows '有未保存的答案'
shows '已保存'
same "$(sql s "select auto_level, final_level, issue_count, close_rate, loss_support, suggested_issues, open_issues, prev_check_date from four_checks where check_id = '640181001013-0042-20261123'")" \
    '1|1|1|0|01 03|05||2026-10-31' "the check"
same "$(sql s "select issue_status, due_date, resp_unit from four_checks__issue where issue_id = '640181001013-0042-20261123-01'")" \
    '1|2026-12-23|01' "its issue"

# ---- this month of a job card, found in the list, as tests/screen/form-card.keys -----
plain s --as zhangwei --lang zh list job_card <<'END'
mcx
1
/rows
/rows 7
/history
/view
/last
/add
/save

/quit
END
shows '马彩霞'
shows '月度核查 7 / 40 用工单位: 银川经开区光伏组件厂'
shows '修改历史'
shows '已照上一行填好'
shows '已保存：马彩霞'
same "$(sql s "select months_checked, employed_run, stable_flag, card_overdue from job_card where member_id = '640181001013-0033-02'")" \
    '8|8|1|0' "the card"

# ---- what is no answer; commands; leaving --------------------------------------------
ruhu -d "$T/w.db" form add tests/screen/widgets.yaml >/dev/null || bad "no widgets"
{
	printf 'Anna\001\nAnna \377\n'
	head -c 20000 /dev/zero | tr '\0' x
	printf '\n/missing\n//Anna\n/nosuch\n/go\n/go 99\n/go 6\nold\n999\n\n/go 6\n/blank\n/delete\n/missing\n7\nabc\n0\n?\n/quit\n3\n1\n'
} | plain w --lang en enter widgets
for said in 'no text in this encoding' 'too long' 'no command "nosuch"' 'For example: /go 12' \
	'number or name "99"' 'is no whole number' '0 to 120' 'in no row' 'no reason may stand' \
	'/problems N: what is open' 'none of the answers to this' 'Thrown away'; do
	shows "$said"
done
same "$(sql w 'select count(*) from ruhu_draft')" 0 "drafts that were thrown away"
printf '//Anna\n/view\n' | plain w --lang en enter widgets
shows '1 Name: /Anna'
same "$(sql w "select value from ruhu_draft_answer where field like '%name'")" '/Anna' "a slash of its own"
# The first screen: a form by its number, a draft by the next one.
printf '2\n\n/quit\n\n9\n/quit\n' | plain w --lang en
shows '2  '
shows 'none of these numbers'
printf '1\n+\nBertha' | plain w --lang en
same "$(sql w "select count(*) from ruhu_draft_answer where value = 'Bertha'")" 1 "a line without its end"
code 3 ruhu --plain -d "$T/w.db" enter nosuch
code 3 ruhu --plain -d "$T/w.db" enter widgets nosuch
code 3 ruhu --plain --encoding KLINGON -d "$T/w.db" enter widgets

# ---- encodings; letters alone ----------------------------------------------------------
ruhu -d "$T/g.db" form add forms/household-survey.yaml >/dev/null
printf '/go 2\n王㐂\n/go 3\n640181\n/save\n2\n/quit\n' | iconv -t GB18030 |
    plain g --encoding GB18030 --lang zh enter household_survey
iconv -f GB18030 "$T/out" | grep -q '= 灵武市' || bad "GB18030 out"
same "$(sql g 'select surveyor_name from household_survey')" '王㐂' "GB18030 in"
id=$(sql g 'select record_id from household_survey limit 1' 2>/dev/null || :)
[ -n "$id" ] || id=$(sql g "select id from ruhu_record where form = 'household_survey'")
printf '/go 2\n\n/go 6\nG03\n/save\n2\n' | plain g --encoding GBK --lang zh enter household_survey "$id"
iconv -f GBK "$T/out" | grep -q '\[王〓\]' || bad "no substitute in GBK"
same "$(sql g 'select surveyor_name, grid_code from household_survey')" '王㐂|G03' "a name GBK has not"
printf '/go 2\nWang\n/blank\n/go 6\nG04\n/save\n2\n' | plain g --ascii enter household_survey "$id"
LC_ALL=C grep -q '[^ -~]' "$T/out" && bad "more than ASCII"
shows '[wang ?]'
shows 'cannot show'
same "$(sql g 'select surveyor_name, grid_code from household_survey')" '王㐂|G04' "a name in letters"

# ---- a terminal: as typed, and the line drops -------------------------------------------
cat >"$T/drop.py" <<'END'
import os, pty, signal, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b""
def until(text):
    global seen
    while text.encode() not in seen:
        seen += os.read(fd, 4096)
    seen = seen[seen.index(text.encode()) + len(text):]
until("1 Name")
until("> ")
os.write(fd, "马秀兰\n".encode())
until("2 Sex")
os.close(fd)
status = os.waitpid(pid, 0)[1]
# It ends by itself; that its last words found no reader is told by the code.
sys.exit(0 if os.WIFEXITED(status) else f"status {status}")
END
ruhu -d "$T/d.db" form add tests/screen/widgets.yaml >/dev/null
LC_ALL=C.UTF-8 python3 "$T/drop.py" "$bin" --as w07 --lang en --plain -d "$T/d.db" enter widgets </dev/null ||
    bad "the line dropped"
same "$(sql d "select value from ruhu_draft_answer where field like '%name'")" '马秀兰' "the draft when the line drops"
exit 0
