#include "tui/term.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>
/* Names of <curses.h> that would hide ours. */
#undef move
#undef erase

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/tr.h"
#include "tui/charset.h"
#include "tui/keydec.h"
#include "tui/paint.h"

/* While an answer of the terminal is due, an Esc is likely to be its beginning. */
#define REPORT_MS 3000
#define ESC_WHILE_ASKED_MS 1000
#define GLYPHS_WITHOUT_HAN 512
#define ESCAPE_PASTE_ON "\033[?2004h"
#define ESCAPE_PASTE_OFF "\033[?2004l"

static volatile sig_atomic_t resized, hung_up;

struct terminal {
	int in, out;
	struct termios before;
	struct sigaction old_winch, old_hup, old_term, old_int, old_pipe;
	sigset_t old_mask;
	struct charset *charset;
	struct keydec *keys;
	struct painter *painter;
	struct caps caps;
	struct buf bytes;
	bool paste;			/* bracketed paste was switched on */
	bool settled;			/* the encoding is known */
	enum ambiguous ambiguous;
	enum widths widths;
	bool reported;			/* the answer came while keys were dropped */
	int64_t asked_ms;		/* an answer is due since then; 0: none is */
	int64_t esc_ms;			/* when a lone Esc was given */
};

static void
on_signal(int sig)
{
	if (sig == SIGWINCH)
		resized = 1;
	else
		hung_up = 1;
}

/* A capability without its padding ("$<5>"), which no terminal needs any more. */
static void
get_cap(const char *name, char *out, size_t size)
{
	const char *s = tigetstr(name);
	size_t n = 0;

	out[0] = '\0';
	if (s == NULL || s == (const char *)-1)
		return;
	while (*s != '\0' && n + 1 < size) {
		if (s[0] == '$' && s[1] == '<' && strchr(s, '>') != NULL) {
			s = strchr(s, '>') + 1;
			continue;
		}
		out[n++] = *s++;
	}
	out[*s == '\0' ? n : 0] = '\0';
}

static void
move_by_terminfo(struct buf *out, int row, int col)
{
	char *s = tparm(cursor_address, row, col);

	if (s == NULL)
		return;
	for (const char *p = s; *p != '\0'; p++) {
		if (p[0] == '$' && p[1] == '<' && strchr(p, '>') != NULL)
			p = strchr(p, '>');
		else
			buf_add_char(out, *p);
	}
}

static bool
says(struct buf *scratch, const char *want, int row, int col)
{
	buf_reset(scratch);
	move_by_terminfo(scratch, row, col);
	return strcmp(buf_str(scratch), want) == 0;
}

static bool
is_cap(const char *name, const char *wanted)
{
	char text[32];

	get_cap(name, text, sizeof text);
	return strcmp(text, wanted) == 0;
}

static void
read_caps(struct caps *c)
{
	struct buf scratch = { 0 };

	get_cap("smcup", c->enter, sizeof c->enter);
	get_cap("rmcup", c->leave, sizeof c->leave);
	get_cap("clear", c->clear, sizeof c->clear);
	get_cap("el", c->clear_eol, sizeof c->clear_eol);
	get_cap("rev", c->reverse, sizeof c->reverse);
	get_cap("bold", c->bold, sizeof c->bold);
	get_cap("sgr0", c->plain, sizeof c->plain);
	if (c->plain[0] == '\0')
		c->reverse[0] = c->bold[0] = '\0';
	c->ansi_cup = says(&scratch, "\033[5;7H", 4, 6);
	c->ansi_cuf = is_cap("cuf", "\033[%p1%dC");
	c->ansi_ech = is_cap("ech", "\033[%p1%dX");
	c->ansi_scroll = c->ansi_cup && is_cap("csr", "\033[%i%p1%d;%p2%dr") &&
	    is_cap("ind", "\n") && is_cap("ri", "\033M");
	c->down_is_newline = is_cap("cud1", "\n");
	c->move = move_by_terminfo;
	buf_free(&scratch);
}

/* Sequences of this entry that the decoder's own table may not have. */
static void
bind_keys(struct keydec *keys)
{
	static const struct {
		const char *cap;
		enum key_code code;
	} bound[] = {
		{ "kcuu1", K_UP }, { "kcud1", K_DOWN }, { "kcub1", K_LEFT }, { "kcuf1", K_RIGHT },
		{ "khome", K_HOME }, { "kend", K_END }, { "kpp", K_PGUP }, { "knp", K_PGDN },
		{ "kich1", K_INSERT }, { "kdch1", K_DELETE }, { "kcbt", K_BACKTAB },
		{ "kf1", K_F1 }, { "kf2", K_F2 }, { "kf3", K_F3 }, { "kf4", K_F4 }, { "kf5", K_F5 },
		{ "kf6", K_F6 }, { "kf7", K_F7 }, { "kf8", K_F8 }, { "kf9", K_F9 },
		{ "kf10", K_F10 }, { "kf11", K_F11 }, { "kf12", K_F12 },
	};

	for (size_t i = 0; i < sizeof bound / sizeof bound[0]; i++) {
		const char *s = tigetstr(bound[i].cap);

		if (s != NULL && s != (const char *)-1)
			keydec_bind(keys, s, bound[i].code);
	}
}

