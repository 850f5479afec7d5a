/* keys.h: what a terminal sends for a key. */
#ifndef PLAY_KEYS_H
#define PLAY_KEYS_H

#include <stdbool.h>

struct err;

/* The bytes of the key NAME (enter, f2, shift-tab, ctrl-x, esc-2, a ...) as the
 * terminfo entry `term` has them. Lent until the next call. NULL: err is set. */
const char *keys_bytes(const char *term, const char *name, struct err *);

#endif
