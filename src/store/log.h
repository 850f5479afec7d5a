/* log.h: adding to the change log, inside a write transaction. Numbers, clock,
 * chain and heads are kept here and nowhere else. */
#ifndef RUHU_STORE_LOG_H
#define RUHU_STORE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

struct store;
struct loaded;

struct log {
	struct store *store;
	int64_t epoch_no, author, tx, first_seq, seq;
	uint64_t hlc;
	unsigned flags;
	char epoch[33];
	unsigned char chain[HASH_BYTES];
	/* set by log_record */
	int64_t record_no, form_no;
	char record[64];
	const char *form, *version;		/* lent by the loaded form */
	unsigned char secret[HASH_BYTES];
	int64_t added;				/* changes so far */
	int64_t last_no;			/* ruhu_change.no of the last one */
};

/* A change to come: what it says, and the heads its author saw (ruhu_change.no). */
struct log_entry {
	int64_t row_no;				/* 0: not in a repeat */
	const char *row;			/* its uuid, "" outside */
	const char *field;
	const char *value;			/* NULL or "": emptied */
	const char *reason;			/* "" none */
	const int64_t *prev;
	size_t prev_n;
};

/* Reads where the log stands: epoch, number, clock, chain. */
bool log_begin(struct store *, struct log *, struct err *);
/* What the following entries belong to. The record must be in ruhu_record. */
bool log_record(struct log *, int64_t record_no, const struct loaded *form, struct err *);
/* Adds one; its number is log->last_no. */
bool log_add(struct log *, const struct log_entry *, struct err *);
bool log_end(struct log *, struct err *);	/* writes where it stands now */

#endif
