#include "logic/answers.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "logic/answers_tree.h"

/*
 * Nodes of one row (or of the form outside all repeats) are made at once and
 * have consecutive ids: the node of a question in a row is the row's id plus
 * the question's offset in it. Nothing is ever searched for.
 */
struct node_rec {
	uint32_t q;          /* index into form->questions */
	node_id parent, row; /* row: the row or root node it lies in, itself for those */
	node_id first, next, prev;
	uint32_t position; /* of a row in its row set, from 0 */
	uint32_t sets;     /* of a row or the root: its first row set */
	bool alive, irrelevant;
	unsigned char missing;
	char *text; /* of a row: its id; NULL is "" */
	char *left; /* what its list leaves of text; NULL: all of it */
};

struct row_set { /* rows of one repeat in one parent row */
	node_id *v;
	size_t n, cap;
};

struct plan {                /* per question */
	uint32_t scope;      /* the repeat question round it; 0 the root */
	uint32_t offset;     /* of its node from its row's; in its parent's row */
	uint32_t set;        /* of a repeat: which row set of the parent row */
	uint32_t size, sets; /* of a repeat or the root: nodes and row sets of a row */
};

/* What all answers of a question add up to, as long as none of them changes. Times
 * are counted in changes. */
struct kept_total {
	uint64_t touched, added;
	double total;
};

struct answers {
	struct tree tree; /* first: the tree is cast back */
	uint64_t changes, reshaped;	/* reshaped: the last one of rows or relevance */
	struct kept_total *totals;	/* by question */
	const struct form *form;
	struct plan *plan;
	struct node_rec *v;
	size_t n, cap;
	struct row_set *sets;
	size_t sets_n, sets_cap;
};

static void
touched(struct answers *a, uint32_t question)
{
	a->totals[question].touched = ++a->changes;
}

static void
reshaped(struct answers *a)
{
	a->reshaped = ++a->changes;
}

bool
answers_total(const struct answers *a, const struct question *q, double *total)
{
	const struct kept_total *t = &a->totals[q->index];

	*total = t->total;
	return t->added >= t->touched && t->added >= a->reshaped;
}

void
answers_keep_total(const struct answers *a, const struct question *q, double total)
{
	a->totals[q->index].added = a->changes;
	a->totals[q->index].total = total;
}

static bool
opens_row(const struct question *q)
{
	return q->type == Q_REPEAT || !q->parent;
}

/* Row question that the children of q lie in. */
static const struct question *
inner_scope(const struct question *q)
{
	while (!opens_row(q))
		q = q->parent;
	return q;
}

static void
make_plan(struct answers *a)
{
	const struct form *f = a->form;

	a->plan = xcalloc(f->questions_n, sizeof *a->plan);
	a->totals = xcalloc(f->questions_n, sizeof *a->totals);
	for (size_t i = 0; i < f->questions_n; i++) {
		const struct question *q = f->questions[i];
		struct plan *p = &a->plan[i], *scope;

		if (opens_row(q))
			p->size = 1;
		if (!q->parent)
			continue;
		p->scope = inner_scope(q->parent)->index;
		scope = &a->plan[p->scope];
		if (q->type == Q_REPEAT)
			p->set = scope->sets++;
		else
			p->offset = scope->size++;
	}
}

static struct node_rec *
rec(const struct answers *a, node_id id)
{
	return &a->v[id];
}

static const struct question *
question_of(const struct answers *a, node_id id)
{
	return a->form->questions[a->v[id].q];
}

/* Node of a question in a row that holds one; q is no repeat below it. */
static node_id
in_row(const struct answers *a, node_id row, const struct question *q)
{
	return row + (opens_row(q) ? 0 : a->plan[q->index].offset);
}

