/* export.h: this site's change log, or its end, as the body of a sync file:
 * lines of canonical JSON (docs/sync-file.md). What the other side has
 * acknowledged is left out. Memory does not grow with the log. */
#ifndef RUHU_SYNC_EXPORT_H
#define RUHU_SYNC_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct clock;
struct store;

struct export_options {
	const char *path;		/* as out_file_open has it: .zst, "-" */
	const char *to;			/* the receiving site's id */
	const char *program;		/* "ruhu 0.1.0", for the manifest */
	const struct clock *clock;
	bool all;			/* from the first change, not the first unacknowledged */
	bool others;			/* what came from other sites too, all of it; where that came
					 * in parts: that alone, change by change */
	bool forms;			/* with the text of the forms */
	/* The receiver's area: only what lies in it goes out, as it stands now, with
	 * the current forms (store/scope.h). NULL: the changes themselves. */
	const char *scope;
	/* Told now and then; false stops the export. NULL: not told. */
	bool (*progress)(void *ctx, int64_t done, int64_t of);
	void *ctx;
};

struct export_result {
	int64_t first, last;		/* today's epoch: numbers in it; last < first: none */
	bool older;			/* earlier epochs are in it as well */
	int64_t lines, changes;
	uint64_t raw_bytes, bytes;	/* before and after compression */
	bool part;			/* of an area */
	char file[23];			/* the file's id */
	char b2[65];			/* hash in the footer */
};

/* How many changes this site has saved, in all the lives of its database, and how
 * many of them nobody has acknowledged. A database that was restored or copied
 * began a new epoch; what its earlier ones hold goes out as well. */
bool sync_waiting(struct store *, int64_t *all, int64_t *waiting, struct err *);

/* The same log and clock give the same bytes. False: no file was made, and one
 * that was there before stands as it was. */
bool sync_export(struct store *, const struct export_options *, struct export_result *,
    struct err *);

#endif
