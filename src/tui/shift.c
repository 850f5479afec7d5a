#include "tui/shift.h"

#include <string.h>

#include "tui/screen.h"

enum {
	FARTHEST = 8,			/* lines at once */
	CHANGED_LEAST = 4,		/* rows; fewer are not worth looking for a move */
	COSTS = 24			/* bytes that a move takes itself */
};

static bool
equal(const struct screen *a, int row, const struct screen *b, int other)
{
	return memcmp(screen_at(a, row, 0), screen_at(b, other, 0),
	    (size_t)a->cols * sizeof(struct glyph)) == 0;
}

/* Some bytes that a row takes to become another; from < 0: from a blank one. */
static int
cost(const struct screen *shown, int from, const struct screen *wanted, int row)
{
	const struct glyph *w = screen_at(wanted, row, 0);
	const struct glyph *s = from >= 0 ? screen_at(shown, from, 0) : NULL;
	int bytes = 0, blanks = 0;

	if (from >= 0 && equal(shown, from, wanted, row))
		return 0;
	for (int col = 0; col < wanted->cols; col++) {
		if (s != NULL ? memcmp(&s[col], &w[col], sizeof *w) == 0
		              : w[col].cp == ' ' && w[col].attr == ATTR_PLAIN)
			continue;
		if (w[col].cp == ' ')
			blanks = 4;		/* erased in one go */
		else
			bytes += w[col].width == 2 ? 3 : w[col].width;
	}
	return bytes + blanks + 4;
}

/* The rows that are nearest to those `by` below them, as one run: what is saved by moving
 * them, less what it costs to write the rows that open. */
static int
best_run(const struct screen *shown, const struct screen *wanted, int by, struct shift *out)
{
	int first = by > 0 ? 0 : -by, last = by > 0 ? shown->rows - 1 - by : shown->rows - 1;
	int best = 0, sum = 0, start = first;

	for (int row = first; row <= last; row++) {
		int opened = 0, saved = cost(shown, row, wanted, row) - cost(shown, row + by, wanted, row);

		if (sum <= 0) {
			sum = 0;
			start = row;
		}
		sum += saved;
		if (saved <= 0 || sum <= best + COSTS)
			continue;
		if (by > 0)
			for (int r = row + 1; r <= row + by; r++)
				opened += cost(shown, -1, wanted, r) - cost(shown, r, wanted, r);
		else
			for (int r = start + by; r < start; r++)
				opened += cost(shown, -1, wanted, r) - cost(shown, r, wanted, r);
		if (sum - opened - COSTS > best) {
			best = sum - opened - COSTS;
			*out = by > 0 ? (struct shift){ start, row + by, by }
			              : (struct shift){ start + by, row, by };
		}
	}
	return best;
}

bool
shift_find(const struct screen *shown, const struct screen *wanted, struct shift *out)
{
	int changed = 0, best = 0;

	for (int row = 0; row < wanted->rows; row++)
		changed += !equal(shown, row, wanted, row);
	for (int by = 1; changed >= CHANGED_LEAST && by <= FARTHEST && by < wanted->rows; by++)
		for (int sign = -1; sign <= 1; sign += 2) {
			struct shift s;
			int saved = best_run(shown, wanted, sign * by, &s);

			if (saved > best) {
				best = saved;
				*out = s;
			}
		}
	return best > 0;
}

void
shift_apply(struct screen *shown, const struct shift *s)
{
	int from = s->by > 0 ? s->top + s->by : s->top, to = s->by > 0 ? s->top : s->top - s->by;
	int n = s->bottom - s->top + 1 - (s->by > 0 ? s->by : -s->by);
	int opened = s->by > 0 ? s->top + n : s->top;

	memmove(screen_at(shown, to, 0), screen_at(shown, from, 0),
	    (size_t)n * (size_t)shown->cols * sizeof(struct glyph));
	for (int row = opened; row < opened + (s->by > 0 ? s->by : -s->by); row++)
		screen_fill(shown, row, 0, shown->cols, ATTR_PLAIN, ' ');
}
