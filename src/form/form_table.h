/* form_table.h: a table in a text: tab-separated, or comma-separated as RFC
 * 4180 has it. Choice lists kept in files and datasets beside a form are such
 * tables; the first line names the columns. */
#ifndef RUHU_FORM_FORM_TABLE_H
#define RUHU_FORM_FORM_TABLE_H

#include <stddef.h>

#include "base/err.h"

struct arena;

struct table_row {
	const char **cells;		/* as many as columns; "" when empty or missing */
	int line;			/* where it begins, from 1 */
};

struct table {
	const char **columns;
	size_t columns_n;
	struct table_row *rows;
	size_t rows_n;
};

/* Names that end in .xml and .geojson: see form_table_xml.h. Otherwise the
 * separator is a tab when name ends in .tsv or .tab, else a comma; in the
 * tab-separated kind quotes mean nothing. Empty lines are skipped. Reports all
 * faults (invalid UTF-8, no columns, a column twice, too many cells, a quote
 * never closed); NULL when there was an error. Everything lives in arena.
 * Bounds: 64 MiB, 1,000 columns, 64 KiB a cell. */
struct table *table_read(const char *name, const char *text, size_t len, struct arena *,
    struct faults *);

/* Index of a column, or -1. */
int table_column(const struct table *, const char *name);

#endif
