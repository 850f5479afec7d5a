/* work.c: worklists asked: counted, one line of them. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "logic/expr.h"
#include "logic/where.h"
#include "store/cell.h"
#include "store/clockfix.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/worklist_in.h"


/* ---- SQL ----------------------------------------------------------------------------------- */

bool
work_ready(struct work *w, size_t i, struct err *err)
{
	const char *fault = work_fault(w, i);

	return fault == NULL || err_set(err, "%s", fault);
}

bool
work_condition(struct work *w, const struct task *t, const struct expr *e, const char *without,
    struct buf *sql, struct err *err)
{
	struct looking looking;
	struct where_names names = work_names(w->store, t, &looking);

	if (e != NULL)
		return where_holds(e, &names, sql, err);
	buf_add_str(sql, without);
	return true;
}

bool
work_value(struct work *w, const struct task *t, const struct expr *e, struct buf *sql,
    struct err *err)
{
	struct looking looking;
	struct where_names names = work_names(w->store, t, &looking);

	return where_value(e, &names, sql, err);
}

bool
work_from(struct work *w, const struct task *t, struct buf *sql, struct err *err)
{
	struct looking looking = { w->store, t->form };
	const struct layout *l;
	const char *table, *column;

	if (!layout_get(w->store, t->form->id, &l, err))
		return false;
	buf_add_str(sql, " FROM ");
	sql_name(sql, layout_table(l, "")->name);
	buf_add_str(sql, " r");
	if (t->rows == NULL)
		return true;
	if (!work_column(&looking, t->rows, &table, &column))
		return err_set(err, _("form %s has no question '%s'"), t->form->id, t->rows->name);
	buf_add_str(sql, " JOIN ");
	sql_name(sql, table);
	buf_add_str(sql, " t ON t.record_no = r.record_no");
	return true;
}

bool
work_tally(struct work *w, size_t i, struct work_tally *tally, struct err *err)
{
	const struct task *t = work_task(w, i);
	struct buf sql = { 0 };
	struct stmt *st = NULL;
	int64_t last = 0;
	bool ok = work_ready(w, i, err);

	w->store->tick++;
	buf_add_str(&sql, "SELECT count(*), total(f), total(f AND u) FROM (SELECT ifnull(");
	ok = ok && work_condition(w, t, t->filter, "1", &sql, err);
	buf_add_str(&sql, ", 0) AS f, ifnull(");
	ok = ok && work_condition(w, t, t->urgent, "0", &sql, err);
	buf_add_str(&sql, ", 0) AS u");
	ok = ok && work_from(w, t, &sql, err);
	buf_add_str(&sql, " WHERE r.record_no > ?1 AND r.record_no <= ?2 AND ");
	ok = ok && work_condition(w, t, t->among, "1", &sql, err);
	buf_add_char(&sql, ')');
	if (ok)
		st = db_query(w->store->db, err, sql.data,
		    WITH(b_int(tally->next), b_int(tally->next + WORK_SLICE)));
	if (stmt_row(st)) {
		tally->all += stmt_int(st, 0);
		tally->left += stmt_int(st, 1);
		tally->urgent += stmt_int(st, 2);
	}
	ok = ok && stmt_end(st, err) && db_int(w->store->db, err, &last, NULL,
	    "SELECT max(no) FROM ruhu_record", WITHOUT);
	if (ok) {
		tally->next += WORK_SLICE;
		tally->whole = tally->next >= last;
	}
	buf_free(&sql);
	return ok;
}

/* ---- one item ------------------------------------------------------------------------------- */

/* SELECT ... of one item by its numbers ?1 and ?2. */
static bool
add_item(struct work *w, const struct task *t, struct buf *sql, struct err *err)
{
	if (!work_from(w, t, sql, err))
		return false;
	buf_addf(sql, " JOIN ruhu_record x ON x.no = r.record_no WHERE r.record_no = ?1%s",
	    t->rows != NULL ? " AND t.row_no = ?2" : "");
	return true;
}

static char *
shown_text(const struct task *t, const struct choice_list *list, const char *value)
{
	const struct choice *c = list != NULL ? choice_find(list, value) : NULL;
	const char *label = c != NULL ? text_in(t->form->form, &c->label,
	    form_language(t->form->form, tr_lang())) : "";

	return xstrdup(label[0] != '\0' ? label : value);
}

static void
take_line(const struct task *t, struct stmt *st, struct work_line *out)
{
	struct buf text = { 0 };

	out->open = stmt_int(st, 0) != 0;
	out->urgent = stmt_int(st, 1) != 0;
	out->record_id = xstrdup(stmt_text(st, 2));
	out->row_id = xstrdup(stmt_text(st, 3));
	out->label = xstrdup(stmt_text(st, 4));
	out->draft = stmt_int(st, 5) != 0;
	out->columns_n = t->list->columns_n;
	out->columns = xcalloc(out->columns_n + 1, sizeof *out->columns);
	for (size_t c = 0; c < out->columns_n; c++) {
		buf_reset(&text);
		cell_text(st, 6 + (int)c, &text);
		out->columns[c] = shown_text(t, t->lists[c], buf_str(&text));
	}
	buf_free(&text);
}

