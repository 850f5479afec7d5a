/* changes.h: the change log read in order, for sync/ to export. */
#ifndef RUHU_STORE_CHANGES_H
#define RUHU_STORE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

struct store;
struct changes;

struct change_ref { const char *epoch; int64_t seq; unsigned char chain[HASH_BYTES]; };

struct change {
	const char *epoch;		/* 32 hex */
	int64_t seq;			/* from 1 in its epoch, no gaps */
	uint64_t hlc;			/* 47-bit UTC ms << 16 | counter */
	const char *record, *row;	/* uuid; row "" = record level */
	const char *field;		/* question name, or one of FIELD_* below */
	const char *value;		/* NULL = emptied */
	const char *reason;		/* missing reason, "" = none */
	const char *author;
	const char *form, *version;
	const struct change_ref *prev;	/* heads its author saw */
	size_t prev_n;
	unsigned flags;			/* CHANGE_CLOCK ... */
	const unsigned char *chain;	/* HASH_BYTES */
	const unsigned char *record_key;	/* 32 random bytes of the record, for the keyed hash */
	int64_t tx;			/* same number = saved in one transaction */
	bool record_first;		/* what came before it of its record is not told here */
	const unsigned char *value_hash;	/* the value was erased: its hash; else NULL */

	/* Of a part (scope.h), where a change stands alone: */
	bool part;
	bool left;			/* its sender does not follow the record any more */
	const unsigned char *chain_before;	/* of the change before; NULL: not known here */
	const struct change_ref *others;	/* the other heads of its field */
	size_t others_n;
};
enum { CHANGE_CLOCK = 1, CHANGE_RAW = 2, CHANGE_IMPORT = 4 };

/* Fields that are not questions. In one transaction the hlc of consecutive
 * changes is h, h + 1, h + 2 ... */
#define FIELD_DEL "$del"	/* "1": this record or row is deleted; emptied: it is back */
#define FIELD_POS "$pos"	/* a row's order among its siblings, an integer */
#define FIELD_UP "$up"		/* a row's repeat, and after a space the row it lies in */
#define FIELD_STATE "$state"	/* "complete" or "incomplete" */
#define FIELD_SCOPE "$grid"	/* who may see the record: the form's scope */

/* This site's changes with seq > after, ascending. Strings are lent until the
 * next call. */
bool changes_open(struct store *, int64_t after, struct changes **, struct err *);
/* The present answers of the records in an area that changed after ruhu_change.no
 * `after`, and the scope of those that left it since. What `site` itself wrote last
 * is left out unless all. */
struct area { const char *prefixes, *site; int64_t after; bool all; };
bool changes_open_area(struct store *, const struct area *, struct changes **, struct err *);
/* What is here of other sites' changes, one by one, those that are heads last: what a
 * township gives back to its county, which lost them. left: of records outside of our
 * own area. */
bool changes_open_back(struct store *, const char *site, struct changes **, struct err *);
bool changes_next(struct changes *, const struct change **, struct err *);	/* *c NULL at end */
void changes_close(struct changes *);

struct site_info {
	char id[64];			/* "T03"; "LOCAL" until site init */
	char epoch[33];
	char stream[33];
	int64_t last_seq, acked_seq;
	unsigned char acked_chain[HASH_BYTES], last_chain[HASH_BYTES];
	uint64_t hlc;
};
bool store_site(struct store *, struct site_info *, struct err *);
/* Every epoch known here, for the manifest. */
bool store_epochs(struct store *, bool (*each)(void *, const char *epoch, const char *site,
    int64_t made_ms, const char *parent, const char *why), void *, struct err *);
/* Every form version that the log names: id, version, BLAKE2b hex, text. */
bool store_form_texts(struct store *, bool (*each)(void *, const char *id, const char *version,
    const char *hash, const char *text, size_t len), void *, struct err *);
/* What a county hands out: the text of every current form, name "", and the files
 * beside it. */
bool store_current_forms(struct store *, bool (*each)(void *, const char *id,
    const char *version, const char *hash, const char *name, const char *text, size_t len),
    void *, struct err *);
/* This site's own epochs, oldest first: how far each goes, how far it is
 * acknowledged, and whether it is the present one. */
bool store_own_epochs(struct store *, bool (*each)(void *, const char *epoch, int64_t last,
    int64_t acked, bool present), void *, struct err *);
/* Writes the high-water mark outside the data folder after an export. */
bool store_high_water(struct store *, struct err *);
/* Numbers of ours that were exported once and are not here, nor came back: the database
 * was set back, or lost its -wal. */
bool store_lost(struct store *, bool (*each)(void *, const char *epoch, int64_t from, int64_t to),
    void *, struct err *);

#endif
