#!/bin/sh
# The round between a township and the county: what the county has is not sent
# again, a lost file costs nothing, and after a restore nothing is lost either.
cd "$(dirname "$0")/../.." && . tests/cli/lib
t=$T/township.db c=$T/county.db
for db in "$t" "$c"; do code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml; done
key() { # DATABASE CODE
	printf 'set code %s\nset name 马秀兰\nsave\n' "$2" | ruhu -d "$1" fill small >/dev/null || bad "fill"
}
waits() { # DATABASE NUMBER
	same "$(ruhu -d "$1" status --json | jq .waiting)" "$2" "what waits in $1"
}
changes() { # FILE
	head -n 1 "$1" | jq .n.changes
}

key "$t" A1
code 0 ruhu -d "$t" export -o "$T/1.ndjson"
n1=$(changes "$T/1.ndjson")
# The file was lost: the next one has everything.
key "$t" A2
code 0 ruhu -d "$t" export -o "$T/2.ndjson"
[ "$(changes "$T/2.ndjson")" -gt "$n1" ] || bad "the second file lacks the first one's changes"
code 0 ruhu -d "$c" import --json "$T/2.ndjson"
jq -e '.records_new == 2' "$T/out" >/dev/null || bad "import"
# The county keyed nothing, and says what it has.
waits "$c" 0
code 0 ruhu -d "$c" export --to T03 -o "$T/ack.ndjson"
head -n 1 "$T/ack.ndjson" | jq -e '.have | length == 1' >/dev/null || bad "no acknowledgement"
code 0 ruhu -d "$t" import --json "$T/ack.ndjson"
jq -e '.acknowledged == 1' "$T/out" >/dev/null || bad "acknowledged"
waits "$t" 0
# Only what is new goes out.
key "$t" A3
code 0 ruhu -d "$t" export -o "$T/3.ndjson"
[ "$(changes "$T/3.ndjson")" -lt "$n1" ] || [ "$(changes "$T/3.ndjson")" = "$n1" ] || bad "too much goes out"
head -n 1 "$T/3.ndjson" | jq -e '.stream.from > 1' >/dev/null || bad "from the first change"
code 0 ruhu -d "$c" import --json "$T/3.ndjson"
jq -e '.records_new == 1 and .here_already == 0' "$T/out" >/dev/null || bad "third import"
# An old acknowledgement changes nothing.
code 0 ruhu -d "$c" export --to T03 -o "$T/ack2.ndjson"
code 0 ruhu -d "$t" import "$T/ack2.ndjson" "$T/ack.ndjson"
waits "$t" 0

# A county that has lost what came before: it takes what it can, does not say that
# it has the rest, and a file with everything closes the gap.
code 0 ruhu -d "$T/fresh.db" form add tests/cli/forms/small.yaml
code 0 ruhu -d "$T/fresh.db" import "$T/3.ndjson"
same "$(ruhu -d "$T/fresh.db" table small --jsonl | jq -r .code)" A3 "over the gap"
code 0 ruhu -d "$T/fresh.db" export -o "$T/gap.ndjson" --all
head -n 1 "$T/gap.ndjson" | jq -e 'all(.have[]; .[1] == 0)' >/dev/null || bad "a gap is acknowledged"
# Of a record whose beginning never came there is what came, and nothing is made up.
printf 'set age 50\nsave\n' | ruhu -d "$t" fill small A1 >/dev/null || bad "A1 again"
code 0 ruhu -d "$t" export -o "$T/3b.ndjson"
code 0 ruhu -d "$T/fresh.db" import "$T/3b.ndjson"
shows "have not come"
same "$(ruhu -d "$T/fresh.db" table small --jsonl | jq -r 'select(.age == "50") | "\(.code) \(.state)"')" \
	'null incomplete' "over the gap"
code 0 ruhu -d "$t" export --all -o "$T/all.ndjson"
code 0 ruhu -d "$T/fresh.db" import "$T/all.ndjson"
same "$(ruhu -d "$T/fresh.db" table small --jsonl | jq -r .code | sort | tr '\n' ' ')" "A1 A2 A3 " "after --all"

# A township set back by an older backup: its new work has numbers of its own.
code 0 ruhu -d "$t" backup "$T/backup.db"
key "$t" A4
code 0 ruhu -d "$t" export -o "$T/4.ndjson"
code 0 ruhu -d "$c" import "$T/4.ndjson"
code 0 ruhu -d "$T/again.db" restore "$T/backup.db"
key "$T/again.db" A5
code 0 ruhu -d "$T/again.db" export -o "$T/5.ndjson"
code 0 ruhu -d "$c" import --json "$T/5.ndjson"
same "$(ruhu -d "$c" table small --jsonl | jq -r .code | sort | tr '\n' ' ')" "A1 A2 A3 A4 A5 " "at the county"
same "$(jq .forks "$T/out")" 0 "forks"
# And gets back from the county what it had lost.
key "$c" C1
code 0 ruhu -d "$c" export --others --to T03 -o "$T/back.ndjson"
code 0 ruhu -d "$T/again.db" import --json "$T/back.ndjson"
jq . "$T/out" >"$T/back.json"
for db in "$c" "$T/again.db"; do code 0 ruhu -d "$db" check; done
same "$(ruhu -d "$T/again.db" table small --jsonl | jq -r .code | sort | tr "\n" " ")" "A1 A2 A3 A4 A5 C1 " "got back"
exit 0
