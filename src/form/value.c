#include "form/value.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cnid.h"
#include "base/date.h"
#include "base/num.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/value_kinds.h"

const char *
quote(const char *s, char out[QUOTE_TEXT])
{
	size_t len = strlen(s), n = QUOTE_TEXT - 4;

	if (len < QUOTE_TEXT) {
		memcpy(out, s, len + 1);
		return out;
	}
	while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
		n--;
	memcpy(out, s, n);
	memcpy(out + n, "...", 4);
	return out;
}

/* Without space at both ends, the ideographic one included. */
static void
trim(const char *s, struct buf *out)
{
	static const char wide[] = "\xE3\x80\x80";
	size_t len = strlen(s);

	for (bool more = true; more; ) {
		more = false;
		if (len > 0 && strchr(" \t\r\n", *s) != NULL) {
			s++;
			len--;
			more = true;
		} else if (len >= 3 && memcmp(s, wide, 3) == 0) {
			s += 3;
			len -= 3;
			more = true;
		}
		if (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL) {
			len--;
			more = true;
		} else if (len >= 3 && memcmp(s + len - 3, wide, 3) == 0) {
			len -= 3;
			more = true;
		}
	}
	buf_reset(out);
	buf_add(out, s, len);
}

static bool
several_lines(const struct question *q)
{
	return question_appearance(q, "multiline") || question_appearance(q, "multi-line") ||
	    question_parameter(q, "rows") != NULL;
}

/* A text holds no control characters but the line breaks of a long one. */
static bool
clean_text(const struct question *q, const char *s, struct err *err)
{
	size_t len = strlen(s), used;

	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8_next(s + at, len - at, &used);

		if (cp == '\n' || cp == '\t') {
			if (q->type == Q_TEXT && !several_lines(q))
				return err_set(
				    err, _("this answer is one line; take the line break or tab "
					   "out"));
			continue;
		}
		if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
			return err_set(err, _("a control character (U+%04X) cannot be stored"),
			    (unsigned)cp);
	}
	return true;
}

