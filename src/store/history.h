/* history.h: what became of a record, or of one of its questions: who saved what
 * and when, what stood there before, and why. Read from the log and from what is
 * kept beside it. */
#ifndef RUHU_STORE_HISTORY_H
#define RUHU_STORE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct buf;
struct store;

struct history_line {
	int64_t no;                   /* ruhu_change.no; 0: a verification of the record */
	const char *at, *by, *site;   /* UTC ISO */
	const char *version;          /* of the form it was saved with */
	const char *row, *field;      /* row "": of the record */
	const char *value, *reason;   /* "" emptied; why there is no answer */
	const char *was, *was_reason; /* before it, as this site has it */
	bool first;                   /* nothing was ever saved there before */
	bool imported;
	const char *why, *note; /* "verify warning", the warning's sentence; "" */
};

/* Newest first. row and field NULL: of the whole record, the program's own
 * ($state ...) but $pos and $up included. */
bool store_history(struct store *, const char *record, const char *row, const char *field,
    bool (*each)(void *, const struct history_line *), void *, struct err *);

#endif
