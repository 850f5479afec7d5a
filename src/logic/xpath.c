/* Paths: from nodes, a step at a time, to nodes in document order; and ${name},
 * which needs no path at all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "form/form.h"
#include "logic/answers.h"
#include "logic/dataset.h"
#include "logic/xeval.h"

void
nodes_add(struct run *r, struct nodes *set, struct node node)
{
	if (set->n == set->cap) {
		size_t cap = set->cap ? set->cap * 2 : 8;
		struct node *v = run_alloc(r, cap * sizeof *v);

		if (set->n)
			memcpy(v, set->v, set->n * sizeof *v);
		set->v = v;
		set->cap = cap;
	}
	set->v[set->n++] = node;
}

bool
node_same(struct node a, struct node b)
{
	return a.tree == b.tree && a.id == b.id;
}

int
node_compare(struct node a, struct node b)
{
	if (a.tree == b.tree)
		return a.id == b.id ? 0 : a.tree->ops->compare(a.tree, a.id, b.id);
	if (a.tree->order != b.tree->order)
		return a.tree->order < b.tree->order ? -1 : 1;
	return a.tree < b.tree ? -1 : 1;
}

static int
by_order(const void *a, const void *b)
{
	return node_compare(*(const struct node *)a, *(const struct node *)b);
}

void
nodes_sort(struct nodes *set)
{
	size_t n = 0;

	for (n = 1; n < set->n && node_compare(set->v[n - 1], set->v[n]) < 0; n++)
		;
	if (n >= set->n)
		return;
	qsort(set->v, set->n, sizeof *set->v, by_order);
	n = 1;
	for (size_t i = 1; i < set->n; i++)
		if (!node_same(set->v[n - 1], set->v[i]))
			set->v[n++] = set->v[i];
	set->n = n;
}

static node_id
parent_of(struct node node)
{
	return node.tree->ops->parent(node.tree, node.id);
}

static const char *
name_of(struct node node)
{
	return node.tree->ops->name(node.tree, node.id);
}

static const char *
ns_of(struct node node)
{
	return node.tree->ops->ns ? node.tree->ops->ns(node.tree, node.id) : "";
}

size_t
node_position(struct node node)
{
	const struct tree_ops *ops = node.tree->ops;
	size_t n = 1;

	for (node_id at = ops->prev(node.tree, node.id); at != NODE_NONE;
	     at = ops->prev(node.tree, at)) {
		struct node before = { node.tree, at };

		if (ops->kind(node.tree, at) == ops->kind(node.tree, node.id) &&
		    !strcmp(name_of(before), name_of(node)) && !strcmp(ns_of(before), ns_of(node)))
			n++;
	}
	return n;
}

/* ---- one step ------------------------------------------------------------ */

struct walker {
	struct run *r;
	const struct xnode *path;
	const struct xstep *step;
	struct nodes *out;
};

static bool
passes(const struct xstep *step, struct node node)
{
	enum node_kind kind = node.tree->ops->kind(node.tree, node.id);
	enum node_kind principal = step->axis == AXIS_ATTRIBUTE ? NODE_ATTRIBUTE :
	    step->axis == AXIS_NAMESPACE ? NODE_NAMESPACE : NODE_ELEMENT;

	switch (step->test) {
	case TEST_NODE:
		return true;
	case TEST_TEXT:
		return kind == NODE_TEXT;
	case TEST_COMMENT:
		return kind == NODE_COMMENT;
	case TEST_PI:
		return kind == NODE_PI && (!step->name || !strcmp(step->name, name_of(node)));
	case TEST_ANY:
		return kind == principal &&
		    (!step->prefix || !step->ns || !strcmp(step->ns, ns_of(node)));
	default:
		return kind == principal && !strcmp(step->name, name_of(node)) &&
		    (!step->ns || kind == NODE_NAMESPACE || !strcmp(step->ns, ns_of(node)));
	}
}

static bool
meet(struct walker *w, struct node node)
{
	if (!run_step(w->r, w->path))
		return false;
	if (passes(w->step, node))
		nodes_add(w->r, w->out, node);
	return true;
}

/* Nodes below top in document order, or its mirror image; no recursion. */
static bool
meet_below(struct walker *w, struct node top, bool with_top)
{
	const struct tree_ops *ops = top.tree->ops;
	struct node at = top;
	node_id next;

	if (with_top && !meet(w, top))
		return false;
	for (;;) {
		next = ops->first(at.tree, at.id);
		while (next == NODE_NONE) {
			if (at.id == top.id)
				return true;
			next = ops->next(at.tree, at.id);
			if (next == NODE_NONE) {
				at.id = parent_of(at);
				if (at.id == top.id)
					return true;
			}
		}
		at.id = next;
		if (!meet(w, at))
			return false;
	}
}

