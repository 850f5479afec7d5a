"""slow_line.py RUHU DATABASE CHARSET SEED PACE: keys a household of two through a bad line.

The line: 300 ms each way and up to 300 ms more, 1,200 bytes a second, bytes torn
apart anywhere (an escape sequence or a character may come in three pieces), one
packet in fifty lost and sent again, so that all behind it wait 900 ms longer. The
person looks at nothing; a key goes out every PACE ms, 0: as fast as the line takes
it. Prints how many keys a second that were, up to the moment when the screen had
caught up.
"""
import fcntl, os, pty, random, select, signal, struct, sys, termios, time

ruhu, database, charset, seed, pace = sys.argv[1:6]
rng = random.Random(int(seed))
DELAY, JITTER, RATE, LOSS, AGAIN = 0.300, 0.300, 1200, 0.02, 0.900
WINDOW = 4096  # bytes under way before the program has to wait

ENTER, TAB, DOWN, INS, SAVE, PGDN = "\r", "\t", "\x1b[B", "\x1b[2~", "\x1b2", "\x1b[6~"
DOWN_APPLICATION, UP, PGUP, GO, GO_ESC = "\x1bOB", "\x1b[A", "\x1b[5~", "\x07", "\x1b6"
KEYS = []


def keys(*parts):
    """Each part is keys of one character, or a sequence that is one key."""
    for part in parts:
        if part.startswith("\x1b"):
            KEYS.append(part)
        else:
            KEYS.extend(part)


def word(text):
    KEYS.append(text)  # an input method commits it whole


def go(*numbers_and_answers):
    """To a question by its number, by either of the keys for that, and its answer."""
    for i, (number, answer) in enumerate(numbers_and_answers):
        keys(GO if i % 2 == 0 else GO_ESC, number, ENTER, answer)


keys(GO, "2", ENTER)
word("张伟")
keys(ENTER, "640181", "640181001", "640181001013", "G03", ENTER, "2")
go(("12", "19900000001"), ("13", "2"), ("14", "4"), ("19", "1"))
keys(INS)
word("马文学")
keys(ENTER)
go(("22", "649999198502140033"), ("26", "03"), ("28", "20"))
keys(DOWN, UP, DOWN_APPLICATION, UP)
go(("33", "3"), ("43", "11"))
keys("5", "3")
word("宁东华羊毛纺厂")
keys(ENTER, "10", ENTER, "4000", ENTER, INS)
word("马雨桐")
keys(ENTER)
go(("22", "649999201406010129"), ("25", "04"), ("32", "04"), ("50", "40000"))
keys(ENTER, PGDN, PGUP)
go(("67", "2"), ("68", "105"))
keys(ENTER, DOWN, UP)
go(("70", "1"), ("72", "1"))
keys(SAVE)


class Line:
    """Bytes in order, each piece as late as the line makes it."""

    def __init__(self, tears):
        self.tears = tears
        self.ready, self.free, self.last, self.held = [], 0.0, 0.0, 0

    def send(self, data, now):
        while data:
            n = rng.choice((1, 1, 1, 2, 3)) if self.tears else 200
            piece, data = data[:n], data[n:]
            self.free = max(self.free, now) + len(piece) / RATE
            arrives = self.free + DELAY + rng.random() * JITTER + (AGAIN if rng.random() < LOSS else 0)
            self.last = max(self.last, arrives)  # nothing overtakes
            self.ready.append((self.last, piece))
            self.held += len(piece)

    def due(self, now):
        out = b""
        while self.ready and self.ready[0][0] <= now:
            out += self.ready.pop(0)[1]
        self.held -= len(out)
        return out


def main():
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LC_ALL="zh_CN." + charset)
        os.execv(ruhu, [ruhu, "--lang", "zh", "--now", "2026-11-23T08:00", "-d", database,
                        "enter", "household_survey"])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.set_blocking(fd, False)
    up, down = Line(True), Line(False)
    start = time.monotonic()
    typed = sum(len(k.encode(charset)) for k in KEYS)
    waiting = [(start + i * int(pace) / 1000, k.encode(charset)) for i, k in enumerate(KEYS)]
    shown, done, answer, limit = b"", None, b"", start + 60
    saved = "已保存".encode(charset)
    while done is None:
        now = time.monotonic()
        if now > limit:
            sys.exit("the record was not saved: " + shown[-2000:].decode(charset, "replace"))
        while waiting and waiting[0][0] <= now:
            up.send(waiting.pop(0)[1], now)
        answer += up.due(now)
        if answer:
            try:
                answer = answer[os.write(fd, answer):]
            except BlockingIOError:
                pass
        ready, _, _ = select.select([fd] if down.held < WINDOW else [], [], [], 0.005)
        if ready:
            data = os.read(fd, 512)
            # The terminal answers where its cursor is, over the same line.
            if b"\x1b[6n" in data:
                up.send(b"\x1b[2;2R", now)
            down.send(data, now)
        shown += down.due(now)
        if saved in shown and not down.ready and not up.ready and not waiting:
            done = now
    took = done - start
    os.kill(pid, signal.SIGTERM)
    try:
        while os.read(fd, 4096):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)
    print(f"{charset}: {len(KEYS)} keys in {took:.1f} s, {len(KEYS) / took:.0f} a second; "
          f"{typed} bytes up, {len(shown)} down")


main()