static bool
open_terminfo(struct err *err)
{
	const char *name = getenv("TERM");
	int status = 0;

	if (name == NULL || name[0] == '\0')
		return err_set(err, _("TERM is not set: say which terminal this is, e.g. TERM=xterm"));
	if (setupterm(name, STDOUT_FILENO, &status) != OK)
		return err_set(err,
		    _("the terminal \"%s\" is not known here: try TERM=xterm or TERM=vt100"), name);
	if (cursor_address == NULL || clear_screen == NULL || cursor_address == (char *)-1) {
		del_curterm(cur_term);
		return err_set(err,
		    _("the terminal \"%s\" cannot place its cursor: try TERM=xterm or TERM=vt100"), name);
	}
	return true;
}

/* Every byte arrives as typed: no echo, no lines, no signals from keys, no flow
 * control (Ctrl-S would freeze the screen), no CR made into LF. */
static void
raw_mode(struct terminal *t)
{
	struct termios raw = t->before;

	raw.c_iflag &= ~(tcflag_t)(IXON | IXOFF | ICRNL | INLCR | IGNCR | ISTRIP | BRKINT | PARMRK);
	raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	raw.c_cflag = (raw.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(t->in, TCSADRAIN, &raw);
}

static void
catch_signals(struct terminal *t)
{
	struct sigaction sa = { .sa_handler = on_signal }, ignore = { .sa_handler = SIG_IGN };
	sigset_t block;

	resized = hung_up = 0;
	sigemptyset(&sa.sa_mask);
	/* Blocked but while waiting: a signal between looking and waiting is not lost. */
	sigemptyset(&block);
	sigaddset(&block, SIGWINCH);
	sigaddset(&block, SIGHUP);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGINT);
	sigprocmask(SIG_BLOCK, &block, &t->old_mask);
	sigaction(SIGWINCH, &sa, &t->old_winch);
	sigaction(SIGHUP, &sa, &t->old_hup);
	sigaction(SIGTERM, &sa, &t->old_term);
	sigaction(SIGINT, &sa, &t->old_int);
	sigaction(SIGPIPE, &ignore, &t->old_pipe);
}

/* Long writes to a slow line come back short; a line that is gone ends it. */
static void
write_all(int fd, const char *s, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, s, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			struct pollfd p = { .fd = fd, .events = POLLOUT };

			if (poll(&p, 1, 5000) > 0 && (p.revents & POLLOUT) != 0)
				continue;
		}
		if (n <= 0) {
			hung_up = 1;
			return;
		}
		s += n;
		len -= (size_t)n;
	}
}

/* The kernel's own console has a font of 256 or 512 glyphs, none of them Han. A
 * terminal that only calls itself so (fbterm, a line from elsewhere) has no font to
 * tell of. */
static bool
console_without_han(int fd)
{
	struct console_font_op font = { .op = KD_FONT_OP_GET, .width = 64, .height = 64,
		.charcount = 65536 };
	const char *term = getenv("TERM");

	return term != NULL && strcmp(term, "linux") == 0 && ioctl(fd, KDFONTOP, &font) == 0 &&
	    font.charcount <= GLYPHS_WITHOUT_HAN;
}

static void
speak(struct terminal *t, struct charset *charset)
{
	t->charset = charset;
	t->ambiguous = charset_ambiguous(charset);
	if (t->widths != WIDTHS_AUTO && t->ambiguous != AMBIGUOUS_SPELT)
		t->ambiguous = t->widths == WIDTHS_WIDE ? AMBIGUOUS_WIDE : AMBIGUOUS_NARROW;
	t->painter = painter_new(&t->caps, charset);
}

static struct charset *
wanted_charset(const struct term_options *o, bool *settled, struct err *err)
{
	const char *name = o->encoding;
	struct charset *charset;

	*settled = true;
	if (o->ascii || (name == NULL && console_without_han(STDOUT_FILENO))) {
		name = "ASCII";
	} else if (name == NULL) {
		*settled = charset_locale_says();
		name = charset_of_locale();
	}
	charset = charset_new(name);
	if (charset == NULL)
		err_set(err, _("no such encoding: \"%s\"; UTF-8, GBK and GB18030 are known"), name);
	return charset;
}