static void
link_children(struct answers *a, node_id row, node_id parent)
{
	node_id before = NODE_NONE;

	for (const struct question *c = question_of(a, parent)->first; c; c = c->next) {
		struct node_rec *r;
		node_id id;

		if (c->type == Q_REPEAT)
			continue;
		id = in_row(a, row, c);
		r = rec(a, id);
		r->q = c->index;
		r->parent = parent;
		r->row = row;
		r->first = r->next = NODE_NONE;
		r->prev = before;
		r->alive = true;
		if (before == NODE_NONE)
			rec(a, parent)->first = id;
		else
			rec(a, before)->next = id;
		before = id;
		link_children(a, row, id);
	}
}

/* Makes the nodes of one row, not yet linked to its neighbours. */
static node_id
make_row(struct answers *a, const struct question *q, node_id parent)
{
	const struct plan *p = &a->plan[q->index];
	node_id row = (node_id)a->n;
	struct node_rec *r;

	a->v = xgrow(a->v, &a->cap, a->n + p->size, sizeof *a->v);
	memset(a->v + a->n, 0, p->size * sizeof *a->v);
	a->n += p->size;
	a->sets = xgrow(a->sets, &a->sets_cap, a->sets_n + p->sets, sizeof *a->sets);
	if (p->sets)
		memset(a->sets + a->sets_n, 0, p->sets * sizeof *a->sets);
	r = rec(a, row);
	r->q = q->index;
	r->parent = parent;
	r->row = row;
	r->first = r->next = r->prev = NODE_NONE;
	r->sets = (uint32_t)a->sets_n;
	r->alive = true;
	a->sets_n += p->sets;
	link_children(a, row, row);
	return row;
}

struct answers *
answers_new(const struct form *form)
{
	struct answers *a = xcalloc(1, sizeof *a);

	a->tree.ops = &answers_tree_ops;
	a->form = form;
	make_plan(a);
	a->v = xgrow(a->v, &a->cap, 1 + a->plan[0].size, sizeof *a->v);
	memset(a->v, 0, sizeof *a->v);
	a->n = 1;
	a->v[0].first = ANSWERS_ROOT;
	a->v[0].parent = a->v[0].next = a->v[0].prev = NODE_NONE;
	make_row(a, form->questions[0], 0);
	return a;
}

static void
free_texts(struct node_rec *r)
{
	free(r->text);
	free(r->left);
	r->text = r->left = NULL;
}

void
answers_free(struct answers *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++)
		free_texts(&a->v[i]);
	for (size_t i = 0; i < a->sets_n; i++)
		free(a->sets[i].v);
	free(a->sets);
	free(a->v);
	free(a->plan);
	free(a->totals);
	free(a);
}

const struct form *
answers_form(const struct answers *a)
{
	return a->form;
}

const struct tree *
answers_tree(const struct answers *a)
{
	return &a->tree;
}

size_t
answers_limit(const struct answers *a)
{
	return a->n;
}

bool
answers_alive(const struct answers *a, node_id id)
{
	return id < a->n && rec(a, id)->alive;
}

const struct question *
answers_question(const struct answers *a, node_id id)
{
	return question_of(a, id);
}

node_id
answers_parent(const struct answers *a, node_id id)
{
	return id == ANSWERS_ROOT ? NODE_NONE : rec(a, id)->parent;
}

node_id
answers_first(const struct answers *a, node_id id)
{
	return rec(a, id)->first;
}

node_id
answers_next(const struct answers *a, node_id id)
{
	return rec(a, id)->next;
}

node_id
answers_prev(const struct answers *a, node_id id)
{
	return rec(a, id)->prev;
}

node_id
answers_walk(const struct answers *a, node_id id)
{
	if (rec(a, id)->first != NODE_NONE)
		return rec(a, id)->first;
	while (id != ANSWERS_ROOT && rec(a, id)->next == NODE_NONE)
		id = rec(a, id)->parent;
	return id == ANSWERS_ROOT ? NODE_NONE : rec(a, id)->next;
}

static size_t
row_depth(const struct answers *a, node_id row)
{
	size_t depth = 0;

	for (; row != ANSWERS_ROOT; row = rec(a, rec(a, row)->parent)->row)
		depth++;
	return depth;
}

struct place { /* a node, or the row it was climbed from, in `row` */
	node_id node, row;
};

