#!/bin/sh
# The committed readings are what the generator makes of Debian's unicode-data.
set -eu
cd "$(dirname "$0")/../.."
[ -f /usr/share/unicode/Unihan_Readings.txt.bz2 ] || {
	echo "note: skipped the readings of characters: unicode-data is not installed"
	exit 0
}
python3 src/base/pinyin.py | diff - src/base/pinyin_table.h
