/* export_in.h: between the files of export: export_manifest.c makes the first line,
 * export.c all the others. */
#ifndef RUHU_SYNC_EXPORT_IN_H
#define RUHU_SYNC_EXPORT_IN_H

#include "base/buf.h"
#include "base/hash.h"
#include "store/changes.h"
#include "store/scope.h"
#include "sync/export.h"
#include "sync/lines.h"

struct jcs;

/* What goes out of one epoch, a life of this database: what nobody has
 * acknowledged. */
struct range {
	int64_t no;			/* of the epoch in the database */
	char epoch[33];
	int64_t after, last;		/* the last change left out; the last one in */
	unsigned char c0[HASH_BYTES], c1[HASH_BYTES];	/* the chain at both */
};

struct export {
	struct store *store;
	const struct export_options *o;
	struct site_info site;
	struct range *ranges;		/* oldest first, today's epoch last */
	size_t ranges_n, ranges_cap;
	struct range *own;		/* every life of this database */
	size_t own_n, own_cap;
	int64_t all;			/* changes in all the epochs */
	struct names epochs, forms;
	struct buf epochs_json, forms_json, have_json;	/* the manifest's lists */
	struct buf worklists_json;	/* of a part */
	struct out_file *file;
	struct hash_stream *hash;
	uint64_t raw;
	size_t form_at;			/* while the forms' texts are written */
	struct part part;		/* with o->scope */
	bool back;			/* a part of what came in parts from the receiver */
	bool lists_ok;			/* the lines of worklists were written */
	struct err *err;		/* of a callback below */
};

/* A line with its line feed, into the file and its hash. */
bool export_put(void *ctx, const char *line, size_t len, struct err *);

/* Add to the manifest's lists; true. Calls for store_epochs, store_form_texts, store_have
 * and store_parts, ctx: the export. */
bool manifest_epoch(void *ctx, const char *epoch, const char *site, int64_t made_ms,
    const char *parent, const char *why);
bool manifest_form(void *ctx, const char *id, const char *version, const char *hash,
    const char *text, size_t len);
bool manifest_have(void *ctx, const char *epoch, const char *site, int64_t seq,
    const unsigned char *chain, int64_t to);
bool manifest_part(void *ctx, const char *id, int64_t no, const unsigned char *chain);
bool manifest_own(struct export *);

void manifest_counts(struct jcs *, const struct lines *);	/* "n" of manifest and footer */
/* Writes the line; file: the id that is made of it. */
bool manifest_put(struct export *, const struct lines *counted, char file[23], struct err *);

#endif