static struct place
climb(const struct answers *a, struct place p)
{
	return (struct place){p.row, rec(a, rec(a, p.row)->parent)->row};
}

/* In one row, questions are numbered in document order. For nodes of two rows,
 * what counts is where those hang in the innermost row that holds both. */
int
answers_compare(const struct answers *a, node_id x, node_id y)
{
	struct place px, py;
	const struct node_rec *rx, *ry;
	size_t depth_x, depth_y;

	if (x == y || !x || !y)
		return (x > y) - (x < y);
	px = (struct place){x, rec(a, x)->row};
	py = (struct place){y, rec(a, y)->row};
	depth_x = row_depth(a, px.row);
	depth_y = row_depth(a, py.row);
	for (; depth_x > depth_y; depth_x--)
		px = climb(a, px);
	for (; depth_y > depth_x; depth_y--)
		py = climb(a, py);
	while (px.row != py.row) {
		px = climb(a, px);
		py = climb(a, py);
	}
	rx = rec(a, px.node);
	ry = rec(a, py.node);
	if (rx->q != ry->q)
		return rx->q < ry->q ? -1 : 1;
	return (rx->position > ry->position) - (rx->position < ry->position);
}

static struct row_set *
set_of(const struct answers *a, node_id parent, const struct question *repeat)
{
	node_id row = rec(a, parent)->row;

	return &a->sets[rec(a, row)->sets + a->plan[repeat->index].set];
}

/* The row of question `scope` that holds node `at`. */
static node_id
row_in_scope(const struct answers *a, node_id at, uint32_t scope)
{
	node_id row = rec(a, at)->row;

	while (rec(a, row)->q != scope) {
		if (row == ANSWERS_ROOT)
			return NODE_NONE;
		row = rec(a, rec(a, row)->parent)->row;
	}
	return row;
}

node_id
answers_seen(const struct answers *a, node_id at, const struct question *q)
{
	node_id row;

	if (at == 0)
		at = ANSWERS_ROOT;
	if (opens_row(q))
		return row_in_scope(a, at, q->index);
	row = row_in_scope(a, at, a->plan[q->index].scope);
	return row == NODE_NONE ? NODE_NONE : row + a->plan[q->index].offset;
}

static bool
within(const struct answers *a, node_id id, node_id scope)
{
	while (id != scope && id != ANSWERS_ROOT)
		id = rec(a, id)->parent;
	return id == scope;
}

struct collect {
	const struct question *q;
	node_id scope;
	node_id **ids;
	size_t *cap, n;
};

static void
collect_add(struct collect *c, node_id id)
{
	*c->ids = xgrow(*c->ids, c->cap, c->n + 1, sizeof **c->ids);
	(*c->ids)[c->n++] = id;
}

/* Goes down the repeats between `row` and the rows that hold c->q. */
static void
collect_rows(const struct answers *a, struct collect *c, node_id row)
{
	const struct question *top = question_of(a, row), *repeat = c->q;
	struct row_set *set;

	if (repeat->type != Q_REPEAT)
		repeat = a->form->questions[a->plan[c->q->index].scope];
	while (a->plan[repeat->index].scope != top->index)
		repeat = a->form->questions[a->plan[repeat->index].scope];
	set = set_of(a, row, repeat);
	for (size_t i = 0; i < set->n; i++) {
		if (i == 0 && !within(a, set->v[i], c->scope))
			return;
		if (repeat == c->q)
			collect_add(c, set->v[i]);
		else if (a->plan[c->q->index].scope == repeat->index && !opens_row(c->q))
			collect_add(c, in_row(a, set->v[i], c->q));
		else
			collect_rows(a, c, set->v[i]);
	}
}

size_t
answers_all(
    const struct answers *a, node_id scope, const struct question *q, node_id **ids, size_t *cap)
{
	struct collect c = {.q = q, .scope = scope, .ids = ids, .cap = cap};
	node_id id = answers_seen(a, scope, q);
	uint32_t below, at = question_of(a, rec(a, scope)->row)->index;

	if (id != NODE_NONE) {
		if (within(a, id, scope))
			collect_add(&c, id);
		return c.n;
	}
	for (below = q->index; below != at; below = a->plan[below].scope)
		if (below == 0)
			return 0;
	collect_rows(a, &c, rec(a, scope)->row);
	return c.n;
}

