#!/bin/sh
# What is shown of answers that two sites wrote apart, by the form's policy: the same at
# both in whatever order their files came, the conflict still listed, nothing of it in
# the log, and a person's decision over it. Another version of the form shows by its own.
cd "$(dirname "$0")/../.." && . tests/cli/lib
cd "$T" || exit 1
form() { # VERSION CONFLICT
	cat <<Y
settings:
  form_id: a
  version: "$1"
  instance_name: \${code}
  ruhu: {unique: [code], list: [code, n], conflict: $2}
choices:
  help: {1: Rice, 2: Coal, 3: Cash, 4: Work}
survey:
  - {type: text, name: code, label: C}
  - {type: integer, name: n, label: N, missing: refused}
  - {type: decimal, name: least, label: L}
  - {type: date, name: day, label: D}
  - {type: select_multiple help, name: help, label: H}
  - {type: text, name: note, label: T}
  - {type: calculate, name: twice, calculation: "\${n} * 2"}
Y
}
form 1 '{n: max, least: min, day: max, help: union, note: latest}' >a1.yaml
form 2 '{n: min}' >a2.yaml
for s in one two; do
	code 0 ruhu -d $s.db form add a1.yaml
done
do_() { # SITE TIME LINES...
	site=$1 NOW=$2
	shift 2
	printf '%s\n' "$@" | ruhu -d "$site.db" fill >fill.out
	grep -q '"ok":false' fill.out && bad "fill: $(grep '"ok":false' fill.out)"
	return 0
}
shown() { ruhu -d "$1.db" table a --jsonl | jq -r '[.n, .least, .day, .help, .note, .twice] | join("|")'; }
do_ one 2026-11-23T08:00 'new a' 'set code A' 'set n 5' 'set least 5' 'set help 3' save
code 0 ruhu -d one.db export --all -o start
code 0 ruhu -d two.db import start
# One writes last: the newest would be one's alone.
do_ two 2026-11-23T09:00 'open a A' 'set n 30' 'set least 1.5' 'set day 2026-11-20' 'set help 4 1' 'set note 二' save
do_ one 2026-11-23T10:00 'open a A' 'set n 9' 'set least 10' 'set day 2026-01-31' 'set help 2 1' 'set note 一' save
code 0 ruhu -d one.db export --all -o from-one
code 0 ruhu -d two.db export --all -o from-two
code 0 ruhu -d one.db import from-two
code 0 ruhu -d two.db import from-one
same "$(shown one)" '30|1.5|2026-11-20|1 2 4|一|60' "what one shows"
same "$(shown two)" "$(shown one)" "what two shows"
code 0 ruhu -d one.db export --all -o again
code 0 ruhu -d two.db import again
code 0 ruhu -d two.db export --all -o again2
code 0 ruhu -d one.db import again2
for s in one two; do
	code 0 ruhu -d $s.db conflicts --json
	same "$(jq -c '[.question, .policy, .shown // ([.sides[] | select(.shown)][0].value)]' out | sort | tr '\n' ' ')" \
	    '["day","max","2026-11-20"] ["help","union","1 2 4"] ["least","min","1.5"] ["n","max","30"] ["note","latest","一"] ' "$s lists"
	code 0 ruhu -d $s.db conflicts
	shows '1 2 4  (union)'
	code 0 ruhu -d $s.db check
	code 0 ruhu -d $s.db rebuild
	code 0 ruhu -d $s.db check
done
same "$(ruhu -d one.db status --state --json | jq -r .state)" "$(ruhu -d two.db status --state --json | jq -r .state)" "the state"
same "$(ruhu -d one.db log --json | jq -r 'select(.question == "help") | .value' | sort | tr '\n' ,)" '1 2,1 4,3,' "the log"

# A record that is only opened and saved decides nothing; a blank is less than anything.
do_ two 2026-11-23T11:00 'open a A' save
same "$(ruhu -d two.db status --json | jq .conflicts)" 5 "saved again"
do_ two 2026-11-23T12:00 'open a A' 'set least' save
do_ one 2026-11-23T12:30 'open a A' 'set least 4' 'missing n refused' save
code 0 ruhu -d one.db export --all -o from-one
code 0 ruhu -d two.db export --all -o from-two
code 0 ruhu -d one.db import from-two
code 0 ruhu -d two.db import from-one
same "$(shown one | cut -d '|' -f 2)$(shown two | cut -d '|' -f 2)" 44 "a blank against a number"

# A person decides for one that is not shown, and for what both chose.
code 0 ruhu -d one.db conflicts --json
no() { jq "select(.question == \"$1\") | .sides[] | select(.value == \"$2\") | .no" out; }
code 0 ruhu -d one.db conflicts --take "$(no day 2026-01-31)"
code 0 ruhu -d one.db conflicts --json
code 0 ruhu -d one.db conflicts --of "$(no help '1 2')" --value '1 2 4'
code 0 ruhu -d one.db export --all -o decided
code 0 ruhu -d two.db import decided
same "$(shown two | cut -d '|' -f 3,4)" '2026-01-31|1 2 4' "the decisions"
same "$(ruhu -d two.db conflicts --json | jq -r .question | sort | tr '\n' ' ')" 'least note ' "what is left"

# The next version says min.
do_ one 2026-11-23T13:00 'open a A' 'set n 7' save
do_ two 2026-11-23T13:30 'open a A' 'set n 8' save
code 0 ruhu -d one.db export --all -o from-one
code 0 ruhu -d two.db import from-one
same "$(shown two | cut -d '|' -f 1)" 8 "max"
code 0 ruhu -d two.db form add a2.yaml
same "$(shown two | cut -d '|' -f 1,6)" '7|16' "min, with the version that says so"
code 0 ruhu -d two.db check
exit 0
