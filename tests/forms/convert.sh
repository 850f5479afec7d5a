#!/bin/sh
# `ruhu form convert`: the real forms go out as .yaml and .xlsx and come back as
# the same codebook; the file that is there stays.
set -u
cd "$(dirname "$0")/../.."
B=${B:-build}
ruhu=$PWD/$B/ruhu
export RUHU_LANG=en
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
fail() {
	echo "$1"
	bad=1
}

codebook() { # FILE FORM_ID
	rm -f "$dir/x.db"
	"$ruhu" -d "$dir/x.db" form add "$1" >/dev/null 2>"$dir/err" || fail "$1: $(cat "$dir/err")"
	"$ruhu" -d "$dir/x.db" form show "$2" --json | jq -S .
}

for f in household-survey:household_survey job-card:job_card params:params; do
	id=${f#*:}
	f=${f%:*}
	codebook "forms/$f.yaml" "$id" >"$dir/want"
	for e in yaml xlsx; do
		"$ruhu" form convert "forms/$f.yaml" "$dir/$f.$e" >/dev/null || fail "$f.$e is not written"
		codebook "$dir/$f.$e" "$id" >"$dir/got"
		cmp -s "$dir/want" "$dir/got" || fail "$f.$e is not the same form: $(diff "$dir/want" "$dir/got" | head -5)"
	done
done
# As an XForm the rules read otherwise, but every question and choice is there.
for f in household-survey:household_survey job-card:job_card params:params; do
	id=${f#*:}
	f=${f%:*}
	same='[.questions[] | select(.path | test("/meta|_count$") | not) | select(.type != "calculate" and .type != "hidden") | {path: .path, text: .label}]'
	codebook "forms/$f.yaml" "$id" | jq "$same" >"$dir/want"
	"$ruhu" form convert "forms/$f.yaml" "$dir/$f.xml" >/dev/null || fail "$f.xml is not written"
	codebook "$dir/$f.xml" "$id" | jq "$same" >"$dir/got"
	[ "$(jq length "$dir/got")" -gt 5 ] || fail "$f.xml has no questions"
	cmp -s "$dir/want" "$dir/got" || fail "$f.xml is not the same form: $(diff "$dir/want" "$dir/got" | head -5)"
done
cp "$dir/params.yaml" "$dir/before"
"$ruhu" form convert forms/job-card.yaml "$dir/params.yaml" >"$dir/got" 2>&1
[ $? = 3 ] || fail "a file that is there: exit code is not 3"
cmp -s "$dir/before" "$dir/params.yaml" || fail "a file that is there was written over"
"$ruhu" form convert tests/forms/cells.yaml "$dir/new.yaml" >"$dir/got" 2>&1
[ $? = 1 ] || fail "a form with faults: exit code is not 1"
[ ! -e "$dir/new.yaml" ] || fail "a form with faults was written"
# Whatever a cell holds, what is written is XML.
cat >"$dir/odd.yaml" <<'END'
settings: {form_id: odd, form_title: "H&<", version: 1, "attribute::id": "x", "attribute::b": 'a"b'}
survey:
  - {type: text, name: q1, label: "]]>", "bind::nodeset": "x", "bind::jr:foo": "&", "body::ref": "x", "instance::a": "<&", appearance: 'a"&'}
  - {type: select_one_from_file a.csv, name: q2, label: s, parameters: 'value=a"b label=l&b'}
  - {type: select_one l&m, name: q3, label: s}
choices:
  - {list_name: "l&m", name: "a&b", label: "x]]>y", "c&d": "r"}
END
"$ruhu" form convert "$dir/odd.yaml" "$dir/odd.xml" >/dev/null || fail "the odd form was not written"
"$ruhu" form check "$dir/odd.xml" >"$dir/got" 2>&1 || fail "the odd form did not come back: $(cat "$dir/got")"
grep -q 'nodeset="/data/q1" type="string" jr:foo="&amp;"/' "$dir/odd.xml" || fail "the odd bind: $(grep q1 "$dir/odd.xml")"
# Bytes that are not of the encoding the file names, late in it: one sentence, told once.
printf '<?xml version="1.0" encoding="Shift_JIS"?><a>%010000d\222\222\377\222</a>' 1 >"$dir/jis.xml"
"$ruhu" form check "$dir/jis.xml" >"$dir/got" 2>&1
[ "$(wc -l <"$dir/got")" = 1 ] && grep -q 'jis.xml:1:.*conversion failed' "$dir/got" || fail "undecodable: $(cat "$dir/got")"
exit $bad
