#!/bin/sh
# What a township says of records outside of its area is held back for a person: in the
# log and acknowledged, but not shown, not sent on; released it is as if it had come at
# once, refused it stays where it is. What moved away is not held.
cd "$(dirname "$0")/../.." && . tests/cli/lib && . tests/sync/sites
hh 1 >hh.yaml
sites hh.yaml
areas
sound() {
	for s in T03 T07 county; do
		code 0 ruhu -d $s.db check
	done
}

do_ T03 'new hh' 'set code A1' 'set grid 0301' 'set name 马秀兰' 'set age 40' save
do_ T07 'new hh' 'set code B1' 'set grid 0701' 'set name 王五' 'set age 42' save
up T03
same "$(jq -c '[.held, .records_new]' out)" '[0,1]' "its own"
up T07
down T03
down T07

# A wrong code of a place, and T07's record in the hands of somebody with T03's key.
do_ T03 'new hh' 'set code B9' 'set grid 0709' 'set name 李四' 'set age 33' save
code 0 ruhu -d T07.db export --all --to T03 --plain --yes -o other.ndjson
code 0 ruhu -d T03.db import other.ndjson
do_ T03 'open hh B1' 'set age 99' 'set grid 0301' save
up T03
same "$(jq -c '[.held, .records_new, .records_changed, .outside]' out)" '[2,0,0,0]' "what is held"
code 0 ruhu -d county.db import "up$n.ruhu"
shows 'already merged'
code 0 ruhu -d county.db held
shows 'name = 李四'
shows 'B1, in area 0301'
code 0 ruhu -d county.db status
shows 'held        2'
printf '\n' | ruhu -d county.db --lang en --plain >out
shows "Held back, from outside of a site's area: 2"
code 0 ruhu -d county.db held --json
same "$(jq -s -c 'map([.no, .site, .label, .scope, (.changes | length)])' out)" \
    '[[1,"T03","B1","0301",3],[2,"T03","","0709",6]]' "the list"
down T03
same "$(ruhu -d T03.db status --json | jq '.peers[] | select(.site == "county") | .waiting')" 0 "it is acknowledged"
down T07
same "$(ages county)|$(ages T07)" 'A1=40 B1=42 |B1=42 ' "nothing shows it"
same "$(sqlite3 county.db "SELECT count(*) FROM ruhu_change WHERE value IN ('李四', '99')")" 2 "in the log"
same "$(ruhu -d county.db status --json | jq .conflicts)" 0 "conflicts"
sound
code 0 ruhu -d county.db rebuild
same "$(ages county)" 'A1=40 B1=42 ' "made anew"

# Meanwhile the county deletes nothing and T07 goes on; then a person looks.
do_ T07 'open hh B1' 'set age 43' save
up T07
code 2 ruhu -d county.db held release
code 1 ruhu -d county.db held release 7
says 'under number 7'
code 0 ruhu -d county.db held release 2
code 1 ruhu -d county.db held release 2
code 0 ruhu -d county.db held refuse 1
code 0 ruhu -d county.db held
shows 'Nothing is held back'
same "$(ages county)" 'A1=40 B1=43 B9=33 ' "released"
down T07
same "$(ages T07)" 'B1=43 B9=33 ' "the area it lies in hears of all of it"
same "$(ruhu -d T07.db table hh --jsonl | jq -r 'select(.code == "B9") | .name')" 李四 "all of it"
sound

# Later: what was released is taken, what was refused is not asked about again.
do_ T03 'open hh B9' 'set age 34' save
do_ T03 'open hh B1' 'set age 98' save
up T03
same "$(jq -c '[.held, .records_changed]' out)" '[1,1]' "later"
code 0 ruhu -d county.db held
shows 'Nothing is held back'
same "$(ages county)" 'A1=40 B1=43 B9=34 ' "later"

# Released after all: what T07 and T03 said apart is a conflict like any other.
code 0 ruhu -d county.db held --all
shows 'refused by w07'
code 0 ruhu -d county.db held release 1
same "$(ruhu -d county.db conflicts --json | jq -r .question)" age "asked"
sound
code 0 ruhu -d county.db rebuild
sound

# All of a site at once.
do_ T03 'new hh' 'set code B7' 'set grid 0701' save 'new hh' 'set code B8' 'set grid 0702' save
up T03
same "$(jq .held out)" 2 "two more"
code 0 ruhu -d county.db held refuse --site T07
code 0 ruhu -d county.db held release --site T03
shows '2 records'
down T07
case $(ages T07) in *B7=*B8=*) ;; *) bad "T07 has not got them: $(ages T07)" ;; esac


exit 0
