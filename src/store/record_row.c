#include "store/record_row.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "form/form.h"
#include "store/cell.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/search.h"

bool
record_insert(struct store *s, const struct loaded *form, const char *id, int64_t *no,
    struct err *err)
{
	unsigned char secret[HASH_BYTES];
	char at[INSTANT_TEXT];

	random_bytes(secret, sizeof secret);
	store_stamp(s, at);
	if (!db_run(s->db, err, "INSERT INTO ruhu_record(id, form, version, state, created_at,"
	    " created_by, changed_at, changed_by, secret) VALUES(?1,?2,?3,'incomplete',?4,?5,?4,?5,?6)",
	    WITH(b_text(id), b_text(form->id), b_text(form->version), b_text(at),
	    b_text(s->user), b_blob(secret, sizeof secret))))
		return false;
	*no = db_last_no(s->db);
	return true;
}

bool
record_update(struct store *s, const struct loaded *form, int64_t no,
    const struct record_row *row, struct err *err)
{
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	return db_run(s->db, err, "UPDATE ruhu_record SET version = ?1, label = ?2, scope = ?3,"
	    " state = ?4, changed_at = ?5, changed_by = ?6, last_change = iif(?7, ?7, last_change)"
	    " WHERE no = ?8",
	    WITH(b_text(form->version), b_text(row->label), b_text(row->scope),
	    b_text(row->state), b_text(at), b_text(s->user), b_int(row->last_change),
	    b_int(no)));
}

/* ---- words to search by ---------------------------------------------------------- */

/* All answers of one question in the record: one, or one a row. */
static bool
add_answers(struct store *s, const struct loaded *form, const struct question *q, int64_t no,
    struct buf *words, struct err *err)
{
	const struct layout *l;
	const struct layout_table *t;
	const struct layout_column *c;
	struct buf sql = { 0 }, cell = { 0 };
	struct stmt *st;

	if (!layout_get(s, form->id, &l, err))
		return false;
	c = layout_column(l, form->field_of[q->index], &t);
	if (c == NULL)
		return true;
	buf_add_str(&sql, "SELECT ");
	sql_name(&sql, c->name);
	buf_add_str(&sql, " FROM ");
	sql_name(&sql, t->name);
	buf_add_str(&sql, " WHERE record_no = ?");
	st = db_query(s->db, err, sql.data, WITH(b_int(no)));
	while (stmt_row(st)) {
		const struct choice *choice;

		buf_reset(&cell);
		cell_text(st, 0, &cell);
		choice = q->list != NULL ? choice_find(q->list, buf_str(&cell)) : NULL;
		search_words(choice == NULL ? buf_str(&cell) :
		    text_in(form->form, &choice->label, form->form->default_language), words);
	}
	buf_free(&cell);
	buf_free(&sql);
	return stmt_end(st, err);
}

static bool
add_all(struct store *s, const struct loaded *form, int64_t no, struct buf *words,
    struct err *err)
{
	const struct form *f = form->form;

	for (size_t i = 0; i < f->unique_n; i++)
		if (!add_answers(s, form, f->unique[i], no, words, err))
			return false;
	for (size_t i = 0; i < f->list_n; i++)
		if (!add_answers(s, form, f->list[i], no, words, err))
			return false;
	for (size_t i = 0; i < f->publish_n; i++)
		if (f->publish[i].label != NULL &&
		    !add_answers(s, form, f->publish[i].label, no, words, err))
			return false;
	return true;
}

bool
search_update(struct store *s, const struct loaded *form, int64_t no, const char *label,
    struct err *err)
{
	struct buf words = { 0 };
	bool ok;

	search_words(label, &words);
	ok = add_all(s, form, no, &words, err) && search_remove(s, no, err) &&
	    db_run(s->db, err, "INSERT INTO ruhu_search(rowid, words) VALUES(?, ?)",
	    WITH(b_int(no), b_bytes(buf_str(&words), words.len)));
	buf_free(&words);
	return ok;
}

bool
search_remove(struct store *s, int64_t no, struct err *err)
{
	return db_run(s->db, err, "DELETE FROM ruhu_search WHERE rowid = ?", WITH(b_int(no)));
}
