/* merge.h: other sites' changes come into this log. Merging is idempotent and does
 * not depend on order: the same changes, in whatever files and order, repeated or
 * not, give the same answers. sync/ reads and checks a whole file first (syntax,
 * counts, footer, chain), then hands its changes over; they are applied some
 * hundred at a time, each batch one transaction under the turnstile with the place
 * in the file, so that a merge that was stopped goes on where it was.
 *
 *     merge_begin(store, &file, &m, &progress, err)
 *     merge_epoch(...) and merge_form(...) for all that the manifest names
 *     merge_add(m, change, err) for every change from number progress.done on
 *     merge_end(m, &result, err)
 *     merge_free(m)
 *
 * Rules: docs/sync-file.md. Two values of one answer, each written without
 * knowledge of the other, are a conflict: the newer by clock is shown, or what the
 * form's policy says (apart.h), both are kept, and a person decides
 * (store_conflicts, store_settle); the decision is a change like any other. Equal
 * values are no conflict; nor are calculations, the order of rows, state and scope:
 * there the newer counts. A record or row deleted here and edited there is shown,
 * and asks. */
#ifndef RUHU_STORE_MERGE_H
#define RUHU_STORE_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

struct buf;
struct change;
struct merge;
struct store;

/* ---- for checking a file before anything of it is applied ------------------------ */

/* The chain hash of a change that is here; *found false: it is not (or another
 * branch of that epoch has the number). */
bool merge_chain_at(struct store *, const char *epoch, int64_t seq,
    unsigned char chain[HASH_BYTES], bool *found, struct err *);
/* A record's key, for records whose first transaction is not in the file. */
bool merge_record_key(struct store *, const char *record, unsigned char key[HASH_BYTES],
    bool *found, struct err *);

/* ---- one file ---------------------------------------------------------------------- */

struct merge_file {
	const char *file;		/* its id, from the manifest */
	const char *hash;		/* of its bytes: the footer's */
	const char *from;		/* the site that wrote it */
	int64_t made_ms;		/* UTC */
	uint64_t hlc;			/* the sender's clock */
	int64_t changes;		/* in it */
	int64_t batch;			/* changes in one hold of the gate; 0: some hundred, fewer
					 * when they take long */
};

struct merge_progress {
	bool known;			/* merged before, whole: nothing to do */
	int64_t done;			/* changes applied in an earlier, stopped merge */
};

/* Was a file of this id merged, whole, and what was the hash of its body? */
bool merge_was_merged(struct store *, const char *file, char hash[2 * HASH_BYTES + 1], bool *was,
    struct err *);
/* False also when a file of this id with other bytes was merged. */
bool merge_begin(struct store *, const struct merge_file *, struct merge **,
    struct merge_progress *, struct err *);
bool merge_epoch(struct merge *, const char *id, const char *site, int64_t made_ms,
    const char *parent, const char *why, struct err *);
/* A form version that changes name; one that is not installed here is noted, and
 * its changes wait in the log until it is. */
bool merge_form(struct merge *, const char *id, const char *version, const char *hash,
    struct err *);
/* The file is a part (scope.h) for the area `scope`; what its sender had is told by
 * merge_knows. A head here that it had and does not name any more is none. */
struct part;
bool merge_part(struct merge *, const struct part *, const char *scope, struct err *);
void merge_knows(struct merge *, const char *epoch, int64_t seq,
    const unsigned char chain[HASH_BYTES]);
/* In the order of the file, with record_key and chain always filled in. prev[].chain
 * needs its first four bytes only. Refused: an epoch or form not announced. */
bool merge_add(struct merge *, const struct change *, struct err *);

struct merge_result {
	int64_t added, here_already;	/* changes */
	int64_t records_new, records_changed, records_deleted;
	int64_t conflicts_new;		/* fields that ask since this file */
	int64_t raw;			/* values of forms or questions not known here */
	int64_t waiting;		/* changes whose forerunner has not come yet */
	int64_t forks;			/* numbers used twice by the sender */
	int64_t erased;			/* records whose values a county had removed */
	int64_t outside;		/* records that left the sender's area, as it was said here */
	int64_t held;			/* records outside of it, held back for a person (held.h) */
	bool set_back;			/* it has more of our changes than we had: new epoch */
};
/* The last batch; the file is noted as merged. */
bool merge_end(struct merge *, struct merge_result *, struct err *);
/* What is not committed is given up. NULL is fine. */
void merge_free(struct merge *);

