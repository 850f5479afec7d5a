/* stats.h: what people keyed, how fast and how right: figures of sittings, added
 * up by person and day. Counted in memory while keying and written now and then,
 * so a lost line costs minutes of figures and never an answer. */
#ifndef RUHU_STORE_STATS_H
#define RUHU_STORE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct store;

struct figures {
	int64_t saved, verified;       /* records */
	int64_t fields, keys, refused; /* answers left; keys; answers not let through at first */
	int64_t active_ms, paused_ms;
};

/* Adds to this user's sitting (any id that is its own) of today and form. A mark
 * that may be lost: it does not wait for the disk. */
bool store_stats_add(
    struct store *, const char *sitting, const char *form, const struct figures *, struct err *);

/* How the answers of one person fared when they were keyed a second time. */
struct verify_figures {
	int64_t compared, wrong;             /* keyed first by this person */
	int64_t compared_again, wrong_again; /* verified by this person */
};

struct stats_line {
	const char *by, *day;    /* local day */
	int64_t sittings, forms; /* forms: how many different ones */
	struct figures f;
	struct verify_figures v; /* verifications that ended on this day */
};
/* By day, newest first, then by person; by and since (a day) may be NULL. */
bool store_stats(struct store *, const char *by, const char *since,
    bool (*each)(void *, const struct stats_line *), void *, struct err *);

/* What this person keyed today; the rest of *f stays 0. *any: ever anything. */
bool store_stats_today(struct store *, bool *any, struct figures *, struct err *);

/* "12,345" a hour, errors in 1,000 keys, per cent: rounded; -1 where nothing was
 * counted to divide by. */
int64_t stats_keys_an_hour(const struct figures *);
double stats_refused_of_1000(const struct figures *);
double stats_percent(int64_t wrong, int64_t of);

#endif
