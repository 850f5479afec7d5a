#!/bin/sh
# A backup called .age is encrypted, and opens with this site's key or the one in
# the safe; another key, or a damaged one, restores nothing.
cd "$(dirname "$0")/../.." && . tests/cli/lib
form=$root/tests/screen/visit.yaml
cd "$T" || exit 1
code 0 ruhu -d a.db form add "$form"
printf 'set code A1\nset name 马秀兰\nsave\n' | ruhu -d a.db fill visit >/dev/null
code 3 ruhu -d a.db backup b.age
says 'has no keys'
code 0 ruhu -d a.db site init T03
code 0 ruhu -d a.db backup b.age
head -n 1 b.age | grep -q '^age-encryption.org/v1$' || bad "not an age file"
grep -qa 马秀兰 b.age && bad "a name can be read in it"
code 3 ruhu -d a.db backup b.age
says 'is there already'
ls a.db.body* >/dev/null 2>&1 && bad "an open copy stays behind"

cp -R a.db.keys r.db.keys			# the keys were put away with the backups
code 0 ruhu -d r.db restore b.age
same "$(sqlite3 r.db 'SELECT name FROM visit')" 马秀兰 "what was restored"
ls r.db.restore* >/dev/null 2>&1 && bad "an open copy stays behind"
code 3 ruhu -d s.db restore b.age
says 'its keys are not in s.db.keys'
head -c 5000 b.age >cut.age
cp -R a.db.keys s.db.keys
code 3 ruhu -d s.db restore cut.age
says damaged
[ ! -e s.db ] || bad "half a database"

if command -v age-keygen >/dev/null 2>&1; then
	age-keygen -o safe.key 2>/dev/null
	code 0 ruhu -d a.db key escrow "$(age-keygen -y safe.key)"
	code 0 ruhu -d a.db backup c.age
	code 0 ruhu -d t.db restore c.age --key safe.key
	same "$(sqlite3 t.db 'SELECT name FROM visit')" 马秀兰 "what the key in the safe opened"
	age -d -i safe.key c.age >by-hand.db
	same "$(sqlite3 by-hand.db 'SELECT name FROM visit')" 马秀兰 "what age opened"
	age-keygen -o other.key 2>/dev/null
	code 3 ruhu -d u.db restore c.age --key other.key
	says 'not for this site'
fi

# What a killed program left in the clear is taken away by the next one, and before what
# was erased is removed for good; what another still needs is not.
left() {
	for n in abcdef inuse0; do
		: >"a.db.body-$n"
		echo "what a person said" | tee "a.db.body-$n.db" >"a.db.body-$n.zst.part"
	done
	: >a.db.body-abcdef.mine
}
left
exec 9>a.db.body-inuse0
flock 9
code 0 ruhu -d a.db backup d.age
same "$(echo a.db.body-*)" "a.db.body-abcdef.mine a.db.body-inuse0 a.db.body-inuse0.db a.db.body-inuse0.zst.part" "what is left"
flock -u 9
code 0 ruhu -d a.db purge --yes
same "$(echo a.db.body-*)" "a.db.body-abcdef.mine" "what is left after a purge"
exit 0