static bool
meet_children(struct walker *w, struct node node)
{
	const struct tree_ops *ops = node.tree->ops;

	if (w->step->test == TEST_NAME && !w->step->ns && ops->child_named) {
		node_id c = ops->child_named(node.tree, node.id, w->step->name);

		return c == NODE_NONE || meet(w, (struct node){ node.tree, c });
	}
	for (node_id c = ops->first(node.tree, node.id); c != NODE_NONE;
	     c = ops->next(node.tree, c))
		if (!meet(w, (struct node){ node.tree, c }))
			return false;
	return true;
}

static bool
meet_siblings(struct walker *w, struct node node, bool forward)
{
	const struct tree_ops *ops = node.tree->ops;
	node_id (*go)(const struct tree *, node_id) = forward ? ops->next : ops->prev;
	enum node_kind kind = ops->kind(node.tree, node.id);

	if (kind == NODE_ATTRIBUTE || kind == NODE_NAMESPACE)
		return true;
	for (node_id c = go(node.tree, node.id); c != NODE_NONE; c = go(node.tree, c))
		if (!meet(w, (struct node){ node.tree, c }))
			return false;
	return true;
}

static bool
meet_up(struct walker *w, struct node node, bool with_self)
{
	if (with_self && !meet(w, node))
		return false;
	while ((node.id = parent_of(node)) != NODE_NONE)
		if (!meet(w, node))
			return false;
	return true;
}

static bool
meet_following(struct walker *w, struct node node)
{
	const struct tree_ops *ops = node.tree->ops;
	enum node_kind kind = ops->kind(node.tree, node.id);

	/* After an attribute come the children of its element. */
	if (kind == NODE_ATTRIBUTE || kind == NODE_NAMESPACE) {
		node.id = parent_of(node);
		if (!meet_below(w, node, false))
			return false;
	}
	for (; node.id != NODE_NONE; node.id = parent_of(node)) {
		for (node_id s = ops->next(node.tree, node.id); s != NODE_NONE;
		     s = ops->next(node.tree, s))
			if (!meet_below(w, (struct node){ node.tree, s }, true))
				return false;
	}
	return true;
}

static void
reverse(struct node *v, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct node keep = v[i];

		v[i] = v[n - 1 - i];
		v[n - 1 - i] = keep;
	}
}

static bool
meet_preceding(struct walker *w, struct node node)
{
	const struct tree_ops *ops = node.tree->ops;
	enum node_kind kind = ops->kind(node.tree, node.id);
	size_t from;

	if (kind == NODE_ATTRIBUTE || kind == NODE_NAMESPACE)
		node.id = parent_of(node);
	for (; node.id != NODE_NONE; node.id = parent_of(node)) {
		for (node_id s = ops->prev(node.tree, node.id); s != NODE_NONE;
		     s = ops->prev(node.tree, s)) {
			from = w->out->n;
			if (!meet_below(w, (struct node){ node.tree, s }, true))
				return false;
			if (w->out->n > from)
				reverse(w->out->v + from, w->out->n - from);
		}
	}
	return true;
}

static bool
meet_list(struct walker *w, struct node node,
    node_id (*first)(const struct tree *, node_id))
{
	if (!first || node.tree->ops->kind(node.tree, node.id) != NODE_ELEMENT)
		return true;
	for (node_id c = first(node.tree, node.id); c != NODE_NONE;
	     c = node.tree->ops->next(node.tree, c))
		if (!meet(w, (struct node){ node.tree, c }))
			return false;
	return true;
}

/* All nodes on the step's axis that pass its test, nearest first. */
static bool
meet_axis(struct walker *w, struct node node)
{
	node_id up;

	switch (w->step->axis) {
	case AXIS_CHILD:
		return meet_children(w, node);
	case AXIS_DESCENDANT:
		return meet_below(w, node, false);
	case AXIS_DESCENDANT_OR_SELF:
		return meet_below(w, node, true);
	case AXIS_SELF:
		return meet(w, node);
	case AXIS_PARENT:
		up = parent_of(node);
		return up == NODE_NONE || meet(w, (struct node){ node.tree, up });
	case AXIS_ANCESTOR:
		return meet_up(w, node, false);
	case AXIS_ANCESTOR_OR_SELF:
		return meet_up(w, node, true);
	case AXIS_FOLLOWING_SIBLING:
		return meet_siblings(w, node, true);
	case AXIS_PRECEDING_SIBLING:
		return meet_siblings(w, node, false);
	case AXIS_FOLLOWING:
		return meet_following(w, node);
	case AXIS_PRECEDING:
		return meet_preceding(w, node);
	case AXIS_ATTRIBUTE:
		return meet_list(w, node, node.tree->ops->attribute);
	default:
		return meet_list(w, node, node.tree->ops->namespaces);
	}
}

