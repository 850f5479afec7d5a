#!/bin/sh
# The workbooks we write open in LibreOffice, and what it saves of them is the same
# form to us.
set -eu
cd "$(dirname "$0")/../.."
bin=$(pwd)/${B:-build}/ruhu
command -v soffice >/dev/null || { echo "note: skipped tests/forms/libreoffice.sh: no soffice"; exit 0; }
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
HOME=$T
export HOME
mkdir "$T/again"
"$bin" form convert forms/job-card.yaml "$T/card.xlsx" >/dev/null
"$bin" form convert "$T/card.xlsx" "$T/card.yaml" >/dev/null
timeout 120 soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir "$T/again" \
    "$T/card.xlsx" >"$T/said" 2>&1 || { cat "$T/said"; exit 1; }
"$bin" form convert "$T/again/card.xlsx" "$T/again.yaml" >/dev/null
grep -q 'name: card_no' "$T/card.yaml"
diff "$T/card.yaml" "$T/again.yaml"