/* ---- acknowledgements --------------------------------------------------------------- */

enum merge_ack { ACK_NEWS, ACK_OLD, ACK_NOT_OURS, ACK_AHEAD };
/* The other side has this epoch up to seq with that chain hash. NEWS: our export may
 * begin after it. NOT_OURS: not an epoch of this database. AHEAD: it has more, or
 * another branch, so this database was set back: a new epoch was begun. */
bool merge_acknowledged(struct store *, const char *from, const char *epoch, int64_t seq,
    const unsigned char chain[HASH_BYTES], enum merge_ack *, struct err *);
/* What this database has without a gap of every foreign epoch: the manifest's
 * `have`. Greatest number first seen in gaps: `to` > `seq` means changes between are
 * still missing. */
bool store_have(struct store *, bool (*each)(void *, const char *epoch, const char *site,
    int64_t seq, const unsigned char *chain, int64_t to), void *, struct err *);

/* ---- conflicts ------------------------------------------------------------------------ */

struct conflict_beside { const char *field, *value; };

struct conflict_side {
	int64_t change;			/* ruhu_change.no */
	const char *value, *reason;	/* "" emptied */
	const char *author, *site, *at;	/* UTC ISO */
	bool clock;			/* its clock was doubtful */
	bool shown;			/* the one that is shown meanwhile */
	const struct conflict_beside *beside;	/* saved together with it, same row: judge them */
	size_t beside_n;		/* together; some of them at most */
};

struct conflict {
	const char *record, *form, *label;
	const char *row, *field;	/* "" record level; field "$del": deleted here, edited there */
	const char *ancestor;		/* the value both started from; "" none */
	const struct conflict_side *sides;
	size_t sides_n;
	const char *policy;		/* of the form, for what is shown: "ask", "max" ... */
	const char *made;		/* shown is none of the sides but this; NULL: one of them */
	const char *note, *note_by, *note_at;	/* put off, by whom; "" not */
	bool again;			/* was decided, and is to be decided again */
};
/* Those that wait, by record; form NULL: of all. The callback may call the store. */
bool store_conflicts(struct store *, const char *form, bool (*each)(void *,
    const struct conflict *), void *, struct err *);
/* Decides: value (canonical text, "" blank) and reason become the answer, in
 * knowledge of all sides. For "$del": "1" deletes, "" keeps. */
bool store_settle(struct store *, const char *record, const char *row, const char *field,
    const char *value, const char *reason, struct err *);

/* Puts one off with a note ("call them"); it stays in the list. note "": no longer. */
bool store_park(struct store *, const char *record, const char *row, const char *field,
    const char *note, struct err *);

/* What was decided: the newest first, of some days. */
struct decision {
	struct conflict of;		/* with the sides as they were */
	int64_t change;			/* ruhu_change.no of the decision */
	const char *value, *reason, *by, *site, *at;
	bool against;			/* what the user of this store had given lost */
};
bool store_decisions(struct store *, int days, bool (*each)(void *, const struct decision *),
    void *, struct err *);
/* Decisions against what the user had given that they have not seen yet; seen: now
 * they have. */
bool store_decided_against(struct store *, int64_t *n, struct err *);
bool store_decided_seen(struct store *, struct err *);
/* Takes a decision back: it is asked again, with the sides as they were. The answer
 * stays what was decided until somebody decides anew. */
bool store_reopen(struct store *, int64_t change, const char *note, struct err *);

/* The problems the record would have with this value there, a sentence a line; *n
 * how many, *now how many it has as it is shown. Nothing is saved. */
bool store_settle_try(struct store *, const char *record, const char *row, const char *field,
    const char *value, const char *reason, struct buf *out, size_t *n, size_t *now, struct err *);

/* ---- the whole, as one hash -------------------------------------------------------------- */

/* BLAKE2b-256 over all heads, sorted: equal on two sites that have the same changes,
 * whatever the files and the order they came in. */
bool store_state_hash(struct store *, unsigned char out[HASH_BYTES], struct err *);

#endif
