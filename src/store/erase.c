#include "store/erase.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/changes.h"
#include "store/conflicts.h"
#include "store/inside.h"
#include "store/log.h"
#include "store/merge_in.h"
#include "store/scope.h"
#include "store/stored.h"
#include "store/turnstile.h"

struct keyed { int64_t no; unsigned char hash[HASH_BYTES]; };

/* The hash of every value of the record, while its secret is there. */
static bool
hash_values(struct store *s, int64_t record, struct keyed **v, size_t *n, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT c.no, c.value, r.secret FROM ruhu_change c"
	    " JOIN ruhu_record r ON r.no = c.record WHERE c.record = ? AND c.value IS NOT NULL"
	    " AND c.no NOT IN (SELECT change FROM ruhu_erased)", WITH(b_int(record)));
	size_t cap = 0;

	*v = NULL;
	*n = 0;
	while (stmt_row(st)) {
		const struct hash_part part = { stmt_text(st, 1), stmt_len(st, 1) };

		*v = xgrow(*v, &cap, *n + 1, sizeof **v);
		(*v)[*n].no = stmt_int(st, 0);
		hash_parts(&part, 1, stmt_blob(st, 2), stmt_len(st, 2), (*v)[*n].hash);
		(*n)++;
	}
	return stmt_end(st, err);
}

/* What else tells of the person; nothing is left to cascades, which a merge goes without. */
static bool
forget_round(struct store *s, int64_t record, struct err *err)
{
	static const char *const sql[] = {
		"DELETE FROM ruhu_draft_answer WHERE record = (SELECT id FROM ruhu_record WHERE no = ?)",
		"DELETE FROM ruhu_draft_gone WHERE record = (SELECT id FROM ruhu_record WHERE no = ?)",
		"DELETE FROM ruhu_draft_rows WHERE record = (SELECT id FROM ruhu_record WHERE no = ?)",
		("DELETE FROM ruhu_verify_field WHERE verify IN (SELECT v.no FROM ruhu_verify v"
		 " JOIN ruhu_record r ON r.id = v.record WHERE r.no = ?)"),
		"DELETE FROM ruhu_draft WHERE record = (SELECT id FROM ruhu_record WHERE no = ?)",
		"UPDATE ruhu_flag SET note = '' WHERE record = (SELECT id FROM ruhu_record WHERE no = ?)",
		"DELETE FROM ruhu_confirm WHERE record = (SELECT id FROM ruhu_record WHERE no = ?)",
		"DELETE FROM ruhu_verify WHERE record = (SELECT id FROM ruhu_record WHERE no = ?)",
		"DELETE FROM ruhu_conflict WHERE record = ?",
		"DELETE FROM ruhu_parked WHERE record = ?",
		("UPDATE ruhu_outside SET decision = 'refused' WHERE record = ? AND decision IS NULL"),
		"DELETE FROM ruhu_search WHERE rowid = ?",
		"UPDATE ruhu_record SET secret = zeroblob(0), erased = 1, label = '' WHERE no = ?"
	};

	for (size_t i = 0; i < sizeof sql / sizeof sql[0]; i++)
		if (!db_run(s->db, err, sql[i], WITH(b_int(record))))
			return false;
	return true;
}

