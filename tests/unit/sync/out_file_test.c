#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include <cmocka.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sync/out_file.h"

static char folder[] = "/tmp/ruhu-out-XXXXXX";

static bool lies;		/* the disk: every write is one bit off */

ssize_t
write(int fd, const void *p, size_t n)
{
	static ssize_t (*real)(int, const void *, size_t);
	char *other;
	ssize_t done;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "write");
	if (!lies || n == 0)
		return real(fd, p, n);
	other = xmalloc(n);
	memcpy(other, p, n);
	other[n / 2] ^= 1;
	done = real(fd, other, n);
	free(other);
	return done;
}

static const char *
name(const char *leaf)
{
	static char path[200];

	snprintf(path, sizeof path, "%s/%s", folder, leaf);
	return path;
}

static char *
slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	struct buf b = { 0 };
	int c;

	assert_non_null(f);
	while ((c = getc(f)) != EOF)
		buf_add_char(&b, (char)c);
	fclose(f);
	*len = b.len;
	return buf_take(&b);
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
	static const char *const leaves[] = { "a", "a.part", "b.zst", "b.zst.part", "full",
		"full.part", "dir" };

	(void)state;
	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
		remove(name(leaves[i]));
	return rmdir(folder);
}

static void
appears_only_when_committed(void **state)
{
	struct out_file *f;
	struct err err;
	struct stat st;
	uint64_t bytes;
	size_t len;
	char *text;

	(void)state;
	assert_true(out_file_open(name("a"), &f, &err));
	assert_true(out_file_write(f, "old", 3, &err));
	assert_int_equal(access(name("a"), F_OK), -1);
	assert_true(out_file_commit(f, &bytes, &err));
	assert_int_equal(bytes, 3);
	assert_int_equal(stat(name("a"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(access(name("a.part"), F_OK), -1);

	/* Given up: what was there stands. */
	assert_true(out_file_open(name("a"), &f, &err));
	assert_true(out_file_write(f, "newer", 5, &err));
	out_file_abort(f);
	text = slurp(name("a"), &len);
	assert_string_equal(text, "old");
	free(text);
	assert_int_equal(access(name("a.part"), F_OK), -1);
}

static void
a_part_left_by_a_killed_program_is_written_over(void **state)
{
	FILE *left = fopen(name("a.part"), "w");
	struct out_file *f;
	struct err err;
	size_t len;
	char *text;

	(void)state;
	fputs("a long half of something else", left);
	fclose(left);
	assert_true(out_file_open(name("a"), &f, &err));
	assert_true(out_file_write(f, "whole", 5, &err));
	assert_true(out_file_commit(f, NULL, &err));
	text = slurp(name("a"), &len);
	assert_string_equal(text, "whole");
	free(text);
}

static void
a_part_in_use_is_left_alone(void **state)
{
	struct out_file *f, *g;
	struct err err;

	(void)state;
	assert_true(out_file_open(name("a"), &f, &err));
	assert_false(out_file_open(name("a"), &g, &err));
	assert_non_null(strstr(err.text, "another program"));
	assert_int_equal(access(name("a.part"), F_OK), 0);
	assert_true(out_file_write(f, "mine", 4, &err));
	assert_true(out_file_commit(f, NULL, &err));
}

static void
zst_reads_back(void **state)
{
	struct out_file *f;
	struct err err;
	struct buf whole = { 0 };
	uint64_t bytes;
	size_t len, n;
	char *packed, *plain;

	(void)state;
	for (int i = 0; whole.len < 3000000; i++)
		buf_addf(&whole, "{\"k\":\"t\",\"q\":%d}\n", i * 7919);
	assert_true(out_file_open(name("b.zst"), &f, &err));
	for (size_t at = 0; at < whole.len; at += n) {
		n = whole.len - at < 1013 ? whole.len - at : 1013;
		assert_true(out_file_write(f, whole.data + at, n, &err));
	}
	assert_true(out_file_commit(f, &bytes, &err));
	packed = slurp(name("b.zst"), &len);
	assert_int_equal(len, bytes);
	assert_true(len < whole.len / 4);
	plain = xmalloc(whole.len + 1);
	n = ZSTD_decompress(plain, whole.len + 1, packed, len);
	assert_int_equal(n, whole.len);
	assert_memory_equal(plain, whole.data, whole.len);
	/* One bit turned: the checksum tells. */
	packed[len / 2] ^= 1;
	n = ZSTD_decompress(plain, whole.len + 1, packed, len);
	assert_true(ZSTD_isError(n) || memcmp(plain, whole.data, whole.len) != 0);
	packed[len / 2] ^= 1;
	packed[len - 1] ^= 1;
	assert_true(ZSTD_isError(ZSTD_decompress(plain, whole.len + 1, packed, len)));
	free(plain);
	free(packed);
	buf_free(&whole);
}

static void
what_is_no_file_is_refused(void **state)
{
	struct out_file *f;
	struct err err;

	(void)state;
	assert_int_equal(mkdir(name("dir"), 0700), 0);
	assert_false(out_file_open(name("dir"), &f, &err));
	assert_false(out_file_open(name("nowhere/a"), &f, &err));
	assert_int_equal(rmdir(name("dir")), 0);
}

/* A limit on file size stands for a full disk: the write fails half-way. */
static void
no_room_leaves_nothing(void **state)
{
	struct rlimit small = { 100000, RLIM_INFINITY }, old;
	struct out_file *f;
	struct err err;
	char block[10000];
	bool ok = true;

	(void)state;
	memset(block, 'x', sizeof block);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	setrlimit(RLIMIT_FSIZE, &small);
	assert_true(out_file_open(name("full"), &f, &err));
	for (int i = 0; ok && i < 30; i++)
		ok = out_file_write(f, block, sizeof block, &err);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_false(ok);
	assert_non_null(strstr(err.text, "cannot be written"));
	out_file_abort(f);
	assert_int_equal(access(name("full"), F_OK), -1);
	assert_int_equal(access(name("full.part"), F_OK), -1);
}

static void
a_disk_that_lies_is_found_out(void **state)
{
	struct out_file *f;
	struct err err;
	size_t len;
	char *text;

	(void)state;
	assert_true(out_file_open(name("a"), &f, &err));
	assert_true(out_file_write(f, "what stood here", 15, &err));
	assert_true(out_file_commit(f, NULL, &err));
	assert_true(out_file_open(name("a"), &f, &err));
	assert_true(out_file_write(f, "what is to be there", 19, &err));
	lies = true;
	assert_false(out_file_commit(f, NULL, &err));
	lies = false;
	assert_non_null(strstr(err.text, "does not hold what was written"));
	text = slurp(name("a"), &len);
	assert_string_equal(text, "what stood here");
	free(text);
	assert_int_equal(access(name("a.part"), F_OK), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appears_only_when_committed),
		cmocka_unit_test(a_part_left_by_a_killed_program_is_written_over),
		cmocka_unit_test(a_part_in_use_is_left_alone),
		cmocka_unit_test(zst_reads_back),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(no_room_leaves_nothing),
		cmocka_unit_test(a_disk_that_lies_is_found_out),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
