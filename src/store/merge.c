#include "store/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/epoch.h"
#include "store/merge_in.h"
#include "store/schema.h"
#include "store/turnstile.h"

enum {
	MANY = 5000,			/* changes in a file */
	BATCH = 500,			/* changes in one hold of the turnstile */
	BATCH_LEAST = 50, BATCH_MS = 25,	/* fewer when they take so long */
	YIELD_MS = 500,			/* others go first between two holds */
	AHEAD_MS = 10 * 60 * 1000	/* our clock never follows further than this */
};

/* ---- looking ------------------------------------------------------------------- */

bool
merge_chain_at(struct store *s, const char *epoch, int64_t seq, unsigned char chain[HASH_BYTES],
    bool *found, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT c.chain FROM ruhu_change c JOIN ruhu_epoch e"
	    " ON e.no = c.epoch WHERE e.id = ? AND c.seq = ?", WITH(b_text(epoch), b_int(seq)));

	*found = stmt_row(st) && stmt_len(st, 0) == HASH_BYTES;
	if (*found)
		memcpy(chain, stmt_blob(st, 0), HASH_BYTES);
	return stmt_end(st, err);
}

bool
merge_record_key(struct store *s, const char *record, unsigned char key[HASH_BYTES], bool *found,
    struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT secret FROM ruhu_record WHERE id = ?",
	    WITH(b_text(record)));

	*found = stmt_row(st) && stmt_len(st, 0) == HASH_BYTES;
	if (*found)
		memcpy(key, stmt_blob(st, 0), HASH_BYTES);
	return stmt_end(st, err);
}

/* ---- the file --------------------------------------------------------------------- */

static bool
read_import(struct merge *m, struct merge_progress *progress, struct err *err)
{
	struct stmt *st = db_query(m->s->db, err,
	    "SELECT hash, ended_at IS NOT NULL, done, added FROM ruhu_import WHERE file = ?",
	    WITH(b_text(m->file)));
	bool other = false;

	if (stmt_row(st)) {
		other = strcmp(stmt_text(st, 0), m->hash) != 0;
		progress->known = stmt_int(st, 1) != 0;
		progress->done = stmt_int(st, 2);
		m->added_before = stmt_int(st, 3);
	}
	if (!stmt_end(st, err))
		return false;
	return !other || err_set(err, _("Another file with the number %s was merged before; this "
	    "one was altered or made wrongly, ask %s for a new one"), m->file, m->from);
}

bool
merge_was_merged(struct store *s, const char *file, char hash[2 * HASH_BYTES + 1], bool *was,
    struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT hash FROM ruhu_import WHERE file = ?"
	    " AND ended_at IS NOT NULL", WITH(b_text(file)));

	*was = stmt_row(st);
	snprintf(hash, 2 * HASH_BYTES + 1, "%s", *was ? stmt_text(st, 0) : "");
	return stmt_end(st, err);
}

static bool
read_names(struct merge *m, struct err *err)
{
	struct stmt *st = db_query(m->s->db, err, "SELECT id, county FROM ruhu_site", WITHOUT);

	if (stmt_row(st)) {
		snprintf(m->own_site, sizeof m->own_site, "%s", stmt_text(st, 0));
		snprintf(m->county, sizeof m->county, "%s", stmt_text(st, 1));
	}
	return stmt_end(st, err);
}

static bool
read_area(struct merge *m, struct err *err)
{
	struct buf area = { 0 };
	bool said = false, ok = store_site_scope(m->s, m->from, &area, &said, err);

	if (ok && said)
		m->area = xstrdup(buf_str(&area));
	buf_free(&area);
	return ok;
}

bool
merge_begin(struct store *s, const struct merge_file *file, struct merge **out,
    struct merge_progress *progress, struct err *err)
{
	struct merge *m = xcalloc(1, sizeof *m);

	memset(progress, 0, sizeof *progress);
	m->s = s;
	m->file = xstrdup(file->file);
	m->hash = xstrdup(file->hash);
	m->from = xstrdup(file->from);
	m->made_ms = file->made_ms;
	m->hlc = file->hlc;
	m->batch_most = file->batch;
	/* All that a change refers to was asked for just before: six times less to look up.
	 * But it makes SQLite prepare every statement anew. */
	m->unchecked = file->changes >= MANY;
	if (!read_import(m, progress, err) || !read_names(m, err) || !read_area(m, err) ||
	    (m->unchecked && !db_references(s->db, false, err))) {
		merge_free(m);
		return false;
	}
	m->done = progress->done;
	m->ended = progress->known;
	*out = m;
	return true;
}

