/* record_row.h: the row of ruhu_record and its words in ruhu_search. */
#ifndef RUHU_STORE_RECORD_ROW_H
#define RUHU_STORE_RECORD_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct loaded;
struct store;

struct record_row {
	const char *label, *scope, *state;	/* "complete", "incomplete" */
	int64_t last_change;			/* 0: as it was */
};

/* A new record, with a fresh secret. Inside a write, as all of these. */
bool record_insert(struct store *, const struct loaded *, const char *id, int64_t *no,
    struct err *);
bool record_update(struct store *, const struct loaded *, int64_t no, const struct record_row *,
    struct err *);
/* Makes a record's words anew from its label and its form's list and unique
 * columns in the answer tables. */
bool search_update(struct store *, const struct loaded *, int64_t no, const char *label,
    struct err *);
bool search_remove(struct store *, int64_t no, struct err *);

#endif
