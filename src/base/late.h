/* late.h: libraries taken in when they are first needed. Reading and writing workbooks
 * and XML is rare, and the libraries for it bring others along, whose own tables would
 * be half of the memory of each person at work and of the time to start. */
#ifndef RUHU_BASE_LATE_H
#define RUHU_BASE_LATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Puts the address of each name into table, a struct of so many pointers; once: a
 * table that is full already is left. The library stays. */
bool late_take(const char *library, const char *const *names, size_t n, void *table,
    struct err *);

#endif