bool
merge_epoch(struct merge *m, const char *id, const char *site, int64_t made_ms,
    const char *parent, const char *why, struct err *err)
{
	if (strlen(id) != 32 || strspn(id, "0123456789abcdef") != 32)
		return err_set(err, _("\"%s\" is not the number of an epoch"), id);
	m->epochs = xgrow(m->epochs, &m->epochs_cap, m->epochs_n + 1, sizeof *m->epochs);
	m->epochs[m->epochs_n++] = (struct merge_epoch_no){
		.id = xstrdup(id), .site = xstrdup(site), .made_ms = made_ms,
		.parent = xstrdup(parent != NULL ? parent : ""), .why = xstrdup(why)
	};
	return true;
}

struct merge_epoch_no *
merge_epoch_of(struct merge *m, const char *id)
{
	for (size_t i = 0; i < m->epochs_n; i++)
		if (strcmp(m->epochs[i].id, id) == 0)
			return &m->epochs[i];
	return NULL;
}

bool
merge_form(struct merge *m, const char *id, const char *version, const char *hash,
    struct err *err)
{
	(void)err;
	m->forms = xgrow(m->forms, &m->forms_cap, m->forms_n + 1, sizeof *m->forms);
	m->forms[m->forms_n++] = (struct merge_form_no){
		.id = xstrdup(id), .version = xstrdup(version), .hash = xstrdup(hash)
	};
	return true;
}

bool
merge_part(struct merge *m, const struct part *part, const char *scope, struct err *err)
{
	bool old;

	m->part = part;
	m->scope = scope;
	if (!part_old(m->s, part, &old, err))
		return false;
	return !old || err_set(err, _("a newer file of %s was merged; this one has nothing new"),
	    m->from);
}

void
merge_knows(struct merge *m, const char *epoch, int64_t seq, const unsigned char chain[HASH_BYTES])
{
	m->knows = xgrow(m->knows, &m->knows_cap, m->knows_n + 1, sizeof *m->knows);
	snprintf(m->knows[m->knows_n].epoch, sizeof m->knows->epoch, "%s", epoch);
	memcpy(m->knows[m->knows_n].chain, chain, HASH_BYTES);
	m->knows[m->knows_n++].seq = seq;
}

bool
merge_known(const struct merge *m, const char *epoch, int64_t seq)
{
	for (size_t i = 0; i < m->knows_n; i++)
		if (strcmp(m->knows[i].epoch, epoch) == 0 && seq <= m->knows[i].seq)
			return true;
	return false;
}

/* ---- batches ------------------------------------------------------------------------ */

/* In a county's part other sites' epochs are told by single changes. */
static bool
comes_in_parts(const struct merge *m, const struct merge_epoch_no *e, struct err *err)
{
	return m->part == NULL || strcmp(m->from, m->county) != 0 ||
	    db_run(m->s->db, err, WITH_OWN_EPOCHS "UPDATE ruhu_epoch SET parts = 1 WHERE no = ?"
	    " AND no NOT IN (SELECT no FROM own)", WITH(b_int(e->no)));
}

static bool
note_epochs(struct merge *m, struct err *err)
{
	static const unsigned char zeros[HASH_BYTES];
	struct db *db = m->s->db;

	for (size_t i = 0; i < m->epochs_n; i++) {
		struct merge_epoch_no *e = &m->epochs[i];

		if (!db_run(db, err, "INSERT OR IGNORE INTO ruhu_epoch(id, site, made_ms, parent, why,"
		    " chain) VALUES(?,?,?,?,?,?)", WITH(b_text(e->id), b_text(e->site),
		    b_int(e->made_ms), b_text_or_null(e->parent), b_text(e->why),
		    b_blob(zeros, sizeof zeros))) ||
		    !db_int(db, err, &e->no, NULL, "SELECT no FROM ruhu_epoch WHERE id = ?",
		    WITH(b_text(e->id))) ||
		    !db_int(db, err, &e->top, NULL, "SELECT coalesce(max(seq), 0) FROM ruhu_change"
		    " WHERE epoch = ?", WITH(b_int(e->no))) ||
		    !db_int(db, err, &e->run, NULL, "SELECT last_seq FROM ruhu_epoch WHERE no = ?",
		    WITH(b_int(e->no))) ||
		    !db_exists(db, err, &e->present, "SELECT 1 FROM ruhu_site WHERE"
		    " epoch = ?", WITH(b_int(e->no))) ||
		    !comes_in_parts(m, e, err))
			return false;
	}
	return true;
}

