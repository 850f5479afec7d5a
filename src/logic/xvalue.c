/* Values of expressions: making, converting, comparing. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/tr.h"
#include "logic/xdate.h"
#include "logic/xeval.h"

#define OPERATIONS_MAX 10000000L
#define BLOCK_SIZE 16384

struct run_block {
	struct run_block *next;
	size_t used, size;
	_Alignas(16) char data[];
};

void
run_start(struct run *r, const struct expr *e, const struct env *env, struct err *err)
{
	r->e = e;
	r->env = env;
	r->err = err;
	r->given = env->limit ? env->limit : OPERATIONS_MAX;
	if (env->budget && *env->budget < r->given)
		r->given = *env->budget;
	r->left = r->given;
	r->blocks = NULL;
	r->used = 0;
}

void
run_end(struct run *r)
{
	struct run_block *next;

	if (r->env->budget)
		*r->env->budget -= r->given - (r->left > 0 ? r->left : 0);
	for (struct run_block *b = r->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
}

void *
run_alloc(struct run *r, size_t size)
{
	struct run_block *b = r->blocks;
	void *p;

	size = (size + 15) & ~(size_t)15;
	if (size <= RUN_FIRST - r->used) {
		p = r->first + r->used;
		r->used += size;
		return p;
	}
	if (!b || b->size - b->used < size) {
		b = xmalloc(sizeof *b + (size > BLOCK_SIZE ? size : BLOCK_SIZE));
		b->used = 0;
		b->size = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		b->next = r->blocks;
		r->blocks = b;
	}
	p = b->data + b->used;
	b->used += size;
	return p;
}

const char *
run_text(struct run *r, const char *s, size_t len)
{
	char *copy = run_alloc(r, len + 1);

	if (len)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

struct str
run_take(struct run *r, struct buf *b)
{
	struct str s = { run_text(r, b->data, b->len), b->len };

	buf_free(b);
	return s;
}

bool
run_fail(struct run *r, const struct xnode *x, const char *fmt, ...)
{
	char sentence[sizeof r->err->text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	return xerr(r->err, r->e->text, x->at, "%s", sentence);
}

bool
run_step(struct run *r, const struct xnode *x)
{
	if (r->left-- > 0)
		return true;
	return run_fail(r, x, "%s", _("this takes too long to work out and was given up"));
}

bool
val_string(struct xval *v, const char *s, size_t len)
{
	v->type = V_STRING;
	v->s = s;
	v->len = len;
	return true;
}

bool
val_str(struct xval *v, struct str s)
{
	return val_string(v, s.s, s.len);
}

bool
val_copy(struct run *r, struct xval *v, const char *s)
{
	size_t len = strlen(s);

	return val_string(v, run_text(r, s, len), len);
}

bool
val_number(struct xval *v, double n)
{
	v->type = V_NUMBER;
	v->number = n;
	return true;
}

bool
val_bool(struct xval *v, bool b)
{
	v->type = V_BOOLEAN;
	v->boolean = b;
	return true;
}

bool
val_date(struct xval *v, double days)
{
	v->type = V_DATE;
	v->number = days;
	return true;
}

bool
val_set(struct xval *v, const struct nodes *set)
{
	v->type = V_NODES;
	v->len = set->n;
	v->nodes = set->v;
	if (set->n == 1)
		v->one = set->v[0];
	return true;
}

bool
val_node(struct xval *v, struct node node)
{
	v->type = V_NODES;
	v->len = 1;
	v->nodes = NULL;
	v->one = node;
	return true;
}

struct str
node_str(struct run *r, struct node node)
{
	const struct tree_ops *ops = node.tree->ops;
	struct buf b = { 0 };
	const char *text = ops->text ? ops->text(node.tree, node.id) : NULL;

	if (text)
		return (struct str){ text, strlen(text) };
	ops->value(node.tree, node.id, &b);
	return run_take(r, &b);
}

struct str
number_to_str(struct run *r, double n)
{
	char text[NUM_TEXT];
	size_t len = num_format(n, text);

	return (struct str){ run_text(r, text, len), len };
}

struct str
val_to_str(struct run *r, const struct xval *v)
{
	struct buf b = { 0 };

	switch (v->type) {
	case V_STRING:
		return (struct str){ v->s, v->len };
	case V_NUMBER:
		return number_to_str(r, v->number);
	case V_BOOLEAN:
		return v->boolean ? (struct str){ "true", 4 } : (struct str){ "false", 5 };
	case V_DATE:
		xdate_text(v->number, &b);
		return run_take(r, &b);
	case V_NODES:
		break;
	}
	return v->len ? node_str(r, val_nodes(v)[0]) : (struct str){ "", 0 };
}

bool
str_blank(struct str s)
{
	return s.len == 0;
}

double
str_to_number(struct str s)
{
	double n;

	if (!s.len)
		return NAN;
	n = num_parse(s.s);
	return isnan(n) ? xdate_days(s.s) : n;
}

double
val_to_number(struct run *r, const struct xval *v)
{
	if (v->type == V_NUMBER || v->type == V_DATE)
		return v->number;
	if (v->type == V_BOOLEAN)
		return v->boolean;
	return str_to_number(val_to_str(r, v));
}

bool
val_to_bool(const struct xval *v)
{
	switch (v->type) {
	case V_NUMBER:
	case V_DATE:
		return !isnan(v->number) && v->number != 0;
	case V_BOOLEAN:
		return v->boolean;
	default:
		return v->len > 0;
	}
}

/* 6.1 - 7.8 = -1.7, as JavaRosa has it. */
static bool
same_number(double a, double b)
{
	return a == b || fabs(a - b) < 1e-12;
}

