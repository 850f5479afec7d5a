#!/bin/sh
# Entities: one form makes them, another changes them, a third reads the list; the
# list follows every saving, is the same at two sites, and a rebuild changes nothing.
cd "$(dirname "$0")/../.." && . tests/cli/lib
a=$T/a.db b=$T/b.db
add() { # DATABASE
	for f in register visit read; do code 0 ruhu -d "$1" form add "tests/cli/forms/trees-$f.yaml"; done
}
fill() { # DATABASE COMMANDS...: output in $T/out
	db=$1
	shift
	printf '%s\n' "$@" | ruhu -d "$db" fill >"$T/out" || bad "fill"
	grep -q '"ok":false' "$T/out" && bad "fill refused"
	return 0
}
list() { # DATABASE TREE: label|species|size|illness|version, how many, how many of 20 cm
	printf '%s\n' "new reader" "set tree $2" "get all" "get n" "get of20" | ruhu -d "$1" fill |
	    jq -r 'select(.path == "/data/all" or .path == "/data/n" or .path == "/data/of20") | .value' |
	    paste -sd ' '
}
add "$a"
fill "$a" "new register" "set species oak" "set size 10" "set label x" save \
    "clock 2026-11-23T08:01" "new register" "set species elm" "set size 20" save \
    "new register" "set species lamp" "set size 20" "set no_tree post" save
oak=$(sqlite3 "$a" "select id from register where species = 'oak'")
elm=$(sqlite3 "$a" "select id from register where species = 'elm'")
first=$(sqlite3 "$a" "select record_id from register where species = 'oak'")
same "$(list "$a" "$oak")" "oak 10|oak|10||1 2 1" "made"
echo "$oak" | grep -qE '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' ||
    bad "no UUID of version 4: $oak"
same "$(printf 'new reader\nchoices tree\n' | ruhu -d "$a" fill | jq -c '.choices // empty')" \
    "[{\"name\":\"$oak\",\"label\":\"oak 10\"},{\"name\":\"$elm\",\"label\":\"elm 20\"}]" "choices"

# Changed by another form; what is not relevant is left alone, a blank empties.
fill "$a" "new visit" "set tree $oak" "get before" "set size 20" "set ill fungus" save
grep -q '"path":"/data/before","value":"10"' "$T/out" || bad "the form that changes does not read"
visit=$(sqlite3 "$a" "select record_id from visit where ill = 'fungus'")
same "$(list "$a" "$oak")" "oak 10|oak|20|fungus|2 2 2" "changed"
fill "$a" "new visit" "set tree $oak" "set size 5" save
same "$(list "$a" "$oak")" "oak 10|oak|5|fungus|3 2 1" "not relevant"
fill "$a" "new visit" "set tree $oak" "set size 50" save
same "$(list "$a" "$oak")" "oak 10|oak|50||4 2 1" "emptied"
fill "$a" "new visit" "set tree $oak" "set size 60" "set felled today" save
same "$(list "$a" "$oak")" "oak 10|oak|50||4 2 1" "update_if does not hold"

# An edit: the same entity; what was not edited does not undo what came after.
fill "$a" "open register $first" "set species holm oak" save
same "$(sqlite3 "$a" "select id from register where record_id = '$first'")" "$oak" "the ID after an edit"
same "$(list "$a" "$oak")" "holm oak 10|holm oak|50||4 2 1" "edited"
fill "$a" "open visit $visit" "set tree $elm" save
same "$(list "$a" "$oak")" "holm oak 10|holm oak|50||3 2 1" "a visit that was of another tree"
same "$(list "$a" "$elm")" "elm 20|elm|20|fungus|2 2 1" "the other tree"
fill "$a" "open register $first" "set no_tree bush" save
same "$(list "$a" "$elm")" "elm 20|elm|20|fungus|2 1 1" "not made any more"
fill "$a" "open register $first" 'set no_tree ""' save
same "$(list "$a" "$oak")" "holm oak 10|holm oak|50||3 2 1" "made again"

# A rebuild changes nothing.
code 0 ruhu -d "$a" rebuild
same "$(list "$a" "$oak")" "holm oak 10|holm oak|50||3 2 1" "rebuilt"
code 0 ruhu -d "$a" check

# Two sites: the newest answer counts, whichever way the files go.
send() { # FROM TO
	code 0 ruhu -d "$1" export -o "$T/f.ndjson"
	code 0 ruhu -d "$2" import --json "$T/f.ndjson"
}
add "$b"
send "$a" "$b"
same "$(list "$b" "$oak")" "$(list "$a" "$oak")" "sent"
NOW=2026-11-24T08:00
fill "$b" "new visit" "set tree $oak" "set size 7" save
NOW=2026-11-23T08:00
fill "$a" "new visit" "set tree $oak" "set size 8" save
NOW=2026-11-24T09:00
fill "$b" "new register" "set species ash" "set size 1" save
ash=$(sqlite3 "$b" "select id from register where species = 'ash'")
send "$a" "$b"
send "$b" "$a"
for id in $oak $elm $ash; do
	same "$(list "$b" "$id")" "$(list "$a" "$id")" "the list at both"