static bool
is_reverse(enum axis axis)
{
	return axis == AXIS_PARENT || axis == AXIS_ANCESTOR || axis == AXIS_ANCESTOR_OR_SELF ||
	    axis == AXIS_PRECEDING || axis == AXIS_PRECEDING_SIBLING;
}

/* ---- predicates ------------------------------------------------------------ */

static bool
holds(struct run *r, const struct xnode *pred, const struct ctx *ctx, bool *out)
{
	struct xval v;

	if (pred->kind == X_NUMBER) {
		*out = pred->number == (double)ctx->position;
		return true;
	}
	if (pred->kind == X_REF)
		return xeval_true(r, pred, ctx, out);
	if (!xeval(r, pred, ctx, &v))
		return false;
	*out = v.type == V_NUMBER ? v.number == (double)ctx->position : val_to_bool(&v);
	return true;
}

bool
xpath_filter(struct run *r, struct xnode *const *preds, size_t preds_n, struct nodes *set)
{
	for (size_t i = 0; i < preds_n; i++) {
		struct ctx ctx = { .size = set->n };
		size_t kept = 0;

		for (size_t k = 0; k < set->n; k++) {
			bool keep;

			ctx.node = set->v[k];
			ctx.position = k + 1;
			if (!run_step(r, preds[i]) || !holds(r, preds[i], &ctx, &keep))
				return false;
			if (keep)
				set->v[kept++] = set->v[k];
		}
		set->n = kept;
	}
	return true;
}

/* ---- look-ups --------------------------------------------------------------- */

static bool
add_found(struct run *r, const struct xstep *step, struct node from, const char *text,
    struct nodes *out)
{
	node_id *ids = NULL;
	uint32_t n = 0;

	if (!from.tree->ops->find(from.tree, from.id, step->name, step->key, text, &ids, &n))
		return false;
	for (uint32_t i = 0; i < n; i++)
		nodes_add(r, out, (struct node){ from.tree, ids[i] });
	free(ids);
	return true;
}

/* item[key = value] through an index. *done false: there is none, or the value
 * is of a kind that compares otherwise than text with text. */
static bool
look_up(struct run *r, const struct xstep *step, struct node from, const struct ctx *ctx,
    struct nodes *out, bool *done)
{
	struct xval v;

	*done = false;
	if (!step->key || !from.tree->ops->find || step->axis != AXIS_CHILD ||
	    step->test != TEST_NAME)
		return true;
	if (!xeval(r, step->value, ctx, &v))
		return false;
	if (v.type == V_STRING) {
		*done = add_found(r, step, from, v.s, out);
	} else if (v.type == V_NODES && !v.len) {
		*done = add_found(r, step, from, "", out);
	} else if (v.type == V_NODES) {
		for (size_t i = 0; i < v.len; i++) {
			*done = add_found(r, step, from, node_str(r, val_nodes(&v)[i]).s, out);
			if (!*done)
				return true;
		}
		nodes_sort(out);
	}
	return true;
}

/* ---- a path ------------------------------------------------------------------ */

/* The one child of a node among the answers: no walk at all. */
static bool
known_child(struct run *r, const struct xstep *step, struct node from, struct nodes *out)
{
	const struct answers *a = r->env->answers;
	node_id id;

	if (!step->q || !a || from.tree != answers_tree(a) || !from.id ||
	    step->q->type == Q_REPEAT || (from.id & 0x80000000u) ||
	    answers_question(a, from.id) != step->q->parent)
		return false;
	id = answers_child(a, from.id, step->q);
	if (answers_own_relevant(a, id))
		nodes_add(r, out, (struct node){ from.tree, id });
	return true;
}

static bool
step_from(struct walker *w, struct node from, const struct ctx *ctx)
{
	struct run *r = w->r;
	struct nodes found = { 0 }, *out = w->out;
	bool done;

	if (!run_step(r, w->path))
		return false;
	if (!w->step->preds_n)
		return known_child(r, w->step, from, out) || meet_axis(w, from);
	if (!look_up(r, w->step, from, ctx, &found, &done))
		return false;
	w->out = &found;
	if (!done && !known_child(r, w->step, from, &found) && !meet_axis(w, from))
		return false;
	w->out = out;
	if (!xpath_filter(r, w->step->preds, w->step->preds_n, &found))
		return false;
	for (size_t i = 0; i < found.n; i++)
		nodes_add(r, out, found.v[i]);
	return true;
}

/* A row that is not there yet has a parent, and nothing else. Steps that are done. */
static size_t
steps_from_unborn(const struct xnode *path, struct nodes *from)
{
	size_t i = 0;

	while (i < path->steps_n && path->steps[i].axis == AXIS_SELF)
		i++;
	if (i < path->steps_n && path->steps[i].axis == AXIS_PARENT)
		return i + 1;
	from->n = 0;
	return i;
}

