/* check.h: what every test program of tui/ includes. */
#ifndef RUHU_TESTS_UNIT_TUI_CHECK_H
#define RUHU_TESTS_UNIT_TUI_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
/* Says which row of a table failed. */
#define CHECK_ROW(name, cond) \
	do \
		if (!(cond)) \
			fail_msg("row \"%s\": %s", name, #cond); \
	while (0)

#endif
