#!/bin/sh
# table --xml: submissions as ODK Central takes them: what was saved, nothing that
# is not relevant, an edit under an id of its own that names the one before.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml
cat >"$T/in" <<'END'
set code A1
set name <马 & "秀">
set age 36
set works 1
set wage 3200
add member
set member_name 甲
add member
set member_name 乙
set member_wage 5
save
new small
set code B2
set age 10
save
new small
set code C3
add member
save incomplete
END
ruhu -d "$db" fill small <"$T/in" >"$T/o" || bad "fill: $(cat "$T/o")"
code 0 ruhu -d "$db" --lang en table small --xml "$T/xml"
shows "2 files written"
shows "1 incomplete"
same "$(ls "$T/xml" | wc -l)" 2 "files"

cat >"$T/read.py" <<'END'
import glob, sys, xml.etree.ElementTree as E
by = {}
for name in glob.glob(sys.argv[1] + "/*.xml"):
    d = E.parse(name).getroot()
    by[d.find("code").text] = (name, d)
    assert d.tag == "data" and d.get("id") == "small" and d.get("version") == "1", d.attrib
    assert name.rsplit("/", 1)[1][:-4] in d.find("meta/instanceID").text or d.find("meta/deprecatedID") is not None
name, a = by["A1"]
assert [e.tag for e in a] == ["code", "name", "visited", "age", "works", "wage", "total", "member",
                              "member", "meta"], [e.tag for e in a]
assert a.find("name").text == '<马 & "秀">' and a.find("total").text == sys.argv[2]
assert [m.find("member_name").text for m in a.findall("member")] == ["甲", "乙"]
assert [m.find("member_wage").text for m in a.findall("member")] == [None, "5"]
assert a.find("meta/instanceName").text == '<马 & "秀"> A1'
b = by["B2"][1]
assert b.find("works") is None and b.find("wage") is None and b.find("age").text == "10"
meta = {e.tag: e.text for e in a.find("meta")}
print(name, meta["instanceID"], meta.get("deprecatedID", "-"))
END
first=$(python3 "$T/read.py" "$T/xml" 3205) || bad "the files do not read as they should"
case $first in *" -") ;; *) bad "a first submission names another: $first" ;; esac

# Nothing has changed: the files stand.
code 0 ruhu -d "$db" --lang en table small --xml "$T/xml"
shows "0 files written"
shows "2 as they were"

printf 'open small A1\nset wage 4000\nsave\n' | ruhu -d "$db" fill small >"$T/o"
grep -q '"ok":false' "$T/o" && bad "fill: $(cat "$T/o")"
code 0 ruhu -d "$db" --lang en table small --xml "$T/xml"
shows "1 files written"
second=$(python3 "$T/read.py" "$T/xml" 4005) || bad "the edited file does not read as it should"
old=$(echo "$first" | cut -d' ' -f2) new=$(echo "$second" | cut -d' ' -f2)
same "$(echo "$second" | cut -d' ' -f3)" "$old" "deprecatedID"
[ "$old" != "$new" ] || bad "the edit has the id of the record before it"
code 0 ruhu -d "$db" --lang en table small --xml "$T/xml"
shows "0 files written"

# What an XForm's instance has besides questions goes with each record.
cat >"$T/with.xml" <<'END'
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">
<h:head><h:title>t</h:title><model><instance>
<data id="with" version="9" xmlns:ex="http://e.x/" ex:note="a &amp; b" plain="p"><a foo="&lt;"/><g q="r"><c/></g><k/>
<orx:meta><orx:instanceID/></orx:meta></data></instance>
<bind nodeset="/data/k" calculate="concat(/data/a/@foo, /data/@version, /data/@ex:note, /data/@none)"/>
<bind nodeset="/data/orx:meta/orx:instanceID" jr:preload="uid"/></model></h:head>
<h:body><input ref="/data/a"/><input ref="/data/g/c"/></h:body></h:html>
END
code 0 ruhu -d "$T/b.db" form add "$T/with.xml"
printf 'set a 5\nsave\n' | ruhu -d "$T/b.db" fill with >"$T/o"
code 0 ruhu -d "$T/b.db" table with --xml "$T/with"
same "$(sed -n 's/uuid:[-0-9a-f]*/ID/; $p' "$T/with"/*.xml)" '<data id="with" version="9" xmlns:ex="http://e.x/" xmlns:orx="http://openrosa.org/xforms" ex:note="a &amp; b" plain="p"><a foo="&lt;">5</a><g q="r"><c/></g><k>&lt;9a &amp; b</k><orx:meta><orx:instanceID>ID</orx:instanceID></orx:meta></data>' "the instance"
code 0 ruhu form convert "$T/with.xml" "$T/with.yaml"
code 0 ruhu form convert "$T/with.yaml" "$T/again.xml"
grep -q 'xmlns:ex="http://e.x/".*ex:note="a &amp; b" plain="p"><a foo="&lt;">.*<g q="r">' "$T/again.xml" ||
	bad "attributes are lost: $(grep '<data' "$T/again.xml")"

