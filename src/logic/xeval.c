/* Evaluating the tree of an expression; arguments of calls. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/answers.h"
#include "logic/dataset.h"
#include "logic/xeval.h"

static bool
eval_path(struct run *r, const struct xnode *x, const struct ctx *ctx, struct xval *out)
{
	struct node one;
	struct nodes from = { &one, 1, 0 };
	struct xval base;

	if (x->absolute) {
		one = r->env->root;
		if (!one.tree)
			return run_fail(r, x, "%s", _("a path needs a record, and there is none here"));
	} else if (x->a) {
		if (!xeval(r, x->a, ctx, &base))
			return false;
		if (base.type != V_NODES)
			return run_fail(r, x, "%s", _("a path can only go on from nodes"));
		from.n = base.len;
		if (base.len == 1)
			one = base.one;
		else
			from.v = (struct node *)base.nodes;
	} else {
		one = ctx->node;
		if (!one.tree)
			return run_fail(r, x, "%s", _("a path needs a record, and there is none here"));
	}
	if (x->steps_n)
		return xpath_steps(r, x, &from, out);
	return val_node(out, one);
}

static bool
eval_filter(struct run *r, const struct xnode *x, const struct ctx *ctx, struct xval *out)
{
	struct xval base;
	struct nodes set = { 0 };

	if (!xeval(r, x->a, ctx, &base))
		return false;
	if (base.type != V_NODES)
		return run_fail(r, x, "%s", _("[...] can only follow nodes"));
	for (size_t i = 0; i < base.len; i++)
		nodes_add(r, &set, val_nodes(&base)[i]);
	if (!xpath_filter(r, x->args, x->args_n, &set))
		return false;
	return val_set(out, &set);
}

static bool
eval_union(struct run *r, const struct xnode *x, const struct ctx *ctx, struct xval *out)
{
	const struct xnode *sides[2] = { x->a, x->b };
	struct nodes set = { 0 };
	struct xval v;

	for (int i = 0; i < 2; i++) {
		if (!xeval(r, sides[i], ctx, &v))
			return false;
		if (v.type != V_NODES)
			return run_fail(r, sides[i], "%s", _("both sides of | must be nodes"));
		for (size_t k = 0; k < v.len; k++)
			nodes_add(r, &set, val_nodes(&v)[k]);
	}
	nodes_sort(&set);
	return val_set(out, &set);
}

static bool
eval_column(struct run *r, const struct xnode *x, struct xval *out)
{
	const struct dataset *d = r->env->item_of;
	int column = d ? dataset_column(d, x->text) : -1;

	return val_copy(r, out, column < 0 ? "" : dataset_cell(d, r->env->item, (size_t)column));
}

static bool
eval_saved(struct run *r, const struct xnode *x, struct xval *out)
{
	struct buf b = { 0 };

	if (!r->env->last_saved || !r->env->last_saved(r->env->ctx, x->text, &b))
		buf_reset(&b);
	return val_str(out, run_take(r, &b));
}

static double
arithmetic(enum xkind op, double a, double b)
{
	switch (op) {
	case X_ADD:
		return a + b;
	case X_SUB:
		return a - b;
	case X_MUL:
		return a * b;
	case X_DIV:
		return a / b;
	default:
		return fmod(a, b);
	}
}

static bool
eval_number(struct run *r, const struct xnode *x, const struct ctx *ctx, double *out)
{
	struct xval v;

	if (!xeval(r, x, ctx, &v))
		return false;
	*out = val_to_number(r, &v);
	return true;
}

static bool
eval_arithmetic(struct run *r, const struct xnode *x, const struct ctx *ctx, struct xval *out)
{
	double a, b;

	if (!eval_number(r, x->a, ctx, &a) || !eval_number(r, x->b, ctx, &b))
		return false;
	return val_number(out, arithmetic(x->kind, a, b));
}

static bool
eval_comparison(struct run *r, const struct xnode *x, const struct ctx *ctx, struct xval *out)
{
	struct xval a, b;

	if (!xeval(r, x->a, ctx, &a) || !xeval(r, x->b, ctx, &b))
		return false;
	val_bool(out, val_compare(r, x->kind, &a, &b));
	return r->left >= 0 || run_step(r, x);
}

static bool
eval_logical(struct run *r, const struct xnode *x, const struct ctx *ctx, struct xval *out)
{
	bool first, second;

	if (!xeval_true(r, x->a, ctx, &first))
		return false;
	if (first == (x->kind == X_OR))
		return val_bool(out, first);
	if (!xeval_true(r, x->b, ctx, &second))
		return false;
	return val_bool(out, second);
}

bool
xeval(struct run *r, const struct xnode *x, const struct ctx *ctx, struct xval *out)
{
	double n;

	if (!run_step(r, x))
		return false;
	switch (x->kind) {
	case X_STRING:
		return val_string(out, x->text, x->len);
	case X_NUMBER:
		return val_number(out, x->number);
	case X_OR:
	case X_AND:
		return eval_logical(r, x, ctx, out);
	case X_EQ:
	case X_NE:
	case X_LT:
	case X_LE:
	case X_GT:
	case X_GE:
		return eval_comparison(r, x, ctx, out);
	case X_ADD:
	case X_SUB:
	case X_MUL:
	case X_DIV:
	case X_MOD:
		return eval_arithmetic(r, x, ctx, out);
	case X_NEG:
		return eval_number(r, x->a, ctx, &n) && val_number(out, -n);
	case X_UNION:
		return eval_union(r, x, ctx, out);
	case X_CALL:
		return xfn_code(x->fn)(r, x, ctx, out);
	case X_FILTER:
		return eval_filter(r, x, ctx, out);
	case X_PATH:
		return eval_path(r, x, ctx, out);
	case X_REF:
		return xpath_ref(r, x, ctx, out);
	case X_ROW:
		return xpath_row(r, x, out);
	case X_COLUMN:
		return eval_column(r, x, out);
	case X_SAVED:
		return eval_saved(r, x, out);
	default:
		return run_fail(r, x, "%s", x->text);
	}
}

/* ${x} as a condition asks for its answer; so does the path that an XForm has for it. */
static bool
asks_answer(const struct run *r, const struct xnode *x)
{
	if (x->kind == X_PATH)
		return r->env->answers && x->q && !x->q->first && x->steps_n > 0 &&
		    x->steps[x->steps_n - 1].preds_n == 0;
	return x->kind == X_REF && !x->q->first;
}