done
same "$(list "$a" "$ash")" "ash 1|ash|1||1 3 1" "of the other site"
same "$(list "$a" "$oak" | cut -d'|' -f3)" 7 "the newest, though it came first"
for db in "$a" "$b"; do
	code 0 ruhu -d "$db" rebuild
	same "$(list "$db" "$oak" | cut -d'|' -f3)" 7 "rebuilt"
	code 0 ruhu -d "$db" check
done

# A submission says it as ODK Central reads it.
code 0 ruhu -d "$a" table register --xml "$T/xml"
code 0 ruhu -d "$a" table visit --xml "$T/xml"
cat "$T"/xml/*.xml >"$T/out"
shows "<entity dataset=\"trees\" id=\"$elm\" create=\"1\"><label>elm 20</label></entity>"
shows "<entity dataset=\"trees\" id=\"$elm\" update=\"1\" baseVersion=\"1\" trunkVersion=\"\" branchId=\"$elm\"></entity>"
grep -q '<species>lamp<.*create=""' "$T/out" || bad "create_if that does not hold"
grep -qE '<(properties|create|update|baseVersion)>' "$T/out" && bad "an entity's own answers are elements"

# There and back in every notation; an XForm has paths for names.
plain() {
	sed 's|/data/\([a-z_]*\)|${\1}|g; s| *\(\${[a-z_]*}\) *|\1|g'
}
for f in register visit; do
	code 0 ruhu -d "$a" form show "$f" --json
	jq -S .entity "$T/out" >"$T/want.$f"
	for e in yaml xlsx xml; do
		code 0 ruhu form convert "tests/cli/forms/trees-$f.yaml" "$T/$f.$e"
		code 0 ruhu form convert "$T/$f.$e" "$T/$f.$e.yaml"
		code 0 ruhu -d "$T/$f.$e.db" form add "$T/$f.$e.yaml"
		code 0 ruhu -d "$T/$f.$e.db" form show "$f" --json
		jq -S .entity "$T/out" | plain >"$T/got"
		plain <"$T/want.$f" >"$T/want"
		cmp -s "$T/want" "$T/got" || bad "$f.$e: $(diff "$T/want" "$T/got" | head -5)"
	done
done
grep -q 'entities:entities-version="2024.1.0"' "$T/visit.xml" || bad "no entities-version"
grep -q '<instance id="trees" src="jr://file-csv/trees.csv"/>' "$T/visit.xml" || bad "no instance"
grep -q '@baseVersion".* calculate="instance(.trees.)/root/item\[name= /data/tree \]/__version"' "$T/visit.xml" ||
    bad "no baseVersion"
sed 's/2024\.1\.0/2026.1.0/' "$T/visit.xml" >"$T/later.xml"
code 1 ruhu form check "$T/later.xml"
shows "2026.1.0 is newer"

# Places of faults in expressions, also where the ID is wrapped.
sed 's/${tree}"/${tre}"/; s/update_if/create_if: "${fell} != 1", update_if/; s/list_name/label: "${before}", list_name/' \
    tests/cli/forms/trees-visit.yaml >"$T/f.yaml"
code 1 ruhu form check "$T/f.yaml"
at=$(grep -n list_name "$T/f.yaml" | cut -d: -f1)
col=$(awk "NR == $at { print index(\$0, \"\${tre}\") }" "$T/f.yaml")
shows ":$at:$col: entity_id: no question is called 'tre'"
shows "create_if: no question is called 'fell'"

# A published list and a list of entities do not share a name.
printf '%s\n' 'settings: {form_id: other, ruhu: {publish: {trees: {key: k}}}}' 'survey:' \
    '  - {type: text, name: k, label: K}' >"$T/other.yaml"
code 3 ruhu -d "$a" form add "$T/other.yaml"
says "already publishes a list called trees"

# One that is made unless it is there already.
cat >"$T/both.yaml" <<'END'
settings: {form_id: both}
survey:
  - {type: text, name: tree, label: Tree}
  - {type: integer, name: size, label: Size, save_to: size_cm}
entities:
  - list_name: trees
    label: concat('size ', ${size})
    entity_id: ${tree}
    create_if: ${tree} = ''
    update_if: ${tree} != ''
END
code 0 ruhu -d "$a" form add "$T/both.yaml"
fill "$a" "new both" "set size 3" save "new both" "set tree $ash" "set size 4" save
same "$(list "$a" "$ash")" "size 4|ash|4||2 4 1" "changed by the form that may make one"
new=$(sqlite3 "$a" "select id from both where tree is null")
same "$(list "$a" "$new")" "size 3||3||1 4 1" "made by it"
exit 0
