/* ustar.h: the outermost layer of a sealed file: a POSIX ustar archive of exactly
 * two files, in order, which `tar` opens by hand. Nothing is ever unpacked by the
 * names in it. */
#ifndef RUHU_SYNC_USTAR_H
#define RUHU_SYNC_USTAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "sync/sink.h"

#define USTAR_BLOCK 512

/* A member's header; size below 8 GiB; mtime in seconds since 1970. */
bool ustar_header(const struct sink *, const char *name, uint64_t size, int64_t mtime, struct err *);
/* Zeros after a member of this size. */
bool ustar_pad(const struct sink *, uint64_t size, struct err *);
/* The two blocks of zeros at the end. */
bool ustar_end(const struct sink *, struct err *);

struct ustar_member {
	uint64_t start, size;	/* where its bytes lie in the file */
};

/* Checks that the file is an archive of the regular files names[0] and names[1],
 * then zeros to its end, and nothing else. fd can be sought. */
bool ustar_check(int fd, const char *const names[2], struct ustar_member out[2], struct err *);

#endif
