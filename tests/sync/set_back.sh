#!/bin/sh
# A database whose -wal was taken away, or whose disk was set back, lacks what it had
# exported: it numbers its changes anew, says what is missing, and gets it back from the
# site that has it; both are the same then.
cd "$(dirname "$0")/../.." && . tests/cli/lib
form=$root/tests/cli/forms/small.yaml
cd "$T" || exit 1
RUHU_STATE=$T/state
export RUHU_STATE
key() { # DATABASE CODE
	printf 'new small\nset code %s\nset name 马秀兰\nsave\n' "$2" | ruhu -d "$1.db" fill >/dev/null
}
codes() { ruhu -d "$1.db" table small --jsonl | jq -r .code | sort | tr '\n' ' '; }
state() { ruhu -d "$1.db" status --state --json | jq -r .state; }
lost() { ruhu -d T03.db doctor --json | jq -r 'select(.what == "set-back") | .text' | grep -o '[0-9]* to [0-9]*'; }
for area in none all; do
	rm -rf T03.db* county.db* ./*.ruhu state
	for s in T03 county; do
		code 0 ruhu -d $s.db form add "$form"
		code 0 ruhu -d $s.db site init $s
	done
	code 0 ruhu -d county.db key pin $(ruhu -d T03.db key show | head -n 1)
	code 0 ruhu -d T03.db key pin $(ruhu -d county.db key show | head -n 1)
	code 0 ruhu -d T03.db site county county
	code 0 ruhu -d county.db site county county
	[ $area = none ] || code 0 ruhu -d county.db site scope T03 '*'
	key T03 A1
	same "$(lost)" '' "lost at first"

	# Somebody has it open, is killed, and what was not in the file yet is taken away.
	mkfifo held
	sh -c 'echo $$ >pid; exec "$@"' - "$bin" -d T03.db --as w07 --now "$NOW" fill <held >held.out &
	exec 8>held
	printf 'new small\nset code A2\nset name 李四\nsave\n' >&8
	until grep -q '"state":"complete"' held.out; do sleep 0.05; done
	code 0 ruhu -d T03.db export -o 1.ruhu
	kill -KILL "$(cat pid)"
	exec 8>&-
	wait
	rm -f held T03.db-wal T03.db-shm
	code 0 ruhu -d county.db import 1.ruhu
	same "$(codes county)" 'A1 A2 ' "at the county"
	same "$(codes T03)" 'A1 ' "without its -wal"
	[ -n "$(lost)" ] || bad "doctor says nothing of what is lost"
	code 1 ruhu -d T03.db doctor
	key T03 A3 2>err
	says 'set back behind what it had exported'
	NOW=2026-11-23T08:30
	code 0 ruhu -d T03.db export -o 2.ruhu
	code 0 ruhu -d county.db import --json 2.ruhu
	jq -e '.forks == 0' out >/dev/null || bad "numbers were used twice"
	same "$(codes county)" 'A1 A2 A3 ' "what was keyed after it"
	code 0 ruhu -d county.db export --all -o 3.ruhu --to T03
	code 0 ruhu -d county.db export --others -o 4.ruhu --to T03
	for f in 3 4; do code 0 ruhu -d T03.db import $f.ruhu; done
	same "$(codes T03)" 'A1 A2 A3 ' "what came back"
	same "$(lost)" '' "lost in the end"
	same "$(state T03)" "$(state county)" "the same at both"
	for s in T03 county; do code 0 ruhu -d $s.db check; done
done
exit 0
