/* queue.h: what waits to be evaluated, in the order of logic_order: a binary
 * heap of tasks. Private to record/. */
#ifndef RUHU_RECORD_QUEUE_H
#define RUHU_RECORD_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "logic/logic.h"
#include "logic/tree.h"

struct task {				/* one expression to evaluate at one node */
	uint32_t rank;			/* in logic_order: smallest first, then by node */
	node_id node;
	const struct question *q;
	enum aspect aspect;
	uint32_t serial;		/* when it was queued, among all tasks */
	const struct question *by;	/* the trigger that set it off; NULL: none did */
};

struct queue {
	struct task *v;
	size_t n, cap;
};

void queue_push(struct queue *, struct task);		/* a copy; twice is twice */
bool queue_pop(struct queue *, struct task *out);	/* the first; false: empty */
void queue_free(struct queue *);			/* leaves it empty */

#endif
