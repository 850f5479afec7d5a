/* crypt.h: the primitives that sealed files are made of, all from libsodium.
 * Formats stand above them, in sync/: age (c2sp.org/age) and minisign. Nothing
 * here decides what to trust. Secrets that are done with are wiped by crypt_wipe. */
#ifndef RUHU_BASE_CRYPT_H
#define RUHU_BASE_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

#define CRYPT_KEY 32
#define CRYPT_TAG 16		/* how much longer a sealed text is */
#define CRYPT_NONCE 12
#define CRYPT_SIGNATURE 64
#define CRYPT_SIGN_SECRET 64
#define CRYPT_HASH 64
#define CRYPT_SALT 32

/* X25519 (RFC 7748). The shared secret of an own secret key and another's
 * public one; false: that key is a degenerate point and must be refused. */
void crypt_x25519_pair(unsigned char secret[CRYPT_KEY], unsigned char public[CRYPT_KEY]);
void crypt_x25519_public(const unsigned char secret[CRYPT_KEY], unsigned char public[CRYPT_KEY]);
bool crypt_x25519(const unsigned char secret[CRYPT_KEY], const unsigned char public[CRYPT_KEY],
    unsigned char shared[CRYPT_KEY]);

/* HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869) for 32 bytes. */
void crypt_hmac(const void *key, size_t key_len, const void *data, size_t len,
    unsigned char out[CRYPT_KEY]);
void crypt_hkdf(const void *secret, size_t secret_len, const void *salt, size_t salt_len,
    const char *info, unsigned char out[CRYPT_KEY]);

/* ChaCha20-Poly1305 (RFC 8439) without additional data. sealed has len +
 * CRYPT_TAG bytes. Opening: len is the sealed length; false: forged or another
 * key, and out is not to be used. */
void crypt_seal(const unsigned char key[CRYPT_KEY], const unsigned char nonce[CRYPT_NONCE],
    const void *plain, size_t len, unsigned char *sealed);
bool crypt_open(const unsigned char key[CRYPT_KEY], const unsigned char nonce[CRYPT_NONCE],
    const unsigned char *sealed, size_t len, unsigned char *out);

/* Ed25519 (RFC 8032). */
void crypt_sign_pair(unsigned char secret[CRYPT_SIGN_SECRET], unsigned char public[CRYPT_KEY]);
void crypt_sign(const unsigned char secret[CRYPT_SIGN_SECRET], const void *data, size_t len,
    unsigned char signature[CRYPT_SIGNATURE]);
bool crypt_verify(const unsigned char public[CRYPT_KEY], const void *data, size_t len,
    const unsigned char signature[CRYPT_SIGNATURE]);

/* BLAKE2b with 64 bytes, piece by piece. */
struct crypt_hash;
struct crypt_hash *crypt_hash_new(void);
void crypt_hash_add(struct crypt_hash *, const void *data, size_t len);
/* Frees it; out may be NULL. */
void crypt_hash_end(struct crypt_hash *, unsigned char out[CRYPT_HASH]);

/* scrypt with libsodium's limits (memory in bytes), as minisign guards its
 * secret keys. False: not so much memory, or limits that make no sense. */
bool crypt_password(const char *password, const unsigned char salt[CRYPT_SALT], uint64_t ops,
    uint64_t memory, unsigned char *out, size_t len);

/* Base64 (RFC 4648), with '=' at the end or never; decoding takes exactly what
 * encoding writes. False: it is not that, or longer than max. */
void crypt_base64(const void *data, size_t len, bool padded, struct buf *out);
bool crypt_unbase64(const char *text, size_t text_len, bool padded, void *out, size_t max,
    size_t *len);

bool crypt_equal(const void *a, const void *b, size_t len);	/* in constant time */
void crypt_wipe(void *, size_t len);

#endif
