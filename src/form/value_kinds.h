/* value_kinds.h: the readers behind value_parse, a family of types each;
 * private to value*.c. `s` is trimmed, folded where the kind asks for it, and
 * not empty; what is stored is appended to out. False: err says what would do. */
#ifndef RUHU_FORM_VALUE_KINDS_H
#define RUHU_FORM_VALUE_KINDS_H

#include "base/err.h"
#include "form/form.h"

struct buf;
struct clock;

/* What was typed, short enough for a sentence. */
#define QUOTE_TEXT 64
const char *quote(const char *s, char out[QUOTE_TEXT]);

bool value_integer(const struct question *, const char *s, struct buf *out, struct err *);
bool value_decimal(const struct question *, const char *s, struct buf *out, struct err *);
bool value_range(const struct question *, const char *s, struct buf *out, struct err *);

bool value_date(const struct question *, const char *s, const struct clock *, struct buf *out,
    struct err *);
bool value_time(const char *s, const struct clock *, struct buf *out, struct err *);
bool value_datetime(const char *s, const struct clock *, struct buf *out, struct err *);

bool value_code(const struct question *, const char *typed, struct buf *out, struct err *);
bool value_codes(const struct question *, const char *typed, struct buf *out, struct err *);

bool value_point(const char *s, struct buf *out, struct err *);
/* At least `least` points; a shape is closed with its first. */
bool value_points(const char *s, size_t least, bool close, struct buf *out, struct err *);

#endif
