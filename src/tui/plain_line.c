/* plain_line.c: lines of text in the encoding of whoever reads and writes them. */
#include "tui/plain.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/pinyin.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "tui/charset.h"
#include "tui/tui.h"

#define LONGEST 16000 /* bytes of a line: a little less than of an answer */

static volatile sig_atomic_t hung_up;

static void
on_hangup(int sig)
{
	(void)sig;
	hung_up = 1;
}

static void
catch_hangup(void)
{
	struct sigaction sa = {.sa_handler = on_hangup};

	sigemptyset(&sa.sa_mask);
	sigaction(SIGHUP, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
}

/* Backspace takes a whole character away, where the kernel knows them. */
static void
whole_characters(const char *encoding)
{
	struct termios t;

	if (strncasecmp(encoding, "UTF", 3) == 0 && tcgetattr(STDIN_FILENO, &t) == 0) {
		t.c_iflag |= IUTF8;
		tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
	}
}

bool
plain_open(struct plain *p, const struct tui_options *o, struct err *err)
{
	const char *name = o->encoding;

	if (o->ascii)
		name = "ASCII";
	else if (name == NULL)
		name = isatty(STDIN_FILENO) ? charset_of_locale() : "UTF-8";
	p->charset = charset_new(name);
	if (p->charset == NULL)
		return err_set(
		    err, _("no such encoding: \"%s\"; UTF-8, GBK and GB18030 are known"), name);
	p->spelt = charset_ambiguous(p->charset) == AMBIGUOUS_SPELT;
	catch_hangup();
	whole_characters(name);
	return true;
}

void
plain_close(struct plain *p)
{
	charset_free(p->charset);
	buf_free(&p->in);
	buf_free(&p->line);
}

/* ---- out ----------------------------------------------------------------------------- */

static void
put_out(struct plain *p, const char *text)
{
	struct buf clean = { 0 }, spelt = { 0 };
	size_t used;

	utf8_harmless(text, &clean);
	if (p->spelt) {
		pinyin_spell(buf_str(&clean), &spelt);
		buf_set_str(&clean, buf_str(&spelt));
	}
	for (size_t at = 0; at < clean.len; at += used) {
		char bytes[CHARSET_BYTES];
		uint32_t cp = utf8_next(clean.data + at, clean.len - at, &used);
		size_t n = charset_show(p->charset, cp, utf8_cp_width(cp, AMBIGUOUS_NARROW), bytes);

		fwrite(bytes, 1, n, stdout);
	}
	buf_free(&clean);
	buf_free(&spelt);
}

void
plain_say(struct plain *p, const char *fmt, ...)
{
	struct buf text = { 0 };
	const char *line;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	while (text.len > 0 && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\n'))
		buf_cut(&text, text.len - 1);
	line = buf_str(&text);
	for (;;) {
		size_t n = strcspn(line, "\n");
		struct buf one = { 0 };

		buf_add(&one, line, n);
		put_out(p, buf_str(&one));
		buf_free(&one);
		fputc('\n', stdout);
		if (line[n] == '\0')
			break;
		line += n + 1;
	}
	buf_free(&text);
}

void
plain_message(struct plain *p)
{
	struct ui *ui = &p->ui;

	if (ui->kind != MESSAGE_NONE)
		plain_say(p, "%s%s", ui->kind == MESSAGE_ERROR ? "! " : "", buf_str(&ui->message));
	else if (ui->ring && !ui->ask.open)
		plain_say(p, "! %s", _("That does nothing here."));
	ui->kind = MESSAGE_NONE;
	ui->ring = ui->flush = ui->redraw = false;
}

/* ---- in ------------------------------------------------------------------------------ */

/* More bytes; false: no more will come. */
static bool
fill(struct plain *p)
{
	struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
	struct timespec second = {.tv_sec = 1};
	char bytes[4096];
	ssize_t n;

	/* A signal between looking and waiting is met a second later. */
	while (!hung_up && ppoll(&fd, 1, &second, NULL) <= 0)
		;
	if (hung_up)
		return false;
	n = read(STDIN_FILENO, bytes, sizeof bytes);
	if (n > 0)
		buf_add(&p->in, bytes, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

/* False: it holds bytes that are no characters, or controls. */
static bool
decode(struct plain *p, const char *s, size_t len)
{
	buf_reset(&p->line);
	while (len > 0) {
		char utf8[4];
		uint32_t cp;
		int n = charset_get(p->charset, s, len, &cp);

		if (n <= 0)
			return false;
		s += n;
		len -= (size_t)n;
		if (cp == '\t')
			cp = ' ';
		/* Esc alone is an answer where a sentence says so. */
		if (cp == 0x7f || cp == 0xfffd || (cp < ' ' && (cp != 0x1b || len > 0)))
			return false;
		buf_add(&p->line, utf8, utf8_encode(cp, utf8));
	}
	while (p->line.len > 0 && p->line.data[p->line.len - 1] == ' ')
		buf_cut(&p->line, p->line.len - 1);
	return true;
}

const char *
plain_read(struct plain *p, const char *prompt)
{
	for (;;) {
		const char *end = NULL;
		size_t len, whole;
		bool ok;

		if (p->ended)
			return NULL;
		put_out(p, prompt);
		fflush(stdout);
		while ((end = p->in.len > 0 ? memchr(p->in.data, '\n', p->in.len) : NULL) == NULL)
			if (!fill(p)) {
				p->ended = true;
				break;
			}
		/* What stands there without an end was typed all the same. */
		if (end == NULL && p->in.len == 0)
			return NULL;
		len = end != NULL ? (size_t)(end - p->in.data) : p->in.len;
		whole = len + (end != NULL);
		if (len > 0 && p->in.data[len - 1] == '\r')
			len--;
		ok = len <= LONGEST && decode(p, p->in.data, len);
		memmove(p->in.data, p->in.data + whole, p->in.len - whole);
		buf_cut(&p->in, p->in.len - whole);
		/* A transcript shows what was answered; a terminal has echoed it. */
		if (!isatty(STDIN_FILENO)) {
			put_out(p, ok ? buf_str(&p->line) : "?");
			fputc('\n', stdout);
		}
		if (ok)
			return buf_str(&p->line) + strspn(buf_str(&p->line), " ");
		plain_say(p, "! %s",
		    len > LONGEST ? _("That line is too long; it was not taken.")
		    : p->spelt ? _("Only letters, digits and signs can be typed here; the line was "
				   "not taken.")
			       : _("That line is no text in this encoding; it was not taken."));
	}
}

const char *
plain_command(const char **line, char word[16])
{
	const char *s = *line;
	struct buf folded = { 0 };
	size_t n;

	utf8_fold(s, &folded);
	s += buf_str(&folded)[0] == '/' ? (s[0] == '/' ? 1 : 3) : 0;
	if (strcmp(buf_str(&folded), "?") == 0) {
		strcpy(word, "?");
		buf_free(&folded);
		return "";
	}
	if (s == *line || s[0] == '/') {
		*line = s;
		buf_free(&folded);
		return NULL;
	}
	n = strcspn(buf_str(&folded) + 1, " ");
	snprintf(word, 16, "%.*s", n < 15 ? (int)n : 15, buf_str(&folded) + 1);
	buf_free(&folded);
	s += strcspn(s, " ");
	return s + strspn(s, " ");
}
