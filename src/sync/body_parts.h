/* body_parts.h: between the files of the body's reader. */
#ifndef RUHU_SYNC_BODY_PARTS_H
#define RUHU_SYNC_BODY_PARTS_H

#include "base/buf.h"
#include "store/changes.h"
#include "sync/body.h"
#include "sync/jcs_read.h"

struct arena;
struct map;

/* What of one epoch is in the file. */
struct body_range {
	size_t epoch;			/* place in head.epochs */
	int64_t from, to, next;
	unsigned char c0[HASH_BYTES], c1[HASH_BYTES], chain[HASH_BYTES];
	uint32_t *heads;		/* first 4 bytes of each chain hash, from `from` on */
	size_t cap;
};

struct body_record {
	unsigned char key[HASH_BYTES];
	int rows;			/* that the file makes in it */
};

struct body {
	FILE *f, *chains;		/* chains: HASH_BYTES for each change, or NULL */
	struct body_world world;
	struct body_head head;
	struct arena *arena;
	struct map *records;		/* id -> struct body_record in arena; of those with a key */
	struct body_record *record;	/* the line's; NULL: it has no key */
	struct body_range *ranges;
	size_t ranges_n;
	bool checked;			/* read once to the end */
	long first;			/* where the line after the manifest begins */
	struct hash_stream *hash;

	struct buf text;		/* the line */
	struct jcs_text values;		/* what it says */
	long line_no;
	size_t cells, cell;		/* a transaction's changes; the next one */
	const struct jcs_value *at;	/* that one */
	struct body_range *range;	/* the transaction's */
	int64_t tx, changes;		/* read so far */
	struct change change;
	struct change_ref *prev, *others;
	size_t prev_cap, others_cap;
	unsigned char chain[HASH_BYTES];
	unsigned char value_hash[HASH_BYTES];
	bool told;			/* chain is what the line says, not made of it */
	bool (*on_form)(void *, size_t, const char *, const char *, size_t, struct err *);
	void *on_form_ctx;
};

enum { BODY_LINE = 1 << 16, BODY_VALUE = 16384, BODY_EPOCHS = 1000, BODY_FORMS = 1000,
	BODY_CHANGES = 5000000, BODY_ROWS = 20000, BODY_NAME = 64 };
#define BODY_EXACT INT64_C(9007199254740991)	/* 2^53 - 1: what JSON's numbers can be */

/* "line N: ..."; returns false. */
bool body_bad(const struct body *, struct err *, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Members of an object or elements of an array; NULL or false with err when they
 * are absent, of another type or out of bounds. */
const char *body_text(const struct body *, const struct jcs_value *, size_t max, struct err *);
bool body_number(const struct body *, const struct jcs_value *, int64_t min, int64_t max, int64_t *out,
    struct err *);
bool body_list(const struct body *, const struct jcs_value *, size_t max, struct err *);
const char *body_str(const struct body *, const struct jcs_value *, const char *key, size_t max,
    struct err *);
bool body_int(const struct body *, const struct jcs_value *, const char *key, int64_t min, int64_t max,
    int64_t *out, struct err *);
bool body_hex(const struct body *, const char *text, void *out, size_t len, struct err *);
bool body_stamp(const struct body *, const char *text, uint64_t *out, struct err *);
/* What "n" says. */
bool body_counts(const struct body *, const struct jcs_value *, int64_t *tx, int64_t *changes,
    struct err *);
/* No control characters but, where `lines`, line feed and tab. */
bool body_clean(const char *, bool lines);

/* A line of each kind, checked to the last member. False: err says what is wrong. */
bool body_manifest(struct body *, const struct jcs_value *, struct err *);
/* Sets b->at, b->range and what all its changes share. */
bool body_transaction(struct body *, const struct jcs_value *, struct err *);
bool body_change(struct body *, struct err *);	/* the line's next, into b->change */
bool body_form(struct body *, const struct jcs_value *, struct err *);
bool body_worklist(struct body *, const struct jcs_value *, struct err *);
bool body_footer(struct body *, const struct jcs_value *, struct err *);

#endif
