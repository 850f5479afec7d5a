#!/bin/sh
# The forms of scenario.jsonl written out again as XForms behave as before.
cd "$(dirname "$0")/../.." || exit 1
cases=../shared/odk-tests/scenario.jsonl
[ -r "$cases" ] || { echo "note: skipped tests/conformance/through-convert.sh: no $cases"; exit 0; }
command -v python3 >/dev/null || { echo "note: skipped tests/conformance/through-convert.sh: no python3"; exit 0; }
B=${B:-build}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
cat >"$T/convert.py" <<'END'
import json, pathlib, subprocess, sys
ruhu, cases, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
forms = {}
for line in open(cases, encoding="utf-8"):
    case = json.loads(line)
    if "xform" not in case or any(e[0] == "load_error" for e in case["expect"]):
        continue
    if case["xform"] not in forms:
        source, target = folder / "in.xml", folder / "out.xml"
        source.write_text(case["xform"], encoding="utf-8")
        target.unlink(missing_ok=True)
        subprocess.run([ruhu, "form", "convert", str(source), str(target)], check=True,
                       capture_output=True)
        forms[case["xform"]] = target.read_text(encoding="utf-8")
    case["xform"] = forms[case["xform"]]
    print(json.dumps(case))
END
python3 "$T/convert.py" "$B/ruhu" "$cases" "$T" >"$T/again.jsonl" || exit 1
"$B/tools/scenario_cases" "$T/again.jsonl" >"$T/came" || exit 1
grep -v '^#' tests/conformance/scenario-known.txt | cut -f1 >"$T/known"
awk -F '\t' 'NR == FNR { known[$1]; next }
	$1 == "ok" { ok++ }
	$1 == "not" && !($2 in known) { print "written again: " $2 ": " substr($4, 1, 300); bad = 1 }
	END { print ok " cases as before"; exit bad || ok < 100 }' "$T/known" "$T/came"
