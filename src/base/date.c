#include "base/date.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/tr.h"
#include "base/utf8.h"

#define DAY_MS 86400000LL

int64_t
clock_now(const struct clock *clock)
{
	struct timespec now;

	if (clock != NULL && clock->fixed)
		return clock->fixed_ms;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_steady(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int
days_in_month(int year, int month)
{
	static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

bool
date_valid(struct date d)
{
	return d.year >= 0 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
	    d.day <= days_in_month(d.year, d.month);
}

/* Years counted from March, so that the leap day is the last of its year;
 * 400 years have 146,097 days, and 719,468 lie before 1970-01-01. */
int64_t
date_to_days(struct date d)
{
	int64_t y = (int64_t)d.year - (d.month <= 2);
	int64_t era = floor_div(y, 400), year = y - era * 400;
	int64_t day = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

	return era * 146097 + year * 365 + year / 4 - year / 100 + day - 719468;
}

struct date
date_from_days(int64_t days)
{
	int64_t z = days + 719468, era = floor_div(z, 146097), n = z - era * 146097;
	int64_t year = (n - n / 1460 + n / 36524 - n / 146096) / 365;
	int64_t day = n - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * day + 2) / 153;	/* from March */
	struct date d;

	d.day = (int)(day - (153 * month + 2) / 5 + 1);
	d.month = (int)(month < 10 ? month + 3 : month - 9);
	d.year = (int)(year + era * 400 + (d.month <= 2));
	return d;
}

int
date_weekday(struct date d)
{
	int64_t days = date_to_days(d) + 4;	/* 1970-01-01 was a Thursday */

	return (int)(days - floor_div(days, 7) * 7);
}

/* min to max digits as a number; moves *s behind them. */
static bool
take_number(const char **s, int min, int max, int *out)
{
	int n = 0, value = 0;

	for (; n < max && isdigit((unsigned char)**s); n++)
		value = value * 10 + (*(*s)++ - '0');
	*out = value;
	return n >= min;
}

static bool
take_char(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

bool
date_parse(const char *s, struct date *out, const char **end)
{
	struct date d;

	if (!take_number(&s, 4, 4, &d.year) || !take_char(&s, '-') ||
	    !take_number(&s, 1, 2, &d.month) || !take_char(&s, '-') ||
	    !take_number(&s, 1, 2, &d.day) || !date_valid(d))
		return false;
	if (end == NULL && *s != '\0')
		return false;
	*out = d;
	if (end != NULL)
		*end = s;
	return true;
}

/* A time of day with an optional offset from UTC. */
struct clock_time {
	int64_t ms;
	bool has_offset;
	int64_t offset_ms;
};

static bool
take_fraction(const char **s, int64_t *ms)
{
	int unit = 100;

	if (!isdigit((unsigned char)**s))
		return false;
	for (; isdigit((unsigned char)**s); ++*s) {
		*ms += (**s - '0') * unit;
		unit /= 10;
	}
	return true;
}

static bool
take_offset(const char **s, struct clock_time *t)
{
	int hours, minutes = 0, sign = **s == '-' ? -1 : 1;

	t->has_offset = true;
	t->offset_ms = 0;
	if (take_char(s, 'Z'))
		return true;
	++*s;
	if (!take_number(s, 2, 2, &hours))
		return false;
	if (take_char(s, ':') && !take_number(s, 2, 2, &minutes))
		return false;
	t->offset_ms = sign * (hours * 60 + minutes) * 60000LL;
	return hours < 24 && minutes < 60;
}

static bool
take_time(const char *s, struct clock_time *t)
{
	int hours, minutes, seconds = 0;

	if (!take_number(&s, 2, 2, &hours) || !take_char(&s, ':') ||
	    !take_number(&s, 2, 2, &minutes))
		return false;
	t->ms = 0;
	if (take_char(&s, ':')) {
		if (!take_number(&s, 2, 2, &seconds))
			return false;
		if (take_char(&s, '.') && !take_fraction(&s, &t->ms))
			return false;
	}
	t->ms += ((hours * 60 + minutes) * 60 + seconds) * 1000LL;
	t->has_offset = false;
	if ((*s == 'Z' || *s == '+' || *s == '-') && !take_offset(&s, t))
		return false;
	return *s == '\0' && hours < 24 && minutes < 60 && seconds < 60;
}

/* What the zone's clock shows -> UTC. An hour that a change of the clock skips
 * becomes the one after it. */
static int64_t
local_to_utc(struct date d, int64_t ms)
{
	struct tm tm = { .tm_year = d.year - 1900, .tm_mon = d.month - 1, .tm_mday = d.day,
		.tm_sec = (int)(ms / 1000), .tm_isdst = -1 };

	tm.tm_hour = tm.tm_sec / 3600;
	tm.tm_min = tm.tm_sec / 60 % 60;
	tm.tm_sec %= 60;
	return (int64_t)mktime(&tm) * 1000 + ms % 1000;
}

int64_t
date_midnight(struct date d)
{
	return local_to_utc(d, 0);
}

bool
instant_parse(const char *s, int64_t *ms, bool *has_time)
{
	struct clock_time t = { 0 };
	struct date d;
	const char *end;
	bool timed;

	if (!date_parse(s, &d, &end))
		return false;
	timed = *end == 'T';
	if (timed ? !take_time(end + 1, &t) : *end != '\0')
		return false;
	if (t.has_offset)
		*ms = date_to_days(d) * DAY_MS + t.ms - t.offset_ms;
	else
		*ms = local_to_utc(d, t.ms);
	if (has_time != NULL)
		*has_time = timed;
	return true;
}

static struct tm
local_tm(int64_t ms)
{
	time_t seconds = (time_t)floor_div(ms, 1000);
	struct tm tm;

	memset(&tm, 0, sizeof tm);
	tzset();	/* localtime_r need not look at TZ */
	localtime_r(&seconds, &tm);
	return tm;
}

static int
ms_part(int64_t ms)
{
	return (int)(ms - floor_div(ms, 1000) * 1000);
}

void
instant_format(int64_t ms, char out[INSTANT_TEXT])
{
	struct tm tm = local_tm(ms);
	int offset = (int)(tm.tm_gmtoff / 60), minutes = abs(offset);
	char text[100];		/* room for years that no zone's clock shows */

	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02d:%02d",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    ms_part(ms), offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
	snprintf(out, INSTANT_TEXT, "%.*s", INSTANT_TEXT - 1, text);
}

void
instant_format_utc(int64_t ms, char out[INSTANT_TEXT])
{
	int64_t day = floor_div(ms, DAY_MS);
	int second = (int)((ms - day * DAY_MS) / 1000);
	struct date d = date_from_days(day);

	snprintf(out, INSTANT_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", d.year, d.month,
	    d.day, second / 3600, second / 60 % 60, second % 60, ms_part(ms));
}

struct date
instant_date(int64_t ms)
{
	struct tm tm = local_tm(ms);

	return (struct date){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
}

bool
time_parse(const char *s, int64_t *ms)
{
	struct clock_time t;

	if (!take_time(s, &t))
		return false;
	if (t.has_offset) {
		/* A time without its day knows no summer time: the zone's standard. */
		tzset();
		t.ms += -(int64_t)timezone * 1000 - t.offset_ms;
		t.ms -= floor_div(t.ms, DAY_MS) * DAY_MS;
	}
	*ms = t.ms;
	return true;
}

static bool
date_format(struct date d, char out[11])
{
	char text[40];

	if (!date_valid(d))
		return false;
	snprintf(text, sizeof text, "%04d-%02d-%02d", d.year, d.month, d.day);
	memcpy(out, text, 11);
	return true;
}

void
today_format(const struct clock *clock, char out[11])
{
	date_format(instant_date(clock_now(clock)), out);
}

/* 20261122, 1122, 22, 5: what is not typed is today's. */
static bool
typed_digits(const char *s, size_t n, struct date *d)
{
	switch (n) {
	case 8:
		return take_number(&s, 4, 4, &d->year) && take_number(&s, 2, 2, &d->month) &&
		    take_number(&s, 2, 2, &d->day);
	case 4:
		return take_number(&s, 2, 2, &d->month) && take_number(&s, 2, 2, &d->day);
	case 2:
	case 1:
		return take_number(&s, 1, 2, &d->day);
	default:
		return false;
	}
}

/* 2026-11-22, 2026/1/2, 2026.1.2, 11.22: one kind of sign throughout. */
static bool
typed_parts(const char *s, size_t first, struct date *d)
{
	char sign = s[first];

	if (strchr("-/.", sign) == NULL)
		return false;
	if (first == 4) {
		take_number(&s, 4, 4, &d->year);
		s++;
	}
	return take_number(&s, 1, 2, &d->month) && take_char(&s, sign) &&
	    take_number(&s, 1, 2, &d->day) && *s == '\0';
}

static bool
typed_offset(const char *s, struct date *d)
{
	int n, sign = *s == '-' ? -1 : 1;

	s++;
	if (!take_number(&s, 1, 6, &n) || *s != '\0')
		return false;
	*d = date_from_days(date_to_days(*d) + sign * n);
	return true;
}

static bool
typed_date(const char *s, struct date *d)
{
	size_t n = strspn(s, "0123456789");

	if (strcasecmp(s, "t") == 0)
		return true;
	if (strcasecmp(s, "y") == 0)
		return typed_offset("-1", d);
	if (*s == '+' || *s == '-')
		return typed_offset(s, d);
	return s[n] == '\0' ? typed_digits(s, n, d) : typed_parts(s, n, d);
}

bool
date_typed(const char *s, const struct clock *clock, char out[11])
{
	struct date d = instant_date(clock_now(clock));
	struct buf plain = { 0 };
	bool ok;

	utf8_fold(s, &plain);
	while (plain.len > 0 && plain.data[plain.len - 1] == ' ')
		buf_cut(&plain, plain.len - 1);
	s = buf_str(&plain);
	ok = typed_date(s + strspn(s, " "), &d) && date_format(d, out);
	buf_free(&plain);
	return ok;
}

static void
add_name(struct buf *out, const char *lang, bool month, int i)
{
	static const char en_months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	static const char en_days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char zh_days[7][8] = { "周日", "周一", "周二", "周三", "周四", "周五",
		"周六" };
	bool zh = lang != NULL && strncmp(lang, "zh", 2) == 0;

	if (month && zh)
		buf_addf(out, "%d月", i + 1);
	else if (month)
		buf_add_str(out, en_months[i]);
	else
		buf_add_str(out, zh ? zh_days[i] : en_days[i]);
}

static bool
add_escape(struct buf *out, char c, const struct tm *tm, int ms, const char *lang)
{
	int year = tm->tm_year + 1900;

	switch (c) {
	case 'Y': buf_addf(out, "%04d", year); return true;
	case 'y': buf_addf(out, "%02d", year % 100); return true;
	case 'm': buf_addf(out, "%02d", tm->tm_mon + 1); return true;
	case 'n': buf_addf(out, "%d", tm->tm_mon + 1); return true;
	case 'b': add_name(out, lang, true, tm->tm_mon); return true;
	case 'd': buf_addf(out, "%02d", tm->tm_mday); return true;
	case 'e': buf_addf(out, "%d", tm->tm_mday); return true;
	case 'a': add_name(out, lang, false, tm->tm_wday); return true;
	case 'H': buf_addf(out, "%02d", tm->tm_hour); return true;
	case 'h': buf_addf(out, "%d", tm->tm_hour); return true;
	case 'M': buf_addf(out, "%02d", tm->tm_min); return true;
	case 'S': buf_addf(out, "%02d", tm->tm_sec); return true;
	case '3': buf_addf(out, "%03d", ms); return true;
	case '%': buf_add_char(out, '%'); return true;
	default: return false;
	}
}

bool
date_format_odk(int64_t ms, const char *format, const char *lang, struct buf *out,
    struct err *err)
{
	struct tm tm = local_tm(ms);
	size_t before = out->len;

	for (const char *s = format; *s != '\0'; s++) {
		if (*s != '%') {
			buf_add_char(out, *s);
			continue;
		}
		s++;
		if (add_escape(out, *s, &tm, ms_part(ms), lang))
			continue;
		buf_cut(out, before);
		if (*s == '\0')
			return err_set(err, "%s", _("the date format ends in a single %"));
		return err_set(err, _("%%%.*s is not known in a date format; known are "
		    "%%Y %%y %%m %%n %%b %%d %%e %%a %%H %%h %%M %%S %%3"),
		    (int)utf8_cluster_next(s, strlen(s), 0), s);
	}
	return true;
}
