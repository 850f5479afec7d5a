/* pace.h: long work on a terminal: how far it is, how fast, how long it will take. */
#ifndef RUHU_CLI_PACE_H
#define RUHU_CLI_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	int64_t began_ms, from;		/* of this part of the work, monotonic */
	const char *what;
	bool shown;
};

/* Nothing is shown before pace_tell. */
struct pace pace_begin(void);
/* "merging   42%  420000 / 1000000  61000/s  10 s left"; what: lent, another one begins
 * another part. */
void pace_tell(struct pace *, const char *what, int64_t done, int64_t of);
void pace_end(struct pace *);			/* the line goes */

#endif
