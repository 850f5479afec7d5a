/* layout.h: where the questions of a page stand. Pure: from label widths and the
 * number of columns to lines; scrolling included. Knows no session.
 *
 * Wide (60 columns and more): number, label, value beside it. Narrow: the value
 * on the line below its label, but for what does not apply, which is said beside it. A label
 * too long for its column takes more lines. */
#ifndef RUHU_TUI_LAYOUT_H
#define RUHU_TUI_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/utf8.h"

#define LAYOUT_WIDE 59			/* usable columns of a 60-column terminal */
#define LAYOUT_MIN_COLS 39
#define LAYOUT_MIN_ROWS 12
#define LABEL_LINES_MAX 3

struct slot_want {			/* what has to be placed */
	const char *label;		/* lent */
	bool whole;			/* a heading or note: label only, over all columns */
	int field;			/* columns that an answer usually takes */
	bool beside;			/* no line of its own for the value, narrow as it may be */
};

struct slot {				/* where it is; lines count from the page's top */
	int top, lines;
	int value;			/* line of the value, from top */
	int value_col;
	int label_lines, label_cols;
	int field;			/* columns to type it in */
};

struct layout {
	bool wide;
	int cols;
	int number_col, number_cols;
	int label_col, label_cols;
	int value_col, value_cols;	/* the mark stands one column before the value */
	int lines;			/* of the whole page */
	struct slot *v;
	size_t n, cap;
};

/* numbers: digits of the largest question number. */
void layout_page(struct layout *, const struct slot_want *, size_t n, int cols, int numbers,
    enum ambiguous);
void layout_free(struct layout *);

/* The first line to show of a window of `height` lines, so that slot `at` is
 * whole and what follows it up to slot `last` as far as there is room: the same
 * as before where possible, else a page further, so that the screen jumps rarely. */
int layout_scroll(const struct layout *, size_t at, size_t last, int before, int height);

#endif
