/* marks.c: what is said about records besides their answers: flags, who has one
 * open, how many there are. */
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "store/desk.h"
#include "store/epoch.h"
#include "store/held.h"

enum { LEASE_MS = 60000, RENEW_MS = 20000 };

/* ---- flags --------------------------------------------------------------------- */

static bool
open_flag(struct store *s, const char *record, const char *row, const char *field, int64_t *no,
    struct err *err)
{
	*no = 0;
	return db_int(s->db, err, no, NULL, "SELECT no FROM ruhu_flag WHERE record = ? AND"
	    " row = ? AND field = ? AND closed_at IS NULL",
	    WITH(b_text(record), b_text(row), b_text(field)));
}

static bool
close_flag(struct store *s, int64_t no, struct err *err)
{
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	return db_run(s->db, err, "UPDATE ruhu_flag SET closed_at = ?, closed_by = ?"
	    " WHERE no = ? AND closed_at IS NULL", WITH(b_text(at), b_text(s->user), b_int(no)));
}

static bool
put_flag(struct store *s, const struct desk *d, node_id node, const char *note, struct err *err)
{
	const struct question *q = answers_question(session_answers(d->session), node);
	const char *row = desk_row_id(d->session, node), *field = d->form->field_of[q->index];
	char at[INSTANT_TEXT];
	struct buf path = { 0 };
	int64_t no;
	bool ok;

	if (!open_flag(s, d->record, row, field, &no, err))
		return false;
	if (note[0] == '\0')
		return no == 0 || close_flag(s, no, err);
	if (no != 0)
		return db_run(s->db, err, "UPDATE ruhu_flag SET note = ? WHERE no = ?",
		    WITH(b_text(note), b_int(no)));
	session_path(d->session, node, &path);
	store_stamp(s, at);
	ok = db_run(s->db, err, "INSERT INTO ruhu_flag(record, form, row, field, path, note,"
	    " raised_at, raised_by) VALUES(?,?,?,?,?,?,?,?)",
	    WITH(b_text(d->record), b_text(d->form->id), b_text(row), b_text(field),
	    b_text(buf_str(&path)), b_text(note), b_text(at), b_text(s->user)));
	buf_free(&path);
	return ok;
}

bool
store_flag(struct store *s, struct session *session, node_id node, const char *note,
    struct err *err)
{
	struct desk *d = desk_of(s, session, err);

	if (d == NULL || !tx_begin(s, err))
		return false;
	return tx_end(s, put_flag(s, d, node, note != NULL ? note : "", err), err);
}

bool
store_flag_close(struct store *s, int64_t no, struct err *err)
{
	return tx_begin(s, err) && tx_end(s, close_flag(s, no, err), err);
}

bool
store_flags(struct store *s, const char *form, const char *record, bool closed_too,
    bool (*each)(void *, const struct flag_info *), void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT f.no, f.record, f.form, coalesce(r.label, ''), f.path, f.field, f.row, f.note,"
	    " f.raised_at, f.raised_by, coalesce(f.closed_at, ''), coalesce(f.closed_by, '')"
	    " FROM ruhu_flag f LEFT JOIN ruhu_record r ON r.id = f.record"
	    " WHERE (?1 IS NULL OR f.form = ?1) AND (?2 IS NULL OR f.record = ?2)"
	    " AND (?3 OR f.closed_at IS NULL) ORDER BY f.no DESC",
	    WITH(b_text(form), b_text(record), b_int(closed_too)));

	while (stmt_row(st)) {
		const struct flag_info info = {
			.no = stmt_int(st, 0), .record = stmt_text(st, 1),
			.form = stmt_text(st, 2), .label = stmt_text(st, 3),
			.path = stmt_text(st, 4), .field = stmt_text(st, 5),
			.row = stmt_text(st, 6), .note = stmt_text(st, 7),
			.raised_at = stmt_text(st, 8), .raised_by = stmt_text(st, 9),
			.closed_at = stmt_text(st, 10), .closed_by = stmt_text(st, 11)
		};

		if (!each(ctx, &info))
			break;
	}
	return stmt_end(st, err);
}

