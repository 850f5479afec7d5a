/* lines.h: which line of a list is stood on and which are in sight. Pure. */
#ifndef RUHU_TUI_LINES_H
#define RUHU_TUI_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/keymap.h"

struct lines {
	size_t n;			/* how many there are */
	size_t at, first;		/* stood on; first in sight */
	size_t shown;			/* how many fit, as last drawn */
};

/* Up, Down, PgUp, PgDn, Home, End. False: another key. */
bool lines_key(struct lines *, enum action);
/* There are n now; rows of them fit: brings at and first inside. */
void lines_fit(struct lines *, size_t n, int rows);

#endif
