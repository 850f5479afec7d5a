/* hash.h: BLAKE2b, randomness and identifiers, all from libsodium. */
#ifndef RUHU_BASE_HASH_H
#define RUHU_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_BYTES 32

struct hash_part { const void *data; size_t len; };

/* BLAKE2b-256 over the parts one after another; key may be NULL (key_len 0). */
void hash_parts(const struct hash_part *, size_t n, const void *key, size_t key_len,
    unsigned char out[HASH_BYTES]);
void hash_bytes(const void *data, size_t len, unsigned char out[HASH_BYTES]);

/* A hash fed piece by piece (a file being written). */
struct hash_stream;
struct hash_stream *hash_stream_new(void);
void hash_stream_add(struct hash_stream *, const void *data, size_t len);
void hash_stream_end(struct hash_stream *, unsigned char out[HASH_BYTES]);	/* frees it */

/* Is `signature` (64 bytes) that of the message by the holder of `key` (32)? */
bool ed25519_valid(const unsigned char signature[64], const void *message, size_t len,
    const unsigned char key[32]);

void random_bytes(void *out, size_t len);

/* UUIDv7 (RFC 9562: 48-bit ms then random) and UUIDv4, 36 characters + NUL. */
void uuid_v7(int64_t ms, char out[37]);
void uuid_v4(char out[37]);

void hex_format(const void *bytes, size_t len, char *out);	/* 2*len + NUL, lower case */
int hex_parse(const char *hex, void *out, size_t len);		/* 0 ok, -1 not hex of that length */

#endif
