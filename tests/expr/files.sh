#!/bin/sh
# Lists beside a form, in each notation ODK has: .csv, .xml, .geojson.
cd "$(dirname "$0")/../.." || exit 1
bin=$PWD/${B:-build}/ruhu
case ${B:-build} in /*) bin=$B/ruhu ;; esac
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
cd "$T" || exit 1

cat >lists.yaml <<'END'
settings: {form_id: lists, form_title: Lists, version: "1"}
survey:
- {type: select_one_from_file wells.geojson, name: well, label: Well}
- {type: calculate, name: depth, calculation: "instance('wells')/root/item[id = ${well}]/depth"}
- {type: calculate, name: place, calculation: "pulldata('wells', 'geometry', 'id', ${well})"}
- {type: select_one_from_file crops.xml, name: crop, label: Crop, choice_filter: season = 'spring'}
- {type: csv-external, name: prices}
- {type: calculate, name: price, calculation: "instance('prices')/root/item[crop = ${crop}]/price"}
END
cat >wells.geojson <<'END'
{"type": "FeatureCollection", "features": [
 {"type": "Feature", "id": "w1", "properties": {"title": "North well", "depth": 12.5},
  "geometry": {"type": "Point", "coordinates": [106.2, 38.5]}},
 {"type": "Feature", "id": "w2", "properties": {"title": "South well", "depth": 30},
  "geometry": {"type": "Point", "coordinates": [106.3, 38.1]}}]}
END
cat >crops.xml <<'END'
<root>
 <item><name>wheat</name><label>Wheat</label><season>spring</season></item>
 <item><name>maize</name><label>Maize</label><season>summer</season></item>
 <item><name>oats</name><label>Oats</label><season>spring</season></item>
</root>
END
printf 'crop,price\nwheat,2.8\noats,3.1\n' >prices.csv

"$bin" --lang en -d a.db form add lists.yaml >out 2>&1 || { cat out; exit 1; }
"$bin" --lang en -d a.db fill lists >out <<'END'
choices well
choices crop
set well w2
get depth
get place
set crop oats
get price
set crop maize
END
value() { sed -n "$1p" out | sed 's/.*"value":"\([^"]*\)".*/\1/'; }
status=0
want() { # WHAT CAME WANTED
	[ "$2" = "$3" ] || { echo "$1: wanted $3, came $2"; status=1; }
}
want "choices of wells" "$(sed -n 1p out | grep -o '"choices".*')" \
    '"choices":[{"name":"w1","label":"North well"},{"name":"w2","label":"South well"}]}'
want "choices of crops" "$(sed -n 2p out | grep -o '"choices".*')" \
    '"choices":[{"name":"wheat","label":"Wheat"},{"name":"oats","label":"Oats"}]}'
want "depth" "$(value 4)" 30
want "place" "$(value 5)" "38.1 106.3 0 0"
want "price" "$(value 7)" 3.1
want "a crop of another season" "$(sed -n 8p out | cut -c1-11)" '{"ok":false'
# A list that cannot be read is told when the form is added.
echo '<list/>' >crops.xml
sed 's/version: "1"/version: "2"/' lists.yaml >lists2.yaml
"$bin" --lang en -d a.db form add lists2.yaml >out 2>&1 && { echo "a broken list was taken"; status=1; }
grep -q "crops.xml:1:1: a list in XML begins with <root>" out || { cat out; status=1; }
exit $status
