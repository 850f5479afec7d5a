#!/bin/sh
# A disk that is full before the program begins: what was kept back lets people read and
# finish what is there; nothing new is begun until there is room.
cd "$(dirname "$0")/../.." || exit 1
if [ "${1-}" != inside ]; then
	unshare -rm mount -t tmpfs none /mnt 2>/dev/null ||
	    { echo "note: skipped, no disk can be mounted here"; exit 0; }
	exec unshare -rm sh tests/store/full.sh inside
fi
. tests/cli/lib
mount -t tmpfs -o size=48m none /mnt || bad "no small disk"
db=/mnt/a.db
fill() { # LINES...
	printf '%s\n' "$@" | ruhu -d $db fill >"$T/out" 2>"$T/err"
}
stuff() { head -c 99999999 /dev/zero >/mnt/stuff 2>/dev/null; }
code 0 ruhu -d $db form add tests/cli/forms/small.yaml
fill 'new small' 'set code A1' 'set name 马秀兰' save
same "$(stat -c '%s %a' $db.ballast)" '16777216 600' "what is kept back"

# Without it nothing goes, not even looking.
rm $db.ballast
stuff
code 3 ruhu -d $db table small
says 'The disk is full'

# With it people look, and go on with what is there.
rm /mnt/stuff
fill 'open small A1' 'set name 马秀英' save
[ -e $db.ballast ] || bad "it was not made again"
stuff
code 0 ruhu -d $db table small --csv
shows 马秀英
[ -e $db.ballast ] && bad "it was not given up"
fill 'open small A1' 'set name 马秀兰' save
shows '"state":"complete"'
fill 'new small'
shows 'The disk is nearly full'
code 1 ruhu -d $db doctor
shows 'no room is kept back'

# There is room again.
rm /mnt/stuff
fill 'new small' 'set code A2' 'set name 李四' save
shows '"state":"complete"'
[ -e $db.ballast ] || bad "it was not made again"
same "$(ruhu -d $db table small --jsonl | jq -r .name | tr '\n' ' ')" '马秀兰 李四 ' "what is there"
code 0 ruhu -d $db check
exit 0
