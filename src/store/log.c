#include "store/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/value.h"
#include "store/chain.h"
#include "store/hlc.h"
#include "store/inside.h"

bool
log_begin(struct store *s, struct log *log, struct err *err)
{
	struct stmt *st;
	bool behind, found;
	uint64_t last = 0;

	memset(log, 0, sizeof *log);
	log->store = s;
	st = db_query(s->db, err,
	    "SELECT e.no, e.id, e.last_seq, e.chain, s.hlc FROM ruhu_site s"
	    " JOIN ruhu_epoch e ON e.no = s.epoch", WITHOUT);
	found = stmt_row(st) && stmt_len(st, 3) == HASH_BYTES && stmt_len(st, 1) == 32;
	if (found) {
		log->epoch_no = stmt_int(st, 0);
		memcpy(log->epoch, stmt_text(st, 1), sizeof log->epoch);
		log->seq = stmt_int(st, 2);
		memcpy(log->chain, stmt_blob(st, 3), HASH_BYTES);
		last = (uint64_t)stmt_int(st, 4);
	}
	if (!stmt_end(st, err))
		return false;
	if (!found)
		return err_set(err, _("The database does not know its own numbering (ruhu_site); "
		    "restore a backup"));
	log->first_seq = log->seq + 1;
	log->hlc = hlc_next(last, store_now(s), &behind) - 1;	/* log_add counts up */
	log->flags = behind ? CHANGE_CLOCK : 0;
	return name_no(s, s->user, &log->author, err) &&
	    db_int(s->db, err, &log->tx, NULL, "SELECT coalesce(max(no), 0) + 1 FROM ruhu_change",
	    WITHOUT);
}

bool
log_record(struct log *log, int64_t record_no, const struct loaded *form, struct err *err)
{
	struct stmt *st = db_query(log->store->db, err,
	    "SELECT id, secret, erased FROM ruhu_record WHERE no = ?", WITH(b_int(record_no)));
	bool row = stmt_row(st), erased = row && stmt_int(st, 2) != 0;
	bool found = row && stmt_len(st, 0) < sizeof log->record && stmt_len(st, 1) == HASH_BYTES;

	if (found) {
		memcpy(log->record, stmt_text(st, 0), stmt_len(st, 0) + 1);
		memcpy(log->secret, stmt_blob(st, 1), HASH_BYTES);
	}
	if (!stmt_end(st, err))
		return false;
	if (erased)
		return err_set(err, _("What was in this record was erased by order; it cannot be "
		    "changed any more"));
	if (!found)
		return err_set(err, _("Record %lld is not in ruhu_record; the database is "
		    "damaged, restore a backup"), (long long)record_no);
	log->record_no = record_no;
	log->form_no = form->no;
	log->form = form->id;
	log->version = form->version;
	return true;
}

/* Where the changes seen stand: epoch, number and chain hash of each. One of a branch is
 * named by the epoch that forked, as in every file: the branch's own name is of this
 * database, and a chain made with it would be refused everywhere. */
static bool
read_prev(struct log *log, const struct log_entry *e, struct change_ref *refs, char (*epochs)[33],
    struct buf *stored, struct err *err)
{
	for (size_t i = 0; i < e->prev_n; i++) {
		struct stmt *st = db_query(log->store->db, err,
		    "SELECT iif(e.why = 'fork', e.parent, e.id), c.seq, c.chain, c.epoch FROM ruhu_change c"
		    " JOIN ruhu_epoch e ON e.no = c.epoch WHERE c.no = ?",
		    WITH(b_int(e->prev[i])));
		bool found = stmt_row(st) && stmt_len(st, 0) == 32 &&
		    stmt_len(st, 2) == HASH_BYTES;
		char hex[9];

		if (found) {
			memcpy(epochs[i], stmt_text(st, 0), 33);
			refs[i].epoch = epochs[i];
			refs[i].seq = stmt_int(st, 1);
			memcpy(refs[i].chain, stmt_blob(st, 2), HASH_BYTES);
			hex_format(refs[i].chain, 4, hex);
			buf_addf(stored, "%s%" PRId64 ":%" PRId64 ":%s", i > 0 ? " " : "",
			    stmt_int(st, 3), refs[i].seq, hex);
		}
		if (!stmt_end(st, err))
			return false;
		if (!found)
			return err_set(err, _("Change %lld is not in the log; the database "
			    "is damaged, restore a backup"), (long long)e->prev[i]);
	}
	return true;
}

