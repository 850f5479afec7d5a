/* clear_copy.h: what stands in the clear beside the database for a moment: a body
 * before it is sealed, a backup before it is encrypted. A program that is killed
 * leaves it there; the next one takes it away. */
#ifndef RUHU_CLI_CLEAR_COPY_H
#define RUHU_CLI_CLEAR_COPY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct store;

struct clear_copy {
	struct buf stub;		/* an empty file, locked while the copy is needed */
	struct buf path;		/* where the copy goes; nothing is there yet */
	int lock;
};

/* ending: of the copy's name, ".zst" or ".db". */
bool clear_copy_begin(struct store *, const char *ending, struct clear_copy *, struct err *);
void clear_copy_end(struct clear_copy *);
/* Takes away what killed programs left. */
void clear_copy_sweep(struct store *);

#endif
