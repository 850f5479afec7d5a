/* rebuild.h: the answer tables made again from the log. */
#ifndef RUHU_STORE_REBUILD_H
#define RUHU_STORE_REBUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct store;
struct layout;

/* One form's tables, inside a write. anew: the tables themselves are dropped and
 * made again (a column changed its type). */
bool rebuild_form(struct store *, const char *form, bool anew, struct err *);

/* The heads of every record, from the log alone, into `schema`.ruhu_head. */
bool rebuild_heads(struct store *, const char *schema, struct err *);
/* The same of one record, in main. */
bool rebuild_heads_of(struct store *, int64_t record, struct err *);

#endif
