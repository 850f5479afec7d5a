/* near.h: the nearest name to a misspelt one, for "did you mean". */
#ifndef RUHU_BASE_NEAR_H
#define RUHU_BASE_NEAR_H

#include <stddef.h>

/* Feed candidates one by one; best stays NULL when nothing is near (more than
 * a third of the letters differ; Damerau-Levenshtein, case-insensitive). */
struct near {
	const char *wanted;
	const char *best;	/* lent from the candidate's owner */
	int distance;
};

/* wanted is borrowed until the last near_try. */
void near_start(struct near *, const char *wanted);
void near_try(struct near *, const char *candidate);

#endif
