#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/answer_tables.h"
#include "store/chain.h"
#include "store/changes.h"
#include "store/changes_all.h"
#include "store/epoch.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/rebuild.h"
#include "store/stored.h"

enum { BATCH = 500, MOST = 200 };	/* records compared at once; lines told */

struct check {
	struct store *s;
	struct buf *out;
	size_t n;
	struct err *err;
};

static void __attribute__((format(printf, 2, 3)))
found(struct check *c, const char *fmt, ...)
{
	va_list ap;

	if (c->n++ >= MOST)
		return;
	va_start(ap, fmt);
	buf_vaddf(c->out, fmt, ap);
	va_end(ap);
	buf_add_char(c->out, '\n');
}

/* ---- the file ------------------------------------------------------------------ */

static bool
check_file(struct check *c)
{
	struct stmt *st = db_query(c->s->db, c->err, "PRAGMA integrity_check(50)", WITHOUT);

	while (stmt_row(st))
		if (strcmp(stmt_text(st, 0), "ok") != 0)
			found(c, _("The file is damaged: %s"), stmt_text(st, 0));
	if (!stmt_end(st, c->err))
		return false;
	st = db_query(c->s->db, c->err, "PRAGMA foreign_key_check", WITHOUT);
	while (stmt_row(st))
		found(c, _("Table %s, row %lld names something in %s that is not there"),
		    stmt_text(st, 0), (long long)stmt_int(st, 1), stmt_text(st, 2));
	return stmt_end(st, c->err);
}

/* ---- the chain -------------------------------------------------------------------- */

struct epoch {
	char id[64];
	int64_t last;				/* what it should end at */
	unsigned char chain[HASH_BYTES];
	bool ours, right;			/* right: change `last` is as it should */
	int64_t seq;				/* what it ends at */
};

static bool
check_changes(struct check *c, struct changes *all, struct epoch *e)
{
	unsigned char chain[HASH_BYTES] = { 0 };
	const struct change *ch;

	while (changes_next(all, &ch, c->err)) {
		bool follows;

		if (ch == NULL)
			return true;
		follows = ch->seq == e->seq + 1;
		if (!follows && e->ours)
			found(c, _("Changes %lld to %lld of epoch %.8s are not in the log"),
			    (long long)e->seq + 1, (long long)ch->seq - 1, e->id);
		chain_next(chain, ch, chain);
		/* Of another site something may not have come yet: the chain goes on
		 * behind the gap. */
		if (memcmp(chain, ch->chain, HASH_BYTES) != 0 && (follows || e->ours))
			found(c, _("Change %lld of epoch %.8s (record %s, %s) is not what was "
			    "written: the chain breaks there"), (long long)ch->seq, e->id,
			    ch->record, ch->field);
		/* Go on from what is written: one fault is told once. */
		memcpy(chain, ch->chain, HASH_BYTES);
		e->seq = ch->seq;
		e->right = e->right || (ch->seq == e->last &&
		    memcmp(chain, e->chain, HASH_BYTES) == 0);
	}
	return false;
}

static bool
check_epoch(struct check *c, int64_t no, struct epoch *e)
{
	struct changes *all;
	bool ok;

	if (!changes_open_epoch(c->s, no, 0, &all, c->err))
		return false;
	ok = check_changes(c, all, e);
	changes_close(all);
	if (ok && ((e->last > 0 && !e->right) || (e->ours && e->seq != e->last)))
		found(c, _("Epoch %.8s ends at change %lld, but should end at %lld"), e->id,
		    (long long)e->seq, (long long)e->last);
	return ok;
}

static bool
check_chain(struct check *c)
{
	struct stmt *st = db_query(c->s->db, c->err,
	    WITH_OWN_LINE "SELECT e.no, e.id, e.last_seq, e.chain, e.no IN (SELECT no FROM own)"
	    " AND NOT e.parts FROM ruhu_epoch e ORDER BY e.no", WITHOUT);
	bool ok = true;

	while (ok && stmt_row(st)) {
		struct epoch e = { .last = stmt_int(st, 2), .ours = stmt_int(st, 4) != 0 };

		strncpy(e.id, stmt_text(st, 1), sizeof e.id - 1);
		if (stmt_len(st, 3) == HASH_BYTES)
			memcpy(e.chain, stmt_blob(st, 3), HASH_BYTES);
		ok = check_epoch(c, stmt_int(st, 0), &e);
	}
	if (!ok) {
		struct err ignored;

		stmt_end(st, &ignored);
		return false;
	}
	return stmt_end(st, c->err);
}

