/* jcs.h: writes JSON piece by piece, with RFC 8785's (JCS) white space, escapes
 * and numbers. Canonical JSON also wants an object's keys in order: that is the
 * caller's part. Numbers are integers only.
 *
 *     struct jcs j = jcs_into(&buf);
 *     jcs_open(&j, '{');
 *     jcs_key(&j, "n"); jcs_int(&j, 3);
 *     jcs_close(&j, '}');
 */
#ifndef RUHU_SYNC_JCS_H
#define RUHU_SYNC_JCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

struct jcs {
	struct buf *out;
	bool comma;		/* one is due before what comes next */
};

struct jcs jcs_into(struct buf *);	/* appends to it; borrows it */
void jcs_open(struct jcs *, char bracket);	/* '{' or '[' */
void jcs_close(struct jcs *, char bracket);	/* '}' or ']' */
void jcs_key(struct jcs *, const char *key);
/* UTF-8; invalid bytes become U+FFFD. */
void jcs_str(struct jcs *, const char *s);
void jcs_str_n(struct jcs *, const char *s, size_t len);
void jcs_int(struct jcs *, int64_t n);		/* exact as a double up to 2^53 */
void jcs_bool(struct jcs *, bool b);
void jcs_null(struct jcs *);
void jcs_str_or_null(struct jcs *, const char *s);	/* NULL gives null */

/* Key and value in one call. */
void jcs_key_str(struct jcs *, const char *key, const char *s);
void jcs_key_int(struct jcs *, const char *key, int64_t n);
void jcs_key_bool(struct jcs *, const char *key, bool b);

#endif
