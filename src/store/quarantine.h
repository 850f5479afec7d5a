/* quarantine.h: files that were refused, kept beside the database as they came,
 * with the reason, until a person has seen to them. The program removes none. */
#ifndef RUHU_STORE_QUARANTINE_H
#define RUHU_STORE_QUARANTINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct buf;
struct store;

struct quarantined {
	int64_t no;
	const char *hash, *name, *site, *reason, *at, *by, *merged_at;	/* "" not merged */
	int64_t tries;
};

/* Copies the file to DB.quarantine/ and notes why; one that is there already gets
 * another try. */
bool quarantine_put(struct store *, const char *path, const char *site, const char *reason,
    struct err *);
/* The file of this content was merged after all. */
bool quarantine_merged(struct store *, const char *path, struct err *);
bool quarantine_each(struct store *, bool all, bool (*each)(void *, const struct quarantined *),
    void *, struct err *);
/* Where the copy of this one lies. */
void quarantine_path(struct store *, const char *hash, struct buf *out);

#endif
