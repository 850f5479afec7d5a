/* undo.h: what was done last to a record's answers and rows, to take it back step
 * by step. Knows the session, no screen and no disk: who takes a step back writes
 * the draft. */
#ifndef RUHU_TUI_UNDO_H
#define RUHU_TUI_UNDO_H

#include <stdbool.h>
#include <stddef.h>

#include "record/session.h"

#define UNDO_STEPS 64 /* older ones are forgotten */

struct undo_step {
	enum undo_kind { UNDO_ANSWER, UNDO_ADDED, UNDO_REMOVED, UNDO_MOVED } kind;
	node_id node;    /* the question; the row */
	size_t position; /* where the row was */
	char *text;      /* the answer before; NULL for a row */
	enum missing missing;
	bool joined;			/* goes back together with the step before */
};

struct undo {
	struct undo_step v[UNDO_STEPS];
	size_t first, n; /* a ring */
};

void undo_free(struct undo *);		/* its texts; empty and usable */

/* Before the change: the answer of a question as it is now. */
void undo_note_answer(struct undo *, struct session *, node_id);
/* After it, of one that was blank. joined: goes back together with the note before. */
void undo_note_blank(struct undo *, node_id, bool joined);
/* A row that was added; one about to be removed or moved. */
void undo_note_row(struct undo *, struct session *, enum undo_kind, node_id row);
/* It was not done after all: the last note is dropped. */
void undo_forget(struct undo *);

/* Takes the last step back. False: err says why it cannot be (the step is
 * forgotten), or there is none (*done as it was). *done is the step, its node
 * alive again; its text is not to be read. */
bool undo_back(
    struct undo *, struct session *, struct undo_step *done, struct changed *, struct err *);

#endif
