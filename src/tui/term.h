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

/* Takes standard input and output. encoding NULL: the locale's. */
bool term_open(const char *encoding, struct terminal **, struct err *);
void term_close(struct terminal *);			/* gives the terminal back; NULL is fine */

/* The usable size: a column less than the terminal has. */
void term_size(const struct terminal *, int *rows, int *cols);
enum ambiguous term_ambiguous(const struct terminal *);

enum term_event {
	TERM_KEY,
	TERM_RESIZE,
	TERM_HANGUP,		/* SIGHUP, SIGTERM, or no more input */
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
