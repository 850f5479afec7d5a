/* layout.h: which table and column each question's answers stand in
 * (ruhu_question), for all versions of a form together. A column, once made, is
 * kept: what an older version asked stays readable. */
#ifndef RUHU_STORE_LAYOUT_H
#define RUHU_STORE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct form;
struct loaded;
struct map;
struct store;

/* SQLite allows 2,000 columns; some are the table's own. */
#define LAYOUT_COLUMNS 1900

struct layout_column {
	char *field;			/* in the log */
	char *name;			/* in the table */
	char *kind;			/* "integer", "decimal", "text", ... */
	char *version;			/* the newest that has it */
	size_t table;			/* index into layout->tables */
};

struct layout_table {
	char *field;			/* of the repeat; "" for the form itself */
	char *parent;			/* field of the repeat it lies in; "" */
	char *name;
	struct layout_column *columns;
	size_t columns_n, cap;
	char *insert;			/* SQL of an INSERT, after "INSERT INTO main." */
};

struct layout {
	char *form;
	int64_t newest;			/* ruhu_form.no it was read at */
	struct layout_table *tables;	/* [0] is the form's own */
	size_t tables_n, tables_cap;
	struct map *by_field;		/* field -> struct layout_column * */
	struct map *now;		/* earlier name -> today's */
	char **alias;			/* owns the texts in now */
	size_t alias_n, alias_cap;
	struct layout *next;
};

/* The layout of a form, kept until a new version is installed or the store is
 * closed (old ones stay valid). */
bool layout_get(struct store *, const char *form, const struct layout **, struct err *);
void layouts_free(struct store *);

/* The table of a repeat's field ("" = the form's); NULL: none. */
const struct layout_table *layout_table(const struct layout *, const char *field);
/* The column of a field, by today's or an earlier name; NULL: none. */
const struct layout_column *layout_column(const struct layout *, const char *field,
    const struct layout_table **table);
const char *layout_today(const struct layout *, const char *field);

/* Was any question of any form ever renamed? Few were, and then nothing need be asked. */
bool layout_renames(struct store *, bool *any, struct err *);
/* SQL: the numbers (ruhu_name) of the names that the question numbered `field` ever had in
 * the form of record number `record`. Heads under any of them are heads of one answer. */
#define SAME_QUESTION(record, field) \
	"(SELECT " field " UNION SELECT n2.no FROM ruhu_record r2 JOIN ruhu_name n1 ON n1.no = " field \
	" JOIN ruhu_question q1 ON q1.form = r2.form AND q1.field = n1.text JOIN ruhu_question q2" \
	" ON q2.form = r2.form AND coalesce(q2.now, q2.field) = coalesce(q1.now, q1.field)" \
	" JOIN ruhu_name n2 ON n2.text = q2.field WHERE r2.no = " record ")"

/* Makes and widens the answer tables for a form's version, inside a write; a form
 * too wide goes to faults and returns false with err set as well. *rebuild: a
 * column changed its kind or place, so that the tables must be made again. */
bool layout_install(struct store *, const struct loaded *, bool *rebuild, struct faults *,
    struct err *);

/* Is it in the file, with all its columns? Other programs can drop both; columns of
 * theirs and indexes do no harm. */
bool layout_stands(struct store *, const struct layout_table *, bool *, struct err *);
/* CREATE TABLE of an answer table as it is now, in `schema` ("main", "temp"). */
bool layout_create(struct store *, const struct layout_table *, const char *schema,
    struct err *);

/* Indexes on unique questions and on keys of published lists; inside a write. */
bool layout_index_form(struct store *, const struct loaded *, struct err *);
/* Forgets what was read, after an installation that was rolled back. */
void layouts_forget(struct store *);

/* An index on a column (and a second one, or NULL), if there is none; inside a
 * write. */
bool layout_index(struct store *, const char *table, const char *column, const char *second,
    struct err *);

#endif
