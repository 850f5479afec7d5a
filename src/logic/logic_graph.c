/* The order of recomputing. A vertex is one expression of one question; it comes
 * after all that decides what it reads. Followed with a stack of its own, so
 * that a chain of thousands of questions is only long. */
#include "logic/logic_graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"

enum colour { WHITE, OPEN, DONE };

struct edges {
	size_t *to;		/* vertex ids that come before */
	size_t n, cap;
	size_t *at;		/* of vertex id: [at[id], at[id + 1]) */
};

struct grapher {
	struct logic *l;
	struct faults *faults;
	struct edges before;
	unsigned char *colour;
	size_t *next;		/* edge to follow next, per vertex */
	size_t *stack;
	size_t depth;
};

static struct vertex
vertex_of(const struct logic *l, size_t id)
{
	return (struct vertex){ l->form->questions[id / ASPECTS],
		(enum aspect)(id % ASPECTS) };
}

/* Only what is kept up to date by itself makes others wait. */
static bool
decides(const struct logic *l, struct vertex v)
{
	if (v.aspect == ASPECT_CALCULATION && v.q->trigger.text)
		return false;
	return vertex_exists(l, v);
}

static void
edge_add(struct grapher *g, const struct question *q, enum aspect aspect)
{
	struct vertex v = { q, aspect };
	size_t id = vertex_id(q, aspect);

	if (!decides(g->l, v))
		return;
	g->before.to = xgrow(g->before.to, &g->before.cap, g->before.n + 1,
	    sizeof *g->before.to);
	g->before.to[g->before.n++] = id;
}

static void
add_relevance(struct grapher *g, const struct question *q)
{
	for (; q; q = q->parent)
		edge_add(g, q, ASPECT_RELEVANT);
}

static bool
is_earlier(const struct expr_reads *reads, const struct question *q)
{
	for (size_t i = 0; i < reads->earlier_n; i++)
		if (reads->earlier[i] == q)
			return true;
	return false;
}

static void
add_edges(struct grapher *g, struct vertex v)
{
	const struct expr_reads *reads;

	for (size_t nth = 0; (reads = vertex_reads(g->l, v, nth)); nth++) {
		for (size_t i = 0; i < reads->questions_n; i++) {
			const struct question *q = reads->questions[i];

			if (is_earlier(reads, q))
				continue;
			edge_add(g, q, ASPECT_CALCULATION);
			edge_add(g, q, ASPECT_REPEAT_COUNT);
			edge_add(g, q, ASPECT_CHOICES);
			add_relevance(g, q);
		}
		/* `relevant: . = 1` would decide about the very answer it asks. */
		if (reads->self && v.aspect == ASPECT_RELEVANT)
			edge_add(g, v.q, ASPECT_RELEVANT);
	}
	if (v.aspect == ASPECT_CALCULATION)
		add_relevance(g, v.q);
}

static void
gather_edges(struct grapher *g)
{
	size_t n = g->l->form->questions_n * ASPECTS;

	for (size_t id = 0; id < n; id++) {
		g->before.at[id] = g->before.n;
		if (vertex_exists(g->l, vertex_of(g->l, id)))
			add_edges(g, vertex_of(g->l, id));
	}
	g->before.at[n] = g->before.n;
}

static void
add_name(struct buf *b, struct vertex v)
{
	buf_addf(b, "%s (%s)", v.q->name, aspect_column(v.aspect));
}

