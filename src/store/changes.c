#include "store/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "store/changes_all.h"
#include "store/inside.h"

struct changes {
	struct store *store;
	struct stmt *st;
	struct change now;
	struct change_ref *prev;
	char (*prev_epoch)[33];
	size_t prev_cap, epoch_cap;
};

/* ?1: ruhu_epoch.no, ?2: seq to begin after. */
static const char select_changes[] =
    "SELECT iif(e.why = 'fork', e.parent, e.id), c.seq, c.hlc, r.id, coalesce(w.id, ''), n.text, c.value,"
    " coalesce(c.reason, ''), a.text, f.id, f.version, coalesce(c.prev, ''), c.flags,"
    " c.chain, r.secret, c.tx, (SELECT m.tx FROM ruhu_change m WHERE m.record = r.no"
    "  ORDER BY m.no LIMIT 1)"
    " FROM ruhu_epoch e JOIN ruhu_change c ON c.epoch = e.no AND c.seq > ?2"
    " JOIN ruhu_record r ON r.no = c.record LEFT JOIN ruhu_row w ON w.no = c.row"
    " JOIN ruhu_name n ON n.no = c.field JOIN ruhu_name a ON a.no = c.author"
    " JOIN ruhu_form f ON f.no = c.form WHERE e.no = ?1 ORDER BY c.seq";

static bool
open_changes(struct store *s, int64_t epoch, int64_t after, struct changes **out,
    struct err *err)
{
	struct changes *c = xcalloc(1, sizeof *c);

	c->store = s;
	c->st = db_query(s->db, err, select_changes, WITH(b_int(epoch), b_int(after)));
	if (c->st == NULL) {
		free(c);
		return false;
	}
	*out = c;
	return true;
}

bool
changes_open(struct store *s, int64_t after, struct changes **out, struct err *err)
{
	int64_t epoch = 0;

	return db_int(s->db, err, &epoch, NULL, "SELECT epoch FROM ruhu_site", WITHOUT) &&
	    open_changes(s, epoch, after, out, err);
}

bool
changes_open_of(struct store *s, const char *epoch, int64_t after, struct changes **out,
    struct err *err)
{
	int64_t no = 0;

	return db_int(s->db, err, &no, NULL, "SELECT no FROM ruhu_epoch WHERE id = ?",
	    WITH(b_text(epoch))) && open_changes(s, no, after, out, err);
}

bool
changes_open_epoch(struct store *s, int64_t epoch, struct changes **out, struct err *err)
{
	return open_changes(s, epoch, 0, out, err);
}

/* One "epoch:seq:chain" of the stored list; the whole chain hash is looked up,
 * its first four bytes are what the list has. */
static bool
one_prev(struct changes *c, char *word, struct err *err)
{
	size_t n = c->now.prev_n;
	struct change_ref *ref;
	struct stmt *st;
	char *end;
	int64_t epoch = strtoll(word, &end, 10), seq = *end == ':' ? strtoll(end + 1, &end, 10) : 0;

	c->prev = xgrow(c->prev, &c->prev_cap, n + 1, sizeof *c->prev);
	c->prev_epoch = xgrow(c->prev_epoch, &c->epoch_cap, n + 1, sizeof *c->prev_epoch);
	ref = &c->prev[n];
	memset(ref, 0, sizeof *ref);
	if (*end != ':' || hex_parse(end + 1, ref->chain, 4) != 0)
		return err_set(err, _("The change log holds a broken reference (%s); restore a "
		    "backup"), word);
	ref->seq = seq;
	st = db_query(c->store->db, err, "SELECT iif(e.why = 'fork', e.parent, e.id), c.chain FROM ruhu_epoch e"
	    " LEFT JOIN ruhu_change c ON c.epoch = e.no AND c.seq = ? WHERE e.no = ?",
	    WITH(b_int(seq), b_int(epoch)));
	if (stmt_row(st) && stmt_len(st, 0) == 32) {
		memcpy(c->prev_epoch[n], stmt_text(st, 0), 33);
		if (stmt_len(st, 1) == HASH_BYTES &&
		    memcmp(stmt_blob(st, 1), ref->chain, 4) == 0)
			memcpy(ref->chain, stmt_blob(st, 1), HASH_BYTES);
	}
	c->now.prev_n = n + 1;
	return stmt_end(st, err);
}

