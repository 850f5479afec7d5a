/* zst.h: zstd compression of a stream: one frame with a checksum and a window
 * of at most 8 MiB, as a sync file has it. The only includer of zstd.h. */
#ifndef RUHU_SYNC_ZST_H
#define RUHU_SYNC_ZST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct zst;

/* Where compressed bytes go. */
struct zst_sink {
	void *ctx;
	bool (*write)(void *ctx, const void *bytes, size_t len, struct err *);
};

/* A frame with a checksum, begun. The sink is copied; its errors come back as they are. */
struct zst *zst_new(const struct zst_sink *);
void zst_free(struct zst *); /* NULL is fine; without zst_end the frame is cut short */
bool zst_write(struct zst *, const void *bytes, size_t len, struct err *);
bool zst_end(struct zst *, struct err *); /* the frame's end and checksum */

/* The other way. Exactly one frame, with a window of at most 8 MiB; what follows
 * it, or a frame that is cut short, is an error. */
struct unzst;
struct unzst *unzst_new(const struct zst_sink *); /* plain bytes go to the sink */
void unzst_free(struct unzst *); /* NULL is fine */
bool unzst_write(struct unzst *, const void *bytes, size_t len, struct err *);
bool unzst_end(struct unzst *, struct err *); /* false: the frame is not whole */

#endif
