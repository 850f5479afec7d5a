#!/bin/sh
# Fuzzing by libFuzzer (clang) of what reads other people's texts: expressions,
# forms in YAML, XML and spreadsheets, sealed files and their bodies. FUZZ_SECONDS for
# each (here 2, `make fuzz` 120), JOBS of them at a time; targets named as arguments
# only. What one finds is kept in $B/fuzz/NAME-found. Each begins with the tests'
# own texts and with tests/fuzz/corpus/NAME.tar.xz, inputs that earlier runs came upon,
# and goes on from FUZZ_SEED, so that the same code meets the same inputs (0: others each
# time, as `make soak` has it);
# `keep` as the first argument makes these anew out of $B/fuzz/NAME-corpus.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
seconds=${FUZZ_SECONDS:-2}
jobs=${JOBS:-2}
seed=${FUZZ_SEED:-1}
keep=
[ "${1-}" != keep ] || { keep=yes; shift; }
[ $# -gt 0 ] || set -- expr yaml xform xlsx seal body
# In `make check` once is enough, and it brings its own sanitizers.
case $B in */san) exit 0 ;; esac
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n);
int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return d && n ? 0 : 0; }' >"$T/try.c"
clang -fsanitize=fuzzer "$T/try.c" -o "$T/try" 2>/dev/null ||
	{ echo "note: skipped tests/fuzz/run.sh: no clang with libFuzzer"; exit 0; }
make --no-print-directory -s B="$B" fuzzers "$B/tools/sealer" all || exit 1
. tests/fuzz/seeds

# NAME: some inputs of what it came upon, small ones and none that adds nothing
keep_corpus() {
	mkdir "$T/$1-least"
	"$B/fuzz/$1" -merge=1 -max_len=1500 "$T/$1-least" "$B/fuzz/$1-corpus" >/dev/null 2>&1
	mkdir -p tests/fuzz/corpus
	(cd "$T/$1-least" && ls -Sr | awk -v most="${KEEP:-600}" 'NR <= most' >"$T/list")
	tar -C "$T/$1-least" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cJf "tests/fuzz/corpus/$1.tar.xz" -T "$T/list"
	ls -l "tests/fuzz/corpus/$1.tar.xz"
}

one() { # NAME
	mkdir -p "$B/fuzz/$1-found" "$B/fuzz/$1-corpus"
	[ ! -r "tests/fuzz/corpus/$1.tar.xz" ] || tar -C "$T/$1" -xJf "tests/fuzz/corpus/$1.tar.xz"
	if ASAN_OPTIONS=detect_leaks=1 "$B/fuzz/$1" -seed="$seed" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1000 \
	    -dict="$T/$1.dict" -artifact_prefix="$B/fuzz/$1-found/" -max_len=6000 -print_final_stats=1 \
	    "$B/fuzz/$1-corpus" "$T/$1" >"$T/$1.log" 2>&1; then
		echo "$1: $(sed -n 's/^stat::number_of_executed_units: //p' "$T/$1.log") inputs"
	else
		echo "$1: a fault, its input is in $B/fuzz/$1-found"
		grep -vE '^#[0-9]+|fuzzer::|encoding error' "$T/$1.log" | tail -50
		# Where the folder does not outlive the machine.
		for f in "$B/fuzz/$1-found"/*; do
			[ ! -f "$f" ] || { echo "base64 -d <<END | gunzip >input"; gzip -9 <"$f" | base64 -w 100; echo END; }
		done
		: >"$T/bad"
	fi
}

n=0
for t; do
	if [ -n "$keep" ]; then
		keep_corpus "$t"
		continue
	fi
	one "$t" &
	n=$((n + 1))
	[ $((n % jobs)) != 0 ] || wait
done
wait
[ ! -e "$T/bad" ]
