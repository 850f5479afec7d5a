#include "base/num.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 17	/* enough to tell any two doubles apart */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A decimal's parts, inside the text they were found in. */
struct decimal {
	bool minus;
	const char *whole, *part;	/* before and after the point */
	size_t n_whole, n_part;
};

static size_t
count_digits(const char *s)
{
	size_t n = 0;

	while (s[n] >= '0' && s[n] <= '9')
		n++;
	return n;
}

static bool
decimal_read(const char *s, struct decimal *d)
{
	bool point;

	while (is_space(*s))
		s++;
	d->minus = *s == '-';
	s += d->minus;
	d->whole = s;
	d->n_whole = count_digits(s);
	s += d->n_whole;
	point = *s == '.';
	s += point;
	d->part = s;
	d->n_part = point ? count_digits(s) : 0;
	s += d->n_part;
	while (is_space(*s))
		s++;
	return *s == '\0' && d->n_whole + d->n_part > 0;
}

/* All digits as one integer, when they are few enough that it and the power of
 * ten that divides it are exact: then one division rounds correctly. */
static bool
read_small(const struct decimal *d, double *out)
{
	static const double tens[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
		1e11, 1e12, 1e13, 1e14, 1e15 };
	uint64_t all = 0;

	if (d->n_whole + d->n_part > 15)
		return false;
	for (size_t i = 0; i < d->n_whole; i++)
		all = all * 10 + (uint64_t)(d->whole[i] - '0');
	for (size_t i = 0; i < d->n_part; i++)
		all = all * 10 + (uint64_t)(d->part[i] - '0');
	*out = (double)all / tens[d->n_part];
	return true;
}

/* strtod as if the locale were C, whose decimal point is a point. */
static double
read_any(const char *s)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	double n = c != (locale_t)0 ? strtod_l(s, NULL, c) : NAN;

	if (c != (locale_t)0)
		freelocale(c);
	return n;
}

double
num_parse(const char *s)
{
	struct decimal d;
	double n;

	if (!decimal_read(s, &d))
		return NAN;
	if (!read_small(&d, &n))
		n = read_any(d.whole);
	return d.minus ? -n : n;
}

/* The digits of n > 0 without trailing zeros, and the place of the point:
 * 0.digits times ten to the point. printf's own point may be any text. */
static int
digits_of(double n, int precision, char digits[DIGITS_MAX + 1], int *point)
{
	char text[64];
	int len = 0;

	snprintf(text, sizeof text, "%.*e", precision - 1, n);
	for (const char *s = text; *s != 'e'; s++)
		if (*s >= '0' && *s <= '9' && len < DIGITS_MAX)
			digits[len++] = *s;
	*point = atoi(strchr(text, 'e') + 1) + 1;
	while (len > 1 && digits[len - 1] == '0')
		len--;
	digits[len] = '\0';
	return len;
}

static double
read_digits(const char *digits, int point)
{
	char text[DIGITS_MAX + 16];

	snprintf(text, sizeof text, "%se%d", digits, point - (int)strlen(digits));
	return read_any(text);
}

/* Next to a power of two the doubles below lie closer than those above, and
 * the nearest 16 digits may read back as another one while the next do not. */
static bool
one_up(double n, char digits[DIGITS_MAX + 1], int len, int point)
{
	char up[DIGITS_MAX + 1];

	if (len != 16 || digits[len - 1] == '9')
		return false;
	memcpy(up, digits, sizeof up);
	up[len - 1]++;
	if (read_digits(up, point) != n)
		return false;
	memcpy(digits, up, sizeof up);
	return true;
}

static int
fewest_digits(double n, char digits[DIGITS_MAX + 1], int *point)
{
	/* Up to 15 digits survive the way to a double and back, so that what 15
	 * say, less its zeros, is the fewest; subnormals have not that many. */
	for (int precision = n < DBL_MIN ? 1 : 15;; precision++) {
		int len = digits_of(n, precision, digits, point);

		if (precision == DIGITS_MAX || read_digits(digits, *point) == n ||
		    one_up(n, digits, len, *point))
			return len;
	}
}

