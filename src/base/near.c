#include "base/near.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

#define NAME_MAX_LETTERS 64	/* longer names are not compared: nobody means them */

struct letters {
	uint32_t v[NAME_MAX_LETTERS];
	int n;			/* -1: too long */
};

static void
letters_of(const char *s, struct letters *out)
{
	size_t len = strlen(s), used;

	out->n = 0;
	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8_next(s + at, len - at, &used);

		if (out->n == NAME_MAX_LETTERS) {
			out->n = -1;
			return;
		}
		out->v[out->n++] = cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
	}
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

/* Letters to add, drop, change or swap with a neighbour (each pair once). */
static int
distance(const struct letters *a, const struct letters *b)
{
	int rows[3][NAME_MAX_LETTERS + 1];
	int *before = rows[0], *last = rows[1], *row = rows[2];

	for (int j = 0; j <= b->n; j++)
		last[j] = j;
	for (int i = 1; i <= a->n; i++) {
		int *spare = before;

		row[0] = i;
		for (int j = 1; j <= b->n; j++) {
			int change = last[j - 1] + (a->v[i - 1] != b->v[j - 1]);

			row[j] = least(change, 1 + least(last[j], row[j - 1]));
			if (i > 1 && j > 1 && a->v[i - 1] == b->v[j - 2] &&
			    a->v[i - 2] == b->v[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[b->n];
}

void
near_start(struct near *near, const char *wanted)
{
	near->wanted = wanted;
	near->best = NULL;
	near->distance = 0;
}

void
near_try(struct near *near, const char *candidate)
{
	struct letters a, b;
	int d, longer;

	letters_of(near->wanted, &a);
	letters_of(candidate, &b);
	if (a.n < 0 || b.n < 0)
		return;
	longer = a.n > b.n ? a.n : b.n;
	d = distance(&a, &b);
	if (d * 3 > longer || (near->best != NULL && d >= near->distance))
		return;
	near->best = candidate;
	near->distance = d;
}
