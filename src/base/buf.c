#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
room(struct buf *b, size_t more)
{
	b->data = xgrow(b->data, &b->cap, b->len + more + 1, 1);
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	room(b, len);
	if (len > 0)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_add_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_add_char(struct buf *b, char c)
{
	if (b->len + 1 >= b->cap)
		room(b, 1);
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

char *
buf_room(struct buf *b, size_t more)
{
	room(b, more);
	return b->data + b->len;
}

void
buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	size_t left = b->cap - b->len;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(left > 0 ? b->data + b->len : NULL, left, fmt, again);
	va_end(again);
	if (n <= 0)
		return;
	if ((size_t)n >= left) {
		room(b, (size_t)n);
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	}
	b->len += (size_t)n;
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

#define REPLACEMENT "\xEF\xBF\xBD"		/* U+FFFD */

void
buf_add_xml(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '&')
			buf_add_str(b, "&amp;");
		else if (c == '<')
			buf_add_str(b, "&lt;");
		else if (c == '>')
			buf_add_str(b, "&gt;");
		else if (c == '"')
			buf_add_str(b, "&quot;");
		else if (c == '\n' || c == '\r')
			buf_addf(b, "&#%d;", c);
		else if (c < 0x20 && c != '\t')
			buf_add_str(b, REPLACEMENT);
		else if (c == 0xEF && (strncmp(text, "\xEF\xBF\xBE", 3) == 0 ||
				       strncmp(text, "\xEF\xBF\xBF", 3) == 0)) {
			buf_add_str(b, REPLACEMENT);
			text += 2;
		}
		else
			buf_add_char(b, (char)c);
	}
}

void
buf_add_xml_attribute(struct buf *b, const char *name, const char *text)
{
	size_t from = b->len, first;

	while (from > 0 && b->data[from - 1] != '<')
		from--;
	first = b->len;
	buf_addf(b, " %s=\"", name);
	if (strstr(b->data + from, b->data + first) < b->data + first) {
		buf_cut(b, first);
		return;
	}
	buf_add_xml(b, text);
	buf_add_char(b, '"');
}

const char *
buf_str(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

void
buf_set_str(struct buf *b, const char *s)
{
	size_t len = strlen(s);

	if (b->data != NULL && s >= b->data && s <= b->data + b->len) {
		memmove(b->data, s, len + 1);
		b->len = len;
		return;
	}
	buf_reset(b);
	buf_add(b, s, len);
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void
buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

char *
buf_take(struct buf *b)
{
	char *s = b->data != NULL ? b->data : xstrdup("");

	memset(b, 0, sizeof *b);
	return s;
}

void
buf_free(struct buf *b)
{
	free(b->data);
	memset(b, 0, sizeof *b);
}
