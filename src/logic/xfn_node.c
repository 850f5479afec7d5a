/* Functions of nodes, of rows and of their order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/answers.h"
#include "logic/digest.h"
#include "logic/xfn.h"

static const struct tree *
answers_of(const struct run *r)
{
	return r->env->answers ? answers_tree(r->env->answers) : NULL;
}

/* The row number of the question a whole expression belongs to. */
static double
own_row(const struct run *r)
{
	node_id row;

	if (!answers_of(r) || r->env->context.tree != answers_of(r))
		return 1;
	row = answers_row_of(r->env->answers, r->env->context.id);
	return row == NODE_NONE ? 1 : (double)answers_position(r->env->answers, row);
}

bool
fn_position(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct xval v;
	struct node node;

	if (!call->args_n)
		return val_number(out, ctx->size ? (double)ctx->position : own_row(r));
	if (!arg_nodes(r, call, 0, ctx, &v))
		return false;
	if (!v.len)
		return val_number(out, NAN);
	node = val_nodes(&v)[0];
	if (node.tree == answers_of(r) && node.id && !(node.id & 0x80000000u) &&
	    answers_question(r->env->answers, node.id)->type == Q_REPEAT)
		return val_number(out, (double)answers_position(r->env->answers, node.id));
	return val_number(out, (double)node_position(node));
}

bool
fn_last(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	(void)r;
	(void)call;
	return val_number(out, ctx->size ? (double)ctx->size : 1);
}

/* The first node of the argument, or the context node. *found false: none. */
static bool
node_or_context(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct node *node, bool *found)
{
	struct xval v;

	if (!call->args_n) {
		*node = ctx->node;
		*found = ctx->node.tree != NULL;
		return true;
	}
	if (!arg_nodes(r, call, 0, ctx, &v))
		return false;
	*found = v.len > 0;
	if (v.len)
		*node = val_nodes(&v)[0];
	return true;
}

static const char *
ns_of(struct node node)
{
	return node.tree->ops->ns ? node.tree->ops->ns(node.tree, node.id) : "";
}

bool
fn_local_name(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct node node;
	bool found;

	if (!node_or_context(r, call, ctx, &node, &found))
		return false;
	return val_copy(r, out, found ? node.tree->ops->name(node.tree, node.id) : "");
}

bool
fn_name(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct node node;
	bool found;
	const char *prefix, *name;
	char *whole;
	size_t len;

	if (!node_or_context(r, call, ctx, &node, &found))
		return false;
	if (!found)
		return val_string(out, "", 0);
	name = node.tree->ops->name(node.tree, node.id);
	prefix = node.tree->ops->prefix ? node.tree->ops->prefix(node.tree, node.id) : "";
	if (!prefix[0])
		return val_copy(r, out, name);
	len = strlen(prefix) + 1 + strlen(name);
	whole = run_alloc(r, len + 1);
	strcpy(whole, prefix);
	strcat(whole, ":");
	strcat(whole, name);
	return val_string(out, whole, len);
}

bool
fn_namespace_uri(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct node node;
	bool found;

	if (!node_or_context(r, call, ctx, &node, &found))
		return false;
	return val_copy(r, out, found ? ns_of(node) : "");
}

/* The value of xml:lang on a node, or NODE_NONE. */
static node_id
lang_attribute(struct node node)
{
	const struct tree_ops *ops = node.tree->ops;

	if (!ops->attribute || ops->kind(node.tree, node.id) != NODE_ELEMENT)
		return NODE_NONE;
	for (node_id a = ops->attribute(node.tree, node.id); a != NODE_NONE;
	     a = ops->next(node.tree, a))
		if (!strcmp(ops->name(node.tree, a), "lang") &&
		    !strcmp(ns_of((struct node){ node.tree, a }),
		        "http://www.w3.org/XML/1998/namespace"))
			return a;
	return NODE_NONE;
}

bool
fn_lang(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str want, have;
	struct node node = ctx->node;
	node_id at;

	if (!arg_str(r, call, 0, ctx, &want))
		return false;
	for (; node.tree && node.id != NODE_NONE;
	     node.id = node.tree->ops->parent(node.tree, node.id)) {
		at = lang_attribute(node);
		if (at == NODE_NONE)
			continue;
		have = node_str(r, (struct node){ node.tree, at });
		return val_bool(out, !strncasecmp(have.s, want.s, want.len) &&
		    (have.s[want.len] == '\0' || have.s[want.len] == '-'));
	}
	return val_bool(out, false);
}

