#include "store/clockfix.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/changes.h"
#include "store/hlc.h"
#include "store/inside.h"
#include "store/log.h"
#include "store/merge_in.h"
#include "store/scope.h"
#include "store/stored.h"

enum { FIXES = 64, AHEAD_MS = 10 * 60 * 1000 };

struct fix { char epoch[33]; int64_t first, last, ms; };
struct fixes { struct fix v[FIXES]; size_t n; };

/* ---- reading ------------------------------------------------------------------------ */

static void
parse(const char *p, struct fixes *f)
{
	while (*p != '\0' && f->n < FIXES) {
		struct fix *x = &f->v[f->n];

		f->n += sscanf(p, "%32[0-9a-f]:%" SCNd64 ":%" SCNd64 ":%" SCNd64, x->epoch, &x->first,
		    &x->last, &x->ms) == 4;
		p += strcspn(p, " ");
		p += *p == ' ';
	}
}

/* Only a county's word counts; of several heads each, in one order at all sites. */
static bool
read_fixes(struct store *s, int64_t record, struct fixes *f, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT DISTINCT c.value FROM ruhu_head h"
	    " JOIN ruhu_change c ON c.no = h.change JOIN ruhu_epoch e ON e.no = c.epoch, ruhu_site s"
	    " WHERE h.record = ? AND h.row = 0 AND h.field = (SELECT no FROM ruhu_name WHERE"
	    " text = '" FIELD_CLOCK "') AND e.site IN (s.id, s.county) AND c.value IS NOT NULL"
	    " ORDER BY c.value", WITH(b_int(record)));

	f->n = 0;
	while (stmt_row(st))
		parse(stmt_text(st, 0), f);
	return stmt_end(st, err);
}

/* What was said last of a change counts: said twice, or again with another span, it is
 * no sum. */
static uint64_t
put_right(const struct fixes *f, const char *epoch, int64_t seq, uint64_t hlc)
{
	int64_t ms = hlc_ms(hlc), ahead = 0;

	for (size_t i = 0; i < f->n; i++)
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
place(struct store *s, const struct fixes *f, int64_t no, struct placed *p, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT iif(e.why = 'fork', e.parent, e.id), c.seq, c.hlc,"
	    " c.chain FROM ruhu_change c JOIN ruhu_epoch e ON e.no = c.epoch WHERE c.no = ?",
	    WITH(b_int(no)));

	memset(p, 0, sizeof *p);
	p->no = no;
	if (stmt_row(st)) {
		p->hlc = put_right(f, stmt_text(st, 0), stmt_int(st, 1), (uint64_t)stmt_int(st, 2));
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
	struct fixes f;
	bool ok = read_fixes(s, record, &f, err);

	for (size_t i = 0; ok && i < n; i++)
		ok = place(s, &f, changes[i], &v[i], err);
	if (ok && n > 1)
		qsort(v, n, sizeof *v, by_time);
	for (size_t i = 0; ok && i < n; i++)
		changes[i] = v[i].no;
	if (ok && n > 0)
		*hlc = v[n - 1].hlc;
	free(v);
	return ok;
}

bool
clockfix_obey(struct store *s, const char *value, struct err *err)
{
	int64_t now = store_now(s) << 16, most = (store_now(s) + AHEAD_MS) << 16;
	struct fixes f = { .n = 0 };

	parse(value, &f);
	for (size_t i = 0; i < f.n; i++)
		if (!db_run(s->db, err, "UPDATE ruhu_site SET hlc = ?1 WHERE hlc > ?2 AND ?3 ="
		    " (SELECT id FROM ruhu_epoch WHERE no = epoch) AND NOT EXISTS (SELECT 1 FROM ruhu_change c"
		    " WHERE c.epoch = ruhu_site.epoch AND c.seq > ?4 AND c.hlc > ?2)", WITH(b_int(now),
		    b_int(most), b_text(f.v[i].epoch), b_int(f.v[i].last))))
			return false;
	return true;
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

static bool
find_ranges(struct store *s, const struct clockfix *c, struct range *v, size_t *n, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT e.no, iif(e.why = 'fork', e.parent, e.id),"
	    " min(c.seq), max(c.seq) FROM ruhu_epoch e JOIN ruhu_change c ON c.epoch = e.no"
	    " WHERE e.site = ? AND c.hlc >= ? GROUP BY e.no ORDER BY e.no",
	    WITH(b_text(c->site), b_int(c->since_ms << 16)));

	for (*n = 0; stmt_row(st) && *n < FIXES; ++*n) {
		struct range *r = &v[*n];

		r->epoch = stmt_int(st, 0);
		snprintf(r->fix.epoch, sizeof r->fix.epoch, "%s", stmt_text(st, 1));
		r->fix.first = stmt_int(st, 2);
		r->fix.last = stmt_int(st, 3);
		r->fix.ms = c->ahead_ms;
	}
	return stmt_end(st, err);
}

struct records { int64_t *v; size_t n, cap; };

static bool
find_records(struct store *s, const struct range *r, struct records *all, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT DISTINCT h.record FROM ruhu_change c"
	    " JOIN ruhu_head h ON h.record = c.record AND h.change = c.no"
	    " JOIN ruhu_record r ON r.no = c.record AND NOT r.erased"
	    " WHERE c.epoch = ? AND c.seq BETWEEN ? AND ? ORDER BY 1",
	    WITH(b_int(r->epoch), b_int(r->fix.first), b_int(r->fix.last)));

	all->n = 0;
	while (stmt_row(st)) {
		all->v = xgrow(all->v, &all->cap, all->n + 1, sizeof *all->v);
		all->v[all->n++] = stmt_int(st, 0);
	}
	return stmt_end(st, err);
}

