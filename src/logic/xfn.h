/* xfn.h: what the files of functions (xfn_*.c) share. Private to them.
 *
 * xfn.def is the table: a row per function with its name, least and most
 * arguments (-1: any number), how it is written, what it does, whether it is
 * ours, and its code. */
#ifndef RUHU_LOGIC_XFN_H
#define RUHU_LOGIC_XFN_H

#include "logic/xeval.h"

#define FN(name, min, max, usage, help, ours, code) xfn code;
#include "logic/xfn.def"
#undef FN

/* Values of the arguments from `first` on, node-sets taken apart: calls each
 * with every value in order; false from it stops. */
bool xfn_each(struct run *, const struct xnode *call, size_t first, const struct ctx *,
    bool (*each)(void *, struct str), void *);

/* Words of a select_multiple: the next from *at, "" at the end. */
struct str xfn_word(struct str list, size_t *at);
bool str_is(struct str, struct str);

/* An argument as a date, in days since 1970; blank and nonsense are NaN. */
bool xfn_date(struct run *, const struct xnode *call, size_t i, const struct ctx *, double *);

#endif
