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

/* "survey!C17" of a packed place. */
#define XLSX_PLACE 48
const char *xlsx_place(int line, int col, char out[XLSX_PLACE]);

#endif
