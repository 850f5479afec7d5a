#!/bin/sh
# A household keyed blind through a slow, jittering line that tears keys apart: the
# record is what was keyed. No time is asserted; `make bench` prints the figure.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
locales=${B%/san}/locale
sh tests/tools/locales "$locales"
LOCPATH=$(cd "$locales" && pwd)
RUHU=$(cd "$B" && pwd)/ruhu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
HOME=$dir TZ=CST-8 USER=w07 LOGNAME=w07
export LOCPATH HOME TZ USER LOGNAME
unset RUHU_DB RUHU_LANG RUHU_ENCODING LANG LC_ALL LC_CTYPE 2>/dev/null || :
$RUHU -d "$dir/made.db" form add forms/*.yaml >/dev/null
sh forms/params.sh | $RUHU --now 2026-11-23T07:00 -d "$dir/made.db" fill params >/dev/null
printf 'open params line_2025\nset value 8000\nsave\n' |
	$RUHU --now 2026-11-23T07:10 -d "$dir/made.db" fill params >/dev/null
n=0
for run in ${SLOW_RUNS:-UTF-8:1:30 GB18030:2:0 GBK:3:30}; do
	n=$((n + 1))
	db=$dir/$n.db
	cp "$dir/made.db" "$db"
	rest=${run#*:}
	python3 tests/screen/slow_line.py "$RUHU" "$db" "${run%%:*}" "${rest%:*}" "${rest#*:}" >"$dir/$n.out" 2>&1 &
	eval "job$n=\$!"
done
for i in $(seq $n); do
	eval "wait \$job$i" || { cat "$dir/$i.out"; exit 1; }
	[ -z "${SLOW_SAYS:-}" ] || cat "$dir/$i.out"
	got=$(sqlite3 -batch "$dir/$i.db" "select head_name, surveyor_name, grid_code, member_count, labour_count,
		employed_count, per_capita_net, suggested_category, ensured_all from household_survey;
		select member_name, id_number, relation, education, student_status, employment_status, employer, monthly_wage
		from household_survey__member order by row_position;
		select state from ruhu_record where form = 'household_survey'; select count(*) from ruhu_draft" | tr '\n' ' ')
	want='马文学|张伟|G03|2|1|1|20000|0|1 马文学|649999198502140033|01|3||11|宁东华羊毛纺厂|4000 '
	want=$want'马雨桐|649999201406010129|04||04||| complete 0 '
	[ "$got" = "$want" ] || { echo "saved is $got"; echo "keyed was $want"; cat "$dir/$i.out"; exit 1; }
done
