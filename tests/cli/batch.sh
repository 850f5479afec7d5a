#!/bin/sh
# batch, batch begin, batch close: stacks of paper with control totals, without a screen.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
code 0 ruhu -d "$db" form add tests/screen/paper.yaml
code 0 ruhu -d "$db" batch
shows "There is no batch."
code 1 ruhu -d "$db" batch nosuch
code 1 ruhu -d "$db" batch begin paper 0
code 2 ruhu -d "$db" batch begin paper x
code 2 ruhu -d "$db" batch begin paper 2 --question amount
code 1 ruhu -d "$db" batch begin paper 2 --question name --total 3
code 1 ruhu -d "$db" batch begin paper 2 --total 1e3
code 0 ruhu -d "$db" batch begin paper 2 --name '七村 一' --total 0300.50
shows "Batch 1 is open"
code 1 ruhu -d "$db" batch begin paper 5
says "still open"
# Of another person, and of what was there before: not in it.
printf 'set no 0009\nset name 丁\nset amount 5\nsave\n' | ruhu --as w08 -d "$db" fill paper >"$T/out" || bad fill
printf 'set no 0001\nset name 甲\nset amount 100\nsave\nnew paper\nset no 0002\nset name 乙\nset amount 200\nsave\n' |
    ruhu -d "$db" fill paper >"$T/out" || bad fill
code 0 ruhu -d "$db" batch --json
same "$(jq -c '[.no, .name, .expected, .forms, .question, .total, .sum, .equal, .opened_by]' "$T/out")" \
    '[1,"七村 一",2,2,"amount","300.5","300",false,"w07"]' "batch"
code 1 ruhu -d "$db" batch close 1
says "does not come out"
code 0 ruhu -d "$db" batch --records 1
shows 甲
shows 200
code 0 ruhu -d "$db" batch close 1 --note 封面多写五角
code 1 ruhu -d "$db" batch close 1 --note x
code 1 ruhu -d "$db" batch close 7 --note x
code 0 ruhu -d "$db" batch --open
shows "There is no batch."
code 0 ruhu -d "$db" batch paper
shows 封面多写五角
# A deleted record counts no more; the sum is of what is there.
code 0 ruhu -d "$db" batch begin paper 1
printf 'set no 0003\nset name 丙\nsave\n' | ruhu -d "$db" fill paper >"$T/out" || bad fill
code 0 ruhu -d "$db" batch --open
shows "1/1"
shows "comes out"
code 0 ruhu -d "$db" batch close 2
exit 0
