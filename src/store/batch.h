/* batch.h: a stack of paper with what its cover says: how many forms, and what
 * one number adds up to over all of them. Records that its keyer saves for the
 * first time belong to it while it is open; it is closed when both come out, or
 * with a note that says why not. One open batch for a person and form. */
#ifndef RUHU_STORE_BATCH_H
#define RUHU_STORE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct buf;
struct save;
struct store;

struct batch_info {
	int64_t no;
	const char *form, *name;
	int64_t expected, forms; /* forms: saved, not deleted */
	const char *question;    /* "": nothing is added up */
	const char *total, *sum; /* canonical numbers; what the cover says, what there is */
	const char *opened_at, *opened_by;        /* UTC ISO */
	const char *closed_at, *closed_by, *note; /* "" while open */
	bool equal;                               /* both come out */
};

/* question: a number of the form; "" or NULL: none, and total is not read. False:
 * another is open, the question is none, the total no number: err says so. */
bool store_batch_begin(struct store *, const char *form, const char *name, int64_t expected,
    const char *question, const char *total, int64_t *no, struct err *);
/* Refused without a note unless it comes out. */
bool store_batch_close(struct store *, int64_t no, const char *note, struct err *);

/* Newest first; form and by may be NULL: of any. */
bool store_batches(struct store *, const char *form, const char *by, bool open_only,
    bool (*each)(void *, const struct batch_info *), void *, struct err *);

struct batch_record {
	const char *id, *label;
	const char *value; /* what it adds; "" nothing */
};
/* In the order of keying. */
bool store_batch_records(struct store *, int64_t no,
    bool (*each)(void *, const struct batch_record *), void *, struct err *);

/* A new record joins its keyer's open batch; inside its saving. */
bool batch_join(struct save *, struct err *);

#endif
