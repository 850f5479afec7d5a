/* What is typed and what becomes of it: a line a case. `=` the canonical text,
 * `!` the sentence of the refusal. The clock stands at 2026-11-23 10:00 UTC. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/date.h"
#include "form/form.h"
#include "form/form_yaml.h"
#include "form/value.h"

static const char form_text[] =
    "settings: {form_id: t, version: 1}\n"
    "choices:\n"
    "  codes: {01: One, 02: Two, 10: Ten, A: Letter, 丙: Third}\n"
    "survey:\n"
    "  - {type: text, name: text, label: x}\n"
    "  - {type: text, name: long, label: x, appearance: multiline}\n"
    "  - {type: text, name: rows, label: x, parameters: rows=3}\n"
    "  - {type: text, name: idcard, label: x, appearance: idcard}\n"
    "  - {type: text, name: numbers, label: x, appearance: numbers}\n"
    "  - {type: integer, name: integer, label: x}\n"
    "  - {type: integer, name: thousands, label: x, appearance: thousands-sep}\n"
    "  - {type: decimal, name: decimal, label: x}\n"
    "  - {type: range, name: range, label: x}\n"
    "  - {type: range, name: halves, label: x, parameters: start=0 end=2 step=0.5}\n"
    "  - {type: range, name: down, label: x, parameters: start=10 end=0 step=2}\n"
    "  - {type: date, name: date, label: x}\n"
    "  - {type: date, name: month, label: x, appearance: month-year}\n"
    "  - {type: date, name: year, label: x, appearance: year}\n"
    "  - {type: time, name: time, label: x}\n"
    "  - {type: dateTime, name: instant, label: x}\n"
    "  - {type: select_one codes, name: one, label: x}\n"
    "  - {type: select_one_from_file t.csv, name: file, label: x}\n"
    "  - {type: select_multiple codes, name: several, label: x}\n"
    "  - {type: select_multiple_from_file t.csv, name: files, label: x}\n"
    "  - {type: rank codes, name: rank, label: x}\n"
    "  - {type: note, name: note, label: x}\n"
    "  - {type: acknowledge, name: ack, label: x}\n"
    "  - {type: barcode, name: barcode, label: x}\n"
    "  - {type: geopoint, name: point, label: x}\n"
    "  - {type: geotrace, name: trace, label: x}\n"
    "  - {type: geoshape, name: shape, label: x}\n"
    "  - {type: image, name: image, label: x}\n"
    "  - {type: calculate, name: calc, calculation: 1 + 1}\n";

static const struct { const char *question, *typed, *result; } cases[] = {
#include "value_cases.h"
};

static void
every_case(void **state)
{
	const struct clock clock = { .fixed = true, .fixed_ms = 1795428000000 };
	struct faults faults = { 0 };
	struct form *f = form_read_yaml("t", form_text, sizeof form_text - 1, NULL, &faults);
	size_t wrong = 0;

	(void)state;
	assert_non_null(f);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct question *q = form_find(f, cases[i].question, NULL);
		struct buf out = { 0 }, got = { 0 };
		struct err err;

		assert_non_null(q);
		buf_set_str(&out, "before");
		if (value_parse(q, cases[i].typed, &clock, &out, &err)) {
			buf_addf(&got, "=%s", buf_str(&out));
			/* What is canonical is taken as it is. */
			assert_true(value_parse(q, got.data + 1, &clock, &out, &err));
			assert_string_equal(got.data + 1, buf_str(&out));
		} else {
			buf_addf(&got, "!%s", err.text);
			assert_string_equal(buf_str(&out), "before");
		}
		if (strcmp(buf_str(&got), cases[i].result) != 0) {
			print_error("%s: '%s'\n  gives   %s\n  not     %s\n", cases[i].question,
			    cases[i].typed, buf_str(&got), cases[i].result);
			wrong++;
		}
		buf_free(&out);
		buf_free(&got);
	}
	assert_int_equal(wrong, 0);
	form_free(f);
	faults_free(&faults);
}

/* Each pair in rising order. */
static void
order(void **state)
{
	static const char *const pairs[][3] = {
		{ "integer", "", "-5" }, { "integer", "-10", "-9" }, { "integer", "9", "10" },
		{ "integer", "-1", "0" }, { "decimal", "0.25", "0.5" }, { "decimal", "12", "12.5" },
		{ "decimal", "-12.5", "-12" }, { "decimal", "99.99", "100" },
		{ "date", "", "2026-01-01" }, { "date", "2025-12-31", "2026-01-01" },
		{ "time", "09:00:00", "10:00:00" },
		{ "instant", "2026-01-01T09:00:00.000+08:00", "2026-01-01T02:00:00.000Z" },
		{ "one", "02", "10" }, { "one", "10", "A" }, { "text", "a", "b" },
		{ "several", "01", "01 02" },
	};
	struct faults faults = { 0 };
	struct form *f = form_read_yaml("t", form_text, sizeof form_text - 1, NULL, &faults);

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		const struct question *q = form_find(f, pairs[i][0], NULL);
		const char *a = pairs[i][1], *b = pairs[i][2];

		if (value_compare(q, a, b) >= 0 || value_compare(q, b, a) <= 0)
			fail_msg("%s: '%s' is not before '%s'", pairs[i][0], a, b);
		assert_int_equal(value_compare(q, a, a), 0);
	}
	form_free(f);
	faults_free(&faults);
}

static void
long_and_broken(void **state)
{
	struct faults faults = { 0 };
	struct form *f = form_read_yaml("t", form_text, sizeof form_text - 1, NULL, &faults);
	char *text = malloc(16386);
	struct buf out = { 0 };
	struct err err;

	(void)state;
	memset(text, 'x', 16385);
	text[16385] = '\0';
	assert_false(value_parse(form_find(f, "text", NULL), text, NULL, &out, &err));
	assert_string_equal(err.text, "an answer of 16385 bytes; the longest is 16384");
	/* A quotation in a sentence is cut at a character. */
	for (size_t i = 0; i < 300; i += 3)
		memcpy(text + i, "面", 3);
	text[300] = '\0';
	assert_false(value_parse(form_find(f, "integer", NULL), text, NULL, &out, &err));
	assert_string_equal(
	    err.text, "'面面面面面面面面面面面面面面面面面面面面...' is no whole number");
	assert_false(value_parse(form_find(f, "text", NULL), "\xFF", NULL, &out, &err));
	assert_string_equal(err.text, "this is not UTF-8 text");
	free(text);
	buf_free(&out);
	form_free(f);
	faults_free(&faults);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case),
		cmocka_unit_test(order),
		cmocka_unit_test(long_and_broken),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