static bool
say_it(struct store *s, int64_t record, const struct fix *fix, struct err *err)
{
	const struct loaded *form;
	const struct stored_field *was;
	struct buf value = { 0 };
	struct stored r;
	struct log log;
	bool ok, gone;

	if (!stored_read(s, record, &r, err))
		return false;
	was = stored_field(&r.rows[0], FIELD_CLOCK);
	buf_addf(&value, "%s%s%s:%" PRId64 ":%" PRId64 ":%" PRId64, was != NULL ? was->value : "",
	    was != NULL && was->value[0] != '\0' ? " " : "", fix->epoch, fix->first, fix->last, fix->ms);
	{
		const struct log_entry e = { .row = "", .field = FIELD_CLOCK, .value = buf_str(&value),
			.reason = "", .prev = was != NULL ? was->heads : NULL,
			.prev_n = was != NULL ? was->heads_n : 0 };

		ok = form_load(s, r.form, NULL, &form, err) && log_begin(s, &log, err) &&
		    log_record(&log, record, form, err) && log_add(&log, &e, err) && log_end(&log, err);
	}
	stored_free(&r);
	buf_free(&value);
	return ok && merge_derive_record(s, record, true, &gone, err);
}

static bool
say_all(struct store *s, const struct clockfix *c, int64_t *records, struct err *err)
{
	struct records all = { 0 };
	struct range v[FIXES];
	size_t n = 0;
	bool ok = find_ranges(s, c, v, &n, err);

	for (size_t i = 0; ok && i < n; i++) {
		ok = find_records(s, &v[i], &all, err);
		for (size_t k = 0; ok && k < all.n; k++, ++*records)
			ok = say_it(s, all.v[k], &v[i].fix, err);
	}
	free(all.v);
	return ok && event_add(s, "clockfix", c->site, err);
}

bool
store_clockfix(struct store *s, const struct clockfix *c, int64_t *records, struct err *err)
{
	*records = 0;
	return may_say(s, err) && tx_begin(s, err) && tx_end(s, say_all(s, c, records, err), err);
}
