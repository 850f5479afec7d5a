/* date.h: calendar dates, times and instants as ISO 8601 text and as days
 * since 1970-01-01 (the number ODK gives a date). The time zone is the
 * process's (TZ); what "now" is comes from a clock that is handed in, so that
 * tests and `--now` can fix it. */
#ifndef RUHU_BASE_DATE_H
#define RUHU_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock {
	bool fixed;
	int64_t fixed_ms;	/* UTC, since 1970; used when fixed */
};

int64_t clock_now(const struct clock *);	/* UTC ms since 1970; NULL = the real one */
/* Milliseconds of a clock that nobody puts right: for how long something takes. */
int64_t clock_steady(void);

struct date { int year, month, day; };		/* proleptic Gregorian, 1..12, 1..31 */

bool date_valid(struct date);			/* is there such a day? */
int64_t date_to_days(struct date);		/* days since 1970-01-01 */
struct date date_from_days(int64_t);
int date_weekday(struct date);			/* 0 = Sunday */

/* Exactly YYYY-MM-DD (also unpadded month and day); *end, if given, is the
 * first byte after. False: no such date. */
bool date_parse(const char *s, struct date *out, const char **end);

/* An instant: YYYY-MM-DD[THH:MM[:SS[.fff]][Z|+HH[:MM]]], local time without an
 * offset (a bare date is local midnight). ms UTC. */
bool instant_parse(const char *s, int64_t *ms, bool *has_time);

/* YYYY-MM-DDTHH:MM:SS.mmm+HH:MM in the local zone; out needs INSTANT_TEXT. */
#define INSTANT_TEXT 40
void instant_format(int64_t ms, char out[INSTANT_TEXT]);
void instant_format_utc(int64_t ms, char out[INSTANT_TEXT]);	/* ends in Z */
struct date instant_date(int64_t ms);				/* local day */
int64_t date_midnight(struct date);	/* ms UTC, as that day's clock had it */

/* A time of day HH:MM[:SS[.fff]][offset]; ms since local midnight. */
bool time_parse(const char *s, int64_t *ms);

/* today as local YYYY-MM-DD; out needs 11 bytes. */
void today_format(const struct clock *, char out[11]);

/* What a person types for a date: 20261122, 1122, 22, t, y, +n, -n,
 * 2026-11-22, 2026/1/2, 2026.1.2, 11.22 (design: "Dates take"). Writes
 * YYYY-MM-DD. False: not understood or no such day. */
bool date_typed(const char *s, const struct clock *, char out[11]);

/* ODK's format-date / format-date-time: %Y %y %m %n %b %d %e %a %H %h %M %S %3.
 * `lang` picks names of months and days ("zh" or "en"). Appended. Unknown escape: false. */
struct buf;
struct err;
bool date_format_odk(int64_t ms, const char *format, const char *lang, struct buf *out,
    struct err *);

#endif
