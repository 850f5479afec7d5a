/* scope.h: what goes to a site that covers an area only. A county gives each
 * township the records that lie in its area now: their present answers and what is
 * disputed, not the whole history. Such a file is a part of a stream, named by the
 * sender's epoch, the receiver and the area; its place in the stream is the
 * ruhu_change.no up to which it tells. */
#ifndef RUHU_STORE_SCOPE_H
#define RUHU_STORE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

struct buf;
struct store;

/* The area of another site: prefixes of the form's scope, a space between; "*" is
 * everything. *said false: nobody has said yet. */
bool store_site_scope(struct store *, const char *site, struct buf *prefixes, bool *said,
    struct err *);
/* prefixes "": takes back what was said. */
bool store_set_site_scope(struct store *, const char *site, const char *prefixes, struct err *);
/* Does a record of this scope lie in the area? Scope "*" lies in every one. */
bool scope_has(const char *prefixes, const char *scope);

/* The site whose forms and erasures are taken here. */
bool store_county(struct store *, struct buf *name, struct err *);
bool store_set_county(struct store *, const char *name, struct err *);
/* Our own area, as the county says; *said false: it has not. */
bool store_own_scope(struct store *, struct buf *prefixes, bool *said, struct err *);
/* Records here that lie outside of it: they moved away. */
bool store_moved_out(struct store *, int64_t *n, struct err *);
/* Several sites send here: an export must then say whose area it is for. */
bool store_is_hub(struct store *, bool *hub, struct err *);
/* Notes that a file for the site was made just now. */
bool store_sent(struct store *, const char *site, struct err *);

/* A part of a stream. */
struct part {
	char id[33];
	int64_t after, to;		/* ruhu_change.no of the sender */
	unsigned char c1[HASH_BYTES];	/* chain of change `to`; zeros: none */
};
/* What goes out next; all: from the beginning. */
bool part_next(struct store *, const char *site, const char *prefixes, bool all, struct part *,
    struct err *);
/* May a part that came be merged? *old: a newer one was. */
bool part_old(struct store *, const struct part *, bool *old, struct err *);
/* It was merged; inside a write. scope: what its sender calls our area. */
bool part_came(struct store *, const char *from, const char *scope, const struct part *,
    struct err *);
/* The other side says how far a stream of ours came; *ours false: it is none of ours.
 * The newest word counts, also when it is less: that site was set back. Inside a
 * write. */
bool part_acknowledged(struct store *, const char *from, const char *id, int64_t no,
    const unsigned char chain[HASH_BYTES], bool *ours, bool *news, struct err *);
/* What the county had of an epoch when it sent the newest part that came without a gap.
 * Of its own epochs alone, unless others: then all that it had. */
bool store_told(struct store *, const char *site, bool others, bool (*each)(void *,
    const char *epoch, int64_t seq, const unsigned char *chain), void *, struct err *);
bool part_told(struct store *, const char *from, const struct part *, const char *epoch,
    int64_t seq, const unsigned char chain[HASH_BYTES], struct err *);
/* Do parts come from the site? */
bool part_from(struct store *, const char *site, bool *any, struct err *);
/* Every stream that comes in: what an export acknowledges. */
bool store_parts(struct store *, bool (*each)(void *, const char *id, int64_t no,
    const unsigned char *chain), void *, struct err *);

#endif
