#!/bin/sh
# A disk that is full while a file is merged: nothing is said against the file, and with
# room again the import goes on where it was. The same for every amount of room.
cd "$(dirname "$0")/../.." || exit 1
if [ "${1-}" != inside ]; then
	unshare -rm mount -t tmpfs none /mnt 2>/dev/null ||
	    { echo "note: skipped, no disk can be mounted here"; exit 0; }
	exec unshare -rm sh tests/sync/full.sh inside
fi
mount -t tmpfs none /mnt && mkdir /mnt/all || exit 1
TMPDIR=/mnt/all
export TMPDIR
. tests/cli/lib
mkdir /mnt/s && mount -t tmpfs -o size=64m none /mnt/s || bad "no small disk"
form=$root/tests/cli/forms/small.yaml
cd "$T" || exit 1
code 0 ruhu -d T03.db form add "$form"
code 0 ruhu -d /mnt/s/county.db form add "$form"
code 0 ruhu -d T03.db site init T03
code 0 ruhu -d /mnt/s/county.db site init county
card() { ruhu -d "$1" key show | head -n 1; }
code 0 ruhu -d T03.db key pin $(card /mnt/s/county.db)
code 0 ruhu -d /mnt/s/county.db key pin $(card T03.db)
long=$(head -c 3000 /dev/urandom | base64 -w0)
i=0
while [ $i -lt 300 ]; do
	printf 'new small\nset code H%d\nset name %s\nsave\n' $i "$long"
	i=$((i + 1))
done | ruhu -d T03.db fill >/dev/null || bad "fill"
code 0 ruhu -d T03.db export -o sealed.ruhu
code 0 ruhu -d T03.db export --plain --yes -o plain.zst
want=$(ruhu -d T03.db status --state --json | jq -r .state)

# What is refused has been judged; here nothing is.
unfinished() { # FILE
	ruhu -d /mnt/s/county.db import --json "$1" >out 2>err
	got=$?
	[ $got = 0 ] && return 1
	[ $got = 3 ] || bad "exit code $got for want of room"
	if [ -s out ]; then
		jq -e '.ok == false and .unfinished' out >/dev/null || bad "it is called refused"
		says 'Run it again'
		times=$((times + 1))
	else
		says '/mnt/s/county.db: The disk is full'	# it could not even be opened
	fi
	rm -f /mnt/s/stuff
	same "$(sqlite3 /mnt/s/county.db 'SELECT count(*) FROM ruhu_quarantine')" 0 "files in quarantine"
	[ -e /mnt/s/county.db.quarantine ] && bad "a copy in quarantine"
	return 0
}
cp -R /mnt/s/county.db /mnt/s/county.db.keys .
for file in sealed.ruhu plain.zst; do
	times=0 ended=no
	for room in 0 500 1000 2000 3000 4000 6000 16000; do
		rm -f /mnt/s/county.db.ballast
		free=$(($(stat -f -c '%a * %S' /mnt/s) - room * 1024))
		head -c $free /dev/zero >/mnt/s/stuff 2>/dev/null
		unfinished $file || { ended=yes; break; }
	done
	rm -f /mnt/s/stuff
	[ $times -gt 2 ] || bad "the disk was full only $times times for $file"
	[ $ended = yes ] || bad "never enough room for $file"
	same "$(ruhu -d /mnt/s/county.db status --state --json | jq -r .state)" "$want" "state after $file"
	code 0 ruhu -d /mnt/s/county.db check
	rm -rf /mnt/s/county.db*
	cp -R county.db county.db.keys /mnt/s
done

# Room is asked for by its bytes.
raw=$(tar xOf sealed.ruhu body.age.minisig | sed -n 's/.* raw=//p')
stuff() { head -c $(($(stat -f -c '%a * %S' /mnt/s) - $1)) /dev/zero >/mnt/s/stuff; }
rm -f /mnt/s/county.db.ballast
stuff $((raw * 2 / 3))
code 3 ruhu -d /mnt/s/county.db import sealed.ruhu
says "the disk is full: the copy needs $raw bytes"
rm -f /mnt/s/stuff

# No room for another file is no room.
mkfifo held
"$bin" -d /mnt/s/county.db fill <held >held.out 2>&1 &
exec 8>held
printf 'new small\n' >&8
until [ -s held.out ]; do sleep 0.05; done
code 0 mount -o remount,nr_inodes=$(($(stat -f -c '%c - %d' /mnt/s))) /mnt/s
code 3 ruhu -d /mnt/s/county.db import sealed.ruhu
says 'No space left on device'
says 'Run it again'
code 0 mount -o remount,nr_inodes=1000 /mnt/s
exec 8>&-
wait
code 0 ruhu -d /mnt/s/county.db import sealed.ruhu
code 3 ruhu -d T03.db export --plain --yes --all -o /dev/full
stuff $((raw / 9))
code 3 ruhu -d T03.db export --plain --yes --all -o /mnt/s/x.ndjson
says "the disk is full: more than "
[ -e /mnt/s/x.ndjson ] || [ -e /mnt/s/x.ndjson.part ] && bad "half a file is left"
exit 0
