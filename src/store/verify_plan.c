/* verify_plan.c: which records of a form are keyed a second time, and how far
 * that is. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/tr.h"
#include "logic/logic.h"
#include "store/inside.h"
#include "store/verify.h"

enum { EVERY_MOST = 9999 };

static int64_t
drawn(int64_t every)
{
	unsigned char raw[4];

	random_bytes(raw, sizeof raw);
	return 1 + (raw[0] | raw[1] << 8 | raw[2] << 16) % every;
}

bool
store_verify_plan(struct store *s, const char *form, int64_t every, int64_t start, struct err *err)
{
	const struct loaded *f;

	s->tick++;
	if (!form_load(s, form, NULL, &f, err))
		return false;
	if (every < 1 || every > EVERY_MOST)
		return err_set(err, _("every n-th record: n is 1 to %d"), EVERY_MOST);
	if (start < 0 || start > every)
		return err_set(err, _("the first of every %lld records is number 1 to %lld"),
		    (long long)every, (long long)every);
	return tx_begin(s, err) &&
	       tx_end(s,
		   db_run(s->db, err,
		       "INSERT OR REPLACE INTO ruhu_verify_plan(form, every, start) VALUES(?,?,?)",
		       WITH(b_text(form), b_int(every), b_int(start > 0 ? start : drawn(every)))),
		   err);
}

/* A form that says verify_every gets its random start when it is first needed. */
static bool
keep_plan(struct store *s, const char *form, struct err *err)
{
	const struct loaded *f;
	int64_t n = 0;

	if (!form_load(s, form, NULL, &f, err) ||
	    !db_int(s->db, err, &n, NULL, "SELECT count(*) FROM ruhu_verify_plan WHERE form = ?",
		WITH(b_text(form))))
		return false;
	return n > 0 || f->form->verify_every < 2 || s->read_only ||
	       store_verify_plan(s, form, f->form->verify_every, 0, err);
}

/* Numbered from the first record that there ever was, so that the sample stays
 * the same while records come and go. */
#define PLANNED                                                                                    \
	"WITH numbered AS (SELECT no, row_number() OVER (ORDER BY no) AS n FROM ruhu_record"       \
	"  WHERE form = ?1),"                                                                      \
	" plan AS (SELECT every, start FROM ruhu_verify_plan WHERE form = ?1),"                    \
	" planned AS (SELECT r.* FROM numbered JOIN ruhu_record r USING (no), plan"                \
	"  WHERE r.deleted = 0 AND r.state = 'complete' AND n >= start"                            \
	"  AND (n - start) % every = 0)"

/* Without a plan there is nothing to number. */
#define ALL                                                                                        \
	"WITH planned AS (SELECT * FROM ruhu_record WHERE form = ?1 AND deleted = 0"               \
	"  AND state = 'complete')"

#define WAITING                                                                                    \
	" SELECT r.id FROM planned r WHERE r.created_by <> ?2"                                     \
	" AND NOT EXISTS (SELECT 1 FROM ruhu_verify v WHERE v.record = r.id"                       \
	"  AND v.ended_at IS NOT NULL AND v.change >= r.last_change)"                              \
	" AND NOT EXISTS (SELECT 1 FROM ruhu_draft d WHERE d.record = r.id)"                       \
	" AND NOT EXISTS (SELECT 1 FROM ruhu_head h JOIN ruhu_change c ON c.no = h.change"         \
	"  JOIN ruhu_name a ON a.no = c.author JOIN ruhu_name f ON f.no = c.field"                 \
	"  WHERE h.record = r.no AND a.text = ?2 AND f.text NOT LIKE '$%')"                        \
	" ORDER BY r.no LIMIT 1"

static bool
planned(struct store *s, const char *form, bool *is, struct err *err)
{
	int64_t n = 0;

	if (!keep_plan(s, form, err) || !db_int(s->db, err, &n, NULL,
	    "SELECT count(*) FROM ruhu_verify_plan WHERE form = ? AND every > 1",
	    WITH(b_text(form))))
		return false;
	*is = n > 0;
	return true;
}

bool
store_verify_any(struct store *s, const char *form)
{
	int64_t any = 0;
	struct err ignored;

	return db_int(s->db, &ignored, &any, NULL, "SELECT EXISTS (SELECT 1 FROM ruhu_verify v"
	    " JOIN ruhu_record r ON r.id = v.record WHERE r.form = ? AND v.ended_at IS NOT NULL)",
	    WITH(b_text(form))) && any != 0;
}

bool
store_verify_next(struct store *s, const char *form, struct buf *id, struct err *err)
{
	bool found, is_planned;

	buf_reset(id);
	s->tick++;
	if (!planned(s, form, &is_planned, err))
		return false;
	/* First what is half-way. */
	if (!db_text(s->db, err, id, &found,
	    "SELECT v.record FROM ruhu_verify v JOIN ruhu_draft d ON d.record = v.record"
	    " AND d.author = v.by JOIN ruhu_record r ON r.id = v.record WHERE v.form = ?1"
	    " AND v.by = ?2 AND v.ended_at IS NULL AND r.deleted = 0 ORDER BY v.no LIMIT 1",
	    WITH(b_text(form), b_text(s->user))))
		return false;
	return found || db_text(s->db, err, id, &found, is_planned ? PLANNED WAITING : ALL WAITING,
	    WITH(b_text(form), b_text(s->user)));
}

#define LINES                                                                                      \
	" SELECT r.id, r.label, r.created_by, coalesce(v.by, ''), coalesce(v.ended_at, ''),"       \
	" v.ended_at IS NOT NULL AND v.change < r.last_change,"                                    \
	" (SELECT count(*) FROM ruhu_verify_field f WHERE f.verify = v.no AND f.result <> 'new')," \
	" (SELECT count(*) FROM ruhu_verify_field f WHERE f.verify = v.no"                         \
	"  AND f.result IN ('keyer', 'both')),"                                                    \
	" (SELECT count(*) FROM ruhu_verify_field f WHERE f.verify = v.no"                         \
	"  AND f.result IN ('verifier', 'both')),"                                                 \
	" (SELECT count(*) FROM ruhu_verify_field f WHERE f.verify = v.no AND f.result = 'open')"  \
	" FROM planned r LEFT JOIN ruhu_verify v ON v.no = (SELECT max(no) FROM ruhu_verify x"     \
	"  WHERE x.record = r.id) ORDER BY r.no"

bool
store_verify_list(struct store *s, const char *form,
    bool (*each)(void *, const struct verify_line *), void *ctx, struct err *err)
{
	struct stmt *st;
	bool is_planned;

	s->tick++;
	if (!planned(s, form, &is_planned, err))
		return false;
	st = db_query(s->db, err, is_planned ? PLANNED LINES : ALL LINES, WITH(b_text(form)));
	while (stmt_row(st)) {
		const struct verify_line line = {.record = stmt_text(st, 0),
		    .label = stmt_text(st, 1),
		    .keyer = stmt_text(st, 2),
		    .by = stmt_text(st, 3),
		    .at = stmt_text(st, 4),
		    .changed = stmt_int(st, 5) != 0,
		    .compared = stmt_int(st, 6),
		    .keyer_wrong = stmt_int(st, 7),
		    .verifier_wrong = stmt_int(st, 8),
		    .open = stmt_int(st, 9)};

		if (!each(ctx, &line))
			break;
	}
	return stmt_end(st, err);
}
