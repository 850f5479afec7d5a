/* jcs_read.h against jansson and jcs.h: a text is canonical when jansson reads it and
 * jcs.h writes what it read as the very same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/buf.h"
#include "sync/jcs.h"
#include "sync/jcs_read.h"

/* ---- by jansson --------------------------------------------------------------------- */

static int
by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool put(struct jcs *j, json_t *v);

static bool
put_object(struct jcs *j, json_t *v)
{
	const char *keys[64], *key;
	size_t n = 0;
	json_t *item;
	bool ok = true;

	assert_true(json_object_size(v) <= 64);
	json_object_foreach(v, key, item)
		keys[n++] = key;
	qsort(keys, n, sizeof *keys, by_key);
	jcs_open(j, '{');
	for (size_t i = 0; i < n; i++) {
		jcs_key(j, keys[i]);
		ok = put(j, json_object_get(v, keys[i])) && ok;
	}
	jcs_close(j, '}');
	return ok;
}

static bool
put(struct jcs *j, json_t *v)
{
	json_t *item;
	size_t i;
	bool ok = true;

	switch (json_typeof(v)) {
	case JSON_OBJECT: return put_object(j, v);
	case JSON_STRING: jcs_str_n(j, json_string_value(v), json_string_length(v)); return true;
	case JSON_INTEGER: jcs_int(j, json_integer_value(v)); return true;
	case JSON_NULL: jcs_null(j); return true;
	case JSON_TRUE:
	case JSON_FALSE: jcs_bool(j, json_is_true(v)); return true;
	case JSON_ARRAY: break;
	default: return false;
	}
	jcs_open(j, '[');
	json_array_foreach(v, i, item)
		ok = put(j, item) && ok;
	jcs_close(j, ']');
	return ok;
}

static bool
jansson_says(const char *text, size_t len)
{
	struct buf again = { 0 };
	struct jcs j = jcs_into(&again);
	json_t *v = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	bool same = v != NULL && put(&j, v) && again.len == len &&
	    memcmp(again.data, text, len) == 0;

	json_decref(v);
	buf_free(&again);
	return same;
}

/* ---- the same of both ------------------------------------------------------------------ */

static void
compare(struct jcs_text *t, const struct jcs_value *v, json_t *w)
{
	const struct jcs_value *one = jcs_first(v);
	const char *key;
	json_t *item;
	size_t i;

	assert_non_null(v);
	assert_int_equal(jcs_is(v, JCS_NULL), json_is_null(w));
	assert_int_equal(jcs_is(v, JCS_BOOL), json_is_boolean(w));
	assert_int_equal(jcs_is(v, JCS_INT), json_is_integer(w));
	assert_int_equal(jcs_is(v, JCS_LIST), json_is_array(w));
	assert_int_equal(jcs_is(v, JCS_OBJECT), json_is_object(w));
	assert_int_equal(jcs_size(v), json_array_size(w));
	if (json_is_boolean(w))
		assert_int_equal(v->of.i, json_is_true(w));
	if (json_is_integer(w))
		assert_true(v->of.i == json_integer_value(w));
	if (json_is_string(w)) {
		assert_int_equal(v->n, json_string_length(w));
		assert_string_equal(jcs_string(v), json_string_value(w));
	} else {
		assert_null(jcs_string(v));
	}
	json_array_foreach(w, i, item) {
		assert_ptr_equal(one, jcs_item(v, i));
		compare(t, one, item);
		one = jcs_after(one);
	}
	assert_null(jcs_item(v, json_array_size(w)));
	json_object_foreach(w, key, item)
		compare(t, jcs_member(v, key), item);
	assert_null(jcs_member(v, "no such"));
}

static void
check(struct jcs_text *t, const char *text, size_t len)
{
	const struct jcs_value *v = jcs_read(t, text, len);

	assert_int_equal(v != NULL, jansson_says(text, len));
	if (v != NULL) {
		json_t *w = json_loadb(text, len, JSON_DECODE_ANY, NULL);

		compare(t, v, w);
		json_decref(w);
	}
}

/* ---- tests ------------------------------------------------------------------------------- */

static const char *const fine[] = {
	"{}", "[]", "null", "true", "false", "0", "-1", "\"\"",
	"9223372036854775807", "-9223372036854775808",
	"[[[[[[[[]]]]]]]]",
	("[true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,"
	    "true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true]"),
	"{\"a\":1,\"aa\":[null,true,{\"b\":\"c\"},[]],\"b\":false,\"\xE6\x88\xB7\":\"\xF0\x9F\x8F\xA0\"}",
	"\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0001\\u000b\\u001f\x7F\"",
	("{\"a\":\"w1\",\"c\":[[\"q1\",\"5200\",null,0],[\"q2\",null,-3,1,\"refused\"],"
	    "[\"q3\",\"\xE5\x86\x9C\",[[0,12,\"0a1b2c3d\"]],0]],\"e\":0,\"k\":\"t\",\"q\":7}"),
};

static const char *const refused[] = {
	"", " ", "nul", "tru", "falsey", "1 ", " 1", "01", "-0", "-", "1.0", "1e3", "+1",
	"9223372036854775808", "-9223372036854775809", "99999999999999999999",
	"[1,]", "[,1]", "[1 ,2]", "[1", "[1]]", "]", "{\"a\":1,}", "{\"a\"}", "{\"a\":}", "{1:2}",
	"{\"b\":1,\"a\":2}", "{\"a\":1,\"a\":2}", "{\"aa\":1,\"a\":2}", "{\"a\": 1}", "{\"a\":1",
	"\"", "\"a", "\"\\", "\"\\\"", "\"\\u", "\"\\u00", "\"\\u000", "\"\\u0000\"", "\"\\u0009\"",
	"\"\\u001F\"", "\"\\u0020\"", "\"\\u4e00\"", "\"\\ud800\"", "\"\\/\"", "\"\\x\"", "\"\t\"",
	"\"\x01\"", "\"\xFF\"", "\"\xE6\x88\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\xEF\xBB\xBF{}",
};

static void
what_is_canonical(void **state)
{
	struct jcs_text t = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
		assert_non_null(jcs_read(&t, fine[i], strlen(fine[i])));
		check(&t, fine[i], strlen(fine[i]));
	}
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		assert_null(jcs_read(&t, refused[i], strlen(refused[i])));
		check(&t, refused[i], strlen(refused[i]));
	}
	assert_null(jcs_read(&t, "\"a\0b\"", 5));
	/* Deeper than a line of a sync file ever is. */
	assert_null(jcs_read(&t, "[[[[[[[[[]]]]]]]]]", 18));
	jcs_text_free(&t);
}

/* Cut anywhere, and each byte as another: both say the same of it. */
static void
near_canonical(void **state)
{
	static const char others[] = "\"\\{}[]:,0-9ntu \x01\x80\xE6";
	struct jcs_text t = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
		size_t len = strlen(fine[i]);
		char *text = strdup(fine[i]);

		for (size_t at = 0; at < len; at++) {
			check(&t, text, at);
			for (size_t k = 0; k + 1 < sizeof others; k++) {
				text[at] = others[k];
				if (strncmp(text, "[[[[[[[[[", 9) != 0)
					check(&t, text, len);
			}
			text[at] = fine[i][at];
		}
		free(text);
	}
	jcs_text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_canonical),
		cmocka_unit_test(near_canonical),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