bool
fn_instance(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str id;
	struct node node;

	if (!arg_str(r, call, 0, ctx, &id))
		return false;
	if (!xpath_instance(r, id.s, &node))
		return val_set(out, &(struct nodes){ 0 });
	return val_node(out, node);
}

bool
fn_current(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	(void)ctx;
	if (!r->env->context.tree)
		return run_fail(r, call, "%s", _("current() needs a record, and there is none here"));
	return val_node(out, r->env->context);
}

/* ---- rows ------------------------------------------------------------------------- */

/* Whether node lies in (or is) the row'th of the nodes of its repeat. */
static bool
in_row(struct node node, const struct xval *rows, double row)
{
	for (; node.id != NODE_NONE; node.id = node.tree->ops->parent(node.tree, node.id))
		for (size_t i = 0; i < rows->len; i++)
			if (node_same(val_nodes(rows)[i], node))
				return (double)node_position(node) == row;
	return false;
}

/* Row numbers below 1 mean the first (JavaRosa); a blank one no row. */
static bool
row_number(struct run *r, const struct xnode *call, size_t i, const struct ctx *ctx,
    double *row)
{
	if (!arg_num(r, call, i, ctx, row))
		return false;
	*row = *row < 1 ? 1 : trunc(*row);
	return true;
}

static bool
indexed_by_walk(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct xval nodes, rows;
	struct nodes kept = { 0 };
	double row;

	if (!arg_nodes(r, call, 0, ctx, &nodes))
		return false;
	for (size_t i = 0; i < nodes.len; i++)
		nodes_add(r, &kept, val_nodes(&nodes)[i]);
	for (size_t i = 1; i + 1 < call->args_n; i += 2) {
		size_t n = 0;

		if (!arg_nodes(r, call, i, ctx, &rows) || !row_number(r, call, i + 1, ctx, &row))
			return false;
		for (size_t k = 0; k < kept.n; k++) {
			r->left -= (long)rows.len;
			if (!run_step(r, call))
				return false;
			if (in_row(kept.v[k], &rows, row))
				kept.v[n++] = kept.v[k];
		}
		kept.n = n;
	}
	return val_set(out, &kept);
}

/* Questions of the form: rows are gone to directly, the outermost repeat first. */
static bool
indexed_by_form(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	const struct answers *a = r->env->answers;
	node_id at = r->env->context.id;
	bool done[12] = { false };
	double row;

	for (size_t left = (call->args_n - 1) / 2; left; left--) {
		const struct question *q = NULL;
		size_t best = 0;

		for (size_t i = 1; i + 1 < call->args_n; i += 2)
			if (!done[i] && (!q || call->args[i]->q->depth < q->depth))
				q = call->args[best = i]->q;
		done[best] = true;
		at = answers_seen(a, at, q->parent);
		if (at == NODE_NONE || !row_number(r, call, best + 1, ctx, &row))
			return at == NODE_NONE && val_set(out, &(struct nodes){ 0 });
		at = isnan(row) || row > 1e9 ? NODE_NONE : answers_row(a, at, q, (size_t)row);
		if (at == NODE_NONE)
			return val_set(out, &(struct nodes){ 0 });
	}
	at = answers_seen(a, at, call->args[0]->q);
	if (at == NODE_NONE || !answers_relevant(a, at))
		return val_set(out, &(struct nodes){ 0 });
	return val_node(out, (struct node){ answers_tree(a), at });
}

bool
fn_indexed_repeat(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	bool known = answers_of(r) && r->env->context.tree == answers_of(r) && call->args[0]->q;

	if (call->args_n % 2 == 0)
		return run_fail(r, call, "%s", _("indexed-repeat() needs a row number after each repeat"));
	for (size_t i = 1; i < call->args_n; i += 2)
		known = known && call->args[i]->q && call->args[i]->q->type == Q_REPEAT;
	return known ? indexed_by_form(r, call, ctx, out) : indexed_by_walk(r, call, ctx, out);
}

