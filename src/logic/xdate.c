#include "logic/xdate.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"

#define DAY_MS 86400000LL

/* The zone's standard offset, in ms to add to local time to get UTC. */
static int64_t
standard_ms(void)
{
	tzset();
	return (int64_t)timezone * 1000;
}

static bool
digits(const char *s, int n)
{
	while (n--)
		if (*s < '0' || *s++ > '9')
			return false;
	return true;
}

bool
xdate_looks(const char *s)
{
	return digits(s, 4) && s[4] == '-' && digits(s + 5, 1);
}

double
xdate_from_date(struct date d)
{
	return (double)(date_to_days(d) * DAY_MS + standard_ms()) / (double)DAY_MS;
}

double
xdate_days(const char *s)
{
	struct date d;
	const char *end;
	int64_t ms;
	bool has_time;

	if (!xdate_looks(s) || !date_parse(s, &d, &end))
		return NAN;
	if (*end == '\0')
		return xdate_from_date(d);
	if (!instant_parse(s, &ms, &has_time))
		return NAN;
	return (double)ms / (double)DAY_MS;
}

int64_t
xdate_ms(double days)
{
	return (int64_t)floor(days * (double)DAY_MS + 0.5);
}

static bool
is_midnight(int64_t ms, struct date *date)
{
	int64_t local = ms - standard_ms(), day = local / DAY_MS;

	if (local % DAY_MS)
		return false;
	*date = date_from_days(day);
	return true;
}

struct date
xdate_local(double days)
{
	struct date d;
	int64_t ms = xdate_ms(days);

	return is_midnight(ms, &d) ? d : instant_date(ms);
}

int64_t
xdate_clock_ms(double days)
{
	struct date d;
	int64_t ms = xdate_ms(days);

	return is_midnight(ms, &d) ? date_midnight(d) : ms;
}

/* Near years 0 to 9999: beyond them there is no ISO text. */
static bool
in_range(double days)
{
	return days > -719530.0 && days < 2932899.0;
}

static bool
has_text(struct date d)
{
	return d.year >= 0 && d.year <= 9999;
}

void
xdate_text(double days, struct buf *out)
{
	struct date d;
	char text[INSTANT_TEXT];
	int64_t ms;

	if (isnan(days) || !in_range(days))
		return;
	ms = xdate_ms(days);
	if (is_midnight(ms, &d)) {
		if (has_text(d))
			buf_addf(out, "%04d-%02d-%02d", d.year, d.month, d.day);
		return;
	}
	if (!has_text(instant_date(ms)))
		return;
	instant_format(ms, text);
	buf_add_str(out, text);
}
