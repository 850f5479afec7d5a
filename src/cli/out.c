#include "cli/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "tui/charset.h"

/* Text for a file or a pipe stays UTF-8; a terminal gets its own encoding. */
static void
write_text(FILE *to, const char *text, size_t len)
{
	struct charset *cs = NULL;
	size_t used;

	if (isatty(fileno(to)))
		cs = charset_new(charset_of_locale());
	if (cs == NULL) {
		fwrite(text, 1, len, to);
		return;
	}
	for (size_t at = 0; at < len; at += used) {
		char bytes[CHARSET_BYTES];
		size_t n = charset_put(cs, utf8_next(text + at, len - at, &used), bytes);

		if (n > 0)
			fwrite(bytes, 1, n, to);
		else
			fputc('?', to);
	}
	charset_free(cs);
}

/* Paths and names of others stand in sentences too: of control characters only the
 * ends of lines and tabs are the program's own. */
static void
write_formatted(FILE *to, const char *fmt, va_list ap)
{
	struct buf b = { 0 }, clean = { 0 };

	buf_vaddf(&b, fmt, ap);
	for (char *at = b.data; at != NULL && *at != '\0'; ) {
		size_t n = strcspn(at, "\n\t");
		char end = at[n];

		at[n] = '\0';
		utf8_harmless(at, &clean);
		if (end != '\0')
			buf_add_char(&clean, end);
		at += n + (end != '\0');
	}
	write_text(to, buf_str(&clean), clean.len);
	buf_free(&b);
	buf_free(&clean);
}

void
say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_formatted(stdout, fmt, ap);
	va_end(ap);
}

void
complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_formatted(stderr, fmt, ap);
	va_end(ap);
}

void
complain_anew(void)
{
	fputs("\r\033[K", stderr);
}

void
say_text(const char *stored, int cols)
{
	struct buf b = { 0 };
	int width;

	utf8_harmless(stored, &b);
	width = utf8_width(buf_str(&b), AMBIGUOUS_NARROW);
	for (; width < cols; width++)
		buf_add_char(&b, ' ');
	write_text(stdout, buf_str(&b), b.len);
	buf_free(&b);
}

void
say_faults(const struct faults *faults)
{
	char text[1024];

	for (size_t i = 0; i < faults->n; i++) {
		err_format(&faults->v[i].err, text, sizeof text);
		if (faults->v[i].severity == FAULT_WARNING)
			say(_("warning: "));
		say_text(text, 0);
		say("\n");
	}
	if (faults->dropped > 0)
		say(_("... and %zu more\n"), faults->dropped);
}

void
say_lines(const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		struct buf line = { 0 };

		buf_add(&line, text, n);
		say_text(buf_str(&line), 0);
		fputc('\n', stdout);
		buf_free(&line);
		text += n + (text[n] == '\n');
	}
}

static void
say_paragraph(const char *line, int indent, int cols)
{
	int room = cols - indent > 10 ? cols - indent : 10;

	do {
		size_t next, n = utf8_wrap(line, room, AMBIGUOUS_NARROW, &next);

		say("%*s%.*s\n", indent, "", (int)n, line);
		line += next;
	} while (*line != '\0');
}

void
say_wrapped(const char *text, int indent, int cols)
{
	do {
		size_t n = strcspn(text, "\n");
		struct buf line = { 0 }, clean = { 0 };

		buf_add(&line, text, n);
		utf8_harmless(buf_str(&line), &clean);
		say_paragraph(buf_str(&clean), indent, cols);
		buf_free(&line);
		buf_free(&clean);
		text += n + (text[n] == '\n');
	} while (*text != '\0');
}

int
fail(int code, const struct err *err)
{
	char text[1024];
	struct buf clean = { 0 };

	err_format(err, text, sizeof text);
	utf8_harmless(text, &clean);
	fflush(stdout);
	complain("ruhu: %s\n", buf_str(&clean));
	buf_free(&clean);
	return code;
}

void
put_json(const struct buf *b)
{
	if (isatty(STDOUT_FILENO))
		say_text(buf_str(b), 0);
	else
		fwrite(buf_str(b), 1, b->len, stdout);
	fputc('\n', stdout);
	fflush(stdout);
}

bool
out_flush(void)
{
	return fflush(stdout) == 0 && !ferror(stdout);
}
