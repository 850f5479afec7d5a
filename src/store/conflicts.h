/* conflicts.h: which fields of a record were written apart and ask a person;
 * made from the log, as ruhu_head is. */
#ifndef RUHU_STORE_CONFLICTS_H
#define RUHU_STORE_CONFLICTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct buf;
struct loaded;
struct store;
struct question;
struct stored;

/* Makes the rows of ruhu_conflict of one record anew; form NULL: its form is not
 * installed. Inside a write. */
bool conflicts_update(struct store *, int64_t record_no, const struct loaded *form,
    struct err *);

/* The same, and then the record as it is (stored_read). */
bool conflicts_read(struct store *, int64_t record_no, const struct loaded *form, struct stored *,
    struct err *);

/* The value of a $del that deletes: "1", and what its author had from other sites
 * of that record (row 0) or row, " epoch:seq" each, so that a site can tell an edit
 * that was seen from one that was not. */
bool del_value(struct store *, int64_t record_no, int64_t row_no, struct buf *out,
    struct err *);

/* Does the calculation alone decide the answer? */
bool field_computed(const struct loaded *, const struct question *);

#endif
