#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/tr.h"
#include "form/value.h"
#include "record/state.h"

/*
 * A change puts the expressions that read it into a queue ordered by
 * logic_order, each once a node, so that an expression is evaluated after all
 * it reads and only if something it reads has changed. A trigger's calculations
 * wait in a second queue until the first is empty: they see a settled record.
 */

/* ---- what waits ------------------------------------------------------------ */

void
queue_task(struct session *s, node_id node, const struct question *q, enum aspect aspect)
{
	struct node_state *st = node_state(s, node);
	struct task t = {0, node, q, aspect, s->serial++, NULL};

	/* Two repeats with a count may hang below one node: no bit for those. */
	if (aspect != ASPECT_REPEAT_COUNT) {
		if (st->queued & aspect_bit(aspect))
			return;
		st->queued |= aspect_bit(aspect);
	}
	t.rank = (uint32_t)logic_rank(s->logic, q, aspect);
	queue_push(&s->queue, t);
}

static void
queue_counts(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);

	for (const struct question *c = q->first; c; c = c->next)
		if (c->type == Q_REPEAT && s->aspects[c->index] & aspect_bit(ASPECT_REPEAT_COUNT))
			queue_task(s, node, c, ASPECT_REPEAT_COUNT);
}

static void
queue_aspects(struct session *s, node_id node, uint16_t which)
{
	const struct question *q = answers_question(s->answers, node);

	which &= (uint16_t)~aspect_bit(ASPECT_REPEAT_COUNT);
	if (!answers_text(s->answers, node)[0])
		which &= (uint16_t)~aspect_bit(ASPECT_CHOICES);
	for (int a = 0; which; a++, which >>= 1)
		if (which & 1)
			queue_task(s, node, q, (enum aspect)a);
}

/* What may be picked is another: is it still what was? */
static void
choices_stale(struct session *s, node_id node)
{
	uncheck(s, node);
	queue_aspects(s, node, aspect_bit(ASPECT_CHOICES));
}

node_id
node_below(const struct session *s, node_id at, node_id top)
{
	const struct answers *a = s->answers;

	if (answers_first(a, at) != NODE_NONE)
		return answers_first(a, at);
	for (; at != top; at = answers_parent(a, at))
		if (answers_next(a, at) != NODE_NONE)
			return answers_next(a, at);
	return NODE_NONE;
}

void
queue_all(struct session *s, node_id top)
{
	for (node_id n = top; n != NODE_NONE; n = node_below(s, n, top)) {
		queue_aspects(s, n, s->aspects[answers_question(s->answers, n)->index]);
		queue_counts(s, n);
	}
}

void
uncheck(struct session *s, node_id node)
{
	node_state(s, node)->checked = false;
	change_note(s, node);
}

bool
question_within(const struct question *q, const struct question *top)
{
	while (q && q != top)
		q = q->parent;
	return q != NULL;
}

bool
expr_names(const struct expr *e, const struct question *q)
{
	const struct expr_reads *r = expr_reads(e);

	for (size_t i = 0; i < r->questions_n; i++)
		if (r->questions[i] == q)
			return true;
	return false;
}

node_id
seen_within(
    const struct session *s, node_id at, const struct question *reader, const struct expr *e)
{
	const struct answers *a = s->answers;
	node_id rows[64], row = answers_row_of(a, at), scope = ANSWERS_ROOT;
	size_t n = 0;

	for (; row != NODE_NONE && n < 64; row = answers_row_of(a, answers_parent(a, row)))
		rows[n++] = row;
	while (n > 0) {
		const struct question *repeat = answers_question(a, rows[--n]);

		if (!question_within(reader, repeat) || (e && expr_names(e, repeat)))
			break;
		scope = rows[n];
	}
	return scope;
}

static void
reader_stale(struct session *s, node_id node, const struct vertex *v)
{
	switch (v->aspect) {
	case ASPECT_CONSTRAINT:
	case ASPECT_WARNING:
		uncheck(s, node);
		break;
	case ASPECT_CHOICES:
		choices_stale(s, node);
		break;
	case ASPECT_LABEL:
		change_note(s, node);
		break;
	default:
		queue_task(s, node, v->q, v->aspect);
	}
}

const struct question *
vertex_place(const struct vertex *v)
{
	return v->aspect == ASPECT_REPEAT_COUNT ? v->q->parent : v->q;
}

