#include "record/queue.h"

#include <stdlib.h>

#include "base/mem.h"

static bool
before(const struct task *a, const struct task *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank;
	return a->node < b->node;
}

void
queue_push(struct queue *h, struct task t)
{
	size_t at = h->n;

	h->v = xgrow(h->v, &h->cap, h->n + 1, sizeof *h->v);
	h->n++;
	for (; at > 0 && before(&t, &h->v[(at - 1) / 2]); at = (at - 1) / 2)
		h->v[at] = h->v[(at - 1) / 2];
	h->v[at] = t;
}

bool
queue_pop(struct queue *h, struct task *out)
{
	struct task last;
	size_t at = 0, child;

	if (h->n == 0)
		return false;
	*out = h->v[0];
	last = h->v[--h->n];
	while ((child = 2 * at + 1) < h->n) {
		if (child + 1 < h->n && before(&h->v[child + 1], &h->v[child]))
			child++;
		if (!before(&h->v[child], &last))
			break;
		h->v[at] = h->v[child];
		at = child;
	}
	if (h->n > 0)
		h->v[at] = last;
	return true;
}

void
queue_free(struct queue *h)
{
	free(h->v);
	*h = (struct queue){ 0 };
}
