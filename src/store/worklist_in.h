/* worklist_in.h: what the files that ask all records share: worklist.c installs worklists and ties
 * them to their forms, work.c asks, work_listing.c puts in order, figure.c counts. Not for others. */
#ifndef RUHU_STORE_WORKLIST_IN_H
#define RUHU_STORE_WORKLIST_IN_H

#include "logic/where.h"
#include "store/worklist.h"

struct arena;
struct choice_list;
struct expr;
struct loaded;

/* A worklist tied to its form. */
struct task {
	const struct worklist *list;
	const char *file;
	bool tied;
	const struct loaded *form;
	const struct question *rows;	/* NULL: records */
	struct expr *among, *filter, *urgent;	/* NULL: not given */
	struct expr **order, **columns, **sets;
	const struct question **shown;	/* of a column that is a question; else NULL */
	const struct choice_list **lists;	/* whose codes a column has; else NULL */
	char *fault;
};

struct work {
	struct store *store;
	struct arena *arena;
	struct worklists **files;
	size_t files_n, files_cap;
	struct task *v;
	size_t n, cap;
};

/* A task on its way to its form; what does not fit goes to faults. */
struct tying {
	struct store *store;
	struct arena *arena;
	const char *file;
	struct faults *faults;
	struct task *t;
};
/* Its form and rows, first. False: it has none. */
bool work_tie_form(struct tying *);
/* NULL where source has no text; else its faults are in faults. */
struct expr *work_tie_expression(struct tying *, const struct source *, bool condition);

/* Puts a file in force under this name, one of that name replaced. */
bool worklists_put(struct store *, const char *name, const char *text, size_t len, size_t *n,
    struct faults *, struct err *);

/* The worklist, tied to its form when it is first asked something. */
struct task *work_task(struct work *, size_t i);

enum { WORK_SLICE = 3000 };		/* records looked at at once: some 15 ms */

/* ---- work.c: pieces of the SQL, appended ------------------------------------------- */

/* False: it cannot be asked, and why. */
bool work_ready(struct work *, size_t i, struct err *);
/* A condition; where there is none, `without`. */
bool work_condition(struct work *, const struct task *, const struct expr *, const char *without,
    struct buf *sql, struct err *);
bool work_value(struct work *, const struct task *, const struct expr *, struct buf *sql,
    struct err *);
/* FROM records r, and their rows t where it is of rows. */
bool work_from(struct work *, const struct task *, struct buf *sql, struct err *);

struct looking {
	struct store *store;
	const struct loaded *form;
};
/* What names mean in its conditions; looking is made here and must live as long. */
struct where_names work_names(struct store *, const struct task *, struct looking *);
/* where_names.column, for a struct looking. */
bool work_column(void *ctx, const struct question *, const char **table, const char **column);

#endif
