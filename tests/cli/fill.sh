#!/bin/sh
# Transcripts of `ruhu fill`, each with a database of its own.
cd "$(dirname "$0")/../.." && . tests/cli/lib
code 0 ruhu -d "$T/empty.db" form add tests/cli/forms/small.yaml
failed=0
for t in tests/cli/fill/*.txt; do
	cp "$T/empty.db" "$T/one.db"
	python3 tests/cli/transcript.py "$bin" "$T/one.db" "$t" || failed=1
	rm -f "$T"/one.db*
done
exit $failed
