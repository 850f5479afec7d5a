/* erase.h: what a person said is removed for good. The changes stay, with who, when
 * and the hash of each value, so that the chain still verifies; the values and the
 * record's secret, without which a hash cannot be tried out, are gone. The order to
 * erase is a change of the log ($erase) and reaches every site; only a county's, or
 * this site's own, is followed. */
#ifndef RUHU_STORE_ERASE_H
#define RUHU_STORE_ERASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct store;

#define FIELD_ERASE "$erase"	/* "ORDER: reason" */

/* How much of a record there is to erase. */
struct erase_counts { int64_t values, drafts, flags; };
bool store_erase_counts(struct store *, const char *record, struct erase_counts *, struct err *);

/* Erases a record. Refused at a site that is neither the county nor alone. */
bool store_erase(struct store *, const char *record, const char *order, const char *reason,
    struct err *);

/* Takes what was erased out of the file itself: free pages, the journal beside it,
 * the search index. */
bool store_purge(struct store *, struct err *);
/* Records and values erased so far; those that wait for store_purge count too. */
bool store_erased(struct store *, int64_t *records, int64_t *values, struct err *);

/* One record's values, inside a write; nothing when that was done already. */
bool erase_values(struct store *, int64_t record_no, struct err *);

#endif