static bool
insert_change(struct log *log, const struct log_entry *e, const struct change *c,
    const char *prev, int64_t *field, struct err *err)
{
	struct db *db = log->store->db;

	if (!name_no(log->store, e->field, field, err))
		return false;
	if (!db_run(db, err,
	    "INSERT INTO ruhu_change(epoch, seq, hlc, record, row, field, value, reason, author,"
	    " form, prev, flags, tx, chain) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	    WITH(b_int(log->epoch_no), b_int(c->seq), b_int((int64_t)c->hlc),
	    b_int(log->record_no), e->row_no != 0 ? b_int(e->row_no) : b_null(),
	    b_int(*field), b_text(c->value), b_text_or_null(e->reason), b_int(log->author),
	    b_int(log->form_no), b_text_or_null(prev), b_int(log->flags), b_int(log->tx),
	    b_blob(log->chain, HASH_BYTES))))
		return false;
	log->last_no = db_last_no(db);
	return true;
}

static bool
move_heads(struct log *log, const struct log_entry *e, int64_t field, struct err *err)
{
	struct db *db = log->store->db;

	for (size_t i = 0; i < e->prev_n; i++) {
		if (!db_run(db, err, "DELETE FROM ruhu_head WHERE record = ? AND row = ? AND"
		    " field = ? AND change = ?", WITH(b_int(log->record_no), b_int(e->row_no),
		    b_int(field), b_int(e->prev[i]))))
			return false;
		/* Written under an earlier name of the question. */
		if (e->field[0] != '$' && db_changed(db) == 0 && !db_run(db, err,
		    "DELETE FROM ruhu_head WHERE record = ? AND row = ? AND change = ?",
		    WITH(b_int(log->record_no), b_int(e->row_no), b_int(e->prev[i]))))
			return false;
	}
	return db_run(db, err, "INSERT INTO ruhu_head(record, row, field, change) VALUES(?,?,?,?)",
	    WITH(b_int(log->record_no), b_int(e->row_no), b_int(field), b_int(log->last_no)));
}

bool
log_add(struct log *log, const struct log_entry *e, struct err *err)
{
	struct change_ref *refs = xcalloc(e->prev_n + 1, sizeof *refs);
	char (*epochs)[33] = xcalloc(e->prev_n + 1, sizeof *epochs);
	struct buf prev = { 0 };
	struct change c = {
		.epoch = log->epoch, .seq = log->seq + 1, .hlc = log->hlc + 1,
		.record = log->record, .row = e->row, .field = e->field,
		.value = e->value != NULL && e->value[0] != '\0' ? e->value : NULL,
		.reason = e->reason, .author = log->store->user, .form = log->form,
		.version = log->version, .prev = refs, .prev_n = e->prev_n,
		.record_key = log->secret
	};
	int64_t field = 0;
	bool ok;

	/* The log is for ever: what no other site takes may not get into it. */
	ok = (c.value == NULL || value_storable(c.value, err)) &&
	    read_prev(log, e, refs, epochs, &prev, err);
	if (ok) {
		chain_next(log->chain, &c, log->chain);
		ok = insert_change(log, e, &c, buf_str(&prev), &field, err) &&
		    move_heads(log, e, field, err);
	}
	if (ok) {
		log->seq++;
		log->hlc++;
		log->added++;
	}
	buf_free(&prev);
	free(epochs);
	free(refs);
	return ok;
}

bool
log_end(struct log *log, struct err *err)
{
	struct db *db = log->store->db;

	if (log->added == 0)
		return true;
	return db_run(db, err, "UPDATE ruhu_epoch SET last_seq = ?, chain = ? WHERE no = ?",
	    WITH(b_int(log->seq), b_blob(log->chain, HASH_BYTES), b_int(log->epoch_no))) &&
	    db_run(db, err, "UPDATE ruhu_site SET hlc = ?", WITH(b_int((int64_t)log->hlc)));
}
