#include "store/hlc.h"

enum { BEHIND_MS = 5 * 60 * 1000 };
#define UNBELIEVABLE_MS (INT64_C(1) << 46)	/* the year 4199: half of what a stamp holds */

uint64_t
hlc_next(uint64_t last, int64_t now_ms, bool *behind)
{
	/* A clock gone wild says nothing: a stamp only grows, and none that holds such a
	 * time could ever be sent. */
	bool believed = now_ms > 0 && now_ms < UNBELIEVABLE_MS;
	uint64_t now = believed ? (uint64_t)now_ms << 16 : 0;

	*behind = now_ms < hlc_ms(last) - BEHIND_MS;
	/* A full counter carries into the milliseconds by itself. */
	return now > last ? now : last + 1;
}

int64_t
hlc_ms(uint64_t hlc)
{
	return (int64_t)(hlc >> 16);
}
