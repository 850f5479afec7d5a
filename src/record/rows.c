#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "record/state.h"

/* Readers outside the rows see one row more or less; inside, only what looks
 * at other rows does, and what knows its own position. */
static void
rows_changed(struct session *s, node_id parent, const struct question *repeat, size_t from)
{
	size_t n;

	s->structure = true;
	for (const struct question *d = repeat; d; d = form_next(d, repeat)) {
		const struct vertex *v = logic_readers(s->logic, d, &n);

		for (size_t i = 0; i < n; i++) {
			const struct expr *e = logic_expr(s->logic, v[i].q, v[i].aspect);
			const struct question *place = vertex_place(&v[i]);

			if (!runs_by_itself(&v[i]))
				continue;
			if (question_within(place, repeat) && !(e && expr_names(e, repeat)))
				continue;
			queue_in(s, seen_within(s, parent, place, e), &v[i]);
		}
		uncheck_unique(s, d, NULL);
		uncheck_takers(s, d);
	}
	n = answers_rows(s->answers, parent, repeat);
	for (size_t at = from; at <= n; at++) {
		node_id row = answers_row(s->answers, parent, repeat, at);

		change_note(s, row);
		for (size_t i = 0; i < s->position_n; i++)
			if (question_within(vertex_place(&s->position[i]), repeat))
				queue_in(s, row, &s->position[i]);
	}
}

static const struct start_row *
starts_in(const struct session *s, node_id row)
{
	const struct start_row *start = node_state(s, row)->start;

	if (row == ANSWERS_ROOT)
		return s->form->start;
	return start ? start->first : answers_question(s->answers, row)->start;
}

static node_id row_add(struct session *, node_id parent, const struct question *repeat,
    size_t position, const struct start_row *);

/* What the instance, or the template around it, has as row n of a counted repeat. */
static const struct start_row *
start_at(const struct session *s, node_id parent, const struct question *repeat, size_t n)
{
	const struct start_row *r;

	if (answers_question(s->answers, parent)->type != Q_REPEAT)
		parent = answers_row_of(s->answers, parent);
	r = starts_in(s, parent == NODE_NONE ? ANSWERS_ROOT : parent);
	for (; r; r = r->next)
		if (r->repeat == repeat && n-- == 0)
			return r;
	return NULL;
}

/* Rows that a new record, or a new row, begins with. */
void
rows_begin(struct session *s, node_id at)
{
	for (const struct start_row *r = starts_in(s, at); r; r = r->next) {
		node_id parent = answers_seen(s->answers, at, r->repeat->parent);

		if (!logic_expr(s->logic, r->repeat, ASPECT_REPEAT_COUNT))
			row_add(s, parent, r->repeat, 0, r);
	}
}

static node_id
row_add(struct session *s, node_id parent, const struct question *repeat, size_t position,
    const struct start_row *start)
{
	bool beginning = s->beginning;
	char id[37];
	node_id row;

	uuid_v7(clock_now(s->host.clock), id);
	row = answers_add_row(s->answers, parent, repeat, position, id);
	state_grow(s);
	node_state(s, row)->start = start;
	for (node_id n = row; n != NODE_NONE; n = node_below(s, n, row)) {
		node_state(s, n)->fresh = true;
		change_note(s, n);
	}
	s->fresh = xgrow(s->fresh, &s->fresh_cap, s->fresh_n + 1, sizeof *s->fresh);
	s->fresh[s->fresh_n++] = row;
	queue_all(s, row);
	rows_changed(s, parent, repeat, answers_position(s->answers, row));
	s->beginning = true;
	rows_begin(s, row);
	s->beginning = beginning;
	s->counting++;
	if (!beginning)
		defaults_run(s, row, false);
	s->counting--;
	return row;
}

node_id
row_make(struct session *s, node_id parent, const struct question *repeat, size_t position)
{
	return row_add(s, parent, repeat, position, NULL);
}

/* A node of a row that goes: the store is to hear of a row it has. */
static void
note_gone(struct session *s, node_id n)
{
	if (!node_state(s, n)->loaded || answers_question(s->answers, n)->type != Q_REPEAT)
		return;
	s->removed = xgrow(s->removed, &s->removed_cap, s->removed_n + 1, sizeof *s->removed);
	s->removed[s->removed_n++] = xstrdup(answers_row_id(s->answers, n));
}

static void
row_drop(struct session *s, node_id row)
{
	const struct question *repeat = answers_question(s->answers, row);
	node_id parent = answers_parent(s->answers, row);
	size_t position = answers_position(s->answers, row);

	for (node_id n = row; n != NODE_NONE; n = node_below(s, n, row)) {
		note_gone(s, n);
		state_clear(s, n);
	}
	answers_remove_row(s->answers, row);
	rows_changed(s, parent, repeat, position);
}

