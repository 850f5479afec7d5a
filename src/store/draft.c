#include "store/draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "logic/logic.h"
#include "store/confirm.h"
#include "store/desk.h"

/* ---- what changes without being left ---------------------------------------------- */

/* Answers that a person did not give and that opening again would not make the
 * same: calculations with a trigger, those that go on from what they were (`.`),
 * and what is drawn or read once. */
static bool
watched(const struct desk *d, const struct question *q)
{
	const struct expr *e = logic_expr(d->form->logic, q, ASPECT_CALCULATION);

	if (e == NULL)
		return false;
	return q->trigger.text != NULL || expr_reads(e)->self || expr_reads(e)->random ||
	    strstr(q->calculation.text, "once(") != NULL ||
	    strstr(q->calculation.text, "uuid(") != NULL;
}

static uint64_t
hash_of(const struct answers *a, node_id node)
{
	uint64_t h = 0xcbf29ce484222325u + (uint64_t)answers_missing(a, node);

	for (const char *p = answers_text(a, node); *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 0x100000001b3u;
	return h;
}

static void
note_journalled(struct desk *d, node_id node)
{
	desk_set_mark(d, node, desk_mark(d, node));	/* makes room */
	d->journalled[node] = hash_of(session_answers(d->session), node);
}

static void
note_watched(struct desk *d, const struct question *q)
{
	const struct answers *a = session_answers(d->session);
	node_id *ids = NULL;
	size_t cap = 0, n = answers_all(a, ANSWERS_ROOT, q, &ids, &cap);

	for (size_t i = 0; i < n; i++)
		note_journalled(d, ids[i]);
	free(ids);
}

void
draft_watch(struct desk *d)
{
	const struct form *f = d->form->form;

	d->limit = (node_id)answers_limit(session_answers(d->session));
	for (size_t i = 1; i < f->questions_n; i++)
		if (watched(d, f->questions[i]))
			note_watched(d, f->questions[i]);
}

/* ---- writing ------------------------------------------------------------------------- */

static const char *
field_of(const struct desk *d, node_id node)
{
	return d->form->field_of[answers_question(session_answers(d->session), node)->index];
}

static bool
put_head(struct desk *d, node_id cursor, struct err *err)
{
	struct store *s = d->store;
	char at[INSTANT_TEXT];
	const struct answers *a = session_answers(d->session);
	/* A row or a group is no place to go on at: the question before stays it. */
	bool known = cursor != NODE_NONE && answers_alive(a, cursor) &&
	    type_info(answers_question(a, cursor)->type)->kind != KIND_NONE;

	store_stamp(s, at);
	return db_run(s->db, err,
	    "INSERT INTO ruhu_draft(record, author, form, version, label, cursor_row, cursor_field,"
	    " started_at, touched_at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?8)"
	    " ON CONFLICT(record, author) DO UPDATE SET version = ?4, label = ?5,"
	    " cursor_row = iif(?7 = '', cursor_row, ?6),"
	    " cursor_field = iif(?7 = '', cursor_field, ?7), touched_at = ?8",
	    WITH(b_text(d->record), b_text(s->user), b_text(d->form->id), b_text(d->form->version),
	    b_text(session_instance_name(d->session)),
	    b_text(known ? desk_row_id(d->session, cursor) : ""),
	    b_text(known ? field_of(d, cursor) : ""), b_text(at)));
}

static bool
put_answer(struct desk *d, node_id node, struct err *err)
{
	const struct answers *a = session_answers(d->session);
	int64_t base = desk_mark(d, node);
	struct cell c;

	if (type_info(answers_question(a, node)->type)->kind == KIND_NONE)
		return true;
	session_cell(d->session, node, &c);
	if (!c.touched && base <= 0)
		base = -1;		/* nobody touched it */
	note_journalled(d, node);
	return confirm_put(d, node, err) && db_run(d->store->db, err,
	    "INSERT OR REPLACE INTO ruhu_draft_answer(record, author, row, field, value, reason,"
	    " base) VALUES(?,?,?,?,?,?,?)",
	    WITH(b_text(d->record), b_text(d->store->user), b_text(desk_row_id(d->session, node)),
	    b_text(field_of(d, node)), b_text(answers_text(a, node)),
	    b_text(missing_name(answers_missing(a, node))), b_int(base)));
}

static bool
put_watched(struct desk *d, const struct question *q, struct err *err)
{
	const struct answers *a = session_answers(d->session);
	node_id *ids = NULL;
	size_t cap = 0, n = answers_all(a, ANSWERS_ROOT, q, &ids, &cap);
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		if (ids[i] >= d->marks_n || d->journalled[ids[i]] != hash_of(a, ids[i]))
			ok = put_answer(d, ids[i], err);
	free(ids);
	return ok;
}

static bool
put_all_watched(struct desk *d, struct err *err)
{
	const struct form *f = d->form->form;

	for (size_t i = 1; i < f->questions_n; i++)
		if (watched(d, f->questions[i]) && !put_watched(d, f->questions[i], err))
			return false;
	return true;
}

/* The ids of one repeat's rows, as they stand now. */
static bool
put_rows(struct desk *d, node_id at, const struct question *repeat, struct err *err)
{
	const struct answers *a = session_answers(d->session);
	node_id parent = desk_parent(d->session, at, repeat);
	struct buf ids = { 0 };
	size_t n = answers_rows(a, parent, repeat);
	bool ok;

	for (size_t i = 1; i <= n; i++)
		buf_addf(&ids, "%s%s", i > 1 ? " " : "",
		    answers_row_id(a, answers_row(a, parent, repeat, i)));
	ok = db_run(d->store->db, err,
	    "INSERT OR REPLACE INTO ruhu_draft_rows(record, author, parent, repeat, ids)"
	    " VALUES(?,?,?,?,?)",
	    WITH(b_text(d->record), b_text(d->store->user), b_text(desk_row_id(d->session, at)),
	    b_text(d->form->field_of[repeat->index]), b_text(buf_str(&ids)))) &&
	    db_run(d->store->db, err, "DELETE FROM ruhu_draft_gone WHERE record = ? AND author = ?"
	    " AND instr(' ' || ? || ' ', ' ' || row || ' ') > 0",	/* brought back */
	    WITH(b_text(d->record), b_text(d->store->user), b_text(buf_str(&ids))));
	buf_free(&ids);
	return ok;
}

static bool
put_gone(struct desk *d, struct err *err)
{
	const char *const *ids;
	size_t n = session_removed_rows(d->session, &ids);

	for (size_t i = 0; i < n; i++)
		if (!db_run(d->store->db, err,
		    "INSERT OR IGNORE INTO ruhu_draft_gone(record, author, row) VALUES(?,?,?)",
		    WITH(b_text(d->record), b_text(d->store->user), b_text(ids[i]))))
			return false;
	return true;
}

/* Every repeat directly in the row `at` (or the record). */
static bool
put_rows_in(struct desk *d, node_id at, struct err *err)
{
	const struct answers *a = session_answers(d->session);
	const struct form *f = d->form->form;
	const struct question *in = at == ANSWERS_ROOT ? NULL : answers_question(a, at);

	for (size_t i = 1; i < f->questions_n; i++)
		if (f->questions[i]->type == Q_REPEAT && f->questions[i]->repeat == in &&
		    !put_rows(d, at, f->questions[i], err))
			return false;
	return true;
}

static node_id
row_or_root(const struct answers *a, node_id node)
{
	node_id row = answers_row_of(a, node);

	return row == NODE_NONE ? ANSWERS_ROOT : row;
}

/* Rows that came since the last time (a person's, or by repeat_count), with the
 * answers they were made with. Node ids only grow. */
static bool
put_new_rows(struct desk *d, struct err *err)
{
	const struct answers *a = session_answers(d->session);
	node_id limit = (node_id)answers_limit(a);

	if (limit == d->limit)
		return true;
	for (node_id n = d->limit; n < limit; n++) {
		const struct question *q;

		if (!answers_alive(a, n))
			continue;
		q = answers_question(a, n);
		if (q->type == Q_REPEAT &&
		    !put_rows(d, row_or_root(a, answers_parent(a, n)), q, err))
			return false;
		if ((answers_text(a, n)[0] != '\0' || answers_missing(a, n) != MISSING_NONE) &&
		    !put_answer(d, n, err))
			return false;
	}
	d->limit = limit;
	return true;
}

/* A draft that begins: of a new record, everything that it was made with (its
 * defaults must not run a second time); of a saved one, nothing. An older draft
 * that was not gone on with gives way. */
static bool
begin(struct desk *d, node_id cursor, struct err *err)
{
	const struct answers *a = session_answers(d->session);

	if (!draft_remove(d->store, d->record, err) || !put_head(d, cursor, err))
		return false;
	if (d->record_no != 0)
		return true;
	if (!put_rows_in(d, ANSWERS_ROOT, err))
		return false;
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n)) {
		bool row = answers_question(a, n)->type == Q_REPEAT;

		if ((row && !put_rows_in(d, n, err)) || ((answers_text(a, n)[0] != '\0' ||
		    answers_missing(a, n) != MISSING_NONE) && !put_answer(d, n, err)))
			return false;
	}
	d->limit = (node_id)answers_limit(a);
	return true;
}

