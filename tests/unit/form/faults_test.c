/* Every tests/forms/NAME.yaml against NAME.expected: all its faults, in order.
 * RUHU_TEST_UPDATE=1 writes what is found instead; read it before keeping it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "base/buf.h"
#include "form/form.h"
#include "form/form_yaml.h"

static char folder[] = "tests/forms";

static bool
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	if (f == NULL)
		return false;
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(out, part, n);
	fclose(f);
	return true;
}

static void
faults_of(const char *path, struct buf *out)
{
	const struct form_files files = { folder, form_files_folder };
	struct faults faults = { 0 };
	struct buf text = { 0 };
	struct form *f;
	char line[1024];

	assert_true(read_file(path, &text));
	f = form_read_yaml(strrchr(path, '/') + 1, buf_str(&text), text.len, &files, &faults);
	assert_int_equal(f == NULL, faults.errors > 0);
	for (size_t i = 0; i < faults.n; i++) {
		err_format(&faults.v[i].err, line, sizeof line);
		buf_addf(out, "%s %s\n", faults.v[i].severity == FAULT_ERROR ? "error" : "warning",
		    line);
	}
	form_free(f);
	faults_free(&faults);
	buf_free(&text);
}

static void
expected_faults(void **state)
{
	glob_t found;
	size_t wrong = 0;

	(void)state;
	assert_int_equal(glob("tests/forms/*.yaml", 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 5);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];
		struct buf got = { 0 }, want = { 0 }, name = { 0 };

		buf_addf(&name, "%.*s.expected", (int)(strlen(path) - strlen(".yaml")), path);
		faults_of(path, &got);
		if (getenv("RUHU_TEST_UPDATE") != NULL) {
			FILE *f = fopen(buf_str(&name), "wb");

			assert_non_null(f);
			fputs(buf_str(&got), f);
			fclose(f);
		}
		if (!read_file(buf_str(&name), &want))
			fail_msg("%s is missing", buf_str(&name));
		if (strcmp(buf_str(&got), buf_str(&want)) != 0) {
			print_error("%s gives\n%s", path, buf_str(&got));
			wrong++;
		}
		buf_free(&got);
		buf_free(&want);
		buf_free(&name);
	}
	globfree(&found);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(expected_faults) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