void
queue_in(struct session *s, node_id scope, const struct vertex *v)
{
	size_t n = answers_all(s->answers, scope, vertex_place(v), &s->ids, &s->ids_cap);

	for (size_t i = 0; i < n; i++)
		reader_stale(s, s->ids[i], v);
}

bool
runs_by_itself(const struct vertex *v)
{
	return v->aspect != ASPECT_DEFAULT &&
	       !(v->aspect == ASPECT_CALCULATION && v->q->trigger.text);
}

/* previous(${x}) looks one row up: a change is seen in the row below, too. */
static void
queue_next_row(struct session *s, node_id at, const struct question *q, const struct vertex *v)
{
	node_id row = answers_row_of(s->answers, at);

	while (row != NODE_NONE && answers_question(s->answers, row) != q->repeat)
		row = answers_row_of(s->answers, answers_parent(s->answers, row));
	if (row == NODE_NONE || !question_within(vertex_place(v), q->repeat))
		return;
	row = answers_next(s->answers, row);
	if (row != NODE_NONE && answers_question(s->answers, row) == q->repeat)
		queue_in(s, row, v);
}

void
queue_readers(struct session *s, node_id at, const struct question *q)
{
	const struct vertex *v;
	size_t n;

	v = logic_readers(s->logic, q, &n);
	for (size_t i = 0; i < n; i++) {
		const struct question *place = vertex_place(&v[i]);
		const struct expr *e = logic_expr(s->logic, v[i].q, v[i].aspect);

		if (!runs_by_itself(&v[i]))
			continue;
		queue_in(s, seen_within(s, at, place, e), &v[i]);
		if (e && q->repeat && expr_reads(e)->position)
			queue_next_row(s, at, q, &v[i]);
	}
}

/* ---- triggers -------------------------------------------------------------- */

static void
fire(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);
	struct node_state *st = node_state(s, node);
	const struct question *const *t;
	size_t n;

	if (s->starting || st->fresh)
		return;
	t = logic_triggered(s->logic, q, &n);
	st->pending = n > 0 && !answers_relevant(s->answers, node);
	if (st->pending)
		return;
	for (size_t i = 0; i < n; i++) {
		node_id scope = seen_within(s, node, t[i], NULL);
		size_t ids_n = answers_all(s->answers, scope, t[i], &s->ids, &s->ids_cap);

		for (size_t k = 0; k < ids_n; k++) {
			struct node_state *target = node_state(s, s->ids[k]);
			struct task task = {
			    (uint32_t)logic_rank(s->logic, t[i], ASPECT_CALCULATION), s->ids[k],
			    t[i], ASPECT_CALCULATION, s->serial++, q};

			if (target->queued & aspect_bit(ASPECT_CALCULATION))
				continue;
			target->queued |= aspect_bit(ASPECT_CALCULATION);
			queue_push(&s->fired, task);
		}
	}
}

/* ---- changes --------------------------------------------------------------- */

void
uncheck_unique(struct session *s, const struct question *q, const char *text)
{
	size_t n, unique = 0;

	while (unique < s->form->unique_n && s->form->unique[unique] != q)
		unique++;
	if (!q->repeat || unique == s->form->unique_n)
		return;
	n = answers_all(s->answers, ANSWERS_ROOT, q, &s->ids, &s->ids_cap);
	for (size_t i = 0; i < n; i++)
		if (!text || node_state(s, s->ids[i])->problem == PROBLEM_UNIQUE ||
		    strcmp(answers_value(s->answers, s->ids[i]), text) == 0)
			uncheck(s, s->ids[i]);
}

void
uncheck_takers(struct session *s, const struct question *source)
{
	for (size_t i = 0; i < s->takers_n; i++) {
		const struct question *q = s->takers[i];
		size_t n;

		if (form_find(s->form, q->from_repeat, NULL) != source)
			continue;
		n = answers_all(s->answers, ANSWERS_ROOT, q, &s->ids, &s->ids_cap);
		for (size_t k = 0; k < n; k++)
			choices_stale(s, s->ids[k]);
	}
}

void
value_changed(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);

	node_state(s, node)->confirmed = 0;
	uncheck(s, node);
	uncheck_unique(s, q, answers_text(s->answers, node));
	uncheck_takers(s, q);
	queue_aspects(s, node, s->aspects[q->index] & aspect_bit(ASPECT_CHOICES));
	queue_readers(s, node, q);
	fire(s, node);
}