bool
xeval_true(struct run *r, const struct xnode *x, const struct ctx *ctx, bool *out)
{
	struct xval v;

	if (!xeval(r, x, ctx, &v))
		return false;
	*out = val_to_bool(&v);
	if (!asks_answer(r, x))
		return true;
	*out = false;
	for (size_t i = 0; i < v.len && !*out; i++)
		*out = !str_blank(node_str(r, val_nodes(&v)[i]));
	return true;
}

/* ---- arguments -------------------------------------------------------------- */

bool
arg_val(struct run *r, const struct xnode *call, size_t i, const struct ctx *ctx,
    struct xval *out)
{
	return xeval(r, call->args[i], ctx, out);
}

bool
arg_str(struct run *r, const struct xnode *call, size_t i, const struct ctx *ctx,
    struct str *out)
{
	struct xval v;

	if (!xeval(r, call->args[i], ctx, &v))
		return false;
	*out = val_to_str(r, &v);
	return true;
}

bool
arg_num(struct run *r, const struct xnode *call, size_t i, const struct ctx *ctx, double *out)
{
	return eval_number(r, call->args[i], ctx, out);
}

bool
arg_bool(struct run *r, const struct xnode *call, size_t i, const struct ctx *ctx, bool *out)
{
	return xeval_true(r, call->args[i], ctx, out);
}

bool
arg_nodes(struct run *r, const struct xnode *call, size_t i, const struct ctx *ctx,
    struct xval *out)
{
	if (!xeval(r, call->args[i], ctx, out))
		return false;
	if (out->type == V_NODES)
		return true;
	return run_fail(r, call->args[i],
	    _("%s() needs nodes here: a question (${name}) or a path, not a single value"),
	    call->text);
}

bool
arg_str_or_context(struct run *r, const struct xnode *call, size_t i, const struct ctx *ctx,
    struct str *out)
{
	if (i < call->args_n)
		return arg_str(r, call, i, ctx, out);
	*out = ctx->node.tree ? node_str(r, ctx->node) : (struct str){ "", 0 };
	return true;
}
