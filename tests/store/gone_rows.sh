#!/bin/sh
# Rows of a repeat that is not relevant are dropped on saving, as answers are; when
# it is relevant again in the same sitting, they come back with what they hold.
set -eu
cd "$(dirname "$0")/../.."
ruhu=${B:-build}/ruhu
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
cat >"$T/f.yaml" <<'END'
settings: {form_id: f, form_title: F, version: "1", ruhu: {unique: [k]}}
choices: {yn: {1: Yes, 0: No}}
survey:
  - {type: text, name: k, label: Key}
  - {type: select_one yn, name: y, label: Y}
  - repeat: h
    label: H
    relevant: ${y} = 1
    survey:
      - {type: text, name: hn, label: HN}
END
"$ruhu" -d "$T/d.db" form add "$T/f.yaml" >"$T/out"
step() { # ROWS COMMAND...
	rows=$1
	shift
	printf '%s\n' "$@" | "$ruhu" -d "$T/d.db" fill >"$T/out" || {
		cat "$T/out"
		exit 1
	}
	got=$(sqlite3 "$T/d.db" "SELECT coalesce(group_concat(hn), '-') FROM (SELECT coalesce(hn, 'blank') AS hn FROM f__h ORDER BY row_position)")
	[ "$got" = "$rows" ] || {
		echo "after $*: rows $got, not $rows"
		exit 1
	}
	"$ruhu" -d "$T/d.db" check >"$T/out" || {
		cat "$T/out"
		exit 1
	}
}
step a,b 'new f' 'set k 1' 'set y 1' 'add h' 'set h[1]/hn a' 'add h' 'set h[2]/hn b' save
step - 'open f 1' 'set y 0' save
step - 'open f 1' 'set y 1' save
step c 'open f 1' 'add h' 'set h[1]/hn c' save
step c 'open f 1' 'set y 0' save 'set y 1' save
step c 'open f 1' 'set y 0' 'set y 1' save
step - 'open f 1' 'set y 0' save 'set y 1' save 'set y 0' save
step - 'new f' 'set k 2' 'set y 1' 'add h' 'set h[1]/hn a' 'set y 0' save
