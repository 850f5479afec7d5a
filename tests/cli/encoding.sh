#!/bin/sh
# On a terminal the text is in the terminal's encoding; in a pipe it is UTF-8.
cd "$(dirname "$0")/../.." && . tests/cli/lib
cat >"$T/terminal.py" <<'END'
import os, pty, sys
charset, locale, *argv = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ["LC_ALL"] = locale
    os.execv(argv[0], argv)
out = b""
while True:
    try:
        piece = os.read(fd, 4096)
    except OSError:
        break
    if not piece:
        break
    out += piece
if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0:
    sys.exit(f"failed: {out!r}")
text = out.decode(charset)
for want in ("用法", "表单"):
    if want not in text:
        sys.exit(f"no {want} in {charset}: {text[:300]}")
END
python3 "$T/terminal.py" gbk zh_CN.GBK "$bin" help || exit 1
python3 "$T/terminal.py" gbk zh_CN "$bin" help || exit 1
python3 "$T/terminal.py" gb18030 zh_CN.GB18030 "$bin" help || exit 1
python3 "$T/terminal.py" utf-8 zh_CN.UTF-8 "$bin" help || exit 1
LC_ALL=zh_CN.GBK "$bin" help | grep -q 用法 || bad "a pipe gets another encoding than UTF-8"
exit 0
