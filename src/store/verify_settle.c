/* verify_settle.c: answers that two people keyed differently and nobody has
 * decided: the first stands meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/tr.h"
#include "logic/logic.h"
#include "store/desk.h"
#include "store/hlc.h"
#include "store/save.h"
#include "store/verify.h"
#include "store/why.h"

/* ---- what a saving settles -------------------------------------------------------- */

struct open_field {
	int64_t verify;
	char *row, *field, *value, *reason;
	int64_t base;
};

static size_t
rows_now(const struct stored *r, const char *up, const char *repeat)
{
	size_t n = 0;

	for (size_t i = 1; i < r->rows_n; i++)
		n += !r->rows[i].deleted && strcmp(r->rows[i].up, up) == 0 &&
		     strcmp(r->rows[i].repeat, repeat) == 0;
	return n;
}

/* What became of it: NULL, nothing yet. */
static const char *
outcome(const struct save *w, const struct open_field *o)
{
	const struct question *q = form_field(w->s, w->d->form, o->field);
	const struct stored_row *row = stored_row(&w->now, o->row);
	const struct stored_field *f = row != NULL ? stored_field(row, o->field) : NULL;

	if (q != NULL && q->type == Q_REPEAT)
		return rows_now(&w->now, o->row, o->field) == (size_t)strtoul(o->value, NULL, 10)
			   ? "keyer"
			   : NULL;
	if (row != NULL && row->deleted)
		return "keyer";
	if (f == NULL || f->no == o->base)
		return NULL;
	return strcmp(f->value, o->value) == 0 && strcmp(f->reason, o->reason) == 0 ? "keyer"
										    : "both";
}

static bool
settle_one(struct save *w, const struct open_field *o, const char *result, struct err *err)
{
	char at[INSTANT_TEXT];

	store_stamp(w->s, at);
	/* What was verified stays so: this was the last word on it. */
	return db_run(w->s->db, err,
		   "UPDATE ruhu_verify_field SET result = ?1, settled_at = ?2,"
		   " settled_by = ?3 WHERE verify = ?4 AND row = ?5 AND field = ?6",
		   WITH(b_text(result), b_text(at), b_text(w->s->user), b_int(o->verify),
		       b_text(o->row), b_text(o->field))) &&
	       db_run(w->s->db, err,
		   "UPDATE ruhu_verify SET change ="
		   " (SELECT last_change FROM ruhu_record WHERE no = ?1) WHERE no = ?2",
		   WITH(b_int(w->record_no), b_int(o->verify)));
}

bool
verify_settled(struct save *w, struct err *err)
{
	struct open_field *v = NULL;
	size_t n = 0, cap = 0;
	struct stmt *st = db_query(w->s->db, err,
	    "SELECT f.verify, f.row, f.field, f.value,"
	    " f.reason, f.base FROM ruhu_verify_field f JOIN ruhu_verify v ON v.no = f.verify"
	    " WHERE f.result = 'open' AND v.ended_at IS NOT NULL AND v.record = ?",
	    WITH(b_text(w->d->record)));
	bool ok;

	while (stmt_row(st)) {
		v = xgrow(v, &cap, n + 1, sizeof *v);
		v[n++] = (struct open_field){stmt_int(st, 0), xstrdup(stmt_text(st, 1)),
		    xstrdup(stmt_text(st, 2)), xstrdup(stmt_text(st, 3)), xstrdup(stmt_text(st, 4)),
		    stmt_int(st, 5)};
	}
	ok = stmt_end(st, err);
	for (size_t i = 0; i < n; i++) {
		const char *result = ok ? outcome(w, &v[i]) : NULL;

		ok = ok && (result == NULL || settle_one(w, &v[i], result, err));
		free(v[i].row);
		free(v[i].field);
		free(v[i].value);
		free(v[i].reason);
	}
	free(v);
	return ok;
}

/* ---- listing ------------------------------------------------------------------------ */

