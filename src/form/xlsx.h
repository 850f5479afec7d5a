/* xlsx.h: an XLSForm spreadsheet as the same tree of rows that its YAML gives,
 * so that one reader serves both. Standard: ECMA-376 (Office Open XML), as much
 * of it as cells are. */
#ifndef RUHU_FORM_XLSX_H
#define RUHU_FORM_XLSX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct buf;
struct form;
struct ynode;

/* Does the text begin like a zip archive? */
bool xlsx_is(const char *data, size_t len);

/* A map of the sheets survey, choices, settings and XLSForm's others; each a
 * list of rows, a row a map of its filled cells. Texts live in arena. A place
 * is packed: line = sheet and row, col = column; xlsx_place unpacks it. NULL:
 * told in faults. Bounds: 64 MiB a part, 500,000 cells. */
struct ynode *xlsx_tree(const char *file, const char *data, size_t len, struct arena *,
    struct faults *);

/* Writes a tree of rows as a spreadsheet, a sheet a list; every cell is text. */
bool xlsx_write(const struct ynode *top, struct buf *out, struct err *);

/* A workbook of one sheet, cell by cell: rows from the top, within a row from the left.
 * Memory stays flat however many there are. name is lent until the end. Texts stay
 * texts, with all their figures. */
struct xlsx_sheet;
enum xlsx_kind { XLSX_TEXT, XLSX_NUMBER, XLSX_HEADING };
bool xlsx_begin(const char *name, struct xlsx_sheet **, struct err *);
/* Before any cell: rows that stay in sight; columns a little wider than they would be,
 * and the one (from 1; 0: none) that has sentences. */
void xlsx_layout(struct xlsx_sheet *, size_t frozen_rows, size_t columns, size_t wide);
bool xlsx_cell(struct xlsx_sheet *, size_t row, size_t col, const char *text, enum xlsx_kind,
    struct err *);
/* Both free it. xlsx_end appends the workbook to out. */
bool xlsx_end(struct xlsx_sheet *, struct buf *out, struct err *);
void xlsx_drop(struct xlsx_sheet *);

/* "survey!C17" of a packed place. */
#define XLSX_PLACE 48
const char *xlsx_place(int line, int col, char out[XLSX_PLACE]);

#endif
