#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "logic/logic.h"
#include "record/session.h"
#include "store/answer_tables.h"
#include "store/conflicts.h"
#include "store/desk.h"
#include "store/held.h"
#include "store/hlc.h"
#include "store/layout.h"
#include "store/log.h"
#include "store/merge_in.h"
#include "store/record_row.h"
#include "store/stored.h"

/* ---- ruhu_record ---------------------------------------------------------------- */

/* Writes what a calculation now says otherwise than is saved, in knowledge of all
 * that was. Never what is drawn by chance: that would differ each time. */
static bool
put_calculated(struct log *log, const struct loaded *form, const struct stored *r,
    const struct saved_answer *a, struct err *err)
{
	const struct expr *e = logic_expr(form->logic, a->q, ASPECT_CALCULATION);
	const struct stored_row *row = stored_row(r, a->row_id);
	const struct stored_field *f;
	struct log_entry entry = {
		.row = a->row_id, .field = form->field_of[a->q->index], .value = a->value,
		.reason = ""
	};

	if (e == NULL || !field_computed(form, a->q) || expr_reads(e)->random || row == NULL ||
	    type_info(a->q->type)->preload || strcmp(a->value, a->base) == 0)
		return true;
	f = stored_field(row, entry.field);
	entry.row_no = row->no;
	entry.prev = f != NULL ? f->heads : NULL;
	entry.prev_n = f != NULL ? f->heads_n : 0;
	return log_add(log, &entry, err);
}

static bool
recompute_all(struct store *s, const struct loaded *form, const struct stored *r,
    struct session *session, bool *wrote, struct err *err)
{
	struct saved_answer a;
	struct log log;
	node_id at = 0;
	bool ok = log_begin(s, &log, err) && log_record(&log, r->no, form, err);

	while (ok && session_each(session, &at, &a))
		ok = put_calculated(&log, form, r, &a, err);
	ok = ok && log_end(&log, err);
	*wrote = ok && log.added > 0;
	return ok;
}

/* Label as the form makes it of the answers; it is not in the log. */
static bool
open_record(struct store *s, const struct loaded *form, const struct stored *r, bool recompute,
    struct buf *label, bool *wrote, struct err *err)
{
	struct desk *d = desk_new(s, form, r->id);
	struct session *session;
	bool ok;

	*wrote = false;
	d->record_no = r->no;
	session = d->session = session_of_stored(d, r);
	/* Without starting it the answers are as saved, calculations too: all that a
	 * label needs, and many times faster. */
	ok = !recompute || session_start(session, false, err);
	if (ok)
		buf_set_str(label, session_instance_name(session));
	if (ok && recompute && !r->gone)
		ok = recompute_all(s, form, r, session, wrote, err);
	session_close(session);
	desk_free(d);
	return ok;
}

static const char *
said(const struct stored *r, const char *field)
{
	const struct stored_field *f = stored_field(&r->rows[0], field);

	return f != NULL ? f->value : "";
}

static bool
put_record(struct store *s, const struct stored *r, const char *label, struct err *err)
{
	char at[INSTANT_TEXT];

	if (r->last.no == 0)
		return db_run(s->db, err, "UPDATE ruhu_record SET deleted = 1 WHERE no = ?",
		    WITH(b_int(r->no)));
	instant_format_utc(hlc_ms(r->last.hlc), at);
	return db_run(s->db, err, "UPDATE ruhu_record SET label = ?1, scope = ?2, state = ?3,"
	    " deleted = ?4, changed_at = ?5, changed_by = ?6, last_change = ?7,"
	    " version = (SELECT f.version FROM ruhu_change c JOIN ruhu_form f ON f.no = c.form"
	    "  WHERE c.no = ?8) WHERE no = ?9",
	    WITH(b_text(label), b_text(said(r, FIELD_SCOPE)),
	    b_text(strcmp(said(r, FIELD_STATE), "complete") == 0 ? "complete" : "incomplete"),
	    b_int(r->gone), b_text(at), b_text(r->last.author), b_int(r->newest),
	    b_int(r->last.no), b_int(r->no)));
}

/* ---- one record ------------------------------------------------------------------- */

static bool
record_form(struct store *s, int64_t record, struct buf *id, const struct loaded **form,
    struct err *err)
{
	int64_t no = 0;

	*form = NULL;
	buf_reset(id);
	return db_text(s->db, err, id, NULL, "SELECT form FROM ruhu_record WHERE no = ?",
	    WITH(b_int(record))) && form_current(s, buf_str(id), &no, err) &&
	    (no == 0 || form_load(s, buf_str(id), NULL, form, err));
}