bool
value_storable(const char *text, struct err *err)
{
	size_t len = strlen(text);

	if (len > VALUE_MAX)
		return err_set(
		    err, _("an answer of %zu bytes; the longest is %d"), len, VALUE_MAX);
	for (const char *p = text; *p != '\0'; p++)
		if (((unsigned char)*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7F)
			return err_set(err, _("a control character (U+%04X) cannot be stored"),
			    (unsigned)(unsigned char)*p);
	return utf8_valid(text, len) || err_set(err, _("this is not UTF-8 text"));
}

/* `numbers`: a text of figures, so that zeros in front stay. */
static bool
value_figures(const char *typed, struct buf *out, struct err *err)
{
	struct buf folded = { 0 };
	char shown[QUOTE_TEXT];
	bool ok;

	utf8_fold(typed, &folded);
	trim(buf_str(&folded), out);
	ok = strspn(buf_str(out), "0123456789+-.,()/# ") == out->len;
	if (!ok)
		err_set(err, _("'%s': figures only are asked here, letters are not"),
		    quote(buf_str(out), shown));
	buf_free(&folded);
	return ok;
}

static bool
value_text(const struct question *q, const char *typed, struct buf *out, struct err *err)
{
	if (!clean_text(q, typed, err))
		return false;
	if (question_appearance(q, "idcard")) {
		cnid_normalise(typed, out);
		return true;
	}
	if (question_appearance(q, "numbers"))
		return value_figures(typed, out, err);
	trim(typed, out);
	return true;
}

static bool
value_acknowledge(const char *s, struct buf *out, struct err *err)
{
	static const char *const yes[] = { "ok", "y", "yes", "1", "x", "true", "是", "好" };
	static const char *const no[] = { "n", "no", "0", "false", "否" };
	char shown[QUOTE_TEXT];

	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
		if (strcasecmp(s, yes[i]) == 0) {
			buf_set_str(out, "OK");
			return true;
		}
	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
		if (strcasecmp(s, no[i]) == 0) {
			buf_reset(out);
			return true;
		}
	return err_set(err, _("'%s': type OK to acknowledge, or leave it empty"), quote(s, shown));
}

static bool
by_type(const struct question *q, const char *typed, const char *s, const struct clock *clock,
    struct buf *out, struct err *err)
{
	switch (q->type) {
	case Q_INTEGER:
		return value_integer(q, s, out, err);
	case Q_DECIMAL:
		return value_decimal(q, s, out, err);
	case Q_RANGE:
		return value_range(q, s, out, err);
	case Q_DATE:
	case Q_TODAY:
		return value_date(q, s, clock, out, err);
	case Q_TIME:
		return value_time(s, clock, out, err);
	case Q_DATETIME:
	case Q_START:
	case Q_END:
		return value_datetime(s, clock, out, err);
	case Q_SELECT_ONE:
		return value_code(q, typed, out, err);
	case Q_SELECT_MULTIPLE:
	case Q_RANK:
		return value_codes(q, typed, out, err);
	case Q_ACKNOWLEDGE:
		return value_acknowledge(s, out, err);
	case Q_GEOPOINT:
	case Q_START_GEOPOINT:
		return value_point(s, out, err);
	case Q_GEOTRACE:
		return value_points(s, 2, false, out, err);
	case Q_GEOSHAPE:
		return value_points(s, 3, true, out, err);
	default:
		return value_text(q, typed, out, err);
	}
}

bool
value_parse(const struct question *q, const char *typed, const struct clock *clock,
    struct buf *out, struct err *err)
{
	struct buf folded = { 0 }, s = { 0 }, made = { 0 };
	size_t len = strlen(typed);
	bool ok;

	if (type_info(q->type)->kind == KIND_NONE)
		return len == 0 ? (buf_reset(out), true) :
		    err_set(err, _("'%s' holds no answer"), q->name);
	if (len > VALUE_MAX)
		return err_set(
		    err, _("an answer of %zu bytes; the longest is %d"), len, VALUE_MAX);
	if (!utf8_valid(typed, len))
		return err_set(err, _("this is not UTF-8 text"));
	utf8_fold(typed, &folded);
	trim(buf_str(&folded), &s);
	if (s.len == 0) {
		ok = true;
	} else {
		ok = by_type(q, typed, buf_str(&s), clock, &made, err);
	}
	if (ok)
		buf_set_str(out, buf_str(&made));
	buf_free(&folded);
	buf_free(&s);
	buf_free(&made);
	return ok;
}

/* ---- order ------------------------------------------------------------------------ */

static int
sign(double a, double b)
{
	return (a > b) - (a < b);
}

/* Numbers as text, exactly: by length of the whole part, then figure by figure. */
static int
compare_numbers(const char *a, const char *b)
{
	bool minus = *a == '-';
	size_t na, nb;
	int c;

	if (minus != (*b == '-'))
		return minus ? -1 : 1;
	if (minus) {
		a++;
		b++;
	}
	na = strcspn(a, ".");
	nb = strcspn(b, ".");
	c = na != nb ? (na < nb ? -1 : 1) : strcmp(a, b);
	return minus ? -c : c;
}

static int
place_in_list(const struct choice_list *list, const char *name)
{
	const struct choice *c = list != NULL ? choice_find(list, name) : NULL;

	return c != NULL ? (int)(c - list->v) : -1;
}

int
value_compare(const struct question *q, const char *a, const char *b)
{
	int64_t x, y;

	if (*a == '\0' || *b == '\0')
		return (*a != '\0') - (*b != '\0');
	switch (type_info(q->type)->kind) {
	case KIND_INTEGER:
	case KIND_DECIMAL:
		if (isnan(num_parse(a)) || isnan(num_parse(b)))
			break;
		return compare_numbers(a, b);
	case KIND_TIME:
		if (time_parse(a, &x) && time_parse(b, &y) && x != y)
			return x < y ? -1 : 1;
		break;
	case KIND_DATETIME:
		if (instant_parse(a, &x, NULL) && instant_parse(b, &y, NULL) && x != y)
			return x < y ? -1 : 1;
		break;
	case KIND_CODE:
		if (place_in_list(q->list, a) >= 0 && place_in_list(q->list, b) >= 0)
			return sign(place_in_list(q->list, a), place_in_list(q->list, b));
		break;
	default:
		break;
	}
	return sign(strcmp(a, b), 0);
}