/* Out of the record, but for session_restore_row as it was. */
static void
row_park(struct session *s, node_id row)
{
	const struct question *repeat = answers_question(s->answers, row);
	node_id parent = answers_parent(s->answers, row);
	size_t position = answers_position(s->answers, row);

	for (node_id n = row; n != NODE_NONE; n = node_below(s, n, row)) {
		note_gone(s, n);
		faults_clear(s, n);
	}
	answers_park_row(s->answers, row);
	rows_changed(s, parent, repeat, position);
}

static void
forget_gone(struct session *s, node_id n)
{
	if (!node_state(s, n)->loaded || answers_question(s->answers, n)->type != Q_REPEAT)
		return;
	for (size_t i = s->removed_n; i-- > 0;)
		if (strcmp(s->removed[i], answers_row_id(s->answers, n)) == 0) {
			free(s->removed[i]);
			s->removed[i] = s->removed[--s->removed_n];
		}
}

/* Did a person type anything that is still there? */
static bool
row_typed(struct session *s, node_id row)
{
	for (node_id n = row; n != NODE_NONE; n = node_below(s, n, row))
		if (node_state(s, n)->touched &&
		    (answers_text(s->answers, n)[0] || answers_missing(s->answers, n)))
			return true;
	return false;
}

static void
set_rows(struct session *s, node_id parent, const struct question *repeat, size_t wanted)
{
	size_t at, n = answers_rows(s->answers, parent, repeat);

	s->counting++;
	for (; n < wanted; n++)
		row_add(s, parent, repeat, 0, s->begun ? start_at(s, parent, repeat, n) : NULL);
	s->counting--;
	for (at = n; at > wanted; at--) {
		node_id row = answers_row(s->answers, parent, repeat, at);

		if (!row_typed(s, row))
			row_drop(s, row);
	}
	n = answers_rows(s->answers, parent, repeat);
	for (at = 1; at <= n; at++) {
		node_id row = answers_row(s->answers, parent, repeat, at);

		if (node_state(s, row)->surplus != (at > wanted))
			uncheck(s, row);
		node_state(s, row)->surplus = at > wanted;
	}
}

void
row_count(struct session *s, node_id parent, const struct question *repeat)
{
	const struct expr *e = logic_expr(s->logic, repeat, ASPECT_REPEAT_COUNT);
	struct env env;
	struct err err;
	double wanted;

	env_at(s, parent, &env);
	s->evaluations++;
	if (!expr_number(e, &env, &wanted, &err)) {
		fault_set(s, parent, ASPECT_REPEAT_COUNT, err.text);
		return;
	}
	if (wanted > ROWS_MAX) {
		char text[200];

		snprintf(text, sizeof text,
		    _("\"%s\" would get %.0f rows; there can be at most %d"), repeat->name, wanted,
		    ROWS_MAX);
		fault_set(s, parent, ASPECT_REPEAT_COUNT, text);
		return;
	}
	fault_set(s, parent, ASPECT_REPEAT_COUNT, NULL);
	if (!isnan(wanted))
		set_rows(s, parent, repeat, wanted < 0 ? 0 : (size_t)wanted);
}

/* Is the repeat itself relevant in parent? Rows carry that answer; before there is
 * one, the expression is asked of a row to come. */
static bool
repeat_relevant(struct session *s, node_id parent, const struct question *repeat)
{
	const struct expr *e = logic_expr(s->logic, repeat, ASPECT_RELEVANT);
	node_id row = answers_row(s->answers, parent, repeat, 1);
	bool relevant = true;
	struct env env;
	struct err err;

	if (!answers_relevant(s->answers, parent))
		return false;
	if (row != NODE_NONE)
		return answers_own_relevant(s->answers, row);
	if (!e || expr_constant(e, &relevant))
		return relevant;
	env_at(s, parent, &env);
	env.unborn = true;
	s->evaluations++;
	return !expr_true(e, &env, &relevant, &err) || relevant;
}

static bool
may_add(struct session *s, node_id parent, const struct question *repeat, struct err *err)
{
	if (repeat->type != Q_REPEAT || !answers_alive(s->answers, parent) ||
	    answers_question(s->answers, parent) != repeat->parent)
		return err_set(
		    err, _("A row of \"%s\" cannot be added here"), question_label(s, repeat));
	if (logic_expr(s->logic, repeat, ASPECT_REPEAT_COUNT))
		return err_set(err,
		    _("How many rows \"%s\" has follows from another answer; change that answer"),
		    question_label(s, repeat));
	if (!repeat_relevant(s, parent, repeat))
		return err_set(err, _("\"%s\" is not asked here, because of another answer"),
		    question_label(s, repeat));
	if (answers_rows(s->answers, parent, repeat) >= ROWS_MAX)
		return err_set(err, _("\"%s\" has %d rows already, as many as there can be"),
		    question_label(s, repeat), ROWS_MAX);
	return true;
}

