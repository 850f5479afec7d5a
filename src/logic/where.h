/* where.h: an expression as SQL, so that a question asked of every record at once
 * (a worklist's filter) costs one scan of a table and not an evaluation a record.
 *
 * It is the same dialect with less in it: what SQL cannot say exactly as the
 * evaluator would is refused with its place, never approximated. What stays the
 * same whatever the record (today(), format-date(today(), '%Y-%m')) is evaluated
 * here and put in as a text. docs/worklists.md lists what there is. */
#ifndef RUHU_LOGIC_WHERE_H
#define RUHU_LOGIC_WHERE_H

#include <stdbool.h>

#include "base/err.h"

struct buf;
struct clock;
struct expr;
struct question;

/* Where answers stand. The record's table has the alias r, that of the rows asked
 * (if any) the alias t. */
struct where_names {
	const struct question *rows;	/* the repeat whose rows are asked; NULL: records */
	const struct clock *clock;
	const char *lang;		/* names of months in format-date */
	void *ctx;
	/* Table and column of a question, lent; column NULL: the repeat's own table.
	 * False: it has none. */
	bool (*column)(void *ctx, const struct question *, const char **table,
	    const char **column);
	/* pulldata(list, column, key, value): a subquery for it, appended; value is SQL.
	 * False: err says why. */
	bool (*look_up)(void *ctx, const char *list, const char *column, const char *key,
	    const char *value, struct buf *out, struct err *);
};

/* Appends a condition that is true, 1, where the expression holds; false or NULL
 * elsewhere. False: err says what cannot be asked; err->col is its place. */
bool where_holds(const struct expr *, const struct where_names *, struct buf *sql, struct err *);
/* Appends the expression's value; NULL where it is blank. */
bool where_value(const struct expr *, const struct where_names *, struct buf *sql, struct err *);

#endif