static bool
compare_numbers(enum xkind op, double a, double b)
{
	switch (op) {
	case X_EQ:
		return same_number(a, b);
	case X_NE:
		return !same_number(a, b);
	case X_LT:
		return a < b;
	case X_LE:
		return a <= b;
	case X_GT:
		return a > b;
	default:
		return a >= b;
	}
}

static bool
is_equality(enum xkind op)
{
	return op == X_EQ || op == X_NE;
}

static bool
is_numeric(const struct xval *v)
{
	return v->type == V_NUMBER || v->type == V_DATE;
}

/* '09:30' < '14:00': times of day, which are no numbers. */
static bool
both_times(struct run *r, const struct xval *a, const struct xval *b, double *x, double *y)
{
	int64_t m, n;

	if (a->type != V_STRING || b->type != V_STRING ||
	    !time_parse(val_to_str(r, a).s, &m) || !time_parse(val_to_str(r, b).s, &n))
		return false;
	*x = (double)m;
	*y = (double)n;
	return true;
}

/* Neither is a node-set. */
static bool
compare_plain(struct run *r, enum xkind op, const struct xval *a, const struct xval *b)
{
	struct str x, y;
	double m, n;
	bool same;

	if (!is_equality(op) && both_times(r, a, b, &m, &n))
		return compare_numbers(op, m, n);
	if (is_equality(op) && (a->type == V_BOOLEAN || b->type == V_BOOLEAN))
		return (val_to_bool(a) == val_to_bool(b)) == (op == X_EQ);
	if (!is_equality(op) || is_numeric(a) || is_numeric(b))
		return compare_numbers(op, val_to_number(r, a), val_to_number(r, b));
	x = val_to_str(r, a);
	y = val_to_str(r, b);
	same = x.len == y.len && !memcmp(x.s, y.s, x.len);
	return same == (op == X_EQ);
}

/* The values to compare: of a set, the texts of its nodes; an empty set counts as
 * one blank text. */
static size_t
members(struct run *r, const struct xval *v, struct xval **out)
{
	size_t n = v->type == V_NODES && v->len ? v->len : 1;

	if (v->type != V_NODES) {
		*out = (struct xval *)v;
		return 1;
	}
	*out = run_alloc(r, n * sizeof **out);
	for (size_t i = 0; i < v->len; i++)
		val_str(&(*out)[i], node_str(r, val_nodes(v)[i]));
	if (!v->len)
		val_string(*out, "", 0);
	r->left -= (long)n;
	return n;
}

bool
val_compare(struct run *r, enum xkind op, const struct xval *a, const struct xval *b)
{
	struct xval *x, *y;
	size_t x_n, y_n;

	if (a->type != V_NODES && b->type != V_NODES)
		return compare_plain(r, op, a, b);
	if (a->type == V_BOOLEAN || b->type == V_BOOLEAN) {
		struct xval p, q;

		val_bool(&p, val_to_bool(a));
		val_bool(&q, val_to_bool(b));
		return compare_plain(r, op, &p, &q);
	}
	x_n = members(r, a, &x);
	y_n = members(r, b, &y);
	for (size_t i = 0; i < x_n; i++)
		for (size_t j = 0; j < y_n; j++) {
			if (r->left-- < 0)
				return false;
			if (compare_plain(r, op, &x[i], &y[j]))
				return true;
		}
	return false;
}
