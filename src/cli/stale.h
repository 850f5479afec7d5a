/* stale.h: which of a form's calculations give the same whenever they are computed
 * from the same answers. Those that read the clock, other records, the last record
 * saved, chance or the language do not, nor does what reads those. */
#ifndef RUHU_CLI_STALE_H
#define RUHU_CLI_STALE_H

#include <stdbool.h>

struct logic;

/* By question->index; the caller frees it. True: a calculation alone decides the
 * answer, and from this record's answers alone. */
bool *stale_settled(const struct logic *);

#endif
