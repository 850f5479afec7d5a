/* Functions of texts. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "logic/digest.h"
#include "logic/regex.h"
#include "logic/xfn.h"

bool
fn_string(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s;

	return arg_str_or_context(r, call, 0, ctx, &s) && val_str(out, s);
}

/* Questions that double each other's text would fill the memory in forty steps. */
#define JOINED_MAX ((size_t)1 << 20)

struct joining {
	struct buf *out;
	struct str separator;
	size_t n;
	bool full;
};

static bool
join_one(void *to, struct str s)
{
	struct joining *j = to;

	if (j->separator.len + s.len > JOINED_MAX - j->out->len) {
		j->full = true;
		return false;
	}
	if (j->n++)
		buf_add(j->out, j->separator.s, j->separator.len);
	buf_add(j->out, s.s, s.len);
	return true;
}

static bool
join_from(struct run *r, const struct xnode *call, size_t first, struct str separator,
    const struct ctx *ctx, struct xval *out)
{
	struct buf b = { 0 };
	struct joining j = { .out = &b, .separator = separator };
	bool ok = xfn_each(r, call, first, ctx, join_one, &j);

	if (ok && j.full)
		ok = run_fail(r, call, "%s",
		    _("this text would be longer than 1 MiB and was given up"));
	if (!ok) {
		buf_free(&b);
		return false;
	}
	return val_str(out, run_take(r, &b));
}

bool
fn_concat(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	return join_from(r, call, 0, (struct str){ "", 0 }, ctx, out);
}

bool
fn_join(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str separator;

	return arg_str(r, call, 0, ctx, &separator) && join_from(r, call, 1, separator, ctx, out);
}

static size_t
characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += (s.s[i] & 0xC0) != 0x80;
	return n;
}

/* Byte offset of character n (from 0). */
static size_t
offset_of(struct str s, size_t n)
{
	size_t i = 0;

	for (; i < s.len; i++)
		if ((s.s[i] & 0xC0) != 0x80 && n-- == 0)
			break;
	return i;
}

static bool
cut(struct run *r, struct str s, size_t from, size_t to, struct xval *out)
{
	size_t a, b;

	if (from >= to)
		return val_string(out, "", 0);
	a = offset_of(s, from);
	b = offset_of(s, to);
	return val_string(out, run_text(r, s.s + a, b - a), b - a);
}

/* An end of substr(): negative from the end, kept inside the text. */
static size_t
place(double n, size_t length)
{
	n = isnan(n) ? 0 : trunc(n);
	if (n < 0)
		n += (double)length;
	return n <= 0 ? 0 : n >= (double)length ? length : (size_t)n;
}

bool
fn_substr(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s;
	double from, to;
	size_t length;

	if (!arg_str(r, call, 0, ctx, &s) || !arg_num(r, call, 1, ctx, &from))
		return false;
	length = characters(s);
	to = (double)length;
	if (call->args_n > 2 && !arg_num(r, call, 2, ctx, &to))
		return false;
	return cut(r, s, place(from, length), place(to, length), out);
}

/* XPath's round: halves toward +infinity. */
static double
half_up(double n)
{
	return floor(n + 0.5);
}

bool
fn_substring(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s;
	double first, length = INFINITY, end;
	size_t n, from, to;

	if (!arg_str(r, call, 0, ctx, &s) || !arg_num(r, call, 1, ctx, &first))
		return false;
	if (call->args_n > 2 && !arg_num(r, call, 2, ctx, &length))
		return false;
	n = characters(s);
	first = half_up(first);
	end = call->args_n > 2 ? first + half_up(length) : INFINITY;
	if (isnan(first) || isnan(end))
		return val_string(out, "", 0);
	from = first <= 1 ? 0 : first > (double)n ? n : (size_t)first - 1;
	to = end <= 1 ? 0 : end > (double)n ? n : (size_t)end - 1;
	return cut(r, s, from, to, out);
}

