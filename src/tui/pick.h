/* pick.h: the list of choices in the lower part of the screen: typing narrows
 * it, by code, by part of the label or by its pinyin; several may be ticked. Borrows the
 * choices. Pure but for drawing into a grid. */
#ifndef RUHU_TUI_PICK_H
#define RUHU_TUI_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/session.h"
#include "tui/keymap.h"
#include "tui/screen.h"

struct buf;
struct edit;

struct pick {
	bool open, several;
	const struct choices *choices;
	struct edit *filter;
	bool ordered;			/* of several, the order of ticking counts; set after open */
	size_t *ticked;			/* by choice: when it was ticked, from 1; 0: it is not */
	size_t ticks;
	size_t *shown, n;		/* indexes of those that fit what was typed */
	unsigned char *rank;		/* by choice: how well it fits */
	size_t at, first;		/* chosen line, first line drawn */
};

/* value: canonical; its choices are ticked, the first of them is stood on. start:
 * what was typed already. */
void pick_open(struct pick *, const struct choices *, bool several, const char *value,
    const char *start);
void pick_close(struct pick *);

/* True: what was typed is one whole code, and no longer one begins so. */
bool pick_type(struct pick *, uint32_t cp);
void pick_erase(struct pick *);
void pick_clear(struct pick *);
void pick_move(struct pick *, long by);
void pick_tick(struct pick *);			/* and down one */
/* The value chosen: the one stood on, or all that are ticked, as they were ticked. False: nothing
 * fits what was typed. Appended. */
bool pick_value(const struct pick *, struct buf *out);

/* Keys that move in the list or take back what was typed; rows: how many of the list are
 * in sight. False: another key, or nothing is typed that could be taken back. */
bool pick_act(struct pick *, enum action, long rows);

/* Lines it takes of a body of `rows` lines. */
int pick_height(const struct pick *, int rows);
/* Draws it over rows top..top+height-1 and puts the cursor in it. */
void pick_draw(struct pick *, struct screen *, int top, int height, const char *title);

#endif