/* 0.digits times ten to the point, without exponent. */
static size_t
write_digits(char *out, const char *digits, int len, int point)
{
	char *s = out;

	if (point <= 0)
		*s++ = '0';
	for (int i = 0; i < point; i++)
		*s++ = i < len ? digits[i] : '0';
	if (point < len)
		*s++ = '.';
	for (int i = point; i < len; i++)
		*s++ = i < 0 ? '0' : digits[i];
	*s = '\0';
	return (size_t)(s - out);
}

/* Whole numbers and amounts, which is nearly all there is: m / 10^places, where m
 * is whole and below 1e15. */
static size_t
write_amount(char *out, double m, int places)
{
	char reversed[24];
	uint64_t left = (uint64_t)fabs(m);
	size_t n = 0, len = 0;

	do {
		if (places > 0 && n == (size_t)places)
			reversed[n++] = '.';
		reversed[n++] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0 || (places > 0 && n <= (size_t)places + 1));
	if (m < 0)
		out[len++] = '-';
	while (n > 0)
		out[len++] = reversed[--n];
	out[len] = '\0';
	return len;
}

/* A decimal of at most 15 digits that reads back as n is the only such one. */
static size_t
format_amount(double n, char out[NUM_TEXT])
{
	static const double tens[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };

	for (int places = 0; places < 7; places++) {
		double m = nearbyint(n * tens[places]);

		if (fabs(m) >= 1e15)
			return 0;
		if (m / tens[places] == n)
			return write_amount(out, m, places);
	}
	return 0;
}

size_t
num_format(double n, char out[NUM_TEXT])
{
	char digits[DIGITS_MAX + 1];
	size_t sign = 0;
	int len, point;

	if (isnan(n))
		return (size_t)snprintf(out, NUM_TEXT, "NaN");
	if (isinf(n))
		return (size_t)snprintf(out, NUM_TEXT, n < 0 ? "-Infinity" : "Infinity");
	if ((sign = format_amount(n, out)) > 0)
		return sign;
	if (n < 0)
		out[sign++] = '-';
	len = fewest_digits(fabs(n), digits, &point);
	return sign + write_digits(out + sign, digits, len, point);
}

/* Rounds the digits 0.digits times ten to the point after `keep` of them. */
static int
round_digits(char digits[DIGITS_MAX + 1], int keep, int *point)
{
	bool up = digits[keep] >= '5';

	digits[keep] = '\0';
	if (!up)
		return keep;
	while (keep > 0 && digits[keep - 1] == '9')
		digits[--keep] = '\0';
	if (keep > 0) {
		digits[keep - 1]++;
		return keep;
	}
	memcpy(digits, "1", 2);
	++*point;
	return 1;
}

double
num_significant(double n, int count)
{
	char digits[DIGITS_MAX + 1];
	double rounded = 0;
	int len, point;

	if (!isfinite(n) || n == 0)
		return n;
	len = fewest_digits(fabs(n), digits, &point);
	if (count >= len)
		return n;
	if (round_digits(digits, count, &point) > 0)
		rounded = read_digits(digits, point);
	return n < 0 ? -rounded : rounded;
}

double
num_round(double n, int places)
{
	char digits[DIGITS_MAX + 1];
	double rounded = 0;
	long keep;
	int len, point;

	if (!isfinite(n) || n == 0)
		return n;
	len = fewest_digits(fabs(n), digits, &point);
	keep = (long)point + places;
	if (keep >= len)
		return n;
	if (keep >= 0 && round_digits(digits, (int)keep, &point) > 0)
		rounded = read_digits(digits, point);
	return n < 0 ? -rounded : rounded;
}

bool
num_canonical(const char *s, char *out, size_t size)
{
	struct decimal d;
	size_t len;

	if (!decimal_read(s, &d))
		return false;
	while (d.n_whole > 0 && d.whole[0] == '0') {
		d.whole++;
		d.n_whole--;
	}
	while (d.n_part > 0 && d.part[d.n_part - 1] == '0')
		d.n_part--;
	len = (size_t)d.minus + d.n_whole + 1 + d.n_part + 1;
	if (len + (d.n_whole == 0) > size)
		return false;
	if (d.minus && d.n_whole + d.n_part > 0)
		*out++ = '-';
	if (d.n_whole == 0)
		*out++ = '0';
	memcpy(out, d.whole, d.n_whole);
	out += d.n_whole;
	if (d.n_part > 0) {
		*out++ = '.';
		memcpy(out, d.part, d.n_part);
		out += d.n_part;
	}
	*out = '\0';
	return true;
}