static bool
two_texts(struct run *r, const struct xnode *call, const struct ctx *ctx, struct str *a,
    struct str *b)
{
	return arg_str(r, call, 0, ctx, a) && arg_str(r, call, 1, ctx, b);
}

static const char *
find(struct str s, struct str part)
{
	return part.len ? memmem(s.s, s.len, part.s, part.len) : s.s;
}

bool
fn_substring_before(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str s, mark;
	const char *at;

	if (!two_texts(r, call, ctx, &s, &mark))
		return false;
	at = find(s, mark);
	if (!at)
		return val_string(out, "", 0);
	return val_string(out, run_text(r, s.s, (size_t)(at - s.s)), (size_t)(at - s.s));
}

bool
fn_substring_after(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str s, mark;
	const char *at;

	if (!two_texts(r, call, ctx, &s, &mark))
		return false;
	at = find(s, mark);
	if (!at)
		return val_string(out, "", 0);
	at += mark.len;
	return val_string(out, at, s.len - (size_t)(at - s.s));
}

bool
fn_translate(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s, from, to;
	struct buf b = { 0 };
	size_t used, used_from, used_to;

	if (!two_texts(r, call, ctx, &s, &from) || !arg_str(r, call, 2, ctx, &to))
		return false;
	for (size_t i = 0; i < s.len; i += used) {
		uint32_t c = utf8_next(s.s + i, s.len - i, &used);
		size_t f = 0, t = 0;

		for (; f < from.len; f += used_from) {
			if (utf8_next(from.s + f, from.len - f, &used_from) == c)
				break;
			if (t < to.len) {
				utf8_next(to.s + t, to.len - t, &used_to);
				t += used_to;
			}
		}
		if (f >= from.len) {
			buf_add(&b, s.s + i, used);
		} else if (t < to.len) {
			utf8_next(to.s + t, to.len - t, &used_to);
			buf_add(&b, to.s + t, used_to);
		}
		r->left -= (long)from.len;
		if (!run_step(r, call)) {
			buf_free(&b);
			return false;
		}
	}
	return val_str(out, run_take(r, &b));
}

bool
fn_contains(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s, part;

	return two_texts(r, call, ctx, &s, &part) && val_bool(out, find(s, part) != NULL);
}

bool
fn_starts_with(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str s, part;

	if (!two_texts(r, call, ctx, &s, &part))
		return false;
	return val_bool(out, s.len >= part.len && !memcmp(s.s, part.s, part.len));
}

bool
fn_ends_with(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s, part;

	if (!two_texts(r, call, ctx, &s, &part))
		return false;
	return val_bool(out, s.len >= part.len &&
	    !memcmp(s.s + s.len - part.len, part.s, part.len));
}

bool
fn_string_length(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str s;

	return arg_str_or_context(r, call, 0, ctx, &s) &&
	    val_number(out, (double)characters(s));
}

bool
fn_normalize_space(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str s, word;
	struct buf b = { 0 };
	size_t at = 0;

	if (!arg_str_or_context(r, call, 0, ctx, &s))
		return false;
	while ((word = xfn_word(s, &at)).len) {
		if (b.len)
			buf_add_char(&b, ' ');
		buf_add(&b, word.s, word.len);
	}
	return val_str(out, run_take(r, &b));
}

bool
fn_uuid(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char id[37];
	double n;
	char *s;

	if (!call->args_n) {
		uuid_v4(id);
		return val_copy(r, out, id);
	}
	if (!arg_num(r, call, 0, ctx, &n))
		return false;
	if (isnan(n) || n < 1)
		return val_string(out, "", 0);
	if (n > 10000)
		return run_fail(r, call, "%s", _("uuid() makes at most 10000 characters"));
	s = run_alloc(r, (size_t)n + 1);
	random_bytes(s, (size_t)n);
	for (size_t i = 0; i < (size_t)n; i++)
		s[i] = letters[(unsigned char)s[i] % 64];
	s[(size_t)n] = '\0';
	return val_string(out, s, (size_t)n);
}

