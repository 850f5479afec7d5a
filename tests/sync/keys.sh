#!/bin/sh
# Keys that are replaced and keys that are lost; refused files are kept with the
# reason and can be tried again.
cd "$(dirname "$0")/../.." && . tests/cli/lib
cd "$T" || exit 1
for s in T03 county; do
	code 0 ruhu -d $s.db form add "$root/tests/cli/forms/small.yaml"
	code 0 ruhu -d $s.db site init $s
done
card() { ruhu -d "$1.db" key show | head -n 1; }
key() { printf 'set code %s\nset name 马秀兰\nsave\n' "$1" | ruhu -d T03.db fill small >/dev/null; }
code 0 ruhu -d T03.db key pin $(card county)

# Unknown at first: kept, with the reason; tried again when the card is pinned.
key A1
code 0 ruhu -d T03.db export -o 1.ruhu
code 1 ruhu -d county.db import 1.ruhu
code 0 ruhu -d county.db quarantine
shows '1.ruhu'
shows 'nobody known here'
code 1 ruhu -d county.db import 1.ruhu
code 0 ruhu -d county.db quarantine --json
same "$(jq -r .tries out)" 2 "tries"
[ "$(stat -c %a county.db.quarantine county.db.quarantine/* | tr '\n' ' ')" = "700 600 " ] || bad "rights"
code 0 ruhu -d county.db key pin $(card T03)
code 1 ruhu -d county.db quarantine --retry 99
code 0 ruhu -d county.db quarantine --retry 1
shows '5 of them new'
code 0 ruhu -d county.db quarantine
shows 'No file waits'
code 0 ruhu -d county.db quarantine --all --json
jq -e '.merged != ""' out >/dev/null || bad "not marked as merged"

# Cut short: kept too, and whole it is merged.
key A2
code 0 ruhu -d T03.db export -o 2.ruhu
head -c 2000 2.ruhu >cut.ruhu
code 1 ruhu -d county.db import cut.ruhu
code 0 ruhu -d county.db quarantine
shows 'incomplete'
code 0 ruhu -d county.db import 2.ruhu
code 1 ruhu -d T03.db import 2.ruhu
says '2.ruhu: this site itself made this file'
code 3 ruhu -d county.db import nosuch.ruhu
same "$(sqlite3 county.db 'SELECT count(*) FROM ruhu_quarantine')" 2 "what cannot be read is not kept"

# New keys at T03, signed by the old ones. What is under way both ways still arrives.
key A3
code 0 ruhu -d T03.db export -o 3.ruhu
code 0 ruhu -d county.db export --to T03 -o down.ruhu
old=$(card T03)
code 3 ruhu -d T03.db key rotate nosuch/T03.card
same "$(card T03)" "$old" "the card, when the new one has no place"
mkdir T03.db.keys/age.key.part	# stands for a full disk
code 3 ruhu -d T03.db key rotate T03.card
same "$(card T03)" "$old" "the card, when the new keys cannot be written"
rmdir T03.db.keys/age.key.part
[ -e T03.card ] && bad "a card of keys that are not there"
code 0 ruhu -d T03.db key rotate T03.card
[ "$(card T03)" != "$old" ] || bad "the same keys"
key A4
code 0 ruhu -d T03.db export -o 4.ruhu
code 1 ruhu -d county.db import 4.ruhu
sed 's/^T03/T09/' T03.card >forged.card
code 1 ruhu -d county.db key renew forged.card
code 1 ruhu -d county.db key renew 4.ruhu
code 0 ruhu -d county.db key renew T03.card
code 1 ruhu -d county.db key renew T03.card	# its key is not the pinned one any more
code 0 ruhu -d county.db import 3.ruhu
code 0 ruhu -d county.db import 4.ruhu
code 0 ruhu -d T03.db import down.ruhu
code 0 ruhu -d county.db export --to T03 -o down2.ruhu
code 0 ruhu -d T03.db import down2.ruhu
same "$(ruhu -d county.db table small --jsonl | jq -r .code | sort | tr '\n' ' ')" "A1 A2 A3 A4 " "what arrived"
if command -v minisign >/dev/null 2>&1; then
	head -n 1 T03.card | tr -d '\n' >line
	tail -n +2 T03.card >line.minisig
	minisign -Vm line -P "$(echo "$old" | cut -d' ' -f2)" >/dev/null || bad "minisign does not know the card's signature"
fi

# Lost: what it signs, or signed with the keys before, waits for a person, who may take
# it after looking.
code 0 ruhu -d county.db key revoke T03
code 1 ruhu -d county.db import 3.ruhu
says 'was revoked'
key A5
code 0 ruhu -d T03.db export -o 5.ruhu
code 1 ruhu -d county.db import 5.ruhu
says 'was revoked'
code 0 ruhu -d county.db quarantine
shows 'was revoked'
code 3 ruhu -d county.db key pin $(card T03)
says 'was revoked'
code 0 ruhu -d county.db import --revoked 5.ruhu
same "$(ruhu -d county.db table small --jsonl | jq -r .code | sort | tr '\n' ' ')" "A1 A2 A3 A4 A5 " "after a person looked"
exit 0
