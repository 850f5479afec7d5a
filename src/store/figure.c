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

static bool
question(struct work *w, const struct tied *t, const struct figure *f, struct buf *sql,
    struct err *err)
{
	bool ok = true;

	buf_add_str(sql, "SELECT substr(x.scope, 1, ?1) AS area, ");
	if (t->sum == NULL) {
		buf_add_str(sql, "count(*)");
	} else {
		buf_add_str(sql, "total(");
		ok = work_value(w, &t->task, t->sum, sql, err);
		buf_add_char(sql, ')');
	}
	ok = ok && work_from(w, &t->task, sql, err);
	buf_add_str(sql, " JOIN ruhu_record x ON x.no = r.record_no"
	    " WHERE substr(x.scope, 1, length(?2)) = ?2");
	for (size_t i = 0; ok && i < f->where_n; i++) {
		buf_add_str(sql, " AND ifnull(");
		ok = work_condition(w, &t->task, t->where[i], "1", sql, err);
		buf_add_str(sql, ", 0)");
	}
	buf_add_str(sql, " GROUP BY area ORDER BY area");
	return ok;
}

struct asking {
	struct work work;		/* only its store is asked for */
	const struct figure_ask *ask;
	void (*each)(void *, size_t, const char *, double);
	void *ctx;
};

static bool
ask_one(struct asking *a, size_t i, const struct tied *t, struct err *err)
{
	struct buf sql = { 0 };
	struct stmt *st = NULL;
	bool ok = question(&a->work, t, &a->ask->v[i], &sql, err);

	if (ok)
		st = db_query(a->work.store->db, err, sql.data,
		    WITH(b_int((int64_t)a->ask->digits), b_text(a->ask->within)));
	while (stmt_row(st))
		a->each(a->ctx, i, stmt_text(st, 0), num_significant(stmt_real(st, 1), SUM_DIGITS));
	ok = ok && stmt_end(st, err);
	buf_free(&sql);
	return ok;
}

bool
store_figures(struct store *s, const struct figure_ask *ask,
    void (*each)(void *, size_t, const char *, double), void *ctx, struct faults *faults,
    struct err *err)
{
	struct arena *arena = arena_new();
	struct tied *v = arena_alloc(arena, (ask->n + 1) * sizeof *v);
	struct tying y = { s, arena, ask->file, faults, NULL };
	struct asking a = { .work = { .store = s }, .ask = ask, .each = each, .ctx = ctx };
	size_t errors = faults->errors;
	bool ok = read_begin(s, err);

	if (ok) {
		s->tick++;
		for (size_t i = 0; i < ask->n; i++)
			tie_figure(&y, &ask->v[i], &v[i]);
		for (size_t i = 0; ok && each != NULL && faults->errors == errors && i < ask->n; i++)
			ok = ask_one(&a, i, &v[i], err);
		read_end(s);
	}
	arena_free(arena);
	return ok;
}
