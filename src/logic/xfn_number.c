/* Functions of numbers. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/num.h"
#include "form/form.h"
#include "logic/answers.h"
#include "logic/xfn.h"

bool
fn_number(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str s;
	double n;

	if (call->args_n)
		return arg_num(r, call, 0, ctx, &n) && val_number(out, n);
	return arg_str_or_context(r, call, 0, ctx, &s) && val_number(out, str_to_number(s));
}

bool
fn_int(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	double n;

	return arg_num(r, call, 0, ctx, &n) && val_number(out, trunc(n));
}

bool
fn_round(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	double n, digits = 0;

	if (!arg_num(r, call, 0, ctx, &n))
		return false;
	if (call->args_n > 1 && !arg_num(r, call, 1, ctx, &digits))
		return false;
	if (isnan(digits))
		return val_number(out, NAN);
	digits = fmin(fmax(trunc(digits), -400), 400);
	/* 1.005 that came of adding is 1.00499999999999989: what a person sees counts. */
	return val_number(out, num_round(num_significant(n, 15), (int)digits));
}

/* Neumaier's sum: what is lost in adding is kept beside, so that a column of
 * amounts does not end in ...0000002. */
static void
add(double *total, double *lost, double n)
{
	double sum = *total + n;

	*lost += fabs(*total) >= fabs(n) ? (*total - sum) + n : (n - sum) + *total;
	*total = sum;
}

/* The question of /data/r/x, all answers of which are asked for, wherever that is; NULL:
 * it is another path. */
static const struct question *
whole_column(const struct run *r, const struct xnode *x)
{
	const struct question *q = NULL;

	if (!r->env->answers || x->kind != X_PATH || !x->absolute || x->a)
		return NULL;
	for (size_t i = 0; i < x->steps_n; i++) {
		if (x->steps[i].axis != AXIS_CHILD || x->steps[i].preds_n || !x->steps[i].q)
			return NULL;
		q = x->steps[i].q;
	}
	return q && !q->first ? q : NULL;
}

bool
fn_sum(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	const struct question *column = whole_column(r, call->args[0]);
	struct xval v;
	double total = 0, lost = 0;

	if (column && answers_total(r->env->answers, column, &total))
		return val_number(out, total);
	total = 0;
	if (!arg_nodes(r, call, 0, ctx, &v))
		return false;
	for (size_t i = 0; i < v.len; i++) {
		struct str s = node_str(r, val_nodes(&v)[i]);

		if (!run_step(r, call))
			return false;
		if (!str_blank(s))
			add(&total, &lost, str_to_number(s));
	}
	total = isfinite(lost) ? total + lost : total;
	if (column)
		answers_keep_total(r->env->answers, column, total);
	return val_number(out, total);
}

struct extreme {
	double n;
	int sign;
	bool nonsense;		/* a text that is no number */
};

static void
take_extreme(struct extreme *e, double n)
{
	if (!isnan(n) && (isnan(e->n) || n * e->sign > e->n * e->sign))
		e->n = n;
}

/* Blank texts and blank results are left out, as in sum(). */
static void
take_text(struct extreme *e, struct str s)
{
	double n = str_to_number(s);

	if (isnan(n) && !str_blank(s) && strcmp(s.s, "NaN"))
		e->nonsense = true;
	take_extreme(e, n);
}

static bool
find_extreme(struct run *r, const struct xnode *call, const struct ctx *ctx, int sign,
    struct xval *out)
{
	struct extreme e = { NAN, sign, false };
	struct xval v;

	for (size_t i = 0; i < call->args_n && !e.nonsense; i++) {
		if (!arg_val(r, call, i, ctx, &v))
			return false;
		if (v.type == V_STRING)
			take_text(&e, val_to_str(r, &v));
		else if (v.type != V_NODES)
			take_extreme(&e, val_to_number(r, &v));
		for (size_t k = 0; v.type == V_NODES && k < v.len; k++) {
			if (!run_step(r, call))
				return false;
			take_text(&e, node_str(r, val_nodes(&v)[k]));
		}
	}
	return val_number(out, e.nonsense ? NAN : e.n);
}

bool
fn_max(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	return find_extreme(r, call, ctx, 1, out);
}

bool
fn_min(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	return find_extreme(r, call, ctx, -1, out);
}

bool
fn_count(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct xval v;

	return arg_nodes(r, call, 0, ctx, &v) && val_number(out, (double)v.len);
}

bool
fn_count_non_empty(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct xval v;
	double n = 0;

	if (!arg_nodes(r, call, 0, ctx, &v))
		return false;
	for (size_t i = 0; i < v.len; i++) {
		if (!run_step(r, call))
			return false;
		n += !str_blank(node_str(r, val_nodes(&v)[i]));
	}
	return val_number(out, n);
}

bool
fn_pow(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	double a, b;

	return arg_num(r, call, 0, ctx, &a) && arg_num(r, call, 1, ctx, &b) &&
	    val_number(out, pow(a, b));
}

bool
fn_atan2(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	double a, b;

	return arg_num(r, call, 0, ctx, &a) && arg_num(r, call, 1, ctx, &b) &&
	    val_number(out, atan2(a, b));
}

/* exp10(-1) of the C library is 0.09999999999999999. */
static double
power_of_ten(double n)
{
	return pow(10, n);
}

/* Functions of one number that C has under the same name. */
#define ONE(fn, f) \
	bool fn(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out) \
	{ \
		double n; \
		return arg_num(r, call, 0, ctx, &n) && val_number(out, f(n)); \
	}

ONE(fn_floor, floor)
ONE(fn_ceiling, ceil)
ONE(fn_abs, fabs)
ONE(fn_sqrt, sqrt)
ONE(fn_exp, exp)
ONE(fn_exp10, power_of_ten)
ONE(fn_log, log)
ONE(fn_log10, log10)
ONE(fn_sin, sin)
ONE(fn_cos, cos)
ONE(fn_tan, tan)
ONE(fn_asin, asin)
ONE(fn_acos, acos)
ONE(fn_atan, atan)

bool
fn_pi(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	(void)r;
	(void)call;
	(void)ctx;
	return val_number(out, M_PI);
}

bool
fn_random(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	uint64_t bits;

	(void)r;
	(void)call;
	(void)ctx;
	random_bytes(&bits, sizeof bits);
	return val_number(out, (double)(bits >> 11) / 9007199254740992.0);
}