/* A row: its repeat's rows. What else is alive: the repeats in it. What is gone:
 * all of them. */
static bool
put_structure(struct desk *d, node_id node, struct err *err)
{
	const struct answers *a = session_answers(d->session);

	if (!put_gone(d, err))
		return false;
	if (node != NODE_NONE && answers_alive(a, node)) {
		const struct question *q = answers_question(a, node);

		if (q->type == Q_REPEAT && !put_rows(d, row_or_root(a, answers_parent(a, node)),
		    q, err))
			return false;
		return put_rows_in(d, row_or_root(a, node), err);
	}
	if (!put_rows_in(d, ANSWERS_ROOT, err))
		return false;
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n))
		if (answers_question(a, n)->type == Q_REPEAT && !put_rows_in(d, n, err))
			return false;
	return true;
}

/* What a full disk refused earlier goes first. */
static bool
put_owed(struct desk *d, struct err *err)
{
	for (size_t i = 0; i < d->owed_n; i++)
		if (answers_alive(session_answers(d->session), d->owed[i]) &&
		    !put_answer(d, d->owed[i], err))
			return false;
	return !d->owes_rows || put_structure(d, NODE_NONE, err);
}

static void
owe(struct desk *d, node_id node, bool rows)
{
	d->owes_rows |= rows;
	if (rows || node == NODE_NONE)
		return;
	d->owed = xgrow(d->owed, &d->owed_cap, d->owed_n + 1, sizeof *d->owed);
	d->owed[d->owed_n++] = node;
}

