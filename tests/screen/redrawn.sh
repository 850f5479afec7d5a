#!/bin/sh
# Any keys on any screen, in bursts, pasted, in windows of changing size: what is drawn by
# pieces is what drawing all of it gives (tests/tools/monkey.c). FIRST and LAST are seeds.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp sample.db "$dir/db"
"$B/ruhu" -d "$dir/db" form add tests/screen/grid.yaml tests/screen/paper.yaml \
	tests/screen/nested.yaml >"$dir/out"
"$B/ruhu" --as keyer -d "$dir/db" fill >"$dir/out" <<'END'
new paper
set no 0001
set name 马秀兰
add member
set member[1]/mname 甲
save
new grid
set head zz
add member
set member[1]/m_name aa
add member
set member[2]/m_name bb
save
END
"$B/tools/monkey" "$dir/db" "${FIRST:-1}" "${LAST:-40}"
