#include "check.h"

#include "base/hash.h"

/* BLAKE2b with 32 bytes of output: python3's hashlib.blake2b(x, digest_size=32). */
static const char of_nothing[] = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8";
static const char of_abc[] = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
static const char of_abc_keyed[] = "66b4857d42c644c61fca8c0bcea243e0e75088582c7964bbac6b92c02381d9c7";

static void
blake2b(void **state)
{
	const struct hash_part parts[] = { { "a", 1 }, { "", 0 }, { "bc", 2 } };
	unsigned char out[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	struct hash_stream *stream;

	(void)state;
	hash_bytes("", 0, out);
	hex_format(out, sizeof out, hex);
	assert_string_equal(hex, of_nothing);
	hash_bytes("abc", 3, out);
	hex_format(out, sizeof out, hex);
	assert_string_equal(hex, of_abc);
	hash_parts(parts, COUNT(parts), NULL, 0, out);
	hex_format(out, sizeof out, hex);
	assert_string_equal(hex, of_abc);
	hash_parts(parts, COUNT(parts), "0123456789abcdef", 16, out);
	hex_format(out, sizeof out, hex);
	assert_string_equal(hex, of_abc_keyed);
	stream = hash_stream_new();
	for (size_t i = 0; i < COUNT(parts); i++)
		hash_stream_add(stream, parts[i].data, parts[i].len);
	hash_stream_end(stream, out);
	hex_format(out, sizeof out, hex);
	assert_string_equal(hex, of_abc);
}

static void
uuids(void **state)
{
	char a[37], b[37];

	(void)state;
	uuid_v7(0x0123456789abLL, a);
	assert_int_equal(strlen(a), 36);
	assert_memory_equal(a, "01234567-89ab-7", 15);
	assert_non_null(strchr("89ab", a[19]));
	uuid_v7(0x0123456789abLL, b);
	assert_string_not_equal(a, b);
	uuid_v7(0x0123456789acLL, b);
	assert_true(strcmp(a, b) < 0);	/* sorted by time */
	uuid_v4(a);
	assert_int_equal(a[14], '4');
	assert_non_null(strchr("89ab", a[19]));
	uuid_v4(b);
	assert_string_not_equal(a, b);
	for (size_t i = 0; i < 36; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23)
			assert_int_equal(a[i], '-');
		else
			assert_non_null(strchr("0123456789abcdef", a[i]));
}

static void
hexadecimal(void **state)
{
	unsigned char out[2] = { 7, 7 };
	char hex[5];

	(void)state;
	hex_format("\x00\xfe", 2, hex);
	assert_string_equal(hex, "00fe");
	assert_int_equal(hex_parse("00fE", out, 2), 0);
	assert_int_equal(out[0], 0);
	assert_int_equal(out[1], 0xfe);
	out[0] = 7;
	assert_int_equal(hex_parse("00f", out, 2), -1);
	assert_int_equal(hex_parse("00fe0", out, 2), -1);
	assert_int_equal(hex_parse("00fg", out, 2), -1);
	assert_int_equal(out[0], 7);	/* untouched */
	assert_int_equal(hex_parse("", out, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blake2b),
		cmocka_unit_test(uuids),
		cmocka_unit_test(hexadecimal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
