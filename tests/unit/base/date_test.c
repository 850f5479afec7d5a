#include "check.h"

#include <time.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"

static void
zone(const char *tz)
{
	setenv("TZ", tz, 1);
	tzset();
}

static int
in_china(void **state)
{
	(void)state;
	zone("CST-8");
	return 0;
}

static const struct { int year, month, day; int64_t days; int weekday; } calendar[] = {
	{ 1970, 1, 1, 0, 4 }, { 1969, 12, 31, -1, 3 }, { 2000, 2, 29, 11016, 2 },
	{ 2000, 3, 1, 11017, 3 }, { 2026, 11, 22, 20779, 0 }, { 1900, 1, 1, -25567, 1 },
	{ 0, 1, 1, -719528, 6 }, { 9999, 12, 31, 2932896, 5 }, { 2024, 12, 31, 20088, 2 },
};

static void
days_since_1970(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(calendar); i++) {
		struct date d = { calendar[i].year, calendar[i].month, calendar[i].day }, back;

		assert_int_equal(date_to_days(d), calendar[i].days);
		back = date_from_days(calendar[i].days);
		assert_int_equal(back.year, d.year);
		assert_int_equal(back.month, d.month);
		assert_int_equal(back.day, d.day);
		assert_int_equal(date_weekday(d), calendar[i].weekday);
	}
	/* Every day of ten thousand years follows the one before. */
	for (int64_t n = -719528; n <= 2932896; n++) {
		struct date d = date_from_days(n);

		if (!date_valid(d) || date_to_days(d) != n)
			fail_msg("day %lld", (long long)n);
	}
}

static const char *const no_dates[] = { "", "2026", "2026-11", "2026-13-01", "2026-00-10",
	"2026-02-29", "1900-02-29", "2026-04-31", "2026-11-0", "26-11-22", "2026/11/22",
	"2026-11-22x", " 2026-11-22", "2026-11-222", "-2026-11-22", "2026-11-22T10:00" };

static void
dates_as_text(void **state)
{
	struct date d;
	const char *end;

	(void)state;
	assert_true(date_parse("2024-02-29", &d, NULL));
	assert_int_equal(d.day, 29);
	assert_true(date_parse("2026-1-5", &d, NULL));
	assert_int_equal(d.month * 100 + d.day, 105);
	assert_true(date_parse("2026-11-22T10:00", &d, &end));
	assert_string_equal(end, "T10:00");
	for (size_t i = 0; i < COUNT(no_dates); i++)
		CHECK_ROW(no_dates[i], !date_parse(no_dates[i], &d, NULL));
}

static const struct { const char *text, *utc; bool has_time; } instants[] = {
	{ "2026-11-22", "2026-11-21T16:00:00.000Z", false },
	{ "2026-11-22T10:30", "2026-11-22T02:30:00.000Z", true },
	{ "2026-11-22T10:30:15", "2026-11-22T02:30:15.000Z", true },
	{ "2026-11-22T10:30:15.25", "2026-11-22T02:30:15.250Z", true },
	{ "2026-11-22T10:30:15.123456Z", "2026-11-22T10:30:15.123Z", true },
	{ "2026-11-22T10:30:15+08:00", "2026-11-22T02:30:15.000Z", true },
	{ "2026-11-22T00:30-05", "2026-11-22T05:30:00.000Z", true },
	{ "2026-01-01T00:00+05:45", "2025-12-31T18:15:00.000Z", true },
	{ "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", true },
};

static const char *const no_instants[] = { "", "2026-11-22T", "2026-11-22 10:00", "2026-11-22T24:00",
	"2026-11-22T10:60", "2026-11-22T10:00:60", "2026-11-22T10:00:00.", "2026-11-22T1:00",
	"2026-11-22T10:00+8", "2026-11-22T10:00+25:00", "2026-11-22T10:00+08:0", "2026-02-30T10:00",
	"2026-11-22T10:00Zx", "2026-11-22Z", "T10:00", "10:00" };

static void
instants_as_text(void **state)
{
	char out[INSTANT_TEXT];
	int64_t ms, again;
	bool has_time;

	(void)state;
	for (size_t i = 0; i < COUNT(instants); i++) {
		CHECK_ROW(instants[i].text, instant_parse(instants[i].text, &ms, &has_time));
		instant_format_utc(ms, out);
		CHECK_TEXT(instants[i].text, out, instants[i].utc);
		CHECK_ROW(instants[i].text, has_time == instants[i].has_time);
		instant_format(ms, out);
		CHECK_ROW(out, instant_parse(out, &again, NULL) && again == ms);
	}
	for (size_t i = 0; i < COUNT(no_instants); i++)
		CHECK_ROW(no_instants[i], !instant_parse(no_instants[i], &ms, NULL));
	instant_format(0, out);
	assert_string_equal(out, "1970-01-01T08:00:00.000+08:00");
	instant_format(-1, out);
	assert_string_equal(out, "1970-01-01T07:59:59.999+08:00");
	assert_int_equal(instant_date(-1).day, 1);
	zone("<-03>3:30");
	instant_format(0, out);
	assert_string_equal(out, "1969-12-31T20:30:00.000-03:30");
	instant_format(INT64_MAX / 2000, out);	/* far away, and yet a text */
	assert_true(strlen(out) < INSTANT_TEXT);
	zone("CST-8");
}

