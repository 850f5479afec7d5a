#include "store/hlc.h"

enum { BEHIND_MS = 5 * 60 * 1000 };

uint64_t
hlc_next(uint64_t last, int64_t now_ms, bool *behind)
{
	uint64_t now = now_ms > 0 ? (uint64_t)now_ms << 16 : 0;

	*behind = now_ms < hlc_ms(last) - BEHIND_MS;
	/* A full counter carries into the milliseconds by itself. */
	return now > last ? now : last + 1;
}

int64_t
hlc_ms(uint64_t hlc)
{
	return (int64_t)(hlc >> 16);
}
