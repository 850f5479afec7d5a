#include "base/hash.h"

#include <sodium.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The library wants its state on a 64-byte border, malloc gives 16. */
struct hash_stream {
	unsigned char room[sizeof(crypto_generichash_state) + alignof(crypto_generichash_state)];
};

static crypto_generichash_state *
state_of(struct hash_stream *stream)
{
	const uintptr_t step = alignof(crypto_generichash_state);

	return (void *)(((uintptr_t)stream->room + step - 1) / step * step);
}

/* Picks the processor's fastest code, the first time. It fails only where the
 * system has no randomness at all, and then no identifier would be one. */
static void
ready(void)
{
	if (sodium_init() < 0)
		abort();
}

void
hash_parts(const struct hash_part *parts, size_t n, const void *key, size_t key_len,
    unsigned char out[HASH_BYTES])
{
	crypto_generichash_state state;

	ready();
	crypto_generichash_init(&state, key, key_len, HASH_BYTES);
	for (size_t i = 0; i < n; i++)
		crypto_generichash_update(&state, parts[i].data, parts[i].len);
	crypto_generichash_final(&state, out, HASH_BYTES);
}

void
hash_bytes(const void *data, size_t len, unsigned char out[HASH_BYTES])
{
	hash_parts(&(struct hash_part){ data, len }, 1, NULL, 0, out);
}

struct hash_stream *
hash_stream_new(void)
{
	struct hash_stream *stream = xmalloc(sizeof *stream);

	ready();
	crypto_generichash_init(state_of(stream), NULL, 0, HASH_BYTES);
	return stream;
}

void
hash_stream_add(struct hash_stream *stream, const void *data, size_t len)
{
	crypto_generichash_update(state_of(stream), data, len);
}

void
hash_stream_end(struct hash_stream *stream, unsigned char out[HASH_BYTES])
{
	crypto_generichash_final(state_of(stream), out, HASH_BYTES);
	free(stream);
}

void
random_bytes(void *out, size_t len)
{
	ready();
	randombytes_buf(out, len);
}

static void
uuid_format(unsigned char u[16], int version, char out[37])
{
	static const unsigned char parts[] = { 4, 2, 2, 2, 6 };
	size_t at = 0;

	u[6] = (unsigned char)((u[6] & 0x0f) | version << 4);
	u[8] = (u[8] & 0x3f) | 0x80;
	for (size_t i = 0; i < sizeof parts; i++) {
		hex_format(u + at, parts[i], out);
		at += parts[i];
		out += 2 * parts[i];
		if (i + 1 < sizeof parts)
			*out++ = '-';
	}
}

void
uuid_v7(int64_t ms, char out[37])
{
	unsigned char u[16];

	random_bytes(u, sizeof u);
	for (int i = 0; i < 6; i++)
		u[i] = (unsigned char)((uint64_t)ms >> (40 - 8 * i));
	uuid_format(u, 7, out);
}

void
uuid_v4(char out[37])
{
	unsigned char u[16];

	random_bytes(u, sizeof u);
	uuid_format(u, 4, out);
}

void
hex_format(const void *bytes, size_t len, char *out)
{
	const unsigned char *u = bytes;

	for (size_t i = 0; i < len; i++) {
		*out++ = "0123456789abcdef"[u[i] >> 4];
		*out++ = "0123456789abcdef"[u[i] & 15];
	}
	*out = '\0';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
hex_parse(const char *hex, void *out, size_t len)
{
	unsigned char *u = out;

	for (size_t i = 0; i < 2 * len; i++)
		if (hex_digit(hex[i]) < 0)
			return -1;
	if (hex[2 * len] != '\0')
		return -1;
	for (size_t i = 0; i < len; i++)
		u[i] = (unsigned char)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
	return 0;
}

bool
ed25519_valid(const unsigned char signature[64], const void *message, size_t len,
    const unsigned char key[32])
{
	return crypto_sign_verify_detached(signature, message, len, key) == 0;
}
