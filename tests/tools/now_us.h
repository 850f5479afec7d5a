/* now_us.h: the time of benches: microseconds of a clock that is never put right. */
#ifndef RUHU_TESTS_NOW_US_H
#define RUHU_TESTS_NOW_US_H

#include <time.h>

static inline double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

#endif