/* One transaction: the head, then what `put` writes for node. */
static bool
journal(struct store *s, struct session *session, node_id node, node_id cursor,
    bool (*put)(struct desk *, node_id, struct err *), struct err *err)
{
	struct desk *d = desk_of(s, session, err);
	node_id limit;
	bool begun, ok;

	if (d == NULL)
		return false;
	if (!tx_begin(s, err)) {
		owe(d, node, put == put_structure);
		return false;
	}
	limit = d->limit;
	begun = d->in_draft;
	ok = (begun ? put_head(d, cursor, err) : begin(d, cursor, err)) && put_owed(d, err) &&
	    (put == NULL || put(d, node, err)) && put_new_rows(d, err) &&
	    put_all_watched(d, err);
	ok = tx_end(s, ok, err);
	if (ok) {
		d->in_draft = true;
		d->owed_n = 0;
		d->owes_rows = false;
	} else {
		owe(d, node, put == put_structure);
		d->limit = limit;
		/* What was noted as journalled is not: the next time writes it again. */
		if (d->marks_n > 0)
			memset(d->journalled, 0, d->marks_n * sizeof *d->journalled);
	}
	return ok;
}

bool
store_draft_answer(struct store *s, struct session *session, node_id node, node_id cursor,
    struct err *err)
{
	return journal(s, session, node, cursor, put_answer, err);
}

bool
store_draft_rows(struct store *s, struct session *session, node_id row_or_parent,
    struct err *err)
{
	bool alive = row_or_parent != NODE_NONE &&
	    answers_alive(session_answers(session), row_or_parent);

	return journal(s, session, row_or_parent, alive ? row_or_parent : NODE_NONE,
	    put_structure, err);
}

bool
store_draft_owed(struct store *s, struct session *session, node_id cursor, struct err *err)
{
	struct desk *d = desk_of(s, session, err);

	if (d == NULL)
		return false;
	return (d->owed_n == 0 && !d->owes_rows) || journal(s, session, NODE_NONE, cursor, NULL, err);
}

bool
store_draft_cursor(struct store *s, struct session *session, node_id cursor, struct err *err)
{
	struct desk *d = desk_of(s, session, err);

	if (d == NULL)
		return false;
	return !d->in_draft || journal(s, session, NODE_NONE, cursor, NULL, err);
}