/* ESCDELAY, as other programs have it: how long a lone Esc is waited on, in ms. */
static void
esc_delay(struct keydec *keys)
{
	const char *text = getenv("ESCDELAY");
	int ms = text != NULL ? atoi(text) : 0;

	if (ms > 0 && ms <= 5000)
		keydec_esc_ms(keys, ms);
}

bool
term_open(const struct term_options *o, struct terminal **out, struct err *err)
{
	struct charset *charset;
	struct terminal *t;
	const char *term;
	bool settled;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(err,
		    _("the screens need a terminal; without one, \"ruhu fill\" takes commands"));
	charset = wanted_charset(o, &settled, err);
	if (charset == NULL)
		return false;
	if (!open_terminfo(err)) {
		charset_free(charset);
		return false;
	}
	t = xcalloc(1, sizeof *t);
	t->in = STDIN_FILENO;
	t->out = STDOUT_FILENO;
	t->settled = settled;
	t->widths = o->widths;
	read_caps(&t->caps);
	speak(t, charset);
	t->keys = keydec_new(charset);
	esc_delay(t->keys);
	bind_keys(t->keys);
	tcgetattr(t->in, &t->before);
	catch_signals(t);
	raw_mode(t);
	/* No terminfo entry says whether a terminal brackets pastes, yet those that
	 * do not ignore it; the old ones might print it. */
	term = getenv("TERM");
	t->paste = term != NULL && strncmp(term, "vt", 2) != 0 && strcmp(term, "linux") != 0 &&
	    t->caps.ansi_cup;
	buf_add_str(&t->bytes, t->caps.enter);
	if (t->paste)
		buf_add_str(&t->bytes, ESCAPE_PASTE_ON);
	*out = t;
	return true;
}

bool
term_unsettled(const struct terminal *t)
{
	return !t->settled;
}

void
term_settle(struct terminal *t, const char *encoding)
{
	struct charset *before = t->charset, *charset = charset_new(encoding);

	t->settled = true;
	if (charset == NULL)
		return;
	painter_free(t->painter);
	speak(t, charset);
	keydec_speak(t->keys, charset);
	charset_free(before);
}

void
term_clear(struct terminal *t)
{
	buf_add_str(&t->bytes, t->caps.clear);
}

void
term_write(struct terminal *t, const char *bytes)
{
	buf_add_str(&t->bytes, bytes);
	write_all(t->out, t->bytes.data, t->bytes.len);
	buf_reset(&t->bytes);
}

bool
term_answers(const struct terminal *t)
{
	return t->caps.ansi_cup;
}

void
term_asked(struct terminal *t)
{
	t->asked_ms = term_clock_ms();
}

void
term_ask_widths(struct terminal *t)
{
	char middle_dot[CHARSET_BYTES];

	if (t->widths != WIDTHS_AUTO || t->ambiguous != AMBIGUOUS_NARROW || !t->caps.ansi_cup ||
	    charset_put(t->charset, 0xb7, middle_dot) != 2)
		return;
	/* Goes out with the first screen, which begins with clearing it away. In the
	 * second row: see keydec.c. */
	buf_addf(&t->bytes, "\033[2H%.2s\033[6n", middle_dot);
	term_asked(t);
}

/* A report that is still on its way must not be typed to the shell. */
static void
await_report(struct terminal *t)
{
	int64_t until = t->asked_ms + REPORT_MS / 10;
	struct key k;

	while (t->asked_ms != 0 && term_clock_ms() < until)
		if (term_next(t, (int)(until - term_clock_ms()), &k) == TERM_HANGUP)
			return;
}

void
term_close(struct terminal *t)
{
	if (t == NULL)
		return;
	await_report(t);
	buf_reset(&t->bytes);
	if (t->paste)
		buf_add_str(&t->bytes, ESCAPE_PASTE_OFF);
	buf_add_str(&t->bytes, t->caps.plain);
	if (t->caps.leave[0] != '\0')
		buf_add_str(&t->bytes, t->caps.leave);
	else
		buf_add_str(&t->bytes, t->caps.clear);
	write_all(t->out, t->bytes.data, t->bytes.len);
	tcsetattr(t->in, TCSADRAIN, &t->before);
	sigaction(SIGWINCH, &t->old_winch, NULL);
	/* The line is gone: a second signal that says so must not end the closing half-way. */
	if (hung_up)
		signal(SIGHUP, SIG_IGN);
	else
		sigaction(SIGHUP, &t->old_hup, NULL);
	sigaction(SIGTERM, &t->old_term, NULL);
	sigaction(SIGINT, &t->old_int, NULL);
	sigaction(SIGPIPE, &t->old_pipe, NULL);
	sigprocmask(SIG_SETMASK, &t->old_mask, NULL);
	del_curterm(cur_term);
	painter_free(t->painter);
	keydec_free(t->keys);
	charset_free(t->charset);
	buf_free(&t->bytes);
	free(t);
}

