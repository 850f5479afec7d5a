/* digest.h: the checksums that digest() names, and base64. MD5 (RFC 1321) and
 * SHA-1/2 (FIPS 180-4) are here because forms ask for them by name; the
 * program's own hashing is base/hash.h. */
#ifndef RUHU_LOGIC_DIGEST_H
#define RUHU_LOGIC_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

#define DIGEST_MAX 64

/* name: "MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512". Returns the length of
 * the sum, 0 when there is no such algorithm. */
size_t digest_make(const char *name, const void *data, size_t len, unsigned char out[DIGEST_MAX]);

/* RFC 4648, with padding; reading allows it to be missing and skips XML space.
 * False: not base64. */
void base64_write(const void *data, size_t len, struct buf *out);
bool base64_bytes(const char *s, size_t len, struct buf *out);

#endif
