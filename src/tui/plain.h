/* plain.h: `ruhu --plain`: question after question in lines of text, for screen
 * readers, braille lines, teletypes and pipes. No cursor is moved and nothing is
 * drawn again.
 *
 * The record is worked on by the same struct entry as on the screen: a line typed
 * becomes the answer under the cursor and an Enter, a command the key of an action.
 * So every rule (a warning confirmed, a required answer asked for once, what saving
 * asks) is the screen's own. What the files plain*.c share is here too. */
#ifndef RUHU_TUI_PLAIN_H
#define RUHU_TUI_PLAIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "tui/outline.h"
#include "tui/ui.h"

struct charset;
struct entry;
struct store;
struct tui_options;

/* Until the person leaves, or there is no more input: then, as on SIGHUP and
 * SIGTERM, what was keyed is a draft. */
bool plain_run(struct store *, const struct tui_options *, struct err *);

/* ---- plain_line.c: lines in and out -------------------------------------------------- */
struct plain {
	struct ui ui;
	struct charset *charset; /* of the input and the output */
	bool spelt;              /* ASCII only: Han go out in pinyin */
	bool ended;              /* no more input */
	struct buf in, line;
	char record[48];    /* whose question was said last; "": none */
	struct place stood; /* where */
	bool onward;        /* the cursor goes on from there by itself */
};

/* Takes standard input and output: a terminal's in its encoding, else UTF-8. */
bool plain_open(struct plain *, const struct tui_options *, struct err *);
void plain_close(struct plain *);

/* The next line, without its end and the blanks around it, in UTF-8; lent. What is no
 * text is refused and asked for again. NULL: there is none any more. */
const char *plain_read(struct plain *, const char *prompt);
void plain_say(struct plain *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What the last step said, if anything. */
void plain_message(struct plain *);
/* A command: "/back 2". Its word in *word (may be ""), the rest returned. NULL: not
 * one; "//x" is the text "/x", *line moves to it. "?" is the word "?". */
const char *plain_command(const char **line, char word[16]);

/* ---- plain_entry.c ------------------------------------------------------------------- */
/* Keys the record on top of the views until no record is keyed any more. */
void plain_entry(struct plain *);
void plain_key(struct plain *, enum key_code, uint32_t cp); /* as if struck */
void plain_question(struct plain *, struct entry *);        /* the place, whole */
/* The answers of the question whose words or code fit (""; all of them). */
void plain_choices(struct plain *, struct entry *, const char *typed);

/* What the message line asks, and a line that answers it. False: no more input. */
bool plain_ask(struct plain *);

/* ---- plain_view.c -------------------------------------------------------------------- */
/* Works the views on top until all are left, records that they open included. */
void plain_views(struct plain *);
void plain_say_view(struct plain *, struct view *);	/* all of it, row by row */

/* ---- plain_command.c ----------------------------------------------------------------- */
void plain_obey(struct plain *, struct entry *, const char *word, const char *rest);

#endif
