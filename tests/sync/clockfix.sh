#!/bin/sh
# A township's clock was ten years ahead: what it said is shown as the newest everywhere,
# until the county puts that right, once, for all sites; then its own stamps are right too.
cd "$(dirname "$0")/../.." && . tests/cli/lib
cd "$T" || exit 1
for s in T03 county; do
	code 0 ruhu -d $s.db form add "$root/tests/cli/forms/small.yaml"
	code 0 ruhu -d $s.db site init $s
done
card() { ruhu -d "$1.db" key show | head -n 1; }
code 0 ruhu -d county.db key pin $(card T03)
code 0 ruhu -d T03.db key pin $(card county)
n=0
up() {
	n=$((n + 1))
	code 0 ruhu -d T03.db export --all -o "$n.ruhu"
	NOW=$county code 0 ruhu -d county.db import --json "$n.ruhu"
}
down() {
	n=$((n + 1))
	NOW=$county code 0 ruhu -d county.db export --all --to T03 -o "$n.ruhu"
	code 0 ruhu -d T03.db import --json "$n.ruhu"
}
name() { ruhu -d "$1.db" table small --jsonl | jq -r .name; }
county=2026-11-23T09:00
printf 'new small\nset code A1\nset name 马秀兰\nsave\n' | ruhu -d T03.db fill >/dev/null
up
down

# Apart: the county's is the later one, T03's has the later stamp.
NOW=2036-11-23T08:30
printf 'open small A1\nset name 马秀英\nsave\n' | ruhu -d T03.db fill >/dev/null
NOW=$county
printf 'open small A1\nset name 马秀芳\nsave\n' | ruhu -d county.db fill >/dev/null
NOW=2036-11-23T09:01 county=2026-11-23T09:01
up
code 0 ruhu -d county.db --lang en doctor --json
grep -q '"what":"skew"' out || bad "the lead is not told"
down
same "$(name county) $(name T03)" '马秀英 马秀英' "the later stamp"

# Its clock is right again; what it keys has the old lead still.
NOW=2026-11-23T10:00 county=2026-11-23T10:00
printf 'open small A1\nset code A2\nsave\n' | ruhu -d T03.db fill >/dev/null
same "$(sqlite3 T03.db "SELECT substr(max(at), 1, 4) FROM ruhu_log")" 2036 "the lead stays"
up
code 3 ruhu -d county.db clockfix T03 --ahead 10
code 3 ruhu -d county.db clockfix T03
says 'does not tell'
code 3 ruhu -d T03.db clockfix county --ahead 1h
says 'Only county'
code 0 ruhu -d county.db clockfix T03 --ahead 3653d
shows '1 records of T03'
same "$(name county)" 马秀芳 "by the right time"
# Said again it is no sum, and a wrong span is put right by another.
code 0 ruhu -d county.db clockfix T03 --ahead 3653d
code 0 ruhu -d county.db clockfix T03 --ahead 1h
same "$(name county)" 马秀英 "too little"
code 0 ruhu -d county.db clockfix T03 --ahead 3653d
same "$(name county)" 马秀芳 "by the right time again"
code 0 ruhu -d county.db conflicts --json
same "$(jq -r '.sides[] | select(.shown) | .value' out)" 马秀芳 "shown of the conflict"
down
same "$(name T03)" 马秀芳 "the same at T03"
for s in T03 county; do
	code 0 ruhu -d $s.db check
	code 0 ruhu -d $s.db rebuild
	same "$(name $s)" 马秀芳 "made anew"
done

# And from now on.
NOW=2026-11-23T10:05
printf 'open small A2\nset code A3\nsave\n' | ruhu -d T03.db fill >/dev/null
same "$(sqlite3 T03.db "SELECT at FROM ruhu_log WHERE value = 'A3'" | cut -c1-13)" 2026-11-23T02 "its stamps"
up
same "$(ruhu -d county.db table small --jsonl | jq -r .code)" A3 "what follows"
same "$(sqlite3 county.db "SELECT count(*) FROM ruhu_log WHERE at > '2036'" | tr -d '\n')" \
    "$(sqlite3 T03.db "SELECT count(*) FROM ruhu_log WHERE at > '2036'")" "the log is as it was"

