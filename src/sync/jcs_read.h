/* jcs_read.h: reads what jcs.h writes, and nothing else: canonical JSON (RFC 8785)
 * whose numbers are integers. White space, keys out of order or twice, an escape
 * that need not be, a number of another spelling, invalid UTF-8 and NUL are all
 * refused, so that equal content is equal bytes.
 *
 *     struct jcs_text t = { 0 };
 *     const struct jcs_value *v = jcs_read(&t, line, len), *list = jcs_member(v, "list");
 *     const struct jcs_value *one = jcs_first(list);
 *
 *     for (size_t i = 0; i < jcs_size(list); i++, one = jcs_after(one))
 *             use(jcs_string(one));
 *     jcs_text_free(&t);
 *
 * Values are lent until the next jcs_read into the same text. What takes a value
 * takes NULL, too, and says of it what it says of any value of another kind. */
#ifndef RUHU_SYNC_JCS_READ_H
#define RUHU_SYNC_JCS_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jcs_value {
	enum jcs_kind { JCS_NULL, JCS_BOOL, JCS_INT, JCS_STRING, JCS_LIST, JCS_OBJECT } kind;
	uint32_t n;			/* bytes, elements, members */
	uint32_t span;			/* values in it, itself included: keys are values */
	union { int64_t i; const char *s; } of;
};

/* All of one text; kept from one to the next, as reading makes it grow. */
struct jcs_text {
	struct jcs_value *v;
	size_t n, cap;
	char *strings;
	size_t strings_cap;
};

/* Less than 2 GiB. NULL: it is not canonical, or lists and objects lie in each other
 * more than JCS_DEPTH times. */
enum { JCS_DEPTH = 8 };
const struct jcs_value *jcs_read(struct jcs_text *, const char *text, size_t len);
void jcs_text_free(struct jcs_text *);

bool jcs_is(const struct jcs_value *, enum jcs_kind);
const struct jcs_value *jcs_member(const struct jcs_value *, const char *key);	/* NULL: none */
const struct jcs_value *jcs_item(const struct jcs_value *, size_t i);		/* NULL: none */
size_t jcs_size(const struct jcs_value *);	/* of a list; 0 */
const struct jcs_value *jcs_first(const struct jcs_value *);	/* of a list; NULL */
const struct jcs_value *jcs_after(const struct jcs_value *);	/* beside it, if there is one */
const char *jcs_string(const struct jcs_value *);		/* NULL: it is none */

#endif
