#include "sync/jcs.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

struct jcs
jcs_into(struct buf *out)
{
	return (struct jcs){ out, false };
}

static void
before(struct jcs *j)
{
	if (j->comma)
		buf_add_char(j->out, ',');
}

void
jcs_open(struct jcs *j, char bracket)
{
	before(j);
	buf_add_char(j->out, bracket);
	j->comma = false;
}

void
jcs_close(struct jcs *j, char bracket)
{
	buf_add_char(j->out, bracket);
	j->comma = true;
}

static void
escape(struct buf *out, unsigned char c)
{
	static const char letters[] = "btn\0fr";	/* 8 to 13; 11 has none */

	if (c == '"' || c == '\\') {
		buf_add_char(out, '\\');
		buf_add_char(out, (char)c);
	} else if (c >= 8 && c <= 13 && c != 11) {
		buf_add_char(out, '\\');
		buf_add_char(out, letters[c - 8]);
	} else {
		buf_addf(out, "\\u%04x", c);
	}
}

/* The length of a valid character at s, or 0. */
static size_t
whole(const char *s, size_t len)
{
	size_t used;

	utf8_next(s, len, &used);
	return utf8_valid(s, used) ? used : 0;
}

static void
quoted(struct buf *out, const char *s, size_t len)
{
	size_t from = 0, at = 0;

	buf_add_char(out, '"');
	while (at < len) {
		unsigned char c = (unsigned char)s[at];
		size_t n;

		if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
			at++;
			continue;
		}
		if (c >= 0x80 && (n = whole(s + at, len - at)) > 0) {
			at += n;
			continue;
		}
		buf_add(out, s + from, at - from);
		if (c >= 0x80)
			buf_add_str(out, "\xEF\xBF\xBD");
		else
			escape(out, c);
		from = ++at;
	}
	buf_add(out, s + from, at - from);
	buf_add_char(out, '"');
}

void
jcs_key(struct jcs *j, const char *key)
{
	before(j);
	quoted(j->out, key, strlen(key));
	buf_add_char(j->out, ':');
	j->comma = false;
}

void
jcs_str_n(struct jcs *j, const char *s, size_t len)
{
	before(j);
	quoted(j->out, s, len);
	j->comma = true;
}

void
jcs_str(struct jcs *j, const char *s)
{
	jcs_str_n(j, s, strlen(s));
}

/* Not printf: an export writes millions of these. */
void
jcs_int(struct jcs *j, int64_t n)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	before(j);
	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (n < 0)
		digits[--at] = '-';
	buf_add(j->out, digits + at, sizeof digits - at);
	j->comma = true;
}

static void
word(struct jcs *j, const char *w)
{
	before(j);
	buf_add_str(j->out, w);
	j->comma = true;
}

void
jcs_bool(struct jcs *j, bool b)
{
	word(j, b ? "true" : "false");
}

void
jcs_null(struct jcs *j)
{
	word(j, "null");
}

void
jcs_str_or_null(struct jcs *j, const char *s)
{
	if (s != NULL)
		jcs_str(j, s);
	else
		jcs_null(j);
}

void
jcs_key_str(struct jcs *j, const char *key, const char *s)
{
	jcs_key(j, key);
	jcs_str(j, s);
}

void
jcs_key_int(struct jcs *j, const char *key, int64_t n)
{
	jcs_key(j, key);
	jcs_int(j, n);
}

void
jcs_key_bool(struct jcs *j, const char *key, bool b)
{
	jcs_key(j, key);
	jcs_bool(j, b);
}