# What entities say is the newest by the right time, too; each record has its own word.
for db in T03.db county.db; do
	for f in register visit read; do code 0 ruhu -d $db form add "$root/tests/cli/forms/trees-$f.yaml"; done
done
printf 'new register\nset species oak\nset size 10\nset label x\nsave\n' | ruhu -d county.db fill >/dev/null
down
oak=$(sqlite3 T03.db 'select id from register')
visit() { # DATABASE SIZE
	printf 'new visit\nset tree %s\nset size %s\nsave\n' "$oak" "$2" | ruhu -d "$1.db" fill >/dev/null
}
size() { # DATABASE
	printf 'new reader\nset tree %s\nget all\n' "$oak" | ruhu -d "$1.db" fill |
	    jq -r 'select(.path == "/data/all") | .value' | cut -d'|' -f3
}
NOW=2046-11-23T08:30
visit T03 20
NOW=$county
visit county 30
NOW=2046-11-23T08:40
up
same "$(size county)" 20 "an entity by the wrong clock"
NOW=$county
code 0 ruhu -d county.db clockfix T03 --ahead 7305d
same "$(size county)" 30 "an entity by the right time"
down
same "$(size T03)" 30 "the same at T03"

# However many lives a database had, and however much was said: 70 of each.
NOW=2056-11-23T08:00
life=0
while [ $life -lt 70 ]; do
	life=$((life + 1))
	cp T03.db next.db && mv next.db T03.db	# another file: another life
	printf 'new small\nset code L%d\nset name old\nsave\n' $life | ruhu -d T03.db fill >/dev/null
done
up
same "$(sqlite3 county.db "SELECT count(*) FROM ruhu_log WHERE at > '2056' AND question = 'code' AND value LIKE 'L%'")" 70 "lives"
NOW=$county
code 0 ruhu -d county.db clockfix T03 --ahead 10958d --since 2056-11-22
shows '70 records of T03'
late() { sqlite3 county.db "SELECT count(*) FROM ruhu_record WHERE changed_at > '2056'"; }
same "$(late)" 0 "records still at the wrong time"
at() { printf '2056-11-24T%02d:%02d' $((8 + $1 / 60)) $(($1 % 60)); }
n=0
while [ $n -lt 70 ]; do
	n=$((n + 1))
	printf 'clock %s\nopen small L70\nset name n%d\nsave\n' "$(at $n)" $n
done | ruhu -d T03.db fill >/dev/null
NOW=2056-11-24T10:00
up
NOW=$county
same "$(late)" 1 "the record edited since"
n=0
while [ $n -lt 70 ]; do
	n=$((n + 1))
	days=1
	[ $n = 70 ] && days=10958
	code 0 ruhu -d county.db clockfix T03 --ahead ${days}d --since "$(at $n)"
	shows '1 records of T03'
	[ $n = 69 ] && same "$(late)" 1 "too little was said"
done
same "$(late)" 0 "what was said last"
# Said of all that, it takes the place of the 70; more than an answer holds is refused.
words() { sqlite3 county.db "SELECT length(value) - length(replace(value, ' ', '')) + 1 FROM ruhu_log
    WHERE question = '\$clock' ORDER BY no DESC LIMIT 1"; }
same "$(words)" 71 "words of one record"
code 0 ruhu -d county.db clockfix T03 --ahead 10958d --since 2056-11-22
same "$(words)" 1 "words of one record, all said anew"
down
for s in T03 county; do
	code 0 ruhu -d $s.db check
	code 0 ruhu -d $s.db rebuild
done
same "$(late)" 0 "made anew"
exit 0