void
value_write(struct session *s, node_id node, const char *text)
{
	if (strcmp(answers_text(s->answers, node), text) == 0)
		return;
	answers_set(s->answers, node, text);
	if (text[0])
		answers_set_missing(s->answers, node, MISSING_NONE);
	value_changed(s, node);
}

bool
value_fits(struct session *s, node_id node, const struct buf *value, enum aspect aspect)
{
	struct err err;

	if (value_storable(buf_str(value), &err))
		return true;
	fault_set(s, node, aspect, err.text);
	return false;
}

/* What was put off while top was not relevant is due now. */
static void
wake(struct session *s, node_id top)
{
	for (node_id n = top; n != NODE_NONE; n = node_below(s, n, top)) {
		struct node_state *st = node_state(s, n);
		uint16_t stale = st->stale;

		st->stale = 0;
		queue_aspects(s, n, stale);
		if (stale & aspect_bit(ASPECT_REPEAT_COUNT))
			queue_counts(s, n);
		if (st->pending && answers_relevant(s->answers, n))
			fire(s, n);
	}
}

static void
relevance_changed(struct session *s, node_id top, bool relevant)
{
	const struct question *q = answers_question(s->answers, top);

	s->structure = true;
	for (node_id n = top; n != NODE_NONE; n = node_below(s, n, top))
		uncheck(s, n);
	if (relevant)
		wake(s, top);
	for (const struct question *d = q; d; d = form_next(d, q)) {
		queue_readers(s, top, d);
		uncheck_unique(s, d, NULL);
		uncheck_takers(s, d);
	}
}

/* ---- evaluating what waits -------------------------------------------------- */

static void
run_relevant(struct session *s, node_id node, const struct expr *e)
{
	bool relevant = true;
	struct err err;

	if (!eval_true(s, e, node, &relevant, &err)) {
		fault_set(s, node, ASPECT_RELEVANT, err.text);
		relevant = true;
	} else {
		fault_set(s, node, ASPECT_RELEVANT, NULL);
	}
	if (relevant == answers_own_relevant(s->answers, node))
		return;
	answers_set_relevant(s->answers, node, relevant);
	relevance_changed(s, node, relevant);
}

/* 15 significant digits, as spreadsheets have them: 0.1 + 0.2 is stored as 0.3, so
 * that sums of money are what a person adds up. Longer texts of digits are texts. */
static void
without_noise(struct session *s, const struct expr *e, node_id node, struct buf *text)
{
	size_t digits = strspn(buf_str(text), "-0123456789.");
	char plain[NUM_TEXT];
	struct result r;
	struct env env;
	struct err err;

	if (digits < 17 || digits != text->len || !strchr(text->data, '.'))
		return;
	env_at(s, node, &env);
	s->evaluations++;
	if (!expr_result(e, &env, &r, &err))
		return;
	if (r.type == RESULT_NUMBER) {
		num_format(num_significant(r.number, 15), plain);
		buf_set_str(text, plain);
	}
	result_free(&r);
}

static void
run_calculation(struct session *s, node_id node, const struct question *q, const struct expr *e)
{
	struct err err;

	buf_reset(&s->result);
	buf_reset(&s->value);
	if (eval_text(s, e, node, &s->result, &err)) {
		fault_set(s, node, ASPECT_CALCULATION, NULL);
		without_noise(s, e, node, &s->result);
		value_canonical(s, q, buf_str(&s->result), &s->value);
		if (!value_fits(s, node, &s->value, ASPECT_CALCULATION))
			buf_reset(&s->value);
	} else {
		fault_set(s, node, ASPECT_CALCULATION, err.text);
	}
	value_write(s, node, buf_str(&s->value));
}

static void
run_flag(struct session *s, const struct task *t, const struct expr *e)
{
	struct node_state *st = node_state(s, t->node);
	bool on = false, was = t->aspect == ASPECT_REQUIRED ? st->required : st->read_only;
	struct err err;

	if (eval_true(s, e, t->node, &on, &err))
		fault_set(s, t->node, t->aspect, NULL);
	else
		fault_set(s, t->node, t->aspect, err.text);
	if (on == was)
		return;
	if (t->aspect == ASPECT_REQUIRED)
		st->required = on;
	else
		st->read_only = on;
	for (node_id n = t->node; n != NODE_NONE; n = node_below(s, n, t->node))
		uncheck(s, n);
}

