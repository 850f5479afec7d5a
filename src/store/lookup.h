/* lookup.h: what the numbers in ruhu_change stand for, asked once and kept: the log is
 * read by the million, and a join for each of its columns costs more than all else. Of
 * records and rows those seen last are kept. Texts are lent until lookup_free, those of
 * records and rows until the next call. */
#ifndef RUHU_STORE_LOOKUP_H
#define RUHU_STORE_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

struct store;
struct lookup;

struct lookup *lookup_new(struct store *);	/* empty; asks when it is asked */
void lookup_free(struct lookup *);		/* NULL is fine */

/* ruhu_name, ruhu_form, ruhu_epoch: of a fork the epoch that it branched from. "" where
 * there is none of that number. */
bool lookup_name(struct lookup *, int64_t no, const char **text, struct err *);
bool lookup_form(struct lookup *, int64_t no, const char **id, const char **version,
    struct err *);
bool lookup_epoch(struct lookup *, int64_t no, const char **id, struct err *);

struct looked_record {
	int64_t no;
	char id[40];
	bool erased, keyed;		/* keyed: secret is there */
	unsigned char secret[HASH_BYTES];
	int64_t first_tx, first_epoch, first_seq;	/* of its first change in the log */
};
bool lookup_record(struct lookup *, int64_t no, const struct looked_record **, struct err *);
bool lookup_row(struct lookup *, int64_t no, const char **id, struct err *);

#endif
