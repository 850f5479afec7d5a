#!/bin/sh
# ruhu --plain beyond records: from the first screen to worklists, flags, differences of
# two sites, what was keyed differently twice and batches, and back, line by line.
cd "$(dirname "$0")/../.." && . tests/cli/lib
sql() { sqlite3 -batch "$T/$1.db" "$2" | tr '\n' ' ' | sed 's/ $//'; }
plain() { # DATABASE ARGUMENTS: lines from standard input; what was said in $T/out
	db=$1
	shift
	"$bin" --plain -d "$T/$db.db" "$@" >"$T/out" 2>"$T/err" || bad "exit code $?"
	[ ! -s "$T/err" ] || bad "said on standard error"
}

# ---- a worklist: found, done as last time, opened, left half-way ---------------------
cp sample.db "$T/s.db"
printf '6\n/down 2\nzyw\n/same\n/clear\nzch\n\n/quit\n2\n/quit\n/quit\n' |
    plain s --lang en --now 2026-12-05T08:00 --as zhangwei
for text in '6  Cards to check this month, 80 left' '0 of 80 done, 80 left' '2  ' \
    'Saved as last time: 赵耀武' '== G Monthly check, Monthly check' 'The draft is kept' \
    '7  Cards to check this month, 79 left' '8  Four-checks that are due' 'Flagged questions: 3'; do
	shows "$text"
done
same "$(sql s "select count(*) from job_card__monthly where m_month = '2026-12'")" 1 "months saved"
printf '/quit\n' | plain s --lang zh --now 2026-12-05T08:00 worklist open monthly_round
shows '本月待核查的服务卡'
printf '/x\n?\n/quit\n' | plain s --lang en --now 2026-12-05T08:00 worklist open monthly_round
shows 'There is no command "x"'
shows '/down N: one line down, or N'
printf '' | plain s --lang en worklist open issues_open
code 3 ruhu --plain -d "$T/s.db" worklist open nothing
says "no worklist is called 'nothing'"

# ---- a flag is closed ------------------------------------------------------------------
printf '9\n\n/quit\n/delete\n1\n/quit\n/quit\n' | plain s --lang en --now 2026-12-05T08:00 --as li
shows 'Flagged questions                                                             3'
shows 'Is it put right? 1 closes the flag'
shows 'The flag is closed.'
shows '  Flagged questions: 2'

# ---- two sites, and two keyers, who differ ----------------------------------------------
ruhu -d "$T/a.db" form add tests/screen/widgets.yaml tests/screen/paper.yaml >/dev/null
ruhu -d "$T/b.db" form add tests/screen/widgets.yaml >/dev/null
printf 'set name 马秀兰\nset sex 2\nset phone 19900000001\nsave\n' | ruhu -d "$T/a.db" fill widgets >/dev/null
ruhu -d "$T/a.db" export -o "$T/1" >/dev/null && ruhu -d "$T/b.db" import "$T/1" >/dev/null
printf 'set phone 19900000002\nsave\n' | ruhu -d "$T/b.db" fill widgets 马秀兰 >/dev/null
printf 'set phone 19900000003\nsave\n' | ruhu -d "$T/a.db" fill widgets 马秀兰 >/dev/null
ruhu -d "$T/b.db" export -o "$T/2" >/dev/null && ruhu -d "$T/a.db" import "$T/2" >/dev/null
printf '3\n1\n/quit\n/quit\n' | plain a --lang en --as li
shows '3  Differences to settle: 1'
shows '  1  1990000000'
shows 'Settled; both answers stay in the log.'
printf '/quit\n' | plain a --lang en --as li
! grep -q 'Differences to settle' "$T/out" || bad "still to be settled"

# ---- a batch: begun, its record keyed, closed --------------------------------------------
ruhu -d "$T/a.db" --as zhang batch begin paper 1 --total 100 >/dev/null || bad "no batch"
printf '+1\n0001\n甲\n1\n100\n/save\n6\n/delete\n\n/quit\n/quit\n' | plain a --lang en --as zhang
shows 'The batch comes out: 1/1  100/100'
shows 'Batch 1 is closed.'
same "$(sql a 'select closed_by from ruhu_batch')" zhang "who closed it"
