#include "store/host.h"

#include <string.h>

#include "base/buf.h"
#include "store/cell.h"
#include "store/desk.h"
#include "store/layout.h"
#include "store/lists.h"

/* How far back it is looked for what somebody saved last: who only mends others' records
 * began none of them. */
#define LOOK_BACK "200"
#define SAVED_LATELY "ruhu_record r WHERE r.form = ?1 AND r.changed_by = ?2 AND r.deleted = 0" \
	" AND r.last_change > coalesce((SELECT last_change FROM ruhu_record WHERE form = ?1" \
	" AND changed_by = ?2 ORDER BY last_change DESC LIMIT 1 OFFSET " LOOK_BACK "), 0)"
#define NEWEST " ORDER BY r.last_change DESC LIMIT 1)"

/* SQL: the last row of a record that the user answered the question in. */
static void
sql_own_row(struct buf *sql, const struct layout_table *t)
{
	buf_add_str(sql, "(SELECT o.row_no FROM ");
	sql_name(sql, t->name);
	buf_add_str(sql, " o CROSS JOIN ruhu_head h ON h.record = o.record_no AND h.row = o.row_no"
	    " AND h.field = (SELECT no FROM ruhu_name WHERE text = ?3)"
	    " CROSS JOIN ruhu_change c ON c.no = h.change"
	    " AND c.author = (SELECT no FROM ruhu_name WHERE text = ?2)"
	    " WHERE o.record_no = r.no ORDER BY o.row_position DESC LIMIT 1)");
}

/* What a worker mends in a record that another began, or in another's row, is not theirs:
 * the other's name, taken over, would sign what they do next. */
bool
store_last_saved(struct store *s, const char *form, const char *question, struct buf *out)
{
	const struct layout *l;
	const struct layout_table *t;
	const struct layout_column *c;
	struct bind what[] = { b_text(form), b_text(s->user), b_null() };
	struct buf sql = { 0 };
	struct err ignored;
	struct stmt *st;
	bool rows, found;

	if (!layout_get(s, form, &l, &ignored))
		return false;
	c = layout_column(l, question, &t);
	if (c == NULL)
		return false;
	rows = t->field[0] != '\0';
	buf_add_str(&sql, "SELECT ");
	sql_name(&sql, c->name);
	buf_add_str(&sql, " FROM ");
	sql_name(&sql, t->name);
	if (!rows) {
		buf_add_str(&sql, " WHERE record_no = (SELECT r.no FROM " SAVED_LATELY
		    " AND r.created_by = ?2" NEWEST);
	} else {
		buf_add_str(&sql, " WHERE row_no = (SELECT ");
		sql_own_row(&sql, t);
		buf_add_str(&sql, " AS own FROM " SAVED_LATELY " AND own IS NOT NULL" NEWEST);
	}
	what[2] = b_text(c->field);
	st = db_query(s->db, &ignored, sql.data, what, rows ? 3 : 2);
	found = stmt_row(st);
	if (found)
		cell_text(st, 0, out);
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
