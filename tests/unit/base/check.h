/* check.h: what every test of base/ includes, and the two words of a table. */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Says which row of a table failed before the test ends. */
#define CHECK_ROW(name, condition)						\
	do {									\
		if (!(condition))						\
			fail_msg("%s: %s", (name), #condition);			\
	} while (0)

#define CHECK_TEXT(name, got, wanted)						\
	do {									\
		if (strcmp((got), (wanted)) != 0)				\
			fail_msg("%s: \"%s\" instead of \"%s\"", (name), (got), (wanted)); \
	} while (0)

#endif
