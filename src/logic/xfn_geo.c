/* Functions of places: "latitude longitude [altitude accuracy]", several with
 * ';' between. A sphere of ODK's radius. What is no place gives NaN. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "logic/xfn.h"

#define RADIUS 6378100.0

struct place {
	double lat, lon;	/* degrees */
};

struct places {
	struct run *r;
	struct place *v;
	size_t n, cap;
	bool wrong;
};

static void
add_place(struct places *p, struct place place)
{
	if (p->n == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 16;
		struct place *v = run_alloc(p->r, cap * sizeof *v);

		if (p->n)
			memcpy(v, p->v, p->n * sizeof *v);
		p->v = v;
		p->cap = cap;
	}
	p->v[p->n++] = place;
}

static double
word_number(struct run *r, struct str word)
{
	return num_parse(run_text(r, word.s, word.len));
}

static bool
read_place(struct run *r, struct str s, struct place *place)
{
	size_t at = 0, n = 0;
	double v[4] = { 0 };
	struct str word;

	while ((word = xfn_word(s, &at)).len) {
		if (n == 4)
			return false;
		v[n] = word_number(r, word);
		if (isnan(v[n++]))
			return false;
	}
	*place = (struct place){ v[0], v[1] };
	return n >= 2 && fabs(v[0]) <= 90 && fabs(v[1]) <= 180 && v[3] >= 0;
}

static bool
add_places(void *to, struct str s)
{
	struct places *p = to;
	size_t at = 0;

	while (at <= s.len && !p->wrong) {
		const char *end = memchr(s.s + at, ';', s.len - at);
		size_t len = end ? (size_t)(end - s.s) - at : s.len - at, skip = 0;
		struct str one = { s.s + at, len };
		struct place place;

		at += len + 1;
		/* A ';' may close the last place. */
		if (!xfn_word(one, &skip).len && at > s.len && p->n)
			break;
		p->wrong = !read_place(p->r, one, &place);
		if (!p->wrong)
			add_place(p, place);
	}
	return !p->wrong;
}

static double
radians(double degrees)
{
	return degrees * M_PI / 180;
}

/* Haversine. */
static double
metres(struct place a, struct place b)
{
	double lat = radians(b.lat - a.lat) / 2, lon = radians(b.lon - a.lon) / 2;
	double h = sin(lat) * sin(lat) +
	    cos(radians(a.lat)) * cos(radians(b.lat)) * sin(lon) * sin(lon);

	return 2 * RADIUS * asin(fmin(1, sqrt(h)));
}

static double
to_centimetre(double n)
{
	return num_round(n, 2);
}

static bool
gather(struct run *r, const struct xnode *call, const struct ctx *ctx, struct places *p)
{
	*p = (struct places){ .r = r };
	return xfn_each(r, call, 0, ctx, add_places, p);
}

bool
fn_distance(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct places p;
	double total = 0;

	if (!gather(r, call, ctx, &p))
		return false;
	if (p.wrong || !p.n)
		return val_number(out, NAN);
	for (size_t i = 1; i < p.n; i++)
		total += metres(p.v[i - 1], p.v[i]);
	return val_number(out, to_centimetre(total));
}

bool
fn_area(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct places p;
	double total = 0;

	if (!gather(r, call, ctx, &p))
		return false;
	if (p.wrong || !p.n)
		return val_number(out, NAN);
	for (size_t i = 0; i < p.n && p.n > 2; i++) {
		struct place a = p.v[i], b = p.v[(i + 1) % p.n];

		total += radians(b.lon - a.lon) * (2 + sin(radians(a.lat)) + sin(radians(b.lat)));
	}
	return val_number(out, to_centimetre(fabs(total * RADIUS * RADIUS / 2)));
}

/* Even-odd rule on the plane of degrees; a shape must be closed. */
static bool
inside(struct place at, const struct places *shape)
{
	bool in = false;

	if (shape->n < 4 || shape->v[0].lat != shape->v[shape->n - 1].lat ||
	    shape->v[0].lon != shape->v[shape->n - 1].lon)
		return false;
	for (size_t i = 0, j = shape->n - 1; i < shape->n; j = i++) {
		struct place a = shape->v[i], b = shape->v[j];

		if ((a.lat > at.lat) != (b.lat > at.lat) &&
		    at.lon < (b.lon - a.lon) * (at.lat - a.lat) / (b.lat - a.lat) + a.lon)
			in = !in;
	}
	return in;
}

bool
fn_geofence(struct run *r, const struct xnode *call, const struct ctx *ctx, struct xval *out)
{
	struct str point, shape;
	struct place at;
	struct places p = { .r = r };

	if (!arg_str(r, call, 0, ctx, &point) || !arg_str(r, call, 1, ctx, &shape))
		return false;
	add_places(&p, shape);
	return val_bool(out, !p.wrong && read_place(r, point, &at) && inside(at, &p));
}

static double
cross(struct place a, struct place b, struct place c)
{
	return (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon);
}

static bool
between(struct place a, struct place b, struct place c)
{
	return fmin(a.lon, b.lon) <= c.lon && c.lon <= fmax(a.lon, b.lon) &&
	    fmin(a.lat, b.lat) <= c.lat && c.lat <= fmax(a.lat, b.lat);
}

static bool
lines_meet(struct place a, struct place b, struct place c, struct place d)
{
	double c1 = cross(a, b, c), d1 = cross(a, b, d), a1 = cross(c, d, a), b1 = cross(c, d, b);

	if (((c1 > 0) != (d1 > 0)) && ((a1 > 0) != (b1 > 0)) && c1 != 0 && d1 != 0 && a1 != 0 &&
	    b1 != 0)
		return true;
	return (c1 == 0 && between(a, b, c)) || (d1 == 0 && between(a, b, d)) ||
	    (a1 == 0 && between(c, d, a)) || (b1 == 0 && between(c, d, b));
}

/* Neighbours share an end, and so do the first and last line of a closed one. */
static bool
may_touch(const struct places *p, size_t i, size_t j)
{
	bool closed = p->v[0].lat == p->v[p->n - 1].lat && p->v[0].lon == p->v[p->n - 1].lon;

	return j == i + 1 || (closed && i == 0 && j == p->n - 2);
}

bool
fn_intersects(struct run *r, const struct xnode *call, const struct ctx *ctx,
    struct xval *out)
{
	struct places p;

	if (!gather(r, call, ctx, &p))
		return false;
	if (p.wrong || p.n < 4)
		return val_bool(out, false);
	for (size_t i = 0; i + 1 < p.n; i++) {
		for (size_t j = i + 1; j + 1 < p.n; j++) {
			if (!run_step(r, call))
				return false;
			if (!may_touch(&p, i, j) &&
			    lines_meet(p.v[i], p.v[i + 1], p.v[j], p.v[j + 1]))
				return val_bool(out, true);
		}
	}
	return val_bool(out, false);
}
