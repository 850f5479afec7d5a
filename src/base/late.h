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

/* For the one file that calls a library: CALLS(X) says X(call) for each call it needs.
 * Gives it `lib`, the table of them, and `lib_ready(err)`, which fills it. */
#define LATE_LIBRARY(library, CALLS) \
	static struct { CALLS(LATE_CALL) } lib; \
	static bool \
	lib_ready(struct err *err) \
	{ \
		static const char *const names[] = { CALLS(LATE_NAME) }; \
		return late_take(library, names, sizeof names / sizeof *names, &lib, err); \
	}
#define LATE_CALL(call) __typeof__(call) *call;
#define LATE_NAME(call) #call,

#endif
