/* Functions of dates and times. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "logic/xdate.h"
#include "logic/xfn.h"

#define DAY_MS 86400000.0

bool
fn_today(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	(void)call;
	(void)ctx;
	return val_date(out, xdate_from_date(instant_date(clock_now(r->env->clock))));
}

bool
fn_now(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	char text[INSTANT_TEXT];

	(void)call;
	(void)ctx;
	instant_format(clock_now(r->env->clock), text);
	return val_copy(r, out, text);
}

/* '' stays ''; what is no date is blank too. A text without a time keeps its
 * own date; a number of days becomes a date or, within a day, a moment. */
bool
fn_date(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	double days;

	if (!xfn_date(r, call, 0, ctx, &days))
		return false;
	return isnan(days) ? val_string(out, "", 0) : val_date(out, days);
}

bool
fn_date_time(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	return fn_date(r, call, ctx, out);
}

bool
fn_decimal_date_time(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	double days;

	return xfn_date(r, call, 0, ctx, &days) && val_number(out, days);
}

bool
fn_decimal_time(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct str s;
	const char *t;
	int64_t ms;

	if (!arg_str(r, call, 0, ctx, &s))
		return false;
	t = strchr(s.s, 'T');
	if (!time_parse(xdate_looks(s.s) && t ? t + 1 : s.s, &ms))
		return val_number(out, NAN);
	return val_number(out, (double)ms / DAY_MS);
}

/* What is to be written: a moment, or a time of day, which is of no date; NaN: neither. */
static bool
moment(struct run *r, const struct xnode *call, const struct ctx *ctx, double *ms)
{
	double days;
	struct str s;
	int64_t of_day;

	if (!xfn_date(r, call, 0, ctx, &days))
		return false;
	*ms = isnan(days) || fabs(days) > 4e6 ? NAN : (double)xdate_clock_ms(days);
	if (!isnan(days))
		return true;
	if (!arg_str(r, call, 0, ctx, &s))
		return false;
	if (time_parse(s.s, &of_day))
		*ms = (double)(date_midnight((struct date){ 1970, 1, 1 }) + of_day);
	return true;
}

static bool
format(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str as;
	struct buf b = { 0 };
	struct err err;
	double ms;

	if (!moment(r, call, ctx, &ms) || !arg_str(r, call, 1, ctx, &as))
		return false;
	if (isnan(ms))
		return val_string(out, "", 0);
	if (!date_format_odk((int64_t)ms, as.s, r->env->lang ? r->env->lang : tr_lang(), &b,
	        &err)) {
		buf_free(&b);
		return run_fail(r, call->args[1], "%s", err.text);
	}
	return val_str(out, run_take(r, &b));
}

bool
fn_format_date(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	return format(r, call, ctx, out);
}

bool
fn_format_date_time(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	return format(r, call, ctx, out);
}

/* A person born on 29 February is a year older on 1 March of other years. */
bool
fn_age_on(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	double birth, day;
	struct date from, to;
	int years;

	if (!xfn_date(r, call, 0, ctx, &birth) || !xfn_date(r, call, 1, ctx, &day))
		return false;
	if (isnan(birth) || isnan(day) || fabs(birth) > 4e6 || fabs(day) > 4e6)
		return val_number(out, NAN);
	from = xdate_local(birth);
	to = xdate_local(day);
	years = to.year - from.year;
	if (to.month < from.month || (to.month == from.month && to.day < from.day))
		years--;
	return val_number(out, years);
}

bool
fn_quarter(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	double days;

	if (!xfn_date(r, call, 0, ctx, &days))
		return false;
	if (isnan(days) || fabs(days) > 4e6)
		return val_number(out, NAN);
	return val_number(out, (xdate_local(days).month + 2) / 3);
}
