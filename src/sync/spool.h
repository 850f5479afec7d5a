/* spool.h: a file that came from outside, copied whole before anything of it is
 * believed: unpacked, within limits, into a nameless file on the database's disk
 * that nobody else can open and that is gone with the program. */
#ifndef RUHU_SYNC_SPOOL_H
#define RUHU_SYNC_SPOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

struct spool_limits {
	uint64_t file, raw;		/* bytes as it lies there, and unpacked */
	bool promised;			/* raw is what its signature says that it unpacks to */
};
extern const struct spool_limits spool_limits;	/* 512 MiB, 2 GiB */

/* path "-": standard input. beside: a file in whose folder the copy is made.
 * *out is at its beginning; fclose() it. Packed or plain is told by the first
 * bytes. */
bool spool_open(const char *path, const char *beside, const struct spool_limits *,
    FILE **out, struct err *);
/* A file without a name in that folder, empty; fclose() it. */
FILE *spool_nameless(const char *beside, struct err *);

#endif
