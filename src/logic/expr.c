#include "logic/expr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "logic/dataset.h"
#include "logic/regex.h"
#include "logic/xeval.h"

/* Literal patterns of regex() are compiled once, and refused once. */
static bool
compile_patterns(struct expr *e, struct xnode *x, struct err *err)
{
	struct err why;

	if (!x)
		return true;
	if (!compile_patterns(e, x->a, err) || !compile_patterns(e, x->b, err))
		return false;
	for (size_t i = 0; i < x->args_n; i++)
		if (!compile_patterns(e, x->args[i], err))
			return false;
	for (size_t i = 0; i < x->steps_n; i++)
		for (size_t k = 0; k < x->steps[i].preds_n; k++)
			if (!compile_patterns(e, x->steps[i].preds[k], err))
				return false;
	if (x->kind != X_CALL || strcmp(x->text, "regex") || x->args[1]->kind != X_STRING)
		return true;
	x->regex = regex_compile(x->args[1]->text, x->args[1]->len, e->arena, &why);
	return x->regex || xerr(err, e->text, x->args[1]->at, "%s", why.text);
}

struct expr *
expr_compile(const char *text, const struct expr_scope *scope, struct arena *arena,
    struct err *err)
{
	struct expr *e = arena_alloc(arena, sizeof *e);

	e->arena = arena;
	e->text = arena_strdup(arena, text);
	e->top = xparse(e->text, scope->form == NULL, arena, err);
	if (!e->top || !xresolve(e, scope, err) || !compile_patterns(e, e->top, err))
		return NULL;
	return e;
}

/* A choice_filter stands at its row; everything else at its question. */
static struct ctx
start_at(const struct env *env)
{
	struct ctx ctx = { .node = env->context, .position = 1 };

	if (env->item_of)
		ctx.node = dataset_item(env->item_of, env->item);
	return ctx;
}

static bool
evaluate(struct run *r, const struct expr *e, const struct env *env, struct xval *v,
    struct err *err)
{
	struct ctx ctx = start_at(env);

	run_start(r, e, env, err);
	return xeval(r, e->top, &ctx, v);
}

bool
expr_text(const struct expr *e, const struct env *env, struct buf *out, struct err *err)
{
	struct run r;
	struct xval v;
	struct str s;
	bool done = evaluate(&r, e, env, &v, err);

	if (done && !(v.type == V_NUMBER && isnan(v.number))) {
		s = val_to_str(&r, &v);
		buf_add(out, s.s, s.len);
	}
	run_end(&r);
	return done;
}

bool
expr_string(const struct expr *e, const struct env *env, struct buf *out, struct err *err)
{
	struct run r;
	struct xval v;
	struct str s;
	bool done = evaluate(&r, e, env, &v, err);

	if (done) {
		s = val_to_str(&r, &v);
		buf_add(out, s.s, s.len);
	}
	run_end(&r);
	return done;
}

bool
expr_true(const struct expr *e, const struct env *env, bool *out, struct err *err)
{
	struct ctx ctx = start_at(env);
	struct run r;
	bool b, done;

	run_start(&r, e, env, err);
	done = xeval_true(&r, e->top, &ctx, &b);
	if (done)
		*out = b;
	run_end(&r);
	return done;
}

bool
expr_number(const struct expr *e, const struct env *env, double *out, struct err *err)
{
	struct run r;
	struct xval v;
	bool done = evaluate(&r, e, env, &v, err);

	if (done)
		*out = val_to_number(&r, &v);
	run_end(&r);
	return done;
}

bool
expr_result(const struct expr *e, const struct env *env, struct result *out, struct err *err)
{
	static const enum result_type types[] = { [V_STRING] = RESULT_STRING,
		[V_NUMBER] = RESULT_NUMBER, [V_BOOLEAN] = RESULT_BOOLEAN, [V_NODES] = RESULT_NODES,
		[V_DATE] = RESULT_STRING };
	struct run r;
	struct xval v;
	struct str s;
	bool done = evaluate(&r, e, env, &v, err);

	if (done) {
		s = val_to_str(&r, &v);
		*out = (struct result){ .type = types[v.type], .string = xstrndup(s.s, s.len),
			.string_len = s.len, .number = val_to_number(&r, &v),
			.boolean = val_to_bool(&v) };
		if (v.type == V_NODES) {
			out->nodes = xmalloc((v.len + 1) * sizeof *out->nodes);
			out->nodes_n = v.len;
			if (v.len)
				memcpy(out->nodes, val_nodes(&v), v.len * sizeof *out->nodes);
		}
	}
	run_end(&r);
	return done;
}

void
result_free(struct result *result)
{
	free(result->string);
	free(result->nodes);
	*result = (struct result){ 0 };
}

/* ---- choice filters ------------------------------------------------------------------ */

struct rows {
	uint32_t *v;
	size_t n, cap;
};

static bool
try_row(const struct expr *e, struct env *env, size_t row, struct rows *rows, struct err *err)
{
	bool keep;

	env->item = row;
	if (!expr_true(e, env, &keep, err))
		return false;
	if (keep) {
		rows->v = xgrow(rows->v, &rows->cap, rows->n + 1, sizeof *rows->v);
		rows->v[rows->n++] = (uint32_t)row;
	}
	return true;
}

/* The rows that an index leaves to be asked. *n is SIZE_MAX when there is none:
 * a number compares otherwise than text, several nodes with each of them. */
static bool
candidates(const struct expr *e, const struct env *env, const struct dataset *d,
    uint32_t **rows, size_t *n, struct err *err)
{
	int column = e->key ? dataset_column(d, e->key) : -1;
	struct ctx ctx = { .node = env->context, .position = 1 };
	const uint32_t *found;
	struct run r;
	struct xval v;
	bool done;

	*n = SIZE_MAX;
	if (column < 0)
		return true;
	run_start(&r, e, env, err);
	done = xeval(&r, e->value, &ctx, &v);
	if (done && (v.type == V_STRING || (v.type == V_NODES && v.len < 2))) {
		struct str s = val_to_str(&r, &v);

		*n = dataset_find(d, (size_t)column, s.s, &found);
		*rows = xmalloc((*n + 1) * sizeof **rows);
		if (*n)
			memcpy(*rows, found, *n * sizeof **rows);
	}
	run_end(&r);
	return done;
}

bool
expr_filter(const struct expr *e, const struct env *env, const struct dataset *d,
    uint32_t **rows, size_t *n, struct err *err)
{
	struct env here = *env;
	struct rows kept = { 0 };
	uint32_t *asked = NULL;
	size_t asked_n;
	bool all, done;

	done = candidates(e, env, d, &asked, &asked_n, err);
	all = asked_n == SIZE_MAX;
	if (all)
		asked_n = dataset_rows(d);
	here.item_of = d;
	for (size_t i = 0; done && i < asked_n; i++) {
		done = try_row(e, &here, all ? i : asked[i], &kept, err);
	}
	free(asked);
	if (!done) {
		free(kept.v);
		return false;
	}
	*rows = kept.v;
	*n = kept.n;
	return true;
}

const struct expr_reads *
expr_reads(const struct expr *e)
{
	return &e->reads;
}

bool
expr_constant(const struct expr *e, bool *value)
{
	if (e->constant)
		*value = e->constant_value;
	return e->constant;
}
