#include "store/merge_apply.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/clockfix.h"
#include "store/conflicts.h"
#include "store/erase.h"
#include "store/held.h"
#include "store/hlc.h"
#include "store/layout.h"
#include "store/schema.h"

/* ---- is it here? ----------------------------------------------------------------- */

enum here { HERE_NOT, HERE_SAME, HERE_OTHER };

static bool
look(struct merge *m, int64_t epoch, const struct change *c, enum here *here, struct err *err)
{
	struct stmt *st = db_query(m->s->db, err,
	    "SELECT chain FROM ruhu_change WHERE epoch = ? AND seq = ?",
	    WITH(b_int(epoch), b_int(c->seq)));

	*here = HERE_NOT;
	if (stmt_row(st))
		*here = stmt_len(st, 0) == HASH_BYTES &&
		    memcmp(stmt_blob(st, 0), c->chain, HASH_BYTES) == 0 ? HERE_SAME : HERE_OTHER;
	return stmt_end(st, err);
}

static bool
look_in_branches(struct merge *m, const struct change *c, int64_t *branch, struct err *err)
{
	*branch = 0;
	return db_int(m->s->db, err, branch, NULL,
	    "SELECT c.epoch FROM ruhu_change c JOIN ruhu_epoch e ON e.no = c.epoch"
	    " WHERE e.parent = ? AND e.why = 'fork' AND c.seq = ? AND c.chain = ?",
	    WITH(b_text(c->epoch), b_int(c->seq), b_blob(c->chain, HASH_BYTES)));
}

/* A number used twice: a database that was set back and keyed on. Both branches are
 * kept; this one under a name made from the epoch and its first own change. */
static bool
new_branch(struct applying *a, struct err *err)
{
	static const unsigned char zeros[HASH_BYTES];
	const struct hash_part parts[2] = {
		{ a->c->epoch, strlen(a->c->epoch) }, { a->c->chain, HASH_BYTES }
	};
	unsigned char hash[HASH_BYTES];
	char id[33];

	hash_parts(parts, 2, NULL, 0, hash);
	hex_format(hash, 16, id);
	a->m->result.forks++;
	return db_run(a->m->s->db, err, "INSERT OR IGNORE INTO ruhu_epoch(id, site, made_ms, parent,"
	    " why, chain) VALUES(?,?,?,?,'fork',?)", WITH(b_text(id), b_text(a->e->site),
	    b_int(hlc_ms(a->c->hlc)), b_text(a->c->epoch), b_blob(zeros, sizeof zeros))) &&
	    db_int(a->m->s->db, err, &a->epoch, NULL, "SELECT no FROM ruhu_epoch WHERE id = ?",
	    WITH(b_text(id)));
}

/* Which epoch it belongs to here; *same: it is here already. */
static bool
find_place(struct applying *a, bool *same, struct err *err)
{
	struct merge_epoch_no *e = a->e;
	enum here here;
	int64_t branch;

	a->epoch = e->branch != 0 && e->before + 1 == a->c->seq ? e->branch : e->no;
	here = HERE_NOT;
	if ((a->epoch != e->no || a->c->seq <= e->top) && !look(a->m, a->epoch, a->c, &here, err))
		return false;
	*same = here == HERE_SAME;
	if (here == HERE_OTHER) {
		if (!look_in_branches(a->m, a->c, &branch, err))
			return false;
		*same = branch != 0;
		if (branch != 0)
			a->epoch = branch;
		else if (!new_branch(a, err))
			return false;
	}
	e->branch = a->epoch != e->no ? a->epoch : 0;
	e->before = a->c->seq;
	return true;
}

/* ---- what it follows ------------------------------------------------------------------ */

