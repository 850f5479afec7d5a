/* ui.h: the stack of screens, the message line, the bottom line, and one step of
 * the loop: a key goes in, a grid comes out. Knows no terminal: tui.c feeds it
 * from term.h, tests feed it keys.
 *
 * A view is one screen. Its act() may say something, ask something, push another
 * view or pop itself; a popped view is freed when the step is over. */
#ifndef RUHU_TUI_UI_H
#define RUHU_TUI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"
#include "tui/keymap.h"
#include "tui/screen.h"
#include "tui/pace.h"

struct clock;
struct coach;
struct edit;
struct ui;
struct view;

struct view_ops {
	unsigned (*modes)(const struct view *);	/* bits of enum mode */
	void (*draw)(struct view *, struct screen *);	/* all rows but the last two */
	/* A key that is text comes as ACT_NONE. False: not one of this view, so that it
	 * does what it does everywhere: help, language, back; else a bell. */
	bool (*act)(struct view *, enum action, const struct key *);
	/* Only the line that is typed in, over the grid drawn before; after ui->typing
	 * was set. NULL: draw it all. */
	void (*draw_typing)(struct view *, struct screen *);
	/* The answer to ui_ask (choice: the key, 0 for Esc) or ui_ask_text (text:
	 * NULL for Esc). NULL: asks nothing. */
	void (*answered)(struct view *, int id, int choice, const char *text);
	const char *(*hint)(struct view *);	/* shown while there is no message; NULL op: none */
	void (*shown)(struct view *);		/* it is on top again; NULL op: nothing */
	/* No key is waiting: a little of what can wait, some 20 ms at most. True: more is
	 * left. NULL op: nothing ever waits. */
	bool (*idle)(struct view *);
	/* The line dropped: what is typed goes to the disk. NULL op: nothing. */
	void (*hangup)(struct view *);
	void (*help)(const struct view *, struct buf *out);	/* of the place; NULL op: none */
	void (*close)(struct view *);		/* frees it */
};

struct view {
	const struct view_ops *ops;
	struct ui *ui;
	struct view *below;
};

enum message { MESSAGE_NONE, MESSAGE_INFO, MESSAGE_ERROR };

struct ask {				/* what the message line asks */
	bool open, text;
	int id;
	struct buf question;
	char keys[24];			/* those that answer; Enter counts as '\r' */
	struct edit *edit;
	struct view *view;
	bool typed_on;			/* what no key answers is Enter and the first of what follows */
};

struct ui {
	struct store *store;
	const struct clock *clock;
	struct keymap *keymap;
	struct pace pace;
	struct coach *coach;		/* of `ruhu tutor`, lent; else NULL */
	struct view *top, *popped;
	const struct view *rested;	/* on top when the store was last told to rest */
	enum message kind, kind_before;	/* now; when the key came */
	struct buf message;
	struct ask ask;
	bool esc;			/* Esc was pressed: a digit makes it a function key */
	bool ring, flush, redraw;	/* for the loop, which resets them: bell, forget
					 * type-ahead, draw all */
	bool too_small;
	bool typing;			/* the key changed no more than the line it was typed in */
	bool saved;			/* a record was: a list shows it, the newest, first */
	bool drawn;			/* no key since */
	bool spoken;			/* plain.h: answers are said, nothing is keyed blind */
	bool plain;			/* the grid shows neither message nor question */
	int64_t now_ms;			/* monotonic, of this key */
	int64_t esc_ms;			/* when an Esc acted at once; 0: none did */
	struct store_counts counts;
	int rows, cols;			/* as last drawn */
	enum ambiguous ambiguous;
};

/* Borrows both; its keys are the table's. Sizes and moments are the caller's to set. */
void ui_init(struct ui *, struct store *, const struct clock *);
void ui_free(struct ui *);				/* closes all views */

void ui_push(struct ui *, struct view *);		/* takes it */
void ui_pop(struct ui *, struct view *);		/* view and all above it */
void ui_end(struct ui *);				/* all of them: the program ends */
bool ui_running(const struct ui *);			/* a view is left */

/* An action on the view on top; what that does not take does the same on every one. */
void ui_act(struct ui *, enum action, const struct key *);
/* One key at this moment; then draw. */
void ui_step(struct ui *, const struct key *, int64_t now_ms);
void ui_draw(struct ui *, struct screen *);
void ui_resized(struct ui *);		/* the grid is an empty one, be its size the same */
void ui_hangup(struct ui *);		/* tells all views: the line dropped */
/* Lets the view on top work while nobody types; then draw. False: it has nothing to
 * do, until the next key. */
bool ui_idle(struct ui *);

/* The message stays until the next key. An error also rings, flushes type-ahead
 * and is shown reversed. */
void ui_say(struct ui *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ui_error(struct ui *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ui_fail(struct ui *, const struct err *);

/* Asks on the message line; one of keys answers ('\r' for Enter). */
void ui_ask(struct ui *, struct view *, int id, const char *keys, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* What was asked just now may be typed past: a character that answers nothing counts as
 * Enter, and then as itself, on whatever view is there by then. Not in lines of text. */
void ui_ask_typed_on(struct ui *);
void ui_ask_text(struct ui *, struct view *, int id, const char *start, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

void ui_count(struct ui *);				/* reads counts anew */

/* Rows that a view has: 0 up to and not including this one. The message line may
 * take the last of them too. */
int ui_body_rows(const struct screen *);
void ui_title(struct screen *, const char *left, const char *middle, const char *right);
void ui_rule(struct screen *, int row);
void ui_clock_text(const struct ui *, char out[6]);	/* local HH:MM */

#endif
