/* mem.c, buf.c, map.c and err.c */
#include "check.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"

static void
arenas(void **state)
{
	struct arena *arena = arena_new();
	char *texts[1000];
	unsigned char *big;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char s[32];
		long long *aligned = arena_alloc(arena, 8);

		assert_int_equal((uintptr_t)aligned % 8, 0);
		assert_int_equal(*aligned, 0);
		snprintf(s, sizeof s, "text %d", i);
		texts[i] = arena_strdup(arena, s);
	}
	assert_string_equal(texts[0], "text 0");
	assert_string_equal(texts[999], "text 999");
	assert_string_equal(arena_strndup(arena, "abcdef", 3), "abc");
	big = arena_alloc(arena, 100000);	/* larger than a block */
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(big[i], 0);
	memset(big, 1, 100000);
	assert_true(arena_bytes(arena) >= 116000);
	assert_string_equal(texts[500], "text 500");
	assert_non_null(arena_alloc(arena, 0));
	arena_free(arena);
	arena_free(NULL);
}

static void
arrays_that_grow(void **state)
{
	int *v = NULL;
	size_t n = 0, cap = 0, moved = 0;

	(void)state;
	for (; n < 1000; n++) {
		size_t was = cap;

		v = xgrow(v, &cap, n + 1, sizeof *v);
		moved += cap != was;
		v[n] = (int)n;
	}
	assert_int_equal(v[999], 999);
	assert_true(moved < 12);
	v = xgrow(v, &cap, 5000, sizeof *v);
	assert_true(cap >= 5000);
	free(v);
	free(xmalloc(0));
	free(xcalloc(0, 0));
}

static void
bytes_that_grow(void **state)
{
	struct buf b = { 0 };
	char *taken;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	buf_cut(&b, 0);
	buf_reset(&b);
	taken = buf_take(&b);
	assert_string_equal(taken, "");
	free(taken);
	buf_add(&b, NULL, 0);
	buf_add_str(&b, "one");
	buf_add_char(&b, ' ');
	buf_addf(&b, "%d %s", 22, "three");
	buf_addf(&b, "%s", "");
	assert_string_equal(b.data, "one 22 three");
	buf_set_str(&b, b.data + 4);		/* from itself */
	assert_string_equal(b.data, "22 three");
	buf_cut(&b, 2);
	buf_cut(&b, 9);
	assert_string_equal(b.data, "22");
	assert_int_equal(b.len, 2);
	for (int i = 0; i < 10000; i++)
		buf_add(&b, "x\0", 2);
	assert_int_equal(b.len, 20002);
	assert_int_equal(b.data[b.len], '\0');
	buf_set_str(&b, "");
	taken = buf_take(&b);
	assert_string_equal(taken, "");
	assert_int_equal(b.cap, 0);
	free(taken);
	buf_free(&b);
	buf_free(&b);
}

static void
names_to_values(void **state)
{
	struct map *map = map_new();
	char (*keys)[16] = xcalloc(5000, sizeof *keys);

	(void)state;
	assert_null(map_get(map, "a"));
	for (size_t i = 0; i < 5000; i++) {
		snprintf(keys[i], sizeof keys[i], "key%zu", i);
		assert_true(map_put(map, keys[i], (void *)i));
	}
	assert_int_equal(map_count(map), 5000);
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal((size_t)*map_get(map, keys[i]), i);
	assert_null(map_get(map, "key5000"));
	assert_null(map_get(map, ""));
	assert_false(map_put(map, "key7", (void *)70));
	assert_int_equal((size_t)*map_get(map, "key7"), 70);
	assert_true(map_put(map, "", NULL));
	assert_non_null(map_get(map, ""));	/* there, though its value is NULL */
	assert_null(*map_get(map, ""));
	assert_int_equal(map_count(map), 5001);
	map_free(map);
	map_free(NULL);
	free(keys);
}

