#!/bin/sh
# Versions of a form that differ between sites: what a site cannot show waits in its log
# and is counted; what it can show and finds wrong is kept as it came, flagged by `check`,
# and in no sum; nothing is turned into something else.
cd "$(dirname "$0")/../.." && . tests/cli/lib
cd "$T" || exit 1
cat >old.yaml <<'END'
settings: {form_id: f, form_title: F, version: "1"}
survey:
  - {type: text, name: code, label: Code}
  - {type: text, name: age, label: Age}
  - {type: text, name: sex, label: Sex}
  - {type: text, name: born, label: Born}
  - {type: text, name: extra, label: Extra}
  - {type: integer, name: wage, label: Wage}
  - repeat: r
    label: R
    survey:
      - {type: text, name: n, label: N}
      - {type: text, name: m, label: M}
END
cat >new.yaml <<'END'
settings: {form_id: f, form_title: F, version: "2"}
choices: {s: {1: M, 2: F}}
survey:
  - {type: text, name: code, label: Code}
  - {type: integer, name: age, label: Age, constraint: ". < 120"}
  - {type: select_one s, name: sex, label: Sex}
  - {type: date, name: born, label: Born}
  - {type: integer, name: wage, label: Wage, constraint: ". < 10000"}
  - {type: calculate, name: twice, calculation: "${age} * 2"}
  - repeat: r
    label: R
    survey:
      - {type: integer, name: n, label: N}
  - {type: calculate, name: total, calculation: "sum(${n})"}
END
key() { # DATABASE LINES...
	db=$1
	shift
	printf '%s\n' "$@" | ruhu -d "$db" fill >fill.out || bad "fill: $(cat fill.out)"
	grep -q '"ok":false' fill.out && bad "fill: $(cat fill.out)"
	return 0
}
code 0 ruhu -d t.db form add old.yaml
code 0 ruhu -d c.db form add new.yaml
key t.db 'new f' 'set code A1' 'set age abc' 'set sex 9' 'set born yesterday' 'set extra x' 'set wage 20000' \
    'add r' 'set r[1]/n twelve' 'set r[1]/m y' 'add r' 'set r[2]/n 4' save
key t.db 'new f' 'set code A2' 'set age 30' 'set sex 1' 'set born 1990-01-01' 'set wage 100' save
code 0 ruhu -d t.db export -o 1.zst
code 0 ruhu -d c.db import --json 1.zst
same "$(jq .raw out)" 2 "values that wait"
code 0 ruhu -d c.db import 1.zst
rows() { sqlite3 c.db "SELECT code, age, sex, born, wage FROM f ORDER BY code"; }
same "$(rows)" "A1|abc|9|yesterday|20000
A2|30|1|1990-01-01|100" "as it came"
same "$(sqlite3 c.db "SELECT coalesce(value, '-') FROM ruhu_log WHERE question IN ('extra', 'm') ORDER BY no")" \
    "x
y" "what waits"
code 1 ruhu -d c.db check f --json
same "$(jq -r 'select(.path) | .path' out | sort | tr '\n' ' ')" \
    '/data/age /data/born /data/r[1]/n /data/sex /data/wage ' "what is flagged"
# Where it is opened, what is no number is in no sum, and saving asks.
id=$(sqlite3 c.db "SELECT record_id FROM f WHERE code = 'A1'")
printf '%s\n' "open f $id" 'get age' 'get total' 'get twice' problems | ruhu -d c.db fill >out
same "$(jq -r 'select(.path == "/data/age") | .value' out | head -n 1)" abc "shown as it is"
same "$(jq -r 'select(.path == "/data/twice") | .value' out | head -n 1)" '' "twice no number"
# What waited is shown once its version is there, and the older version changes nothing else.
before=$(rows)
code 0 ruhu -d c.db form add old.yaml
code 0 ruhu -d c.db form add new.yaml
same "$(rows)" "$before" "after the older version"
sed 's/version: "2"/version: "3"/; s/  - {type: calculate, name: twice/  - {type: text, name: extra, label: E}\n&/' \
    new.yaml >newer.yaml
code 0 ruhu -d c.db form add newer.yaml
same "$(sqlite3 c.db "SELECT extra FROM f WHERE code = 'A1'")" x "what waited"
code 0 ruhu -d c.db rebuild
same "$(sqlite3 c.db "SELECT extra FROM f WHERE code = 'A1'")" x "what waited, made anew"
exit 0
