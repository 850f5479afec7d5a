#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "form/value.h"
#include "store/conflicts.h"
#include "store/layout.h"
#include "store/log.h"
#include "store/merge_in.h"
#include "store/settle_in.h"
#include "store/stored.h"

/* ---- what waits ----------------------------------------------------------------- */

struct open_conflict {
	int64_t record_no, row_no, field_no;
	struct conflict c;		/* texts in the arena */
};

static const char select_open[] =
    "SELECT c.record, c.row, c.field, r.id, r.form, r.label, coalesce(w.id, ''), n.text,"
    " coalesce(p.note, ''), coalesce(p.by, ''), coalesce(p.at, ''), c.again"
    " FROM (SELECT record, row, field, 0 AS again FROM ruhu_conflict UNION ALL"
    "  SELECT record, row, field, 1 FROM ruhu_parked k WHERE NOT EXISTS (SELECT 1 FROM"
    "  ruhu_conflict x WHERE x.record = k.record AND x.row = k.row AND x.field = k.field)) c"
    " JOIN ruhu_record r ON r.no = c.record JOIN ruhu_name n ON n.no = c.field"
    " LEFT JOIN ruhu_row w ON w.no = c.row LEFT JOIN ruhu_parked p ON p.record = c.record"
    "  AND p.row = c.row AND p.field = c.field"
    " WHERE ?1 IS NULL OR r.form = ?1 ORDER BY c.record, c.row, c.field";

static bool
read_open(struct store *s, const char *form, struct arena *a, struct open_conflict **v,
    size_t *n, struct err *err)
{
	struct stmt *st = db_query(s->db, err, select_open, WITH(b_text(form)));
	size_t cap = 0;

	*v = NULL;
	for (*n = 0; stmt_row(st); (*n)++) {
		*v = xgrow(*v, &cap, *n + 1, sizeof **v);
		(*v)[*n] = (struct open_conflict){
			.record_no = stmt_int(st, 0), .row_no = stmt_int(st, 1),
			.field_no = stmt_int(st, 2),
			.c = { .record = arena_strdup(a, stmt_text(st, 3)),
			    .form = arena_strdup(a, stmt_text(st, 4)),
			    .label = arena_strdup(a, stmt_text(st, 5)),
			    .row = arena_strdup(a, stmt_text(st, 6)),
			    .field = arena_strdup(a, stmt_text(st, 7)), .ancestor = "",
			    .policy = apart_name(APART_ASK),
			    .note = arena_strdup(a, stmt_text(st, 8)),
			    .note_by = arena_strdup(a, stmt_text(st, 9)),
			    .note_at = arena_strdup(a, stmt_text(st, 10)),
			    .again = stmt_int(st, 11) != 0 }
		};
	}
	return stmt_end(st, err);
}

bool
store_conflicts(struct store *s, const char *form, bool (*each)(void *, const struct conflict *),
    void *ctx, struct err *err)
{
	struct arena *a = arena_new();
	struct open_conflict *v = NULL;
	size_t n = 0;
	bool ok = read_begin(s, err);

	if (ok) {
		ok = read_open(s, form, a, &v, &n, err);
		for (size_t i = 0; ok && i < n; i++)
			ok = sides_read(s, a, v[i].record_no, v[i].row_no, v[i].field_no, &v[i].c,
			    err);
		read_end(s);
	}
	for (size_t i = 0; ok && i < n; i++)
		if (!each(ctx, &v[i].c))
			break;
	free(v);
	arena_free(a);
	return ok;
}

/* ---- deciding --------------------------------------------------------------------- */

struct settling {
	struct store *s;
	const struct loaded *form;
	struct stored r;
	const struct stored_row *row;
	const struct stored_field *f;
};

static bool
find_field(struct settling *w, const char *record, const char *row, const char *field,
    struct err *err)
{
	const struct layout *l;
	int64_t no = 0;

