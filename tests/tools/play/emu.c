#include "play/emu.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"

#define WAKES_MS 2000			/* how late typing may wake the program */
#define WIDE_REST ((uint32_t)-1)	/* libvterm's second cell of a wide character */

struct emu {
	pid_t pid;
	int master, slave;
	bool ended, wide;	/* wide: ambiguous characters take two columns */
	int status, slow, limit_ms;
	long typed_at, slept;		/* the last typing, 0: noticed; sleeps() before it */
	size_t bytes;
	VTerm *vt;
	VTermScreen *screen;
	iconv_t decode, encode;
	struct buf pending;	/* the start of a character whose rest is to come */
	struct err fault;	/* the first thing a terminal could not show */
};

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const char *
charset_of(const char *locale)
{
	const char *dot = strchr(locale, '.');

	return dot != NULL ? dot + 1 : "ASCII";
}

static void
be_the_program(const struct emu_options *options, const char *command, int slave)
{
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(slave, fd);
	if (slave > 2)
		close(slave);
	setenv("TERM", options->term, 1);
	setenv("LC_ALL", options->locale, 1);
	unsetenv("LANG");
	unsetenv("LINES");
	unsetenv("COLUMNS");
	signal(SIGPIPE, SIG_DFL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static bool
open_pty(struct emu *emu, const struct emu_options *options, struct err *err)
{
	struct winsize size = { .ws_col = (unsigned short)options->cols,
		.ws_row = (unsigned short)options->rows };

	if (openpty(&emu->master, &emu->slave, NULL, NULL, &size) < 0)
		return err_set(err, "no pseudo-terminal: %s", strerror(errno));
	fcntl(emu->master, F_SETFD, FD_CLOEXEC);
	fcntl(emu->slave, F_SETFD, FD_CLOEXEC);
	fcntl(emu->master, F_SETFL, O_NONBLOCK);
	return true;
}

struct emu *
emu_start(const struct emu_options *options, const char *command, struct err *err)
{
	struct emu *emu = xcalloc(1, sizeof *emu);
	const char *charset = charset_of(options->locale);

	emu->master = emu->slave = -1;
	emu->slow = options->slow;
	emu->limit_ms = options->limit_ms;
	emu->wide = strncasecmp(charset, "GB", 2) == 0;
	emu->vt = vterm_new(options->rows, options->cols);
	vterm_set_utf8(emu->vt, 1);
	emu->screen = vterm_obtain_screen(emu->vt);
	vterm_screen_enable_altscreen(emu->screen, 1);
	vterm_screen_reset(emu->screen, 1);
	emu->decode = iconv_open("UTF-8", charset);
	emu->encode = iconv_open(charset, "UTF-8");
	if (emu->decode == (iconv_t)-1 || emu->encode == (iconv_t)-1)
		err_set(err, "%s: no such charset", charset);
	else if (open_pty(emu, options, err)) {
		emu->pid = fork();
		if (emu->pid == 0)
			be_the_program(options, command, emu->slave);
		if (emu->pid > 0)
			return emu;
		err_set(err, "fork: %s", strerror(errno));
	}
	emu->ended = true;
	emu_free(emu);
	return NULL;
}

static void
reap(struct emu *emu, bool wait)
{
	int status;

	if (emu->ended || waitpid(emu->pid, &status, wait ? 0 : WNOHANG) != emu->pid)
		return;
	emu->ended = true;
	emu->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void
emu_free(struct emu *emu)
{
	if (emu == NULL)
		return;
	reap(emu, false);
	if (!emu->ended) {
		kill(-emu->pid, SIGKILL);
		reap(emu, true);
	}
	emu_hangup(emu);
	if (emu->slave >= 0)
		close(emu->slave);
	if (emu->decode != (iconv_t)-1)
		iconv_close(emu->decode);
	if (emu->encode != (iconv_t)-1)
		iconv_close(emu->encode);
	vterm_free(emu->vt);
	buf_free(&emu->pending);
	free(emu);
}

/* A terminal whose charset is GBK or GB18030 gives these two columns, one whose
 * charset is UTF-8 one: a program that prints them there breaks its own rows. */
static void
check_ambiguous(struct emu *emu, const char *s, size_t len)
{
	size_t used;

	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8_next(s + at, len - at, &used);

		if (emu->fault.text[0] == '\0' &&
		    utf8_cp_width(cp, AMBIGUOUS_WIDE) != utf8_cp_width(cp, AMBIGUOUS_NARROW))
			err_set(&emu->fault, "printed U+%04X %.*s, which is two columns wide in "
			    "this charset and one in others", (unsigned)cp, (int)used, s + at);
	}
}

static void
show(struct emu *emu, const char *utf8, size_t len)
{
	if (emu->wide)
		check_ambiguous(emu, utf8, len);
	vterm_input_write(emu->vt, utf8, len);
}

/* The program's bytes -> UTF-8 -> the emulator. */
static void
decode(struct emu *emu, const char *bytes, size_t n)
{
	char out[4096], *from, *to;
	size_t left, room;

	buf_add(&emu->pending, bytes, n);
	from = emu->pending.data;
	left = emu->pending.len;
	while (left > 0) {
		size_t rc;

		to = out;
		room = sizeof out;
		rc = iconv(emu->decode, &from, &left, &to, &room);
		show(emu, out, sizeof out - room);
		if (rc != (size_t)-1 || errno == E2BIG)
			continue;
		if (errno == EINVAL)
			break;	/* the rest is still to come */
		if (emu->fault.text[0] == '\0')
			err_set(&emu->fault, "printed the byte 0x%02X, which is no character in "
			    "this charset", (unsigned char)*from);
		show(emu, "\xef\xbf\xbd", 3);
		from++;
		left--;
	}
	memmove(emu->pending.data, from, left);
	buf_cut(&emu->pending, left);
}

/* What the emulator answers to questions such as "where is the cursor". */
static void
answer(struct emu *emu)
{
	char out[256];
	size_t n;

	while ((n = vterm_output_read(emu->vt, out, sizeof out)) > 0)
		if (write(emu->master, out, n) < 0)
			break;
}

/* One read, after waiting up to ms for it. True: something came. */
static bool
read_some(struct emu *emu, int ms)
{
	struct pollfd fd = { emu->master, POLLIN, 0 };
	char bytes[8192];
	ssize_t n;

	if (emu->master < 0) {
		usleep((useconds_t)ms * 1000);
		return false;
	}
	if (poll(&fd, 1, ms) <= 0)
		return false;
	n = read(emu->master, bytes, sizeof bytes);
	if (n <= 0)
		return false;
	emu->bytes += (size_t)n;
	decode(emu, bytes, (size_t)n);
	answer(emu);
	return true;
}

static bool
no_fault(struct emu *emu, struct err *err)
{
	if (emu->fault.text[0] == '\0')
		return true;
	*err = emu->fault;
	return false;
}

bool
emu_pump(struct emu *emu, int ms, struct err *err)
{
	long end = now_ms() + ms;

	while (now_ms() < end) {
		reap(emu, false);
		if (!read_some(emu, 5) && emu->ended)
			break;
	}
	return no_fault(emu, err);
}

static bool
read_file(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		return false;
	n = fread(out, 1, size - 1, f);
	out[n] = '\0';
	fclose(f);
	return n > 0;
}

/* Do the process and its children sleep? A running one may still print; one
 * that waits for its disk ('D') too. */
static bool
asleep(pid_t pid, int depth)
{
	char path[64], text[1024], *s;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if (!read_file(path, text, sizeof text) || (s = strrchr(text, ')')) == NULL)
		return true;	/* gone */
	if (strchr("SZTt", s[2]) == NULL)
		return false;
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	if (depth > 8 || !read_file(path, text, sizeof text))
		return true;
	for (s = text; *s != '\0'; s += strspn(s, " \n"))
		if (!asleep((pid_t)strtol(s, &s, 10), depth + 1))
			return false;
	return true;
}

/* How often the process and its children went to sleep. */
static long
sleeps(pid_t pid, int depth)
{
	char path[64], text[4096], *s;
	long n = 0;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	if (read_file(path, text, sizeof text) &&
	    (s = strstr(text, "\nvoluntary_ctxt_switches:")) != NULL)
		n = strtol(strchr(s, ':') + 1, NULL, 10);
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	if (depth > 8 || !read_file(path, text, sizeof text))
		return n;
	for (s = text; *s != '\0'; s += strspn(s, " \n"))
		n += sleeps((pid_t)strtol(s, &s, 10), depth + 1);
	return n;
}

/* What was typed reaches the terminal only when the kernel finds time, and until
 * then there is nothing to be read: the program must have woken up since. */
static bool
has_woken(struct emu *emu)
{
	if (emu->typed_at == 0 || (sleeps(emu->pid, 0) == emu->slept &&
	    now_ms() - emu->typed_at < WAKES_MS))
		return false;
	emu->typed_at = 0;
	return true;
}

static bool
at_rest(struct emu *emu)
{
	int unread = 0;

	if (ioctl(emu->slave, FIONREAD, &unread) == 0 && unread > 0)
		return false;
	return emu->typed_at == 0 && asleep(emu->pid, 0);
}

bool
emu_settle(struct emu *emu, int quiet_ms, struct err *err)
{
	long start = now_ms(), last = start;

	while (!emu->ended && (now_ms() - last < quiet_ms * emu->slow || !at_rest(emu))) {
		if (read_some(emu, 3) || has_woken(emu))
			last = now_ms();
		reap(emu, false);
		if (now_ms() - start > emu->limit_ms)
			return err_set(err, "the program did not come to rest in %d ms",
			    emu->limit_ms);
	}
	while (emu->ended && read_some(emu, 0))
		;
	return no_fault(emu, err);
}

bool
emu_send(struct emu *emu, const char *bytes, size_t len, struct err *err)
{
	long end = now_ms() + emu->limit_ms;

	emu->slept = sleeps(emu->pid, 0);
	emu->typed_at = now_ms();
	while (len > 0) {
		ssize_t n = write(emu->master, bytes, len);

		if (n < 0 && (errno != EAGAIN || now_ms() > end))
			return err_set(err, "cannot type: %s", strerror(errno));
		if (n < 0) {
			read_some(emu, 5);
			continue;
		}
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

bool
emu_encode(struct emu *emu, const char *text, struct buf *out, struct err *err)
{
	char room[4096], *to = room, *from = (char *)(uintptr_t)text;
	size_t left = strlen(text), size = sizeof room;

	iconv(emu->encode, NULL, NULL, NULL, NULL);
	if (iconv(emu->encode, &from, &left, &to, &size) == (size_t)-1)
		return err_set(err, "cannot be typed in this charset: %s", from);
	buf_add(out, room, sizeof room - size);
	return true;
}

bool
emu_resize(struct emu *emu, int cols, int rows, struct err *err)
{
	struct winsize size = { .ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows };

	vterm_set_size(emu->vt, rows, cols);
	if (ioctl(emu->master, TIOCSWINSZ, &size) < 0)
		return err_set(err, "cannot resize: %s", strerror(errno));
	return true;
}

void
emu_signal(struct emu *emu, int signal_number)
{
	if (!emu->ended)
		kill(-emu->pid, signal_number);
}

void
emu_hangup(struct emu *emu)
{
	if (emu->master >= 0)
		close(emu->master);
	emu->master = -1;
}

bool
emu_ended(struct emu *emu, int *status)
{
	reap(emu, false);
	if (emu->ended)
		*status = emu->status;
	return emu->ended;
}

void
emu_size(struct emu *emu, int *cols, int *rows)
{
	vterm_get_size(emu->vt, rows, cols);
}

void
emu_row(struct emu *emu, int row, struct buf *out)
{
	int rows, cols;
	size_t start = out->len;
	char utf8[4];

	vterm_get_size(emu->vt, &rows, &cols);
	for (int col = 0; col < cols; col++) {
		VTermScreenCell cell;

		memset(&cell, 0, sizeof cell);
		vterm_screen_get_cell(emu->screen, (VTermPos){ row - 1, col }, &cell);
		if (cell.chars[0] == WIDE_REST)
			continue;
		if (cell.chars[0] == 0)
			buf_add_char(out, ' ');
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
			buf_add(out, utf8, utf8_encode(cell.chars[i], utf8));
	}
	while (out->len > start && out->data[out->len - 1] == ' ')
		buf_cut(out, out->len - 1);
}

void
emu_cursor(struct emu *emu, int *row, int *col)
{
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(emu->vt), &at);
	*row = at.row + 1;
	*col = at.col + 1;
}

int
emu_attrs(struct emu *emu, int row, int col)
{
	VTermScreenCell cell;

	memset(&cell, 0, sizeof cell);
	vterm_screen_get_cell(emu->screen, (VTermPos){ row - 1, col - 1 }, &cell);
	return (cell.attrs.bold ? EMU_BOLD : 0) | (cell.attrs.underline ? EMU_UNDERLINE : 0) |
	    (cell.attrs.reverse ? EMU_REVERSE : 0) | (cell.attrs.blink ? EMU_BLINK : 0) |
	    (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)
	    ? EMU_COLOUR : 0);
}

/* What is to be seen of a cell's attributes: bold is not, of a blank. Of a wide
 * character's second half libvterm knows none of its own: -1. */
static int
seen_attrs(struct emu *emu, int row, int col)
{
	VTermScreenCell cell;
	int all = emu_attrs(emu, row, col);

	memset(&cell, 0, sizeof cell);
	vterm_screen_get_cell(emu->screen, (VTermPos){ row - 1, col - 1 }, &cell);
	if (cell.chars[0] == WIDE_REST)
		return -1;
	return cell.chars[0] == 0 || cell.chars[0] == ' ' ? all & (EMU_REVERSE | EMU_UNDERLINE) : all;
}

void
emu_picture(struct emu *emu, struct buf *out)
{
	int rows, cols, row, col;

	emu_size(emu, &cols, &rows);
	for (int r = 1; r <= rows; r++) {
		int before = 0;

		emu_row(emu, r, out);
		for (int c = 1; c <= cols; c++) {
			int now = seen_attrs(emu, r, c);

			if (now >= 0 && now != before)
				buf_addf(out, " [%d:%d]", c, now);
			before = now >= 0 ? now : before;
		}
		buf_add_char(out, '\n');
	}
	emu_cursor(emu, &row, &col);
	buf_addf(out, "cursor %d %d", row, col);
}

size_t
emu_bytes(struct emu *emu)
{
	return emu->bytes;
}