/* A version that is not installed gets an empty row, which its installation fills. */
static bool
note_forms(struct merge *m, struct err *err)
{
	struct db *db = m->s->db;
	char at[INSTANT_TEXT];

	store_stamp(m->s, at);
	for (size_t i = 0; i < m->forms_n; i++) {
		struct merge_form_no *f = &m->forms[i];

		if (!db_run(db, err, "INSERT OR IGNORE INTO ruhu_form(id, version, title, file, text,"
		    " hash, installed_at, installed_by, current) VALUES(?,?,'','','',?,?,?,0)",
		    WITH(b_text(f->id), b_text(f->version), b_text(f->hash), b_text(at),
		    b_text(m->s->user))) ||
		    !db_int(db, err, &f->no, NULL, "SELECT no FROM ruhu_form WHERE id = ? AND"
		    " version = ?", WITH(b_text(f->id), b_text(f->version))) ||
		    !db_exists(db, err, &f->here, "SELECT 1 FROM ruhu_form WHERE id = ? AND text <> ''",
		    WITH(b_text(f->id))))
			return false;
	}
	return true;
}

static bool
note_file(struct merge *m, struct err *err)
{
	char at[INSTANT_TEXT];

	store_stamp(m->s, at);
	return db_run(m->s->db, err, "INSERT OR IGNORE INTO ruhu_import(file, hash, site, made_ms,"
	    " began_at) VALUES(?,?,?,?,?)", WITH(b_text(m->file), b_text(m->hash),
	    b_text(m->from), b_int(m->made_ms), b_text(at))) &&
	    db_run(m->s->db, err, "INSERT INTO ruhu_peer(site, heard_at, ahead_ms) VALUES(?1, ?2, ?3)"
	    " ON CONFLICT(site) DO UPDATE SET heard_at = ?2, ahead_ms = ?3",
	    WITH(b_text(m->from), b_text(at),
	    m->made_ms > store_now(m->s) ? b_int(m->made_ms - store_now(m->s)) : b_int(0)));
}

static bool
open_batch(struct merge *m, struct err *err)
{
	if (m->in_batch)
		return true;
	if (!tx_begin(m->s, err))
		return false;
	if (!note_file(m, err) || !note_epochs(m, err) || !note_forms(m, err) ||
	    !merge_ask(m, err) || (m->area != NULL && !db_int(m->s->db, err, &m->batch_first, NULL,
	    "SELECT coalesce(max(no), 0) + 1 FROM ruhu_change", WITHOUT))) {
		tx_rollback(m->s);
		return false;
	}
	m->in_batch = true;
	m->batch_began = clock_steady();
	m->batch = 0;
	m->touched_n = 0;
	return true;
}

/* The clock follows what others wrote, but never far beyond our own: a wrong clock
 * elsewhere must not push ours. */
static bool
follow_clock(struct merge *m, struct err *err)
{
	uint64_t most = (uint64_t)(store_now(m->s) + AHEAD_MS) << 16;
	uint64_t seen = m->newest > m->hlc ? m->newest : m->hlc;

	return db_run(m->s->db, err, "UPDATE ruhu_site SET hlc = max(hlc, ?)",
	    WITH(b_int((int64_t)(seen < most ? seen : most))));
}

/* Of a life of ours that a restore ended a part gives back what concerns the receiver:
 * what is missing between is no gap. */
static bool
came_back(const struct merge *m, const struct merge_epoch_no *e, struct err *err)
{
	return m->part == NULL ||
	    db_run(m->s->db, err, "UPDATE ruhu_epoch SET parts = 1 WHERE no = ?1 AND EXISTS"
	    " (SELECT 1 FROM ruhu_change WHERE epoch = ?1 AND seq > last_seq)"
	    " AND no <> (SELECT epoch FROM ruhu_site)", WITH(b_int(e->no)));
}

