#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "logic/logic.h"
#include "store/answer_tables.h"
#include "store/batch.h"
#include "store/changes.h"
#include "store/confirm.h"
#include "store/conflicts.h"
#include "store/desk.h"
#include "store/draft.h"
#include "store/layout.h"
#include "store/log.h"
#include "store/record_row.h"
#include "store/row_order.h"
#include "store/save.h"
#include "store/stored.h"
#include "store/verify.h"
#include "store/why.h"

/* ---- which saved field a node is ------------------------------------------------- */

const struct stored_field *
save_theirs(const struct save *w, node_id node, const char *row_id)
{
	const struct stored_row *row = w->had_record ? stored_row(&w->now, row_id) : NULL;
	const struct stored_field *found = NULL;
	const struct question *q;

	if (row == NULL)
		return NULL;
	q = answers_question(session_answers(w->d->session), node);
	found = stored_field(row, w->d->form->field_of[q->index]);
	if (found != NULL || q->was == NULL)
		return found;
	for (size_t i = 0; i < row->n; i++)	/* saved under an earlier name */
		if (form_field(w->s, w->d->form, row->v[i].name) == q)
			return &row->v[i];
	return NULL;
}

static void
note_written(struct save *w, node_id node, int64_t no)
{
	w->written = xgrow(w->written, &w->written_cap, w->written_n + 1, sizeof *w->written);
	w->written[w->written_n].node = node;
	w->written[w->written_n++].no = no;
}

/* ---- rows ---------------------------------------------------------------------------- */

static bool
row_number(struct save *w, const char *id, int64_t *no, struct err *err)
{
	bool found;

	*no = 0;
	if (id[0] == '\0')
		return true;
	if (!db_int(w->s->db, err, no, &found, "SELECT no FROM ruhu_row WHERE record = ? AND id = ?",
	    WITH(b_int(w->record_no), b_text(id))))
		return false;
	if (found)
		return true;
	if (!db_run(w->s->db, err, "INSERT INTO ruhu_row(record, id) VALUES(?, ?)",
	    WITH(b_int(w->record_no), b_text(id))))
		return false;
	*no = db_last_no(w->s->db);
	return true;
}

/* One $field of a record or row, when it is not so already. */
static bool
put_meta(struct save *w, const char *row_id, const char *field, const char *value,
    struct err *err)
{
	const struct stored_row *row = w->had_record ? stored_row(&w->now, row_id) : NULL;
	const struct stored_field *f = row != NULL ? stored_field(row, field) : NULL;
	struct log_entry e = { .row = row_id, .field = field, .value = value, .reason = "" };

	if (strcmp(f != NULL ? f->value : "", value) == 0)
		return true;
	if (f != NULL) {
		e.prev = f->heads;
		e.prev_n = f->heads_n;
	}
	return row_number(w, row_id, &e.row_no, err) && log_add(&w->log, &e, err);
}

/* Notes it as well: once in a saving is enough. */
static bool
was_revived(struct save *w, int64_t row_no)
{
	for (size_t i = 0; i < w->revived_n; i++)
		if (w->revived[i] == row_no)
			return true;
	w->revived = xgrow(w->revived, &w->revived_cap, w->revived_n + 1, sizeof *w->revived);
	w->revived[w->revived_n++] = row_no;
	return false;
}

/* A row that another person removed meanwhile and this one wrote in comes back, and
 * so do the rows it lies in. */
static bool
revive_row(struct save *w, const char *row_id, struct err *err)
{
	for (int depth = 0; w->had_record && row_id[0] != '\0' && depth < 32; depth++) {
		const struct stored_row *r = stored_row(&w->now, row_id);
		const struct stored_field *f = r != NULL ? stored_field(r, FIELD_DEL) : NULL;

		if (r == NULL || !r->deleted)
			return true;
		if (f != NULL && f->value[0] != '\0' && !was_revived(w, r->no) &&
		    !put_meta(w, row_id, FIELD_DEL, "", err))
			return false;
		row_id = r->up;
	}
	return true;
}

