#!/bin/sh
# Fuzzing by libFuzzer (clang) of what reads other people's texts: expressions,
# forms, sealed files and their bodies. FUZZ_SECONDS for each (here 5, `make soak` 120), one target only by its
# name. What it finds is kept in $B/fuzz/NAME-found.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
seconds=${FUZZ_SECONDS:-5}
# In `make check` once is enough, and it brings its own sanitizers.
case $B in */san) exit 0 ;; esac
echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n);
int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return d && n ? 0 : 0; }' >"${TMPDIR:-/tmp}/fuzz-$$.c"
clang -fsanitize=fuzzer "${TMPDIR:-/tmp}/fuzz-$$.c" -o "${TMPDIR:-/tmp}/fuzz-$$" 2>/dev/null
there=$?
rm -f "${TMPDIR:-/tmp}/fuzz-$$.c" "${TMPDIR:-/tmp}/fuzz-$$"
[ $there = 0 ] || { echo "note: skipped tests/fuzz/run.sh: no clang with libFuzzer"; exit 0; }
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
make --no-print-directory -s B="$B" "$B/fuzz/expr" "$B/fuzz/form" "$B/fuzz/seal" "$B/fuzz/body" "$B/tools/sealer" all || exit 1

mkdir "$T/expr" "$T/form" "$T/seal" "$T/body"
# A seed an expression; its first byte says over what it is evaluated.
cat tests/expr/form.tsv tests/expr/functions.tsv tests/expr/faults.tsv |
    awk -F '\t' -v dir="$T/expr" '/^[^#:].*\t/ && length($1) < 200 && $1 !~ /<[0-9]+\*/ {
	f = dir "/" NR; printf "%c%s", 48 + NR % 4, $1 >f; close(f) }'
# Small forms first: all of those that tests are made of.
n=0
for f in tests/forms/*.yaml tests/forms/twenty/* tests/forms/xform/*.xml tests/forms/*/*.xlsx tests/expr/people.yaml forms/params.yaml; do
	[ -f "$f" ] && [ "$(wc -c <"$f")" -lt 20000 ] || continue
	n=$((n + 1))
	cp "$f" "$T/form/$n"
done
[ $n -ge 10 ] || { echo "too few seeds of forms"; exit 1; }
# A sealed file and its parts, each behind the letter of its reader. The age key of
# the target is 1 2 3 0 0 ..., this is its public half.
(
	cd "$T" || exit 1
	case $B in /*) sealer=$B/tools/sealer ;; *) sealer=$OLDPWD/$B/tools/sealer ;; esac
	key=age155xn2mqnwm0dn5gp8q8ytvvnz0gnr3xsat5s2dz2lys4td7c54rqk735w4
	echo 'some text to be read' >plain
	"$sealer" signkey "" sign.key sign.pub
	"$sealer" encrypt $key <plain >body.age
	"$sealer" sign "" sign.key "ruhu1 file=A from=T03 to=county key=B made=1 lines=2 raw=3" <plain >body.sig
	"$sealer" tar body.age.minisig body.sig body.age body.age >body.tar
	for f in "a body.age" "m sign.key" "m sign.pub" "m body.sig" "t body.tar"; do
		{ printf %s "${f%% *}"; cat "${f#* }"; } >"seal/${f#* }"
	done
	printf 'kruhu1 file=A from=T03 to=county key=B made=1 lines=2 raw=3' >seal/comment
	printf 'k%s' $key >seal/key
)
# Exports of a small database: whole, of its end, with forms, after a restore.
(
	ruhu() { HOME=$T "$B/ruhu" -d "$T/a.db" "$@" >/dev/null 2>&1; }
	ruhu form add tests/cli/forms/small.yaml
	printf '%s\n' 'set code A' 'set age 40' 'missing age refused' 'add member' 'set member_name B' save |
	    HOME=$T "$B/ruhu" -d "$T/a.db" fill small >/dev/null
	ruhu export -o "$T/body/1.ndjson"
	printf '%s\n' 'set age 41' 'remove member[1]' save | HOME=$T "$B/ruhu" -d "$T/a.db" fill small A >/dev/null
	ruhu export --forms -o "$T/body/2.ndjson"
	ruhu backup "$T/b.db"
	HOME=$T "$B/ruhu" -d "$T/b.db" export -o "$T/body/3.ndjson" >/dev/null 2>&1
	# A county's part, with the form and a file of worklists.
	printf 'worklists:\n  - {name: all, label: L, form: small, filter: "${age} > 16"}\n' >"$T/w.yaml"
	ruhu site init county
	ruhu site scope T03 '*'
	ruhu worklist add "$T/w.yaml"
	ruhu export --to T03 -o "$T/body/4.ndjson"
)
grep -qs '"k":"w"' "$T/body/4.ndjson" && grep -qs '"part":' "$T/body/4.ndjson" || { echo "no exports to begin with"; exit 1; }
printf '"%s"\n' '{\"k\":\"t\"' '\"rk\":' '\"older\":' '\"g\":1' '\"w\":' '\"k\":\"w\"' '\"lists\":' '\"part\":' '\"o\":' '\"x\":' '\"y\":' '{\"b2\":' 'null,-1,0' ',0,\"refused\"' '[[0,1,' '$del' '$up' >"$T/body.dict"
# Words that mean something.
sed -n 's/^FN("\([^"]*\)".*/"\1("/p' src/logic/xfn.def >"$T/expr.dict"
for w in '${' '}' '${name}' '${age}' '${member}' '${wage}' '[' ']' '::' '//' '..' ' and ' ' or ' ' div ' ' mod ' "'" instance; do
	printf '"%s"\n' "$w"
done >>"$T/expr.dict"
for w in settings survey choices 'type: ' 'name: ' 'label: ' 'begin repeat' 'end group' 'group: ' 'repeat: ' 'calculation: ' \
    'relevant: ' 'trigger: ' 'choice_filter: ' 'select_one ' '${' '>-' '&' '*' '{' '}' '[' ']' '<bind ' '<instance>' 'nodeset=' '<itext>'; do
	printf '"%s"\n' "$w"
done >"$T/form.dict"

printf '"%s"\n' '-> X25519 ' '-> ' '--- ' 'age-encryption.org/v1' 'untrusted comment: ' 'trusted comment: ' \
	'ustar' ' made=' ' raw=' AGE-SECRET-KEY-1 age1 >"$T/seal.dict"

status=0
for t in expr form seal body; do
	[ -z "${1-}" ] || [ "$1" = $t ] || continue
	mkdir -p "$B/fuzz/$t-found" "$B/fuzz/$t-corpus"
	if ASAN_OPTIONS=detect_leaks=1 "$B/fuzz/$t" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1000 \
	    -dict="$T/$t.dict" -artifact_prefix="$B/fuzz/$t-found/" -max_len=6000 -print_final_stats=1 \
	    "$B/fuzz/$t-corpus" "$T/$t" >"$T/log" 2>&1; then
		echo "$t: $(sed -n 's/^stat::number_of_executed_units: //p' "$T/log") inputs"
	else
		echo "$t: a fault, its input is in $B/fuzz/$t-found"
		grep -vE '^#[0-9]+' "$T/log" | tail -50
		status=1
	fi
done
exit $status
