#!/bin/sh
# A county and two townships: each gets its own area and nothing of the other's, what
# moves is told, forms come from the county alone, late and repeated files change
# nothing, and what is erased by order is gone everywhere while the chain holds.
cd "$(dirname "$0")/../.." && . tests/cli/lib && . tests/sync/sites
hh 1 >f1.yaml
sites f1.yaml

do_ T03 'new hh' 'set code A1' 'set grid 0301' 'set name 马秀兰' 'set age 40' 'add m' 'set mn 员' save
do_ T03 'new hh' 'set code A2' 'set grid 0302' 'set name 李四' 'set age 41' save
do_ T07 'new hh' 'set code B1' 'set grid 0701' 'set name 王五' 'set age 42' save
up T03
up T07
do_ county 'open hh A1' 'set age 50' save 'open hh B1' 'set age 51' save
code 3 ruhu -d county.db export --to T03 -o no.ruhu
says 'Which area does T03 cover'
code 0 ruhu -d county.db site scope T03 03
code 0 ruhu -d county.db site scope T07 07
code 0 ruhu -d county.db site scope T07
shows 'begins with: 07'
code 2 ruhu -d county.db site scope T07 'a b'
down T03
same "$(jq '[.added, .part, .conflicts_new]' -c out)" '[1,true,0]' "what T03 was sent"
cp down3.ruhu first.ruhu
down T07
same "$(ages T03)|$(ages T07)" 'A1=50 A2=41 |B1=51 ' "each its own"

# The county changes twice: one comes, and it stands alone.
up T03
do_ county 'open hh A1' 'set age 51' save
do_ county 'open hh A1' 'set age 52' save
down T03
same "$(jq '[.added, .conflicts_new]' -c out)" '[1,0]' "the newest alone"
same "$(ages T03)" 'A1=52 A2=41 ' "the newest"
# An old part, late: nothing, and it says so.
code 0 ruhu -d T03.db import first.ruhu
shows 'already merged'
same "$(ages T03)" 'A1=52 A2=41 ' "after an old part"

# Written apart: both ask, the county decides, T03 hears of it.
do_ county 'open hh A1' 'set age 60' save
do_ T03 'open hh A1' 'set age 61' save
up T03
same "$(jq .conflicts_new out)" 1 "a conflict at the county"
down T03
same "$(jq .conflicts_new out)" 1 "the same at T03"
code 0 ruhu -d county.db conflicts --json
code 0 ruhu -d county.db conflicts --take "$(jq '.sides[] | select(.value == "60") | .no' out)"
down T03
code 0 ruhu -d T03.db conflicts --json
[ -s out ] && bad "the decision did not arrive"
same "$(ages T03)" 'A1=60 A2=41 ' "after the decision"

# A2 moves to T07: its people come whole, T03 hears where it went and no more.
do_ county 'open hh A2' 'set grid 0709' 'set age 43' save
down T03
down T07
same "$(ages T03)|$(ages T07)" 'A1=60 A2=41 |A2=43 B1=51 ' "A2 moved"
code 0 ruhu -d T03.db status --json
same "$(jq .moved_out out)" 1 "moved out"
# A late edit of T03 still reaches the county.
do_ T03 'open hh A2' 'set name 李五' save
up T03
same "$(ruhu -d county.db table hh --jsonl | jq -r 'select(.code == "A2") | .name')" 李五 "a late edit"
same "$(jq .outside out)" 1 "a record outside of the sender's area is told"

# T03 lost its disk and goes on from a backup: it gets what the county had sent.
code 0 ruhu -d T03.db backup T03.bak
do_ county 'open hh A1' 'set age 70' save
down T03
up T03
cp -r T03.db.keys old.keys && rm -rf T03.db*
code 0 ruhu -d T03.db restore T03.bak
cp -r old.keys T03.db.keys
same "$(ages T03)" 'A1=60 A2=41 ' "the backup"
up T03
down T03
same "$(ages T03)" 'A1=70 A2=41 ' "what was sent before is sent again"

# Forms: version 2 goes down with a list beside it; what a township has does not go up.
hh 2 "  - {type: select_one_from_file codes/work.csv, name: work, label: W}" >f2.yaml
mkdir codes
printf 'name,label\n1,种地\n2,打工\n' >codes/work.csv
code 0 ruhu -d county.db form add f2.yaml
do_ county 'open hh A1' 'set work 2' save
down T03
same "$(jq '[.forms, .forms_refused, .raw]' -c out)" '[1,0,0]' "the form came"
same "$(ruhu -d T03.db table hh --jsonl | jq -r 'select(.code == "A1") | .work')" 2 "its answer"
do_ T03 'open hh A1' 'set work 1' save
hh 3 "  - {type: text, name: mine, label: Mine}" >f3.yaml
code 0 ruhu -d T03.db form add f3.yaml
up T03
code 0 ruhu -d county.db form list --json
grep -q '"version":"3"' out && bad "a township's form was taken"

