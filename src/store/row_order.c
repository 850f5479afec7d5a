#include "store/row_order.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { STEP = 1 << 20 };		/* room for twenty rows put between two others */

/* Marks the longest ascending subsequence of the numbers that are there. */
static void
mark_kept(const int64_t *was, bool *keep, size_t n)
{
	size_t *tail = xcalloc(n + 1, sizeof *tail);	/* of a run of length i + 1: its end */
	size_t *before = xcalloc(n + 1, sizeof *before);
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		size_t low = 0, high = len;

		if (was[i] <= 0)
			continue;
		while (low < high) {
			size_t mid = (low + high) / 2;

			if (was[tail[mid]] < was[i])
				low = mid + 1;
			else
				high = mid;
		}
		before[i] = low > 0 ? tail[low - 1] : n;
		tail[low] = i;
		if (low == len)
			len++;
	}
	for (size_t i = len > 0 ? tail[len - 1] : n; i < n; i = before[i])
		keep[i] = true;
	free(tail);
	free(before);
}

void
row_order(const int64_t *was, int64_t *now, size_t n)
{
	bool *keep = xcalloc(n + 1, sizeof *keep);
	int64_t last = 0;

	mark_kept(was, keep, n);
	for (size_t i = 0; i < n; i++) {
		size_t next = i;

		while (next < n && !(keep[next] && was[next] > last))
			next++;
		if (next == i)
			now[i] = was[i];
		else if (next == n)
			now[i] = last + STEP;
		else if (was[next] - last > (int64_t)(next - i))
			now[i] = last + (was[next] - last) / (int64_t)(next - i + 1);
		else
			now[i] = last + 1;	/* no room: those after it move up */
		last = now[i];
	}
	free(keep);
}