node_id
answers_child(const struct answers *a, node_id parent, const struct question *q)
{
	struct row_set *set;

	if (q->type != Q_REPEAT)
		return in_row(a, rec(a, parent)->row, q);
	set = set_of(a, parent, q);
	return set->n ? set->v[0] : NODE_NONE;
}

const char *
answers_text(const struct answers *a, node_id id)
{
	const struct node_rec *r = rec(a, id);

	return r->text && r->row != id ? r->text : "";
}

void
answers_set(struct answers *a, node_id id, const char *text)
{
	struct node_rec *r = rec(a, id);
	size_t len;

	if (r->row == id || strcmp(r->text ? r->text : "", text) == 0)
		return;
	touched(a, question_of(a, id)->index);
	free(r->left);
	r->left = NULL;
	len = strlen(text);
	if (!len) {
		free(r->text);
		r->text = NULL;
		return;
	}
	r->text = xrealloc(r->text, len + 1);
	memcpy(r->text, text, len + 1);
}

const char *
answers_value(const struct answers *a, node_id id)
{
	const struct node_rec *r = rec(a, id);

	return r->left ? r->left : answers_text(a, id);
}

void
answers_leave(struct answers *a, node_id id, const char *left)
{
	struct node_rec *r = rec(a, id);
	char *copy = left && strcmp(left, answers_text(a, id)) != 0 ? xstrdup(left) : NULL;

	if (copy || r->left)
		touched(a, question_of(a, id)->index);
	free(r->left);
	r->left = copy;
}

enum missing
answers_missing(const struct answers *a, node_id id)
{
	return (enum missing)rec(a, id)->missing;
}

void
answers_set_missing(struct answers *a, node_id id, enum missing missing)
{
	rec(a, id)->missing = (unsigned char)missing;
}

bool
answers_own_relevant(const struct answers *a, node_id id)
{
	return !rec(a, id)->irrelevant;
}

void
answers_set_relevant(struct answers *a, node_id id, bool relevant)
{
	if (rec(a, id)->irrelevant == !relevant)
		return;
	rec(a, id)->irrelevant = !relevant;
	reshaped(a);
}

bool
answers_relevant(const struct answers *a, node_id id)
{
	for (; id; id = rec(a, id)->parent)
		if (rec(a, id)->irrelevant)
			return false;
	return true;
}

static void
renumber(struct answers *a, const struct row_set *set, size_t from)
{
	for (size_t i = from; i < set->n; i++)
		rec(a, set->v[i])->position = (uint32_t)i;
}

/* The last node among parent's children that comes before the rows of repeat. */
static node_id
node_before(const struct answers *a, node_id parent, const struct question *repeat)
{
	node_id before = NODE_NONE;

	for (const struct question *c = repeat->parent->first; c != repeat; c = c->next) {
		if (c->type == Q_REPEAT) {
			const struct row_set *set = set_of(a, parent, c);

			if (set->n)
				before = set->v[set->n - 1];
		} else {
			before = in_row(a, rec(a, parent)->row, c);
		}
	}
	return before;
}

static void
link_after(struct answers *a, node_id parent, node_id before, node_id id)
{
	node_id after = before == NODE_NONE ? rec(a, parent)->first : rec(a, before)->next;

	rec(a, id)->prev = before;
	rec(a, id)->next = after;
	if (before == NODE_NONE)
		rec(a, parent)->first = id;
	else
		rec(a, before)->next = id;
	if (after != NODE_NONE)
		rec(a, after)->prev = id;
}

static void
unlink_row(struct answers *a, node_id id)
{
	struct node_rec *r = rec(a, id);

	if (r->prev == NODE_NONE)
		rec(a, r->parent)->first = r->next;
	else
		rec(a, r->prev)->next = r->next;
	if (r->next != NODE_NONE)
		rec(a, r->next)->prev = r->prev;
}

