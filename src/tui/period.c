#include "tui/period.h"

#include <string.h>

#include "base/tr.h"
#include "form/form.h"
#include "record/session.h"
#include "store/store.h"
#include "store/why.h"

static bool
fill_one(struct session *s, node_id from, node_id to)
{
	const struct answers *a = session_answers(s);
	struct changed changed;
	struct cell c;
	struct err err;

	session_cell(s, to, &c);
	if (!c.asked || c.value[0] != '\0' || c.missing != MISSING_NONE)
		return false;
	if (answers_missing(a, from) != MISSING_NONE) {
		if (!session_set_missing(s, to, answers_missing(a, from), &changed, &err))
			return false;
	} else if (answers_value(a, from)[0] == '\0' ||
	    !session_set(s, to, answers_value(a, from), &changed, &err)) {
		return false;
	}
	session_confirm(s, to, CONFIRM_SAME);
	return true;
}

bool
period_fill(struct session *s, node_id row, void (*each)(void *, node_id), void *ctx)
{
	const struct answers *a = session_answers(s);
	const struct question *repeat = answers_question(a, row);
	node_id before;

	if (answers_position(a, row) < 2)
		return false;
	before = answers_row(a, answers_parent(a, row), repeat, answers_position(a, row) - 1);
	for (const struct question *q = form_next(repeat, repeat); q != NULL; q = form_next(q, repeat)) {
		node_id from, to;

		if (q->repeat != repeat || !type_info(q->type)->asked)
			continue;
		from = answers_seen(a, before, q);
		to = answers_seen(a, row, q);
		if (from != NODE_NONE && to != NODE_NONE && fill_one(s, from, to) && each != NULL)
			each(ctx, to);
	}
	return true;
}

/* The one repeat outside others that has rows, or the one named. */
static bool
the_table(struct session *s, const char *name, node_id *parent, const struct question **repeat,
    struct err *err)
{
	const struct answers *a = session_answers(s);
	const struct form *form = answers_form(a);
	size_t found = 0;

	for (size_t i = 0; i < form->questions_n; i++) {
		const struct question *q = form->questions[i];
		node_id at;

		if (q->type != Q_REPEAT || q->repeat != NULL ||
		    (name != NULL && strcmp(name, q->name) != 0))
			continue;
		at = answers_seen(a, ANSWERS_ROOT, q->parent);
		if (at == NODE_NONE || answers_rows(a, at, q) == 0 || !session_can_add(s, at, q))
			continue;
		*parent = at;
		*repeat = q;
		found++;
	}
	if (found == 1)
		return true;
	return err_set(err, "%s", found == 0
	    ? _("there is no row of last time to go by: open the record with Enter")
	    : _("this form has more than one table: open the record with Enter"));
}

static bool
save(struct store *store, struct session *s, struct err *err)
{
	struct save_result result = { 0 };
	const struct problem *list;
	bool ok;

	session_finish(s);
	if (session_problems(s, &list) > 0)
		return err_set(err, _("not the same as last time: %s"), list[0].text);
	ok = store_save_because(store, s, RECORD_COMPLETE, WHY_LAST, &result, err);
	if (ok && !result.saved)
		ok = err_set(err, "%s", _("another person has just changed this record: try again"));
	save_result_free(&result);
	return ok;
}

bool
period_save(struct store *store, const char *record_id, const char *name, struct err *err)
{
	const struct question *repeat = NULL;
	struct changed changed;
	struct session *s;
	node_id cursor, parent = NODE_NONE, row;
	bool ok;

	if (!store_session_open(store, record_id, false, &s, &cursor, err))
		return false;
	ok = the_table(s, name, &parent, &repeat, err) &&
	    session_add_row(s, parent, repeat, 0, &row, &changed, err) &&
	    period_fill(s, row, NULL, NULL) && save(store, s, err);
	store_session_close(store, s);
	return ok;
}
