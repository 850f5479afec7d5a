#!/bin/sh
# docs/ruhu.1 names every command and option that the program has, and no other.
cd "$(dirname "$0")/../.." && . tests/cli/lib
man=docs/ruhu.1
commands() { # from the program's own help
	"$bin" --lang en help | awk '/^  [a-z]/ { sub(/^  /, ""); sub(/   .*/, ""); print }' |
	    sed 's/ [[A-Z].*//' | sort
}
commands >"$T/have"
[ "$(wc -l <"$T/have")" -ge 15 ] || bad "help lists too little"
sed -n 's/^\.It Ic //p' "$man" | sed 's/ \(Ar\|Op\|Oo\).*//' | sort >"$T/written"
diff "$T/written" "$T/have" >"$T/out" || bad "commands: < only in the manual, > only in the program"

# Options of each command, the global ones at its head.
options() {
	grep -oE '(^  | )--[a-z-]+' | tr -d ' ' | sort -u
}
"$bin" --lang en help | sed -n '/^  -d/,$p' | grep -E '^  -' | options >"$T/have"
sed -n '1,/^\.Ss/p' "$man" | grep '^\.It Fl' | sed 's/Fl \([a-z]\) ,//; s/Fl -/--/g' | options >"$T/written"
diff "$T/written" "$T/have" >"$T/out" || bad "global options"
while read -r c; do
	"$bin" --lang en help $c | grep -E '^  (-[a-z], )?--' | sed 's/\(--[a-z-]*\).*/\1/' | options >"$T/have"
	awk -v c="$c" '
		/^\.(It Ic|Ss|Sh) / { on = ($0 " ") ~ ("^\\.It Ic " c " ([A-Z]|$)") }
		on && (/^\.It Ic/ || /^\.It Fl/) { print }' "$man" |
	    sed 's/Fl -/--/g' | options >"$T/written"
	diff "$T/written" "$T/have" >"$T/out" || bad "options of $c: < only in the manual, > only in the program"
done <<END
$("$bin" --lang en help | awk '/^  [a-z]/ { sub(/^  /, ""); sub(/   .*/, ""); print }' | sed 's/ [[A-Z].*//')
END

# Words of fill, in its help and in the manual.
for w in set missing accept flag get choices add remove show problems save new open close clock as; do
	grep -qE "^\.It Cm (.*Cm )?$w( |$)|, Cm $w( |$)" "$man" || bad "the manual has no $w of fill"
	"$bin" --lang en help fill | tr -d '\n' | grep -q "$w" || bad "help fill has no $w"
done
exit 0
