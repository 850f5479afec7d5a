#!/bin/sh
# The player of screen scripts itself: what should pass passes, and what should
# fail fails, for the reason it should. Needs no ruhu: sh and cat are played.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
play=$B/tools/play
locales=${B%/san}/locale	# the same for both builds
sh tests/tools/locales "$locales"
LOCPATH=$(cd "$locales" && pwd)
export LOCPATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
# Nothing here is slow; what should not come is not waited for long.
PLAY_LOOK=300
export PLAY_LOOK

good() { # script on standard input
	cat >"$dir/script.keys"
	"$play" "$dir/script.keys" >"$dir/out" 2>&1 || { echo "should pass:"; cat "$dir/script.keys" "$dir/out"; failed=1; }
}

bad() { # WHY: the script on standard input fails, and says so
	cat >"$dir/script.keys"
	if "$play" "$dir/script.keys" >"$dir/out" 2>&1; then
		echo "should fail:"; cat "$dir/script.keys"; failed=1
	elif ! grep -aqF -- "$1" "$dir/out"; then
		echo "should say \"$1\":"; cat "$dir/script.keys" "$dir/out"; failed=1
	fi
}

# ---- the screen
good <<'END'
term xterm 40x5 zh_CN.UTF-8
run printf 'hello \033[7mworld\033[m 中文x\n\n  two\n'; stty raw -echo; cat >/dev/null
expect 中文
expect-not 英文
expect-line 1 world
expect-line 2
attr 1 7 reverse
attr 1 12 plain
cursor 4 1
screen
hello world 中文x

  two
end
screen
hel~
~
  two ~
end
END
bad '"absent" is not on the screen' <<'END'
run echo present
expect absent
END
bad '"present" is on the screen, in row 1' <<'END'
run echo present; cat
expect-not present
END
bad 'row 2 is "b" instead of "c"' <<'END'
run printf 'a\nb\n'; cat
screen
a
c
end
END
bad 'row 2 is "b" instead of ""' <<'END'
run printf 'a\nb\n'; cat
screen
a
end
END
bad 'more rows than the screen' <<'END'
term vt100 20x2
run cat
screen



end
END
bad 'the cursor is at row 1 column 3' <<'END'
run printf ab; cat
cursor 1 1
END
bad 'row 1 column 1 is bold' <<'END'
run printf '\033[1mab'; cat
attr 1 1 reverse
END
bad 'row 1 column 1 is plain' <<'END'
run printf 'ab'; cat
attr 1 1 reverse
END
PLAY_LIMIT=300
export PLAY_LIMIT
bad 'waited in vain' <<'END'
run cat
wait never
END
bad 'did not come to rest' <<'END'
run while :; do printf x; done
END
unset PLAY_LIMIT
good <<'END'
run printf one; sleep 0.3; printf two; cat
wait onetwo
END

# ---- keys: what the terminal's entry says, in the locale's charset
good <<'END'
term linux 60x10 zh_CN.GBK
run stty raw -echo; head -c 3 | od -An -tx1
type 中a
expect d6 d0 61
exit 0
END
good <<'END'
term xterm 90x6 C.UTF-8
run stty raw -echo; dd bs=1 count=25 2>/dev/null | od -An -tx1 -w25; stty sane
key f1 up shift-tab ctrl-u esc-2 enter tab backspace
type 中
burst 文
send \e[A\x01
settle
expect 1b 4f 50 1b 4f 41 1b 5b 5a 15 1b 32 0d 09
expect e4 b8 ad e6 96 87 1b 5b 41 01
exit 0
END
good <<'END'
term linux 60x6
run stty raw -echo; dd bs=1 count=12 2>/dev/null | od -An -tx1 -w20; stty sane
key f1 space*3 esc x up
expect 1b 5b 5b 41 20 20 20 1b 78 1b 5b 41
exit 0
END
bad 'no key is called hyper' <<'END'
run cat
key hyper
END
bad 'a vt100 has no key insert' <<'END'
term vt100 80x24
run cat
key insert
END
bad 'cannot be typed in this charset: 😀' <<'END'
term xterm 80x24 zh_CN.GBK
run cat
type a😀
END
bad 'nothing runs yet' <<'END'
type a
END
bad 'the program has ended (4)' <<'END'
run exit 4
type a
END

# ---- what a terminal of that charset could not show, or would show too wide
good <<'END'
term xterm 80x24 zh_CN.GB18030
run printf '家庭，成员' | iconv -f UTF-8 -t GB18030; cat
expect 家庭，成员
END
bad 'printed U+2014' <<'END'
term xterm 80x24 zh_CN.GBK
run printf '一—二' | iconv -f UTF-8 -t GBK; cat
END
bad 'printed the byte 0xFF' <<'END'
term xterm 80x24 zh_CN.GBK
run printf '\377'; cat
settle
END
bad 'printed the byte 0xE4' <<'END'
run printf '\344x'; cat
settle
END
bad 'printed the byte 0xC3' <<'END'
term xterm 80x24 C
run printf 'é'; cat
settle
END
good <<'END'
run printf '\344\270'; sleep 0.2; printf '\255'; cat
wait 中
END

# ---- bytes
good <<'END'
run stty raw -echo; cat
type abc
bytes = 3
type 中
bytes <= 3
mark
type a
type b
bytes = 2
END
bad 'the program printed 3 bytes' <<'END'
run stty raw -echo; cat
type 中
bytes <= 2
END

# ---- size, signals, hanging up, the end
good <<'END'
term xterm 80x24
run trap 'stty size; exit 5' WINCH; while :; do sleep 0.1; done
resize 40x10
wait 10 40
exit 5
END
good <<'END'
run exec cat
signal TERM
exit 143
END
good <<'END'
run trap 'exit 9' HUP; while :; do sleep 0.1; done
hangup
exit 9
END
good <<'END'
run echo first
exit 0
run echo second; exit 2
expect second
exit 2
END
bad 'the program ended with 1' <<'END'
run exit 1
exit 0
END
bad 'the program ended by itself (7)' <<'END'
run exit 7
END
bad 'the program before has not ended' <<'END'
run cat
run cat
END
bad 'no signal is called NONE' <<'END'
run cat
signal NONE
END

# ---- beside it
good <<'END'
setup sqlite3 "$DB" "create table t(a, b); insert into t values (1,'x'),(2,'y')"
run cat
sql select a, b from t order by a => 1|x 2|y
sh test -s "$DB"
sql select count(*) from t where a = 9 => 0
END
bad 'the database says "2"' <<'END'
setup sqlite3 "$DB" "create table t(a); insert into t values (2)"
sql select a from t => 3
END
bad 'no such table' <<'END'
sql select a from absent => 
END
bad 'the command failed: oh' <<'END'
sh echo oh; false
END
bad 'no command is called expct' <<'END'
run cat
expct x
END
bad 'script.keys:4:' <<'END'
# the place is told
run cat

expect x
END

exit $failed
