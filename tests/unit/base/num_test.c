#include "check.h"

#include <float.h>
#include <math.h>

#include "base/num.h"

static const struct { const char *text; double number; } parsed[] = {
	{ "0", 0 }, { "-0", -0.0 }, { "5", 5 }, { "5.", 5 }, { ".5", .5 }, { "-.5", -.5 },
	{ " \t\n12.25\r ", 12.25 }, { "007", 7 }, { "0.1", 0.1 }, { "123456789.987654", 123456789.987654 },
	{ "9007199254740993", 9007199254740992.0 }, { "0.000000000000000000000000000001", 1e-30 },
	{ "1000000000000000000000000", 1e24 }, { "0.3333333333333333", 1.0 / 3 },
	{ "2.2250738585072011", 2.2250738585072011 },
};

static const char *const no_numbers[] = { "", " ", "+5", "1e3", "1E3", "0x10", "Infinity", "inf",
	"nan", "NaN", "-", ".", "-.", "- 5", "5 5", "1,5", "1.2.3", "--5", "5-", "٣", "５" };

static void
what_xpath_reads_as_a_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(parsed); i++) {
		double n = num_parse(parsed[i].text);

		CHECK_ROW(parsed[i].text, n == parsed[i].number);
		CHECK_ROW(parsed[i].text, signbit(n) == signbit(parsed[i].number));
	}
	for (size_t i = 0; i < COUNT(no_numbers); i++)
		CHECK_ROW(no_numbers[i], isnan(num_parse(no_numbers[i])));
}

static const struct { double number; const char *text; } formatted[] = {
	{ 0, "0" }, { -0.0, "0" }, { 1, "1" }, { -17, "-17" }, { 0.1, "0.1" }, { -0.5, "-0.5" },
	{ 0.1 + 0.2, "0.30000000000000004" }, { 1.0 / 3, "0.3333333333333333" },
	{ 100, "100" }, { 1234567890, "1234567890" }, { 999999999999999, "999999999999999" },
	{ 1e15, "1000000000000000" }, { 9007199254740991.0, "9007199254740991" },
	{ 1e21, "1000000000000000000000" }, { 1e23, "100000000000000000000000" },
	{ 123456.789, "123456.789" }, { 1e-7, "0.0000001" }, { 5e-324, NULL }, { DBL_MAX, NULL },
	{ 5.684341886080802e-14, "0.00000000000005684341886080802" },
	{ 2.15, "2.15" }, { 4.35, "4.35" }, { -1234.5, "-1234.5" }, { 100.25, "100.25" },
	{ 1.7976931348623157e308, NULL }, { DBL_MIN, NULL },
};

static void
what_a_number_is_written_as(void **state)
{
	char out[NUM_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(formatted); i++) {
		size_t n = num_format(formatted[i].number, out);

		CHECK_ROW(out, n == strlen(out) && n < NUM_TEXT);
		CHECK_ROW(out, strpbrk(out, "eE") == NULL);
		CHECK_ROW(out, num_parse(out) == formatted[i].number);
		if (formatted[i].text != NULL)
			CHECK_TEXT("num_format", out, formatted[i].text);
	}
	num_format(5e-324, out);
	assert_int_equal(strlen(out), 2 + 324);	/* "0." and the five alone at its place */
	num_format(NAN, out);
	assert_string_equal(out, "NaN");
	num_format(INFINITY, out);
	assert_string_equal(out, "Infinity");
	num_format(-INFINITY, out);
	assert_string_equal(out, "-Infinity");
}

/* The same as the first of %.1g .. %.17g that reads back, for many doubles. */
static void
the_fewest_digits_that_read_back(void **state)
{
	uint64_t x = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char out[NUM_TEXT], shortest[64];
		double n;
		size_t digits = 0, wanted = 0;

		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		n = i % 2 ? (double)(int64_t)(x % 2000000000) / 1000 : 0;
		if (i % 2 == 0)
			memcpy(&n, &x, sizeof n);
		if (!isfinite(n) || n == 0)
			continue;
		num_format(n, out);
		CHECK_ROW(out, num_parse(out) == n);
		for (int p = 1; p <= 17; p++) {
			snprintf(shortest, sizeof shortest, "%.*e", p - 1, n);
			if (strtod(shortest, NULL) == n)
				break;
		}
		for (const char *s = shortest; *s != 'e'; s++)
			wanted += *s >= '0' && *s <= '9';
		for (const char *s = out + strcspn(out, "123456789"); *s != '\0'; s++)
			digits += *s != '.';
		if (strchr(out, '.') == NULL)
			for (const char *s = out + strlen(out); s[-1] == '0'; s--)
				digits--;
		CHECK_ROW(out, digits <= wanted);
	}
}

