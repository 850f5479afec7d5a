#include "store/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/tr.h"
#include "logic/logic.h"
#include "store/desk.h"
#include "store/save.h"

enum { EXPECTED_MOST = 100000, TOTAL_MOST = 64 };

/* What adding binary fractions leaves behind is taken away. */
enum { DIGITS = 15 };

/* ---- beginning ---------------------------------------------------------------------- */

static bool
number_of(struct store *s, const char *form, const char *question, const char *total, char *out,
    struct err *err)
{
	const struct loaded *f;
	const struct question *q;
	enum kind kind;

	if (!form_load(s, form, NULL, &f, err))
		return false;
	q = form_field(s, f, question);
	if (q == NULL)
		return err_set(err, _("no question of this form is called \"%s\""), question);
	kind = type_info(q->type)->kind;
	if (kind != KIND_INTEGER && kind != KIND_DECIMAL)
		return err_set(err, _("\"%s\" is no number, so it adds up to nothing"), question);
	if (strlen(total) > TOTAL_MOST - 2 || !num_canonical(total, out, TOTAL_MOST))
		return err_set(err, _("\"%s\" is no number"), total);
	return true;
}

static bool
insert(struct store *s, const char *form, const char *name, int64_t expected, const char *question,
    const char *total, int64_t *no, struct err *err)
{
	char at[INSTANT_TEXT];
	int64_t open;
	bool found;

	if (!db_int(s->db, err, &open, &found,
		"SELECT no FROM ruhu_batch WHERE form = ? AND"
		" opened_by = ? AND closed_at IS NULL",
		WITH(b_text(form), b_text(s->user))))
		return false;
	if (found)
		return err_set(
		    err, _("batch %lld of yours is still open; close it first"), (long long)open);
	store_stamp(s, at);
	if (!db_run(s->db, err,
		"INSERT INTO ruhu_batch(form, name, expected, question, total,"
		" opened_at, opened_by) VALUES(?,?,?,?,?,?,?)",
		WITH(b_text(form), b_text(name), b_int(expected), b_text_or_null(question),
		    b_text_or_null(total), b_text(at), b_text(s->user))))
		return false;
	*no = db_last_no(s->db);
	return true;
}

bool
store_batch_begin(struct store *s, const char *form, const char *name, int64_t expected,
    const char *question, const char *total, int64_t *no, struct err *err)
{
	char canonical[TOTAL_MOST] = "";
	const struct loaded *f;

	s->tick++;
	if (!form_load(s, form, NULL, &f, err))
		return false;
	if (expected < 1 || expected > EXPECTED_MOST)
		return err_set(err, _("a batch has 1 to %d forms"), EXPECTED_MOST);
	if (question == NULL)
		question = "";
	if (question[0] != '\0' &&
	    !number_of(s, form, question, total != NULL ? total : "", canonical, err))
		return false;
	return tx_begin(s, err) &&
	       tx_end(s, insert(s, form, name, expected, question, canonical, no, err), err);
}

bool
batch_join(struct save *w, struct err *err)
{
	return w->had_record ||
	       db_run(w->s->db, err,
		   "INSERT OR IGNORE INTO ruhu_batch_record(record, batch) SELECT ?, no FROM "
		   "ruhu_batch"
		   " WHERE form = ? AND opened_by = ? AND closed_at IS NULL",
		   WITH(b_text(w->d->record), b_text(w->d->form->id), b_text(w->s->user)));
}

/* ---- adding up ------------------------------------------------------------------------ */

static bool
add_up(struct store *s, int64_t no, const char *form, const char *question, char out[NUM_TEXT],
    struct err *err)
{
	struct buf table = { 0 }, column = { 0 }, sql = { 0 };
	double sum = 0;
	bool ok = store_column(s, form, question, &table, &column, err);