bool
work_line(struct work *w, size_t i, const struct work_item *item, struct work_line *out,
    struct err *err)
{
	const struct task *t = work_task(w, i);
	struct buf sql = { 0 };
	struct stmt *st = NULL;
	bool ok = work_ready(w, i, err);

	*out = (struct work_line){ 0 };
	buf_add_str(&sql, "SELECT ");
	ok = ok && work_condition(w, t, t->among, "1", &sql, err);
	buf_add_str(&sql, " AND ");
	ok = ok && work_condition(w, t, t->filter, "1", &sql, err);
	buf_add_str(&sql, ", ");
	ok = ok && work_condition(w, t, t->urgent, "0", &sql, err);
	buf_addf(&sql, ", r.record_id, %s, x.label, EXISTS (SELECT 1 FROM ruhu_draft d WHERE"
	    " d.record = x.id AND d.author = ?3)", t->rows != NULL ? "t.row_id" : "''");
	for (size_t c = 0; ok && c < t->list->columns_n; c++) {
		buf_add_str(&sql, ", ");
		ok = work_value(w, t, t->columns[c], &sql, err);
	}
	ok = ok && add_item(w, t, &sql, err);
	if (ok)
		st = db_query(w->store->db, err, sql.data,
		    WITH(b_int(item->record), b_int(item->row), b_text(w->store->user)));
	if (stmt_row(st))
		take_line(t, st, out);
	ok = ok && stmt_end(st, err);
	buf_free(&sql);
	if (!ok)
		work_line_free(out);
	else if (out->record_id == NULL)
		out->record_id = xstrdup("");
	return ok;
}

void
work_line_free(struct work_line *line)
{
	for (size_t c = 0; c < line->columns_n; c++)
		free(line->columns[c]);
	free(line->columns);
	free(line->record_id);
	free(line->row_id);
	free(line->label);
	*line = (struct work_line){ 0 };
}

const char *
work_heading(struct work *w, size_t i, size_t column)
{
	const struct task *t = work_task(w, i);
	const struct question *q = t->shown[column];
	const char *text = "";

	if (t->list->columns[column].label.n > 0)
		return words_in(&t->list->columns[column].label, tr_lang());
	if (q != NULL)
		text = text_in(t->form->form, &q->label, form_language(t->form->form, tr_lang()));
	return text[0] != '\0' || q == NULL ? text : q->name;
}

/* Who gave the newest of an answer's heads. */
static bool
newest_author(struct store *s, int64_t record, int64_t row, const char *field, struct buf *out,
    struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT change FROM ruhu_head WHERE record = ?1"
	    " AND row = ?2 AND field = (SELECT no FROM ruhu_name WHERE text = ?3)",
	    WITH(b_int(record), b_int(row), b_text(field)));
	int64_t *heads = NULL;
	size_t n = 0, cap = 0;
	uint64_t hlc;
	bool ok;

	while (stmt_row(st)) {
		heads = xgrow(heads, &cap, n + 1, sizeof *heads);
		heads[n++] = stmt_int(st, 0);
	}
	ok = stmt_end(st, err);
	if (ok && n > 0)
		ok = clockfix_order(s, record, heads, n, &hlc, err) && db_text(s->db, err, out, NULL,
		    "SELECT a.text FROM ruhu_change c JOIN ruhu_name a ON a.no = c.author WHERE c.no = ?",
		    WITH(b_int(heads[n - 1])));
	free(heads);
	return ok;
}

bool
work_first_person(struct work *w, size_t i, const struct work_item *item, struct buf *out,
    struct err *err)
{
	const struct task *t = work_task(w, i);
	const struct question *q;

	buf_reset(out);
	if (t->fault != NULL || t->list->second_person.text == NULL)
		return true;
	q = form_find(t->form->form, t->list->second_person.text, NULL);
	return newest_author(w->store, item->record, q->repeat != NULL ? item->row : 0,
	    t->form->field_of[q->index], out, err);
}

bool
work_sets(struct work *w, size_t i, const struct work_item *item,
    void (*each)(void *, const char *question, const char *value), void *ctx, struct err *err)
{
	const struct task *t = work_task(w, i);
	struct buf sql = { 0 }, *values = xcalloc(t->list->sets_n + 1, sizeof *values);
	struct stmt *st = NULL;
	bool ok = work_ready(w, i, err);

	buf_add_str(&sql, "SELECT 0");
	for (size_t k = 0; ok && k < t->list->sets_n; k++) {
		buf_add_str(&sql, ", ");
		ok = work_value(w, t, t->sets[k], &sql, err);
	}
	ok = ok && add_item(w, t, &sql, err);
	if (ok)
		st = db_query(w->store->db, err, sql.data, WITH(b_int(item->record),
		    b_int(item->row)));
	if (stmt_row(st))
		for (size_t k = 0; k < t->list->sets_n; k++)
			cell_text(st, 1 + (int)k, &values[k]);
	ok = ok && stmt_end(st, err);
	for (size_t k = 0; k < t->list->sets_n; k++) {
		if (ok && values[k].len > 0)
			each(ctx, t->list->sets[k].question.text, buf_str(&values[k]));
		buf_free(&values[k]);
	}
	free(values);
	buf_free(&sql);
	return ok;
}
