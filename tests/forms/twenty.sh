#!/bin/sh
# A form with twenty mistakes of twenty kinds: all are told at once, in order,
# each with its place, and the command says so by its exit code.
set -u
cd "$(dirname "$0")/../.."
B=${B:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
RUHU_LANG=en "$B/ruhu" form check tests/forms/twenty/twenty.yaml >"$dir/got" 2>&1
code=$?
diff -u tests/forms/twenty/twenty.expected "$dir/got" || exit 1
[ "$(wc -l <"$dir/got")" = 20 ] || { echo "not twenty lines"; exit 1; }
[ "$code" = 1 ] || { echo "exit code $code, not 1"; exit 1; }
