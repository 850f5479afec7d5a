#include "store/clockfix.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/value.h"
#include "store/changes.h"
#include "store/hlc.h"
#include "store/inside.h"
#include "store/log.h"
#include "store/merge_in.h"
#include "store/scope.h"
#include "store/stored.h"

enum { AHEAD_MS = 10 * 60 * 1000 };

struct fix { char epoch[33]; int64_t first, last, ms; };
struct clockfixes { struct fix *v; size_t n, cap; };

/* ---- reading ------------------------------------------------------------------------ */

static void
add_fix(struct clockfixes *f, const struct fix *x)
{
	f->v = xgrow(f->v, &f->cap, f->n + 1, sizeof *f->v);
	f->v[f->n++] = *x;
}

static void
parse(const char *p, struct clockfixes *f)
{
	struct fix x;

	while (*p != '\0') {
		if (sscanf(p, "%32[0-9a-f]:%" SCNd64 ":%" SCNd64 ":%" SCNd64, x.epoch, &x.first, &x.last,
		    &x.ms) == 4)
			add_fix(f, &x);
		p += strcspn(p, " ");
		p += *p == ' ';
	}
}

void
clockfix_free(struct clockfixes *f)
{
	if (f != NULL)
		free(f->v);
	free(f);
}

/* Only a county's word counts; of several heads each, in one order at all sites. */
bool
clockfix_read(struct store *s, int64_t record, struct clockfixes **out, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT DISTINCT c.value FROM ruhu_head h"
	    " JOIN ruhu_change c ON c.no = h.change JOIN ruhu_epoch e ON e.no = c.epoch, ruhu_site s"
	    " WHERE h.record = ? AND h.row = 0 AND h.field = (SELECT no FROM ruhu_name WHERE"
	    " text = '" FIELD_CLOCK "') AND e.site IN (s.id, s.county) AND c.value IS NOT NULL"
	    " ORDER BY c.value", WITH(b_int(record)));
	struct clockfixes *f = NULL;

	while (stmt_row(st)) {
		if (f == NULL)
			f = xcalloc(1, sizeof *f);
		parse(stmt_text(st, 0), f);
	}
	if (!stmt_end(st, err)) {
		clockfix_free(f);
		return false;
	}
	*out = f;
	return true;
}

/* What was said last of a change counts: said twice, or again with another span, it is
 * no sum. */
uint64_t
clockfix_right(const struct clockfixes *f, const char *epoch, int64_t seq, uint64_t hlc)
{
	int64_t ms = hlc_ms(hlc), ahead = 0;

	for (size_t i = 0; f != NULL && i < f->n; i++)
		if (seq >= f->v[i].first && seq <= f->v[i].last && strcmp(f->v[i].epoch, epoch) == 0)
			ahead = f->v[i].ms;
	ms -= ahead;
	return (uint64_t)(ms > 0 ? ms : 0) << 16 | (hlc & 0xffff);
}

struct placed { int64_t no; uint64_t hlc; unsigned char chain[HASH_BYTES]; };

static int
by_time(const void *pa, const void *pb)
{
	const struct placed *a = pa, *b = pb;

	if (a->hlc != b->hlc)
		return a->hlc < b->hlc ? -1 : 1;
	return memcmp(a->chain, b->chain, HASH_BYTES);
}

static bool
place(struct store *s, const struct clockfixes *f, int64_t no, struct placed *p, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT " CLOCK_EPOCH ", c.seq, c.hlc, c.chain FROM ruhu_change c JOIN ruhu_epoch e ON e.no = c.epoch WHERE c.no = ?",
	    WITH(b_int(no)));

	memset(p, 0, sizeof *p);
	p->no = no;
	if (stmt_row(st)) {
		p->hlc = clockfix_right(f, stmt_text(st, 0), stmt_int(st, 1), (uint64_t)stmt_int(st, 2));
		if (stmt_len(st, 3) == HASH_BYTES)
			memcpy(p->chain, stmt_blob(st, 3), HASH_BYTES);
	}
	return stmt_end(st, err);
}