/* The change that a reference names: in its epoch, else in a branch of it. */
static bool
find_prev(struct applying *a, const struct change_ref *ref, struct prev *out, struct err *err)
{
	const struct merge_epoch_no *e = merge_epoch_of(a->m, ref->epoch);
	struct db *db = a->m->s->db;
	struct stmt *st;
	int64_t main_no = e != NULL ? e->no : 0;

	hex_format(ref->chain, 4, out->hex);
	out->no = out->epoch = 0;
	if (main_no == 0 && !db_int(db, err, &main_no, NULL,
	    "SELECT no FROM ruhu_epoch WHERE id = ?", WITH(b_text(ref->epoch))))
		return false;
	if (main_no == 0)
		return err_set(err, _("Change %lld follows one of epoch %.8s, which the file does "
		    "not name"), (long long)a->c->seq, ref->epoch);
	out->epoch = main_no;
	st = db_query(db, err, "SELECT no, chain FROM ruhu_change WHERE epoch = ? AND seq = ?",
	    WITH(b_int(main_no), b_int(ref->seq)));
	if (stmt_row(st) && stmt_len(st, 1) == HASH_BYTES &&
	    memcmp(stmt_blob(st, 1), ref->chain, 4) == 0)
		out->no = stmt_int(st, 0);
	if (!stmt_end(st, err))
		return false;
	if (out->no != 0)
		return true;
	/* CROSS: from the few branches to their changes, never the other way. */
	st = db_query(db, err, "SELECT c.no, c.epoch, c.chain FROM ruhu_epoch e CROSS JOIN"
	    " ruhu_change c ON c.epoch = e.no AND c.seq = ?2 WHERE e.parent = ?1 AND e.why = 'fork'",
	    WITH(b_text(ref->epoch), b_int(ref->seq)));
	while (stmt_row(st))
		if (stmt_len(st, 2) == HASH_BYTES &&
		    memcmp(stmt_blob(st, 2), ref->chain, 4) == 0) {
			out->no = stmt_int(st, 0);
			out->epoch = stmt_int(st, 1);
		}
	return stmt_end(st, err);
}

/* All it follows; text is as stored: epoch:seq:chain ... with the epoch's number. */
static bool
find_all_prev(struct applying *a, struct buf *text, struct err *err)
{
	a->prev = xcalloc(a->c->prev_n + 1, sizeof *a->prev);
	for (size_t i = 0; i < a->c->prev_n; i++) {
		if (!find_prev(a, &a->c->prev[i], &a->prev[i], err))
			return false;
		buf_addf(text, "%s%" PRId64 ":%" PRId64 ":%s", i > 0 ? " " : "",
		    a->prev[i].epoch, a->c->prev[i].seq, a->prev[i].hex);
	}
	return true;
}

bool
merge_put_heads(struct merge *m, int64_t before, struct err *err)
{
	int64_t from = m->no_head;

	m->no_head = 0;
	return from == 0 || db_run(m->s->db, err, "INSERT INTO ruhu_head(record, row, field, change)"
	    " SELECT record, coalesce(row, 0), field, no FROM ruhu_change WHERE no >= ? AND no < ?",
	    WITH(b_int(from), b_int(before)));
}

/* Heads it covers go; one that has not come yet is noted, so that it is none when
 * it comes. */
static bool
cover_prev(struct applying *a, struct err *err)
{
	struct db *db = a->m->s->db;

	for (size_t i = 0; i < a->c->prev_n; i++) {
		const struct change_ref *ref = &a->c->prev[i];
		const struct prev *p = &a->prev[i];
		bool ok;

		if (p->no != 0) {
			/* Under whichever name of the question. */
			ok = (a->m->no_head == 0 || p->no < a->m->no_head ||
			    merge_put_heads(a->m, a->no + 1, err)) && db_run(db, err, "DELETE FROM ruhu_head WHERE record = ? AND row = ?"
			    " AND change = ?", WITH(b_int(a->record), b_int(a->row), b_int(p->no)));
		} else {
			/* What lies between does not come in a part. */
			a->m->result.waiting += !a->c->part;
			a->m->asked.missing = true;
			ok = db_run(db, err, "INSERT OR IGNORE INTO ruhu_missing(epoch, seq, chain,"
			    " change) VALUES(?,?,?,?)", WITH(b_text(ref->epoch), b_int(ref->seq),
			    b_text(p->hex), b_int(a->no)));
		}
		if (!ok)
			return false;
	}
	return true;
}

