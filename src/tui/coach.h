/* coach.h: the lesson of `ruhu tutor`: a few lines above the screen that say what
 * to do next, and go on when it was done. What counts is the state that keys bring
 * about, never the keys: there are several ways to each. */
#ifndef RUHU_TUI_COACH_H
#define RUHU_TUI_COACH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tui/keymap.h"

struct coach;
struct screen;
struct store;
struct ui;

enum until {
	UNTIL_READ,		/* Enter was pressed, which nothing else gets */
	UNTIL_ANSWER,		/* the question has this value; NULL: any */
	UNTIL_MISSING,		/* its answer is missing for this reason */
	UNTIL_AT,		/* the cursor stands on it */
	UNTIL_FAULT,		/* an error was told while it stands there */
	UNTIL_ROWS,		/* the repeat has so many rows */
	UNTIL_FLAGS, UNTIL_RECORDS, UNTIL_DRAFTS,	/* the database has so many */
	UNTIL_ACTION,		/* an action of this name was carried out */
	UNTIL_LISTED,		/* the list of records is on top */
	UNTIL_OPENED		/* a record is on top and asks nothing */
};

/* The lesson's form and the records it begins with, in an empty database. */
bool coach_prepare(struct store *, struct err *);
#define COACH_FORM "tutor"

struct coach *coach_new(void);				/* at the first step */
void coach_free(struct coach *);			/* NULL is fine */

/* True: the key was the coach's. */
bool coach_takes(struct coach *, struct ui *, const struct key *);
/* After a key and what it did. */
void coach_look(struct coach *, struct ui *, enum action);

/* Draws from the first row on, a rule below; returns the rows that it took. */
int coach_draw(struct coach *, struct screen *);

#endif
