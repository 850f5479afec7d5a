/* logic_graph.h: who depends on whom. Private to logic.c and logic_graph.c. */
#ifndef RUHU_LOGIC_LOGIC_GRAPH_H
#define RUHU_LOGIC_LOGIC_GRAPH_H

#include "logic/logic.h"

struct arena;

/* Vertices by question: an array of them, a slice for each. */
struct slices {
	const struct vertex *v;
	const size_t *at;	/* questions_n + 1 */
};

struct dataset_slice {
	const char *name;	/* NULL: any */
	const struct vertex *v;
	size_t n;
};

struct logic {
	const struct form *form;
	struct arena *arena;
	struct expr **exprs;		/* questions_n * ASPECTS */
	const char **literals;		/* per question */
	struct expr **seeds;		/* per question: of `randomize`; NULL: none */
	struct expr *instance_name, *scope;
	const struct expr_reads **labels_read;	/* per question, NULL-ended lists: */
	size_t *labels_at;			/* labels of q are [at[q], at[q + 1]) */
	struct label *labels;			/* sorted by address of the text, then language */
	size_t labels_n;

	struct vertex *order;
	size_t order_n;
	size_t *rank;			/* questions_n * ASPECTS */
	struct slices readers;
	struct vertex *clock;
	size_t clock_n;
	struct dataset_slice *datasets;
	size_t datasets_n;
	const struct question **triggered;
	size_t *triggered_at;		/* questions_n + 1 */
};

static inline size_t
vertex_id(const struct question *q, enum aspect aspect)
{
	return q->index * (size_t)ASPECTS + aspect;
}

/* XLSForm's column for an aspect, and its source. */
const char *aspect_column(enum aspect);
const struct source *aspect_source(const struct question *, enum aspect);

/* Reads of one vertex: its expression's, or those of all its label pieces in
 * turn. NULL at the end. */
const struct expr_reads *vertex_reads(const struct logic *, struct vertex, size_t nth);
bool vertex_exists(const struct logic *, struct vertex);

/* Fills order, rank, readers, clock and datasets. Rings are faults. */
void logic_graph_make(struct logic *, struct faults *);

#endif
