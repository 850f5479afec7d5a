/* worklist.h: a file of worklists, read: what there is to do, as rows in YAML and
 * not in code. Names of forms and questions are not looked up here, nor are the
 * expressions parsed: that takes the forms, which the database has
 * (store/worklist.h). docs/worklists.md is the manual.
 *
 * All of it lives in one arena; every pointer is lent until worklists_free. */
#ifndef RUHU_FORM_WORKLIST_H
#define RUHU_FORM_WORKLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "form/form.h"
#include "form/yaml_cells.h"

struct arena;

struct worklist_order { struct source by; bool down; };

struct worklist_column {
	struct words label;		/* n 0: the question's own */
	struct source value;		/* an expression; of a bare name: ${name} */
	struct word question;		/* the bare name; its codes show as labels */
	struct word list;		/* choice list of the form that the value is a code of */
};

struct worklist_set { struct word question; struct source value; };

/* What Enter does with a row. */
enum worklist_enter {
	WORKLIST_OPEN,			/* opens the record */
	WORKLIST_AT,			/* at the question `enter_at` */
	WORKLIST_ROW,			/* at a new row of `enter_at`, like the row before */
	WORKLIST_NEW			/* a new record of form `enter_at`, with sets */
};

struct worklist {
	struct word name, form, rows;	/* rows: the repeat; NULL: records */
	struct words label, hint;
	struct source among, filter, urgent;
	const struct worklist_order *order;
	size_t order_n;
	const struct worklist_column *columns;
	size_t columns_n;
	enum worklist_enter enter;
	struct word enter_at;
	const struct worklist_set *sets;
	size_t sets_n;
	struct word as_last;		/* F9 saves a new row of this repeat */
	struct word second_person;	/* not for whoever answered this question */
};

struct worklists {
	struct arena *arena;
	const char *file;
	const struct worklist *v;
	size_t n;
};

/* May a file of worklists be called that? Without folders; so it stands in sync files. */
bool worklist_file_name(const char *name);

/* Reads text called `file` in faults, in which all that is wrong is told. NULL
 * when there was an error. */
struct worklists *worklists_read(const char *file, const char *text, size_t len,
    struct faults *);
void worklists_free(struct worklists *);		/* NULL is fine */

#endif
