/* term.h: the terminal itself: its modes, its size, its bytes, its end. The one
 * place that knows curses (for terminfo), signals and file descriptors; what to
 * show is screen.h's, how to say it paint.h's, what keys mean keydec.h's.
 *
 * One terminal a process: signal flags are the only file-scope state. */
#ifndef RUHU_TUI_TERM_H
#define RUHU_TUI_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "tui/key.h"
#include "tui/screen.h"

struct terminal;

enum widths { WIDTHS_AUTO, WIDTHS_NARROW, WIDTHS_WIDE };	/* of ambiguous characters */

struct term_options {
	const char *encoding;		/* NULL: the locale's */
	enum widths widths;		/* AUTO: by the encoding; UTF-8 terminals are asked */
	bool ascii;			/* it shows no Han: only ASCII is sent to it */
};

/* Takes standard input and output. A Linux console whose font has no room for Han
 * is ascii without being told. */
bool term_open(const struct term_options *, struct terminal **, struct err *);
void term_close(struct terminal *);			/* gives the terminal back; NULL is fine */

/* The usable size: a column less than the terminal has. */
void term_size(const struct terminal *, int *rows, int *cols);
enum ambiguous term_ambiguous(const struct terminal *);

/* Neither the options nor the locale said which encoding it speaks: see settle.h. */
bool term_unsettled(const struct terminal *);
void term_settle(struct terminal *, const char *encoding);	/* one that charset.h knows */
/* Writes bytes as they are. Only before the first term_show. */
void term_write(struct terminal *, const char *bytes);
void term_clear(struct terminal *);			/* the screen, before what comes */
bool term_answers(const struct terminal *);	/* it may be asked where its cursor is */
void term_asked(struct terminal *);		/* it was: a TERM_REPORT is due */
/* Asks how wide an ambiguous character is, where that is not known. The answer, if
 * one ever comes, is a TERM_REPORT; nobody waits for it. */
void term_ask_widths(struct terminal *);

enum term_event {
	TERM_KEY,
	TERM_RESIZE,
	TERM_HANGUP,		/* SIGHUP, SIGTERM, or no more input */
	TERM_REPORT,		/* key->cp: the cursor's column; term_ambiguous may differ now */
	TERM_TIMEOUT
};
/* Waits for the next event, at most wait_ms (-1: for ever). */
enum term_event term_next(struct terminal *, int wait_ms, struct key *);
void term_flush_input(struct terminal *);		/* forgets keys typed ahead */

/* Shows the grid in one write; a bell before it when asked. */
void term_show(struct terminal *, const struct screen *, bool ring);
void term_redraw(struct terminal *);		/* the next term_show writes everything */

int64_t term_clock_ms(void);			/* monotonic */

#endif