bool
session_can_add(struct session *s, node_id parent, const struct question *repeat)
{
	struct err err;

	return may_add(s, parent, repeat, &err);
}

bool
session_add_row(struct session *s, node_id parent, const struct question *repeat, size_t position,
    node_id *row, struct changed *changed, struct err *err)
{
	if (!may_add(s, parent, repeat, err))
		return false;
	change_begin(s);
	*row = row_make(s, parent, repeat, position);
	node_state(s, *row)->added = true;
	s->rows_edited++;
	drain(s);
	change_end(s, changed);
	return true;
}

static bool
is_row(const struct session *s, node_id row, struct err *err)
{
	if (answers_alive(s->answers, row) && answers_question(s->answers, row)->type == Q_REPEAT)
		return true;
	return err_set(err, _("There is no such row"));
}

bool
session_remove_row(struct session *s, node_id row, struct changed *changed, struct err *err)
{
	const struct question *repeat;

	if (!is_row(s, row, err))
		return false;
	repeat = answers_question(s->answers, row);
	if (logic_expr(s->logic, repeat, ASPECT_REPEAT_COUNT) && !node_state(s, row)->surplus)
		return err_set(err,
		    _("How many rows \"%s\" has follows from another answer; change that answer"),
		    question_label(s, repeat));
	change_begin(s);
	if (logic_expr(s->logic, repeat, ASPECT_REPEAT_COUNT))
		queue_task(s, answers_parent(s->answers, row), repeat, ASPECT_REPEAT_COUNT);
	row_park(s, row);
	if (node_state(s, row)->added)
		s->rows_edited--;
	else
		s->rows_edited++;
	drain(s);
	change_end(s, changed);
	return true;
}

bool
session_restore_row(
    struct session *s, node_id row, size_t position, struct changed *changed, struct err *err)
{
	const struct question *repeat = answers_question(s->answers, row);
	node_id parent = answers_parent(s->answers, row);

	bool counted = logic_expr(s->logic, repeat, ASPECT_REPEAT_COUNT) != NULL;

	if (answers_alive(s->answers, row) || repeat->type != Q_REPEAT ||
	    !answers_alive(s->answers, parent))
		return err_set(err, _("There is no such row"));
	/* One too many for its count could be removed; so it comes back as that. */
	if (!counted && !may_add(s, parent, repeat, err))
		return false;
	change_begin(s);
	if (counted)
		queue_task(s, parent, repeat, ASPECT_REPEAT_COUNT);
	answers_unpark_row(s->answers, row, position);
	for (node_id n = row; n != NODE_NONE; n = node_below(s, n, row)) {
		forget_gone(s, n);
		node_state(s, n)->fresh = true;
		uncheck(s, n);
		change_note(s, n);
	}
	s->fresh = xgrow(s->fresh, &s->fresh_cap, s->fresh_n + 1, sizeof *s->fresh);
	s->fresh[s->fresh_n++] = row;
	queue_all(s, row);
	rows_changed(s, parent, repeat, answers_position(s->answers, row));
	if (node_state(s, row)->added)
		s->rows_edited++;
	else
		s->rows_edited--;
	drain(s);
	change_end(s, changed);
	return true;
}

bool
session_move_row(
    struct session *s, node_id row, size_t position, struct changed *changed, struct err *err)
{
	const struct question *repeat;
	node_id parent;
	size_t old, rows;

	if (!is_row(s, row, err))
		return false;
	repeat = answers_question(s->answers, row);
	parent = answers_parent(s->answers, row);
	old = answers_position(s->answers, row);
	rows = answers_rows(s->answers, parent, repeat);
	if (position > rows)
		return err_set(err, _("\"%s\" has %zu rows; there is no place %zu"),
		    question_label(s, repeat), rows, position);
	if (position == 0)
		position = rows;
	change_begin(s);
	if (position != old) {
		answers_move_row(s->answers, row, position);
		rows_changed(s, parent, repeat, position < old ? position : old);
		if (logic_expr(s->logic, repeat, ASPECT_REPEAT_COUNT))
			queue_task(s, parent, repeat, ASPECT_REPEAT_COUNT);
		s->rows_edited++;
		drain(s);
	}
	change_end(s, changed);
	return true;
}