bool
store_verify_open_count(struct store *s, int64_t *n, struct err *err)
{
	*n = 0;
	return db_int(s->db, err, n, NULL,
	    "SELECT count(*) FROM ruhu_verify_field f"
	    " JOIN ruhu_verify v ON v.no = f.verify JOIN ruhu_record r ON r.id = v.record"
	    " WHERE f.result = 'open' AND v.ended_at IS NOT NULL AND r.deleted = 0",
	    WITHOUT);
}

enum {
	VERIFY,
	RECORD,
	FORM,
	LABEL,
	ROW,
	FIELD,
	FIRST,
	FIRST_REASON,
	FIRST_BY,
	FIRST_HLC,
	SECOND,
	SECOND_REASON,
	SECOND_BY,
	SECOND_AT,
	REPEAT,
	CREATED_AT
};

/* The first number of rows is what there is now. */
static bool
tell(struct stmt *st, bool (*each)(void *, const struct verify_difference *), void *ctx)
{
	char at[INSTANT_TEXT];
	struct verify_difference d = {.verify = stmt_int(st, VERIFY),
	    .record = stmt_text(st, RECORD),
	    .form = stmt_text(st, FORM),
	    .label = stmt_text(st, LABEL),
	    .row = stmt_text(st, ROW),
	    .field = stmt_text(st, FIELD),
	    .first = stmt_text(st, FIRST),
	    .first_reason = stmt_text(st, FIRST_REASON),
	    .first_by = stmt_text(st, FIRST_BY),
	    .first_at = stmt_text(st, CREATED_AT),
	    .second = stmt_text(st, SECOND),
	    .second_reason = stmt_text(st, SECOND_REASON),
	    .second_by = stmt_text(st, SECOND_BY),
	    .second_at = stmt_text(st, SECOND_AT),
	    .rows = stmt_int(st, REPEAT) != 0};

	if (!stmt_is_null(st, FIRST_HLC)) {
		instant_format_utc(hlc_ms((uint64_t)stmt_int(st, FIRST_HLC)), at);
		d.first_at = at;
	}
	return each(ctx, &d);
}

#define ROWS_NOW                                                                                   \
	"(SELECT count(*) FROM ruhu_row w JOIN ruhu_head h ON h.record = w.record AND h.row = "    \
	"w.no"                                                                                     \
	"  JOIN ruhu_name n ON n.no = h.field AND n.text = '$up' JOIN ruhu_change c ON c.no = "    \
	"h.change"                                                                                 \
	"  WHERE w.record = r.no AND c.value = f.field || CASE f.row WHEN '' THEN '' ELSE ' ' || " \
	"f.row END"                                                                                \
	"  AND NOT EXISTS (SELECT 1 FROM ruhu_head h2 JOIN ruhu_name n2 ON n2.no = h2.field AND"   \
	"   n2.text = '$del' JOIN ruhu_change c2 ON c2.no = h2.change WHERE h2.record = w.record"  \
	"   AND h2.row = w.no AND c2.value IS NOT NULL))"

bool
store_verify_differences(struct store *s, bool (*each)(void *, const struct verify_difference *),
    void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT f.verify, r.id, r.form, r.label, f.row, f.field,"
	    " iif(q.kind = 'repeat', " ROWS_NOW ", c.value), c.reason,"
	    " f.keyer, c.hlc, f.value, f.reason, v.by, v.ended_at, q.kind = 'repeat', r.created_at"
	    " FROM ruhu_verify_field f JOIN ruhu_verify v ON v.no = f.verify"
	    " JOIN ruhu_record r ON r.id = v.record LEFT JOIN ruhu_change c ON c.no = f.base"
	    " LEFT JOIN ruhu_question q ON q.form = r.form AND q.field = f.field"
	    " WHERE f.result = 'open' AND v.ended_at IS NOT NULL AND r.deleted = 0"
	    " ORDER BY r.label, r.no, f.row, f.field",
	    WITHOUT);

	while (stmt_row(st))
		if (!tell(st, each, ctx))
			break;
	return stmt_end(st, err);
}