static bool
derive(struct store *s, int64_t record, const struct loaded *form, const char *form_id,
    bool recompute, bool *gone, struct err *err)
{
	const struct layout *l;
	struct buf label = { 0 };
	struct stored r;
	bool ok = true, wrote = false;

	if (!conflicts_read(s, record, form, &r, err))
		return false;
	if (form != NULL && !r.erased)
		ok = open_record(s, form, &r, recompute, &label, &wrote, err);
	*gone = r.gone && !r.deleted;
	if (wrote) {
		stored_free(&r);
		if (!conflicts_read(s, record, form, &r, err)) {
			buf_free(&label);
			return false;
		}
	}
	r.deleted = r.gone;
	ok = ok && put_record(s, &r, buf_str(&label), err) && layout_get(s, form_id, &l, err) &&
	    answers_write(s, l, &r, "main", err);
	if (ok && form != NULL)
		ok = r.gone ? search_remove(s, record, err) :
		    search_update(s, form, record, buf_str(&label), err);
	ok = ok && data_changed(s, form_id, err);
	stored_free(&r);
	buf_free(&label);
	return ok;
}

bool
merge_derive_record(struct store *s, int64_t record, bool recompute, bool *gone,
    struct err *err)
{
	const struct loaded *form;
	struct buf id = { 0 };
	bool ok = record_form(s, record, &id, &form, err) &&
	    derive(s, record, form, buf_str(&id), recompute, gone, err);

	buf_free(&id);
	return ok;
}

/* ---- the batch ------------------------------------------------------------------------ */

static int
by_record(const void *pa, const void *pb)
{
	const struct touched *a = pa, *b = pb;

	if (a->record != b->record)
		return a->record < b->record ? -1 : 1;
	return b->made - a->made;
}

/* Did more than one life of a database write in it? Then each calculated from what
 * it had. A record that only one site answers is left as that site made it, and so
 * is one that only got another site's calculations: else two sites whose lists or
 * days differ would answer each other for ever. */
static bool
written_by_two(struct merge *m, const struct touched *t, bool *two, struct err *err)
{
	int64_t n = 0;

	*two = t->answers && t->apart;
	if (!t->answers || t->apart || t->made)
		return true;
	if (!db_int(m->s->db, err, &n, NULL, "SELECT count(DISTINCT epoch) FROM ruhu_change"
	    " WHERE record = ? AND NOT" IS_HELD("no"), WITH(b_int(t->record))))
		return false;
	*two = n > 1;
	return true;
}

static bool
conflicts_n(struct merge *m, int64_t record, int64_t *n, struct err *err)
{
	return db_int(m->s->db, err, n, NULL, "SELECT count(*) FROM ruhu_conflict WHERE record = ?",
	    WITH(b_int(record)));
}

/* What lay in the area of its sender once is merged, for it has moved, and told. */
static bool
count_outside(struct merge *m, int64_t record, struct err *err)
{
	struct buf scope = { 0 };
	bool ok;

	if (m->area == NULL)
		return true;
	ok = db_text(m->s->db, err, &scope, NULL, "SELECT scope FROM ruhu_record WHERE no = ?",
	    WITH(b_int(record)));
	m->result.outside += ok && scope.len > 0 && !scope_has(m->area, scope.data);
	buf_free(&scope);
	return ok;
}

/* What a site says of another one's records waits for a person. */
static bool
hold_outside(struct merge *m, const struct touched *t, bool *held, struct err *err)
{
	bool may = true;

	*held = false;
	if (m->area == NULL)
		return true;
	if (!held_may_write(m->s, m->from, m->area, t->record, m->batch_first, &may, err))
		return false;
	*held = !may;
	return may || held_hold(m->s, m->from, t->record, m->batch_first, err);
}

/* Once a file, in however many batches it comes. */
static bool
count_record(struct merge *m, const struct touched *t, bool held, struct err *err)
{
	size_t at = (size_t)t->record, n = m->told_n;

	if (at >= n) {
		while (n <= at)
			n = n * 2 + 1024;
		m->told = xrealloc_array(m->told, n, sizeof *m->told);
		memset(m->told + m->told_n, 0, (n - m->told_n) * sizeof *m->told);
		m->told_n = n;
	}
	if (m->told[at])
		return true;
	m->told[at] = true;
	if (held) {
		m->result.held++;
		return true;
	}
	m->result.records_new += t->made;
	m->result.records_changed += !t->made;
	return count_outside(m, t->record, err);
}

bool
merge_derive(struct merge *m, struct err *err)
{
	if (!merge_put_heads(m, INT64_MAX, err))
		return false;
	if (m->touched_n > 1)
		qsort(m->touched, m->touched_n, sizeof *m->touched, by_record);
	for (size_t i = 0; i < m->touched_n; i++) {
		const struct touched *t = &m->touched[i];
		int64_t before = 0, after = 0;
		bool gone = false, two, held;

		if (i + 1 < m->touched_n && t[1].record == t->record) {
			m->touched[i + 1].made |= t->made;
			m->touched[i + 1].answers |= t->answers;
			m->touched[i + 1].apart |= t->apart || t->epoch != t[1].epoch;
			continue;
		}
		if (!hold_outside(m, t, &held, err) ||
		    !written_by_two(m, t, &two, err) ||
		    !conflicts_n(m, t->record, &before, err) ||
		    !merge_derive_record(m->s, t->record, two && !held, &gone, err) ||
		    !conflicts_n(m, t->record, &after, err) || !count_record(m, t, held, err))
			return false;
		m->result.records_deleted += gone;
		m->result.conflicts_new += after > before ? after - before : 0;
	}
	m->touched_n = 0;
	return true;
}
