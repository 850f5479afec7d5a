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
says 'no keys'
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
exit 0
