/* columns.h: columns of a list that are as wide as its answers. Pure. */
#ifndef RUHU_TUI_COLUMNS_H
#define RUHU_TUI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct screen;

enum { COLUMN_GAP = 2 };		/* between columns */

struct columns {
	const int *width;		/* 0: not shown */
	int col, end;			/* where the first begins, where the screen ends */
	bool cut;			/* one that does not fit is shown cut, else not at all */
};

/* What is left of `room` columns of screen goes to headings that are cut. From `least`
 * columns on, a column that does not fit is shown cut, and takes all there is. */
void columns_widen(int *width, const int *heading, size_t n, int room, int least);

/* What a line says from the first cell on that is not whole in sight; appended. */
void columns_beyond(const struct screen *, const struct columns *, char *const *cells, size_t n,
    struct buf *out);

#endif
