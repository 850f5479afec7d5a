#include "base/crypt.h"

#include <sodium.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

struct crypt_hash {
	/* the library wants its state on a 64-byte border */
	unsigned char room[sizeof(crypto_generichash_state) + alignof(crypto_generichash_state)];
};

/* As in hash.c: fails only where the system has no randomness at all. */
static void
ready(void)
{
	if (sodium_init() < 0)
		abort();
}

void
crypt_x25519_pair(unsigned char secret[CRYPT_KEY], unsigned char public[CRYPT_KEY])
{
	ready();
	randombytes_buf(secret, CRYPT_KEY);
	crypto_scalarmult_base(public, secret);
}

void
crypt_x25519_public(const unsigned char secret[CRYPT_KEY], unsigned char public[CRYPT_KEY])
{
	ready();
	crypto_scalarmult_base(public, secret);
}

bool
crypt_x25519(const unsigned char secret[CRYPT_KEY], const unsigned char public[CRYPT_KEY],
    unsigned char shared[CRYPT_KEY])
{
	ready();
	return crypto_scalarmult(shared, secret, public) == 0;
}

void
crypt_hmac(const void *key, size_t key_len, const void *data, size_t len,
    unsigned char out[CRYPT_KEY])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, key_len);
	crypto_auth_hmacsha256_update(&state, data, len);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof state);
}

void
crypt_hkdf(const void *secret, size_t secret_len, const void *salt, size_t salt_len,
    const char *info, unsigned char out[CRYPT_KEY])
{
	static const unsigned char zeros[CRYPT_KEY];
	crypto_auth_hmacsha256_state state;
	unsigned char key[CRYPT_KEY];

	if (salt_len > 0)
		crypt_hmac(salt, salt_len, secret, secret_len, key);
	else
		crypt_hmac(zeros, sizeof zeros, secret, secret_len, key);
	crypto_auth_hmacsha256_init(&state, key, sizeof key);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)info, strlen(info));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)"\1", 1);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof state);
	sodium_memzero(key, sizeof key);
}

void
crypt_seal(const unsigned char key[CRYPT_KEY], const unsigned char nonce[CRYPT_NONCE],
    const void *plain, size_t len, unsigned char *sealed)
{
	ready();
	crypto_aead_chacha20poly1305_ietf_encrypt(sealed, NULL, plain, len, NULL, 0, NULL, nonce, key);
}

bool
crypt_open(const unsigned char key[CRYPT_KEY], const unsigned char nonce[CRYPT_NONCE],
    const unsigned char *sealed, size_t len, unsigned char *out)
{
	ready();
	return crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, len, NULL, 0,
	    nonce, key) == 0;
}

void
crypt_sign_pair(unsigned char secret[CRYPT_SIGN_SECRET], unsigned char public[CRYPT_KEY])
{
	ready();
	crypto_sign_keypair(public, secret);
}

void
crypt_sign(const unsigned char secret[CRYPT_SIGN_SECRET], const void *data, size_t len,
    unsigned char signature[CRYPT_SIGNATURE])
{
	ready();
	crypto_sign_detached(signature, NULL, data, len, secret);
}

bool
crypt_verify(const unsigned char public[CRYPT_KEY], const void *data, size_t len,
    const unsigned char signature[CRYPT_SIGNATURE])
{
	ready();
	return crypto_sign_verify_detached(signature, data, len, public) == 0;
}

static crypto_generichash_state *
state_of(struct crypt_hash *hash)
{
	const uintptr_t step = alignof(crypto_generichash_state);

	return (void *)(((uintptr_t)hash->room + step - 1) / step * step);
}

struct crypt_hash *
crypt_hash_new(void)
{
	struct crypt_hash *hash = xmalloc(sizeof *hash);

	ready();
	crypto_generichash_init(state_of(hash), NULL, 0, CRYPT_HASH);
	return hash;
}

void
crypt_hash_add(struct crypt_hash *hash, const void *data, size_t len)
{
	crypto_generichash_update(state_of(hash), data, len);
}

void
crypt_hash_end(struct crypt_hash *hash, unsigned char out[CRYPT_HASH])
{
	if (out != NULL)
		crypto_generichash_final(state_of(hash), out, CRYPT_HASH);
	free(hash);
}

bool
crypt_password(const char *password, const unsigned char salt[CRYPT_SALT], uint64_t ops,
    uint64_t memory, unsigned char *out, size_t len)
{
	ready();
	/* A hostile key file must not take all memory or a day. */
	if (memory > UINT64_C(2) << 30 || ops > UINT64_C(1) << 28)
		return false;
	return crypto_pwhash_scryptsalsa208sha256(out, len, password, strlen(password), salt, ops,
	    (size_t)memory) == 0;
}

static int
variant(bool padded)
{
	return padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
}

void
crypt_base64(const void *data, size_t len, bool padded, struct buf *out)
{
	size_t size = sodium_base64_encoded_len(len, variant(padded));
	char *text = xmalloc(size);

	sodium_bin2base64(text, size, data, len, variant(padded));
	buf_add_str(out, text);
	crypt_wipe(text, size);
	free(text);
}

bool
crypt_unbase64(const char *text, size_t text_len, bool padded, void *out, size_t max, size_t *len)
{
	const char *end;
	struct buf again = { 0 };
	bool ok = sodium_base642bin(out, max, text, text_len, NULL, len, &end, variant(padded)) == 0 &&
	    end == text + text_len;

	/* The library takes some bytes above 127 for letters. */
	if (ok) {
		crypt_base64(out, *len, padded, &again);
		ok = again.len == text_len && memcmp(again.data, text, text_len) == 0;
		crypt_wipe(again.data, again.len);
	}
	buf_free(&again);
	return ok;
}

bool
crypt_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void
crypt_wipe(void *secret, size_t len)
{
	sodium_memzero(secret, len);
}
