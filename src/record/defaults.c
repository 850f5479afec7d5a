#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/num.h"
#include "form/value.h"
#include "logic/xdate.h"
#include "record/state.h"

/* ---- calculated text as an answer ------------------------------------------- */

/* JavaRosa truncates a number written into an integer. */
static void
integer_text(const char *text, struct buf *out)
{
	char digits[NUM_TEXT];
	double n = num_parse(text);

	if (isfinite(n)) {
		num_format(trunc(n), digits);
		text = digits;
	}
	buf_set_str(out, text);
}

/* A number is days, an instant its local day, as in date(). */
static void
date_text(const char *text, struct buf *out)
{
	double days = num_parse(text);
	struct date d;
	int64_t ms;
	bool has_time;

	buf_set_str(out, text);
	if (isfinite(days))
		d = xdate_local(days);
	else if (instant_parse(text, &ms, &has_time))
		d = instant_date(ms);
	else
		return;
	buf_reset(out);
	buf_addf(out, "%04d-%02d-%02d", d.year, d.month, d.day);
}

void
value_canonical(
    const struct session *s, const struct question *q, const char *text, struct buf *out)
{
	struct err err;

	if (!text[0]) {
		buf_set_str(out, "");
		return;
	}
	switch (question_kind(q)) {
	case KIND_INTEGER:
		integer_text(text, out);
		break;
	case KIND_DATE:
		date_text(text, out);
		break;
	case KIND_CODE:
	case KIND_CODES:
	case KIND_DECIMAL:
		/* What is no number or code stays, and validity says so. */
		if (!value_parse(q, text, s->host.clock, out, &err))
			buf_set_str(out, text);
		break;
	default:
		buf_set_str(out, text);
	}
}

/* ---- defaults --------------------------------------------------------------- */

static bool
takes_default(struct session *s, node_id node)
{
	const struct node_state *st = node_state(s, node);

	return !st->loaded && !st->edited && !answers_text(s->answers, node)[0];
}

static void
write_default(struct session *s, node_id node, const char *text)
{
	struct buf value = { 0 };

	value_canonical(s, answers_question(s->answers, node), text, &value);
	if (value_fits(s, node, &value, ASPECT_DEFAULT))
		value_write(s, node, buf_str(&value));
	buf_free(&value);
}

/* Does e read something that expressions decide? Then those come first. */
static bool
reads_computed(const struct session *s, const struct expr *e)
{
	const struct expr_reads *r = expr_reads(e);

	for (size_t i = 0; i < r->questions_n; i++)
		for (const struct question *q = r->questions[i]; q; q = q->parent)
			if (s->aspects[q->index] &
			    (aspect_bit(ASPECT_RELEVANT) | aspect_bit(ASPECT_CALCULATION)))
				return true;
	return false;
}

static void
dynamic_default(struct session *s, node_id node, const struct expr *e)
{
	struct buf text = { 0 };
	struct err err;

	if (reads_computed(s, e))
		drain_plain(s);
	if (eval_text(s, e, node, &text, &err))
		write_default(s, node, buf_str(&text));
	else
		fault_set(s, node, ASPECT_DEFAULT, err.text);
	buf_free(&text);
}

/* first: a new record is made, else a row. An XForm may want one of them only. */
static bool
runs_now(const struct question *q, bool first)
{
	return q->default_when == DEFAULT_FIRST_AND_NEW ||
	       (q->default_when == DEFAULT_NEW_ONLY) != first;
}

/* What an XForm has in this very row, unless an action writes over it at once;
 * NULL: nothing of its own. */
static const char *
start_value(struct session *s, node_id node, bool first)
{
	const struct question *q = answers_question(s->answers, node);
	node_id row = answers_row_of(s->answers, node);
	const struct start_row *start = row == NODE_NONE ? NULL : node_state(s, row)->start;
	const struct start_value key = { .q = q }, *v;

	if (!start || !start->values_n || (q->default_by_action && runs_now(q, first)))
		return NULL;
	v = bsearch(&key, start->values, start->values_n, sizeof key, start_value_order);
	return v ? v->text : NULL;
}

/* Literals first: they are there from the beginning. Then expressions, in the
 * order of the form, each seeing those before it. first: of a new record. */
void
defaults_run(struct session *s, node_id top, bool first)
{
	node_id n;

	for (n = top; n != NODE_NONE; n = node_below(s, n, top)) {
		const struct question *q = answers_question(s->answers, n);
		const char *literal = start_value(s, n, first);

		if (!literal && runs_now(q, first))
			literal = logic_default_literal(s->logic, q);
		if (literal && takes_default(s, n))
			write_default(s, n, literal);
	}
	for (n = top; n != NODE_NONE; n = node_below(s, n, top)) {
		const struct question *q = answers_question(s->answers, n);
		const struct expr *e = logic_expr(s->logic, q, ASPECT_DEFAULT);

		if (e && runs_now(q, first) && takes_default(s, n) && !start_value(s, n, first))
			dynamic_default(s, n, e);
	}
}

/* An XForm's actions that run each time a record is opened, whatever is there. */
void
defaults_on_load(struct session *s)
{
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(s->answers, n)) {
		const struct question *q = answers_question(s->answers, n);
		const struct expr *e = logic_expr(s->logic, q, ASPECT_DEFAULT);
		const char *literal = logic_default_literal(s->logic, q);

		if (q->default_when != DEFAULT_EACH_LOAD)
			continue;
		if (e)
			dynamic_default(s, n, e);
		else if (literal)
			write_default(s, n, literal);
	}
}

/* What was not relevant was saved as blank. If it comes back now, it comes with
 * the form's default, as in a new record; what a person left blank stays so. */
void
defaults_hidden(struct session *s)
{
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(s->answers, n)) {
		const char *literal =
		    logic_default_literal(s->logic, answers_question(s->answers, n));

		if (literal && !node_state(s, n)->edited && !answers_text(s->answers, n)[0] &&
		    !answers_missing(s->answers, n) && !answers_relevant(s->answers, n))
			write_default(s, n, literal);
	}
	drain_plain(s);
}

/* ---- what the program itself fills in ---------------------------------------- */

static void
stamp(struct session *s, node_id node)
{
	char text[INSTANT_TEXT];

	instant_format(clock_now(s->host.clock), text);
	value_write(s, node, text);
}

void
preloads_run(struct session *s)
{
	char day[11];

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(s->answers, n)) {
		if (!takes_default(s, n))
			continue;
		switch (answers_question(s->answers, n)->type) {
		case Q_TODAY:
			today_format(s->host.clock, day);
			value_write(s, n, day);
			break;
		case Q_START:
			stamp(s, n);
			break;
		case Q_USERNAME:
			value_write(s, n, s->host.user ? s->host.user : "");
			break;
		case Q_DEVICEID:
			value_write(s, n, s->host.device ? s->host.device : "");
			break;
		default:
			break;
		}
	}
}

void
preload_end(struct session *s)
{
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(s->answers, n))
		if (answers_question(s->answers, n)->type == Q_END)
			stamp(s, n);
}
