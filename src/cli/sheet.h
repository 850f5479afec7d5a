/* sheet.h: a table that leaves the program, row by row: lines of CSV, or a workbook
 * where the file's name ends in .xlsx. It is there whole or not at all. */
#ifndef RUHU_CLI_SHEET_H
#define RUHU_CLI_SHEET_H

#include <stdbool.h>

#include "base/err.h"

struct sheet;

/* TEXT: people typed it; it must not be taken for a formula. NUMBER: the program knows
 * that it is one, or blank. */
enum sheet_cell { SHEET_TEXT, SHEET_NUMBER, SHEET_HEADING };

struct sheet_options {
	const char *path;		/* NULL: standard output */
	const char *name;		/* of the sheet in a workbook; lent until the end */
	bool no_bom;			/* a .csv without the mark that says UTF-8 */
	/* In a workbook: rows that stay in sight, the column (from 1) that has sentences. */
	size_t headings, wide;
};

/* Is it a workbook's name? */
bool sheet_is_workbook(const char *path);

bool sheet_open(const struct sheet_options *, struct sheet **, struct err *);
bool sheet_put(struct sheet *, const char *text, enum sheet_cell, struct err *);
bool sheet_next(struct sheet *, struct err *);	/* the row is whole */
/* Both free it. False: the file is not there, or the one that was. */
bool sheet_close(struct sheet *, struct err *);
void sheet_drop(struct sheet *);		/* NULL is fine */

#endif
