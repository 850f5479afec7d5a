/* logic.h: all expressions of one form, compiled; who depends on whom; the
 * order to recompute in. Made once when a form is loaded; shared read-only by
 * all sessions of it. */
#ifndef RUHU_LOGIC_LOGIC_H
#define RUHU_LOGIC_LOGIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "form/form.h"
#include "logic/expr.h"

/* What each question's expressions decide. CALC writes the answer. */
enum aspect {
	ASPECT_RELEVANT, ASPECT_CALCULATION, ASPECT_REQUIRED, ASPECT_READ_ONLY,
	ASPECT_REPEAT_COUNT, ASPECT_CHOICES, ASPECT_CONSTRAINT, ASPECT_WARNING,
	ASPECT_DEFAULT, ASPECT_LABEL,
	ASPECTS
};

struct vertex {				/* one expression of one question */
	const struct question *q;
	enum aspect aspect;
};

struct logic;

/* Compiles everything. Faults get the place in the form's file. NULL when there
 * was an error (cycles included, naming the ring). Borrows form. */
struct logic *logic_compile(const struct form *, struct faults *);
void logic_free(struct logic *);
const struct form *logic_form(const struct logic *);

/* NULL when the question has no such expression. A default_ that is a literal
 * has none either: logic_default_literal tells. */
const struct expr *logic_expr(const struct logic *, const struct question *, enum aspect);
const char *logic_default_literal(const struct logic *, const struct question *);
/* The seed of a select's `randomize=true`; NULL: none was written. */
const struct expr *logic_seed(const struct logic *, const struct question *);
const struct expr *logic_instance_name(const struct logic *);
const struct expr *logic_scope(const struct logic *);

/* Text with ${...} in it (labels, hints, messages): pieces to be shown. NULL:
 * plain text. */
struct label_piece { const char *text; const struct expr *expr; };	/* one of the two */
const struct label_piece *logic_label(const struct logic *, const struct text *, size_t lang,
    size_t *n);

/* Every vertex in an order in which each comes after all it reads. */
const struct vertex *logic_order(const struct logic *, size_t *n);
/* The vertices that read question q, directly, in that order. */
const struct vertex *logic_readers(const struct logic *, const struct question *q, size_t *n);
/* Rank of a vertex in logic_order. */
size_t logic_rank(const struct logic *, const struct question *, enum aspect);
/* Vertices that read today()/now(), a dataset called `name` (NULL: any). */
const struct vertex *logic_clock_readers(const struct logic *, size_t *n);
const struct vertex *logic_dataset_readers(const struct logic *, const char *name, size_t *n);
/* Questions whose `trigger` names q. */
const struct question *const *logic_triggered(const struct logic *, const struct question *q,
    size_t *n);

#endif
