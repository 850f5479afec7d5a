#!/bin/sh
# A share of the scenarios through the program itself: README.md beside this file.
cd "$(dirname "$0")/../.." || exit 1
cases=../shared/odk-tests/scenario.jsonl
[ -r "$cases" ] || { echo "note: skipped tests/conformance/through-fill.sh: no $cases"; exit 0; }
command -v python3 >/dev/null || { echo "note: skipped tests/conformance/through-fill.sh: no python3"; exit 0; }
bin=${B:-build}/ruhu
case $bin in /*) ;; *) bin=$PWD/$bin ;; esac
HOME=$(mktemp -d)
export HOME
trap 'rm -rf "$HOME"' EXIT
status=0
python3 tests/conformance/through_fill.py "$bin" "$cases" tests/conformance/scenario-known.txt "${1:-6}" || status=1
exit $status
