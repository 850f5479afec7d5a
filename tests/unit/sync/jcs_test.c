/* What jcs.h writes is read back by jansson, and compared with RFC 8785's own
 * examples of escapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/buf.h"
#include "sync/jcs.h"

static const char *
string(struct buf *b, const char *s, size_t len)
{
	struct jcs j = jcs_into(b);

	buf_reset(b);
	jcs_str_n(&j, s, len);
	return buf_str(b);
}

static void
escapes_are_those_of_rfc_8785(void **state)
{
	struct buf b = { 0 };

	(void)state;
	/* The literal of RFC 8785, 3.2.2.2, after its \u escapes are resolved. */
	assert_string_equal(string(&b, "\xE2\x82\xAC$\x0F\nA'B\"\\\\\"/", 14),
	    "\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
	assert_string_equal(string(&b, "\b\t\n\v\f\r\x1F\x7F", 8),
	    "\"\\b\\t\\n\\u000b\\f\\r\\u001f\x7F\"");
	assert_string_equal(string(&b, "", 0), "\"\"");
	buf_free(&b);
}

static void
invalid_bytes_become_a_mark(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_string_equal(string(&b, "a\xFFz", 3), "\"a\xEF\xBF\xBDz\"");
	assert_string_equal(string(&b, "\xE6\x88", 2),
	    "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
	assert_string_equal(string(&b, "\xED\xA0\x80", 3),
	    "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
	buf_free(&b);
}

static void
every_byte_string_reads_back(void **state)
{
	struct buf b = { 0 };
	char s[3];

	(void)state;
	for (int hi = 1; hi < 128; hi++)
		for (int lo = 1; lo < 128; lo++) {
			json_t *v;

			s[0] = (char)hi;
			s[1] = (char)lo;
			s[2] = '\0';
			v = json_loads(string(&b, s, 2), JSON_DECODE_ANY, NULL);
			assert_non_null(v);
			assert_string_equal(json_string_value(v), s);
			json_decref(v);
		}
	buf_free(&b);
}

static void
integers_have_no_exponent(void **state)
{
	static const struct { int64_t n; const char *text; } cases[] = {
		{ 0, "0" }, { -1, "-1" }, { 10, "10" }, { 9007199254740991, "9007199254740991" },
		{ INT64_MIN, "-9223372036854775808" }, { INT64_MAX, "9223372036854775807" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct jcs j = jcs_into(&b);

		buf_reset(&b);
		jcs_int(&j, cases[i].n);
		assert_string_equal(buf_str(&b), cases[i].text);
	}
	buf_free(&b);
}

static void
commas_stand_between(void **state)
{
	struct buf b = { 0 };
	struct jcs j = jcs_into(&b);

	(void)state;
	jcs_open(&j, '{');
	jcs_key(&j, "a");
	jcs_open(&j, '[');
	jcs_open(&j, '[');
	jcs_close(&j, ']');
	jcs_int(&j, 1);
	jcs_null(&j);
	jcs_open(&j, '{');
	jcs_close(&j, '}');
	jcs_close(&j, ']');
	jcs_key_bool(&j, "b", true);
	jcs_key_str(&j, "c", "x");
	jcs_key(&j, "d");
	jcs_str_or_null(&j, NULL);
	jcs_close(&j, '}');
	assert_string_equal(buf_str(&b), "{\"a\":[[],1,null,{}],\"b\":true,\"c\":\"x\",\"d\":null}");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_are_those_of_rfc_8785),
		cmocka_unit_test(invalid_bytes_become_a_mark),
		cmocka_unit_test(every_byte_string_reads_back),
		cmocka_unit_test(integers_have_no_exponent),
		cmocka_unit_test(commas_stand_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
