/* body.h: reads the body of a sync file (docs/sync-file.md) that a stranger may
 * have made: every line canonical and within its limit, every count, number, hash
 * and chain right, or an error that names the line. Nothing is believed before
 * the whole was read once: read to the end, body_rewind, and only then use what
 * comes. */
#ifndef RUHU_SYNC_BODY_H
#define RUHU_SYNC_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/hash.h"

struct body;
struct change;
struct part;

/* What the reader asks of the database the changes are meant for. */
struct body_world {
	void *ctx;
	/* The chain hash of a change that is there; *found false: it is not. */
	bool (*chain_at)(void *ctx, const char *epoch, int64_t seq,
	    unsigned char chain[HASH_BYTES], bool *found, struct err *);
	/* The key of a record whose first transaction is not in the file. */
	bool (*record_key)(void *ctx, const char *record, unsigned char key[HASH_BYTES],
	    bool *found, struct err *);
};

struct body_epoch { const char *id, *site, *parent, *why; int64_t made_ms; };
struct body_form { const char *id, *version, *hash; };
struct body_have { const char *epoch; int64_t seq; unsigned char chain[HASH_BYTES]; };

/* The manifest; all of it lent until body_close. */
struct body_head {
	const char *file, *from, *to, *program;
	int64_t made_ms;
	uint64_t hlc;
	int64_t tx, changes;
	struct body_epoch *epochs;
	struct body_form *forms;
	struct body_have *have;
	size_t epochs_n, forms_n, have_n;
	const struct part *part;	/* of an area only (store/scope.h); NULL: ranges */
	const char *scope;		/* of the part: prefixes, a space between */
	char b2[2 * HASH_BYTES + 1];		/* the footer's; after the first reading */
};

/* Takes f, at its beginning. Reads the manifest. */
bool body_open(FILE *f, const struct body_world *, struct body **, struct err *);
void body_close(struct body *);			/* NULL is fine */
const struct body_head *body_head(const struct body *);

/* The next change with its chain hash and its record's key; *c NULL: the footer was
 * there and agrees with all that was read. Lent until the next call. */
bool body_next(struct body *, const struct change **c, struct err *);
/* Forms, and a county's files of worklists (form BODY_WORKLIST, name its own), that the
 * file brings: told while it is read the first time, a part of a
 * text at a time. form: place in head.forms; name: of a file beside it, "" itself. */
#define BODY_WORKLIST SIZE_MAX
void body_on_form(struct body *, bool (*tell)(void *ctx, size_t form, const char *name,
    const char *text, size_t len, struct err *), void *ctx);

/* Keeps the chain hashes of the first reading in an empty file, which is then the
 * body's, so that the second one need not make them again. */
void body_keep_chains(struct body *, FILE *);

/* The hash of all lines but the last, which need not be read for that: is it this
 * very body, whole? Then back to the first change. */
bool body_hash_is(struct body *, const char hash[2 * HASH_BYTES + 1], bool *same, struct err *);

/* Back to the first change; what was checked is not checked again. */
bool body_rewind(struct body *, struct err *);

#endif
