/* tui.h: the screens, from opening the terminal to giving it back. The only
 * header of this floor that cli/ needs.
 *
 * Nothing typed is lost when the line drops: on SIGHUP, SIGTERM or the end of
 * input the answer being typed joins the draft, the terminal is restored and
 * tui_run returns true. */
#ifndef RUHU_TUI_TUI_H
#define RUHU_TUI_TUI_H

#include <stdbool.h>

#include "base/err.h"

struct clock;
struct store;

struct tui_options {
	const char *lang;		/* "zh" or "en"; NULL: what tr_lang() says */
	const char *form;		/* form_id; not for TUI_HOME, TUI_WORKLIST */
	const char *key;		/* a record's id or unique key; NULL: a new one, of
					 * TUI_VERIFY the next that waits */
	enum { TUI_HOME, TUI_LIST, TUI_ENTER, TUI_TUTOR, TUI_VERIFY, TUI_WORKLIST } start;
	const char *worklist;		/* TUI_WORKLIST: its name */
	bool independent;		/* TUI_VERIFY: see verify.h */
	const char *encoding;		/* of the terminal; NULL: the locale's */
	const char *ambiguous;		/* "narrow", "wide", "auto"; NULL: auto */
	bool ascii;			/* the terminal shows no Han: see term.h */
	bool plain;			/* in lines, without a screen: see plain.h */
	const struct clock *clock;	/* NULL: the real one */
};

/* Runs the screens on standard input and output until the person leaves. False:
 * no terminal, unknown TERM or encoding, no such form or record: err says
 * which, and the terminal is as it was. Borrows the store and the options. */
bool tui_run(struct store *, const struct tui_options *, struct err *);

/* What TUI_TUTOR's lesson needs in a database of its own, still empty. */
bool tui_prepare_tutor(struct store *, struct err *);

#endif