/* ---- deciding ------------------------------------------------------------------------ */

static bool
first_stands(struct store *s, int64_t verify, const char *row, const char *field, struct err *err)
{
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	return tx_begin(s, err) &&
	       tx_end(s,
		   db_run(s->db, err,
		       "UPDATE ruhu_verify_field SET result = 'verifier', settled_at = ?1, "
		       "settled_by = ?2"
		       " WHERE verify = ?3 AND row = ?4 AND field = ?5 AND result = 'open'",
		       WITH(
			   b_text(at), b_text(s->user), b_int(verify), b_text(row), b_text(field))),
		   err);
}

static node_id
find_node(struct store *s, struct session *session, const char *row, const char *field)
{
	const struct answers *a = session_answers(session);
	const struct loaded *f = form_of_logic(s, session_logic(session));

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n))
		if (strcmp(desk_row_id(session, n), row) == 0 &&
		    answers_question(a, n) == form_field(s, f, field))
			return n;
	return NODE_NONE;
}

static bool
set_second(struct store *s, struct session *session, const char *row, const char *field,
    const char *value, const char *reason, struct err *err)
{
	node_id node = find_node(s, session, row, field);
	struct save_result result = { 0 };
	struct changed changed;
	bool ok;

	if (node == NODE_NONE)
		return err_set(
		    err, _("this question is not in the record any more; open the record"));
	ok = (reason[0] != '\0'
		     ? session_set_missing(session, node, missing_by_name(reason), &changed, err)
		     : session_set(session, node, value, &changed, err)) &&
	     store_save_because(s, session,
		 session_errors(session) > 0 ? RECORD_INCOMPLETE : RECORD_COMPLETE, WHY_VERIFY,
		 &result, err);
	if (ok && !result.saved)
		ok = err_set(err, _("another person has just changed this record: try again"));
	save_result_free(&result);
	return ok;
}

static bool
second_stands(struct store *s, const char *record, const char *row, const char *field,
    const char *value, const char *reason, struct err *err)
{
	struct session *session;
	int64_t drafts = 0;
	bool ok;

	if (!db_int(s->db, err, &drafts, NULL,
		"SELECT count(*) FROM ruhu_draft WHERE record = ?"
		" AND author = ?",
		WITH(b_text(record), b_text(s->user))))
		return false;
	if (drafts > 0)
		return err_set(
		    err, _("you have unsaved answers in this record; open it and save them "
			   "first"));
	if (!store_session_open(s, record, false, &session, NULL, err))
		return false;
	ok = set_second(s, session, row, field, value, reason, err);
	store_session_close(s, session);
	return ok;
}

bool
store_verify_settle(struct store *s, int64_t verify, const char *row, const char *field,
    bool second, struct err *err)
{
	struct buf record = { 0 }, value = { 0 }, reason = { 0 };
	struct stmt *st;
	bool found, ok;

	s->tick++;
	if (!second)
		return first_stands(s, verify, row, field, err);
	st = db_query(s->db, err,
	    "SELECT v.record, f.value, f.reason FROM ruhu_verify_field f"
	    " JOIN ruhu_verify v ON v.no = f.verify WHERE f.verify = ? AND f.row = ? AND f.field = "
	    "?"
	    " AND f.result = 'open'",
	    WITH(b_int(verify), b_text(row), b_text(field)));
	found = stmt_row(st);
	if (found) {
		buf_add_str(&record, stmt_text(st, 0));
		buf_add_str(&value, stmt_text(st, 1));
		buf_add_str(&reason, stmt_text(st, 2));
	}
	ok = stmt_end(st, err) &&
	     (found || err_set(err, _("this difference is settled already"))) &&
	     second_stands(s, buf_str(&record), row, field, buf_str(&value), buf_str(&reason), err);
	buf_free(&record);
	buf_free(&value);
	buf_free(&reason);
	return ok;
}
