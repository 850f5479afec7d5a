/* form_columns.h: the columns of the survey sheet: a row each with its other
 * names and where it goes in struct question. Private to form/'s readers. */
#ifndef RUHU_FORM_FORM_COLUMNS_H
#define RUHU_FORM_FORM_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

enum column_kind {
	COL_IGNORED,			/* '#', notes: for people */
	COL_TYPE, COL_NAME,
	COL_TEXT,			/* in languages */
	COL_SOURCE,			/* an expression */
	COL_STRING,
	COL_PARAMETERS, COL_MISSING, COL_ENFORCE, COL_DISABLED,
	COL_NEST, COL_INSIDE,		/* group:, repeat:; survey: */
	COL_EXTRA			/* kept as written */
};

struct column {
	const char *name, *aliases;	/* aliases space-separated */
	enum column_kind kind;
	size_t offset;			/* in struct question */
};

/* The column a key names; NULL: none. Capitals, spaces and `-` for `_` do not
 * matter. *lang points at the language of "label::English (en)", else NULL. */
const struct column *column_find(const char *key, const char **lang);

/* Is the part of the key before "::" that name, written so? For other sheets. */
bool column_named(const char *key, const char *name);

/* The nearest column's name for "did you mean", or NULL. */
const char *column_near(const char *key);

/* The table, for the manual and for tests. */
const struct column *column_table(size_t *n);

#endif