static void
times_of_day(void **state)
{
	static const struct { const char *text; int64_t ms; } times[] = {
		{ "00:00", 0 }, { "06:30", 23400000 }, { "23:59:59.999", 86399999 },
		{ "10:00:00Z", 18 * 3600000 }, { "20:00Z", 4 * 3600000 }, { "10:00+08:00", 36000000 },
		{ "24:00", -1 }, { "6:30", -1 }, { "06:30x", -1 }, { "", -1 }, { "06", -1 },
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		bool ok = time_parse(times[i].text, &ms);

		CHECK_ROW(times[i].text, ok == (times[i].ms >= 0));
		CHECK_ROW(times[i].text, !ok || ms == times[i].ms);
	}
}

/* As if it were Sunday 2026-11-22, 01:30 in China: still Saturday in UTC. */
static const struct clock sunday = { true, 1795282200000 };

static const struct { const char *typed, *date; } typed[] = {
	{ "20261122", "2026-11-22" }, { "19491001", "1949-10-01" }, { "1122", "2026-11-22" },
	{ "0315", "2026-03-15" }, { "22", "2026-11-22" }, { "5", "2026-11-05" }, { "05", "2026-11-05" },
	{ "t", "2026-11-22" }, { "T", "2026-11-22" }, { "y", "2026-11-21" }, { "+1", "2026-11-23" },
	{ "+40", "2027-01-01" }, { "-22", "2026-10-31" }, { "-0", "2026-11-22" },
	{ "2026-11-22", "2026-11-22" }, { "2026/1/2", "2026-01-02" }, { "2026.1.2", "2026-01-02" },
	{ "11.22", "2026-11-22" }, { "3.15", "2026-03-15" }, { "3/15", "2026-03-15" },
	{ "11-2", "2026-11-02" }, { "20240229", "2024-02-29" }, { " 22 ", "2026-11-22" },
	{ "２０２６１１２２", "2026-11-22" }, { "１１。２２", "2026-11-22" },
	{ "", NULL }, { " ", NULL }, { "31", NULL }, { "0", NULL }, { "0229", NULL },
	{ "261122", NULL }, { "122", NULL }, { "20261322", NULL }, { "2026-11/22", NULL },
	{ "2026-11", NULL }, { "11.", NULL }, { ".11", NULL }, { "26.11.22", NULL }, { "x", NULL },
	{ "+", NULL }, { "+x", NULL }, { "+9999999", NULL }, { "-999999", NULL }, { "t1", NULL },
	{ "202611221", NULL }, { "2026--22", NULL }, { "2026-11-22-", NULL }, { "0011.22", NULL },
};

static void
what_a_person_types(void **state)
{
	char out[11];

	(void)state;
	for (size_t i = 0; i < COUNT(typed); i++) {
		bool ok = date_typed(typed[i].typed, &sunday, out);

		CHECK_ROW(typed[i].typed, ok == (typed[i].date != NULL));
		if (ok)
			CHECK_TEXT(typed[i].typed, out, typed[i].date);
	}
	today_format(&sunday, out);
	assert_string_equal(out, "2026-11-22");
	assert_true(clock_now(NULL) > INT64_C(1700000000000));
}

static void
odk_date_formats(void **state)
{
	static const struct { const char *format, *lang, *text; } formats[] = {
		{ "%Y-%m-%d", "en", "2026-11-02" }, { "%y/%n/%e", "en", "26/11/2" },
		{ "%a %b", "en", "Mon Nov" }, { "%a %b", "zh", "周一 11月" },
		{ "%H:%M:%S.%3", "en", "07:05:09.042" }, { "%h", "en", "7" },
		{ "%Y年%n月%e日", "zh", "2026年11月2日" }, { "100%%", "en", "100%" }, { "", "en", "" },
		{ "%b", NULL, "Nov" },
	};
	struct buf out = { 0 };
	struct err err = { 0 };
	int64_t ms;

	(void)state;
	assert_true(instant_parse("2026-11-02T07:05:09.042", &ms, NULL));
	for (size_t i = 0; i < COUNT(formats); i++) {
		buf_reset(&out);
		assert_true(date_format_odk(ms, formats[i].format, formats[i].lang, &out, &err));
		CHECK_TEXT(formats[i].format, buf_str(&out), formats[i].text);
	}
	buf_set_str(&out, "kept");
	assert_false(date_format_odk(ms, "%Y %日", "en", &out, &err));
	assert_non_null(strstr(err.text, "%日 is not known"));
	assert_false(date_format_odk(ms, "%Y%", "en", &out, &err));
	assert_non_null(strstr(err.text, "single %"));
	assert_string_equal(buf_str(&out), "kept");
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_since_1970),
		cmocka_unit_test(dates_as_text),
		cmocka_unit_test(instants_as_text),
		cmocka_unit_test(times_of_day),
		cmocka_unit_test(what_a_person_types),
		cmocka_unit_test(odk_date_formats),
	};

	return cmocka_run_group_tests(tests, in_china, NULL);
}
