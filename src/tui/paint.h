/* paint.h: the bytes that turn what a terminal shows into what it should show.
 * Pure: capabilities come as strings (term.c reads them from terminfo), so the
 * budgets of bytes are tested without a terminal.
 *
 * Writes only what changed, moves the cursor the cheapest way, and leaves it at
 * the grid's cursor. The grid is kept a column narrower than the terminal, so
 * that nothing ever wraps. */
#ifndef RUHU_TUI_PAINT_H
#define RUHU_TUI_PAINT_H

#include <stdbool.h>

#include "tui/charset.h"
#include "tui/screen.h"

struct buf;

/* "" where the terminal has none. Padding is cut off already. */
struct caps {
	char enter[32], leave[32];		/* smcup, rmcup */
	char clear[16], clear_eol[16];		/* clear, el */
	char reverse[16], bold[16], plain[32];	/* rev, bold, sgr0 */
	/* ESC [ row ; col H and ESC [ n C are understood: true for all that
	 * terminfo's cup says so of; else cup is asked for by `move`. */
	bool ansi_cup, ansi_cuf, ansi_ech;
	bool ansi_scroll;		/* ESC [ top ; bottom r, and within it "\n" and ESC M */
	bool down_is_newline;			/* "\n" goes down one line, same column */
	/* Appends the bytes that move the cursor; for terminals that are not ANSI. */
	void (*move)(struct buf *out, int row, int col);
};

struct painter;

struct painter *painter_new(const struct caps *, struct charset *);	/* borrows both */
void painter_free(struct painter *);			/* NULL is fine */

/* What the terminal shows is unknown from now on: the next paint writes all. */
void painter_forget(struct painter *);

/* Appends the bytes that make the terminal show the screen: what differs from the last
 * one painted, and the cursor's move. */
void painter_paint(struct painter *, const struct screen *, struct buf *out);

#endif
