/* entry_verify.h: a record keyed a second time and compared with the first. The
 * same screen as keying, but blind: what was keyed first is not shown, leaving a
 * field compares, and only what differs twice running replaces the first. */
#ifndef RUHU_TUI_ENTRY_VERIFY_H
#define RUHU_TUI_ENTRY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/entry.h"

struct verifying {
	struct verify *v;
	bool series;			/* then the next record that waits */
	bool stored;			/* it is verified; the view waits for a key */
	char *name;			/* of the record, before anything is replaced */
	node_id tried;			/* it differed: what was typed last */
	struct buf typed;
	enum missing typed_missing;
	/* The table whose rows are counted. */
	node_id parent;
	const struct question *repeat;
	size_t counted;
	bool miscounted, choosing;	/* choosing: its rows are shown, one is to go */
	struct place back;
};

/* A saved record. series: when it is done, on with the next that waits. */
bool entry_verify(struct ui *, const char *record_id, bool independent, bool series,
    struct err *);
/* The next record of the form that waits. *none: there is none. */
bool entry_verify_next(struct ui *, const char *form, bool independent, bool *none,
    struct err *);
void verifying_free(struct verifying *);		/* NULL is fine */

/* ---- what the files entry_*.c ask, of a record that is verified ----------------------- */

bool verifying_leave(struct entry *, bool forward);	/* compares; false: stay */
void verifying_forward(struct entry *);
void verifying_backward(struct entry *);
void verifying_missing(struct entry *, enum missing);
void verifying_open_field(struct entry *);		/* after the field is open: blinds it */
void verifying_save(struct entry *);			/* F2 */
void verifying_ask_leave(struct entry *);		/* F10 */
void verifying_reveal(struct entry *);
void verifying_settle(struct entry *);
bool verifying_answered(struct entry *, int id, int choice, const char *text);
bool verifying_store(struct entry *, struct err *);	/* in place of store_save */
void verifying_finish(struct entry *);			/* after it */

/* Is the answer not to be seen? Rows too, as a line that lists them. */
bool verifying_hides(const struct entry *, const struct item *);
/* Is the question still to be come to? That it does not apply would tell an answer. */
bool verifying_ahead(const struct entry *, const struct item *);
/* Did the second person count the rows of this one's table? */
bool verifying_counted(const struct entry *, node_id row);
const char *verifying_mark(const struct entry *, node_id);

#endif
