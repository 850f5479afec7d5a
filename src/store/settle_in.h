/* settle_in.h: the inside of settling: settle.c lists and decides, settle_sides.c
 * reads what stands against what, settle_done.c what was decided. */
#ifndef RUHU_STORE_SETTLE_IN_H
#define RUHU_STORE_SETTLE_IN_H

#include "store/merge.h"

struct arena;

/* Fills ancestor and sides of c, oldest first: the heads of the field, or, where a
 * person decided between some, those. */
bool sides_read(struct store *, struct arena *, int64_t record, int64_t row, int64_t field,
    struct conflict *, struct err *);
/* The sides of one decision; prev: as it is stored in the log. */
bool sides_of(struct store *, struct arena *, const char *prev, struct conflict *, struct err *);

#endif
