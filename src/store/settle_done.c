/* settle_done.c: conflicts put off, decisions, and what a choice would do. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "record/session.h"
#include "store/desk.h"
#include "store/held.h"
#include "store/hlc.h"
#include "store/inside.h"
#include "store/settle_in.h"

enum { DAY_MS = 86400000, DECISIONS = 500, AGAINST_DAYS = 90 };

/* ---- putting off ------------------------------------------------------------------- */

bool
store_park(struct store *s, const char *record, const char *row, const char *field,
    const char *note, struct err *err)
{
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	if (!tx_begin(s, err))
		return false;
	if (note[0] == '\0')
		return tx_end(s, db_run(s->db, err, "DELETE FROM ruhu_parked WHERE"
		    " record = (SELECT no FROM ruhu_record WHERE id = ?1)"
		    " AND row = coalesce((SELECT w.no FROM ruhu_row w JOIN ruhu_record r ON r.no = w.record"
		    "  WHERE r.id = ?1 AND w.id = ?2), 0)"
		    " AND field = (SELECT no FROM ruhu_name WHERE text = ?3)",
		    WITH(b_text(record), b_text(row), b_text(field))), err);
	return tx_end(s, db_run(s->db, err, "INSERT OR REPLACE INTO ruhu_parked(record, row, field,"
	    " note, at, by) SELECT r.no, coalesce((SELECT w.no FROM ruhu_row w WHERE"
	    " w.record = r.no AND w.id = ?2), 0), n.no, ?4, ?5, ?6 FROM ruhu_record r"
	    " JOIN ruhu_name n ON n.text = ?3 WHERE r.id = ?1",
	    WITH(b_text(record), b_text(row), b_text(field), b_text(note), b_text(at),
	    b_text(s->user))), err);
}

/* ---- what was decided ----------------------------------------------------------------- */

struct done { struct decision d; char *prev; };

/* Changes that joined several. Calculations join what two sites calculated apart:
 * nobody decided there. */
static bool
read_done(struct store *s, struct arena *a, int days, int64_t after, struct done **v, size_t *n,
    struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT c.no, c.prev, coalesce(c.value, ''),"
	    " coalesce(c.reason, ''), a.text, e.site, c.hlc, r.id, r.form, r.label,"
	    " coalesce(w.id, ''), n.text, r.form FROM ruhu_change c JOIN ruhu_name a ON a.no = c.author"
	    " JOIN ruhu_epoch e ON e.no = c.epoch JOIN ruhu_record r ON r.no = c.record"
	    " JOIN ruhu_name n ON n.no = c.field LEFT JOIN ruhu_row w ON w.no = c.row"
	    " WHERE c.hlc >= ?1 AND instr(c.prev, ' ') > 0 AND c.no > ?3 AND NOT r.erased"
	    " AND n.text NOT IN ('$pos', '$up', '$state', '$grid', '$clock') AND NOT" IS_HELD("c.no") " ORDER BY c.no DESC LIMIT ?2",
	    WITH(b_int((store_now(s) - (int64_t)days * DAY_MS) * 65536), b_int(DECISIONS),
	    b_int(after)));
	size_t cap = 0;

	for (*v = NULL, *n = 0; stmt_row(st); (*n)++) {
		char at[INSTANT_TEXT];

		instant_format_utc(hlc_ms((uint64_t)stmt_int(st, 6)), at);
		*v = xgrow(*v, &cap, *n + 1, sizeof **v);
		(*v)[*n] = (struct done){ .prev = arena_strdup(a, stmt_text(st, 1)), .d = {
			.change = stmt_int(st, 0), .value = arena_strdup(a, stmt_text(st, 2)),
			.reason = arena_strdup(a, stmt_text(st, 3)),
			.by = arena_strdup(a, stmt_text(st, 4)),
			.site = arena_strdup(a, stmt_text(st, 5)), .at = arena_strdup(a, at),
			.of = { .record = arena_strdup(a, stmt_text(st, 7)),
			    .form = arena_strdup(a, stmt_text(st, 8)),
			    .label = arena_strdup(a, stmt_text(st, 9)),
			    .row = arena_strdup(a, stmt_text(st, 10)),
			    .field = arena_strdup(a, stmt_text(st, 11)),
			    .ancestor = "", .note = "", .note_by = "", .note_at = "" } } };
	}
	return stmt_end(st, err);
}

static bool
lost(const struct store *s, const struct decision *d)
{
	for (size_t i = 0; i < d->of.sides_n; i++)
		if (strcmp(d->of.sides[i].author, s->user) == 0 &&
		    (strcmp(d->of.sides[i].value, d->value) != 0 ||
		    strcmp(d->of.sides[i].reason, d->reason) != 0))
			return strcmp(d->by, s->user) != 0;
	return false;
}

