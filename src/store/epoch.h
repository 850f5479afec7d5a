/* epoch.h: is this database the same one that wrote its last numbers? A copy, a
 * restored backup or a machine set back would use the same numbers for other
 * changes; each begins a new epoch instead. */
#ifndef RUHU_STORE_EPOCH_H
#define RUHU_STORE_EPOCH_H

#include <stdbool.h>

#include "base/err.h"

struct store;

/* On opening for writing: begins a new epoch when the file is a backup, was
 * copied or moved to another machine, or is behind its high-water mark. */
bool epoch_check(struct store *, struct err *);

/* Blanks the epoch of a whole copy at path, so that opening it begins another. */
bool epoch_blank(const char *path, struct err *);

#endif
