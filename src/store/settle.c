#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/value.h"
#include "store/conflicts.h"
#include "store/hlc.h"
#include "store/log.h"
#include "store/merge_in.h"
#include "store/stored.h"

/* ---- what waits ----------------------------------------------------------------- */

struct open_conflict {
	int64_t record_no, row_no, field_no;
	struct conflict c;		/* texts in the arena */
};

static bool
read_open(struct store *s, const char *form, struct arena *a, struct open_conflict **v,
    size_t *n, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT c.record, c.row, c.field, r.id, r.form, r.label, coalesce(w.id, ''), n.text"
	    " FROM ruhu_conflict c JOIN ruhu_record r ON r.no = c.record"
	    " JOIN ruhu_name n ON n.no = c.field LEFT JOIN ruhu_row w ON w.no = c.row"
	    " WHERE ?1 IS NULL OR r.form = ?1 ORDER BY c.record, c.row, c.field",
	    WITH(b_text(form)));
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
			    .field = arena_strdup(a, stmt_text(st, 7)), .ancestor = "" }
		};
	}
	return stmt_end(st, err);
}

/* The value that a change was written over: of its first forerunner that is here. */
static bool
read_ancestor(struct store *s, const char *prev, struct arena *a, const char **out,
    struct err *err)
{
	struct buf value = { 0 };
	char *end;
	int64_t epoch = strtoll(prev, &end, 10), seq = *end == ':' ? strtoll(end + 1, NULL, 10) : 0;
	bool ok = db_text(s->db, err, &value, NULL,
	    "SELECT value FROM ruhu_change WHERE epoch = ? AND seq = ?",
	    WITH(b_int(epoch), b_int(seq)));

	*out = arena_strdup(a, buf_str(&value));
	buf_free(&value);
	return ok;
}

/* Its sides, oldest first: the last one is shown. */
static bool
read_sides(struct store *s, struct arena *a, struct open_conflict *o, struct err *err)
{
	struct conflict_side *v = NULL;
	struct buf prev = { 0 };
	size_t n = 0, cap = 0;
	bool ok;
	struct stmt *st = db_query(s->db, err,
	    "SELECT c.no, coalesce(c.value, ''), coalesce(c.reason, ''), a.text, e.site, c.hlc,"
	    " c.flags & 1, coalesce(c.prev, '') FROM ruhu_head h JOIN ruhu_change c ON c.no = h.change"
	    " JOIN ruhu_name a ON a.no = c.author JOIN ruhu_epoch e ON e.no = c.epoch"
	    " WHERE h.record = ? AND h.row = ? AND h.field = ? ORDER BY c.hlc, c.chain",
	    WITH(b_int(o->record_no), b_int(o->row_no), b_int(o->field_no)));

	while (stmt_row(st)) {
		char at[INSTANT_TEXT];

		instant_format_utc(hlc_ms((uint64_t)stmt_int(st, 5)), at);
		if (prev.len == 0)
			buf_set_str(&prev, stmt_text(st, 7));
		v = xgrow(v, &cap, n + 1, sizeof *v);
		v[n++] = (struct conflict_side){
			.change = stmt_int(st, 0), .value = arena_strdup(a, stmt_text(st, 1)),
			.reason = arena_strdup(a, stmt_text(st, 2)),
			.author = arena_strdup(a, stmt_text(st, 3)),
			.site = arena_strdup(a, stmt_text(st, 4)), .at = arena_strdup(a, at),
			.clock = stmt_int(st, 6) != 0
		};
	}
	ok = stmt_end(st, err) && (prev.len == 0 ||
	    read_ancestor(s, prev.data, a, &o->c.ancestor, err));
	if (n > 0) {
		struct conflict_side *kept = arena_alloc(a, n * sizeof *kept);

		memcpy(kept, v, n * sizeof *kept);
		kept[n - 1].shown = true;
		o->c.sides = kept;
		o->c.sides_n = n;
	}
	free(v);
	buf_free(&prev);
	return ok;
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
			ok = read_sides(s, a, &v[i], err);
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
	int64_t no = 0;

	if (!db_int(w->s->db, err, &no, NULL, "SELECT no FROM ruhu_record WHERE id = ?",
	    WITH(b_text(record))))
		return false;
	if (no == 0)
		return err_set(err, _("There is no such record"));
	if (!stored_read(w->s, no, &w->r, err) || !form_load(w->s, w->r.form, NULL, &w->form, err))
		return false;
	w->row = stored_row(&w->r, row);
	w->f = w->row != NULL ? stored_field(w->row, field) : NULL;
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

static bool
settle(struct settling *w, const char *field, const char *value, const char *reason,
    struct err *err)
{
	struct buf text = { 0 };
	struct log log;
	struct log_entry e = {
		.row_no = w->row->no, .row = w->row->id, .field = field, .reason = reason,
		.prev = w->f->heads, .prev_n = w->f->heads_n
	};
	bool gone, ok = make_value(w, field, value, &text, err);

	e.value = buf_str(&text);
	ok = ok && log_begin(w->s, &log, err) && log_record(&log, w->r.no, w->form, err) &&
	    log_add(&log, &e, err) && log_end(&log, err) &&
	    merge_derive_record(w->s, w->r.no, true, &gone, err);
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
