#!/bin/sh
# Every sentence of the sources has its Chinese, with the same % directives; the
# catalogue has no others; and no Chinese has a character that takes one column
# on some terminals and two on others.
set -eu
cd "$(dirname "$0")/../.."
export LC_ALL=C.UTF-8	# characters, not bytes, are looked for
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
sh po/extract >"$dir/all.pot"
msgmerge --quiet --no-fuzzy-matching --no-wrap po/zh.po "$dir/all.pot" >"$dir/zh.po"
msgfmt --check --output-file=/dev/null "$dir/zh.po" || bad=1

list() { # TITLE, msgattrib's option
	# A sentence of several lines starts with ""; the catalogue's own description
	# has nothing after it.
	msgattrib --no-wrap "$2" "$dir/zh.po" | sed 's/^#~ //' |
		awk '/^msgid ""$/ { first = 1; next } first && /^"/ { print } { first = 0 } /^msgid/ { print }' >"$dir/names"
	[ -s "$dir/names" ] || return 0
	echo "$1"
	cat "$dir/names"
	bad=1
}
list "without Chinese (sh po/update, then translate):" --untranslated
list "not sure (fuzzy):" --only-fuzzy
list "no source has these any more (sh po/update):" --only-obsolete
# The built-in catalogue is read without the C library, which alone knows these.
if grep -n '<PRI' "$dir/all.pot"; then
	echo "write these with %lld and a cast: a PRId64 inside a sentence cannot be translated"
	bad=1
fi
if grep -n '[‘’“”…—–·×÷±°§→←↑↓①②③④⑤⑥⑦⑧⑨⑩●○■□▲△◆◇★☆※№]' po/zh.po; then
	echo "these have characters that are two columns wide on some terminals and one on others"
	bad=1
fi
exit $bad