/* ---- who has it open ---------------------------------------------------------------- */

/* A mark that may be lost: it is not worth a wait for the disk. */
static bool
renew(struct store *s, const char *record, int64_t now, struct err *err)
{
	int64_t until = 0;
	bool ok;

	if (s->read_only)
		return true;
	if (!db_int(s->db, err, &until, NULL, "SELECT until_ms FROM ruhu_presence WHERE"
	    " record = ? AND author = ?", WITH(b_text(record), b_text(s->user))))
		return false;
	if (until - now > LEASE_MS - RENEW_MS && until - now <= LEASE_MS)
		return true;
	if (!db_synchronous(s->db, DB_NORMAL, err))
		return false;
	ok = tx_begin(s, err) && tx_end(s,
	    db_run(s->db, err, "DELETE FROM ruhu_presence WHERE until_ms < ?", WITH(b_int(now))) &&
	    db_run(s->db, err, "INSERT OR REPLACE INTO ruhu_presence(record, author, until_ms)"
	    " VALUES(?,?,?)", WITH(b_text(record), b_text(s->user), b_int(now + LEASE_MS))), err);
	return db_synchronous(s->db, DB_FULL, err) && ok;
}

bool
store_presence(struct store *s, const char *record_id, struct buf *who, struct err *err)
{
	int64_t now = store_now(s);
	struct stmt *st;

	buf_reset(who);
	if (!renew(s, record_id, now, err))
		return false;
	st = db_query(s->db, err, "SELECT author FROM ruhu_presence WHERE record = ? AND"
	    " author <> ? AND until_ms >= ? ORDER BY author",
	    WITH(b_text(record_id), b_text(s->user), b_int(now)));
	while (stmt_row(st))
		buf_addf(who, "%s%s", who->len > 0 ? ", " : "", stmt_text(st, 0));
	return stmt_end(st, err);
}

bool
store_row_saved(struct store *s, const char *record_id, const char *row_id)
{
	struct err ignored;
	struct stmt *st = db_query(s->db, &ignored, "SELECT 1 FROM ruhu_row w JOIN ruhu_record r"
	    " ON r.no = w.record WHERE r.id = ? AND w.id = ?",
	    WITH(b_text(record_id), b_text(row_id)));
	bool found = stmt_row(st);

	return !stmt_end(st, &ignored) || found;
}

/* ---- how many --------------------------------------------------------------------------- */

bool
store_counts(struct store *s, const char *form, struct store_counts *out, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    WITH_OWN_EPOCHS
	    "SELECT (SELECT count(*) FROM ruhu_record WHERE deleted = 0 AND (?1 IS NULL OR form = ?1)),"
	    " (SELECT count(*) FROM ruhu_record WHERE deleted = 0 AND state = 'incomplete'"
	    "  AND (?1 IS NULL OR form = ?1)),"
	    " (SELECT count(*) FROM ruhu_draft WHERE author = ?2 AND (?1 IS NULL OR form = ?1)),"
	    " (SELECT count(*) FROM ruhu_flag WHERE closed_at IS NULL AND (?1 IS NULL OR form = ?1)),"
	    " (SELECT coalesce(sum(e.last_seq - e.acked_seq), 0) FROM ruhu_epoch e"
	    "  WHERE e.no IN (SELECT no FROM own)),"
	    " (SELECT count(*) FROM (SELECT record, row, field FROM ruhu_conflict UNION"
	    "   SELECT record, row, field FROM ruhu_parked) c JOIN ruhu_record r ON r.no = c.record"
	    "  WHERE ?1 IS NULL OR r.form = ?1)",
	    WITH(b_text(form), b_text(s->user)));

	s->tick++;
	memset(out, 0, sizeof *out);
	if (stmt_row(st)) {
		out->records = stmt_int(st, 0);
		out->incomplete = stmt_int(st, 1);
		out->drafts = stmt_int(st, 2);
		out->flags = stmt_int(st, 3);
		out->unsynced = stmt_int(st, 4);
		out->conflicts = stmt_int(st, 5);
	}
	return stmt_end(st, err) && store_held_n(s, &out->held, err);
}
