#!/bin/sh
# The width table is what its script makes from the Unicode data of this
# machine's python3, where that is the same version of Unicode.
set -eu
cd "$(dirname "$0")/../.."
command -v python3 >/dev/null || { echo "note: skipped width_table.sh: no python3"; exit 0; }
made=$(mktemp)
trap 'rm -f "$made"' EXIT
python3 src/base/width.py >"$made"
if [ "$(sed 1q "$made")" != "$(sed 1q src/base/utf8_table.h)" ]; then
	echo "note: skipped width_table.sh: another Unicode: $(sed 1q "$made")"
	exit 0
fi
cmp "$made" src/base/utf8_table.h
