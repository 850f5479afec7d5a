#include "store/apart.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/num.h"
#include "form/form.h"
#include "form/value.h"
#include "store/inside.h"

/* Where a value stands among those of its kind; false: it is none of them, as what
 * came from elsewhere ill-typed. */
static bool
place_of(enum kind kind, const char *value, double *out)
{
	struct date date;
	int64_t ms;
	bool timed;

	switch (kind) {
	case KIND_DATE: /* no instant: that would ask this machine's zone */
		*out = date_parse(value, &date, NULL) ? (double)date_to_days(date) : NAN;
		break;
	case KIND_DATETIME:
		*out = instant_parse(value, &ms, &timed) ? (double)ms : NAN;
		break;
	default:
		*out = num_parse(value);
	}
	return !isnan(*out);
}

/* Blanks stand nowhere; among equal ones the newest. */
static size_t
furthest(const struct question *q, const struct apart_side *v, size_t n)
{
	double best = 0, at;
	size_t found = n;

	for (size_t i = 0; i < n; i++) {
		if (v[i].value[0] == '\0' || !place_of(question_kind(q), v[i].value, &at))
			continue;
		if (found == n || (q->apart == APART_MAX ? at >= best : at <= best)) {
			best = at;
			found = i;
		}
	}
	return found < n ? found : n - 1;
}

static size_t
all_choices(struct store *s, const struct question *q, const struct apart_side *v, size_t n,
    struct buf *made)
{
	struct buf words = { 0 };
	struct err ignored;
	bool ok;

	for (size_t i = 0; i < n; i++)
		buf_addf(&words, " %s", v[i].value);
	ok = value_parse(q, buf_str(&words), s->clock, made, &ignored) && made->len > 0;
	buf_free(&words);
	if (!ok)
		return n - 1;
	for (size_t i = n; i > 0; i--)
		if (strcmp(v[i - 1].value, buf_str(made)) == 0)
			return i - 1;
	return n;
}

size_t
apart_shown(struct store *s, const struct question *q, const struct apart_side *v, size_t n,
    struct buf *made)
{
	if (n > 1 && q != NULL && (q->apart == APART_MAX || q->apart == APART_MIN))
		return furthest(q, v, n);
	if (n > 1 && q != NULL && q->apart == APART_UNION)
		return all_choices(s, q, v, n, made);
	return n - 1;
}

const struct question *
apart_question(struct store *s, const char *form, const char *field)
{
	const struct loaded *loaded;
	struct err ignored;
	int64_t no = 0;

	if (field[0] == '$' || !form_current(s, form, &no, &ignored) || no == 0 ||
	    !form_load(s, form, NULL, &loaded, &ignored))
		return NULL;
	return form_field(s, loaded, field);
}
