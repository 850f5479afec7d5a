#include "store/figure.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "logic/expr.h"
#include "store/inside.h"
#include "store/worklist_in.h"

/* Enough for any sum of decimals that people typed. */
enum { SUM_DIGITS = 15 };

/* A figure tied to its form, as one column of SQL and its conditions. */
struct tied {
	struct worklist list;
	struct task task;
	struct expr **where, *sum;
};

static bool
tie_figure(struct tying *y, const struct figure *f, struct tied *t)
{
	size_t errors = y->faults->errors;

	t->list = (struct worklist){ .form = f->form, .rows = f->rows };
	t->task = (struct task){ .list = &t->list };
	y->t = &t->task;
	if (!work_tie_form(y))
		return false;
	t->where = arena_alloc(y->arena, (f->where_n + 1) * sizeof *t->where);
	for (size_t i = 0; i < f->where_n; i++)
		t->where[i] = work_tie_expression(y, &f->where[i], true);
	t->sum = work_tie_expression(y, &f->sum, false);
	return y->faults->errors == errors;
}

/* ---- SQL --------------------------------------------------------------------------- */

struct asking {
	struct work work;		/* only its store is asked for */
	const struct figure_ask *ask;
	const struct tied *tied;
	void (*each)(void *, size_t, const char *, double);
	void *ctx;
};

/* Figures of the same records or rows: one scan counts them all. */
static bool
together(const struct tied *a, const struct tied *b)
{
	return a->task.form == b->task.form && a->task.rows == b->task.rows;
}

/* total(CASE WHEN conditions THEN value END): blanks add nothing. */
static bool
add_figure(struct asking *a, size_t i, struct buf *sql, struct err *err)
{
	const struct tied *t = &a->tied[i];
	bool ok = true;

	buf_add_str(sql, ", total(CASE WHEN 1");
	for (size_t k = 0; ok && k < a->ask->v[i].where_n; k++) {
		buf_add_str(sql, " AND ifnull(");
		ok = work_condition(&a->work, &t->task, t->where[k], "1", sql, err);
		buf_add_str(sql, ", 0)");
	}
	buf_add_str(sql, " THEN ");
	if (t->sum == NULL)
		buf_add_char(sql, '1');
	else
		ok = ok && work_value(&a->work, &t->task, t->sum, sql, err);
	buf_add_str(sql, " END)");
	return ok;
}

static bool
question(struct asking *a, size_t first, struct buf *sql, struct err *err)
{
	bool ok = true;

	buf_add_str(sql, "SELECT substr(x.scope, 1, ?1) AS area");
	for (size_t i = first; ok && i < a->ask->n; i++)
		if (together(&a->tied[first], &a->tied[i]))
			ok = add_figure(a, i, sql, err);
	ok = ok && work_from(&a->work, &a->tied[first].task, sql, err);
	buf_add_str(sql, " JOIN ruhu_record x ON x.no = r.record_no"
	    " WHERE substr(x.scope, 1, length(?2)) = ?2 GROUP BY area ORDER BY area");
	return ok;
}

static bool
ask_together(struct asking *a, size_t first, struct err *err)
{
	struct buf sql = { 0 };
	struct stmt *st = NULL;
	bool ok = question(a, first, &sql, err);

	if (ok)
		st = db_query(a->work.store->db, err, sql.data,
		    WITH(b_int((int64_t)a->ask->digits), b_text(a->ask->within)));
	while (stmt_row(st)) {
		int column = 1;

		for (size_t i = first; i < a->ask->n; i++)
			if (together(&a->tied[first], &a->tied[i]))
				a->each(a->ctx, i, stmt_text(st, 0),
				    num_significant(stmt_real(st, column++), SUM_DIGITS));
	}
	ok = ok && stmt_end(st, err);
	buf_free(&sql);
	return ok;
}

/* Is there none before it that it is asked together with? */
static bool
is_first(const struct tied *v, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (together(&v[k], &v[i]))
			return false;
	return true;
}

bool
store_figures(struct store *s, const struct figure_ask *ask,
    void (*each)(void *, size_t, const char *, double), void *ctx, struct faults *faults,
    struct err *err)
{
	struct arena *arena = arena_new();
	struct tied *v = arena_alloc(arena, (ask->n + 1) * sizeof *v);
	struct tying y = { s, arena, ask->file, faults, NULL };
	struct asking a = { .work = { .store = s }, .ask = ask, .tied = v, .each = each,
		.ctx = ctx };
	size_t errors = faults->errors;
	bool ok = read_begin(s, err);

	if (ok) {
		s->tick++;
		for (size_t i = 0; i < ask->n; i++)
			tie_figure(&y, &ask->v[i], &v[i]);
		for (size_t i = 0; ok && each != NULL && faults->errors == errors && i < ask->n; i++)
			ok = !is_first(v, i) || ask_together(&a, i, err);
		read_end(s);
	}
	arena_free(arena);
	return ok;
}
