/* lines.h: changes of the log gathered into the transaction lines of a sync
 * file's body (docs/sync-file.md): one line holds the changes that one
 * transaction made to one row of one record. */
#ifndef RUHU_SYNC_LINES_H
#define RUHU_SYNC_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct change;

enum { LINE_LIMIT = 1 << 16 };		/* bytes of a line with its line feed */

/* Epochs and form versions that lines name by their place in the manifest. */
struct names {
	struct name { char *a, *b; } *v;	/* epoch and ""; form id and version */
	size_t n, cap;
	size_t last;			/* found last: neighbours repeat it */
};
size_t names_add(struct names *, const char *a, const char *b);	/* copies; returns its place */
bool names_find(struct names *, const char *a, const char *b, size_t *place);	/* false: none */
void names_free(struct names *);

struct lines {
	struct names *epochs, *forms;	/* borrowed */
	/* Called with each whole line, its line feed included; NULL: lines are
	 * only counted. */
	bool (*put)(void *ctx, const char *line, size_t len, struct err *);
	void *ctx;
	int64_t count, changes;		/* so far */
	int64_t from;			/* a change before it is not in the file */

	/* The line being gathered. */
	bool open, first;
	struct buf author, record, row, cells, line;
	size_t epoch, form;
	unsigned flags;
	int64_t seq, tx, next_seq;
	uint64_t hlc, last_hlc;
	unsigned char key[32];
	bool keyed, part, alone;	/* has a key; of a part; nothing may join it */
	bool left;
	bool before;			/* chain: of the change before, not its own */
	unsigned char chain[32];
	struct buf others;
};

/* One that belongs to the line being gathered joins it; else that line is put and the
 * next begins. False: err of put, or a change too long for a line. */
bool lines_add(struct lines *, const struct change *, struct err *);
bool lines_end(struct lines *, struct err *);	/* the last line */
void lines_free(struct lines *);		/* what it owns */

#endif