static bool
all_prev(struct changes *c, const char *list, struct err *err)
{
	char *copy = xstrdup(list), *rest = copy, *word;
	bool ok = true;

	c->now.prev_n = 0;
	while (ok && (word = strsep(&rest, " ")) != NULL)
		if (word[0] != '\0')
			ok = one_prev(c, word, err);
	for (size_t i = 0; i < c->now.prev_n; i++)
		c->prev[i].epoch = c->prev_epoch[i];
	c->now.prev = c->prev;
	free(copy);
	return ok;
}

bool
changes_next(struct changes *c, const struct change **out, struct err *err)
{
	struct stmt *st = c->st;

	*out = NULL;
	if (st == NULL)
		return true;
	if (!stmt_row(st)) {
		c->st = NULL;
		return stmt_end(st, err);
	}
	if (!all_prev(c, stmt_text(st, 11), err))
		return false;
	c->now.epoch = stmt_text(st, 0);
	c->now.seq = stmt_int(st, 1);
	c->now.hlc = (uint64_t)stmt_int(st, 2);
	c->now.record = stmt_text(st, 3);
	c->now.row = stmt_text(st, 4);
	c->now.field = stmt_text(st, 5);
	c->now.value = stmt_text_or_null(st, 6);
	c->now.reason = stmt_text(st, 7);
	c->now.author = stmt_text(st, 8);
	c->now.form = stmt_text(st, 9);
	c->now.version = stmt_text(st, 10);
	c->now.flags = (unsigned)stmt_int(st, 12);
	if (stmt_len(st, 13) != HASH_BYTES || stmt_len(st, 14) != HASH_BYTES)
		return err_set(err, _("The change log is damaged at number %lld; restore a backup"),
		    (long long)c->now.seq);
	c->now.chain = stmt_blob(st, 13);
	c->now.record_key = stmt_blob(st, 14);
	c->now.tx = stmt_int(st, 15);
	c->now.record_first = stmt_int(st, 16) == c->now.tx;
	*out = &c->now;
	return true;
}

void
changes_close(struct changes *c)
{
	struct err ignored;

	if (c == NULL)
		return;
	stmt_end(c->st, &ignored);
	free(c->prev);
	free(c->prev_epoch);
	free(c);
}

bool
store_site(struct store *s, struct site_info *out, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT s.id, coalesce(e.id, ''), s.stream, coalesce(e.last_seq, 0), s.acked_seq,"
	    " s.acked_chain, e.chain, s.hlc FROM ruhu_site s LEFT JOIN ruhu_epoch e"
	    " ON e.no = s.epoch", WITHOUT);

	memset(out, 0, sizeof *out);
	if (stmt_row(st)) {
		strncpy(out->id, stmt_text(st, 0), sizeof out->id - 1);
		strncpy(out->epoch, stmt_text(st, 1), sizeof out->epoch - 1);
		strncpy(out->stream, stmt_text(st, 2), sizeof out->stream - 1);
		out->last_seq = stmt_int(st, 3);
		out->acked_seq = stmt_int(st, 4);
		if (stmt_len(st, 5) == HASH_BYTES)
			memcpy(out->acked_chain, stmt_blob(st, 5), HASH_BYTES);
		if (stmt_len(st, 6) == HASH_BYTES)
			memcpy(out->last_chain, stmt_blob(st, 6), HASH_BYTES);
		out->hlc = (uint64_t)stmt_int(st, 7);
	}
	return stmt_end(st, err);
}

bool
store_epochs(struct store *s, bool (*each)(void *, const char *, const char *, int64_t,
    const char *, const char *), void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT id, site, made_ms, coalesce(parent, ''), why FROM ruhu_epoch ORDER BY no",
	    WITHOUT);

	while (stmt_row(st))
		if (!each(ctx, stmt_text(st, 0), stmt_text(st, 1), stmt_int(st, 2),
		    stmt_text(st, 3), stmt_text(st, 4)))
			break;
	return stmt_end(st, err);
}

bool
store_form_texts(struct store *s, bool (*each)(void *, const char *, const char *, const char *,
    const char *, size_t), void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT id, version, hash, text FROM ruhu_form f WHERE EXISTS"
	    " (SELECT 1 FROM ruhu_change c WHERE c.form = f.no) ORDER BY no", WITHOUT);

	while (stmt_row(st)) {
		const char *text = stmt_text(st, 3);

		if (!each(ctx, stmt_text(st, 0), stmt_text(st, 1), stmt_text(st, 2), text,
		    stmt_len(st, 3)))
			break;
	}
	return stmt_end(st, err);
}
