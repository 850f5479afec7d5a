#!/bin/sh
# A county that goes back to a backup has lost what it said since. Its townships have what
# concerned them: they are told so, and give it back; no number is given twice.
cd "$(dirname "$0")/../.." && . tests/cli/lib && . tests/sync/sites
hh 1 >hh.yaml
sites hh.yaml
areas
all() { ruhu -d "$1.db" table hh --jsonl | jq -r '"\(.code)=\(.name) \(.age) \(.grid)"' | sort | tr '\n' ';'; }

do_ T03 'new hh' 'set code A1' 'set grid 0301' 'set name 马秀兰' 'set age 40' 'add m' 'set mn 员' save
do_ T03 'new hh' 'set code A2' 'set grid 0302' 'set name 李四' 'set age 41' save
do_ T07 'new hh' 'set code B1' 'set grid 0701' 'set name 王五' 'set age 42' save
up T03
up T07
do_ county 'open hh A1' 'set age 50' save
down T03
down T07
code 0 ruhu -d county.db backup county.bak
epoch=$(ruhu -d county.db status --json | jq -r .epoch)

# What the backup does not have: three answers to one question, of which one went out in
# between, a record, a move.
do_ county 'open hh A1' 'set age 51' save
down T03
do_ county 'open hh A1' 'set age 52' save
do_ county 'open hh A1' 'set age 53' 'set name 马秀英' save
do_ county 'new hh' 'set code C1' 'set grid 0303' 'set name 赵六' 'set age 60' save
do_ county 'open hh A2' 'set grid 0709' 'set age 43' save
do_ county 'open hh B1' 'set age 44' save
do_ T03 'open hh A1' 'set m[1]/mn 成员' save
up T03
down T03
down T07
was=$(all county)
values=$(sqlite3 county.db "SELECT count(*) FROM ruhu_change")
cp -r county.db.keys old.keys && rm -rf county.db*
code 0 ruhu -d county.db restore county.bak
cp -r old.keys county.db.keys
[ "$(all county)" != "$was" ] || bad "the backup has it all"

# An ordinary file tells that something is missing, and is taken.
do_ T07 'open hh B1' 'set name 王六' save
up T07
same "$(jq .set_back out)" true "it is told"
[ "$(ruhu -d county.db status --json | jq -r .epoch)" != "$epoch" ] || bad "the same epoch"
code 0 ruhu -d T07.db export --others -o back7.ruhu
code 0 ruhu -d county.db import back7.ruhu
shows 'held back'
up T03 --all
same "$(jq .set_back out)" true "it is told"
up T03 --others
same "$(jq -c '[.part, .conflicts_new, .held]' out)" '[true,0,0]' "what T03 gave back"
code 0 ruhu -d county.db held release --site T07
same "$(all county)" "$(echo "$was" | sed 's/王五/王六/')" "all is back"
same "$(ruhu -d county.db status --json | jq .conflicts)" 0 "conflicts"
code 0 ruhu -d county.db check
code 0 ruhu -d county.db rebuild
code 0 ruhu -d county.db check
up T07 --all
up T03
same "$(jq .set_back out)" false "it is told no more"

# And on it goes, in both directions; twice does no harm.
code 0 ruhu -d county.db import back7.ruhu
do_ county 'open hh A1' 'set age 54' save
down T03
down T07
same "$(all T03)" 'A1=马秀英 54 0301;A2=李四 41 0302;C1=赵六 60 0303;' "T03"
same "$(all T07)" 'A2=李四 43 0709;B1=王六 44 0701;' "T07"
for s in T03 T07; do
	code 0 ruhu -d $s.db check
	same "$(ruhu -d $s.db status --json | jq .conflicts)" 0 "conflicts of $s"
done

# Set back in its place, marks and all, and nobody told: the first file of a township does.
cp county.db county.old && cp county.db-wal county.old-wal 2>/dev/null
do_ county 'open hh A1' 'set age 55' save
down T03
cp county.old county.db && { cp county.old-wal county.db-wal || rm -f county.db-wal; } 2>/dev/null
rm -f county.db-shm "$HOME"/.local/state/ruhu/*.mark
epoch=$(ruhu -d county.db status --json | jq -r .epoch)
up T03
same "$(jq .set_back out)" true "set back in its place"
[ "$(ruhu -d county.db status --json | jq -r .epoch)" != "$epoch" ] || bad "the same epoch"
up T03 --others
case $(all county) in *'A1=马秀英 55'*) ;; *) bad "$(all county)" ;; esac
code 0 ruhu -d county.db check

# A township cannot use such a file to make the county forget what others said.
code 0 ruhu -d T07.db export --all --to T03 --plain --yes -o other.ndjson
code 0 ruhu -d T03.db import other.ndjson
do_ T03 'open hh B1' 'set age 99' save
code 0 ruhu -d T03.db site scope county '*'
up T03 --all
same "$(jq -c '[.part, .held]' out)" '[true,1]' "a part by a township"
case $(all county) in *'B1=王六 44'*) ;; *) bad "$(all county)" ;; esac
code 0 ruhu -d county.db check
exit 0