static bool
differ(const struct decision *d)
{
	/* A side that did not come here was another one. */
	for (size_t i = 0; i < d->of.sides_n; i++)
		if (strcmp(d->of.sides[i].value, d->value) != 0 ||
		    strcmp(d->of.sides[i].reason, d->reason) != 0)
			return true;
	return false;
}

static bool
decisions(struct store *s, int days, int64_t after, bool (*each)(void *, const struct decision *),
    void *ctx, struct err *err)
{
	struct arena *a = arena_new();
	struct done *v = NULL;
	size_t n = 0;
	bool ok = read_begin(s, err);

	if (ok) {
		ok = read_done(s, a, days, after, &v, &n, err);
		for (size_t i = 0; ok && i < n; i++) {
			ok = sides_of(s, a, v[i].prev, &v[i].d.of, err);
			v[i].d.against = lost(s, &v[i].d);
		}
		read_end(s);
	}
	for (size_t i = 0; ok && i < n; i++)
		if (differ(&v[i].d) && !each(ctx, &v[i].d))
			break;
	free(v);
	arena_free(a);
	return ok;
}

bool
store_decisions(struct store *s, int days, bool (*each)(void *, const struct decision *), void *ctx,
    struct err *err)
{
	return decisions(s, days, 0, each, ctx, err);
}

static bool
count_against(void *ctx, const struct decision *d)
{
	*(int64_t *)ctx += d->against;
	return true;
}

bool
store_decided_against(struct store *s, int64_t *n, struct err *err)
{
	int64_t seen = 0;

	*n = 0;
	return db_int(s->db, err, &seen, NULL, "SELECT no FROM ruhu_seen WHERE author = ?"
	    " AND what = 'decided'", WITH(b_text(s->user))) &&
	    decisions(s, AGAINST_DAYS, seen, count_against, n, err);
}

bool
store_decided_seen(struct store *s, struct err *err)
{
	return s->read_only || (tx_begin(s, err) && tx_end(s, db_run(s->db, err,
	    "INSERT OR REPLACE INTO ruhu_seen(author, what, no) SELECT ?, 'decided',"
	    " coalesce(max(no), 0) FROM ruhu_change", WITH(b_text(s->user))), err));
}

bool
store_reopen(struct store *s, int64_t change, const char *note, struct err *err)
{
	char at[INSTANT_TEXT];
	bool ok;

	store_stamp(s, at);
	if (!tx_begin(s, err))
		return false;
	ok = db_run(s->db, err, "INSERT OR REPLACE INTO ruhu_parked(record, row, field, note, at, by)"
	    " SELECT c.record, coalesce(c.row, 0), c.field, ?2, ?3, ?4 FROM ruhu_change c"
	    " JOIN ruhu_head h ON h.change = c.no WHERE c.no = ?1 AND instr(c.prev, ' ') > 0",
	    WITH(b_int(change), b_text(note), b_text(at), b_text(s->user)));
	if (ok && db_changed(s->db) == 0)
		ok = err_set(err, _("That is no decision, or the answer was changed since"));
	return tx_end(s, ok, err);
}

/* ---- what a choice would do ------------------------------------------------------------ */

static node_id
find_place(struct store *s, struct session *session, const char *row, const char *field)
{
	const struct loaded *form = form_of_logic(s, session_logic(session));
	const struct answers *answers = session_answers(session);
	const struct question *q = form_field(s, form, field);

	for (node_id n = ANSWERS_ROOT; q != NULL && n != NODE_NONE; n = answers_walk(answers, n))
		if (answers_question(answers, n) == q && strcmp(desk_row_id(session, n), row) == 0)
			return n;
	return NODE_NONE;
}

bool
store_settle_try(struct store *s, const char *record, const char *row, const char *field,
    const char *value, const char *reason, struct buf *out, size_t *n, size_t *now,
    struct err *err)
{
	const struct problem *list;
	struct session *session;
	struct changed changed;
	node_id cursor, at;
	bool ok = true;

	*n = *now = 0;
	if (!store_session_open(s, record, false, &session, &cursor, err))
		return false;
	*now = session_problems(session, &list);
	at = find_place(s, session, row, field);
	if (at == NODE_NONE)
		ok = err_set(err, _("the form has no such question now"));
	else if (reason[0] != '\0')
		ok = session_set_missing(session, at, missing_by_name(reason), &changed, err);
	else
		ok = session_set(session, at, value, &changed, err);
	if (ok)
		*n = session_problems(session, &list);
	for (size_t i = 0; ok && i < *n; i++)
		buf_addf(out, "%s\n", list[i].text);
	store_session_close(s, session);
	return ok;
}