bool
xpath_steps(struct run *r, const struct xnode *path, struct nodes *from, struct xval *out)
{
	struct ctx ctx = { .node = r->env->context, .position = 1 };
	size_t i = 0;

	if (r->env->unborn && !path->absolute && from->n == 1 &&
	    node_same(from->v[0], r->env->context))
		i = steps_from_unborn(path, from);
	for (; i < path->steps_n; i++) {
		struct nodes next = { 0 };
		struct walker w = { r, path, &path->steps[i], &next };

		for (size_t k = 0; k < from->n; k++)
			if (!step_from(&w, from->v[k], &ctx))
				return false;
		if (from->n > 1 || is_reverse(w.step->axis) || w.step->axis == AXIS_FOLLOWING)
			nodes_sort(&next);
		*from = next;
	}
	return val_set(out, from);
}

/* ---- ${name} ------------------------------------------------------------------ */

static bool
add_all(struct run *r, const struct question *q, node_id scope, struct xval *out)
{
	const struct answers *a = r->env->answers;
	const struct tree *tree = answers_tree(a);
	struct nodes set = { 0 };
	node_id *ids = NULL;
	size_t cap = 0, n = answers_all(a, scope, q, &ids, &cap);

	for (size_t i = 0; i < n; i++)
		if (answers_relevant(a, ids[i]))
			nodes_add(r, &set, (struct node){ tree, ids[i] });
	free(ids);
	r->left -= (long)n;
	return val_set(out, &set);
}

/* Where ${q} is looked at from: the expression's own node when that shares all
 * of q's repeats, else the node of the predicate it stands in. */
static node_id
view_point(const struct run *r, const struct ctx *ctx, const struct question *q)
{
	const struct answers *a = r->env->answers;
	const struct tree *tree = answers_tree(a);
	node_id own = r->env->context.tree == tree ? r->env->context.id : ANSWERS_ROOT;
	node_id here = ctx->node.tree == tree ? ctx->node.id & 0x7fffffffu : own;
	const struct question *shared = q->type == Q_REPEAT ? q->repeat : q;

	if (own == 0)
		own = ANSWERS_ROOT;
	if (here == 0)
		here = ANSWERS_ROOT;
	return !shared || answers_seen(a, own, shared) != NODE_NONE ? own : here;
}

bool
xpath_row(struct run *r, const struct xnode *x, struct xval *out)
{
	const struct answers *a = r->env->answers;
	const struct tree *tree = a ? answers_tree(a) : NULL;
	node_id row;

	if (!a)
		return run_fail(r, x, "%s", _("a path needs a record, and there is none here"));
	if (r->env->context.tree != tree || !r->env->context.id)
		return add_all(r, x->q, ANSWERS_ROOT, out);
	row = answers_seen(a, r->env->context.id & 0x7fffffffu, x->q);
	if (row == NODE_NONE)
		return add_all(r, x->q, ANSWERS_ROOT, out);
	if (!answers_relevant(a, row))
		return val_set(out, &(struct nodes){ 0 });
	return val_node(out, (struct node){ tree, row });
}

bool
xpath_ref(struct run *r, const struct xnode *x, const struct ctx *ctx, struct xval *out)
{
	const struct answers *a = r->env->answers;
	const struct question *q = x->q, *above;
	node_id at, id;

	if (!a)
		return run_fail(r, x, _("${%s} needs a record, and there is none here"), x->text);
	at = view_point(r, ctx, q);
	if (q->type != Q_REPEAT) {
		id = answers_seen(a, at, q);
		if (id != NODE_NONE && answers_relevant(a, id))
			return val_node(out, (struct node){ answers_tree(a), id });
		if (id != NODE_NONE)
			return val_set(out, &(struct nodes){ 0 });
	}
	/* Rows: all in the innermost row that holds this node and theirs. */
	for (above = q->repeat; above; above = above->repeat) {
		id = answers_seen(a, at, above);
		if (id != NODE_NONE)
			return add_all(r, q, id, out);
	}
	return add_all(r, q, ANSWERS_ROOT, out);
}

bool
xpath_instance(struct run *r, const char *id, struct node *out)
{
	const struct env *env = r->env;
	const struct dataset *d;
	const struct tree *tree = NULL;

	if (env->instance_node && env->instance_node(env->ctx, id, out))
		return true;
	d = env->dataset ? env->dataset(env->ctx, id) : NULL;
	if (d)
		tree = dataset_tree(d);
	else if (env->instance)
		tree = env->instance(env->ctx, id);
	if (!tree)
		return false;
	*out = (struct node){ tree, 0 };
	return true;
}
