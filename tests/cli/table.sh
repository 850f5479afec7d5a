#!/bin/sh
# table: what python's csv and json readers get is what was keyed.
cd "$(dirname "$0")/../.." && . tests/cli/lib
db=$T/a.db
code 0 ruhu -d "$db" form add tests/cli/forms/small.yaml
cat >"$T/in" <<'END'
set code =1+1
set name "马,\"秀\"\n兰"
set age 36
set works 1
set wage 3200
add member
set member_name 甲
set member_wage -5
add member
set member_name 乙
save
new small
set code B2
missing age refused
save incomplete
new small
set code never saved
END
ruhu -d "$db" fill small <"$T/in" >"$T/o" || bad "fill: $(cat "$T/o")"

cat >"$T/read.py" <<'END'
import csv, json, sys
kind, name = sys.argv[1:]
with open(name, "rb") as f:
    raw = f.read()
if kind == "csv":
    bom = raw.startswith(b"\xef\xbb\xbf")
    text = raw.decode("utf-8-sig")
    assert text.count("\n") == text.count("\r\n") + 2, "lines end in CR LF, those in the two names apart"
    rows = list(csv.DictReader(text.splitlines(keepends=True), strict=True))
    json.dump({"bom": bom, "rows": rows}, sys.stdout)
END
code 0 ruhu -d "$db" table small
cp "$T/out" "$T/a.csv"
python3 "$T/read.py" csv "$T/a.csv" >"$T/out" || bad "csv"
jq -e '.bom == false and (.rows | length) == 2
    and (.rows[0] | .code == "'"'"'=1+1" and .name == "马,\"秀\"\n兰" and .age == "36" and .total == "3195"
	and .works == "1" and .state == "complete" and .changed_by == "w07")
    and (.rows[1] | .code == "B2" and .age == "" and .missing_reasons == "{\"age\":\"refused\"}"
	and .state == "incomplete")' "$T/out" >/dev/null || bad "records as CSV"

code 0 ruhu -d "$db" table small --jsonl
jq -s -e 'length == 2 and .[0].code == "=1+1" and .[0].name == "马,\"秀\"\n兰" and (.[1] | has("age") | not)' \
    "$T/out" >/dev/null || bad "records as JSON"

code 0 ruhu -d "$db" table small --rows member --jsonl
jq -s -e 'map([.member_name, .member_wage, .row_position]) == [["甲", "-5", "1"], ["乙", null, "2"]]' "$T/out" >/dev/null ||
    bad "rows as JSON"
same "$(jq -r .record_id "$T/out" | sort -u)" "$(sqlite3 "$db" "select record_id from small where code = '=1+1'")" "record_id"
# A number is a number: no apostrophe before -5.
code 0 ruhu -d "$db" table small --rows member
grep -q ',-5,' "$T/out" || bad "-5"

code 0 ruhu -d "$db" --lang zh table small --labels
shows 编号
shows ,是,

# Into a file: with a mark for spreadsheet programs, unless not wanted; packed.
code 0 ruhu -d "$db" table small -o "$T/b.csv"
python3 "$T/read.py" csv "$T/b.csv" | jq -e '.bom' >/dev/null || bad "no BOM"
code 0 ruhu -d "$db" table small --no-bom -o "$T/b.csv"
cmp -s "$T/a.csv" "$T/b.csv" || bad "the file differs from standard output"
code 0 ruhu -d "$db" table small --no-bom -o "$T/b.csv.zst"
zstd -dc -q "$T/b.csv.zst" | cmp -s - "$T/a.csv" || bad "the packed file differs"

# Nor before a sum below zero.
printf '%s\n' 'new small' 'set code C3' 'add member' 'set member_wage -7' 'save incomplete' |
    ruhu -d "$db" fill >"$T/o" || bad "fill: $(cat "$T/o")"
code 0 ruhu -d "$db" table small
grep -q "'-7" "$T/out" && bad "a sum below zero is no formula"
grep -q ',-7[,[:cntrl:]]' "$T/out" || bad "-7"

# No apostrophe before a calculated number either, which may be negative as well.
printf '%s\n' 'set code N' 'add member' 'set member_name 丙' 'set member_wage -7' save | ruhu -d "$db" fill small >"$T/o" || bad "fill"
code 0 ruhu -d "$db" table small
grep -q ',-7,' "$T/out" || bad "a calculated -7"

# What came from elsewhere does not steer the terminal that shows it; a file has it as it is.
cp "$db" "$T/esc.db"
sqlite3 "$T/esc.db" "UPDATE small SET code = 'N' || char(27) || '[31m' WHERE code = 'N'" || bad "sqlite3"
esc=$(printf '\033')
code 0 ruhu -d "$T/esc.db" table small
grep -q "N$esc\[31m" "$T/out" || bad "the byte is not in the file"
python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "$bin" -d "$T/esc.db" table small >"$T/out" </dev/null
grep -q 'N^\[\[31m' "$T/out" || bad "the byte is not shown"
grep -q "$esc" "$T/out" && bad "the byte reached the terminal"

# JSON has escapes for the bytes below a blank, not for U+009B, which steers too.
csi=$(printf '\302\233')
sqlite3 "$T/esc.db" "UPDATE small SET code = 'N' || char(155) || '31m' WHERE code LIKE 'N%'" || bad "sqlite3"
sqlite3 "$T/esc.db" "UPDATE ruhu_record SET label = label || char(155) || '31m'" || bad "sqlite3"
code 0 ruhu -d "$T/esc.db" table small --jsonl
shows "N${csi}31m"
for c in "table small --jsonl" "log small --json"; do
	python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "$bin" -d "$T/esc.db" $c >"$T/out" </dev/null
	shows '?31m'
	grep -q "$csi" "$T/out" && bad "U+009B reached the terminal: $c"
done
code 1 ruhu -d "$db" table small --rows nobody
says nobody
code 2 ruhu -d "$db" table small --csv --jsonl
"$bin" -d "$db" table small >/dev/full 2>"$T/err"
same $? 3 "exit code with a full disk"
exit 0