void
term_size(const struct terminal *t, int *rows, int *cols)
{
	struct winsize ws = { 0 };

	if (ioctl(t->out, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 && ws.ws_col > 0) {
		*rows = ws.ws_row;
		*cols = ws.ws_col;
	} else {			/* a serial line knows no size */
		*rows = lines > 0 ? lines : 24;
		*cols = columns > 0 ? columns : 80;
	}
	*cols -= *cols > 1;
}

enum ambiguous
term_ambiguous(const struct terminal *t)
{
	return t->ambiguous;
}

int64_t
term_clock_ms(void)
{
	return clock_steady();
}

/* 1: bytes came; 0: time is up; -1: no more input. */
static int
wait_input(struct terminal *t, int wait_ms)
{
	struct timespec ts = { .tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L };
	struct pollfd p = { .fd = t->in, .events = POLLIN };
	char bytes[4096];
	ssize_t n;

	if (ppoll(&p, 1, wait_ms < 0 ? NULL : &ts, &t->old_mask) <= 0)
		return 0;
	n = read(t->in, bytes, sizeof bytes);
	if (n > 0) {
		if (t->esc_ms != 0 && term_clock_ms() - t->esc_ms > KEYDEC_ESC_OVER_MS)
			keydec_esc_over(t->keys);
		t->esc_ms = 0;
		keydec_feed(t->keys, bytes, (size_t)n);
		return 1;
	}
	return n < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
}

static int
patience(const struct terminal *t)
{
	int ms = keydec_patience(t->keys);
	bool asked = t->asked_ms != 0 && term_clock_ms() - t->asked_ms < REPORT_MS;

	return asked && ms < ESC_WHILE_ASKED_MS ? ESC_WHILE_ASKED_MS : ms;
}

static enum term_event
came(struct terminal *t, const struct key *key)
{
	t->esc_ms = key->code == K_ESC ? term_clock_ms() : 0;
	if (key->code != K_REPORT)
		return TERM_KEY;
	if (t->asked_ms != 0 && t->settled && t->widths == WIDTHS_AUTO &&
	    t->ambiguous != AMBIGUOUS_SPELT)
		t->ambiguous = key->cp == 3 ? AMBIGUOUS_WIDE : AMBIGUOUS_NARROW;
	t->asked_ms = 0;
	return TERM_REPORT;
}

enum term_event
term_next(struct terminal *t, int wait_ms, struct key *key)
{
	int64_t until = wait_ms < 0 ? INT64_MAX : term_clock_ms() + wait_ms;

	for (;;) {
		bool half;
		int64_t left;
		int got;

		if (hung_up)
			return TERM_HANGUP;
		if (resized) {
			resized = 0;
			return TERM_RESIZE;
		}
		if (t->reported) {
			t->reported = false;
			*key = (struct key){ .code = K_REPORT };
			return TERM_REPORT;
		}
		if (keydec_next(t->keys, false, key))
			return came(t, key);
		half = keydec_unfinished(t->keys);
		left = until == INT64_MAX ? -1 : until - term_clock_ms();
		if (until != INT64_MAX && left <= 0 && !half)
			return TERM_TIMEOUT;
		got = wait_input(t, half ? patience(t) : (int)left);
		if (got < 0)
			return TERM_HANGUP;
		if (got == 0 && half && !resized && !hung_up && keydec_next(t->keys, true, key))
			return came(t, key);
	}
}

void
term_flush_input(struct terminal *t)
{
	struct key k;

	if (t->asked_ms == 0 || term_clock_ms() - t->asked_ms >= REPORT_MS) {
		keydec_drop(t->keys);
		tcflush(t->in, TCIFLUSH);
		return;
	}
	/* Half of a report thrown away would leave its other half as text: all that is
	 * there is read, and only keys are dropped. */
	while (wait_input(t, 0) > 0)
		;
	while (keydec_next(t->keys, false, &k))
		if (k.code == K_REPORT && came(t, &k) == TERM_REPORT)
			t->reported = true;
}

void
term_show(struct terminal *t, const struct screen *s, bool ring)
{
	if (ring)
		buf_add_char(&t->bytes, '\a');
	painter_paint(t->painter, s, &t->bytes);
	if (t->bytes.len > 0)
		write_all(t->out, t->bytes.data, t->bytes.len);
	buf_reset(&t->bytes);
}

void
term_redraw(struct terminal *t)
{
	painter_forget(t->painter);
}
