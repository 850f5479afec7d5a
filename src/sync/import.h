/* import.h: a sync file's body into this database. The whole file is copied and
 * checked before anything of it is applied; applying goes on where it was when it
 * was stopped, and a file that was here before changes nothing. */
#ifndef RUHU_SYNC_IMPORT_H
#define RUHU_SYNC_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/merge.h"
#include "store/worklist.h"

struct store;
struct seal_comment;

struct import_options {
	/* Told now and then, first while checking, then while applying; false stops:
	 * what was applied stays, the next import goes on. NULL: not told. */
	bool (*progress)(void *ctx, bool applying, int64_t done, int64_t of);
	void *ctx;
	/* What a seal said outside; the body must be just that. NULL: no seal. */
	const struct seal_comment *seal;
	const char *called;		/* the file's name in errors; NULL: its path */
	int64_t batch;			/* see merge_file; 0: as usual */
};

struct import_result {
	char file[65], from[65];	/* of the manifest */
	int64_t made_ms, changes;
	bool known;			/* merged before: nothing was done */
	struct merge_result merged;
	int64_t acknowledged;		/* of our epochs: how many the sender told news of */
	bool set_back;			/* the sender has more of us than we have: new epoch */
	int64_t missing;		/* runs of the sender's numbers that have a gap before them */
	bool part;			/* of our area, not the sender's changes one by one */
	size_t forms;			/* new versions that the county handed out, installed */
	size_t forms_refused;		/* that this program cannot use; forms_why says why */
	char forms_why[512];
	struct sent_result worklists;	/* that the county handed out */
};

/* path "-": standard input. False: err says why, with the line. err->unable: it is not
 * the file that is at fault, and the next import of it goes on where this one was; else
 * the file is refused and nothing of it was applied. */
bool sync_import(struct store *, const char *path, struct import_options *,
    struct import_result *, struct err *);

#endif
