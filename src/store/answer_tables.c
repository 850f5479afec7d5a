#include "store/answer_tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/stored.h"

bool
answers_remove(struct store *s, const struct layout *l, int64_t record_no, const char *schema,
    struct err *err)
{
	struct buf sql = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < l->tables_n; i++) {
		buf_reset(&sql);
		buf_addf(&sql, "DELETE FROM %s.", schema);
		sql_name(&sql, l->tables[i].name);
		buf_add_str(&sql, " WHERE record_no = ?");
		ok = db_run(s->db, err, sql.data, WITH(b_int(record_no)));
	}
	buf_free(&sql);
	return ok;
}

/* {"wage":"refused","income":"unknown"}: field names need no escaping, they are
 * XML names. */
static void
add_reason(struct buf *out, const char *column, const char *reason)
{
	buf_addf(out, "%s\"%s\":\"%s\"", out->len == 0 ? "{" : ",", column, reason);
}

/* Position among the living rows of the same repeat and parent, from 1. */
static int64_t
position_of(const struct stored *r, const struct stored_row *row)
{
	int64_t n = 1;

	for (const struct stored_row *p = r->rows + 1; p < row; p++)
		if (!p->deleted && strcmp(p->repeat, row->repeat) == 0 &&
		    strcmp(p->up, row->up) == 0)
			n++;
	return n;
}

/* The table's own columns, then as many as it has questions. */
static size_t
own_values(const struct stored *r, const struct stored_row *row, struct bind *v)
{
	if (row->no == 0) {
		v[0] = b_int(r->no);
		v[1] = b_text(r->id);
		return 2;
	}
	v[0] = b_int(row->no);
	v[1] = b_int(r->no);
	v[2] = b_text(r->id);
	v[3] = b_text(row->id);
	v[4] = b_text_or_null(row->up);
	v[5] = b_int(position_of(r, row));
	return 6;
}

static bool
write_row(struct store *s, const struct layout *l, const struct stored *r,
    const struct stored_row *row, const char *schema, struct err *err)
{
	const struct layout_table *t = layout_table(l, layout_today(l, row->repeat)), *in;
	struct buf sql = { 0 }, reasons = { 0 };
	struct bind *v;
	size_t own;
	bool ok;

	if (t == NULL)
		return true;		/* a repeat that only a newer form has: it waits in the log */
	v = xcalloc(t->columns_n + 8, sizeof *v);
	own = own_values(r, row, v) + 1;
	for (size_t i = 0; i < row->n; i++) {
		const struct layout_column *c = layout_column(l, row->v[i].name, &in);

		if (c == NULL || in != t)
			continue;
		/* Texts: the column's affinity makes numbers of them. */
		v[own + (size_t)(c - t->columns)] = b_text_or_null(row->v[i].value);
		if (row->v[i].reason[0] != '\0')
			add_reason(&reasons, c->name, row->v[i].reason);
	}
	if (reasons.len > 0)
		buf_add_char(&reasons, '}');
	v[own - 1] = b_text_or_null(buf_str(&reasons));
	buf_addf(&sql, "INSERT INTO %s.%s", schema, t->insert);
	ok = db_run(s->db, err, sql.data, v, own + t->columns_n);
	buf_free(&reasons);
	buf_free(&sql);
	free(v);
	return ok;
}

bool
answers_write(struct store *s, const struct layout *l, const struct stored *r,
    const char *schema, struct err *err)
{
	if (!answers_remove(s, l, r->no, schema, err))
		return false;
	if (r->deleted)
		return true;
	for (size_t i = 0; i < r->rows_n; i++)
		if (!r->rows[i].deleted && !write_row(s, l, r, &r->rows[i], schema, err))
			return false;
	return true;
}
