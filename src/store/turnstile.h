/* turnstile.h: `<db>.lock`, the one gate that every write transaction and every
 * checkpoint of every process passes, one at a time (flock). SQLite's own locks
 * stay correct without it; with it a worker waits in a queue of short turns, and
 * no two processes ever write or checkpoint the WAL together (the WAL-reset
 * defect of SQLite before 3.51.3 needs just that). The kernel frees it when its
 * holder dies. */
#ifndef RUHU_STORE_TURNSTILE_H
#define RUHU_STORE_TURNSTILE_H

#include <stdbool.h>

#include "base/err.h"

struct turnstile;

/* who is written into the file while it is held, for those who wait. */
bool turnstile_open(const char *db_path, const char *who, struct turnstile **, struct err *);
void turnstile_close(struct turnstile *);		/* NULL is fine */

/* Waits at most wait_ms. waiting (may be NULL) is called about every 100 ms with
 * the holder's name ("" unknown); false gives up. Passing twice needs two leaves. */
bool turnstile_pass(struct turnstile *, int wait_ms,
    bool (*waiting)(void *, int waited_ms, const char *holder), void *ctx, struct err *);
void turnstile_leave(struct turnstile *);
/* Between two passes of long work: lets those who wait go first, at most so long. */
void turnstile_yield(struct turnstile *, int most_ms);

#endif