static void
errors_as_values(void **state)
{
	struct err err = { 0 };
	char out[64];

	(void)state;
	assert_false(err_set(&err, "no %s", "room"));
	err_format(&err, out, sizeof out);
	assert_string_equal(out, "no room");
	assert_false(err_at(&err, "a.yaml", 31, 15, "no question %s", "x"));
	err_format(&err, out, sizeof out);
	assert_string_equal(out, "a.yaml:31:15: no question x");
	assert_false(err_wrap(&err, "relevant"));
	err_format(&err, out, sizeof out);
	assert_string_equal(out, "a.yaml:31:15: relevant: no question x");
	err_at(&err, "a.yaml", 0, 0, "empty");
	err_format(&err, out, sizeof out);
	assert_string_equal(out, "a.yaml: empty");
	err_at(&err, NULL, 3, 4, "bad");
	err_format(&err, out, sizeof out);
	assert_string_equal(out, "3:4: bad");
	err_format(&err, out, 4);
	assert_string_equal(out, "3:4");
	err_at(&err, "a\xff", 1, 1, "found '%s'", "\xe4\xb8|中");
	err_format(&err, out, sizeof out);
	assert_string_equal(out, "a?:1:1: found '??|中'");
}

/* A sentence too long is cut, and still UTF-8, whatever its length. */
static void
long_errors_are_cut_at_a_character(void **state)
{
	struct err err = { 0 };
	char text[2000];

	(void)state;
	for (int shift = 0; shift < 4; shift++) {
		memset(text, 'x', sizeof text);
		for (size_t i = (size_t)shift; i + 3 < sizeof text; i += 3)
			memcpy(text + i, "中", 3);
		text[1900 + shift] = '\0';
		err_set(&err, "%s", text);
		assert_true(strlen(err.text) >= sizeof err.text - 4);
		assert_true(utf8_valid(err.text, strlen(err.text)));
		err_wrap(&err, "%s", "更长");
		assert_true(utf8_valid(err.text, strlen(err.text)));
		err_at(&err, text, 1, 1, "x");
		assert_true(utf8_valid(err.file, strlen(err.file)));
	}
}

static void
all_faults_of_a_file(void **state)
{
	struct faults faults = { .limit = 4 };
	struct err err = { 0 };

	(void)state;
	faults_add(&faults, FAULT_ERROR, "b", 2, 1, "third");
	faults_add(&faults, FAULT_WARNING, "a", 9, 9, "first");
	faults_add(&faults, FAULT_ERROR, "b", 2, 1, "fourth, as it came later");
	err_at(&err, "b", 1, 7, "second");
	faults_add_err(&faults, FAULT_ERROR, &err);
	faults_add(&faults, FAULT_ERROR, "c", 1, 1, "one too many");
	faults_add_err(&faults, FAULT_WARNING, &err);
	assert_int_equal(faults.n, 4);
	assert_int_equal(faults.errors, 4);
	assert_int_equal(faults.dropped, 2);
	faults_sort(&faults);
	assert_string_equal(faults.v[0].err.text, "first");
	assert_int_equal(faults.v[0].severity, FAULT_WARNING);
	assert_string_equal(faults.v[1].err.text, "second");
	assert_string_equal(faults.v[2].err.text, "third");
	assert_string_equal(faults.v[3].err.text, "fourth, as it came later");
	faults_free(&faults);
	assert_int_equal(faults.n, 0);
	faults_add(&faults, FAULT_ERROR, NULL, 0, 0, "usable again");
	assert_int_equal(faults.n, 1);
	faults_free(&faults);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arenas),
		cmocka_unit_test(arrays_that_grow),
		cmocka_unit_test(bytes_that_grow),
		cmocka_unit_test(names_to_values),
		cmocka_unit_test(errors_as_values),
		cmocka_unit_test(long_errors_are_cut_at_a_character),
		cmocka_unit_test(all_faults_of_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
