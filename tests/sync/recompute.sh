#!/bin/sh
# Two sites each change one part of a sum: after the exchange both have the sum of
# both parts, and so after a conflict was settled.
cd "$(dirname "$0")/../.." && . tests/cli/lib
a=$T/a.db b=$T/b.db
for db in "$a" "$b"; do code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml; done
key() { # DATABASE COMMANDS...
	db=$1
	shift
	printf '%s\n' "$@" save | ruhu -d "$db" fill small R1 >"$T/out" || bad "fill"
}
send() { # FROM TO
	code 0 ruhu -d "$1" export -o "$T/f.ndjson"
	code 0 ruhu -d "$2" import --json "$T/f.ndjson"
}
ask() { # DATABASE
	sqlite3 "$1" "select total from small"
}
printf '%s\n' 'set code R1' 'set age 40' 'set works 1' 'set wage 1000' 'add member' 'set member_name 甲' \
    'set member_wage 100' save | ruhu -d "$a" fill small >"$T/out" || bad "fill"
send "$a" "$b"
same "$(ask "$b")" 1100 "sent"
key "$a" 'set wage 2000'
key "$b" 'set member[1]/member_wage 500'
same "$(ask "$a") $(ask "$b")" "2100 1500" "each alone"
send "$a" "$b"
same "$(ask "$b")" 2500 "at b"
send "$b" "$a"
same "$(ask "$a")" 2500 "at a"
send "$a" "$b"
same "$(ruhu -d "$a" status --state --json | jq -r .state)" "$(ruhu -d "$b" status --state --json | jq -r .state)" "state"
# And then it rests: nothing is saved again.
n=$(ruhu -d "$a" status --json | jq .changes)
send "$b" "$a"
same "$(ruhu -d "$a" status --json | jq .changes)" "$n" "changes"

# A conflict on a part of the sum.
key "$a" 'set wage 3000'
key "$b" 'set wage 4000'
send "$a" "$b"
send "$b" "$a"
no=$(ruhu -d "$a" conflicts --json | jq '.sides[] | select(.value == "3000") | .no')
code 0 ruhu -d "$a" conflicts --take "$no"
same "$(sqlite3 "$a" 'select wage, total from small')" "3000|3500" "settled at a"
send "$a" "$b"
same "$(sqlite3 "$b" 'select wage, total from small')" "3000|3500" "settled at b"
for db in "$a" "$b"; do code 0 ruhu -d "$db" check; done

# A draft of one's own is not ended by what others send.
printf '%s\n' 'set name 未存' | ruhu -d "$b" fill small R1 >"$T/out" || bad "draft"
key "$a" 'set member[1]/member_wage 900'
send "$a" "$b"
printf '%s\n' 'get name' 'get total' save | ruhu -d "$b" fill small R1 >"$T/out" || bad "draft gone"
same "$(jq -r 'select(.path) | .value' "$T/out" | tr '\n' ' ')" "未存 3900 " "the draft over what came"
exit 0
