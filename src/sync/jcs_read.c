#include "sync/jcs_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

struct reader {
	struct jcs_text *t;
	const char *at, *end;
	char *out;			/* in t->strings: where the next string goes */
	int depth;
};

static bool value(struct reader *r);

static bool
take(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool
word(struct reader *r, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(r->end - r->at) < n || memcmp(r->at, w, n) != 0)
		return false;
	r->at += n;
	return true;
}

/* The array may move: a value that contains others is named by its place. */
static size_t
add(struct reader *r, enum jcs_kind kind)
{
	struct jcs_text *t = r->t;

	t->v = xgrow(t->v, &t->cap, t->n + 1, sizeof *t->v);
	t->v[t->n] = (struct jcs_value){ .kind = kind, .span = 1 };
	return t->n++;
}

/* ---- strings --------------------------------------------------------------------- */

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* After a backslash. Each character has one spelling only. */
static bool
escape(struct reader *r)
{
	static const char named[] = "b\bf\fn\nr\rt\t\"\"\\\\";
	const char *at = r->at;
	int high, low;

	for (const char *p = named; at < r->end && *p != '\0'; p += 2)
		if (*at == *p) {
			*r->out++ = p[1];
			r->at++;
			return true;
		}
	if (!word(r, "u00") || r->end - r->at < 2)
		return false;
	high = digit(r->at[0]);
	low = digit(r->at[1]);
	r->at += 2;
	/* 8 to 13 have names, but for 11. */
	if (high < 0 || high > 1 || low < 0 || high + low == 0 ||
	    (high == 0 && low >= 8 && low <= 13 && low != 11))
		return false;
	*r->out++ = (char)(high << 4 | low);
	return true;
}

/* Characters that stand for themselves. */
static bool
plain(struct reader *r)
{
	const char *from = r->at;
	bool ascii = true;

	while (r->at < r->end && *r->at != '"' && *r->at != '\\') {
		unsigned char c = (unsigned char)*r->at++;

		if (c < 0x20)
			return false;
		ascii = ascii && c < 0x80;
	}
	memcpy(r->out, from, (size_t)(r->at - from));
	r->out += r->at - from;
	return ascii || utf8_valid(from, (size_t)(r->at - from));
}

static bool
string(struct reader *r)
{
	size_t no = add(r, JCS_STRING);
	char *start = r->out;

	if (!take(r, '"'))
		return false;
	while (plain(r) && r->at < r->end) {
		if (take(r, '"')) {
			r->t->v[no].of.s = start;
			r->t->v[no].n = (uint32_t)(r->out - start);
			*r->out++ = '\0';
			return true;
		}
		r->at++;
		if (!escape(r))
			return false;
	}
	return false;
}

/* ---- numbers ----------------------------------------------------------------------- */

static bool
integer(struct reader *r)
{
	size_t no = add(r, JCS_INT);
	bool minus = take(r, '-');
	const char *first = r->at;
	uint64_t n = 0, most = (uint64_t)INT64_MAX + minus;

	for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
		unsigned d = (unsigned)(*r->at - '0');

		if (n > (most - d) / 10)
			return false;
		n = n * 10 + d;
	}
	if (r->at == first || (*first == '0' && (minus || r->at > first + 1)))
		return false;
	r->t->v[no].of.i = minus ? -(int64_t)(n - 1) - 1 : (int64_t)n;
	return true;
}

/* ---- what contains others ------------------------------------------------------------ */

/* Keys in order of bytes: the same as of UTF-16 units for the keys there are. */
static bool
member(struct reader *r, const char **before)
{
	size_t no = r->t->n;
	const char *key;

	if (!string(r))
		return false;
	key = r->t->v[no].of.s;
	if (*before != NULL && strcmp(*before, key) >= 0)
		return false;
	*before = key;
	return take(r, ':') && value(r);
}

static bool
inside(struct reader *r, enum jcs_kind kind, char close)
{
	size_t no = add(r, kind);
	const char *before = NULL;
	uint32_t n = 0;

	r->at++;
	if (++r->depth > JCS_DEPTH)
		return false;
	while (!take(r, close)) {
		if ((n > 0 && !take(r, ',')) ||
		    !(kind == JCS_OBJECT ? member(r, &before) : value(r)))
			return false;
		n++;
	}
	r->depth--;
	r->t->v[no].n = n;
	r->t->v[no].span = (uint32_t)(r->t->n - no);
	return true;
}

static bool
truth(struct reader *r, const char *w, bool is)
{
	size_t no = add(r, JCS_BOOL);

	r->t->v[no].of.i = is;
	return word(r, w);
}

static bool
value(struct reader *r)
{
	switch (r->at < r->end ? *r->at : '\0') {
	case '{': return inside(r, JCS_OBJECT, '}');
	case '[': return inside(r, JCS_LIST, ']');
	case '"': return string(r);
	case 'n': add(r, JCS_NULL); return word(r, "null");
	case 'f': return truth(r, "false", false);
	case 't': return truth(r, "true", true);
	default: return integer(r);
	}
}

const struct jcs_value *
jcs_read(struct jcs_text *t, const char *text, size_t len)
{
	struct reader r = { .t = t, .at = text, .end = text + len };

	/* A string is never longer than it was with its quotes. */
	t->strings = xgrow(t->strings, &t->strings_cap, len + 1, 1);
	r.out = t->strings;
	t->n = 0;
	return value(&r) && r.at == r.end ? t->v : NULL;
}

void
jcs_text_free(struct jcs_text *t)
{
	free(t->v);
	free(t->strings);
	*t = (struct jcs_text){ 0 };
}

/* ---- asking -------------------------------------------------------------------------- */

bool
jcs_is(const struct jcs_value *v, enum jcs_kind kind)
{
	return v != NULL && v->kind == kind;
}

const struct jcs_value *
jcs_member(const struct jcs_value *v, const char *key)
{
	const struct jcs_value *k;

	if (!jcs_is(v, JCS_OBJECT))
		return NULL;
	k = v + 1;
	for (uint32_t i = 0; i < v->n; i++, k = jcs_after(k + 1))
		if (strcmp(k->of.s, key) == 0)
			return k + 1;
	return NULL;
}

const struct jcs_value *
jcs_item(const struct jcs_value *v, size_t i)
{
	const struct jcs_value *one = jcs_first(v);

	if (i >= jcs_size(v))
		return NULL;
	while (i-- > 0)
		one = jcs_after(one);
	return one;
}

size_t
jcs_size(const struct jcs_value *v)
{
	return jcs_is(v, JCS_LIST) ? v->n : 0;
}

const struct jcs_value *
jcs_first(const struct jcs_value *v)
{
	return jcs_size(v) > 0 ? v + 1 : NULL;
}

const struct jcs_value *
jcs_after(const struct jcs_value *v)
{
	return v + v->span;
}

const char *
jcs_string(const struct jcs_value *v)
{
	return jcs_is(v, JCS_STRING) ? v->of.s : NULL;
}