/* ---- what is made from the log ------------------------------------------------------- */

static bool
check_heads(struct check *c)
{
	struct db *db = c->s->db;
	struct stmt *st;

	if (!db_script(db, c->err, "DROP TABLE IF EXISTS temp.ruhu_head;"
	    "CREATE TABLE temp.ruhu_head(record INTEGER, row INTEGER, field INTEGER,"
	    " change INTEGER, PRIMARY KEY(record, row, field, change)) WITHOUT ROWID") ||
	    !rebuild_heads(c->s, "temp", c->err))
		return false;
	st = db_query(db, c->err,
	    "SELECT r.id, n.text FROM (SELECT * FROM (SELECT record, field, change"
	    "  FROM main.ruhu_head EXCEPT SELECT record, field, change FROM temp.ruhu_head)"
	    " UNION SELECT * FROM (SELECT record, field, change FROM temp.ruhu_head"
	    "  EXCEPT SELECT record, field, change FROM main.ruhu_head)) h"
	    " LEFT JOIN ruhu_record r ON r.no = h.record LEFT JOIN ruhu_name n ON n.no = h.field",
	    WITHOUT);
	while (stmt_row(st))
		found(c, _("Record %s, %s: the newest change is not the one the log has"),
		    stmt_text(st, 0), stmt_text(st, 1));
	return stmt_end(st, c->err) && db_script(db, c->err, "DROP TABLE temp.ruhu_head");
}

static bool
make_temp_tables(struct check *c, const struct layout *l)
{
	struct buf sql = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < l->tables_n; i++) {
		buf_reset(&sql);
		buf_add_str(&sql, "DROP TABLE IF EXISTS temp.");
		sql_name(&sql, l->tables[i].name);
		ok = db_run(c->s->db, c->err, sql.data, WITHOUT) &&
		    layout_create(c->s, &l->tables[i], "temp", c->err);
	}
	buf_free(&sql);
	return ok;
}

/* main against temp, in records from..to: what one has and the other has not. */
static bool
compare_table(struct check *c, const struct layout_table *t, int64_t from, int64_t to)
{
	struct buf sql = { 0 }, columns = { 0 }, name = { 0 };
	struct stmt *st;

	sql_name(&name, t->name);
	buf_add_str(&columns, t->field[0] == '\0' ? "record_no, record_id, missing_reasons" :
	    "row_no, record_no, record_id, row_id, parent_id, row_position, missing_reasons");
	for (size_t i = 0; i < t->columns_n; i++) {
		buf_add_str(&columns, ", ");
		sql_name(&columns, t->columns[i].name);
	}
	buf_addf(&sql, "SELECT DISTINCT record_id FROM (SELECT * FROM (SELECT %s FROM main.%s WHERE"
	    " record_no BETWEEN ?1 AND ?2 EXCEPT SELECT %s FROM temp.%s) UNION SELECT * FROM (SELECT %s"
	    " FROM temp.%s EXCEPT SELECT %s FROM main.%s WHERE record_no BETWEEN ?1 AND ?2))",
	    columns.data, name.data, columns.data, name.data, columns.data, name.data,
	    columns.data, name.data);
	st = db_query(c->s->db, c->err, sql.data, WITH(b_int(from), b_int(to)));
	while (stmt_row(st))
		found(c, _("Record %s in table %s is not what the log says; `ruhu rebuild` makes "
		    "the table again"), stmt_text(st, 0), t->name);
	buf_reset(&sql);
	buf_addf(&sql, "DELETE FROM temp.%s", name.data);
	buf_free(&columns);
	buf_free(&name);
	if (!stmt_end(st, c->err) || !db_run(c->s->db, c->err, sql.data, WITHOUT)) {
		buf_free(&sql);
		return false;
	}
	buf_free(&sql);
	return true;
}

