/* sink.h: where a layer of a sync file gives its bytes to. */
#ifndef RUHU_SYNC_SINK_H
#define RUHU_SYNC_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct sink {
	void *ctx;
	/* False: err is set, and nothing more will be given. */
	bool (*write)(void *ctx, const void *bytes, size_t len, struct err *);
};

#endif
