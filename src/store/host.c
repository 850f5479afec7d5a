#include "store/host.h"

#include <string.h>

#include "base/buf.h"
#include "store/cell.h"
#include "store/desk.h"
#include "store/layout.h"
#include "store/lists.h"

/* The record this user saved last; 0: none. */
static int64_t
last_record(struct store *s, const char *form)
{
	struct err ignored;
	int64_t no = 0;

	db_int(s->db, &ignored, &no, NULL,
	    "SELECT no FROM ruhu_record WHERE form = ? AND changed_by = ? AND deleted = 0"
	    " ORDER BY last_change DESC LIMIT 1", WITH(b_text(form), b_text(s->user)));
	return no;
}

bool
store_last_saved(struct store *s, const char *form, const char *question, struct buf *out)
{
	const struct layout *l;
	const struct layout_table *t;
	const struct layout_column *c;
	struct buf sql = { 0 };
	struct err ignored;
	struct stmt *st;
	int64_t no = last_record(s, form);
	bool found = false;

	if (no == 0 || !layout_get(s, form, &l, &ignored))
		return false;
	c = layout_column(l, question, &t);
	if (c == NULL)
		return false;
	buf_add_str(&sql, "SELECT ");
	sql_name(&sql, c->name);
	buf_add_str(&sql, " FROM ");
	sql_name(&sql, t->name);
	buf_add_str(&sql, " WHERE record_no = ?");
	if (t->field[0] != '\0')	/* of several rows, the last */
		buf_add_str(&sql, " ORDER BY row_position DESC LIMIT 1");
	st = db_query(s->db, &ignored, sql.data, WITH(b_int(no)));
	if (stmt_row(st)) {
		found = true;
		cell_text(st, 0, out);
	}
	stmt_end(st, &ignored);
	buf_free(&sql);
	return found;
}

static bool
last_saved(void *ctx, const char *question, struct buf *out)
{
	struct desk *d = ctx;

	return store_last_saved(d->store, d->form->id, question, out);
}

/* Another record's label, for "taken by". */
static bool
taken_by(struct store *s, int64_t no, struct buf *who)
{
	struct err ignored;
	struct stmt *st = db_query(s->db, &ignored,
	    "SELECT label, id, changed_by, substr(changed_at, 1, 10) FROM ruhu_record"
	    " WHERE no = ?", WITH(b_int(no)));

	if (stmt_row(st)) {
		const char *label = stmt_text(st, 0);

		buf_addf(who, "%s (%s, %s)", label[0] != '\0' ? label : stmt_text(st, 1),
		    stmt_text(st, 2), stmt_text(st, 3));
	}
	return stmt_end(st, &ignored);
}

static bool
taken(void *ctx, const struct question *q, const char *value, const char *record_id,
    struct buf *who)
{
	struct desk *d = ctx;
	struct store *s = d->store;
	const struct layout *l;
	const struct layout_table *t;
	const struct layout_column *c;
	struct buf sql = { 0 };
	struct err ignored;
	int64_t no = 0;
	bool found = false;

	if (!layout_get(s, d->form->id, &l, &ignored))
		return false;
	c = layout_column(l, d->form->field_of[q->index], &t);
	if (c == NULL)
		return false;
	buf_add_str(&sql, "SELECT record_no FROM ");
	sql_name(&sql, t->name);
	buf_add_str(&sql, " WHERE ");
	sql_name(&sql, c->name);
	buf_add_str(&sql, " = ? AND record_id <> ? LIMIT 1");
	db_int(s->db, &ignored, &no, &found, sql.data, WITH(b_text(value), b_text(record_id)));
	buf_free(&sql);
	if (found && who != NULL)
		taken_by(s, no, who);
	return found;
}

static const struct dataset *
dataset(void *ctx, const char *id)
{
	return lists_get(ctx, id);
}

void
host_fill(struct desk *d)
{
	d->host = (struct host){
		.ctx = d, .clock = d->store->clock, .user = d->store->user,
		.device = d->store->device, .dataset = dataset, .last_saved = last_saved,
		.taken = taken
	};
}
