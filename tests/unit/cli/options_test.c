/* The option parser: where options may stand, how values are given, what is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/cmd.h"
#include "cli/fill.h"

static const struct option options[] = {
	{ "json", 'j', NULL, "" }, { "output", 'o', "FILE", "" }, { "all", 0, NULL, "" }, { 0 }
};
static const struct cmd cmd = { "thing", "ARG [ARG]", 1, 2, "", NULL, options, NULL };

struct parsed {
	struct cli cli;
	struct args args;
	struct err err;
	char early;
	bool ok;
	char *argv[12];
};

/* words: arguments, NULL-ended. */
static struct parsed
parse(const char *const *words)
{
	struct parsed p = { 0 };
	int n = 0;

	for (; words[n] != NULL; n++)
		p.argv[n] = (char *)words[n];
	p.ok = args_parse(&p.cli, &cmd, n, p.argv, &p.args, &p.early, &p.err);
	return p;
}
#define PARSE(...) parse((const char *const[]){ __VA_ARGS__, NULL })

static void
options_stand_anywhere(void **state)
{
	struct parsed p = PARSE("a", "--json", "b", "-o", "f");

	(void)state;
	assert_true(p.ok);
	assert_int_equal(p.args.n, 2);
	assert_string_equal(args_option(&p.args, "json"), "");
	assert_string_equal(args_option(&p.args, "output"), "f");
	assert_null(args_option(&p.args, "all"));
	assert_null(args_option(&p.args, "nonsense"));
}

static void
values_in_four_spellings(void **state)
{
	static const struct { const char *words[6], *value; } cases[] = {
		{ { "a", "-o", "f" }, "f" }, { { "a", "-of" }, "f" },
		{ { "a", "--output", "f" }, "f" }, { { "a", "--output=f" }, "f" },
		{ { "a", "--output=" }, "" }, { { "a", "--output=a=b" }, "a=b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed p = parse(cases[i].words);

		assert_true(p.ok);
		assert_string_equal(args_option(&p.args, "output"), cases[i].value);
	}
}

static void
two_hyphens_end_options(void **state)
{
	struct parsed p = PARSE("--", "--json", "-o");

	(void)state;
	assert_true(p.ok);
	assert_int_equal(p.args.n, 2);
	assert_null(args_option(&p.args, "json"));
	p = PARSE("-");
	assert_true(p.ok);
	assert_int_equal(p.args.n, 1);
}

static void
global_options_stand_after_the_command_too(void **state)
{
	struct parsed p = PARSE("a", "-d", "x.db", "--as", "w07", "--now", "2026-11-23T08:00Z");

	(void)state;
	assert_true(p.ok);
	assert_string_equal(p.cli.database, "x.db");
	assert_string_equal(p.cli.as, "w07");
	assert_true(p.cli.clock.fixed);
	assert_true(p.cli.clock.fixed_ms == 1795420800000);
	p = PARSE("--help");
	assert_true(p.ok);
	assert_int_equal(p.early, 'h');
}

static void
what_is_wrong_is_said(void **state)
{
	static const struct { const char *words[6], *text; } cases[] = {
		{ { "a", "--jsn" }, "did you mean '--json'?" },
		{ { "a", "-x" }, "no option '-x'" },
		{ { "a", "--json=1" }, "takes no value" },
		{ { "a", "-j1" }, "takes no value" },
		{ { "a", "-o" }, "wants a value" },
		{ { "a", "--as", "" }, "empty" },
		{ { "a", "--as", "a\nb" }, "control" },
		{ { "a", "--as", "\xFF" }, "control" },
		{ { "a", "--as", "0123456789012345678901234567890123456789012345678901234567890123x" },
		    "64 bytes" },
		{ { "a", "--lang", "de" }, "'de'" },
		{ { "a", "--now", "soon" }, "'soon'" },
		{ { NULL }, "something is missing" },
		{ { "a", "b", "c" }, "too much" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed p = parse(cases[i].words);

		assert_false(p.ok);
		if (strstr(p.err.text, cases[i].text) == NULL)
			fail_msg("'%s' has no '%s'", p.err.text, cases[i].text);
	}
}

static void
values_of_fill(void **state)
{
	struct buf b = { 0 };
	struct err err;

	(void)state;
	assert_true(fill_value("as it \"stands\"  ", &b, &err));
	assert_string_equal(buf_str(&b), "as it \"stands\"  ");
	buf_reset(&b);
	assert_true(fill_value("\" a\\n\\u9a6c\"", &b, &err));
	assert_string_equal(buf_str(&b), " a\n\xE9\xA9\xAC");
	buf_reset(&b);
	assert_false(fill_value("\"open", &b, &err));
	assert_false(fill_value("\"a\" and more", &b, &err));
	assert_false(fill_value("\"a\\u0000b\"", &b, &err));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(values_in_four_spellings),
		cmocka_unit_test(two_hyphens_end_options),
		cmocka_unit_test(global_options_stand_after_the_command_too),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(values_of_fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
