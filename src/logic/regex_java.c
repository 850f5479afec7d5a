#include "logic/regex_java.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

struct reading {
	const char *p, *end;
	struct buf *out;
	bool in_class;
	bool after_set;		/* in brackets: what came last stands for many characters */
};

static bool
hex4(const char *s, const char *end, unsigned *value)
{
	*value = 0;
	if (end - s < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char *d = s[i] != '\0' ? strchr(digits, s[i]) : NULL;

		if (d == NULL)
			return false;
		*value = *value * 16 + (unsigned)(d - digits > 15 ? d - digits - 6 : d - digits);
	}
	return true;
}

/* \uD83D\uDE00 is one character in two halves. */
static void
code_point(struct reading *r)
{
	unsigned high, low;

	if (!hex4(r->p + 2, r->end, &high)) {
		buf_add(r->out, r->p, 2);
		r->p += 2;
		return;
	}
	r->p += 6;
	if (high >= 0xD800 && high < 0xDC00 && r->end - r->p >= 6 && r->p[0] == '\\' &&
	    r->p[1] == 'u' && hex4(r->p + 2, r->end, &low) && low >= 0xDC00 && low < 0xE000) {
		high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
		r->p += 6;
	}
	buf_addf(r->out, "\\x{%X}", high);
}

static const char *
posix_class(const char *name, size_t len)
{
	static const char *const v[][2] = {
		{ "Lower", "lower" }, { "Upper", "upper" }, { "ASCII", "ascii" },
		{ "Alpha", "alpha" }, { "Digit", "digit" }, { "Alnum", "alnum" },
		{ "Punct", "punct" }, { "Graph", "graph" }, { "Print", "print" },
		{ "Blank", "blank" }, { "Cntrl", "cntrl" }, { "XDigit", "xdigit" },
		{ "Space", "space" },
	};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		if (strlen(v[i][0]) == len && memcmp(v[i][0], name, len) == 0)
			return v[i][1];
	return NULL;
}

/* \p{...}: ASCII's classes are POSIX's, a script or a block has "Is" or "In" before
 * its name. */
static void
property(struct reading *r)
{
	static const char ideographs[] = "CJKUnifiedIdeographs";
	const char *name = r->p + 3, *close;
	const char *posix;
	size_t len;
	bool not = r->p[1] == 'P';

	close = r->end - r->p > 3 && r->p[2] == '{' ?
	    memchr(name, '}', (size_t)(r->end - name)) : NULL;
	if (close == NULL) {
		buf_add(r->out, r->p, 2);
		r->p += 2;
		return;
	}
	r->p = close + 1;
	len = (size_t)(close - name);
	posix = posix_class(name, len);
	if (posix != NULL) {
		buf_addf(r->out, r->in_class ? "[:%s%s:]" : "[[:%s%s:]]", not ? "^" : "", posix);
		return;
	}
	if (len > 2 && name[0] == 'I' && (name[1] == 's' || name[1] == 'n')) {
		name += 2;
		len -= 2;
	}
	if (len == strlen(ideographs) && memcmp(name, ideographs, len) == 0)
		buf_addf(r->out, "\\%c{Han}", not ? 'P' : 'p');
	else
		buf_addf(r->out, "\\%c{%.*s}", not ? 'P' : 'p', (int)len, name);
}

static bool
is_set(char escaped)
{
	return escaped != '\0' && strchr("wWdDsSpPhHvV", escaped) != NULL;
}

static void
quoted(struct reading *r)
{
	const char *from = r->p;

	for (r->p += 2; r->p < r->end; r->p++)
		if (r->end - r->p >= 2 && r->p[0] == '\\' && r->p[1] == 'E') {
			r->p += 2;
			break;
		}
	buf_add(r->out, from, (size_t)(r->p - from));
}

static void
escape(struct reading *r)
{
	char c = r->end - r->p > 1 ? r->p[1] : '\0';

	r->after_set = is_set(c);
	if (c == 'u') {
		code_point(r);
	} else if (c == 'p' || c == 'P') {
		property(r);
	} else if (c == 'Q') {
		quoted(r);
	} else {
		size_t n = r->end - r->p > 1 ? 2 : 1;

		buf_add(r->out, r->p, n);
		r->p += n;
	}
}

/* [:alpha:] inside brackets. */
static bool
posix_inside(struct reading *r)
{
	const char *p = r->p;

	if (r->end - p < 4 || p[0] != '[' || p[1] != ':')
		return false;
	for (p += 2; p + 1 < r->end && *p != ']'; p++)
		if (p[0] == ':' && p[1] == ']') {
			buf_add(r->out, r->p, (size_t)(p + 2 - r->p));
			r->p = p + 2;
			return true;
		}
	return false;
}

static void
open_class(struct reading *r)
{
	r->in_class = true;
	r->after_set = false;
	buf_add_char(r->out, *r->p++);
	if (r->p < r->end && *r->p == '^')
		buf_add_char(r->out, *r->p++);
	if (r->p < r->end && *r->p == ']')
		buf_add_char(r->out, *r->p++);
}

static void
inside_class(struct reading *r)
{
	bool set_follows = r->end - r->p > 2 && r->p[1] == '\\' && is_set(r->p[2]);

	if (posix_inside(r)) {
		r->after_set = true;
		return;
	}
	if (*r->p == ']')
		r->in_class = false;
	else if (*r->p == '-' && (r->after_set || set_follows))
		buf_add_char(r->out, '\\');
	r->after_set = false;
	buf_add_char(r->out, *r->p++);
}