# Where nothing can be written, a sentence.
code 3 ruhu -d "$db" --lang en table small --xml "$T/no/such/folder"
says "cannot be made"

# And back: into another database such a file is a new record, on the disk at once.
db=$T/b.db
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml
file=$(grep -l '<code>A1<' "$T/xml/"*.xml)
printf '%s\n' "load small $file" 'get member[2]/member_wage' |
    ruhu -d "$db" fill >"$T/o" || bad "load: $(cat "$T/o")"
grep -q '"value":"5"' "$T/o" || bad "the second row's wage: $(cat "$T/o")"
sql() { sqlite3 "$db" "$1"; }
id=$(sql "SELECT record FROM ruhu_draft")
printf '%s\n' "open small $id" save | ruhu -d "$db" fill >"$T/o" || bad "save: $(cat "$T/o")"
code 0 ruhu -d "$db" table small --xml "$T/back"
again=$(echo "$T/back/"*.xml)
without_ids() { sed 's|<instanceID>[^<]*</instanceID>||; s|<deprecatedID>[^<]*</deprecatedID>||' "$1"; }
same "$(without_ids "$again")" "$(without_ids "$file")" "loaded, saved and written again"

printf '%s\n' "load small $T/read.py" "load small $T/none.xml" "load smal $file" |
    ruhu -d "$db" --lang en fill >"$T/o" && bad "bad files were loaded"
same "$(grep -c '"ok":false' "$T/o")" 3 "sentences for bad files"
sed 's/id="small"/id="other"/' "$file" >"$T/other.xml"
printf '%s\n' "load small $T/other.xml" | ruhu -d "$db" --lang en fill >"$T/o"
grep -q 'this is a record of the form \\"other\\"' "$T/o" || bad "another form's record: $(cat "$T/o")"

# An answer in a file is what it says, not what a person types for short, and no longer
# than what can be sent; what the file does not tell is not left out in silence.
cat >"$T/kinds.yaml" <<'END'
settings: {form_id: kinds, form_title: Kinds, version: "1"}
survey:
  - {type: integer, name: n, label: N}
  - {type: date, name: d, label: D}
  - {type: time, name: t, label: T}
  - {type: acknowledge, name: ack, label: A}
  - {type: text, name: x, label: X}
END
code 0 ruhu -d "$db" form add "$T/kinds.yaml"
kinds() { # ANSWERS: loaded and looked at, in $T/o
	echo "<data id=\"kinds\">$1</data>" >"$T/kinds.xml"
	printf '%s\n' "load kinds $T/kinds.xml" show problems save |
	    ruhu -d "$db" --lang en fill >"$T/o"
}
kinds '<n> 5 </n><d>2026-11-22T09:00:00.000+08:00</d><t>09:30:00.000+08:00</t><ack>yes</ack><x> x </x>'
same "$(jq -r 'select(.answers) | [.answers[].value] | join("|")' "$T/o")" \
    '5|2026-11-22|09:30:00.000+08:00|OK| x ' "answers as they are kept"
grep -q '"state":"complete"' "$T/o" || bad "it was not saved: $(cat "$T/o")"
for short in '<d>t</d>' '<d>1122</d>' '<d>22</d>' '<t>n</t>' '<t>0930</t>' '<ack>maybe</ack>' '<n>5x</n>'; do
	kinds "$short"
	grep -q '"errors":1,' "$T/o" || bad "$short is taken for an answer: $(cat "$T/o")"
	grep -q '"state":"complete"' "$T/o" && bad "$short was saved as complete"
done
kinds "<x>$(head -c 16385 /dev/zero | tr '\0' x)</x>"
grep -q '/data/x: an answer of 16385 bytes; the longest is 16384' "$T/o" || bad "too long: $(cut -c1-300 "$T/o")"
echo '<!DOCTYPE d SYSTEM "none.dtd"><data id="kinds"><x>a&amp;&e;</x></data>' >"$T/kinds.xml"
echo "load kinds $T/kinds.xml" | ruhu -d "$db" --lang en fill >"$T/o"
grep -q "'&e;' stands for something that this file does not say" "$T/o" || bad "an entity: $(cat "$T/o")"
exit 0