static const char *
said(const struct stored *r, const char *field)
{
	const struct stored_field *f = stored_field(&r->rows[0], field);

	return f != NULL ? f->value : "";
}

/* ruhu_record's own words against the log. */
static bool
check_record(struct check *c, const struct layout *l, int64_t no)
{
	struct stored r;
	int64_t same = 0;
	bool ok;

	if (!stored_read(c->s, no, &r, c->err))
		return false;
	/* Of a record that left our area before we knew it, nothing but that has come. */
	ok = db_int(c->s->db, c->err, &same, NULL, "SELECT deleted = ?1 AND scope = ?3 AND"
	    " state = iif(?2 = 'complete', ?2, 'incomplete') FROM ruhu_record WHERE no = ?4",
	    WITH(b_int(r.gone), b_text(said(&r, FIELD_STATE)), b_text(said(&r, FIELD_SCOPE)),
	    b_int(no)));
	if (ok && !same)
		found(c, _("Record %s: its state, scope or deletion is not what the log says"),
		    r.id);
	r.deleted = r.gone;
	ok = ok && answers_write(c->s, l, &r, "temp", c->err);
	stored_free(&r);
	return ok;
}

/* The records of a form numbered above *at, a batch of them; *n how many. */
static bool
check_batch(struct check *c, const struct layout *l, const char *form, int64_t *at, size_t *n)
{
	int64_t from = *at + 1, no = *at;
	bool there = true;

	for (*n = 0; *n < BATCH && there; ) {
		if (!db_int(c->s->db, c->err, &no, &there,
		    "SELECT min(no) FROM ruhu_record WHERE form = ? AND no > ?",
		    WITH(b_text(form), b_int(no))))
			return false;
		if (!there)
			break;
		if (!check_record(c, l, no))
			return false;
		(*n)++;
	}
	*at = no;
	for (size_t i = 0; i < l->tables_n; i++)
		if (!compare_table(c, &l->tables[i], from, *n < BATCH ? INT64_MAX : no))
			return false;
	return true;
}

/* Another program can have dropped a table or a column. */
static bool
tables_stand(struct check *c, const struct layout *l, bool *stand)
{
	bool one, ok = true;

	*stand = true;
	for (size_t i = 0; ok && i < l->tables_n; i++) {
		ok = layout_stands(c->s, &l->tables[i], &one, c->err);
		if (ok && !one)
			found(c, _("Table %s is gone, or columns of it; 'ruhu rebuild' makes it again"),
			    l->tables[i].name);
		*stand &= one;
	}
	return ok;
}

static bool
check_form(struct check *c, const char *form)
{
	const struct layout *l;
	int64_t at = INT64_MIN;
	size_t n = BATCH;
	bool stand;

	if (!layout_get(c->s, form, &l, c->err) || !tables_stand(c, l, &stand))
		return false;
	if (!stand)
		return true;
	if (!make_temp_tables(c, l))
		return false;
	while (n == BATCH)
		if (!check_batch(c, l, form, &at, &n))
			return false;
	return true;
}

static bool
check_forms(struct check *c)
{
	struct stmt *st = db_query(c->s->db, c->err, "SELECT DISTINCT form FROM ruhu_question"
	    " ORDER BY form", WITHOUT);
	struct buf form = { 0 };
	bool ok = true;

	while (ok && stmt_row(st)) {
		buf_set_str(&form, stmt_text(st, 0));
		ok = check_form(c, buf_str(&form));
	}
	buf_free(&form);
	if (!ok) {
		struct err ignored;

		stmt_end(st, &ignored);
		return false;
	}
	return stmt_end(st, c->err);
}

bool
store_check(struct store *s, struct buf *out, size_t *faults_n, struct err *err)
{
	struct check c = { .s = s, .out = out, .err = err };
	bool ok = read_begin(s, err);

	if (ok) {
		ok = check_file(&c) && check_chain(&c) && check_heads(&c) && check_forms(&c);
		read_end(s);
	}
	if (ok && c.n > MOST)
		buf_addf(out, _("... and %zu more\n"), c.n - MOST);
	if (ok)
		*faults_n = c.n;
	return ok;
}
