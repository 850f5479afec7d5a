/* changes_all.h: the log of any epoch, for checking; sync/ has changes.h. */
#ifndef RUHU_STORE_CHANGES_ALL_H
#define RUHU_STORE_CHANGES_ALL_H

#include "store/changes.h"

/* Changes of one epoch (ruhu_epoch.no) with seq > after, ascending. */
bool changes_open_epoch(struct store *, int64_t epoch_no, int64_t after, struct changes **,
    struct err *);

#endif
