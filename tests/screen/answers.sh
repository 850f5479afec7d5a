#!/bin/sh
# What a terminal answers to "where is your cursor": soon, late and in pieces, never.
# And the Linux console, which tells how many glyphs its font has.
cd "$(dirname "$0")/../.." && . tests/cli/lib
ruhu -d "$T/a.db" form add forms/household-survey.yaml >/dev/null || bad "no form"
printf 'set surveyor_name 阿卜杜·热合曼\nset county_code 640221\nsave incomplete\n' |
    ruhu -d "$T/a.db" fill household_survey >/dev/null || bad "no record"
id=$(sqlite3 -batch "$T/a.db" "select id from ruhu_record")
cat >"$T/answers.py" <<'END'
"""answers.py WHICH COMMAND...: runs it in a terminal that answers so."""
import os, pty, re, select, signal, sys, time

which, command = sys.argv[1], sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm-256color"
    os.execv(command[0], command)
shown = b""

def until(pattern, seconds=20):
    global shown
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if re.search(pattern, shown, re.S):
            return True
        if select.select([fd], [], [], 0.05)[0]:
            shown += os.read(fd, 65536)
    return False

def must(pattern, what):
    if not until(pattern):
        sys.exit(f"{which}: {what}: {shown[-3000:]!r}")

name = "阿卜杜·热合曼".encode()
must(rb"\x1b\[6n", "it does not ask")
if which == "wide":
    os.write(fd, b"\x1b[2;3R")
must(name, "no record")
os.write(fd, b"\x1b[B")			# to the name: drawn as a field, filled up with _
# Thirty columns: sixteen remain when the dot takes two, else seventeen.
if which == "wide":
    must(rb"[^_]_{16}[^_]", "not two columns")
else:
    must(rb"[^_]_{17}[^_]", "not one column")
if which == "late":
    shown = b""
    for byte in b"\x1b[2;3R":
        os.write(fd, bytes([byte]))
        time.sleep(0.2)
    must(rb"[^_]_{16}[^_]", "not two columns after all")
    # A second answer that nobody asked for is no text either.
    os.write(fd, b"\x1b[2;2R")
os.write(fd, "马晓明\x1b[B".encode())
must("草稿".encode(), "no draft")
os.kill(pid, signal.SIGTERM)
try:
    while os.read(fd, 65536):
        pass
except OSError:
    pass
os.waitpid(pid, 0)
END
for which in wide late never; do
	cp "$T/a.db" "$T/$which.db"
	python3 "$T/answers.py" $which "$bin" --as w07 --lang zh --now "$NOW" -d "$T/$which.db" \
	    enter household_survey "$id" || bad "a terminal that answers: $which"
	same "$(sqlite3 -batch "$T/$which.db" "select value from ruhu_draft_answer where field like '%surveyor_name'")" \
	    马晓明 "what was typed ($which)"
done

# A console cannot be made here; what it says to the ioctl can.
cat >"$T/console.c" <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/kd.h>
#include <stdarg.h>
#include <stdlib.h>

int
ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int, unsigned long, void *) =
	    (int (*)(int, unsigned long, void *))dlsym(RTLD_NEXT, "ioctl");
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (request != KDFONTOP)
		return real(fd, request, arg);
	((struct console_font_op *)arg)->charcount = (unsigned)atoi(getenv("GLYPHS"));
	return 0;
}
END
cc -shared -fPIC -o "$T/console.so" "$T/console.c" -ldl 2>"$T/err" || bad "no compiler"
cat >"$T/console.py" <<'END'
import os, pty, signal, sys, time
want, command = sys.argv[1].encode(), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execv(command[0], command)
shown, end = b"", time.monotonic() + 20
while want not in shown and time.monotonic() < end:
    shown += os.read(fd, 65536)
time.sleep(0.2)
os.kill(pid, signal.SIGTERM)
try:
    while True:
        more = os.read(fd, 65536)
        shown += more
        if not more:
            break
except OSError:
    pass
os.waitpid(pid, 0)
if want not in shown:
    sys.exit(f"{want!r} is not in {shown!r}")
if want.isascii() and not shown.isascii():
    sys.exit(f"more than ASCII: {shown!r}")
END
console() { # GLYPHS TERM WANTED
	LD_PRELOAD=$T/console.so ASAN_OPTIONS=verify_asan_link_order=0 GLYPHS=$1 TERM=$2 \
	    python3 "$T/console.py" "$3" "$bin" --lang zh --now "$NOW" -d "$T/a.db" \
	    enter household_survey "$id" || bad "a console of $1 glyphs, $2"
}
console 512 linux 'a bo du '
console 256 linux 'Surveyor'
console 4096 linux 调查员姓名
console 512 xterm 调查员姓名
exit 0
