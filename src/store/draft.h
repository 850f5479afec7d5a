/* draft.h: the journal of answers typed and not yet saved. Leaving a field is one
 * small transaction: the answer, what a trigger changed with it, and the cursor. */
#ifndef RUHU_STORE_DRAFT_H
#define RUHU_STORE_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct desk;
struct store;

struct draft_answer {
	const char *row, *field, *value, *reason;
	int64_t base;			/* ruhu_change.no that was on the screen; 0 none */
	bool touched;			/* a person set it; stored as base -1 where nobody did */
};

struct draft_list { const char *parent, *repeat, *ids; };

/* This user's draft of one record. */
struct draft {
	struct arena *arena;
	bool found;
	const char *form, *cursor_row, *cursor_field;
	struct draft_answer *answers;
	size_t answers_n, answers_cap;
	struct draft_list *lists;
	size_t lists_n, lists_cap;
	const char **gone;		/* saved rows it removed */
	size_t gone_n, gone_cap;
};

/* found false: there is none, which is no error. */
bool draft_read(struct store *, const char *record, struct draft *, struct err *);
void draft_free(struct draft *);		/* all that draft_read gave */
/* Ids of the rows as the draft has them; NULL: it did not touch that repeat. */
const char *draft_rows(const struct draft *, const char *parent, const char *repeat);

/* Was this saved row removed in it? */
bool draft_has_gone(const struct draft *, const char *row);

/* Removes this user's draft, inside a write. */
bool draft_remove(struct store *, const char *record, struct err *);

/* After a session has started: what is on disk is what it holds. */
void draft_watch(struct desk *);

#endif
