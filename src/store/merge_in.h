/* merge_in.h: the inside of a merge: merge.c keeps files, batches and numbers,
 * merge_apply.c puts one change into the log, merge_derive.c brings up to date what
 * is made from the log. */
#ifndef RUHU_STORE_MERGE_IN_H
#define RUHU_STORE_MERGE_IN_H

#include "store/changes.h"
#include "store/inside.h"
#include "store/merge.h"
#include "store/scope.h"

struct merge_epoch_no {
	char *id, *site, *parent, *why;
	int64_t made_ms, no;		/* no: ruhu_epoch.no, 0 not yet */
	int64_t branch;			/* of the branch that the change before went to; 0 main */
	int64_t before;			/* seq of the change before */
	int64_t top;			/* the greatest seq here: what is above is new */
	int64_t run;			/* here without a gap up to this one */
	bool present;			/* the one in which this database numbers its changes */
};

struct merge_form_no {
	char *id, *version, *hash;
	int64_t no;
	bool here;			/* some version of it */
	struct map *known;		/* fields that it was seen to have: they stay */
};

struct touched {
	int64_t record, epoch;
	bool made, answers;		/* new here; got answers a person gave */
	bool apart;			/* of more than one epoch */
};

/* What the database said, asked once: names stay what they are, and the rest is of
 * this batch, for nobody else writes meanwhile. */
struct asked {
	struct arena *arena;		/* of the names and of fields known to forms */
	struct map *names;		/* text -> ruhu_name.no */
	char record[40], row[40];	/* asked for last, "" none */
	int64_t record_no, row_no;
	int64_t covers_record;		/* asked for last: may the sender cover heads there? */
	bool covers;
	bool record_erased, missing;	/* missing: is anything in ruhu_missing? */
	bool renamed;			/* was any question? */
};

struct merge {
	struct store *s;
	char *file, *hash, *from;
	int64_t made_ms, done, added_before;
	uint64_t hlc;
	struct merge_epoch_no *epochs;
	size_t epochs_n, epochs_cap;
	struct merge_form_no *forms;
	size_t forms_n, forms_cap;
	struct touched *touched;	/* records of this batch */
	size_t touched_n, touched_cap;
	bool *told;			/* by record: counted in the result already */
	size_t told_n;
	const struct part *part;	/* NULL: whole ranges */
	const char *scope;
	char *area;			/* the sender's; NULL: nobody has said */
	struct known { char epoch[33]; int64_t seq; unsigned char chain[HASH_BYTES]; } *knows;
	size_t knows_n, knows_cap;
	char own_site[64], county[64];	/* who may erase */
	bool in_batch, ended, unchecked;	/* unchecked: SQLite looks no references up */
	int64_t batch, batch_began;	/* changes in it; since when, monotonic ms */
	int64_t batch_first;		/* ruhu_change.no of its first; where the sender has an area */
	int64_t batch_most;		/* as the caller has it, or 0 */
	int64_t tx_theirs, tx_ours;	/* the transaction being put in */
	int64_t no_head;		/* changes from this one on are to become heads; 0: none */
	uint64_t newest;		/* greatest stamp */
	char form_id[256];		/* of form: the one asked for last */
	const struct loaded *form;	/* NULL: not installed */
	struct merge_result result;
	struct asked asked;
};

/* Did the file's sender have this change? */
bool merge_known(const struct merge *, const char *epoch, int64_t seq);

/* Begins a batch. merge_unask forgets all that was asked. */
bool merge_ask(struct merge *, struct err *);
void merge_unask(struct merge *);
/* One change, inside a batch. */
bool merge_apply(struct merge *, const struct change *, struct err *);
/* Changes become heads many at a time: those before number `before` do now, as they
 * must whenever heads are looked at or go. */
bool merge_put_heads(struct merge *, int64_t before, struct err *);
/* The records touched in this batch: conflicts, answer tables, ruhu_record, words. */
bool merge_derive(struct merge *, struct err *);

/* One record, after its log has grown; *gone: that deleted it. recompute: what the
 * form calculates is made anew from all answers, and what differs is saved: two
 * sites each calculated from what they had. Inside a write. */
bool merge_derive_record(struct store *, int64_t record, bool recompute, bool *gone,
    struct err *);

struct merge_epoch_no *merge_epoch_of(struct merge *, const char *id);

#endif