static bool
put_row(struct save *w, const struct answers *a, node_id row, int64_t pos, struct err *err)
{
	const struct question *q = answers_question(a, row);
	const char *up = desk_row_id(w->d->session, answers_parent(a, row));
	bool known = w->had_record && stored_row(&w->now, answers_row_id(a, row)) != NULL;
	struct buf place = { 0 }, key = { 0 };
	bool ok;

	if (!answers_relevant(a, row))
		return true;
	buf_addf(&place, "%s%s%s", w->d->form->field_of[q->index], up[0] != '\0' ? " " : "", up);
	buf_addf(&key, "%lld", (long long)pos);
	ok = (known || revive_row(w, up, err)) &&
	    put_meta(w, answers_row_id(a, row), FIELD_UP, place.data, err) &&
	    put_meta(w, answers_row_id(a, row), FIELD_POS, key.data, err);
	buf_free(&place);
	buf_free(&key);
	return ok;
}

/* All rows of one repeat below one parent, from the first on. */
static bool
put_siblings(struct save *w, const struct answers *a, node_id first, struct err *err)
{
	const struct question *q = answers_question(a, first);
	size_t n = answers_rows(a, answers_parent(a, first), q), i = 0;
	int64_t *was = xcalloc(n + 1, sizeof *was), *now = xcalloc(n + 1, sizeof *now);
	node_id row = first;
	bool ok = true;

	for (; row != NODE_NONE && i < n; row = answers_next(a, row), i++) {
		const struct stored_row *r = w->had_record ?
		    stored_row(&w->now, answers_row_id(a, row)) : NULL;

		was[i] = r != NULL ? r->pos : 0;
	}
	row_order(was, now, i);
	n = i;
	for (row = first, i = 0; ok && i < n; row = answers_next(a, row), i++)
		ok = put_row(w, a, row, now[i], err);
	free(was);
	free(now);
	return ok;
}

static bool
among(const char *id, const char *const *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(ids[i], id) == 0)
			return true;
	return false;
}

/* but: those of ids that are already done. */
static bool
remove_rows(struct save *w, const char *const *ids, size_t n, const char *const *but,
    size_t but_n, struct err *err)
{
	struct buf value = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++) {
		const struct stored_row *row = stored_row(&w->now, ids[i]);

		if (row == NULL || row->deleted || among(ids[i], but, but_n))
			continue;
		ok = del_value(w->s, w->record_no, row->no, &value, err) &&
		    put_meta(w, ids[i], FIELD_DEL, value.data, err);
	}
	buf_free(&value);
	return ok;
}

/* Rows that this session removed, and those its draft had removed before it was
 * gone on with. */
static bool
put_removed(struct save *w, struct err *err)
{
	const char *const *removed;
	size_t n = session_removed_rows(w->d->session, &removed);
	struct draft draft = { 0 };
	bool ok;

	if (!w->had_record)
		return true;
	ok = remove_rows(w, removed, n, NULL, 0, err);
	if (!ok || !w->d->in_draft)
		return ok;
	ok = draft_read(w->s, w->d->record, &draft, err) &&
	    remove_rows(w, draft.gone, draft.gone_n, removed, n, err);
	draft_free(&draft);
	return ok;
}

/* New, moved and removed rows. */
static bool
put_rows(struct save *w, struct err *err)
{
	const struct answers *a = session_answers(w->d->session);

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n)) {
		const struct question *q = answers_question(a, n);
		node_id before = answers_prev(a, n);

		if (q->type == Q_REPEAT &&
		    (before == NODE_NONE || answers_question(a, before) != q) &&
		    !put_siblings(w, a, n, err))
			return false;
	}
	return put_removed(w, err);
}

/* ---- answers ------------------------------------------------------------------------------ */

static bool
put_value(struct save *w, node_id node, const char *row_id, const char *value,
    enum missing missing, const int64_t *prev, size_t prev_n, struct err *err)
{
	const struct question *q = answers_question(session_answers(w->d->session), node);
	struct log_entry e = {
		.row = row_id, .field = w->d->form->field_of[q->index], .value = value,
		.reason = missing_name(missing), .prev = prev, .prev_n = prev_n
	};

	return row_number(w, row_id, &e.row_no, err) && log_add(&w->log, &e, err);
}