	if (ok && table.len > 0) {
		struct stmt *st;

		buf_add_str(&sql, "SELECT t.");
		sql_name(&sql, buf_str(&column));
		buf_add_str(&sql, " FROM ruhu_batch_record b"
			  " JOIN ruhu_record r ON r.id = b.record JOIN ");
		sql_name(&sql, buf_str(&table));
		buf_add_str(&sql, " t ON t.record_no = r.no WHERE b.batch = ?");
		st = db_query(s->db, err, buf_str(&sql), WITH(b_int(no)));
		while (stmt_row(st))
			sum += stmt_real(st, 0);
		ok = stmt_end(st, err);
	}
	num_format(num_significant(sum, DIGITS), out);
	buf_free(&table);
	buf_free(&column);
	buf_free(&sql);
	return ok;
}

/* ---- listing --------------------------------------------------------------------------- */

enum {
	NO,
	FORM,
	NAME,
	EXPECTED,
	FORMS,
	QUESTION,
	TOTAL,
	OPENED,
	OPENED_BY,
	CLOSED,
	CLOSED_BY,
	NOTE
};

#define COLUMNS                                                                                    \
	"SELECT b.no, b.form, b.name, b.expected, (SELECT count(*) FROM ruhu_batch_record m"       \
	" JOIN ruhu_record r ON r.id = m.record AND r.deleted = 0 WHERE m.batch = b.no),"          \
	" b.question, b.total, b.opened_at, b.opened_by, b.closed_at, b.closed_by, b.note"         \
	" FROM ruhu_batch b"

static bool
tell(struct store *s, struct stmt *st, bool (*each)(void *, const struct batch_info *), void *ctx,
    bool *more, struct err *err)
{
	char sum[NUM_TEXT] = "";
	struct batch_info b = {.no = stmt_int(st, NO),
	    .form = stmt_text(st, FORM),
	    .name = stmt_text(st, NAME),
	    .expected = stmt_int(st, EXPECTED),
	    .forms = stmt_int(st, FORMS),
	    .question = stmt_text(st, QUESTION),
	    .total = stmt_text(st, TOTAL),
	    .sum = sum,
	    .opened_at = stmt_text(st, OPENED),
	    .opened_by = stmt_text(st, OPENED_BY),
	    .closed_at = stmt_text(st, CLOSED),
	    .closed_by = stmt_text(st, CLOSED_BY),
	    .note = stmt_text(st, NOTE)};

	if (b.question[0] != '\0' && !add_up(s, b.no, b.form, b.question, sum, err))
		return false;
	b.equal = b.forms == b.expected &&
		  (b.question[0] == '\0' || num_parse(b.total) == num_parse(sum));
	*more = each(ctx, &b);
	return true;
}

bool
store_batches(struct store *s, const char *form, const char *by, bool open_only,
    bool (*each)(void *, const struct batch_info *), void *ctx, struct err *err)
{
	struct stmt *st;
	bool ok = true, more = true;

	if (!read_begin(s, err))
		return false;
	st = db_query(s->db, err,
	    COLUMNS " WHERE (?1 IS NULL OR b.form = ?1)"
		    " AND (?2 IS NULL OR b.opened_by = ?2) AND (NOT ?3 OR b.closed_at IS NULL)"
		    " ORDER BY b.no DESC",
	    WITH(b_text(form), b_text(by), b_int(open_only)));
	while (ok && more && stmt_row(st))
		ok = tell(s, st, each, ctx, &more, err);
	if (ok) {
		ok = stmt_end(st, err);
	} else {
		struct err ignored;

		stmt_end(st, &ignored);
	}
	read_end(s);
	return ok;
}

/* What one record adds: of a question in a repeat, over its rows. */
static bool
value_of(struct store *s, const char *table, const char *column, int64_t record,
    char out[NUM_TEXT], struct err *err)
{
	struct buf sql = { 0 };
	struct stmt *st;
	double sum = 0;
	size_t n = 0;

	out[0] = '\0';
	buf_add_str(&sql, "SELECT ");
	sql_name(&sql, column);
	buf_add_str(&sql, " FROM ");
	sql_name(&sql, table);
	buf_add_str(&sql, " WHERE record_no = ?");
	st = db_query(s->db, err, buf_str(&sql), WITH(b_int(record)));
	for (; stmt_row(st); n += !stmt_is_null(st, 0))
		sum += stmt_real(st, 0);
	buf_free(&sql);
	if (n > 0)
		num_format(num_significant(sum, DIGITS), out);
	return stmt_end(st, err);
}

