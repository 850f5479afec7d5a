/* Whole numbers, decimals and ranges. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/tr.h"
#include "form/value_kinds.h"

#define INTEGER_LEAST (-2147483647LL - 1)	/* ODK: an int has 32 bits */
#define INTEGER_MOST 2147483647LL
#define FIGURES 15				/* before and after the point: exact in a double */

/* 12,345 where the field shows thousands so; false: commas elsewhere. */
static bool
drop_thousands(const char *s, struct buf *out)
{
	size_t whole = strcspn(s, "."), since = 0;
	bool comma = false;

	for (size_t i = 0; i < whole; i++) {
		if (s[i] == ',') {
			if (i == 0 || (comma ? since != 3 : since > 3))
				return false;
			comma = true;
			since = 0;
			continue;
		}
		since += s[i] >= '0' && s[i] <= '9';
		buf_add_char(out, s[i]);
	}
	if (comma && since != 3)
		return false;
	buf_add_str(out, s + whole);
	return true;
}

/* The number without a plus in front and thousands' commas. */
static bool
plain_number(const struct question *q, const char *s, struct buf *out, struct err *err)
{
	char shown[QUOTE_TEXT];

	if (*s == '+' && s[1] != '-')
		s++;
	buf_reset(out);
	if (strchr(s, ',') == NULL) {
		buf_add_str(out, s);
		return true;
	}
	if (question_appearance(q, "thousands-sep") && drop_thousands(s, out))
		return true;
	return err_set(err, _("'%s': write the number without commas, the decimal point as '.'"),
	    quote(s, shown));
}

static bool
integer_text(const char *s, struct buf *out, struct err *err)
{
	char shown[QUOTE_TEXT];
	size_t minus = *s == '-', zeros, n = strlen(s + minus);
	long long value;

	if (n == 0 || strspn(s + minus, "0123456789") != n) {
		if (n > 0 && strspn(s + minus, "0123456789.") == n && num_parse(s) == num_parse(s))
			return err_set(err,
			    _("'%s': a whole number is asked, without a decimal point"),
			    quote(s, shown));
		return err_set(err, _("'%s' is no whole number"), quote(s, shown));
	}
	zeros = strspn(s + minus, "0");
	if (zeros == n)
		zeros = n - 1;
	value = n - zeros > 12 ? INTEGER_MOST + 1 : strtoll(s + minus + zeros, NULL, 10);
	if (minus)
		value = -value;
	if (value < INTEGER_LEAST || value > INTEGER_MOST)
		return err_set(err, _("'%s': a whole number lies between %lld and %lld"),
		    quote(s, shown), INTEGER_LEAST, INTEGER_MOST);
	buf_reset(out);
	buf_addf(out, "%lld", value);
	return true;
}

bool
value_integer(const struct question *q, const char *s, struct buf *out, struct err *err)
{
	struct buf plain = { 0 };
	bool ok = plain_number(q, s, &plain, err) && integer_text(buf_str(&plain), out, err);

	buf_free(&plain);
	return ok;
}

static bool
decimal_text(const char *s, struct buf *out, struct err *err)
{
	size_t size = strlen(s) + 3, whole;
	char *text = xmalloc(size), shown[QUOTE_TEXT];
	bool ok = num_canonical(s, text, size);

	if (!ok) {
		if (strpbrk(s, "eE") != NULL && strspn(s, "0123456789.eE+-") == strlen(s))
			err_set(err, _("'%s': write the number out, without e"), quote(s, shown));
		else
			err_set(err, _("'%s' is no number"), quote(s, shown));
	} else {
		const char *figures = text + (*text == '-');

		whole = strcspn(figures, ".");
		ok = whole <= FIGURES && strlen(figures + whole) <= FIGURES + 1;
		if (!ok)
			err_set(err,
			    _("'%s': at most %d figures before the decimal point and %d after"),
			    quote(s, shown), FIGURES, FIGURES);
	}
	if (ok)
		buf_set_str(out, text);
	free(text);
	return ok;
}

bool
value_decimal(const struct question *q, const char *s, struct buf *out, struct err *err)
{
	struct buf plain = { 0 };
	bool ok = plain_number(q, s, &plain, err) && decimal_text(buf_str(&plain), out, err);

	buf_free(&plain);
	return ok;
}

/* XLSForm's range: from 1 to 10 in steps of 1 unless told otherwise. */
static const char *
parameter(const struct question *q, const char *name, const char *otherwise)
{
	const char *s = question_parameter(q, name);

	return s != NULL && !isnan(num_parse(s)) ? s : otherwise;
}

bool
value_range(const struct question *q, const char *s, struct buf *out, struct err *err)
{
	const char *start = parameter(q, "start", "1"), *end = parameter(q, "end", "10"),
	    *step = parameter(q, "step", "1");
	bool decimal = strchr(start, '.') != NULL || strchr(end, '.') != NULL ||
	    strchr(step, '.') != NULL;
	double from = num_parse(start), to = num_parse(end), by = fabs(num_parse(step)), n, steps;
	char shown[QUOTE_TEXT];

	if (!(decimal ? value_decimal(q, s, out, err) : value_integer(q, s, out, err)))
		return false;
	n = num_parse(buf_str(out));
	if (n < fmin(from, to) || n > fmax(from, to))
		return err_set(err, _("'%s': between %s and %s is asked"), quote(s, shown),
		    from <= to ? start : end, from <= to ? end : start);
	steps = by > 0 ? (n - from) / by : 0;
	if (fabs(steps - round(steps)) > 1e-9 * fmax(1, fabs(steps)))
		return err_set(
		    err, _("'%s': from %s in steps of %s is asked"), quote(s, shown), start, step);
	return true;
}
