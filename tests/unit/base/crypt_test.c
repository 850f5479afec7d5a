#include "check.h"

#include "base/buf.h"
#include "base/crypt.h"
#include "base/hash.h"

static void
unhex(const char *hex, unsigned char *out, size_t len)
{
	if (hex_parse(hex, out, len) != 0)
		fail_msg("bad hex %s", hex);
}

static void
says(const unsigned char *bytes, size_t len, const char *hex)
{
	char text[2 * CRYPT_HASH + 1];

	hex_format(bytes, len, text);
	assert_string_equal(text, hex);
}

/* RFC 4231 cases 2 and 6; RFC 5869 cases 1 and 3 (their first 32 bytes). */
static void
hmac_and_hkdf(void **state)
{
	unsigned char out[CRYPT_KEY], secret[22], salt[13], key[131];

	(void)state;
	crypt_hmac("Jefe", 4, "what do ya want for nothing?", 28, out);
	says(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof key);
	crypt_hmac(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First", 54, out);
	says(out, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	memset(secret, 0x0b, sizeof secret);
	for (unsigned char i = 0; i < sizeof salt; i++)
		salt[i] = i;
	crypt_hkdf(secret, sizeof secret, salt, sizeof salt,
	    "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9", out);
	says(out, 32, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
	crypt_hkdf(secret, sizeof secret, NULL, 0, "", out);
	says(out, 32, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

/* RFC 7748 section 6.1 (Bob's keys), and a point that gives everybody the same secret. */
static void
x25519(void **state)
{
	unsigned char alice[32], bob[32], public[32], shared[32], zero[32] = { 0 };

	(void)state;
	unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb", bob, 32);
	random_bytes(alice, sizeof alice);
	crypt_x25519_public(bob, public);
	says(public, 32, "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
	assert_true(crypt_x25519(alice, public, shared));
	assert_false(crypt_x25519(alice, zero, shared));
	crypt_x25519_pair(alice, public);
	assert_true(crypt_x25519(bob, public, shared));
	crypt_x25519_public(bob, public);
	assert_true(crypt_x25519(alice, public, zero));
	assert_true(crypt_equal(shared, zero, 32));
}

/* RFC 8439 has a vector with additional data only; that it opens what it sealed,
 * and nothing else, is what matters here (age's own files are the oracle). */
static void
sealing(void **state)
{
	static const unsigned char key[CRYPT_KEY] = "a key of thirty-two bytes, at le";
	unsigned char nonce[CRYPT_NONCE] = { 0 }, sealed[5 + CRYPT_TAG], plain[5];

	(void)state;
	crypt_seal(key, nonce, "hello", 5, sealed);
	assert_true(crypt_open(key, nonce, sealed, sizeof sealed, plain));
	assert_memory_equal(plain, "hello", 5);
	for (size_t i = 0; i < sizeof sealed; i++) {
		sealed[i] ^= 1;
		assert_false(crypt_open(key, nonce, sealed, sizeof sealed, plain));
		sealed[i] ^= 1;
	}
	nonce[11] = 1;
	assert_false(crypt_open(key, nonce, sealed, sizeof sealed, plain));
	assert_false(crypt_open(key, nonce, sealed, 3, plain));
}

static void
signing(void **state)
{
	unsigned char secret[CRYPT_SIGN_SECRET], public[CRYPT_KEY], sig[CRYPT_SIGNATURE];

	(void)state;
	crypt_sign_pair(secret, public);
	crypt_sign(secret, "text", 4, sig);
	assert_true(crypt_verify(public, "text", 4, sig));
	assert_false(crypt_verify(public, "texT", 4, sig));
	sig[0] ^= 1;
	assert_false(crypt_verify(public, "text", 4, sig));
}

/* python3: hashlib.blake2b(b'abc').hexdigest() */
static void
long_hash(void **state)
{
	struct crypt_hash *hash = crypt_hash_new();
	unsigned char out[CRYPT_HASH];

	(void)state;
	crypt_hash_add(hash, "a", 1);
	crypt_hash_add(hash, "bc", 2);
	crypt_hash_end(hash, out);
	says(out, CRYPT_HASH, "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
	    "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
	crypt_hash_end(crypt_hash_new(), NULL);
}

static void
base64(void **state)
{
	static const struct { const char *plain, *padded, *bare; } rows[] = {
		{ "", "", "" }, { "f", "Zg==", "Zg" }, { "fo", "Zm8=", "Zm8" }, { "foo", "Zm9v", "Zm9v" },
		{ "\xff\xfe\xfd", "//79", "//79" },
	};
	static const char *const bad[] = { "Zg", "Zg=", "Zh==", "Z===", "Zm9v\n", " Zm9v", "Zm-v", "=" };
	struct buf b = { 0 };
	char out[8];
	size_t len;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&b);
		crypt_base64(rows[i].plain, strlen(rows[i].plain), true, &b);
		CHECK_TEXT(rows[i].plain, buf_str(&b), rows[i].padded);
		CHECK_ROW(rows[i].plain, crypt_unbase64(buf_str(&b), b.len, true, out, sizeof out, &len) &&
		    len == strlen(rows[i].plain) && memcmp(out, rows[i].plain, len) == 0);
		buf_reset(&b);
		crypt_base64(rows[i].plain, strlen(rows[i].plain), false, &b);
		CHECK_TEXT(rows[i].plain, buf_str(&b), rows[i].bare);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK_ROW(bad[i], !crypt_unbase64(bad[i], strlen(bad[i]), true, out, sizeof out, &len));
	for (int c = 128; c < 256; c++) {
		char high[] = { 'Z', (char)c, '9', 'v' };

		assert_false(crypt_unbase64(high, 4, true, out, sizeof out, &len));
	}
	assert_false(crypt_unbase64("Zh", 2, false, out, sizeof out, &len));	/* bits left over */
	assert_false(crypt_unbase64("Zg==", 4, false, out, sizeof out, &len));
	assert_false(crypt_unbase64("Zm9vZm9vZm9v", 12, true, out, sizeof out, &len));	/* no room */
	buf_free(&b);
}

static void
passwords(void **state)
{
	unsigned char salt[CRYPT_SALT] = { 1 }, a[16], b[16];

	(void)state;
	assert_true(crypt_password("x", salt, 32768, 16u << 20, a, sizeof a));
	assert_true(crypt_password("x", salt, 32768, 16u << 20, b, sizeof b));
	assert_memory_equal(a, b, sizeof a);
	assert_true(crypt_password("y", salt, 32768, 16u << 20, b, sizeof b));
	assert_memory_not_equal(a, b, sizeof a);
	/* A hostile key file asks for all there is. */
	assert_false(crypt_password("x", salt, 32768, UINT64_C(1) << 40, a, sizeof a));
	assert_false(crypt_password("x", salt, UINT64_MAX, 16u << 20, a, sizeof a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hmac_and_hkdf),
		cmocka_unit_test(x25519),
		cmocka_unit_test(sealing),
		cmocka_unit_test(signing),
		cmocka_unit_test(long_hash),
		cmocka_unit_test(base64),
		cmocka_unit_test(passwords),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