static bool
put_answer(struct save *w, const struct saved_answer *a, struct err *err)
{
	const struct stored_field *f = save_theirs(w, a->node, a->row_id);
	bool changed = strcmp(a->value, a->base) != 0 || a->missing != a->base_missing;

	if (f != NULL && strcmp(f->value, a->value) == 0 &&
	    strcmp(f->reason, missing_name(a->missing)) == 0) {
		if (f->no != desk_mark(w->d, a->node))
			note_written(w, a->node, f->no);
		return true;
	}
	if (!changed)
		return true;
	if (!revive_row(w, a->row_id, err) || !put_value(w, a->node, a->row_id, a->value, a->missing,
	    f != NULL ? f->heads : NULL, f != NULL ? f->heads_n : 0, err))
		return false;
	note_written(w, a->node, w->log.last_no);
	return true;
}

/* Settled for theirs: mine is logged first, so that both stay for ever. */
static bool
put_given_up(struct save *w, struct err *err)
{
	for (size_t i = 0; i < w->d->given_n; i++) {
		const struct given_up *g = &w->d->given[i];
		const struct stored_field *f = save_theirs(w, g->node,
		    desk_row_id(w->d->session, g->node));
		const char *row = desk_row_id(w->d->session, g->node);
		int64_t *prev;
		bool ok;

		if (f == NULL)
			continue;
		if (!put_value(w, g->node, row, g->mine, g->missing, g->mark != 0 ? &g->mark : NULL,
		    g->mark != 0, err))
			return false;
		prev = xcalloc(f->heads_n + 1, sizeof *prev);
		memcpy(prev, f->heads, f->heads_n * sizeof *prev);
		prev[f->heads_n] = w->log.last_no;
		ok = put_value(w, g->node, row, f->value, missing_by_name(f->reason), prev,
		    f->heads_n + 1, err);
		free(prev);
		if (!ok)
			return false;
		note_written(w, g->node, w->log.last_no);
	}
	return true;
}

static bool
was_given_up(const struct save *w, node_id node)
{
	for (size_t i = 0; i < w->d->given_n; i++)
		if (w->d->given[i].node == node)
			return true;
	return false;
}

static bool
put_answers(struct save *w, struct err *err)
{
	struct saved_answer a;
	node_id at = 0;

	if (!put_given_up(w, err))
		return false;
	while (session_each(w->d->session, &at, &a))
		if (!was_given_up(w, a.node) && !put_answer(w, &a, err))
			return false;
	return true;
}

/* Rows that are not relevant are dropped as answers are, after these: what is
 * written in a row once it is removed would call it back. Answered again, it is. */
static bool
drop_rows(struct save *w, struct err *err)
{
	const struct answers *a = session_answers(w->d->session);

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n)) {
		const struct stored_row *r;

		if (answers_question(a, n)->type != Q_REPEAT || answers_relevant(a, n))
			continue;
		r = w->had_record ? stored_row(&w->now, answers_row_id(a, n)) : NULL;
		if (r != NULL && !r->deleted &&
		    !put_meta(w, answers_row_id(a, n), FIELD_DEL, "1", err))
			return false;
	}
	return true;
}

/* ---- calculations over what two people wrote ------------------------------------------------ */

/* This session does not hold rows that another person added meanwhile; what is
 * calculated over them is computed once more from everything that is stored. */
static bool
put_calculated(struct save *w, struct session *whole, struct desk *d, struct err *err)
{
	struct save again = *w;
	struct saved_answer a;
	node_id at = 0;
	bool ok = true;

	again.d = d;
	again.revived = NULL;
	again.revived_n = again.revived_cap = 0;
	again.written = NULL;
	again.written_n = again.written_cap = 0;
	while (ok && session_each(whole, &at, &a))
		if (field_computed(w->d->form, a.q) && !type_info(a.q->type)->preload)
			ok = put_answer(&again, &a, err);
	w->log = again.log;
	free(again.revived);
	free(again.written);
	return ok;
}

static bool
settle_calculations(struct save *w, struct err *err)
{
	struct desk *d;
	struct session *whole;
	bool ok;

	stored_free(&w->now);
	/* Before reading: a row that one removed and the other wrote in is there. */
	if (!conflicts_read(w->s, w->record_no, w->d->form, &w->now, err))
		return false;
	d = desk_new(w->s, w->d->form, w->d->record);
	d->record_no = w->record_no;
	whole = d->session = session_of_stored(d, &w->now);
	ok = session_start(whole, false, err);
	if (ok) {
		buf_set_str(&w->label, session_instance_name(whole));
		buf_set_str(&w->scope, session_scope(whole));
		ok = put_calculated(w, whole, d, err);
	}
	session_close(whole);
	desk_free(d);
	return ok;
}

