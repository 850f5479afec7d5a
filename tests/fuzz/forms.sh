#!/bin/sh
# Forms that are almost right, always the same ones: each is read or refused with
# sentences; under the sanitizers nothing is read where nothing is, or leaks.
# More of them, by hand: build/san/tools/mutate SEED 100000 forms/*.yaml
set -eu
cd "$(dirname "$0")/../.."
B=$(cd "${B:-build}" && pwd)
set -- "$PWD"/forms/*.yaml "$PWD"/tests/forms/*.yaml
for xml in jr-choice-name all-question-types-v2024091201-3 socio-economic-survey-v20240515; do
	[ ! -f "../shared/odk-tests/forms/$xml.xml" ] || set -- "$@" "$PWD/../shared/odk-tests/forms/$xml.xml"
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"	# where it would write the text that failed
"$B/tools/mutate" 1 1500 "$@"
