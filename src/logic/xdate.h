/* xdate.h: ODK's dates: a number of days since 1970-01-01T00:00Z, and texts.
 *
 * A date without a time is local midnight, with the zone's standard offset all
 * year round, so that two dates always differ by whole days. */
#ifndef RUHU_LOGIC_XDATE_H
#define RUHU_LOGIC_XDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"

struct buf;

/* "2024-01-05", "2024-1-5", "2024-01-05T10:00:00+08:00"; NaN: no date. */
double xdate_days(const char *s);
bool xdate_looks(const char *s);		/* digits where a date has them */
void xdate_text(double days, struct buf *out);	/* a bare date at local midnight; "" for NaN */
struct date xdate_local(double days);
int64_t xdate_ms(double days);
int64_t xdate_clock_ms(double days);	/* a bare date: 00:00 by that day's own clock */
double xdate_from_date(struct date);

#endif
