#!/bin/sh
# Plays every tests/screen/*.keys (or those named as arguments), each on a fresh
# copy of a database that the script's `setup` lines made, three at a time (they
# mostly wait). Scripts with the same setup share one making of it.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
export B
locales=${B%/san}/locale	# the same for both builds
sh tests/tools/locales "$locales"
LOCPATH=$(cd "$locales" && pwd)
RUHU=$(cd "$B" && pwd)/ruhu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
HOME=$dir
TZ=CST-8
export LOCPATH RUHU HOME TZ
unset RUHU_DB RUHU_LANG LANG LC_ALL LC_CTYPE 2>/dev/null || :
[ $# -gt 0 ] || set -- tests/screen/*.keys
[ -e "$1" ] || { echo "note: no screen scripts"; exit 0; }

# The databases, one a distinct setup.
for script in "$@"; do
	grep '^setup ' "$script" >"$dir/setup" || :
	sum=$(cksum <"$dir/setup" | tr -d ' ')
	echo "$sum $script" >>"$dir/todo"
	[ ! -d "$dir/$sum" ] || continue
	mkdir "$dir/$sum"
	sed 's/^setup //' "$dir/setup" >"$dir/setup.sh"
	DB=$dir/$sum/ruhu.db sh -e "$dir/setup.sh" >"$dir/out" 2>&1 || {
		echo "$script: its setup failed:"
		cat "$dir/out"
		exit 1
	}
done

cat >"$dir/one" <<'END'
dir=$1 sum=${2%% *} script=${2#* }
name=${script##*/}
cp -R "$dir/$sum" "$dir/$name"
DB=$dir/$name/ruhu.db PLAY_SETUP=done "$B/tools/play" "$script" >"$dir/$name/out" 2>&1 || {
	cat "$dir/$name/out" >>"$dir/failures"
}
rm -rf "${dir:?}/$name"
END
tr '\n' '\0' <"$dir/todo" | xargs -0 -n 1 -P 3 sh "$dir/one" "$dir"
[ ! -s "$dir/failures" ] || { cat "$dir/failures"; exit 1; }
