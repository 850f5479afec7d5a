#!/bin/sh
# Plays every tests/screen/*.keys and tests/screen/*/*.keys (or those named as arguments),
# each on a fresh copy of a database that the script's `setup` lines made, several at a
# time (they mostly wait). Scripts with the same setup share one making of it. A script
# with the line `matrix` is played in both languages, at 80x24 and 40x20, in UTF-8 and in
# GB18030; sanitized, in two of the eight. MATRIX names others.
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
[ $# -gt 0 ] || set -- tests/screen/*.keys tests/screen/*/*.keys
[ -e "$1" ] || { echo "note: no screen scripts"; exit 0; }

few='en_80x24_zh_CN.UTF-8 zh_40x20_zh_CN.GB18030'
all="$few en_80x24_zh_CN.GB18030 en_40x20_zh_CN.UTF-8 en_40x20_zh_CN.GB18030
zh_80x24_zh_CN.UTF-8 zh_80x24_zh_CN.GB18030 zh_40x20_zh_CN.UTF-8"
case $B in
*/san) matrix=${MATRIX:-$few} ;;
*) matrix=${MATRIX:-$all} ;;
esac

# The databases, one a distinct setup.
for script in "$@"; do
	grep '^setup ' "$script" >"$dir/setup" || :
	sum=$(cksum <"$dir/setup" | tr -d ' ')
	if grep -q '^matrix' "$script"; then
		for one in $matrix; do echo "$sum $script $one"; done
	else
		echo "$sum $script"
	fi >>"$dir/todo"
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
dir=$1
# shellcheck disable=SC2086 # its words
set -- $2
sum=$1 script=$2 which=${3-}
name=$(echo "$script $which" | tr '/ ' '__')
if [ -n "$which" ]; then
	PLAY_MATRIX=$(echo "$which" | sed 's/_/ /; s/_/ /')
	export PLAY_MATRIX
fi
cp -R "$dir/$sum" "$dir/$name"
DB=$dir/$name/ruhu.db PLAY_SETUP=done "$B/tools/play" "$script" >"$dir/$name/out" 2>&1 || {
	{ [ -z "$which" ] || echo "$which:"; cat "$dir/$name/out"; } >>"$dir/failures"
}
rm -rf "${dir:?}/$name"
END
tr '\n' '\0' <"$dir/todo" | xargs -0 -n 1 -P 6 sh "$dir/one" "$dir"
[ ! -s "$dir/failures" ] || { cat "$dir/failures"; exit 1; }
