/* screen.h: a grid of cells that views draw into, in columns of the terminal
 * (a Han character takes two). Knows no terminal: paint.h turns the difference
 * between two grids into bytes, tests read a grid with screen_row.
 *
 * All text passes utf8_harmless here: nothing that was stored can move the
 * cursor or change the terminal. */
#ifndef RUHU_TUI_SCREEN_H
#define RUHU_TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"

struct buf;

enum { ATTR_PLAIN = 0, ATTR_REVERSE = 1, ATTR_BOLD = 2 };

struct glyph {			/* no holes: rows are compared as bytes */
	uint32_t cp : 24;	/* ' ' when empty; 0: the right half of a wide one */
	uint32_t attr : 4, width : 4;	/* 1 or 2; 0 with cp 0 */
	uint32_t mark;		/* a combining mark over it, or 0 */
};

struct screen {
	int rows, cols;
	enum ambiguous ambiguous;
	struct glyph *cells;
	int cursor_row, cursor_col;	/* where the real cursor stands, always on the screen */
	struct buf *scratch;
};

struct screen *screen_new(int rows, int cols, enum ambiguous);	/* blank */
void screen_free(struct screen *);			/* NULL is fine */
void screen_resize(struct screen *, int rows, int cols);	/* empties it */
void screen_clear(struct screen *);			/* blanks it, cursor at the top */
void screen_cursor(struct screen *, int row, int col);	/* brought inside */

/* The cell; row and col must be on the screen. Lent until it is resized. */
struct glyph *screen_at(const struct screen *, int row, int col);

/* Puts text from (row, col) on, at most `width` columns and never past the edge;
 * a character that does not fit whole is left out. Returns the column after the
 * last one written. Outside the grid: nothing happens. */
int screen_put(struct screen *, int row, int col, int width, unsigned attr, const char *text);
/* As screen_put, and blanks to the full width in the same attribute. */
void screen_field(struct screen *, int row, int col, int width, unsigned attr, const char *text);
void screen_fill(struct screen *, int row, int col, int width, unsigned attr, char c);

/* A line being typed, in `width` columns filled up with '_', the cursor before the byte
 * `cursor` of it. One that is longer shows its end there: true. */
bool screen_typed(struct screen *, int row, int col, int width, unsigned attr, const char *text,
    size_t cursor);

/* Columns that text takes here once it is made harmless. */
int screen_width(const struct screen *, const char *text);

/* A row as text, blanks at its end cut; appended. */
void screen_row(const struct screen *, int row, struct buf *out);

#endif
