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
exit 0