bool
fn_previous(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	const struct answers *a = r->env->answers;
	const struct question *q = call->args[0]->q;
	node_id row, before;
	size_t position;

	if (!q || !answers_of(r))
		return run_fail(r, call->args[0], "%s",
		    _("previous() needs a question of a repeat: previous(${name})"));
	row = answers_row_of(a, ctx->node.tree == answers_of(r) ? ctx->node.id :
	    r->env->context.id);
	while (row != NODE_NONE && answers_question(a, row) != q->repeat)
		row = answers_row_of(a, answers_parent(a, row));
	position = row == NODE_NONE ? 0 : answers_position(a, row);
	if (position < 2)
		return val_string(out, "", 0);
	before = answers_seen(a, answers_row(a, answers_parent(a, row), q->repeat, position - 1),
	    q);
	if (before == NODE_NONE || !answers_relevant(a, before))
		return val_string(out, "", 0);
	return val_node(out, (struct node){ answers_tree(a), before });
}

bool
fn_run_length(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct xval rows;
	struct ctx at;
	size_t n = 0;
	bool passes = true;

	if (!arg_nodes(r, call, 0, ctx, &rows))
		return false;
	at.size = rows.len;
	while (n < rows.len && passes) {
		at.node = val_nodes(&rows)[rows.len - 1 - n];
		at.position = rows.len - n;
		if (!arg_bool(r, call, 1, &at, &passes))
			return false;
		n += passes;
	}
	return val_number(out, (double)n);
}

bool
fn_missing_reason(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct xval v;
	struct node node;

	if (!arg_nodes(r, call, 0, ctx, &v))
		return false;
	if (!v.len)
		return val_string(out, "", 0);
	node = val_nodes(&v)[0];
	if (node.tree != answers_of(r) || !node.id || (node.id & 0x80000000u))
		return val_string(out, "", 0);
	return val_copy(r, out, missing_name(answers_missing(r->env->answers, node.id)));
}

/* ---- order -------------------------------------------------------------------------- */

/* The minimal standard generator of Park and Miller, as ODK has it. */
struct park_miller {
	uint32_t seed;
};

static double
park_miller_next(struct park_miller *p)
{
	p->seed = (uint32_t)((uint64_t)p->seed * 16807 % 2147483647);
	return (double)(p->seed - 1) / 2147483646.0;
}

static void
park_miller_start(struct park_miller *p, int64_t seed)
{
	int64_t s = seed % 2147483647;

	p->seed = (uint32_t)(s <= 0 ? s + 2147483646 : s);
}

/* A seed that is no number is the first eight bytes of its SHA-256. */
static int64_t
seed_of(struct str s)
{
	unsigned char sum[DIGEST_MAX];
	uint64_t x = 0;
	double n = str_to_number(s);

	if (!s.len)
		return 0;
	if (!isnan(n))
		return fabs(n) < 9e18 ? (int64_t)n : 0;
	digest_make("SHA-256", s.s, s.len, sum);
	for (int i = 0; i < 8; i++)
		x = x << 8 | sum[i];
	return (int64_t)x;
}

/* Fisher and Yates, from the inside out: where each of n comes from. */
static void
shuffle(struct park_miller *p, uint32_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t j = (size_t)(park_miller_next(p) * (double)(i + 1));

		if (j != i)
			from[i] = from[j];
		from[j] = (uint32_t)i;
	}
}

void
expr_shuffle(const char *seed, uint32_t *from, size_t n)
{
	struct park_miller p;

	park_miller_start(&p, seed_of((struct str){ seed, strlen(seed) }));
	shuffle(&p, from, n);
}

bool
fn_randomize(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct xval v, dice;
	struct str seed;
	struct nodes set = { 0 };
	struct park_miller p;
	uint32_t *from;

	if (!arg_nodes(r, call, 0, ctx, &v))
		return false;
	if (call->args_n > 1) {
		if (!arg_str(r, call, 1, ctx, &seed))
			return false;
		park_miller_start(&p, seed_of(seed));
	} else {
		fn_random(r, call, ctx, &dice);
		park_miller_start(&p, (int64_t)(dice.number * 2147483646));
	}
	from = xmalloc(v.len * sizeof *from + 1);
	shuffle(&p, from, v.len);
	for (size_t i = 0; i < v.len; i++)
		nodes_add(r, &set, val_nodes(&v)[from[i]]);
	free(from);
	return val_set(out, &set);
}
