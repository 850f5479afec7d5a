/* peers.h: the other sites, and how things stand with each. */
#ifndef RUHU_STORE_PEERS_H
#define RUHU_STORE_PEERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct store;

struct peer_info {
	const char *site;
	const char *scope;		/* its area; NULL: not said, it is sent changes */
	const char *heard_at, *sent_at;	/* UTC; "" never */
	int64_t all, acked;		/* our changes, and how many of them it has; with scope: 0 */
	int64_t waiting;		/* changes, with scope records, that it does not have */
	const char *oldest;		/* since when the first of them waits, UTC; "" none */
	int64_t have;			/* of its changes here */
	int64_t gaps;			/* runs of its changes with something missing before */
	int64_t ahead_ms;		/* its clock against ours when it last wrote */
};
/* By name. The callback may call the store. */
bool store_peers(struct store *, bool (*each)(void *, const struct peer_info *), void *,
    struct err *);

#endif
