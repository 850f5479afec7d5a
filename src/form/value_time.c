/* Dates, times of day, and both together. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/tr.h"
#include "form/value_kinds.h"

static int
number(const char *s, size_t n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + (*s++ - '0');
	return v;
}

static bool
digits(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789") == n;
}

static void
write_date(struct date d, char out[11])
{
	char text[40];

	snprintf(text, sizeof text, "%04d-%02d-%02d", d.year, d.month, d.day);
	text[10] = '\0';
	memcpy(out, text, 11);
}

/* Eight figures, or parts with one sign between, as year, month and day. */
static bool
three_parts(const char *s, int *year, int *month, int *day)
{
	char sign, again, more;

	if (digits(s, 8)) {
		*year = number(s, 4);
		*month = number(s + 4, 2);
		*day = number(s + 6, 2);
		return true;
	}
	return sscanf(s, "%4d%c%2d%c%2d%c", year, &sign, month, &again, day, &more) == 5 &&
	    sign == again && strchr("-/.", sign) != NULL;
}

/* Why s is no date, as exactly as can be told. */
static bool
date_refused(const char *s, struct err *err)
{
	char shown[QUOTE_TEXT];
	int year, month, day, last = 31;

	quote(s, shown);
	if (three_parts(s, &year, &month, &day)) {
		if (month < 1 || month > 12)
			return err_set(
			    err, _("'%s' is no date: there is no month %d"), shown, month);
		while (last > 28 && !date_valid((struct date){ year, month, last }))
			last--;
		if (year >= 1 && (day < 1 || day > last))
			return err_set(err, _("'%s' is no date: month %d of %d has %d days"), shown,
			    month, year, last);
	}
	return err_set(err, _("'%s' is no date; type 20261122, 1122 or 22, t for today, +1 or -1"),
	    shown);
}

/* 2026 or 202611 or 2026-11 where the form asks for no day; *out gets day 01. */
static bool
part_of_date(const char *s, bool year_only, char out[11])
{
	int year, month = 1;
	char sign, more;

	if (digits(s, 4))
		year = number(s, 4);
	else if (digits(s, 6)) {
		year = number(s, 4);
		month = number(s + 4, 2);
	} else if (sscanf(s, "%4d%c%2d%c", &year, &sign, &month, &more) != 3 ||
	    strchr("-/.", sign) == NULL)
		return false;
	if ((digits(s, 4) && !year_only) || !date_valid((struct date){ year, month, 1 }))
		return false;
	write_date((struct date){ year, month, 1 }, out);
	return true;
}

bool
value_date(const struct question *q, const char *s, const struct clock *clock, struct buf *out,
    struct err *err)
{
	bool year = question_appearance(q, "year"), month = question_appearance(q, "month-year");
	char text[11], shown[QUOTE_TEXT];
	const char *end;
	struct date day;
	int64_t ms;
	bool timed;

	if ((year || month) && part_of_date(s, year, text)) {
		;
	} else if (!date_typed(s, clock, text)) {
		if (year)
			return err_set(err, _("'%s' is no year; type it as 2026"), quote(s, shown));
		if (month)
			return err_set(
			    err, _("'%s' is no month; type it as 202611"), quote(s, shown));
		/* An instant from another program: its day. */
		if (!instant_parse(s, &ms, &timed) || !date_parse(s, &day, &end))
			return date_refused(s, err);
		write_date(day, text);
	}
	if (year)
		memcpy(text + 5, "01", 2);
	if (year || month)
		memcpy(text + 8, "01", 2);
	buf_set_str(out, text);
	return true;
}

static bool
time_refused(const char *s, struct err *err)
{
	char shown[QUOTE_TEXT];

	return err_set(err, _("'%s' is no time of day; type 0930 or 9:30, n for now"),
	    quote(s, shown));
}

/* 930, 0930, 9:30, 9.30, n -> HH:MM:SS; what has seconds stays as it is. */
static bool
time_text(const char *s, const struct clock *clock, char out[32])
{
	int hour, minute;
	char sign, more, now[INSTANT_TEXT];
	int64_t ms;
	size_t n = strspn(s, "0123456789");

	if (strcasecmp(s, "n") == 0) {
		instant_format(clock_now(clock), now);
		snprintf(out, 32, "%.8s", now + 11);
		return true;
	}
	if (s[n] == '\0' && (n == 3 || n == 4)) {
		hour = number(s, n - 2);
		minute = number(s + n - 2, 2);
	} else if (n <= 2 && sscanf(s, "%2d%c%2d%c", &hour, &sign, &minute, &more) == 3 &&
	    (sign == ':' || sign == '.') && strlen(s) == n + 3) {
		;
	} else {
		if (strlen(s) >= 31 || strlen(s) < 8 || s[2] != ':' || s[5] != ':' ||
		    !time_parse(s, &ms))
			return false;
		snprintf(out, 32, "%s", s);
		return true;
	}
	if (hour > 23 || minute > 59)
		return false;
	snprintf(out, 32, "%02d:%02d:00", hour, minute);
	return true;
}

bool
value_time(const char *s, const struct clock *clock, struct buf *out, struct err *err)
{
	char text[32];

	if (!time_text(s, clock, text))
		return time_refused(s, err);
	buf_set_str(out, text);
	return true;
}

bool
value_datetime(const char *s, const struct clock *clock, struct buf *out, struct err *err)
{
	char date[11], time[32], text[INSTANT_TEXT], shown[QUOTE_TEXT];
	struct buf part = { 0 };
	size_t n = strcspn(s, strchr(s, ' ') != NULL ? " " : "T");
	int64_t ms;
	bool timed, ok;

	if (strcasecmp(s, "n") == 0) {
		instant_format(clock_now(clock), text);
		buf_set_str(out, text);
		return true;
	}
	if (instant_parse(s, &ms, &timed) && timed) {
		instant_format(ms, text);
		buf_set_str(out, text);
		return true;
	}
	if (n == 0 || s[n] == '\0')
		return err_set(err,
		    _("'%s': a date and a time are asked, as in 20261122 0930; n is now"),
		    quote(s, shown));
	buf_add(&part, s, n);
	ok = date_typed(buf_str(&part), clock, date) || date_refused(buf_str(&part), err);
	s += n + strspn(s + n, " T");
	ok = ok && (time_text(s, clock, time) || time_refused(s, err));
	if (ok) {
		buf_reset(&part);
		buf_addf(&part, "%sT%s", date, time);
		ok = instant_parse(buf_str(&part), &ms, &timed) || time_refused(s, err);
	}
	buf_free(&part);
	if (!ok)
		return false;
	instant_format(ms, text);
	buf_set_str(out, text);
	return true;
}