static bool
become_head(struct applying *a, struct err *err)
{
	struct db *db = a->m->s->db;
	char hex[9];
	bool covered = false;

	hex_format(a->c->chain, 4, hex);
	if (a->m->asked.missing && !db_exists(db, err, &covered,
	    "SELECT 1 FROM ruhu_missing WHERE epoch = ? AND seq = ? AND chain = ? LIMIT 1",
	    WITH(b_text(a->c->epoch), b_int(a->c->seq), b_text(hex))))
		return false;
	if (covered)
		return merge_put_heads(a->m, a->no, err) &&
		    db_run(db, err, "DELETE FROM ruhu_missing WHERE epoch = ? AND seq = ?"
		    " AND chain = ?", WITH(b_text(a->c->epoch), b_int(a->c->seq), b_text(hex)));
	if (a->m->no_head == 0)
		a->m->no_head = a->no;
	return true;
}

/* ---- into the log -------------------------------------------------------------------------- */

/* Of a value that was erased before it came, or there where it comes from. */
static bool
keep_hash(struct applying *a, struct err *err)
{
	const struct change *c = a->c;
	const struct hash_part part = { c->value, c->value != NULL ? strlen(c->value) : 0 };
	unsigned char hash[HASH_BYTES];

	if (c->value_hash == NULL && (!a->record_erased || c->value == NULL))
		return true;
	if (c->value_hash == NULL)
		hash_parts(&part, 1, c->record_key, HASH_BYTES, hash);
	return db_run(a->m->s->db, err, "INSERT INTO ruhu_erased(change, hash) VALUES(?, ?)",
	    WITH(b_int(a->no), b_blob(c->value_hash != NULL ? c->value_hash : hash, HASH_BYTES)));
}

/* An order to erase, or how wrong a clock was, from where it may come: a stolen key of a
 * township must not be able to empty the others. */
static bool
obey(struct applying *a, struct err *err)
{
	const struct merge *m = a->m;

	bool clock = strcmp(a->c->field, FIELD_CLOCK) == 0;

	if ((!clock && strcmp(a->c->field, FIELD_ERASE) != 0) || a->c->value == NULL ||
	    (strcmp(a->e->site, m->county) != 0 && strcmp(a->e->site, m->own_site) != 0))
		return true;
	if (clock)
		return clockfix_obey(m->s, a->c->value, err);
	a->m->result.erased += !a->record_erased;
	a->m->asked.record[0] = '\0';
	return merge_put_heads(a->m, INT64_MAX, err) && erase_values(m->s, a->record, err);
}

/* Numbers of our own that we have not given: this database was set back. It gives no
 * number twice from now on. */
static bool
leave_epoch(struct applying *a, struct err *err)
{
	struct store *s = a->m->s;

	if (!a->e->present || a->epoch != a->e->no || a->c->seq <= a->e->top)
		return true;
	a->e->present = false;
	a->m->result.set_back = true;
	return schema_new_epoch(s->db, store_now(s), "behind", err) &&
	    event_add(s, "epoch", "behind", err);
}

/* With a branch an epoch's name may be a branch's too: then all is looked for. */
static void
note_top(struct applying *a)
{
	struct merge *m = a->m;

	if (a->epoch != a->e->no)
		for (size_t i = 0; i < m->epochs_n; i++)
			m->epochs[i].top = INT64_MAX;
	else if (a->c->seq > a->e->top)
		a->e->top = a->c->seq;
}

static bool
insert(struct applying *a, const char *prev, bool raw, struct err *err)
{
	const struct change *c = a->c;
	struct merge *m = a->m;
	struct db *db = m->s->db;
	unsigned flags = (c->flags & CHANGE_CLOCK) | CHANGE_IMPORT | (raw ? CHANGE_RAW : 0u);
	bool stripped = a->record_erased && c->field[0] != '$';

	if (c->tx != m->tx_theirs || m->tx_ours == 0) {
		m->tx_theirs = c->tx;
		if (!db_int(db, err, &m->tx_ours, NULL,
		    "SELECT coalesce(max(no), 0) + 1 FROM ruhu_change", WITHOUT))
			return false;
	}
	if (!db_run(db, err,
	    "INSERT INTO ruhu_change(epoch, seq, hlc, record, row, field, value, reason, author,"
	    " form, prev, flags, tx, chain) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	    WITH(b_int(a->epoch), b_int(c->seq), b_int((int64_t)c->hlc), b_int(a->record),
	    a->row != 0 ? b_int(a->row) : b_null(), b_int(a->field), stripped ? b_null() :
	    b_text(c->value),
	    b_text_or_null(c->reason), b_int(a->author), b_int(a->f->no), b_text_or_null(prev),
	    b_int(flags), b_int(m->tx_ours), b_blob(c->chain, HASH_BYTES))))
		return false;
	a->no = db_last_no(db);
	note_top(a);
	return keep_hash(a, err);
}

