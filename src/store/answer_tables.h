/* answer_tables.h: the typed tables a person reads, one row a record or a repeat
 * row, made from the log. Always a whole record at a time, so that saving,
 * rebuilding and checking cannot differ. */
#ifndef RUHU_STORE_ANSWER_TABLES_H
#define RUHU_STORE_ANSWER_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct layout;
struct store;
struct stored;

/* Replaces the record's rows in the tables of `schema` ("main", "temp"); a deleted
 * record has none. Inside a write. */
bool answers_write(struct store *, const struct layout *, const struct stored *,
    const char *schema, struct err *);
bool answers_remove(struct store *, const struct layout *, int64_t record_no,
    const char *schema, struct err *);

#endif
