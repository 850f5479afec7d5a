#!/bin/sh
# What the program saves can be sent, and what it sends is taken: answers as long as they
# may be, calculations over many rows, a clock gone wild, a form's version.
cd "$(dirname "$0")/../.." && . tests/cli/lib
a=$T/a.db b=$T/b.db
cat >"$T/f.yaml" <<'END'
settings: {form_id: long, form_title: Long, version: "1", instance_name: "join(', ', ${t})"}
survey:
  - {type: text, name: code, label: Code}
  - {type: calculate, name: all, calculation: "join(', ', ${t})"}
  - repeat: r
    label: Rows
    survey:
      - {type: text, name: t, label: T}
END
for db in "$a" "$b"; do code 0 ruhu -d "$db" form add "$T/f.yaml"; done
longest=$(head -c 16384 /dev/zero | tr '\0' '\\')
key() { # NOW COMMANDS...
	NOW=$1
	shift
	printf '%s\n' "new long" "$@" "save incomplete" | ruhu -d "$a" --lang en fill >"$T/out" || bad "fill: $(cut -c1-200 "$T/out")"
}
arrives() { # WHAT RECORDS
	code 0 ruhu -d "$a" export -o "$T/f.ndjson"
	code 0 ruhu -d "$b" import "$T/f.ndjson"
	same "$(sqlite3 "$b" 'select count(*) from long')" "$2" "$1"
	same "$(ruhu -d "$a" status --state --json | jq -r .state)" "$(ruhu -d "$b" status --state --json | jq -r .state)" "$1"
}
key 2026-11-23T08:00 "set code $longest"
arrives "an answer of the greatest length" 1
key 2026-11-23T08:01 "add r" "set t $longest" "add r" "set t $longest" "add r" "set t x" "get all"
grep -q 'an answer of 32773 bytes; the longest is 16384' "$T/out" || bad "a long calculation: $(tail -n 2 "$T/out" | cut -c1-300)"
arrives "a calculation that became too long" 2
key 9999-12-31T23:59 "set code wild"
arrives "saved in the year 9999" 3
key 2026-11-23T08:02 "set code after"
arrives "saved after that" 4
# A block of YAML ends in a line feed; an XForm may be called anything.
cat >"$T/block.yaml" <<'END'
settings:
  form_id: block
  version: |
    2026.11
survey:
  - {type: text, name: code, label: Code}
END
code 0 ruhu -d "$a" form add "$T/block.yaml"
# A list's file whose name could not be sent.
mkdir -p "$T/$(head -c 200 /dev/zero | tr '\0' d)"
for name in 'a\tb.tsv' "$(head -c 200 /dev/zero | tr '\0' d)/$(head -c 51 /dev/zero | tr '\0' f).tsv"; do
	printf 'name\tlabel\na\tA\n' >"$T/$(printf %b "$name")"
	cat >"$T/named.yaml" <<END
settings: {form_id: named, form_title: N, version: "1"}
choices: {l: {file: "$name"}}
survey:
  - {type: select_one l, name: a, label: A}
END
	code 1 ruhu -d "$a" form add "$T/named.yaml"
done
for name in "$(printf 'a\tb.yaml')" .hidden.yaml; do
	cp forms/worklists/worklists.yaml "$T/$name"
	code 1 ruhu -d "$a" worklist add "$T/$name"
	says "a file of worklists is not named as it should be"
done
# What is no text: made by a calculation, in a submission, in an order to erase.
cat >"$T/raw.yaml" <<'END'
settings: {form_id: raw, form_title: Raw, version: "1"}
survey:
  - {type: text, name: code, label: Code, appearance: multiline}
  - {type: calculate, name: c, calculation: "base64-decode(${code})"}
END
code 0 ruhu -d "$a" form add "$T/raw.yaml"
printf '%s\n' "new raw" "set code AQIH" problems "save incomplete" | ruhu -d "$a" --lang en fill >"$T/out"
grep -q 'a control character (U+0001) cannot be stored' "$T/out" || bad "calculated: $(cat "$T/out")"
echo '<data id="raw"><code>a&#13;&#10;b&#13;c</code></data>' >"$T/r.xml"
printf '%s\n' "load raw $T/r.xml" "get code" save | ruhu -d "$a" --lang en fill >"$T/out"
grep -qF '"value":"a\nb\nc"' "$T/out" || bad "loaded: $(cat "$T/out")"
echo '<data id="raw"><code>a&#127;</code></data>' >"$T/r.xml"
echo "load raw $T/r.xml" | ruhu -d "$a" --lang en fill >"$T/out"
grep -q '/data/code: a control character (U+007F) cannot be stored' "$T/out" || bad "loaded: $(cat "$T/out")"
printf '%s\n' "new raw" "set code x" save | ruhu -d "$a" fill >"$T/out"
id=$(sqlite3 "$a" "select record_id from raw where code = 'x'")
code 3 ruhu -d "$a" erase raw "$id" --order 7 --reason "$(printf 'a\001b')" -y
code 3 ruhu -d "$a" erase raw "$id" --order 7 --reason "$longest" -y
arrives "what is no text" 4
printf '%s\n' "new block" "set code x" save | ruhu -d "$a" fill >"$T/out"
arrives "a version in a block" 4
same "$(ruhu -d "$a" form list --json | jq -r '.[] | select(.form_id == "block") | .version')" 2026.11 "its version"
for called in 'a&#9;b" version="1' 'a" version="&#10;1&#10;2' "$(head -c 128 /dev/zero | tr '\0' x)\" version=\"1"; do
	cat >"$T/x.xml" <<END
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>t</h:title>
<model><instance><data id="$called"><a/></data></instance><bind nodeset="/data/a" type="string"/></model></h:head>
<h:body><input ref="/data/a"><label>A</label></input></h:body></h:html>
END
	code 1 ruhu -d "$a" form add "$T/x.xml"
done
# A record with more rows than any roster has is refused, with its line; what a forged file
# of fewer says is taken, so it is the number that counts.
code 0 ruhu -d "$T/one.db" form add tests/cli/forms/small.yaml
printf 'new small\nset code A1\nsave\n' | ruhu -d "$T/one.db" fill >"$T/out"
code 0 ruhu -d "$T/one.db" export -o "$T/one.ndjson"
for n in 40 20001; do
	python3 tests/sync/roster.py "$T/one.ndjson" $n >"$T/rows.ndjson"
	code 0 ruhu -d "$T/$n.db" form add tests/cli/forms/small.yaml
	ruhu -d "$T/$n.db" import "$T/rows.ndjson" >"$T/out" 2>"$T/err"
	echo $? >"$T/code"
	rows=$(sqlite3 "$T/$n.db" 'select count(*) from small__member')
	case $n in
	40) same "$(cat "$T/code") $rows" "0 40" "a forged roster" ;;
	*)
		same "$(cat "$T/code") $rows" "1 0" "a roster too long"
		says 'line 20003: more than 20000 rows in one record'
		;;
	esac
done
exit 0
