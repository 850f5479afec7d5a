/* shift.h: rows that only moved up or down between two grids: a terminal moves them itself
 * for some twenty bytes, where a list or page that scrolls would be written anew. Pure. */
#ifndef RUHU_TUI_SHIFT_H
#define RUHU_TUI_SHIFT_H

#include <stdbool.h>

struct screen;

struct shift {
	int top, bottom;		/* the rows between which lines move, both included */
	int by;				/* lines up; less than 0: down */
};

/* The move after which the least is left to be written, of two grids of one size. False:
 * none saves more than it costs. */
bool shift_find(const struct screen *shown, const struct screen *wanted, struct shift *);

/* What the terminal shows after it: what moved out is gone, what opened is blank. */
void shift_apply(struct screen *shown, const struct shift *);

#endif