bool
clockfix_order(struct store *s, int64_t record, int64_t *changes, size_t n, uint64_t *hlc,
    struct err *err)
{
	struct placed *v = xcalloc(n + 1, sizeof *v);
	struct clockfixes *f = NULL;
	bool ok = clockfix_read(s, record, &f, err);

	for (size_t i = 0; ok && i < n; i++)
		ok = place(s, f, changes[i], &v[i], err);
	if (ok && n > 1)
		qsort(v, n, sizeof *v, by_time);
	for (size_t i = 0; ok && i < n; i++)
		changes[i] = v[i].no;
	if (ok && n > 0)
		*hlc = v[n - 1].hlc;
	clockfix_free(f);
	free(v);
	return ok;
}

bool
clockfix_obey(struct store *s, const char *value, struct err *err)
{
	int64_t now = store_now(s) << 16, most = (store_now(s) + AHEAD_MS) << 16;
	struct clockfixes f = { 0 };
	bool ok = true;

	parse(value, &f);
	for (size_t i = 0; ok && i < f.n; i++)
		ok = db_run(s->db, err, "UPDATE ruhu_site SET hlc = ?1 WHERE hlc > ?2 AND ?3 ="
		    " (SELECT id FROM ruhu_epoch WHERE no = epoch) AND NOT EXISTS (SELECT 1 FROM ruhu_change c"
		    " WHERE c.epoch = ruhu_site.epoch AND c.seq > ?4 AND c.hlc > ?2)", WITH(b_int(now),
		    b_int(most), b_text(f.v[i].epoch), b_int(f.v[i].last)));
	free(f.v);
	return ok;
}

/* ---- saying ---------------------------------------------------------------------------- */

static bool
may_say(struct store *s, struct err *err)
{
	struct site_info site;
	struct buf county = { 0 };
	bool ok = store_site(s, &site, err) && store_county(s, &county, err);

	if (ok && strcmp(site.id, "LOCAL") != 0 && strcmp(site.id, buf_str(&county)) != 0)
		ok = err_set(err, _("Only %s puts the clocks of others right"), buf_str(&county));
	buf_free(&county);
	return ok;
}

/* A range of the site's numbers, from one epoch. */
struct range { int64_t epoch; struct fix fix; };
struct ranges { struct range *v; size_t n, cap; };

static bool
find_ranges(struct store *s, const struct clockfix *c, struct ranges *all, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT e.no, " CLOCK_EPOCH ", min(c.seq), max(c.seq)"
	    " FROM ruhu_epoch e JOIN ruhu_change c ON c.epoch = e.no"
	    " WHERE e.site = ? AND c.hlc >= ? GROUP BY e.no ORDER BY e.no",
	    WITH(b_text(c->site), b_int(c->since_ms << 16)));

	while (stmt_row(st)) {
		struct range *r;

		all->v = xgrow(all->v, &all->cap, all->n + 1, sizeof *all->v);
		r = &all->v[all->n++];
		*r = (struct range){ .epoch = stmt_int(st, 0), .fix = { .first = stmt_int(st, 2),
		    .last = stmt_int(st, 3), .ms = c->ahead_ms } };
		snprintf(r->fix.epoch, sizeof r->fix.epoch, "%s", stmt_text(st, 1));
	}
	return stmt_end(st, err);
}

/* Which records have an answer of which range. */
struct said { int64_t record; size_t range; };
struct sayings { struct said *v; size_t n, cap; };

static bool
find_records(struct store *s, const struct ranges *ranges, size_t i, struct sayings *all,
    struct err *err)
{
	const struct range *r = &ranges->v[i];
	struct stmt *st = db_query(s->db, err, "SELECT DISTINCT h.record FROM ruhu_change c"
	    " JOIN ruhu_head h ON h.record = c.record AND h.change = c.no"
	    " JOIN ruhu_record r ON r.no = c.record AND NOT r.erased"
	    " WHERE c.epoch = ? AND c.seq BETWEEN ? AND ?",
	    WITH(b_int(r->epoch), b_int(r->fix.first), b_int(r->fix.last)));