static void
insert_row(struct answers *a, struct row_set *set, node_id row, size_t at)
{
	node_id parent = rec(a, row)->parent, before;

	reshaped(a);
	before = at ? set->v[at - 1] : node_before(a, parent, question_of(a, row));
	set->v = xgrow(set->v, &set->cap, set->n + 1, sizeof *set->v);
	memmove(set->v + at + 1, set->v + at, (set->n - at) * sizeof *set->v);
	set->v[at] = row;
	set->n++;
	renumber(a, set, at);
	link_after(a, parent, before, row);
}

static void
take_row(struct answers *a, struct row_set *set, node_id row)
{
	size_t at = rec(a, row)->position;

	reshaped(a);
	memmove(set->v + at, set->v + at + 1, (set->n - at - 1) * sizeof *set->v);
	set->n--;
	renumber(a, set, at);
	unlink_row(a, row);
}

node_id
answers_add_row(struct answers *a, node_id parent, const struct question *repeat, size_t position,
    const char *row_id)
{
	node_id row = make_row(a, repeat, parent);
	struct row_set *set = set_of(a, parent, repeat);

	rec(a, row)->text = xstrdup(row_id ? row_id : "");
	insert_row(a, set, row, position && position <= set->n ? position - 1 : set->n);
	return row;
}

void
answers_move_row(struct answers *a, node_id row, size_t position)
{
	struct row_set *set = set_of(a, rec(a, row)->parent, question_of(a, row));

	take_row(a, set, row);
	insert_row(a, set, row, position && position <= set->n ? position - 1 : set->n);
}

static void
kill_below(struct answers *a, node_id id)
{
	struct node_rec *r = rec(a, id);

	for (node_id c = r->first; c != NODE_NONE; c = rec(a, c)->next)
		kill_below(a, c);
	r->alive = false;
	free_texts(r);
}

void
answers_remove_row(struct answers *a, node_id row)
{
	const struct plan *p = &a->plan[rec(a, row)->q];

	take_row(a, set_of(a, rec(a, row)->parent, question_of(a, row)), row);
	kill_below(a, row);
	for (uint32_t i = 0; i < p->sets; i++) {
		struct row_set *set = &a->sets[rec(a, row)->sets + i];

		free(set->v);
		*set = (struct row_set){ 0 };
	}
}

static void
set_alive_below(struct answers *a, node_id id, bool alive)
{
	rec(a, id)->alive = alive;
	for (node_id c = rec(a, id)->first; c != NODE_NONE; c = rec(a, c)->next)
		set_alive_below(a, c, alive);
}

void
answers_park_row(struct answers *a, node_id row)
{
	take_row(a, set_of(a, rec(a, row)->parent, question_of(a, row)), row);
	set_alive_below(a, row, false);
}

void
answers_unpark_row(struct answers *a, node_id row, size_t position)
{
	struct row_set *set = set_of(a, rec(a, row)->parent, question_of(a, row));

	set_alive_below(a, row, true);
	insert_row(a, set, row, position && position <= set->n ? position - 1 : set->n);
}

size_t
answers_rows(const struct answers *a, node_id parent, const struct question *repeat)
{
	return set_of(a, parent, repeat)->n;
}

node_id
answers_row(const struct answers *a, node_id parent, const struct question *repeat, size_t position)
{
	const struct row_set *set = set_of(a, parent, repeat);

	return position && position <= set->n ? set->v[position - 1] : NODE_NONE;
}

size_t
answers_position(const struct answers *a, node_id row)
{
	return rec(a, row)->position + 1;
}

const char *
answers_row_id(const struct answers *a, node_id row)
{
	const char *id = rec(a, row)->text;

	return id && rec(a, row)->row == row ? id : "";
}

node_id
answers_row_of(const struct answers *a, node_id id)
{
	node_id row = rec(a, id)->row;

	return row == ANSWERS_ROOT ? NODE_NONE : row;
}
