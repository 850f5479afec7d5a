#!/bin/sh
# What the fuzzers came upon (corpus/), and the tests' own texts, given to their targets
# again, as they are and damaged; only under the sanitizers, which see what else nobody
# would. `make fuzz` looks for more.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
case $B in */san | */cover) ;; *) exit 0 ;; esac
replay=$B/replay
# The plain program makes the same inputs, sooner.
[ ! -x "${B%/san}/ruhu" ] || B=${B%/san}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
seeds_made=yes
. tests/fuzz/seeds
bad=0
for t in expr yaml xform xlsx seal body; do
	if ! find "$T/$t" -type f | sort | xargs "$replay/$t" "$T/last" >"$T/log" 2>&1; then
		echo "$t: a fault, with this input:"
		gzip -9 <"$T/last" | base64 -w 100
		tail -n 40 "$T/log"
		bad=1
	fi
done
exit $bad
