/* clockfix.h: stamps of a clock that was wrong, put right. A county says how far ahead a
 * site's clock was when it gave certain numbers: a change of the field $clock on every
 * record with an answer stamped so. It goes where the record goes, so all sites order that
 * record's answers alike. The stamps themselves stay in the log. */
#ifndef RUHU_STORE_CLOCKFIX_H
#define RUHU_STORE_CLOCKFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct store;

/* The id of epoch e as $clock names it. */
#define CLOCK_EPOCH "iif(e.why = 'fork', e.parent, e.id)"
#define FIELD_CLOCK "$clock"	/* "EPOCH:FIRST:LAST:MS", several with a space between */

struct clockfix {
	const char *site;		/* whose clock */
	int64_t ahead_ms;		/* so far ahead; less than 0: behind */
	int64_t since_ms;		/* its stamps from this one on, UTC */
};
/* At a county, or alone. *records: how many got a $clock. */
bool store_clockfix(struct store *, const struct clockfix *, int64_t *records, struct err *);

/* Stamps of one record as they were put right; NULL is fine: none was. */
struct clockfixes;
bool clockfix_read(struct store *, int64_t record, struct clockfixes **, struct err *);
/* epoch: of a branch, that of the line it left. */
uint64_t clockfix_right(const struct clockfixes *, const char *epoch, int64_t seq, uint64_t hlc);
void clockfix_free(struct clockfixes *);

/* Orders changes of a record oldest first, by stamps put right and, where these are the
 * same, by chain. *hlc: of the last, put right. */
bool clockfix_order(struct store *, int64_t record, int64_t *changes, size_t n, uint64_t *hlc,
    struct err *);
/* A $clock came that says this of an epoch: our own clock need not run ahead any more. */
bool clockfix_obey(struct store *, const char *value, struct err *);

#endif
