#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "store/answer_tables.h"
#include "store/changes.h"
#include "store/conflicts.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/log.h"
#include "store/record_row.h"
#include "store/stored.h"

/* One change of $del; the answer tables, the search and the lists follow. */

static bool
put_del(struct store *s, const struct stored *r, const struct loaded *form, bool deleted,
    int64_t *last, struct err *err)
{
	const struct stored_field *f = stored_field(&r->rows[0], FIELD_DEL);
	struct log_entry e = {
		.row = "", .field = FIELD_DEL, .reason = "",
		.prev = f != NULL ? f->heads : NULL, .prev_n = f != NULL ? f->heads_n : 0
	};
	struct buf value = { 0 };
	struct log log;
	bool ok = !deleted || del_value(s, r->no, 0, &value, err);

	e.value = buf_str(&value);
	ok = ok && log_begin(s, &log, err) && log_record(&log, r->no, form, err) &&
	    log_add(&log, &e, err) && log_end(&log, err) &&
	    conflicts_update(s, r->no, form, err);
	buf_free(&value);
	if (ok)
		*last = log.last_no;
	return ok;
}

static bool
put_label(struct store *s, const struct loaded *form, int64_t no, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT label FROM ruhu_record WHERE no = ?",
	    WITH(b_int(no)));
	char label[512] = "";

	if (stmt_row(st))
		strncpy(label, stmt_text(st, 0), sizeof label - 1);
	return stmt_end(st, err) && search_update(s, form, no, label, err);
}

static bool
put_derived(struct store *s, struct stored *r, const struct loaded *form, bool deleted,
    int64_t last, struct err *err)
{
	const struct layout *l;
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	r->deleted = deleted;
	return layout_get(s, r->form, &l, err) && answers_write(s, l, r, "main", err) &&
	    db_run(s->db, err, "UPDATE ruhu_record SET deleted = ?, changed_at = ?,"
	    " changed_by = ?, last_change = ? WHERE no = ?",
	    WITH(b_int(deleted), b_text(at), b_text(s->user), b_int(last), b_int(r->no))) &&
	    (deleted ? search_remove(s, r->no, err) : put_label(s, form, r->no, err)) &&
	    data_changed(s, r->form, err);
}

static bool
set_deleted(struct store *s, const char *id, bool deleted, struct err *err)
{
	const struct loaded *form;
	struct stored r;
	int64_t no, last;
	bool found, ok;

	if (!tx_begin(s, err))
		return false;
	ok = db_int(s->db, err, &no, &found, "SELECT no FROM ruhu_record WHERE id = ?",
	    WITH(b_text(id)));
	if (ok && !found)
		ok = err_set(err, _("There is no such record"));
	if (!ok || !stored_read(s, no, &r, err))
		return tx_end(s, false, err);
	if (r.deleted != deleted)
		ok = form_load(s, r.form, NULL, &form, err) &&
		    put_del(s, &r, form, deleted, &last, err) &&
		    put_derived(s, &r, form, deleted, last, err);
	stored_free(&r);
	return tx_end(s, ok, err);
}

bool
store_delete(struct store *s, const char *record_id, struct err *err)
{
	return set_deleted(s, record_id, true, err);
}

bool
store_undelete(struct store *s, const char *record_id, struct err *err)
{
	return set_deleted(s, record_id, false, err);
}