/* Is it an answer that a person gave, or one that a calculation made? */
static bool
is_answer(struct merge *m, const struct change *c)
{
	const struct question *q;
	struct err ignored;
	int64_t no = 0;

	if (c->field[0] == '$')
		return strcmp(c->field, FIELD_DEL) == 0;
	if (strcmp(m->form_id, c->form) != 0) {
		snprintf(m->form_id, sizeof m->form_id, "%s", c->form);
		if (!form_current(m->s, c->form, &no, &ignored) || no == 0 ||
		    !form_load(m->s, c->form, NULL, &m->form, &ignored))
			m->form = NULL;
	}
	q = m->form != NULL ? form_field(m->s, m->form, c->field) : NULL;
	return q != NULL && !field_computed(m->form, q);
}

static void
touch(const struct applying *a, bool answer)
{
	struct merge *m = a->m;

	for (size_t i = m->touched_n; i > 0 && i + 8 > m->touched_n; i--) {
		struct touched *t = &m->touched[i - 1];

		if (t->record != a->record)
			continue;
		t->answers |= answer;
		t->apart |= t->epoch != a->epoch;
		return;
	}
	m->touched = xgrow(m->touched, &m->touched_cap, m->touched_n + 1, sizeof *m->touched);
	m->touched[m->touched_n++] = (struct touched){ .record = a->record, .epoch = a->epoch,
		.made = a->record_made, .answers = answer };
}

static struct merge_form_no *
form_of(struct merge *m, const char *id, const char *version)
{
	for (size_t i = 0; i < m->forms_n; i++)
		if (strcmp(m->forms[i].id, id) == 0 && strcmp(m->forms[i].version, version) == 0)
			return &m->forms[i];
	return NULL;
}

/* ---- a part ---------------------------------------------------------------------------- */

static bool
is_beside(const struct change *c, const char *epoch, int64_t seq, const unsigned char *chain)
{
	for (size_t i = 0; i < c->others_n; i++)
		if (c->others[i].seq == seq && strcmp(c->others[i].epoch, epoch) == 0 &&
		    memcmp(c->others[i].chain, chain, 4) == 0)
			return true;
	return false;
}

#define KNOWN_HEADS(same) \
	"SELECT h.change, iif(e.why = 'fork', e.parent, e.id), c.seq, c.chain, h.field FROM ruhu_head h" \
	" JOIN ruhu_change c ON c.no = h.change JOIN ruhu_epoch e ON e.no = c.epoch" \
	" WHERE h.record = ?1 AND h.row = ?2 AND h.field " same " AND h.change <> ?4"

static const char known_heads[] = KNOWN_HEADS("= ?3");
static const char known_renamed[] = KNOWN_HEADS("IN " SAME_QUESTION("?1", "?3"));

/* Our county says what is no head any more; another site of the records of its own area. */
static bool
may_cover(struct applying *a, bool *may, struct err *err)
{
	struct merge *m = a->m;

	*may = !a->c->left && strcmp(m->from, m->county) == 0;
	if (*may || a->c->left || m->area == NULL)
		return true;
	if (m->asked.covers_record != a->record) {
		if (!held_may_write(m->s, m->from, m->area, a->record, m->batch_first,
		    &m->asked.covers, err))
			return false;
		m->asked.covers_record = a->record;
	}
	*may = m->asked.covers;
	return true;
}

/* The heads of a field as the sender has them: what is a head here, was known there
 * and is none there any more was covered by changes that do not come in parts. */