/* "a (calculation) needs b (relevant), which needs a (calculation)" */
static void
report_ring(struct grapher *g, size_t first)
{
	struct vertex v = vertex_of(g->l, first);
	const struct source *at = aspect_source(v.q, v.aspect);
	struct buf b = { 0 };
	size_t i = g->depth;

	while (g->stack[i - 1] != first)
		i--;
	/* A repeat may count on what its own rows say ("one more?"), a list leave out
	 * what was picked from it: they are asked again when that is another. */
	for (size_t k = i - 1; k < g->depth; k++) {
		v = vertex_of(g->l, g->stack[k]);
		if (v.aspect == ASPECT_REPEAT_COUNT || v.aspect == ASPECT_CHOICES)
			return;
	}
	v = vertex_of(g->l, first);
	add_name(&b, v);
	for (size_t k = i; k < g->depth; k++) {
		buf_add_str(&b, k == i ? _(" needs ") : _(", which needs "));
		add_name(&b, vertex_of(g->l, g->stack[k]));
	}
	buf_add_str(&b, i == g->depth ? _(" needs itself") : _(", which needs "));
	if (i < g->depth)
		add_name(&b, v);
	faults_add(g->faults, FAULT_ERROR, g->l->form->file, at->line, at->col,
	    _("%s: this goes round in a ring and can never be worked out: %s"),
	    aspect_column(v.aspect), buf_str(&b));
	buf_free(&b);
}

static void
open_vertex(struct grapher *g, size_t id)
{
	g->colour[id] = OPEN;
	g->next[id] = g->before.at[id];
	g->stack[g->depth++] = id;
}

static void
close_vertex(struct grapher *g, size_t id)
{
	struct logic *l = g->l;

	g->colour[id] = DONE;
	g->depth--;
	l->rank[id] = l->order_n;
	l->order[l->order_n++] = vertex_of(l, id);
}

static void
follow(struct grapher *g, size_t start)
{
	open_vertex(g, start);
	while (g->depth) {
		size_t id = g->stack[g->depth - 1], to;

		if (g->next[id] == g->before.at[id + 1]) {
			close_vertex(g, id);
			continue;
		}
		to = g->before.to[g->next[id]++];
		if (g->colour[to] == WHITE)
			open_vertex(g, to);
		else if (g->colour[to] == OPEN)
			report_ring(g, to);
	}
}

static void
make_order(struct grapher *g)
{
	struct logic *l = g->l;
	size_t n = l->form->questions_n * ASPECTS, there = 0;

	for (size_t id = 0; id < n; id++)
		there += vertex_exists(l, vertex_of(l, id));
	l->order = arena_alloc(l->arena, (there + 1) * sizeof *l->order);
	l->rank = arena_alloc(l->arena, n * sizeof *l->rank);
	for (size_t id = 0; id < n; id++)
		if (g->colour[id] == WHITE && vertex_exists(l, vertex_of(l, id)))
			follow(g, id);
}

/* ---- readers -------------------------------------------------------------------------- */

/* Its own answer, read as `.`: what judges it must look again. */
static bool
judges_self(struct vertex v, const struct expr_reads *reads)
{
	return reads->self && v.aspect != ASPECT_CALCULATION && v.aspect != ASPECT_DEFAULT;
}

static bool
reads_question(const struct logic *l, struct vertex v, const struct question *q)
{
	const struct expr_reads *reads;

	for (size_t nth = 0; (reads = vertex_reads(l, v, nth)); nth++) {
		if (v.q == q && judges_self(v, reads))
			return true;
		for (size_t i = 0; i < reads->questions_n; i++)
			if (reads->questions[i] == q)
				return true;
	}
	return false;
}

/* Calls put for every question that v reads, once each. */
static void
each_read(struct logic *l, struct vertex v,
    void (*put)(void *, const struct question *, struct vertex), void *to)
{
	const struct expr_reads *reads;
	size_t nth;
	bool self = false;

	for (nth = 0; (reads = vertex_reads(l, v, nth)); nth++) {
		for (size_t i = 0; i < reads->questions_n; i++) {
			bool before = false;

			for (size_t k = 0; k < nth && !before; k++) {
				const struct expr_reads *r = vertex_reads(l, v, k);

				for (size_t j = 0; j < r->questions_n; j++)
					before |= r->questions[j] == reads->questions[i];
			}
			self |= reads->questions[i] == v.q;
			if (!before)
				put(to, reads->questions[i], v);
		}
	}
	if (!self && reads_question(l, v, v.q))
		put(to, v.q, v);
}

struct filling {
	size_t *at;
	struct vertex *v;	/* NULL: only counting */
};

static void
put_reader(void *to, const struct question *q, struct vertex v)
{
	struct filling *f = to;

	if (f->v)
		f->v[f->at[q->index]] = v;
	f->at[q->index]++;
}

