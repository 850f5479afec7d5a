#!/bin/sh
# The screen that the README shows is the program's own, row by row.
set -eu
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
{
	cat <<'END'
setup cp sample.db "$DB"
term xterm-256color 80x24 zh_CN.UTF-8
run $RUHU --now 2026-11-23T12:31 -d "$DB" enter household_survey 640181001013-0042
key pgdn*2 down*3
type 1
screen
END
	awk '/^```/ { if (on++) exit; next } on' README.md
	echo end
} >"$tmp/readme.keys"
[ "$(wc -l <"$tmp/readme.keys")" -gt 27 ]
sh tests/screen/run.sh "$tmp/readme.keys"