	if (!db_int(w->s->db, err, &no, NULL, "SELECT no FROM ruhu_record WHERE id = ?",
	    WITH(b_text(record))))
		return false;
	if (no == 0)
		return err_set(err, _("There is no such record"));
	if (!stored_read(w->s, no, &w->r, err) || !form_load(w->s, w->r.form, NULL, &w->form, err))
		return false;
	w->row = stored_row(&w->r, row);
	w->f = w->row != NULL && layout_get(w->s, w->r.form, &l, err) ?
	    stored_field(w->row, layout_today(l, field)) : NULL;
	return w->f != NULL || err_set(err, _("Nothing was saved in %s of this record, so there is "
	    "nothing to settle"), field);
}

/* What is to be written: a deletion with what is known here, an answer in its
 * canonical form. */
static bool
make_value(struct settling *w, const char *field, const char *value, struct buf *out,
    struct err *err)
{
	const struct question *q = form_field(w->s, w->form, field);

	if (strcmp(field, FIELD_DEL) == 0)
		return value[0] == '\0' || del_value(w->s, w->r.no, w->row->no, out, err);
	if (q != NULL && value[0] != '\0')
		return value_parse(q, value, w->s->clock, out, err);
	buf_set_str(out, value);
	return true;
}

/* What the decision knows of: the heads, and where one decision stands for several,
 * those too, so that the new one is seen to be about them. */
static bool
known_sides(struct settling *w, struct arena *a, struct log_entry *e, struct err *err)
{
	struct conflict c = { .again = true, .ancestor = "" };
	struct buf prev = { 0 };
	int64_t *v;
	bool ok;

	e->prev = w->f->heads;
	e->prev_n = w->f->heads_n;
	if (w->f->heads_n != 1)
		return true;
	ok = db_text(w->s->db, err, &prev, NULL, "SELECT prev FROM ruhu_change WHERE no = ?",
	    WITH(b_int(w->f->heads[0])));
	if (ok && strchr(buf_str(&prev), ' ') != NULL && (ok = sides_of(w->s, a, prev.data, &c, err))) {
		v = arena_alloc(a, (c.sides_n + 1) * sizeof *v);
		v[0] = w->f->heads[0];
		for (size_t i = 0; i < c.sides_n; i++)
			v[i + 1] = c.sides[i].change;
		e->prev = v;
		e->prev_n = c.sides_n + 1;
	}
	buf_free(&prev);
	return ok;
}

static bool
settle(struct settling *w, const char *field, const char *value, const char *reason,
    struct err *err)
{
	struct buf text = { 0 };
	struct log log;
	struct log_entry e = {
		.row_no = w->row->no, .row = w->row->id, .field = field, .reason = reason
	};
	struct arena *a = arena_new();
	bool gone, ok = make_value(w, field, value, &text, err) && known_sides(w, a, &e, err);

	e.value = buf_str(&text);
	ok = ok && log_begin(w->s, &log, err) && log_record(&log, w->r.no, w->form, err) &&
	    log_add(&log, &e, err) && log_end(&log, err) &&
	    db_run(w->s->db, err, "DELETE FROM ruhu_parked WHERE record = ? AND row = ? AND field ="
	    " (SELECT no FROM ruhu_name WHERE text = ?)", WITH(b_int(w->r.no), b_int(w->row->no),
	    b_text(field))) &&
	    merge_derive_record(w->s, w->r.no, true, &gone, err);
	arena_free(a);
	buf_free(&text);
	return ok;
}

bool
store_settle(struct store *s, const char *record, const char *row, const char *field,
    const char *value, const char *reason, struct err *err)
{
	struct settling w = { .s = s };
	bool ok;

	if (!tx_begin(s, err))
		return false;
	ok = find_field(&w, record, row, field, err) &&
	    settle(&w, field, value, reason != NULL ? reason : "", err);
	if (w.r.arena != NULL)
		stored_free(&w.r);
	return tx_end(s, ok, err);
}
