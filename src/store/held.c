#include "store/held.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/changes.h"
#include "store/inside.h"
#include "store/log.h"
#include "store/merge_in.h"
#include "store/rebuild.h"
#include "store/scope.h"
#include "store/stored.h"

/* ---- judging ---------------------------------------------------------------------- */

/* before: the scopes that were said before change ?2, else those from it on. */
#define SCOPES(before) \
	"SELECT DISTINCT c.value FROM ruhu_change c WHERE c.record = ?1 AND c.no " before " ?2" \
	" AND c.field = (SELECT no FROM ruhu_name WHERE text = '" FIELD_SCOPE "')" \
	" AND c.value IS NOT NULL AND NOT" IS_HELD("c.no")

static bool
lay_in(struct store *s, const char *sql, int64_t record, int64_t first, const char *area,
    bool *any, bool *inside, struct err *err)
{
	struct stmt *st = db_query(s->db, err, sql, WITH(b_int(record), b_int(first)));

	*any = *inside = false;
	while (stmt_row(st)) {
		*any = true;
		*inside |= scope_has(area, stmt_text(st, 0));
	}
	return stmt_end(st, err);
}

bool
held_may_write(struct store *s, const char *site, const char *area, int64_t record,
    int64_t first, bool *may, struct err *err)
{
	struct buf decision = { 0 };
	bool found, any, inside, ok;

	ok = db_text(s->db, err, &decision, &found, "SELECT coalesce(decision, '') FROM ruhu_outside"
	    " WHERE record = ? AND site = ?", WITH(b_int(record), b_text(site)));
	*may = ok && strcmp(buf_str(&decision), "released") == 0;
	buf_free(&decision);
	if (!ok || found)
		return ok;
	if (!lay_in(s, SCOPES("<"), record, first, area, &any, &inside, err) ||
	    (!any && !lay_in(s, SCOPES(">="), record, first, area, &any, &inside, err)))
		return false;
	*may = inside || !any;
	return true;
}

bool
held_hold(struct store *s, const char *site, int64_t record, int64_t first, struct err *err)
{
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	return db_run(s->db, err, "INSERT OR IGNORE INTO ruhu_outside(record, site, at) VALUES(?,?,?)",
	    WITH(b_int(record), b_text(site), b_text(at))) &&
	    db_run(s->db, err, "INSERT OR IGNORE INTO ruhu_held(change, outside) SELECT c.no, o.no"
	    " FROM ruhu_change c JOIN ruhu_outside o ON o.record = c.record AND o.site = ?2"
	    " WHERE c.record = ?1 AND c.no >= ?3", WITH(b_int(record), b_text(site), b_int(first))) &&
	    /* What they follow and has not come is not theirs to cover. */
	    db_run(s->db, err, "DELETE FROM ruhu_missing WHERE change >= ?1 AND change IN"
	    " (SELECT change FROM ruhu_held)", WITH(b_int(first))) &&
	    rebuild_heads_of(s, record, err);
}

/* ---- telling ------------------------------------------------------------------------ */

bool
store_held(struct store *s, bool all, bool (*each)(void *, const struct held *), void *ctx,
    struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT o.no, o.site, r.id, r.form, r.label,"
	    " coalesce((SELECT c.value FROM ruhu_held h JOIN ruhu_change c ON c.no = h.change"
	    "  JOIN ruhu_name n ON n.no = c.field WHERE h.outside = o.no AND n.text = '" FIELD_SCOPE "'"
	    "  ORDER BY c.hlc DESC LIMIT 1), r.scope), o.at,"
	    " (SELECT count(*) FROM ruhu_held h WHERE h.outside = o.no),"
	    " coalesce(o.decision, ''), coalesce(o.decided_by, '')"
	    " FROM ruhu_outside o JOIN ruhu_record r ON r.no = o.record"
	    " WHERE ?1 OR o.decision IS NULL ORDER BY o.no", WITH(b_int(all)));

	while (stmt_row(st)) {
		const struct held h = { .no = stmt_int(st, 0), .site = stmt_text(st, 1),
			.record = stmt_text(st, 2), .form = stmt_text(st, 3), .label = stmt_text(st, 4),
			.scope = stmt_text(st, 5), .at = stmt_text(st, 6), .changes = stmt_int(st, 7),
			.decision = stmt_text(st, 8), .by = stmt_text(st, 9) };

		if (!each(ctx, &h))
			break;
	}
	return stmt_end(st, err);
}

bool
store_held_changes(struct store *s, int64_t no,
    bool (*each)(void *, const struct held_change *), void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT coalesce(w.id, ''), n.text,"
	    " coalesce(c.value, ''), a.text FROM ruhu_held h JOIN ruhu_change c ON c.no = h.change"
	    " JOIN ruhu_name n ON n.no = c.field JOIN ruhu_name a ON a.no = c.author"
	    " LEFT JOIN ruhu_row w ON w.no = c.row WHERE h.outside = ? ORDER BY c.no", WITH(b_int(no)));

	while (stmt_row(st)) {
		const struct held_change c = { stmt_text(st, 0), stmt_text(st, 1), stmt_text(st, 2),
			stmt_text(st, 3) };

		if (!each(ctx, &c))
			break;
	}
	return stmt_end(st, err);
}