# Worklists: the county's go down, change and go; a township's own stay.
list() { # NAME FILTER
	printf 'worklists:\n  - {name: %s, label: L, form: hh, filter: "%s"}\n' "$1" "$2"
}
left() { ruhu -d "$1.db" worklist list --json | jq -r '"\(.name)=\(.left)"' | sort | tr '\n' ' '; }
list all_here "not(\${code} = '')" >county.yaml
list ours "\${age} > 200" >ours.yaml
code 0 ruhu -d county.db worklist add county.yaml
code 0 ruhu -d T03.db worklist add ours.yaml
down T03
same "$(jq -c '[.worklists, .worklists_refused]' out)" '[1,0]' "the worklists came"
cp "down$n.ruhu" lists.ruhu
same "$(left T03)" 'all_here=2 ours=0 ' "T03's worklists"
list all_here "\${code} = 'A1'" >county.yaml
code 0 ruhu -d county.db worklist add county.yaml
down T03
same "$(left T03)" 'all_here=1 ours=0 ' "the changed one"
down T03
same "$(jq .worklists out)" 0 "nothing new"
code 0 ruhu -d T03.db import lists.ruhu
same "$(left T03)" 'all_here=1 ours=0 ' "after an old part"
# One that the township has under that name, one for a form that it does not have.
list ours "\${age} > 1" >clash.yaml
code 0 ruhu -d county.db worklist add clash.yaml
down T03
same "$(jq -c '[.worklists, .worklists_refused]' out)" '[0,1]' "a name that is taken"
same "$(left T03)" 'all_here=1 ours=0 ' "its own stays"
code 0 ruhu -d county.db worklist remove clash.yaml
code 0 ruhu -d county.db worklist remove county.yaml
down T03
same "$(left T03)" 'ours=0 ' "taken out"
# What a township has does not go up.
up T03
same "$(left county)" '' "the county's"

# Erased: gone at the county, at T03, out of the next files and out of a late one.
down T07
cp T07.db late.db && cp -r T07.db.keys late.db.keys
code 3 ruhu -d T03.db erase hh A1 --order 17 --reason x --yes
says 'Only county has records erased'
code 2 ruhu -d county.db erase hh A1
do_ T03 'open hh A1' 'set name 马秀英' save
code 0 ruhu -d T03.db export -o late.ruhu
code 0 ruhu -d county.db erase hh A1 --order 2026-17 --reason 本人要求 --yes
id=$(sqlite3 county.db "SELECT id FROM ruhu_record WHERE erased")
down T03
same "$(jq .erased out)" 1 "erased at T03"
code 0 ruhu -d county.db import --json late.ruhu
for s in county T03; do
	code 0 ruhu -d $s.db purge --yes
	grep -qsa "马秀[兰英]" $s.db $s.db-wal && bad "$s: a name is still in the file"
	same "$(sqlite3 $s.db "SELECT count(*) FROM ruhu_change c JOIN ruhu_record r ON r.no = c.record JOIN ruhu_name n ON n.no = c.field WHERE r.id = '$id' AND c.value IS NOT NULL AND n.text NOT LIKE '\$%'")" 0 "$s: values"
	same "$(sqlite3 $s.db "SELECT length(secret) FROM ruhu_record WHERE id = '$id'")" 0 "$s: the secret"
	case $(ages $s) in *A1=*) bad "$s: A1 is still in the table" ;; esac
done
sqlite3 county.db "UPDATE ruhu_change SET value = 'x'" 2>/dev/null && bad "the log can be changed"
code 0 ruhu -d T03.db export --all -o again.ruhu
code 0 ruhu -d county.db import --json again.ruhu
code 0 ruhu -d county.db export --all --to T07 -o all.ruhu
code 1 ruhu -d county.db erase hh A1 --order 18 --reason x --yes
for s in T03 T07 county; do
	code 0 ruhu -d $s.db check
	code 0 ruhu -d $s.db rebuild
	code 0 ruhu -d $s.db check
done

# What is every area's, as a figure that the county sets for all.
do_ county 'new hh' 'set code ALL' 'set grid *' 'set name 参数' 'set age 50' save
for s in T03 T07; do
	down $s
	case $(ages $s) in *ALL=50*) ;; *) bad "$s has not what is every area's" ;; esac
	code 0 ruhu -d $s.db --lang en status
done
exit 0