static void
make_readers(struct logic *l)
{
	size_t n = l->form->questions_n, total = 0;
	size_t *at = arena_alloc(l->arena, (n + 1) * sizeof *at);
	struct filling f = { xcalloc(n + 1, sizeof *f.at), NULL };

	for (size_t i = 0; i < l->order_n; i++)
		each_read(l, l->order[i], put_reader, &f);
	for (size_t i = 0; i < n; i++) {
		at[i] = total;
		total += f.at[i];
		f.at[i] = at[i];
	}
	at[n] = total;
	f.v = arena_alloc(l->arena, (total + 1) * sizeof *f.v);
	for (size_t i = 0; i < l->order_n; i++)
		each_read(l, l->order[i], put_reader, &f);
	l->readers.at = at;
	l->readers.v = f.v;
	free(f.at);
}

static bool
reads_clock(const struct logic *l, struct vertex v)
{
	const struct expr_reads *reads;

	for (size_t nth = 0; (reads = vertex_reads(l, v, nth)); nth++)
		if (reads->clock)
			return true;
	return false;
}

static bool
reads_dataset(const struct logic *l, struct vertex v, const char *name)
{
	const struct expr_reads *reads;

	for (size_t nth = 0; (reads = vertex_reads(l, v, nth)); nth++)
		for (size_t i = 0; i < reads->instances_n; i++)
			if (!name || !strcmp(reads->instances[i], name))
				return true;
	/* A list from a table changes with the table. */
	return v.aspect == ASPECT_CHOICES && v.q->dataset && (!name || !strcmp(v.q->dataset, name));
}

static void
add_slice(struct logic *l, const char *name)
{
	struct dataset_slice *s = &l->datasets[l->datasets_n];
	struct vertex *v;

	for (size_t i = 0; name && i < l->datasets_n; i++)
		if (l->datasets[i].name && !strcmp(l->datasets[i].name, name))
			return;
	s->name = name;
	s->n = 0;
	for (size_t i = 0; i < l->order_n; i++)
		s->n += reads_dataset(l, l->order[i], name);
	s->v = v = arena_alloc(l->arena, (s->n + 1) * sizeof *v);
	for (size_t i = 0, k = 0; i < l->order_n; i++)
		if (reads_dataset(l, l->order[i], name))
			v[k++] = l->order[i];
	l->datasets_n++;
}

static void
make_outside_readers(struct logic *l)
{
	const struct expr_reads *reads;
	size_t names = 1;

	l->clock = arena_alloc(l->arena, (l->order_n + 1) * sizeof *l->clock);
	for (size_t i = 0; i < l->order_n; i++) {
		if (reads_clock(l, l->order[i]))
			l->clock[l->clock_n++] = l->order[i];
		names++;
		for (size_t nth = 0; (reads = vertex_reads(l, l->order[i], nth)); nth++)
			names += reads->instances_n;
	}
	l->datasets = arena_alloc(l->arena, names * sizeof *l->datasets);
	add_slice(l, NULL);
	for (size_t i = 0; i < l->order_n; i++) {
		struct vertex v = l->order[i];

		for (size_t nth = 0; (reads = vertex_reads(l, v, nth)); nth++)
			for (size_t k = 0; k < reads->instances_n; k++)
				add_slice(l, reads->instances[k]);
		if (v.aspect == ASPECT_CHOICES && v.q->dataset)
			add_slice(l, v.q->dataset);
	}
}

void
logic_graph_make(struct logic *l, struct faults *faults)
{
	size_t n = l->form->questions_n * ASPECTS;
	struct grapher g = { .l = l, .faults = faults };

	g.before.at = xcalloc(n + 1, sizeof *g.before.at);
	g.colour = xcalloc(n, 1);
	g.next = xcalloc(n, sizeof *g.next);
	g.stack = xcalloc(n, sizeof *g.stack);
	gather_edges(&g);
	make_order(&g);
	free(g.before.to);
	free(g.before.at);
	free(g.colour);
	free(g.next);
	free(g.stack);
	make_readers(l);
	make_outside_readers(l);
}
