#!/bin/sh
# Sealed files against the stock programs: what we write tar, minisign and age
# open, what they write we open, and what was changed, cut, re-signed or meant for
# others is refused with nothing written.
set -eu
cd "$(dirname "$0")/../.."
B=$(cd "${B:-build}" && pwd)
s=$B/tools/sealer
here=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
fail() { echo "seal.sh: $*"; exit 1; }
refused() { # WORDS COMMAND...: fails and says so
	words=$1
	shift
	"$@" >out 2>why && fail "was not refused: $*"
	grep -qF -- "$words" why || fail "instead of \"$words\": $(cat why)"
}

# Sizes at the borders of age's chunks.
for n in 0 1 65535 65536 65537 131072 200000; do
	head -c "$n" /dev/urandom >plain.$n
done
set -- $($s agekey)
secret=$1 public=$2
other=$($s agekey)

for n in 0 1 65535 65536 65537 131072 200000; do
	$s encrypt "$public" "${other#* }" <plain.$n >sealed
	$s decrypt "$secret" <sealed | cmp - plain.$n || fail "own age file of $n bytes"
	$s decrypt "${other% *}" <sealed | cmp - plain.$n || fail "second receiver, $n bytes"
done
refused 'not for this site' $s decrypt "$($s agekey | cut -d' ' -f1)" <sealed
refused 'no age key' $s encrypt "age1qqqq" </dev/null
refused 'no secret age key' $s decrypt "$(echo "$secret" | tr 1 2)" <sealed
refused 'not an age file' $s decrypt "$secret" <plain.1

if command -v age >/dev/null 2>&1; then
	echo "$secret" >id
	[ "$(age-keygen -y id)" = "$public" ] || fail "age-keygen knows another public key"
	age-keygen -o stock 2>/dev/null
	stock=$(grep '^AGE-SECRET' stock)
	stockpub=$(age-keygen -y stock)
	for n in 0 1 65535 65536 65537 131072 200000; do
		$s encrypt "${other#* }" "$stockpub" <plain.$n >sealed
		age -d -i stock sealed | cmp - plain.$n || fail "age cannot read our $n bytes"
		age -r "$public" -r "$stockpub" <plain.$n >sealed
		$s decrypt "$secret" <sealed | cmp - plain.$n || fail "age's file of $n bytes"
		$s decrypt "$stock" <sealed | cmp - plain.$n || fail "age's key, $n bytes"
	done
	age -a -r "$public" plain.1 >armoured
	refused 'not an age file' $s decrypt "$secret" <armoured
else
	echo "note: skipped age, which is not installed"
fi

# Signatures.
$s signkey "" own.key own.pub
$s signkey "pass word" guarded.key guarded.pub
$s sign "" own.key "a trusted comment" <plain.200000 >plain.200000.minisig
[ "$($s verify own.pub plain.200000.minisig <plain.200000)" = "a trusted comment" ] || fail verify
refused 'does not fit' $s verify own.pub plain.200000.minisig <plain.1
refused 'another key' $s verify guarded.pub plain.200000.minisig <plain.200000
sed 's/a trusted/A trusted/' plain.200000.minisig >forged
refused 'does not fit' $s verify own.pub forged <plain.200000
refused 'not that of the key' $s sign "wrong" guarded.key x <plain.1
$s sign "pass word" guarded.key "guarded" <plain.1 >plain.1.minisig
if command -v minisign >/dev/null 2>&1; then
	minisign -V -q -p own.pub -m plain.200000 || fail "minisign -V of ours"
	minisign -V -q -p guarded.pub -m plain.1 || fail "minisign -V of ours, guarded key"
	minisign -S -q -s own.key -t "by the stock program" -m plain.65536 >/dev/null
	[ "$($s verify own.pub plain.65536.minisig <plain.65536)" = "by the stock program" ] ||
		fail "minisign's own signature with our key"
	minisign -G -W -q -p theirs.pub -s theirs.key >/dev/null
	minisign -S -q -s theirs.key -t "their key" -m plain.1 -x theirs.sig >/dev/null
	[ "$($s verify theirs.pub theirs.sig <plain.1)" = "their key" ] || fail "minisign's own key"
	$s sign "" theirs.key "with their key" <plain.65537 >plain.65537.minisig
	minisign -V -q -p theirs.pub -m plain.65537 || fail "our signature with minisign's key"
else
	echo "note: skipped minisign, which is not installed"
fi

# The archive.
$s tar one plain.1 two plain.65537 >two.tar
[ "$($s untar one two two.tar)" = "1 65537" ] || fail "own archive"
[ "$(tar tf two.tar | tr '\n' ' ')" = "one two " ] || fail "tar -t"
tar xOf two.tar two | cmp - plain.65537 || fail "tar -x"
cp plain.1 one && cp plain.65537 two && cp plain.1 three && ln -s one link
tar --format=ustar -cf stock.tar one two
[ "$($s untar one two stock.tar)" = "1 65537" ] || fail "an archive of tar"
for names in "two one" "one" "one two three" "./one two" "link two"; do
	tar --format=ustar -cf bad.tar $names
	refused 'sync file' $s untar one two bad.tar
done
{ cat two.tar; printf x; } >bad.tar
refused 'sync file' $s untar one two bad.tar
{ cat two.tar; head -c 131072 /dev/zero; } >bad.tar
refused 'sync file' $s untar one two bad.tar

# The whole: as the receiver's tools see it, then everything that must not pass.
$s seal own.key T03 county plain.65537 file.ruhu "$public" "${other#* }"
[ "$($s unseal own.pub T03 county "$secret" file.ruhu got)" = "T03 county AAAAAAAAAAAAAAAAAAAAAA 100" ] ||
	fail unseal
cmp got plain.65537 || fail "unsealed body"
[ "$(tar tf file.ruhu | tr '\n' ' ')" = "body.age.minisig body.age " ] || fail "members"
if command -v age >/dev/null 2>&1 && command -v minisign >/dev/null 2>&1; then
	mkdir hand && tar xf file.ruhu -C hand
	minisign -V -q -p own.pub -m hand/body.age || fail "by hand: minisign"
	age -d -i id hand/body.age | cmp - plain.65537 || fail "by hand: age"
	# What the stock programs put together passes as well.
	age -r "$public" plain.1 >hand/body.age
	id=$(sed -n '1s/.* //p' own.pub)
	minisign -S -q -s own.key -m hand/body.age \
		-t "ruhu1 file=AAAAAAAAAAAAAAAAAAAAAA from=T03 to=county key=$id made=1795305600000 lines=3 raw=100" >/dev/null
	tar --format=ustar -cf hand.ruhu -C hand body.age.minisig body.age
	$s unseal own.pub T03 county "$secret" hand.ruhu got >/dev/null && cmp got plain.1 || fail "put together by hand"
fi
rm -f got
refused 'nobody known here' $s unseal guarded.pub T03 county "$secret" file.ruhu got
refused 'is from T03' $s unseal own.pub T04 county "$secret" file.ruhu got
refused 'is for county, not for T09' $s unseal own.pub T03 T09 "$secret" file.ruhu got
refused 'not for this site' $s unseal own.pub T03 county "$($s agekey | cut -d' ' -f1)" file.ruhu got
refused 'cannot be read' $s unseal own.pub T03 county "$secret" absent got
refused 'not a file' $s unseal own.pub T03 county "$secret" . got
[ -z "$(ls got* 2>/dev/null)" ] || fail "something was written"

# Every byte of a small one changed, and every length: all refused, no crash.
$s seal own.key T03 county plain.1 small.ruhu "$public"
sh "$here/tests/sync/flips" "$s" "$public" "$secret"
