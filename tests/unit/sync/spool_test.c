/* Files from outside: unpacked within limits, whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sync/spool.h"

static char folder[] = "/tmp/ruhu-spool-XXXXXX";

static const char *
put(const void *bytes, size_t len)
{
	static char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/in", folder);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
	return path;
}

static const char *
put_packed(const void *bytes, size_t len, size_t *packed_len)
{
	size_t cap = ZSTD_compressBound(len);
	char *packed = xmalloc(cap);
	const char *path;

	*packed_len = ZSTD_compress(packed, cap, bytes, len, 3);
	assert_false(ZSTD_isError(*packed_len));
	path = put(packed, *packed_len);
	free(packed);
	return path;
}

static bool
spooled_within(const char *path, const struct spool_limits *limits, struct buf *out,
    struct err *err)
{
	FILE *f;
	int c;

	buf_reset(out);
	if (!spool_open(path, folder, limits, &f, err))
		return false;
	while ((c = getc(f)) != EOF)
		buf_add_char(out, (char)c);
	fclose(f);
	return true;
}

static bool
spooled(const char *path, uint64_t file, uint64_t raw, struct buf *out, struct err *err)
{
	const struct spool_limits limits = { .file = file, .raw = raw };

	return spooled_within(path, &limits, out, err);
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	put("", 0);
	remove(put("", 0));
	return rmdir(folder);		/* fails when a copy was left behind */
}

static void
plain_and_packed_come_out_the_same(void **state)
{
	struct buf whole = { 0 }, got = { 0 };
	struct err err;
	size_t n;

	(void)state;
	for (int i = 0; whole.len < 500000; i++)
		buf_addf(&whole, "%d\n", i * 7919);
	assert_true(spooled(put(whole.data, whole.len), 1 << 20, 1 << 20, &got, &err));
	assert_int_equal(got.len, whole.len);
	assert_memory_equal(got.data, whole.data, whole.len);
	assert_true(spooled(put_packed(whole.data, whole.len, &n), 1 << 20, 1 << 20, &got, &err));
	assert_int_equal(got.len, whole.len);
	assert_memory_equal(got.data, whole.data, whole.len);
	assert_true(spooled(put("", 0), 10, 10, &got, &err));
	assert_int_equal(got.len, 0);
	buf_free(&whole);
	buf_free(&got);
}

static void
limits_hold_on_both_sides(void **state)
{
	struct buf got = { 0 };
	struct err err;
	char *zeros = xcalloc(1, 30 << 20);
	size_t n;
	const char *path = put_packed(zeros, 30 << 20, &n);

	(void)state;
	/* 30 MiB of zeros in a few KiB: stopped at the limit. */
	assert_true(n < 5000);
	assert_false(spooled(path, 1 << 20, 10 << 20, &got, &err));
	assert_non_null(strstr(err.text, "10 MiB when unpacked"));
	assert_true(spooled(path, 1 << 20, 30 << 20, &got, &err));
	assert_false(spooled(put(zeros, 3 << 20), 2 << 20, 30 << 20, &got, &err));
	assert_non_null(strstr(err.text, "larger than 2 MiB"));
	free(zeros);
	buf_free(&got);
}

/* What a signature says of the length is meant to the byte. */
static void
a_promise_is_kept(void **state)
{
	struct spool_limits limits = { .file = 1 << 20, .raw = 5000, .promised = true };
	char *zeros = xcalloc(1, 5000);
	struct buf got = { 0 };
	struct err err;
	size_t n;
	const char *path = put_packed(zeros, 5000, &n);

	(void)state;
	assert_true(spooled_within(path, &limits, &got, &err));
	limits.raw = 4999;
	assert_false(spooled_within(path, &limits, &got, &err));
	assert_non_null(strstr(err.text, "more than its signature says"));
	assert_false(err.unable);
	limits.raw = 5001;
	assert_false(spooled_within(path, &limits, &got, &err));
	assert_non_null(strstr(err.text, "less than its signature says"));
	assert_false(spooled_within("/nowhere", &limits, &got, &err));
	assert_true(err.unable);
	free(zeros);
	buf_free(&got);
}

static void
cut_spoilt_and_long_frames_are_errors(void **state)
{
	static const char text[] = "a line\nand another line\n";
	char packed[200];
	struct buf got = { 0 };
	struct err err;
	size_t n = ZSTD_compress(packed, sizeof packed, text, sizeof text - 1, 3);

	(void)state;
	for (size_t i = 4; i < n; i++)
		assert_false(spooled(put(packed, i), 1000, 1000, &got, &err));
	packed[n] = 'x';
	assert_false(spooled(put(packed, n + 1), 1000, 1000, &got, &err));
	memcpy(packed + n, packed, n);
	assert_false(spooled(put(packed, 2 * n), 1000, 1000, &got, &err));
	assert_true(spooled(put(packed, n), 1000, 1000, &got, &err));
	assert_string_equal(buf_str(&got), text);
	buf_free(&got);
}

static void
what_is_no_file_is_an_error(void **state)
{
	struct buf got = { 0 };
	struct err err;

	(void)state;
	assert_false(spooled(folder, 1000, 1000, &got, &err));
	assert_false(spooled("/dev/zero", 1000, 1000, &got, &err));
	assert_false(spooled("/nowhere/at/all", 1000, 1000, &got, &err));
	buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_and_packed_come_out_the_same),
		cmocka_unit_test(limits_hold_on_both_sides),
		cmocka_unit_test(a_promise_is_kept),
		cmocka_unit_test(cut_spoilt_and_long_frames_are_errors),
		cmocka_unit_test(what_is_no_file_is_an_error),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
