/* xtree.h: what an expression is once parsed. Private to the expr files:
 * xlex.c reads words, xparse.c builds this tree, xresolve.c ties it to the
 * form's questions, xeval.c and the xfn_*.c files walk it.
 *
 * All of it lives in the arena given to expr_compile and never changes after. */
#ifndef RUHU_LOGIC_XTREE_H
#define RUHU_LOGIC_XTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "logic/expr.h"

struct regex;
struct xnode;

enum xkind {
	X_STRING, X_NUMBER,
	X_OR, X_AND, X_EQ, X_NE, X_LT, X_LE, X_GT, X_GE,
	X_ADD, X_SUB, X_MUL, X_DIV, X_MOD, X_NEG, X_UNION,
	X_CALL,			/* fn over args */
	X_FILTER,		/* a, then the predicates in args */
	X_PATH,			/* steps from a, from the root (absolute) or from the context */
	X_REF,			/* ${name} */
	X_ROW,			/* the row of the repeat q that one is inside of */
	X_COLUMN,		/* a bare name in a choice_filter */
	X_SAVED,		/* ${last-saved#name} */
	X_FAULT			/* wrong when evaluated: an unknown function in a branch not taken */
};

enum axis {
	AXIS_CHILD, AXIS_DESCENDANT, AXIS_PARENT, AXIS_ANCESTOR, AXIS_FOLLOWING_SIBLING,
	AXIS_PRECEDING_SIBLING, AXIS_FOLLOWING, AXIS_PRECEDING, AXIS_ATTRIBUTE, AXIS_NAMESPACE,
	AXIS_SELF, AXIS_DESCENDANT_OR_SELF, AXIS_ANCESTOR_OR_SELF
};

enum test { TEST_NAME, TEST_ANY, TEST_NODE, TEST_TEXT, TEST_COMMENT, TEST_PI };

struct xstep {
	enum axis axis;
	enum test test;
	const char *name;	/* TEST_NAME, or the target of a processing instruction */
	const char *prefix;	/* as written, or NULL */
	const char *ns;		/* URI asked for; NULL: any */
	struct xnode **preds;
	size_t preds_n;
	const struct question *q;	/* what it finds among the answers, when that is known */
	/* The first predicate asks `key = value` (perhaps `and` more), and value is the
	 * same for every node asked: an index can answer it. NULL: it does not. */
	const char *key;
	const struct xnode *value;
	size_t at;		/* offset in the text */
};

/* A form has thousands of them, and each person at work has the form: no wider than
 * the longest text needs. */
struct xnode {
	enum xkind kind;
	int depth;		/* of the tree below; bounded */
	uint32_t at;		/* offset in the text */
	uint32_t len;		/* of text */
	uint32_t args_n, steps_n;
	uint32_t fn;		/* index in expr_functions() */
	bool absolute;
	struct xnode *a, *b;
	struct xnode **args;
	const char *text;	/* literal, column, name or the fault's sentence */
	double number;
	const struct question *q;	/* X_REF; also what a path's nodes are, if known */
	struct regex *regex;	/* a literal pattern, compiled */
	struct xstep *steps;
};

struct expr {
	const char *text;
	struct arena *arena;
	struct xnode *top;
	struct expr_reads reads;
	/* A choice_filter that asks `key = value`, as in a step. */
	const char *key;
	const struct xnode *value;
	bool constant, constant_value;
};

/* Sets err to the sentence at offset `at` of text; returns false. */
bool xerr(struct err *, const char *text, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Parses text; NULL: err. lazy_faults: an unknown function or a wrong number of
 * arguments becomes X_FAULT instead of an error. */
struct xnode *xparse(const char *text, bool lazy_faults, struct arena *, struct err *);

/* Ties names to questions and columns, resolves prefixes, gathers e->reads. */
bool xresolve(struct expr *, const struct expr_scope *, struct err *);

/* A path from the root through a repeat that scope->at lies in, asked for one value,
 * begins at its own row. */
void xown_row(struct expr *, const struct expr_scope *, struct xnode *path);
/* A path to an attribute of the form's instance becomes the text it holds. */
void xattr_fold(const struct expr_scope *, struct xnode *path);
/* Is argument i of the call asked for all its nodes? */
bool xown_takes_all(const struct xnode *call, size_t i);

bool x_is_call(const struct xnode *, const char *name);
/* A path that is one name and nothing else. */
bool x_is_bare_name(const struct xnode *);

/* Finds the equality that an index can answer in a predicate (or choice_filter)
 * and sets key and value. */
void xlookup_find(const struct xnode *predicate, const char **key, const struct xnode **value);

#endif
