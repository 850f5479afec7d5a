/* confirm.h: what people confirmed of an answer besides giving it: that it stands
 * though a rule does not hold, that it is the same as last time. Kept with the
 * value it was said of, so that another value is asked about anew; only added. */
#ifndef RUHU_STORE_CONFIRM_H
#define RUHU_STORE_CONFIRM_H

#include <stdbool.h>

#include "base/err.h"
#include "logic/answers.h"

struct desk;
struct session;

/* Tells session what was confirmed of the answers it holds: once it is filled.
 * find: the node of a field in a row; NODE_NONE: not here. */
void confirms_load(struct desk *, struct session *,
    node_id (*find)(void *, const char *row, const char *field), void *);
/* Inside a write: of one node; of all. What is kept already is not kept twice. */
bool confirm_put(struct desk *, node_id, struct err *);
bool confirms_put(struct desk *, struct err *);

#endif
