/* value.h: what a person types becomes an answer's canonical text, or a
 * sentence that says what is wrong with it. Canonical means: equal answers are
 * equal bytes (decimals without exponent or padding, ISO dates, choice names in
 * list order). */
#ifndef RUHU_FORM_VALUE_H
#define RUHU_FORM_VALUE_H

#include <stdbool.h>

#include "base/err.h"

struct buf;
struct clock;
struct question;

/* The longest answer in bytes, however it came about: typed, calculated, loaded. A
 * longer one could not be sent. */
#define VALUE_MAX 16384

/* Can the text be an answer at all, of whatever type? Only then can it be sent. */
bool value_storable(const char *text, struct err *);

/* typed -> canonical text in out. Blank is always fine (out becomes ""). Full-
 * width characters are folded where the kind asks for it. False: err has the
 * sentence for this very value. Choice names are only checked for form here:
 * whether they are in the list now is record/'s business. */
bool value_parse(const struct question *, const char *typed, const struct clock *,
    struct buf *out, struct err *);

/* Orders two canonical texts of the same kind; blank first. */
int value_compare(const struct question *, const char *a, const char *b);

#endif
