#!/bin/sh
# Sealed files from one database to another: keys made, cards pinned, what is sent
# arrives, and nothing else is taken.
cd "$(dirname "$0")/../.." && . tests/cli/lib
form=$root/tests/screen/visit.yaml
cd "$T" || exit 1

for s in T03 county T09; do
	code 0 ruhu -d $s.db form add "$form"
	code 0 ruhu -d $s.db site init $s
	shows "$s RW"
	[ "$(stat -c %a $s.db.keys/sign.key $s.db.keys/age.key | tr '\n' ' ')" = "600 600 " ] ||
		bad "others can read the keys"
done
code 3 ruhu -d T03.db site init T04		# it has a name already
says 'called T03 already'
code 0 ruhu -d T03.db site init T03		# its keys stay
card() { ruhu -d "$1.db" key show | head -n 1; }
print() { ruhu -d "$1.db" key show | sed -n 2p; }
code 0 ruhu -d T03.db key pin $(card county)
shows "$(print county | tr -s ' ' | sed 's/^ //')"	# both sides see the same digits
code 0 ruhu -d county.db key pin $(card T03)
code 0 ruhu -d T03.db key list
shows "county RW"
code 3 ruhu -d T03.db key pin county $(card T09 | cut -d' ' -f2-)
says 'other keys are pinned for county'
code 1 ruhu -d T03.db key pin county RWbad age1bad
code 0 ruhu -d T03.db key list --json
jq -e '.site == "county" and .own == false' out >/dev/null || bad "key list --json"

printf 'set code A1\nset name 马秀兰\nset sex 2\nsave\n' | ruhu -d T03.db fill visit >/dev/null
code 0 ruhu -d T03.db export
file=$(ls T03-county-*.ruhu) || bad "no sealed file"
grep -qa 马秀兰 "$file" && bad "a name can be read in the file"
ls T03.db.body* >/dev/null 2>&1 && bad "the body stays behind"
code 0 ruhu -d county.db import "$file"
code 0 ruhu -d county.db import "$file"
shows 'already merged'
same "$(ruhu -d county.db table visit --no-bom | tr -d '\r' | sed -n '2s/.*,A1,/A1,/p')" 'A1,马秀兰,2,,,' "what arrived"
ls county.db.body* >/dev/null 2>&1 && bad "the body stays behind"

# By hand, as docs/sync-file.md has it.
if command -v minisign >/dev/null 2>&1 && command -v age >/dev/null 2>&1; then
	mkdir hand
	cp "$file" hand/T03-county-4f2a9c31-120.ruhu
	grep -A 2 '^    tar xf T03-county' "$root/docs/sync-file.md" | sed 's/county\.db\.keys/..\/&/' >hand/by-hand
	same "$(wc -l <hand/by-hand)" 3 "commands of the manual"
	(cd hand && sh -eu by-hand >all 2>why && grep '^{' all >lines) || bad "the manual's commands: $(cat hand/why)"
	same "$(head -n 1 hand/lines | jq -r '"\(.k) \(.from) \(.to)"')" "m T03 county" "the manifest by hand"
	same "$(jq -r 'select(.k == "t") | .c[] | select(.[0] == "name") | .[1]' hand/lines)" 马秀兰 "an answer by hand"
	sed '$d' hand/lines | b2sum -l 256 | cut -d' ' -f1 >hand/sum
	same "$(tail -n 1 hand/lines | jq -r .b2)" "$(cat hand/sum)" "the footer's hash by hand"
fi

# What must not pass.
before=$(sqlite3 county.db 'SELECT count(*) FROM ruhu_change')
code 1 ruhu -d T09.db import "$file"
says 'nobody known here'
code 0 ruhu -d T09.db key pin $(card T03)
code 1 ruhu -d T09.db import "$file"
says 'is for county, not for T09'
head -c 2000 "$file" >cut.ruhu
code 1 ruhu -d county.db import cut.ruhu
says incomplete
code 0 ruhu -d county.db key unpin T03
code 1 ruhu -d county.db import "$file"
says 'nobody known here'
code 0 ruhu -d county.db key pin $(card T03)
code 3 ruhu -d T03.db export --to T09 -o x.ruhu
says 'no keys are pinned for T09'
code 3 ruhu -d T03.db export --to T09 --all	# who has keys sends nothing unsealed by accident
says 'no keys are pinned for T09'
code 2 ruhu -d T03.db export --plain --to T09 -o p.zst
says 'two answers'
[ ! -e p.zst ] || bad "a plain file without being asked"
[ ! -e x.ruhu ] || bad "a file that nobody can open"

# T09, whose key the county knows as T09's, signs what T03 wrote: refused inside.
code 0 ruhu -d county.db key pin $(card T09)
printf 'set code A2\nset name 张三\nsave\n' | ruhu -d T03.db fill visit >/dev/null
code 0 ruhu -d T03.db export --plain --yes -o body.zst
tool=$root/$B/tools/sealer
case $B in /*) tool=$B/tools/sealer ;; esac
code 0 ruhu -d T03.db export -o as-it-is.ruhu
comment=$(tar xOf as-it-is.ruhu body.age.minisig | sed -n 's/^trusted comment: //p')
sealed_as() { # FROM [SED]: body.zst, signed by FROM, the comment changed
	SEAL_AS=$(echo "$comment" | sed "${2-}")
	export SEAL_AS
	code 0 "$tool" seal "$1.db.keys/sign.key" "$1" county body.zst resigned.ruhu \
	    "$(card county | cut -d' ' -f3)"
}
sealed_as T09
code 1 ruhu -d county.db import resigned.ruhu
says 'resigned.ruhu: '
says 'do not belong together'
# Whatever else the signature says is what must be inside, from the right site too.
while read -r change why; do
	sealed_as T03 "$change"
	code 1 ruhu -d county.db import resigned.ruhu
	says "$why"
done <<END
s/file=....../file=AAAAAA/ do not belong together
s/made=17/made=18/ do not belong together
s/lines=/lines=1/ do not belong together
s/raw=/raw=1/ unpacks to less
s/raw=[0-9]/raw=/ unpacks to more
END
same "$(sqlite3 county.db 'SELECT count(*) FROM ruhu_change')" "$before" "refused files changed the log"
sealed_as T03
code 0 ruhu -d county.db import resigned.ruhu
shows 'from T03'

# A gigabyte of zeros in a few bytes is stopped where the signature says that it ends.
head -c 1073741824 /dev/zero | zstd -q --long=23 -o bomb.zst
good=$(echo "$comment" | sed 's/.*raw=//')
mv bomb.zst body.zst
sealed_as T03
if command -v prlimit >/dev/null; then
	case $B in */san) fsize=unlimited ;; *) fsize=20000000 ;; esac
	code 1 prlimit --fsize=$fsize "$bin" --as w07 -d county.db import resigned.ruhu
	says 'unpacks to more than its signature says'
	code 0 ruhu -d county.db quarantine
	shows 'unpacks to more'
	[ "$good" -lt 20000000 ] || bad "the good file was not small"
fi

# A key in the safe opens what is sent as well.
if command -v age-keygen >/dev/null 2>&1; then
	age-keygen -o safe.key 2>/dev/null
	code 0 ruhu -d T03.db key escrow "$(age-keygen -y safe.key)"
	code 0 ruhu -d T03.db export -o safe.ruhu
	tar xf safe.ruhu body.age && age -d -i safe.key body.age | zstd -dc | jq -r 'select(.k == "t") | .c[][1]' >values
	grep -q 张三 values || bad "the key in the safe does not open the file"
fi
exit 0
