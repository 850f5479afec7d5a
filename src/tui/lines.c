#include "tui/lines.h"

static void
move(struct lines *l, long by)
{
	long to = (long)l->at + by;

	if (l->n > 0)
		l->at = to < 0 ? 0 : to >= (long)l->n ? l->n - 1 : (size_t)to;
}

bool
lines_key(struct lines *l, enum action a)
{
	long page = l->shown > 1 ? (long)l->shown - 1 : 1;

	switch (a) {
	case ACT_DOWN:
	case ACT_UP:
		move(l, a == ACT_DOWN ? 1 : -1);
		return true;
	case ACT_PGDN:
	case ACT_PGUP:
		move(l, a == ACT_PGDN ? page : -page);
		return true;
	case ACT_HOME:
	case ACT_END:
		move(l, a == ACT_HOME ? -(long)l->n : (long)l->n);
		return true;
	default:
		return false;
	}
}

void
lines_fit(struct lines *l, size_t n, int rows)
{
	l->n = n;
	l->shown = rows > 0 ? (size_t)rows : 1;
	if (l->at >= n)
		l->at = n > 0 ? n - 1 : 0;
	if (l->at < l->first)
		l->first = l->at;
	if (l->at >= l->first + l->shown)
		l->first = l->at - l->shown + 1;
	/* No empty lines below while some stand above. */
	if (l->first + l->shown > n)
		l->first = n > l->shown ? n - l->shown : 0;
}
