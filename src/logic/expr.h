/* expr.h: one ODK XPath expression: parsed and checked once, evaluated often.
 * The dialect is that of the ODK XForms specification; docs/expressions.md
 * lists every choice made where peers differ. */
#ifndef RUHU_LOGIC_EXPR_H
#define RUHU_LOGIC_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "logic/tree.h"

struct answers;
struct arena;
struct buf;
struct clock;
struct dataset;
struct expr;
struct form;
struct question;

/* What names mean while an expression is compiled. form may be NULL (`ruhu
 * eval`): then ${name} is an error. */
struct expr_scope {
	const struct form *form;
	const struct question *at;	/* whose expression it is; NULL: the root */
	const struct question *list_of;	/* in a choice_filter: the select; bare names are columns */
	const char *default_ns;		/* namespace of unprefixed names; NULL: "" matches any form node */
	const char *const *prefixes;	/* prefix, URI, prefix, URI ... */
	size_t prefixes_n;		/* of strings */
	/* An instance a form declares nowhere may still exist (datasets of the
	 * database): asked at compile time for a warning; NULL: all do. */
	bool (*instance_known)(void *ctx, const char *id);
	void *ctx;
};

/* Lives in arena; lent as long as it. err->col is the place in text, from 1 in
 * characters; err->line 0. */
struct expr *expr_compile(const char *text, const struct expr_scope *, struct arena *,
    struct err *);

/* What an evaluation may ask for. Zero everything not needed. */
struct env {
	struct node context;		/* the context node */
	bool unborn;			/* it is only the parent of a row that is not there yet,
					 * whose question the expression belongs to */
	struct node root;		/* where absolute paths start */
	const struct answers *answers;	/* for ${name}; NULL without a form */
	const struct clock *clock;
	const char *lang;		/* names of months; jr:itext; "zh" or "en" */
	size_t form_lang;		/* index into the form's languages */
	const struct dataset *item_of;	/* choice_filter: the table the row is in */
	size_t item;
	const struct question *changed;	/* the trigger that set this off; NULL: none did */
	const char *user, *device;	/* property(); NULL: not known */
	const char *once;		/* the node's present text, for once() */
	long limit;			/* operations; 0 = 10 million */
	long *budget;			/* of many evaluations together; each takes from it what
					 * it did; NULL: they are not counted */
	/* Instances by id; NULL result: no such instance. */
	void *ctx;
	const struct tree *(*instance)(void *ctx, const char *id);
	/* The same for an instance that lies inside another tree; asked first. */
	bool (*instance_node)(void *ctx, const char *id, struct node *out);
	const struct dataset *(*dataset)(void *ctx, const char *id);
	/* ${last-saved#name}; false: none. */
	bool (*last_saved)(void *ctx, const char *name, struct buf *out);
	/* The label of a code of q's choices, seen from node `at`, in the form's language;
	 * false: the list's own text. */
	bool (*choice_label)(void *ctx, const struct question *, node_id at, const char *code,
	    struct buf *out);
	/* jr:itext(); NULL: the id itself. */
	const char *(*itext)(void *ctx, const char *id, const char *lang);
	/* The same where the texts are nodes of a form in XML; asked first. *nodes is
	 * free()d here. False: there are no texts. */
	bool (*itext_nodes)(void *ctx, const char *id, const char *lang, struct node **nodes,
	    size_t *n);
};

/* Each: false = err says why (limit reached, wrong argument, unknown list). A
 * NaN or an empty node-set gives "" from expr_text: what is stored in a node. */
bool expr_text(const struct expr *, const struct env *, struct buf *out, struct err *);
bool expr_true(const struct expr *, const struct env *, bool *out, struct err *);
bool expr_number(const struct expr *, const struct env *, double *out, struct err *);
bool expr_string(const struct expr *, const struct env *, struct buf *out, struct err *);

/* The rows of a table for which a choice_filter holds, ascending: through an
 * index where it asks `column = value`. env->item_of and item are set here.
 * *rows is yours to free(). */
bool expr_filter(const struct expr *, const struct env *, const struct dataset *,
    uint32_t **rows, size_t *n, struct err *);

enum result_type { RESULT_STRING, RESULT_NUMBER, RESULT_BOOLEAN, RESULT_NODES };
struct result {
	enum result_type type;
	char *string;			/* also a node-set's string-value */
	size_t string_len;		/* a decoded text may hold NUL */
	double number;
	bool boolean;
	struct node *nodes;		/* document order */
	size_t nodes_n;
};
bool expr_result(const struct expr *, const struct env *, struct result *, struct err *);
void result_free(struct result *);

/* The order randomize() gives n things: from[i] is which of them comes i-th. */
void expr_shuffle(const char *seed, uint32_t *from, size_t n);

/* What the expression reads, for the dependency graph: once per question, and
 * flags for what is not a question. */
struct expr_reads {
	const struct question *const *questions;
	size_t questions_n;
	/* Those of them that are read of the row before only, by previous(): such a
	 * reading makes no cycle. */
	const struct question *const *earlier;
	size_t earlier_n;
	const char *const *instances;	/* ids of datasets and lists */
	size_t instances_n;
	bool position;			/* position(..), previous(): renumbering matters */
	bool clock;			/* today(), now() */
	bool last_saved;
	bool random;
	bool self;			/* `.` */
	bool language;			/* labels of lists, texts: the form's language matters */
};
const struct expr_reads *expr_reads(const struct expr *);

/* Literal texts that are no expression at all ("yes", "true()"): folded. */
bool expr_constant(const struct expr *, bool *value);

/* The table the manual is made from. */
struct expr_function {
	const char *name;
	int min, max;			/* arguments; max -1: any number */
	const char *usage, *help;	/* English, through N_() */
	bool ours;			/* not in the ODK specification */
};
const struct expr_function *expr_functions(size_t *n);

#endif