/* ---- where it lies ------------------------------------------------------------------------------ */

/* A record that moved away is known here by its new scope alone, not by the answers which
 * that follows from: what they said before this saving must not call it back. */
static bool
find_scope(struct save *w, struct err *err)
{
	const struct stored_field *f = w->had_record ? stored_field(&w->now.rows[0], FIELD_SCOPE) : NULL;
	struct session *before;
	struct desk *d;
	bool ok;

	buf_set_str(&w->scope, session_scope(w->d->session));
	if (f == NULL || strcmp(f->value, buf_str(&w->scope)) == 0)
		return true;
	d = desk_new(w->s, w->d->form, w->d->record);
	d->record_no = w->record_no;
	before = d->session = session_of_stored(d, &w->now);
	ok = session_start(before, false, err);
	if (ok) {
		buf_set_str(&w->said, session_scope(before));
		buf_set_str(&w->lies, f->value);
	}
	session_close(before);
	desk_free(d);
	return ok;
}

static bool
put_scope(struct save *w, struct err *err)
{
	if (w->lies.len > 0 && strcmp(buf_str(&w->said), buf_str(&w->scope)) == 0)
		buf_set_str(&w->scope, buf_str(&w->lies));
	return put_meta(w, "", FIELD_SCOPE, buf_str(&w->scope), err);
}

/* ---- the transaction ---------------------------------------------------------------------------- */

static const char *
state_word(enum record_state state)
{
	return state == RECORD_COMPLETE ? "complete" : "incomplete";
}

static bool
put_record(struct save *w, struct err *err)
{
	if (!w->had_record &&
	    !record_insert(w->s, w->d->form, w->d->record, &w->record_no, err))
		return false;
	if (!log_begin(w->s, &w->log, err) || !log_record(&w->log, w->record_no, w->d->form, err))
		return false;
	return put_meta(w, "", FIELD_STATE, state_word(w->state), err) && put_rows(w, err) &&
	    put_answers(w, err) && drop_rows(w, err);
}

/* Everything that is made from the log. */
static bool
put_derived(struct save *w, struct err *err)
{
	const struct layout *l;
	struct record_row row = {
		.label = buf_str(&w->label), .scope = buf_str(&w->scope),
		.state = state_word(w->state), .last_change = w->log.last_no
	};

	/* What this saving settled asks no more. */
	stored_free(&w->now);
	return conflicts_read(w->s, w->record_no, w->d->form, &w->now, err) &&
	    layout_get(w->s, w->d->form->id, &l, err) &&
	    answers_write(w->s, l, &w->now, "main", err) &&
	    record_update(w->s, w->d->form, w->record_no, &row, err) &&
	    search_update(w->s, w->d->form, w->record_no, row.label, err) &&
	    data_changed(w->s, w->d->form->id, err);
}

bool
save_write(struct save *w, struct err *err)
{
	/* Somebody else saved since: from here on, to its end, this session may lack
	 * rows of theirs. */
	if (w->had_record && w->now.newest != w->d->seen)
		w->d->shared = true;
	buf_set_str(&w->label, session_instance_name(w->d->session));
	if (!find_scope(w, err) || !put_record(w, err) ||
	    (w->d->shared && !settle_calculations(w, err)) || !put_scope(w, err))
		return false;
	if (w->log.added > 0 && (!put_derived(w, err) || !why_write(w, err) ||
	    !verify_settled(w, err)))
		return false;
	return confirms_put(w->d, err) && draft_remove(w->s, w->d->record, err) &&
	    batch_join(w, err) && log_end(&w->log, err);
}

/* The session, too, is now as saved. */
void
save_tell_session(struct save *w)
{
	struct desk *d = w->d;

	for (size_t i = 0; i < w->written_n; i++) {
		session_saved(d->session, w->written[i].node, w->written[i].no);
		desk_set_mark(d, w->written[i].node, w->written[i].no);
	}
	session_all_saved(d->session);
	d->record_no = w->record_no;
	d->seen = w->now.newest;
	d->in_draft = false;
	d->owed_n = 0;
	d->owes_rows = false;
	draft_watch(d);
}