bool
erase_values(struct store *s, int64_t record, struct err *err)
{
	struct keyed *v = NULL;
	int64_t erased = 0;
	size_t n = 0;
	bool ok;

	if (!db_int(s->db, err, &erased, NULL, "SELECT erased FROM ruhu_record WHERE no = ?",
	    WITH(b_int(record))))
		return false;
	if (erased)
		return true;
	ok = hash_values(s, record, &v, &n, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = db_run(s->db, err, "INSERT INTO ruhu_erased(change, hash) VALUES(?, ?)",
		    WITH(b_int(v[i].no), b_blob(v[i].hash, HASH_BYTES)));
	free(v);
	/* The program's own fields say where the record belonged and that it is gone. */
	return ok && db_run(s->db, err, "UPDATE ruhu_change SET value = NULL WHERE record = ?"
	    " AND value IS NOT NULL AND field IN (SELECT no FROM ruhu_name WHERE"
	    " substr(text, 1, 1) <> '$')", WITH(b_int(record))) && forget_round(s, record, err);
}

/* ---- by a person's order -------------------------------------------------------------- */

static bool
may_erase(struct store *s, struct err *err)
{
	struct site_info site;
	struct buf county = { 0 };
	bool ok = store_site(s, &site, err) && store_county(s, &county, err);

	if (ok && strcmp(site.id, "LOCAL") != 0 && strcmp(site.id, buf_str(&county)) != 0)
		ok = err_set(err, _("Only %s has records erased; ask it, with the number of the "
		    "order"), buf_str(&county));
	buf_free(&county);
	return ok;
}

static bool
put_order(struct store *s, const struct stored *r, const char *text, struct err *err)
{
	const struct loaded *form;
	const struct stored_field *del = stored_field(&r->rows[0], FIELD_DEL);
	const struct stored_field *was = stored_field(&r->rows[0], FIELD_ERASE);
	struct buf gone = { 0 };
	struct log log;
	struct log_entry order = { .row = "", .field = FIELD_ERASE, .value = text, .reason = "",
		.prev = was != NULL ? was->heads : NULL, .prev_n = was != NULL ? was->heads_n : 0 };
	struct log_entry deletion = { .row = "", .field = FIELD_DEL, .reason = "",
		.prev = del != NULL ? del->heads : NULL, .prev_n = del != NULL ? del->heads_n : 0 };
	bool ok = form_load(s, r->form, NULL, &form, err) && del_value(s, r->no, 0, &gone, err);

	deletion.value = buf_str(&gone);
	ok = ok && log_begin(s, &log, err) && log_record(&log, r->no, form, err) &&
	    log_add(&log, &order, err) && log_add(&log, &deletion, err) && log_end(&log, err);
	buf_free(&gone);
	return ok;
}

static bool
erase(struct store *s, const char *record, const char *text, struct err *err)
{
	struct stored r;
	int64_t no = 0;
	bool gone, ok;

	if (!db_int(s->db, err, &no, NULL, "SELECT no FROM ruhu_record WHERE id = ?",
	    WITH(b_text(record))))
		return false;
	if (no == 0)
		return err_set(err, _("There is no such record"));
	if (!stored_read(s, no, &r, err))
		return false;
	ok = r.erased ? err_set(err, _("this record was erased already")) :
	    put_order(s, &r, text, err) && erase_values(s, no, err) &&
	    merge_derive_record(s, no, false, &gone, err) && event_add(s, "erase", record, err);
	stored_free(&r);
	return ok;
}

bool
store_erase(struct store *s, const char *record, const char *order, const char *reason,
    struct err *err)
{
	struct buf text = { 0 };
	bool ok = may_erase(s, err) && tx_begin(s, err);

	buf_addf(&text, "%s: %s", order, reason);
	ok = ok && tx_end(s, erase(s, record, buf_str(&text), err), err);
	buf_free(&text);
	return ok;
}

bool
store_erase_counts(struct store *s, const char *record, struct erase_counts *n, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT (SELECT count(*) FROM ruhu_change c"
	    " JOIN ruhu_name f ON f.no = c.field WHERE c.record = r.no AND c.value IS NOT NULL"
	    " AND substr(f.text, 1, 1) <> '$'), (SELECT count(*) FROM ruhu_draft WHERE record = r.id),"
	    " (SELECT count(*) FROM ruhu_flag WHERE record = r.id) FROM ruhu_record r WHERE r.id = ?",
	    WITH(b_text(record)));

	memset(n, 0, sizeof *n);
	if (stmt_row(st))
		*n = (struct erase_counts){ stmt_int(st, 0), stmt_int(st, 1), stmt_int(st, 2) };
	return stmt_end(st, err);
}

bool
store_erased(struct store *s, int64_t *records, int64_t *values, struct err *err)
{
	return db_int(s->db, err, records, NULL, "SELECT count(*) FROM ruhu_record WHERE erased",
	    WITHOUT) && db_int(s->db, err, values, NULL, "SELECT count(*) FROM ruhu_erased", WITHOUT);
}

bool
store_purge(struct store *s, struct err *err)
{
	bool ok;

	if (!tx_begin(s, err) || !tx_end(s, db_script(s->db, err,
	    "INSERT INTO ruhu_search(ruhu_search) VALUES('optimize')") &&
	    event_add(s, "purge", "", err), err))
		return false;
	/* VACUUM is a transaction of its own, behind the same gate. */
	if (s->gate != NULL && !turnstile_pass(s->gate, s->wait_ms, s->waiting, s->waiting_ctx, err))
		return false;
	ok = db_script(s->db, err, "PRAGMA secure_delete=ON; VACUUM") &&
	    db_checkpoint(s->db, true, err);
	if (s->gate != NULL)
		turnstile_leave(s->gate);
	return ok;
}
