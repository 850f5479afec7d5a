#!/bin/sh
# Entities of rows, and several of one form: each row makes one, rows of another form
# change them; a row that goes takes its own along. As an XForm it is the same form.
cd "$(dirname "$0")/../.." && . tests/cli/lib
fill() { # COMMANDS...: output in $T/out
	printf '%s\n' "$@" | ruhu -d "$T/a.db" fill >"$T/out" || bad "fill"
	grep -q '"ok":false' "$T/out" && bad "fill refused: $(grep '"ok":false' "$T/out")"
	return 0
}
all() { # the people's ages, the houses' villages
	printf '%s\n' "new seen" "get all" "get houses" | ruhu -d "$T/a.db" fill |
	    jq -r 'select(.value) | .value' | paste -sd '|'
}
for f in house seen; do code 0 ruhu -d "$T/a.db" form add "tests/cli/forms/people-$f.yaml"; done
fill "new house" "set head Ma" "set village V1" "add person" "set person[1]/who Ann" "set person[1]/age 30" \
    "add person" "set person[2]/who Bob" "set person[2]/age 95" "add person" "set person[3]/who Cy" "set person[3]/age 3" save
same "$(all)" "30 3|V1" "made"
fill "new seen" "add person" "choices person[1]/who"
same "$(jq -r '.choices[]?.label' "$T/out" | paste -sd '|')" "Ann of Ma|Cy of Ma" "labels"
ann=$(jq -r '.choices[0]?.name // empty' "$T/out") cy=$(jq -r '.choices[1]?.name // empty' "$T/out")
fill "new seen" "add person" "set person[1]/who $ann" "get person[1]/was" "set person[1]/age 31" \
    "add person" "set person[2]/who $cy" "set person[2]/age 4" save
grep -q '"path":"/data/person\[1\]/was","value":"30"' "$T/out" || bad "what the row changes is not read"
same "$(all)" "31 4|V1" "changed by rows"

# A row of its own meta, each with an ID; the record's entity beside them.
code 0 ruhu -d "$T/a.db" table house --xml "$T/xml"
tail -n 1 "$T"/xml/*.xml | sed "s/$ann/ANN/; s/$cy/CY/; s/[0-9a-f]\{8\}-[-0-9a-f]*/ID/g" >"$T/got"
grep -q '<person><who>Ann</who><age>30</age><meta><entity dataset="people" id="ANN" create="1"><label>Ann of Ma</label></entity></meta></person>' "$T/got" || bad "a row's entity: $(cat "$T/got")"
grep -q '<entity dataset="people" id="ID" create=""><label>Bob of Ma</label>' "$T/got" || bad "who is not made: $(cat "$T/got")"
grep -q '<meta><entity dataset="houses" id="ID" create="1"><label>Ma</label></entity>' "$T/got" || bad "the record's entity: $(cat "$T/got")"
code 0 ruhu -d "$T/a.db" table seen --xml "$T/xml2"
grep -q "<entity dataset=\"people\" id=\"$cy\" update=\"1\" baseVersion=\"1\"" "$T"/xml2/*.xml || bad "a change: $(cat "$T"/xml2/*.xml)"

# A row that goes, goes from the list.
fill "open house $(sqlite3 "$T/a.db" 'select record_id from house')" "remove person[1]" save
same "$(all)" "4|V1" "without the first"

# The same form as XForm, and back.
code 0 ruhu form convert tests/cli/forms/people-house.yaml "$T/house.xml"
grep -q 'entities-version="2025.1.0"' "$T/house.xml" || bad "no version"
code 0 ruhu form convert "$T/house.xml" "$T/again.yaml"
for f in tests/cli/forms/people-house.yaml "$T/house.xml" "$T/again.yaml"; do
	rm -f "$T/b.db"
	code 0 ruhu -d "$T/b.db" form add "$f"
	ruhu -d "$T/b.db" form show house --json | jq -c '[.entities[] | {list, at, properties}] | sort' >"$T/shown"
	[ -s "$T/first" ] || cp "$T/shown" "$T/first"
	same "$(cat "$T/shown")" "$(cat "$T/first")" "$f"
done
same "$(cat "$T/first")" '[{"list":"houses","at":"/data","properties":{"head":"/data/head","village":"/data/village"}},{"list":"people","at":"/data/person","properties":{"full_name":"/data/person/who","age":"/data/person/age"}}]' "what is shown"
printf '%s\n' 'new house' 'set head X' 'add person' 'set person[1]/who Y' 'set person[1]/age 1' save | ruhu -d "$T/b.db" fill >"$T/out"
code 0 ruhu -d "$T/b.db" table house --xml "$T/xml3"
grep -q '<entity dataset="people" id="[0-9a-f-]\{36\}" create="1"><label>Y of X</label></entity>' "$T"/xml3/*.xml || bad "converted: $(cat "$T"/xml3/*.xml)"
