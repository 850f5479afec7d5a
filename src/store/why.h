/* why.h: why a change was made, where it was not simply keyed. Kept beside the
 * log, in ruhu_why: the log's chain and sync files have no place for it, so it
 * stays with the site where it happened. */
#ifndef RUHU_STORE_WHY_H
#define RUHU_STORE_WHY_H

#include <stdbool.h>

#include "base/err.h"

struct save;

#define WHY_VERIFY "verify"   /* keyed a second time, and so put right */
#define WHY_DEFAULT "default" /* the form's default, which nobody touched */
#define WHY_LAST "last"       /* as last time, in one key */
#define WHY_FILL "fill"       /* by `ruhu fill`, not on a screen */

/* What is to be told of a saving that is being written. */
bool why_write(struct save *, struct err *);

#endif
