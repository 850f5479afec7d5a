#include "store/stats.h"

#include "base/date.h"
#include "store/inside.h"

enum { HOUR_MS = 3600000 };

static bool
add(struct store *s, const char *sitting, const char *form, const struct figures *f,
    struct err *err)
{
	char at[INSTANT_TEXT], local[INSTANT_TEXT];

	store_stamp(s, at);
	instant_format(store_now(s), local);
	local[10] = '\0';
	return db_run(s->db, err,
	    "INSERT INTO ruhu_session(id, day, form, by, began_at, until_at, saved, verified,"
	    " fields, keys, refused, active_ms, paused_ms)"
	    " VALUES(?1,?2,?3,?4,?5,?5,?6,?7,?8,?9,?10,?11,?12)"
	    " ON CONFLICT(id, day, form) DO UPDATE SET until_at = ?5, saved = saved + ?6,"
	    " verified = verified + ?7, fields = fields + ?8, keys = keys + ?9,"
	    " refused = refused + ?10, active_ms = active_ms + ?11, paused_ms = paused_ms + ?12",
	    WITH(b_text(sitting), b_text(local), b_text(form), b_text(s->user), b_text(at),
		b_int(f->saved), b_int(f->verified), b_int(f->fields), b_int(f->keys),
		b_int(f->refused), b_int(f->active_ms), b_int(f->paused_ms)));
}

bool
store_stats_add(struct store *s, const char *sitting, const char *form, const struct figures *f,
    struct err *err)
{
	bool ok;

	if (s->read_only)
		return true;
	if (!db_synchronous(s->db, DB_NORMAL, err))
		return false;
	ok = tx_begin(s, err) && tx_end(s, add(s, sitting, form, f, err), err);
	return db_synchronous(s->db, DB_FULL, err) && ok;
}

/* Sittings have local days; the instant of a verification is made one. */
#define BY_DAY                                                                                     \
	"WITH keyed AS (SELECT by, day, count(DISTINCT id) AS sittings,"                           \
	"  count(DISTINCT form) AS forms, sum(saved) AS saved, sum(verified) AS verified,"         \
	"  sum(fields) AS fields, sum(keys) AS keys, sum(refused) AS refused,"                     \
	"  sum(active_ms) AS active, sum(paused_ms) AS paused FROM ruhu_session"                   \
	"  WHERE (?1 IS NULL OR by = ?1) AND (?2 IS NULL OR day >= ?2) GROUP BY by, day),"         \
	" ended AS (SELECT no, by, date(ended_at, 'localtime') AS day FROM ruhu_verify"            \
	"  WHERE ended_at IS NOT NULL AND (?2 IS NULL OR ended_at >= date(?2, '-1 day'))),"        \
	" compared AS (SELECT v.by, f.keyer, v.day, count(*) AS n,"                                \
	"   sum(f.result IN ('keyer', 'both')) AS wrong,"                                          \
	"   sum(f.result IN ('verifier', 'both')) AS wrong_again"                                  \
	"  FROM ended v JOIN ruhu_verify_field f ON f.verify = v.no"                               \
	"  WHERE f.result IN ('same', 'keyer', 'verifier', 'both') GROUP BY v.no, f.keyer),"       \
	" fared AS (SELECT keyer AS by, day, n AS compared, wrong, 0 AS again, 0 AS wrong_again"   \
	"  FROM compared UNION ALL SELECT by, day, 0, 0, n, wrong_again FROM compared),"           \
	" verified AS (SELECT by, day, sum(compared) AS compared, sum(wrong) AS wrong,"            \
	"  sum(again) AS again, sum(wrong_again) AS wrong_again FROM fared"                        \
	"  WHERE (?1 IS NULL OR by = ?1) AND (?2 IS NULL OR day >= ?2) GROUP BY by, day),"         \
	" lines AS (SELECT by, day FROM keyed UNION SELECT by, day FROM verified)"

bool
store_stats(struct store *s, const char *by, const char *since,
    bool (*each)(void *, const struct stats_line *), void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    BY_DAY
	    " SELECT by, day, sittings, forms, saved, k.verified, fields, keys, refused, active,"
	    " paused, compared, wrong, again, wrong_again FROM lines"
	    " LEFT JOIN keyed k USING (by, day) LEFT JOIN verified v USING (by, day)"
	    " ORDER BY day DESC, by",
	    WITH(b_text(by), b_text(since)));

	while (stmt_row(st)) {
		const struct stats_line line = {.by = stmt_text(st, 0),
		    .day = stmt_text(st, 1),
		    .sittings = stmt_int(st, 2),
		    .forms = stmt_int(st, 3),
		    .f = {.saved = stmt_int(st, 4),
			.verified = stmt_int(st, 5),
			.fields = stmt_int(st, 6),
			.keys = stmt_int(st, 7),
			.refused = stmt_int(st, 8),
			.active_ms = stmt_int(st, 9),
			.paused_ms = stmt_int(st, 10)},
		    .v = {stmt_int(st, 11), stmt_int(st, 12), stmt_int(st, 13), stmt_int(st, 14)}};

		if (!each(ctx, &line))
			break;
	}
	return stmt_end(st, err);
}

int64_t
stats_keys_an_hour(const struct figures *f)
{
	return f->active_ms > 0 ? f->keys * HOUR_MS / f->active_ms : -1;
}

double
stats_refused_of_1000(const struct figures *f)
{
	return f->keys > 0 ? (double)f->refused * 1000 / (double)f->keys : -1;
}

double
stats_percent(int64_t wrong, int64_t of)
{
	return of > 0 ? (double)wrong * 100 / (double)of : -1;
}

bool
store_stats_today(struct store *s, bool *any, struct figures *f, struct err *err)
{
	char local[INSTANT_TEXT];
	struct stmt *st;

	instant_format(store_now(s), local);
	local[10] = '\0';
	*f = (struct figures){ 0 };
	st = db_query(s->db, err,
	    "SELECT coalesce(sum(saved), 0), coalesce(sum(verified), 0), coalesce(sum(keys), 0),"
	    " coalesce(sum(active_ms), 0), EXISTS (SELECT 1 FROM ruhu_session WHERE by = ?2)"
	    " FROM ruhu_session WHERE day = ?1 AND by = ?2",
	    WITH(b_text(local), b_text(s->user)));
	if (stmt_row(st)) {
		f->saved = stmt_int(st, 0);
		f->verified = stmt_int(st, 1);
		f->keys = stmt_int(st, 2);
		f->active_ms = stmt_int(st, 3);
		*any = stmt_int(st, 4) != 0;
	}
	return stmt_end(st, err);
}
