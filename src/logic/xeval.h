/* xeval.h: how expressions are evaluated. Private to the expr files and the
 * functions (xfn_*.c).
 *
 * Memory of one evaluation comes from its `struct run` and is gone when it
 * ends: small things from the caller's stack, the rest from blocks. Texts are
 * pointer and length (a decoded text may hold NUL) and always end in NUL. */
#ifndef RUHU_LOGIC_XEVAL_H
#define RUHU_LOGIC_XEVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "logic/expr.h"
#include "logic/xtree.h"

struct buf;
struct run_block;

enum xtype { V_STRING, V_NUMBER, V_BOOLEAN, V_NODES, V_DATE };

/* A date is its number (days since 1970, see xdate.h) that prints as ISO text. */
struct xval {
	enum xtype type;
	bool boolean;
	double number;		/* V_NUMBER, V_DATE */
	const char *s;		/* V_STRING */
	size_t len;		/* of s; of nodes */
	const struct node *nodes;	/* V_NODES, document order; one node: `one` */
	struct node one;
};

struct str {
	const char *s;
	size_t len;
};

struct ctx {
	struct node node;
	size_t position, size;	/* size 0: the whole expression's context, no predicate's */
};

#define RUN_FIRST 1536

struct run {
	const struct expr *e;
	const struct env *env;
	struct err *err;
	long left, given;		/* operations until it is given up; at first */
	struct run_block *blocks;
	size_t used;
	_Alignas(16) char first[RUN_FIRST];
};

/* Borrows all of them until run_end. */
void run_start(struct run *, const struct expr *, const struct env *, struct err *);
void run_end(struct run *);
void *run_alloc(struct run *, size_t);		/* not zeroed */
const char *run_text(struct run *, const char *s, size_t len);	/* a copy */
struct str run_take(struct run *, struct buf *);	/* copies a buf and frees it */
/* Says what is wrong at the place of x. Returns false. */
bool run_fail(struct run *, const struct xnode *x, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool run_step(struct run *, const struct xnode *x);	/* counts one operation */

/* What it gives here, lent as long as the run. False: err says why, with the place. */
bool xeval(struct run *, const struct xnode *, const struct ctx *, struct xval *out);
/* As a condition: a reference ${x} is true when it is answered. */
bool xeval_true(struct run *, const struct xnode *, const struct ctx *, bool *out);

/* Growing list of nodes. */
struct nodes {
	struct node *v;
	size_t n, cap;
};
void nodes_add(struct run *, struct nodes *, struct node);
void nodes_sort(struct nodes *);		/* document order, no duplicates */
int node_compare(struct node, struct node);
bool node_same(struct node, struct node);

static inline const struct node *
val_nodes(const struct xval *v)
{
	return v->len == 1 ? &v->one : v->nodes;
}

/* Making values. */
bool val_string(struct xval *, const char *s, size_t len);	/* lent as long as the run */
bool val_str(struct xval *, struct str);
bool val_number(struct xval *, double);
bool val_bool(struct xval *, bool);
bool val_date(struct xval *, double days);
bool val_set(struct xval *, const struct nodes *);
bool val_node(struct xval *, struct node);
bool val_copy(struct run *, struct xval *, const char *s);	/* a copy of s */

/* Conversions (odk.md 2.2 has the rules; docs/expressions.md the choices). */
struct str node_str(struct run *, struct node);
struct str val_to_str(struct run *, const struct xval *);
double val_to_number(struct run *, const struct xval *);
bool val_to_bool(const struct xval *);
double str_to_number(struct str);
struct str number_to_str(struct run *, double);
bool str_blank(struct str);			/* "" */

/* Compares as `=`, `!=`, `<` ... do. */
bool val_compare(struct run *, enum xkind, const struct xval *, const struct xval *);

/* Arguments of a call, evaluated when asked for: laziness is not asking. */
bool arg_val(struct run *, const struct xnode *call, size_t i, const struct ctx *, struct xval *);
bool arg_str(struct run *, const struct xnode *call, size_t i, const struct ctx *, struct str *);
bool arg_num(struct run *, const struct xnode *call, size_t i, const struct ctx *, double *);
bool arg_bool(struct run *, const struct xnode *call, size_t i, const struct ctx *, bool *);
bool arg_nodes(struct run *, const struct xnode *call, size_t i, const struct ctx *,
    struct xval *);
/* Argument i, or the context node when the call has none. */
bool arg_str_or_context(struct run *, const struct xnode *call, size_t i, const struct ctx *,
    struct str *);

/* Paths (xpath.c). */
bool xpath_steps(struct run *, const struct xnode *path, struct nodes *from, struct xval *out);
bool xpath_filter(struct run *, struct xnode *const *preds, size_t preds_n, struct nodes *set);
bool xpath_row(struct run *, const struct xnode *, struct xval *out);
bool xpath_ref(struct run *, const struct xnode *, const struct ctx *, struct xval *out);
/* The node of an instance that paths go on from; false: there is none. */
bool xpath_instance(struct run *, const char *id, struct node *out);
size_t node_position(struct node);		/* among siblings of its name, from 1 */

/* A function's code. */
typedef bool xfn(struct run *, const struct xnode *call, const struct ctx *, struct xval *out);
xfn *xfn_code(size_t fn);

#endif