/* How far each epoch is here without a gap; as far as the batch saw that is known. */
static bool
move_watermarks(struct merge *m, struct err *err)
{
	struct db *db = m->s->db;

	for (size_t i = 0; i < m->epochs_n; i++)
		if (!db_run(db, err,
		    "WITH RECURSIVE next(seq) AS (SELECT max(last_seq, ?2) FROM ruhu_epoch WHERE no = ?1"
		    "  UNION ALL SELECT c.seq FROM next JOIN ruhu_change c ON c.epoch = ?1"
		    "  AND c.seq = next.seq + 1)"
		    " UPDATE ruhu_epoch SET last_seq = (SELECT max(seq) FROM next) WHERE no = ?1"
		    " AND no <> (SELECT epoch FROM ruhu_site)", WITH(b_int(m->epochs[i].no),
		    b_int(m->epochs[i].run))) ||
		    !db_run(db, err, "UPDATE ruhu_epoch SET chain = (SELECT c.chain FROM ruhu_change c"
		    " WHERE c.epoch = ruhu_epoch.no AND c.seq = last_seq) WHERE no = ? AND last_seq > 0",
		    WITH(b_int(m->epochs[i].no))) || !came_back(m, &m->epochs[i], err))
			return false;
	return true;
}

static bool
part_ends(struct merge *m, struct err *err)
{
	bool ok = m->part == NULL || part_came(m->s, m->from, m->scope, m->part, err);

	for (size_t i = 0; ok && m->part != NULL && strcmp(m->from, m->county) == 0 &&
	    i < m->knows_n; i++)
		ok = part_told(m->s, m->from, m->part, m->knows[i].epoch, m->knows[i].seq,
		    m->knows[i].chain, err);
	return ok;
}

static bool
close_batch(struct merge *m, bool last, struct err *err)
{
	char at[INSTANT_TEXT];
	bool ok;

	store_stamp(m->s, at);
	ok = follow_clock(m, err) && merge_derive(m, err) && move_watermarks(m, err) &&
	    db_run(m->s->db, err, "UPDATE ruhu_import SET done = ?, added = ?, ended_at = ?"
	    " WHERE file = ?", WITH(b_int(m->done), b_int(m->added_before + m->result.added),
	    last ? b_text(at) : b_null(), b_text(m->file))) &&
	    (!last || part_ends(m, err)) &&
	    (!last || event_add(m->s, "import", m->file, err));
	m->in_batch = false;
	return tx_end(m->s, ok, err);
}

static bool
is_full(const struct merge *m)
{
	if (m->batch_most > 0)
		return m->batch >= m->batch_most;
	return m->batch >= BATCH ||
	    (m->batch >= BATCH_LEAST && clock_steady() - m->batch_began >= BATCH_MS);
}

bool
merge_add(struct merge *m, const struct change *c, struct err *err)
{
	if (m->in_batch && c->tx != m->tx_theirs && is_full(m)) {
		if (!close_batch(m, false, err))
			return false;
		if (m->s->gate != NULL)
			turnstile_yield(m->s->gate, YIELD_MS);
	}
	if (!open_batch(m, err))
		return false;
	if (!merge_apply(m, c, err)) {
		tx_rollback(m->s);
		m->in_batch = false;
		return false;
	}
	m->done++;
	m->batch++;
	return true;
}

bool
merge_end(struct merge *m, struct merge_result *result, struct err *err)
{
	if (!m->ended && (!open_batch(m, err) || !close_batch(m, true, err)))
		return false;
	m->ended = true;
	*result = m->result;
	return true;
}

void
merge_free(struct merge *m)
{
	struct err ignored;

	if (m == NULL)
		return;
	if (m->in_batch)
		tx_rollback(m->s);
	if (m->unchecked)
		db_references(m->s->db, true, &ignored);
	merge_unask(m);
	for (size_t i = 0; i < m->epochs_n; i++) {
		free(m->epochs[i].id);
		free(m->epochs[i].site);
		free(m->epochs[i].parent);
		free(m->epochs[i].why);
	}
	for (size_t i = 0; i < m->forms_n; i++) {
		free(m->forms[i].id);
		free(m->forms[i].version);
		free(m->forms[i].hash);
	}
	free(m->epochs);
	free(m->forms);
	free(m->touched);
	free(m->told);
	free(m->area);
	free(m->knows);
	free(m->file);
	free(m->hash);
	free(m->from);
	free(m);
}