static bool
is_flag(enum aspect a)
{
	return a == ASPECT_REQUIRED || a == ASPECT_READ_ONLY;
}

static void
run_task(struct session *s, const struct task *t)
{
	const struct expr *e = logic_expr(s->logic, t->q, t->aspect);
	node_id relevant_at = t->node;

	/* A node's own relevance is asked when what it lies in is relevant. */
	if (t->aspect == ASPECT_RELEVANT)
		relevant_at = answers_parent(s->answers, t->node);
	if (relevant_at != NODE_NONE && !answers_relevant(s->answers, relevant_at) &&
	    !is_flag(t->aspect)) {
		node_state(s, t->node)->stale |= aspect_bit(t->aspect);
		return;
	}
	switch (t->aspect) {
	case ASPECT_RELEVANT:
		run_relevant(s, t->node, e);
		break;
	case ASPECT_CALCULATION:
		run_calculation(s, t->node, t->q, e);
		break;
	case ASPECT_REPEAT_COUNT:
		row_count(s, t->node, t->q);
		break;
	case ASPECT_CHOICES:
		shut_out(s, t->node);
		break;
	default:
		run_flag(s, t, e);
	}
}

static void
take_bit(struct session *s, const struct task *t)
{
	if (t->aspect != ASPECT_REPEAT_COUNT)
		node_state(s, t->node)->queued &= (uint16_t)~aspect_bit(t->aspect);
}

/* A form whose rows make rows for ever is stopped, and said to be at fault. */
static bool
endless(struct session *s, const struct task *at)
{
	struct task t = *at;

	if (s->evaluations - s->since < 1000000 + 100 * (uint64_t)answers_limit(s->answers))
		return false;
	fault_set(s, t.node, t.aspect,
	    _("The calculations of this form never settle; its designer must break the circle"));
	while (queue_pop(&s->queue, &t) || queue_pop(&s->fired, &t))
		take_bit(s, &t);
	return true;
}

/* Was t queued before done, the same task, was done? Repeat counts have no bit
 * that would keep them from being queued twice. */
static bool
done_since(const struct task *t, const struct task *done)
{
	return t->rank == done->rank && t->node == done->node &&
	       (int32_t)(t->serial - done->serial) < 0;
}

/* Repeat counts met while rows were being made. */
static void
queue_later(struct session *s)
{
	struct task t;

	while (!s->counting && queue_pop(&s->later, &t))
		queue_push(&s->queue, t);
}

void
drain_plain(struct session *s)
{
	struct task t, done = {UINT32_MAX, NODE_NONE, NULL, ASPECTS, 0, NULL};

	for (queue_later(s); queue_pop(&s->queue, &t); queue_later(s)) {
		take_bit(s, &t);
		if (!answers_alive(s->answers, t.node))
			continue;
		if (t.aspect == ASPECT_REPEAT_COUNT && done_since(&t, &done))
			continue;
		done = t;
		done.serial = s->serial;
		if (t.aspect == ASPECT_REPEAT_COUNT && s->counting)
			queue_push(&s->later, t);
		else if (!endless(s, &t))
			run_task(s, &t);
	}
}

static void
rows_settled(struct session *s)
{
	for (size_t i = 0; i < s->fresh_n; i++) {
		node_id row = s->fresh[i];

		if (!answers_alive(s->answers, row))
			continue;
		for (node_id n = row; n != NODE_NONE; n = node_below(s, n, row))
			node_state(s, n)->fresh = false;
	}
	s->fresh_n = 0;
}

void
drain(struct session *s)
{
	struct task t;

	drain_plain(s);
	rows_settled(s);
	while (queue_pop(&s->fired, &t)) {
		take_bit(s, &t);
		/* A node that is not relevant gets its value all the same: it was
		 * due now, and shows if the node comes back. */
		s->by = t.by;
		if (answers_alive(s->answers, t.node) && !endless(s, &t))
			run_calculation(s, t.node, t.q, logic_expr(s->logic, t.q, t.aspect));
		s->by = NULL;
		drain_plain(s);
		rows_settled(s);
	}
}