/* ---- brackets in brackets ----------------------------------------------------- */

#define DEEPEST 20

static bool java_class(struct reading *, int depth, struct buf *out);
static void rewrite(struct reading *, bool classes);

/* What stands between the brackets besides other brackets, as a class of its own. */
static void
add_plain(const struct buf *plain, struct buf *out)
{
	struct buf class = { 0 };
	struct reading r = { .out = out };

	buf_addf(&class, "[%s", plain->data[0] == '^' ? "\\" : "");
	buf_add(&class, plain->data, plain->len);
	buf_add_char(&class, ']');
	r.p = class.data;
	r.end = class.data + class.len;
	rewrite(&r, false);
	buf_free(&class);
}

static void
take(struct reading *r, const char *end, struct buf *out)
{
	if (end == NULL || end > r->end)
		end = r->end;
	buf_add(out, r->p, (size_t)(end - r->p));
	r->p = end;
}

/* A character, escaped or not, or a POSIX class. */
static void
take_one(struct reading *r, struct buf *plain)
{
	const char *close = NULL;

	if (r->p[0] == '[')
		close = memmem(r->p, (size_t)(r->end - r->p), ":]", 2);
	else if (r->end - r->p > 2 && r->p[0] == '\\' && r->p[2] == '{')
		close = memchr(r->p, '}', (size_t)(r->end - r->p));
	if (close != NULL)
		take(r, close + (r->p[0] == '[' ? 2 : 1), plain);
	else
		take(r, r->p + (r->p[0] == '\\' ? 2 : 1), plain);
}

/* What stands before &&, or before the end: any of it may match. */
static bool
java_operand(struct reading *r, int depth, struct buf *out)
{
	struct buf plain = { 0 }, nested = { 0 };
	bool ok = true;

	while (ok && r->p < r->end && *r->p != ']' &&
	       !(r->end - r->p > 1 && r->p[0] == '&' && r->p[1] == '&')) {
		if (*r->p == '[' && !(r->end - r->p > 1 && r->p[1] == ':')) {
			if (nested.len > 0)
				buf_add_char(&nested, '|');
			ok = java_class(r, depth + 1, &nested);
		} else {
			take_one(r, &plain);
		}
	}
	ok = ok && (plain.len > 0 || nested.len > 0);
	if (ok) {
		buf_add_str(out, "(?:");
		if (plain.len > 0)
			add_plain(&plain, out);
		if (plain.len > 0 && nested.len > 0)
			buf_add_char(out, '|');
		buf_add(out, nested.data != NULL ? nested.data : "", nested.len);
		buf_add_char(out, ')');
	}
	buf_free(&plain);
	buf_free(&nested);
	return ok;
}

/* [...&&...]: each but the last is looked for ahead, the last one is taken. */
static bool
java_class(struct reading *r, int depth, struct buf *out)
{
	struct buf operand = { 0 };
	bool not, ok = depth < DEEPEST;

	not = r->end - ++r->p > 0 && *r->p == '^';
	r->p += not;
	buf_add_str(out, not ? "(?:(?!" : "(?:");
	while (ok) {
		buf_reset(&operand);
		ok = java_operand(r, depth, &operand) && r->p < r->end;
		if (!ok || *r->p == ']')
			break;
		r->p += 2;
		buf_addf(out, "(?=%s)", buf_str(&operand));
	}
	if (ok) {
		r->p++;
		buf_add(out, operand.data, operand.len);
		buf_add_str(out, not ? ")(?s:.))" : ")");
	}
	buf_free(&operand);
	return ok;
}

/* Is there && or another bracket in the brackets that begin here? A bracket that is
 * never closed is a character, as JavaScript has it. */
static bool
holds_classes(const struct reading *r)
{
	const char *p = r->p + 1, *inner = NULL;

	p += p < r->end && *p == '^';
	p += p < r->end && *p == ']';
	for (; p < r->end; p++) {
		if (*p == '\\')
			p++;
		else if (*p == ']')
			return inner != NULL && r->end - p > 1 && p[1] == ']';
		else if (r->end - p > 1 && p[0] == '&' && p[1] == '&')
			return true;
		else if (*p == '[' && r->end - p > 1 && p[1] != ':')
			inner = p;
	}
	return false;
}

static bool
nested_class(struct reading *r)
{
	struct reading at = *r;
	struct buf out = { 0 };
	bool ok = holds_classes(r) && java_class(&at, 0, &out);

	if (ok) {
		buf_add(r->out, out.data, out.len);
		r->p = at.p;
	}
	buf_free(&out);
	return ok;
}

/* classes: brackets in brackets are looked for. */
static void
rewrite(struct reading *r, bool classes)
{
	while (r->p < r->end) {
		if (*r->p == '\\')
			escape(r);
		else if (r->in_class)
			inside_class(r);
		else if (*r->p != '[')
			buf_add_char(r->out, *r->p++);
		else if (!classes || !nested_class(r))
			open_class(r);
	}
}

void
regex_from_java(const char *pattern, size_t len, struct buf *out)
{
	struct reading r = { .p = pattern, .end = pattern + len, .out = out };

	rewrite(&r, true);
}
