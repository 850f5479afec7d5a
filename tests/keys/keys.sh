#!/bin/sh
# What a paper costs at the keys: the papers of this folder are keyed in a real
# pseudo-terminal, every key is counted, and beside it stands what CSPro's CSEntry
# would take for the same paper by its documented rules (csentry.py says which).
# Fails where a form costs more than it did, or as much as in CSEntry.
#
# typed: characters that no program can do without. on-paper: those of all answers,
# defaults and what is taken over included; a key that only confirms one of them
# counts as a key all the same.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
# Keys are as many under sanitizers.
case $B in */san) exit 0 ;; esac
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sh tests/tools/locales "${B%/san}/locale"
LOCPATH=$(cd "${B%/san}/locale" && pwd)
RUHU=$(cd "$B" && pwd)/ruhu
HOME=$dir
TZ=CST-8
KEYS_OUT=$dir/keys
KEYS_RECORD=$dir
export LOCPATH RUHU HOME TZ KEYS_OUT KEYS_RECORD
unset RUHU_DB RUHU_LANG LANG LC_ALL LC_CTYPE 2>/dev/null || :

bad=0
for script in tests/keys/*.keys; do
	mkdir "$dir/db"
	DB=$dir/db/ruhu.db "$B/tools/play" "$script" || bad=1
	rm -rf "$dir/db"
done
cp sample.db "$dir/sample.db"
for form in household_survey four_checks job_card; do
	"$RUHU" -d "$dir/sample.db" form show $form --json >"$dir/$form.json"
done

csentry() { # NAME
	case $1 in
	household) set -- household household_survey ;;
	four-checks) set -- four-checks four_checks ;;
	card-unchanged) set -- card-unchanged job_card monthly m_unchanged ;;
	card-change) set -- card-change job_card monthly m_next ;;
	*) return ;;
	esac
	name=$1 form=$2
	shift 2
	paper=tests/keys/$name.paper
	[ -e "$paper" ] || paper=/dev/null
	python3 tests/keys/csentry.py "$paper" "$dir/$form.json" "$dir/$name.record" "$@"
}

printf '%-16s %6s %8s %10s %9s %9s %9s\n' paper keys typed keys/typed on-paper keys/char CSEntry
while read -r name keys typed others; do
	# shellcheck disable=SC2046 # two numbers
	set -- $(csentry "$name")
	awk -v n="$name" -v k="$keys" -v t="$typed" -v c="${1-}" -v p="${2-}" 'BEGIN {
		printf "%-16s %6d %8d %10s %9s %9s %9s\n", n, k, t, (t > 0 ? sprintf("%.2f", k / t) : "-"),
		    p, (p > 0 ? sprintf("%.2f", k / p) : "-"), c }'
	[ -z "$others" ] || echo "  besides: $others" | fold -s -w 98 | sed '2,$s/^/    /'
	if [ $# = 2 ] && [ "$keys" -ge "$1" ]; then
		echo "$name takes $keys keys, and $1 in CSEntry"
		bad=1
	fi
done <"$KEYS_OUT"
exit $bad