bool
store_held_n(struct store *s, int64_t *n, struct err *err)
{
	return db_int(s->db, err, n, NULL, "SELECT count(*) FROM ruhu_outside WHERE decision IS NULL",
	    WITHOUT);
}

/* ---- deciding ------------------------------------------------------------------------- */

static bool
decide(struct store *s, int64_t no, const char *decision, int64_t *record, struct err *err)
{
	struct buf detail = { 0 };
	struct stmt *st = db_query(s->db, err, "SELECT o.record, coalesce(o.decision, ''), r.id, o.site"
	    " FROM ruhu_outside o JOIN ruhu_record r ON r.no = o.record WHERE o.no = ?", WITH(b_int(no)));
	bool found = stmt_row(st), released = false, ok;
	char at[INSTANT_TEXT];

	if (found) {
		*record = stmt_int(st, 0);
		released = strcmp(stmt_text(st, 1), "released") == 0;
		buf_addf(&detail, "%s: %s, %s", decision, stmt_text(st, 2), stmt_text(st, 3));
	}
	store_stamp(s, at);
	ok = stmt_end(st, err);
	if (ok && !found)
		ok = err_set(err, _("nothing is held back under number %lld"), (long long)no);
	if (ok && released)
		ok = err_set(err, _("number %lld was released already"), (long long)no);
	ok = ok && db_run(s->db, err, "UPDATE ruhu_outside SET decision = ?, decided_at = ?,"
	    " decided_by = ? WHERE no = ?", WITH(b_text(decision), b_text(at), b_text(s->user),
	    b_int(no))) && event_add(s, "held", buf_str(&detail), err);
	buf_free(&detail);
	return ok;
}

/* What the released changes follow and has not come is none any more when it comes. */
static bool
note_missing(struct store *s, int64_t no, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT c.no, c.prev FROM ruhu_held h"
	    " JOIN ruhu_change c ON c.no = h.change WHERE h.outside = ? AND c.prev IS NOT NULL",
	    WITH(b_int(no)));
	bool ok = true;

	while (ok && stmt_row(st)) {
		const char *p = stmt_text(st, 1);

		while (ok && *p != '\0') {
			char *end;
			int64_t epoch = strtoll(p, &end, 10);
			int64_t seq = *end == ':' ? strtoll(end + 1, &end, 10) : 0;

			p = *end == ':' ? end + 1 : end;
			ok = db_run(s->db, err, "INSERT OR IGNORE INTO ruhu_missing(epoch, seq, chain, change)"
			    " SELECT e.id, ?2, ?3, ?4 FROM ruhu_epoch e WHERE e.no = ?1 AND NOT EXISTS"
			    " (SELECT 1 FROM ruhu_change c WHERE c.epoch = ?1 AND c.seq = ?2)",
			    WITH(b_int(epoch), b_int(seq), b_bytes(p, strcspn(p, " ")),
			    b_int(stmt_int(st, 0))));
			p += strcspn(p, " ");
			p += *p == ' ';
		}
	}
	return ok ? stmt_end(st, err) : (stmt_end(st, &(struct err){ 0 }), false);
}

/* Says again where the record lies: by that change, which is new, the sites whose area
 * that is get all of it. */
static bool
say_scope(struct store *s, int64_t record, int64_t *last, struct err *err)
{
	const struct loaded *form;
	const struct stored_field *f;
	struct stored r;
	struct log log;
	bool ok;

	if (!stored_read(s, record, &r, err))
		return false;
	f = stored_field(&r.rows[0], FIELD_SCOPE);
	ok = form_load(s, r.form, NULL, &form, err);
	if (ok && f != NULL && !r.erased) {
		const struct log_entry e = { .row = "", .field = FIELD_SCOPE, .value = f->value,
			.reason = "", .prev = f->heads, .prev_n = f->heads_n };

		ok = log_begin(s, &log, err) && log_record(&log, record, form, err) &&
		    log_add(&log, &e, err) && log_end(&log, err);
		*last = ok ? log.last_no : 0;
	}
	stored_free(&r);
	return ok;
}

static bool
release(struct store *s, int64_t no, struct err *err)
{
	int64_t record, last = 0;
	bool gone;

	return decide(s, no, "released", &record, err) && note_missing(s, no, err) &&
	    db_run(s->db, err, "DELETE FROM ruhu_held WHERE outside = ?", WITH(b_int(no))) &&
	    rebuild_heads_of(s, record, err) && say_scope(s, record, &last, err) &&
	    db_run(s->db, err, "UPDATE ruhu_outside SET released = ? WHERE no = ?",
	    WITH(b_int(last), b_int(no))) && merge_derive_record(s, record, true, &gone, err);
}

bool
store_held_release(struct store *s, int64_t no, struct err *err)
{
	return tx_begin(s, err) && tx_end(s, release(s, no, err), err);
}

bool
store_held_refuse(struct store *s, int64_t no, struct err *err)
{
	int64_t record;

	return tx_begin(s, err) && tx_end(s, decide(s, no, "refused", &record, err), err);
}