bool
fn_digest(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s, name, encoding = { "base64", 6 };
	unsigned char sum[DIGEST_MAX];
	struct buf b = { 0 };
	size_t n;

	if (!two_texts(r, call, ctx, &s, &name))
		return false;
	if (call->args_n > 2 && !arg_str(r, call, 2, ctx, &encoding))
		return false;
	n = digest_make(name.s, s.s, s.len, sum);
	if (!n)
		return run_fail(r, call->args[1],
		    _("'%s' is no algorithm of digest(): MD5, SHA-1, SHA-256, SHA-384 or SHA-512"),
		    name.s);
	if (!strcmp(encoding.s, "hex")) {
		for (size_t i = 0; i < n; i++)
			buf_addf(&b, "%02x", sum[i]);
	} else if (!strcmp(encoding.s, "base64")) {
		base64_write(sum, n, &b);
	} else {
		return run_fail(r, call->args[2], _("'%s' is no encoding of digest(): base64 or hex"),
		    encoding.s);
	}
	return val_str(out, run_take(r, &b));
}

/* UTF-8; NUL is allowed. */
static bool
is_text(const char *s, size_t len)
{
	size_t used;

	for (size_t i = 0; i < len; i += used)
		if (utf8_next(s + i, len - i, &used) == 0xFFFD && used == 1)
			return false;
	return true;
}

bool
fn_base64_decode(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str s;
	struct buf b = { 0 };

	if (!arg_str(r, call, 0, ctx, &s))
		return false;
	if (!base64_bytes(s.s, s.len, &b) || !is_text(buf_str(&b), b.len))
		buf_reset(&b);
	return val_str(out, run_take(r, &b));
}

bool
fn_extract_signed(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str content, key;
	struct buf signed_text = { 0 }, public_key = { 0 };
	const char *text = "";
	size_t len = 0;

	if (!two_texts(r, call, ctx, &content, &key))
		return false;
	if (base64_bytes(content.s, content.len, &signed_text) &&
	    base64_bytes(key.s, key.len, &public_key) && public_key.len == 32 &&
	    signed_text.len >= 64 &&
	    ed25519_valid((const unsigned char *)signed_text.data, signed_text.data + 64,
	        signed_text.len - 64, (const unsigned char *)public_key.data) &&
	    is_text(signed_text.data + 64, signed_text.len - 64)) {
		len = signed_text.len - 64;
		text = run_text(r, signed_text.data + 64, len);
	}
	buf_free(&signed_text);
	buf_free(&public_key);
	return val_string(out, text, len);
}

bool
fn_regex(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s, pattern;
	struct regex *re = call->regex, *made = NULL;
	struct err err;
	bool matches;

	if (!arg_str(r, call, 0, ctx, &s))
		return false;
	if (!re) {
		if (!arg_str(r, call, 1, ctx, &pattern))
			return false;
		re = made = regex_compile(pattern.s, pattern.len, NULL, &err);
		if (!re)
			return run_fail(r, call->args[1], "%s", err.text);
	}
	matches = regex_matches(re, s.s, s.len, &err);
	regex_free(made);
	if (!matches && err.text[0])
		return run_fail(r, call, "%s", err.text);
	return val_bool(out, matches);
}

bool
fn_pad(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s;
	struct buf b = { 0 };
	double width;

	if (!arg_str(r, call, 0, ctx, &s) || !arg_num(r, call, 1, ctx, &width))
		return false;
	if (!s.len || isnan(width) || !strcmp(s.s, "NaN"))
		return val_string(out, "", 0);
	if (width > 1000)
		return run_fail(r, call->args[1], "%s", _("pad() makes at most 1000 characters"));
	for (size_t i = characters(s); (double)i < width; i++)
		buf_add_char(&b, '0');
	buf_add(&b, s.s, s.len);
	return val_str(out, run_take(r, &b));
}
