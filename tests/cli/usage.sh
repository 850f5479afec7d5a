#!/bin/sh
# Wrong calls: the exit code, the sentence, the nearest name; help is complete.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml

# Commands and options that do not exist: 2, with the nearest.
code 2 ruhu exprot; says "did you mean 'export'?"
code 2 ruhu form chekc x; says "did you mean 'form check'?"
code 2 ruhu form; says "form check"
code 2 ruhu worklist; says "there are: worklist check"
code 2 ruhu worklist nonsuch; says "worklist open"
code 2 ruhu xyzzyx; says "ruhu help"
code 2 ruhu status --jsno; says "did you mean '--json'?"
code 2 ruhu status -q; says "no option '-q'"
code 2 ruhu --lagn en status; says "did you mean '--lang'?"
code 2 ruhu --lang fr status; says "'zh' or 'en'"
code 2 ruhu --now yesterday status; says "yesterday"
code 2 ruhu -d; says "wants a value"
code 2 ruhu status --json=yes; says "takes no value"
code 2 ruhu help nonsuch; says "no command 'nonsuch'"
code 0 ruhu help worklist; shows "worklist open NAME"
code 0 ruhu help batch; shows "batch close NUMBER"
code 2 ruhu help worklist nonsuch

# Too few and too many arguments, for every command that says how many.
for c in "form check" "form add" "form show" "form print" table import backup restore enter list; do
	code 2 ruhu -d "$db" $c
	says "something is missing: ruhu $c"
done
for c in "form list" status doctor rebuild export home; do
	code 2 ruhu -d "$db" $c surplus
	says "that is too much: ruhu $c"
done
for c in "form show" "form print" table backup restore list check; do
	code 2 ruhu -d "$db" $c a b
	says "that is too much: ruhu $c"
done

# A form that is not there: 1, with the nearest.
for c in "form show" "form print" table check fill; do
	code 1 ruhu -d "$db" $c smal
	says "did you mean 'small'?"
done
code 1 ruhu -d "$db" fill small nokey
says nokey

# A person's name is not blank; who has no HOME has one in the list of users.
code 2 ruhu -d "$db" --as "  " status
says "cannot be empty"
(cd "$T" && env -u HOME "$bin" --lang en status) >"$T/out" 2>&1
grep -q ' \./' "$T/out" && bad "the database of who has no HOME"

# No database: 3, and how to make one; nothing is made.
none=$T/none/x.db
for c in "form list" "form show small" status "table small" export "check" "fill small" \
    "rebuild" "backup $T/b" "enter small" "list small" home; do
	code 3 ruhu -d "$none" $c
	says "form add"
done
code 1 ruhu -d "$none" doctor
shows "form add"
[ -e "$T/none" ] && bad "a folder was made for a database that was only looked for"
RUHU_DB=$none code 3 ruhu status
says "$none"
code 3 ruhu form check "$T/nothing.yaml"
says "$T/nothing.yaml"
code 3 ruhu -d "$T/new.db" form add "$T/nothing.yaml"
[ -e "$T/new.db" ] && bad "a database was made for a form that is not there"
printf 'survey:\n  - type: nonsense\n    name: a\n' >"$T/bad.yaml"
code 1 ruhu -d "$T/new.db" form add "$T/bad.yaml"
[ -e "$T/new.db" ] && bad "a database was made for a form with faults"

# Screens without a terminal.
code 3 ruhu -d "$db"
code 3 ruhu -d "$db" enter small

# Help: every command has its own, from the table, in both languages.
code 0 ruhu help
grep -c '^  [a-z]' "$T/out" >"$T/n"
[ "$(cat "$T/n")" -ge 15 ] || bad "help lists only $(cat "$T/n") commands"
for c in home enter list "form check" "form add" "form list" "form show" "form print" fill table \
    export import conflicts flags log status check doctor backup restore rebuild help eval "form convert" \
    "site init" "key show" "key list" "key pin"; do
	code 0 ruhu help
	grep -q "^  $c\( \|$\)" "$T/out" || bad "help does not list $c"
	code 0 ruhu help $c
	head -n 1 "$T/out" | grep -q "^Usage: ruhu $c" || bad "help $c"
	cp "$T/out" "$T/en"
	code 0 ruhu $c --help
	cmp -s "$T/en" "$T/out" || bad "ruhu $c --help differs from ruhu help $c"
	code 0 ruhu --lang zh help $c
	cmp -s "$T/en" "$T/out" && bad "help $c has no Chinese"
done
code 0 ruhu --version
grep -qE '^ruhu [0-9]+\.[0-9]+\.[0-9]+$' "$T/out" || bad "version"

# What is printed never carries a control character to the terminal.
esc=$(printf '\033')
code 3 ruhu form check "$T/${esc}[31m.yaml"
grep -q "$esc" "$T/err" && bad "an escape character was printed"
says '^[[31m'
code 1 ruhu eval "1 + \$ ${esc}[31m"
grep -q "$esc" "$T/err" && bad "an escape character was printed"
says '1 + $ ^[[31m'
code 0 ruhu -d "$db" table small --xml "$T/${esc}[31m"
grep -q "$esc" "$T/out" && bad "an escape character was printed"
shows '^[[31m'

# What cannot be read is no fault of what is in it.
for c in "eval 1 -i" "-d $db key renew" "-d $db import" "-d $db form check"; do
	code 3 ruhu $c "$T/nothing"
	code 3 ruhu $c "$T"
done
code 3 ruhu -d "$db" import /dev/null
code 0 ruhu -d "$db" quarantine
shows "No file waits"

# Options anywhere; -- ends them; --name=value; -oVALUE.
code 0 ruhu form list --database="$db" --json
code 0 ruhu -d"$db" form list
code 3 ruhu form check -- --json
says "--json"
exit 0