static bool
cover_known(struct applying *a, bool *any, struct err *err)
{
	struct db *db = a->m->s->db;
	struct { int64_t no, field; } *gone = NULL;
	size_t n = 0, cap = 0;
	struct stmt *st;
	bool ok, may;

	*any = false;
	if (!may_cover(a, &may, err))
		return false;
	if (!may)
		return true;
	if (!merge_put_heads(a->m, INT64_MAX, err))
		return false;
	st = db_query(db, err, a->m->asked.renamed ? known_renamed : known_heads,
	    WITH(b_int(a->record), b_int(a->row), b_int(a->field), b_int(a->no)));
	while (stmt_row(st)) {
		if (stmt_len(st, 3) != HASH_BYTES ||
		    !merge_known(a->m, stmt_text(st, 1), stmt_int(st, 2)) ||
		    is_beside(a->c, stmt_text(st, 1), stmt_int(st, 2), stmt_blob(st, 3)))
			continue;
		gone = xgrow(gone, &cap, n + 1, sizeof *gone);
		gone[n].no = stmt_int(st, 0);
		gone[n++].field = stmt_int(st, 4);
	}
	ok = stmt_end(st, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = db_run(db, err, "DELETE FROM ruhu_head WHERE record = ? AND row = ? AND field = ?"
		    " AND change = ?", WITH(b_int(a->record), b_int(a->row), b_int(gone[i].field),
		    b_int(gone[i].no))) &&
		    db_run(db, err, "INSERT OR IGNORE INTO ruhu_covered(change, by) VALUES(?, ?)",
		    WITH(b_int(gone[i].no), b_int(a->no)));
	*any = n > 0;
	free(gone);
	return ok;
}

/* The same of a change that is here already. */
static bool
cover_again(struct applying *a, struct err *err)
{
	struct stmt *st = db_query(a->m->s->db, err, "SELECT no, record, coalesce(row, 0), field"
	    " FROM ruhu_change WHERE epoch = ? AND seq = ?", WITH(b_int(a->epoch), b_int(a->c->seq)));
	bool any;

	if (stmt_row(st)) {
		a->no = stmt_int(st, 0);
		a->record = stmt_int(st, 1);
		a->row = stmt_int(st, 2);
		a->field = stmt_int(st, 3);
	}
	if (!stmt_end(st, err) || !cover_known(a, &any, err))
		return false;
	if (any)
		touch(a, false);
	return true;
}

static bool
put(struct applying *a, struct err *err)
{
	struct buf prev = { 0 };
	bool raw = false, any, ok;

	ok = apply_record(a, err) && apply_row(a, err) && apply_is_raw(a, &raw, err) &&
	    merge_name(a->m, a->c->field, &a->field, err) &&
	    merge_name(a->m, a->c->author, &a->author, err) && find_all_prev(a, &prev, err) &&
	    leave_epoch(a, err) && insert(a, buf_str(&prev), raw, err) &&
	    become_head(a, err) && cover_prev(a, err) &&
	    (!a->c->part || cover_known(a, &any, err)) && obey(a, err);
	buf_free(&prev);
	free(a->prev);
	if (!ok)
		return false;
	touch(a, is_answer(a->m, a->c));
	a->m->result.added++;
	a->m->result.raw += raw;
	if (a->c->hlc > a->m->newest)
		a->m->newest = a->c->hlc;
	return true;
}

bool
merge_apply(struct merge *m, const struct change *c, struct err *err)
{
	struct applying a = { .m = m, .c = c };
	bool same;

	a.e = merge_epoch_of(m, c->epoch);
	a.f = form_of(m, c->form, c->version);
	if (a.e == NULL || a.f == NULL)
		return err_set(err, _("Change %lld names an epoch or a form that the file does not "
		    "name at its beginning"), (long long)c->seq);
	if (!find_place(&a, &same, err))
		return false;
	if (same)
		m->result.here_already++;
	if (same ? c->part && !cover_again(&a, err) : !put(&a, err))
		return false;
	if (a.epoch == a.e->no && c->seq == a.e->run + 1)
		a.e->run++;
	return true;
}