static bool
find(struct store *s, int64_t no, struct buf *form, struct buf *question, struct err *err)
{
	bool found;

	if (!db_text(s->db, err, form, &found, "SELECT form FROM ruhu_batch WHERE no = ?",
		WITH(b_int(no))))
		return false;
	if (!found)
		return err_set(err, _("there is no batch %lld"), (long long)no);
	return db_text(s->db, err, question, &found, "SELECT question FROM ruhu_batch WHERE no = ?",
	    WITH(b_int(no)));
}

static bool
tell_records(struct store *s, int64_t no, const char *table, const char *column,
    bool (*each)(void *, const struct batch_record *), void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT r.id, r.label, r.no FROM ruhu_batch_record m"
	    " JOIN ruhu_record r ON r.id = m.record WHERE m.batch = ? AND r.deleted = 0"
	    " ORDER BY r.no",
	    WITH(b_int(no)));
	char value[NUM_TEXT] = "";
	bool ok = st != NULL;
	struct err ignored;

	while (ok && stmt_row(st)) {
		const struct batch_record r = {stmt_text(st, 0), stmt_text(st, 1), value};

		ok = table[0] == '\0' || value_of(s, table, column, stmt_int(st, 2), value, err);
		if (ok && !each(ctx, &r))
			break;
	}
	return stmt_end(st, ok ? err : &ignored) && ok;
}

bool
store_batch_records(struct store *s, int64_t no, bool (*each)(void *, const struct batch_record *),
    void *ctx, struct err *err)
{
	struct buf form = { 0 }, question = { 0 }, table = { 0 }, column = { 0 };
	bool ok;

	if (!read_begin(s, err))
		return false;
	ok = find(s, no, &form, &question, err) &&
	     (question.len == 0 ||
		 store_column(s, buf_str(&form), buf_str(&question), &table, &column, err)) &&
	     tell_records(s, no, buf_str(&table), buf_str(&column), each, ctx, err);
	read_end(s);
	buf_free(&form);
	buf_free(&question);
	buf_free(&table);
	buf_free(&column);
	return ok;
}

/* ---- closing ---------------------------------------------------------------------------- */

struct looked {
	int64_t no;
	bool found, closed, equal;
};

static bool
look(void *ctx, const struct batch_info *b)
{
	struct looked *l = ctx;

	if (b->no != l->no)
		return true;
	l->found = true;
	l->closed = b->closed_at[0] != '\0';
	l->equal = b->equal;
	return false;
}

static bool
may_close(struct store *s, int64_t no, const char *note, struct err *err)
{
	struct looked l = {.no = no};

	if (!store_batches(s, NULL, NULL, false, look, &l, err))
		return false;
	if (!l.found)
		return err_set(err, _("there is no batch %lld"), (long long)no);
	if (l.closed)
		return err_set(err, _("batch %lld is closed already"), (long long)no);
	return l.equal || note[0] != '\0' ||
	       err_set(err,
		   _("batch %lld does not come out; key what "
		     "is missing, or close it with a note that says why"),
		   (long long)no);
}

bool
store_batch_close(struct store *s, int64_t no, const char *note, struct err *err)
{
	char at[INSTANT_TEXT];

	if (note == NULL)
		note = "";
	if (!may_close(s, no, note, err) || !tx_begin(s, err))
		return false;
	store_stamp(s, at);
	return tx_end(s,
	    db_run(s->db, err,
		"UPDATE ruhu_batch SET closed_at = ?, closed_by = ?,"
		" note = ? WHERE no = ? AND closed_at IS NULL",
		WITH(b_text(at), b_text(s->user), b_text(note), b_int(no))),
	    err);
}
