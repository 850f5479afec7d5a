/* held.h: what a site sent of records outside of its area, held back for a person. A
 * township that was given an area has no business in another one's records: a wrong code,
 * or a stolen key. The changes are in the log, which acknowledges them and can give them
 * back, but none is a head: nothing shows them, counts them or sends them on, until a
 * person releases them. What is refused stays so, and stays in the log. A record that was
 * in the area once is none of these: what its old township still says of it is taken. */
#ifndef RUHU_STORE_HELD_H
#define RUHU_STORE_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct store;

struct held {
	int64_t no;
	const char *site;		/* who sent it */
	const char *record, *form, *label;	/* label "": nobody else knows the record */
	const char *scope;		/* where it says the record lies, "" nowhere */
	const char *at;			/* first held back, UTC */
	int64_t changes;
	const char *decision, *by;	/* "" waits; "released", "refused" */
};
/* Those that wait, all: also those that were decided. The callback may call the store. */
bool store_held(struct store *, bool all, bool (*each)(void *, const struct held *), void *ctx,
    struct err *);
struct held_change { const char *row, *field, *value, *author; };
bool store_held_changes(struct store *, int64_t no,
    bool (*each)(void *, const struct held_change *), void *ctx, struct err *);
bool store_held_n(struct store *, int64_t *n, struct err *);

/* Released: as if it had never been held, here and at the sites whose area it lies in;
 * later changes of that site to the record are taken. What was refused may be released
 * later. */
bool store_held_release(struct store *, int64_t no, struct err *);
bool store_held_refuse(struct store *, int64_t no, struct err *);

/* ---- while a file is merged; inside a write ---- */

/* May `site`, whose area this is, write in the record? By where it lay before change
 * number `first`; one that is new by where it is put. */
bool held_may_write(struct store *, const char *site, const char *area, int64_t record,
    int64_t first, bool *may, struct err *);
/* Holds back the record's changes from number `first` on. */
bool held_hold(struct store *, const char *site, int64_t record, int64_t first, struct err *);

/* Is change c, a column, held back? For WHERE. */
#define IS_HELD(c) " EXISTS (SELECT 1 FROM ruhu_held WHERE change = " c ")"

#endif
