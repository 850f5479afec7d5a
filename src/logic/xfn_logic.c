/* Functions of truth and choice. What is not asked for is not worked out. */
#include <math.h>
#include <string.h>

#include "base/tr.h"
#include "logic/xfn.h"

bool
fn_boolean(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	bool b;

	return arg_bool(r, call, 0, ctx, &b) && val_bool(out, b);
}

bool
fn_not(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	bool b;

	return arg_bool(r, call, 0, ctx, &b) && val_bool(out, !b);
}

bool
fn_true(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	(void)r;
	(void)call;
	(void)ctx;
	return val_bool(out, true);
}

bool
fn_false(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	(void)r;
	(void)call;
	(void)ctx;
	return val_bool(out, false);
}

bool
fn_if(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	bool b;

	return arg_bool(r, call, 0, ctx, &b) && arg_val(r, call, b ? 1 : 2, ctx, out);
}

static bool
is_blank(struct run *r, const struct xval *v)
{
	if (v->type == V_NUMBER || v->type == V_DATE)
		return isnan(v->number);
	return v->type != V_BOOLEAN && str_blank(val_to_str(r, v));
}

bool
fn_coalesce(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	for (size_t i = 0; i < call->args_n; i++) {
		if (!arg_val(r, call, i, ctx, out))
			return false;
		if (!is_blank(r, out))
			return true;
	}
	return val_string(out, "", 0);
}

bool
fn_once(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s = { "", 0 };

	if (r->env->once)
		s = (struct str){ r->env->once, strlen(r->env->once) };
	else if (r->env->context.tree)
		s = node_str(r, r->env->context);
	if (s.len)
		return val_str(out, s);
	if (!arg_val(r, call, 0, ctx, out))
		return false;
	return is_blank(r, out) ? val_string(out, "", 0) : val_str(out, val_to_str(r, out));
}

bool
fn_boolean_from_string(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str s;

	if (!arg_str(r, call, 0, ctx, &s))
		return false;
	return val_bool(out, !strcmp(s.s, "true") || !strcmp(s.s, "1"));
}

/* How many of one argument's values are true; a node's is when it is not blank. */
static bool
count_yes(struct run *r, const struct xnode *call, size_t i, const struct ctx *ctx, double *n)
{
	struct xval v;

	if (!arg_val(r, call, i, ctx, &v))
		return false;
	*n = 0;
	if (v.type != V_NODES) {
		*n = val_to_bool(&v);
		return true;
	}
	for (size_t k = 0; k < v.len; k++) {
		if (!run_step(r, call))
			return false;
		*n += !str_blank(node_str(r, val_nodes(&v)[k]));
	}
	return true;
}

static bool
between(struct run *r, const struct xnode *call, const struct ctx *ctx, double n,
    struct xval *out)
{
	double least, most;

	if (!arg_num(r, call, 0, ctx, &least) || !arg_num(r, call, 1, ctx, &most))
		return false;
	return val_bool(out, (least == -1 || n >= least) && (most == -1 || n <= most));
}

bool
fn_checklist(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	double n, total = 0;

	for (size_t i = 2; i < call->args_n; i++) {
		if (!count_yes(r, call, i, ctx, &n))
			return false;
		total += n;
	}
	return between(r, call, ctx, total, out);
}

/* Values and weights are taken in pairs; those of a node-set one by one. */
static bool
weigh(struct run *r, const struct xnode *call, size_t i, const struct ctx *ctx, double *total)
{
	struct xval v, w;

	if (!arg_val(r, call, i, ctx, &v) || !arg_val(r, call, i + 1, ctx, &w))
		return false;
	if (v.type != V_NODES || w.type != V_NODES) {
		bool yes = v.type == V_NODES ? !str_blank(val_to_str(r, &v)) : val_to_bool(&v);

		if (yes)
			*total += val_to_number(r, &w);
		return true;
	}
	for (size_t k = 0; k < v.len && k < w.len; k++) {
		if (!run_step(r, call))
			return false;
		if (!str_blank(node_str(r, val_nodes(&v)[k])))
			*total += str_to_number(node_str(r, val_nodes(&w)[k]));
	}
	return true;
}

bool
fn_weighted_checklist(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	double total = 0;

	if (call->args_n % 2)
		return run_fail(r, call, "%s",
		    _("weighted-checklist() needs a weight after each condition"));
	for (size_t i = 2; i < call->args_n; i += 2)
		if (!weigh(r, call, i, ctx, &total))
			return false;
	return between(r, call, ctx, total, out);
}