static const struct { const char *number; int places; const char *text; } rounded[] = {
	{ "2.15", 1, "2.2" }, { "-2.15", 1, "-2.2" }, { "1.005", 2, "1.01" }, { "2.5", 0, "3" },
	{ "-2.5", 0, "-3" }, { "1.234", 2, "1.23" }, { "1.234", 5, "1.234" }, { "33.33", -1, "30" },
	{ "99.99", 1, "100" }, { "0.05", 1, "0.1" }, { "0.04", 1, "0" }, { "0.5", 0, "1" },
	{ "0.49", 0, "0" }, { "-0.4", 0, "0" }, { "5", -1, "10" }, { "4", -1, "0" },
	{ "49", -2, "0" }, { "50", -2, "100" }, { "9", -300, "0" }, { "12345.15", 1, "12345.2" },
	{ "0.000001", 5, "0" }, { "1", 2147483647, "1" }, { "1", -2147483647, "0" }, { "0", 3, "0" },
	{ "999.5", 0, "1000" }, { "1499.999", -3, "1000" },
};

static void
rounding_on_the_decimal_notation(void **state)
{
	char out[NUM_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(rounded); i++) {
		num_format(num_round(num_parse(rounded[i].number), rounded[i].places), out);
		CHECK_TEXT(rounded[i].number, out, rounded[i].text);
	}
	assert_true(num_significant(102557.48999999999, 15) == 102557.49);
	assert_true(num_significant(-165889.27000000002, 15) == -165889.27);
	assert_true(num_significant(0.1 + 0.2, 15) == 0.3);
	assert_true(num_significant(1.0 / 3, 15) == 0.333333333333333);
	assert_true(num_significant(1234, 2) == 1200);
	assert_true(num_significant(5e-324, 15) == 5e-324);
	assert_true(num_significant(9.9999999999999995e22, 15) == 1e23);
	assert_true(num_significant(0, 15) == 0 && isnan(num_significant(NAN, 15)));
	assert_true(isnan(num_round(NAN, 2)));
	assert_true(num_round(-INFINITY, 2) == -INFINITY);
}

static const struct { const char *typed, *text; } canonical[] = {
	{ "007.50", "7.5" }, { "-0", "0" }, { "-0.00", "0" }, { "0", "0" }, { ".5", "0.5" },
	{ "5.", "5" }, { "-.50", "-0.5" }, { " 12 ", "12" }, { "100", "100" }, { "1.0", "1" },
	{ "123456789012345678901234567890.10", "123456789012345678901234567890.1" },
	{ "0.1000", "0.1" }, { "1e3", NULL }, { "", NULL }, { "+1", NULL }, { "1 2", NULL },
	{ ".", NULL }, { "-", NULL }, { "abc", NULL },
};

static void
one_text_for_one_decimal(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(canonical); i++) {
		size_t size = strlen(canonical[i].typed) + 2;
		char *out = malloc(size);	/* exactly what the header asks for */
		bool ok = num_canonical(canonical[i].typed, out, size);

		CHECK_ROW(canonical[i].typed, ok == (canonical[i].text != NULL));
		if (ok)
			CHECK_TEXT(canonical[i].typed, out, canonical[i].text);
		free(out);
	}
	assert_false(num_canonical("12345", (char[3]){ 0 }, 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_xpath_reads_as_a_number),
		cmocka_unit_test(what_a_number_is_written_as),
		cmocka_unit_test(the_fewest_digits_that_read_back),
		cmocka_unit_test(rounding_on_the_decimal_notation),
		cmocka_unit_test(one_text_for_one_decimal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
