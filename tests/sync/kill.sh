#!/bin/sh
# kill -9 during exports: a file with the final name is always whole.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml
i=0
while [ $i -lt 150 ]; do
	printf 'new small\nset code %d\nset name %s\nset age 40\nset works 1\nset wage %d\nsave\n' $i 马秀兰 $i
	i=$((i + 1))
done | ruhu -d "$db" fill >"$T/out" || bad "fill"
ruhu -d "$db" export -o "$T/whole.zst" >/dev/null || bad "export"
killed=0
for ms in 1 3 5 8 11 15 20 26 33 41 50 60 71 83 96 110 125 141 158 176; do
	rm -f "$T/x.zst"
	timeout -s KILL "0.$(printf %03d $ms)" "$bin" -d "$db" --as w07 --now "$NOW" export -o "$T/x.zst" \
	    >/dev/null 2>&1 </dev/null
	if [ -e "$T/x.zst" ]; then
		cmp -s "$T/x.zst" "$T/whole.zst" || bad "a file that is not whole after $ms ms"
	else
		killed=$((killed + 1))
	fi
done
[ $killed -gt 0 ] || echo "note: no export was slow enough to be killed"
ruhu -d "$db" export -o "$T/x.zst" >/dev/null || bad "the export after the kills"
cmp -s "$T/x.zst" "$T/whole.zst" || bad "the export after the kills differs"
ls "$T"/*.part 2>/dev/null && bad "a .part was left"
code 0 ruhu -d "$db" check
exit 0