	while (stmt_row(st)) {
		all->v = xgrow(all->v, &all->cap, all->n + 1, sizeof *all->v);
		all->v[all->n++] = (struct said){ stmt_int(st, 0), i };
	}
	return stmt_end(st, err);
}

static int
by_record(const void *pa, const void *pb)
{
	const struct said *a = pa, *b = pb;

	if (a->record != b->record)
		return a->record < b->record ? -1 : 1;
	return (a->range > b->range) - (a->range < b->range);
}

static bool
says_anew(const struct fix *was, const struct ranges *ranges, const struct said *now, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct fix *x = &ranges->v[now[i].range].fix;

		if (strcmp(was->epoch, x->epoch) == 0 && was->first >= x->first && was->last <= x->last)
			return true;
	}
	return false;
}

static void
put_fix(struct buf *value, const struct fix *x)
{
	buf_addf(value, "%s%s:%" PRId64 ":%" PRId64 ":%" PRId64, value->len > 0 ? " " : "", x->epoch,
	    x->first, x->last, x->ms);
}

/* What was said before and is all said anew counts no more. */
static bool
make_value(const struct clockfixes *was, const struct ranges *ranges, const struct said *now,
    size_t n, struct buf *value, struct err *err)
{
	for (size_t i = 0; was != NULL && i < was->n; i++)
		if (!says_anew(&was->v[i], ranges, now, n))
			put_fix(value, &was->v[i]);
	for (size_t i = 0; i < n; i++)
		put_fix(value, &ranges->v[now[i].range].fix);
	return value->len <= VALUE_MAX || err_set(err, _("So much was said of the clocks in one record "
	    "that no more can be kept; nothing was changed. Say it once, of a longer span (--since)"));
}

static bool
say_it(struct store *s, const struct ranges *ranges, const struct said *now, size_t n,
    struct err *err)
{
	const struct loaded *form;
	const struct stored_field *head;
	struct clockfixes *was = NULL;
	struct buf value = { 0 };
	struct stored r;
	struct log log;
	bool ok, gone;

	if (!stored_read(s, now->record, &r, err))
		return false;
	head = stored_field(&r.rows[0], FIELD_CLOCK);
	ok = clockfix_read(s, now->record, &was, err) &&
	    make_value(was, ranges, now, n, &value, err);
	if (ok) {
		const struct log_entry e = { .row = "", .field = FIELD_CLOCK, .value = buf_str(&value),
			.reason = "", .prev = head != NULL ? head->heads : NULL,
			.prev_n = head != NULL ? head->heads_n : 0 };

		ok = form_load(s, r.form, NULL, &form, err) && log_begin(s, &log, err) &&
		    log_record(&log, now->record, form, err) && log_add(&log, &e, err) &&
		    log_end(&log, err);
	}
	clockfix_free(was);
	stored_free(&r);
	buf_free(&value);
	return ok && merge_derive_record(s, now->record, true, &gone, err);
}

static bool
say_all(struct store *s, const struct clockfix *c, int64_t *records, struct err *err)
{
	struct sayings all = { 0 };
	struct ranges ranges = { 0 };
	bool ok = find_ranges(s, c, &ranges, err);
	size_t n;

	for (size_t i = 0; ok && i < ranges.n; i++)
		ok = find_records(s, &ranges, i, &all, err);
	if (all.n > 1)
		qsort(all.v, all.n, sizeof *all.v, by_record);
	for (size_t i = 0; ok && i < all.n; i += n, ++*records) {
		for (n = 1; i + n < all.n && all.v[i + n].record == all.v[i].record; n++)
			;
		ok = say_it(s, &ranges, &all.v[i], n, err);
	}
	free(ranges.v);
	free(all.v);
	return ok && event_add(s, "clockfix", c->site, err);
}

bool
store_clockfix(struct store *s, const struct clockfix *c, int64_t *records, struct err *err)
{
	*records = 0;
	return may_say(s, err) && tx_begin(s, err) && tx_end(s, say_all(s, c, records, err), err);
}
