/* apart.h: what is shown of an answer that two sites wrote apart, until a person
 * decides: by the form's policy (settings.ruhu.conflict). It is made of the heads
 * alone and written nowhere, so that all sites show the same, in whatever order
 * files came; every head stays a head, and the conflict stays in the list. */
#ifndef RUHU_STORE_APART_H
#define RUHU_STORE_APART_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct question;
struct store;

struct apart_side {
	const char *value, *reason;
};

/* The place of the one shown in v, oldest first and at least one; n when it is none of
 * them but what *made holds then (all choices of all). q NULL: the newest. */
size_t apart_shown(struct store *, const struct question *q, const struct apart_side *v, size_t n,
    struct buf *made);
/* The question of a field in the current form; NULL: not known here. */
const struct question *apart_question(struct store *, const char *form, const char *field);

#endif
