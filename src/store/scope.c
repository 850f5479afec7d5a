#include "store/scope.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "store/changes.h"
#include "store/inside.h"

/* ---- areas ------------------------------------------------------------------------ */

bool
scope_has(const char *prefixes, const char *scope)
{
	if (scope[0] == '\0')
		return strcmp(prefixes, "*") == 0;
	if (strcmp(scope, "*") == 0)
		return true;
	while (*prefixes != '\0') {
		size_t n = strcspn(prefixes, " ");

		if (n > 0 && ((n == 1 && prefixes[0] == '*') || strncmp(scope, prefixes, n) == 0))
			return true;
		prefixes += n;
		prefixes += strspn(prefixes, " ");
	}
	return false;
}

bool
store_site_scope(struct store *s, const char *site, struct buf *prefixes, bool *said,
    struct err *err)
{
	buf_reset(prefixes);
	return db_text(s->db, err, prefixes, said, "SELECT scope FROM ruhu_peer WHERE site = ?",
	    WITH(b_text(site)));
}

bool
store_set_site_scope(struct store *s, const char *site, const char *prefixes, struct err *err)
{
	struct buf detail = { 0 };
	bool ok;

	buf_addf(&detail, "%s: %s", site, prefixes);
	ok = tx_begin(s, err) && tx_end(s,
	    db_run(s->db, err, "INSERT INTO ruhu_peer(site, scope) VALUES(?1, ?2)"
	    " ON CONFLICT(site) DO UPDATE SET scope = ?2",
	    WITH(b_text(site), b_text_or_null(prefixes))) &&
	    event_add(s, "scope", buf_str(&detail), err), err);
	buf_free(&detail);
	return ok;
}

bool
store_county(struct store *s, struct buf *name, struct err *err)
{
	buf_reset(name);
	return db_text(s->db, err, name, NULL, "SELECT county FROM ruhu_site", WITHOUT);
}

bool
store_set_county(struct store *s, const char *name, struct err *err)
{
	return tx_begin(s, err) && tx_end(s,
	    db_run(s->db, err, "UPDATE ruhu_site SET county = ?", WITH(b_text(name))) &&
	    event_add(s, "county", name, err), err);
}

bool
store_own_scope(struct store *s, struct buf *prefixes, bool *said, struct err *err)
{
	buf_reset(prefixes);
	return db_text(s->db, err, prefixes, said, "SELECT scope FROM ruhu_site", WITHOUT);
}

bool
store_moved_out(struct store *s, int64_t *n, struct err *err)
{
	struct buf own = { 0 };
	struct stmt *st;
	bool said = false, ok = store_own_scope(s, &own, &said, err);

	*n = 0;
	if (!ok || !said) {
		buf_free(&own);
		return ok;
	}
	st = db_query(s->db, err, "SELECT scope, count(*) FROM ruhu_record WHERE deleted = 0"
	    " AND scope <> '' GROUP BY scope", WITHOUT);
	while (stmt_row(st))
		if (!scope_has(buf_str(&own), stmt_text(st, 0)))
			*n += stmt_int(st, 1);
	buf_free(&own);
	return stmt_end(st, err);
}

bool
store_is_hub(struct store *s, bool *hub, struct err *err)
{
	int64_t n = 0;
	bool ok = db_int(s->db, err, &n, NULL, "SELECT count(*) FROM ruhu_peer WHERE heard_at"
	    " IS NOT NULL AND site <> 'LOCAL' AND site <> (SELECT county FROM ruhu_site)", WITHOUT);

	*hub = n > 1;
	return ok;
}

bool
store_sent(struct store *s, const char *site, struct err *err)
{
	char at[INSTANT_TEXT];

	if (s->read_only)
		return true;
	store_stamp(s, at);
	return tx_begin(s, err) && tx_end(s, db_run(s->db, err,
	    "INSERT INTO ruhu_peer(site, sent_at) VALUES(?1, ?2)"
	    " ON CONFLICT(site) DO UPDATE SET sent_at = ?2", WITH(b_text(site), b_text(at))), err);
}

/* ---- streams ------------------------------------------------------------------------- */

static void
stream_id(const char *epoch, const char *site, const char *prefixes, char id[33])
{
	const struct hash_part parts[] = { { epoch, strlen(epoch) }, { "\n", 1 },
		{ site, strlen(site) }, { "\n", 1 }, { prefixes, strlen(prefixes) } };
	unsigned char hash[HASH_BYTES];

	hash_parts(parts, 5, NULL, 0, hash);
	hex_format(hash, 16, id);
}

static bool
chain_of(struct store *s, int64_t no, unsigned char chain[HASH_BYTES], struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT chain FROM ruhu_change WHERE no = ?",
	    WITH(b_int(no)));

	memset(chain, 0, HASH_BYTES);
	if (stmt_row(st) && stmt_len(st, 0) == HASH_BYTES)
		memcpy(chain, stmt_blob(st, 0), HASH_BYTES);
	return stmt_end(st, err);
}

bool
part_next(struct store *s, const char *site, const char *prefixes, bool all, struct part *p,
    struct err *err)
{
	static const unsigned char zeros[HASH_BYTES];
	struct site_info own;

	memset(p, 0, sizeof *p);
	if (!store_site(s, &own, err))
		return false;
	stream_id(own.epoch, site, prefixes, p->id);
	if (!db_int(s->db, err, &p->to, NULL, "SELECT coalesce(max(no), 0) FROM ruhu_change",
	    WITHOUT) || !chain_of(s, p->to, p->c1, err) ||
	    (!all && !db_int(s->db, err, &p->after, NULL, "SELECT no FROM ruhu_stream WHERE id = ?"
	    " AND way = 'out'", WITH(b_text(p->id)))))
		return false;
	return s->read_only || (tx_begin(s, err) && tx_end(s, db_run(s->db, err,
	    "INSERT OR IGNORE INTO ruhu_stream(id, site, way, scope, chain) VALUES(?,?,'out',?,?)",
	    WITH(b_text(p->id), b_text(site), b_text(prefixes), b_blob(zeros, sizeof zeros))),
	    err));
}

bool
part_old(struct store *s, const struct part *p, bool *old, struct err *err)
{
	int64_t top = -1;
	bool ok = db_int(s->db, err, &top, NULL, "SELECT top FROM ruhu_stream WHERE id = ?",
	    WITH(b_text(p->id)));

	*old = p->to < top;
	return ok;
}

bool
part_came(struct store *s, const char *from, const char *scope, const struct part *p,
    struct err *err)
{
	struct db *db = s->db;
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	return db_run(db, err, "INSERT OR IGNORE INTO ruhu_stream(id, site, way, scope, chain)"
	    " VALUES(?,?,'in',?,zeroblob(32))", WITH(b_text(p->id), b_text(from), b_text(scope))) &&
	    db_run(db, err, "UPDATE ruhu_stream SET no = ?1, chain = ?2 WHERE id = ?3 AND way = 'in'"
	    " AND no >= ?4 AND no < ?1", WITH(b_int(p->to), b_blob(p->c1, HASH_BYTES),
	    b_text(p->id), b_int(p->after))) &&
	    db_run(db, err, "UPDATE ruhu_stream SET top = max(top, ?1), at = ?2 WHERE id = ?3",
	    WITH(b_int(p->to), b_text(at), b_text(p->id))) &&
	    db_run(db, err, "UPDATE ruhu_site SET scope = ?1 WHERE county = ?2",
	    WITH(b_text(scope), b_text(from)));
}

bool
part_acknowledged(struct store *s, const char *from, const char *id, int64_t no,
    const unsigned char chain[HASH_BYTES], bool *ours, bool *news, struct err *err)
{
	unsigned char here[HASH_BYTES];
	char at[INSTANT_TEXT];
	int64_t acked = 0;

	*news = *ours = false;
	if (!db_int(s->db, err, &acked, ours, "SELECT no FROM ruhu_stream WHERE id = ?"
	    " AND way = 'out' AND site = ?", WITH(b_text(id), b_text(from))))
		return false;
	if (!*ours)
		return true;
	if (!chain_of(s, no, here, err))
		return false;
	/* Another log than ours: it was set back, and its stream begins anew. */
	if (no != acked && memcmp(here, chain, HASH_BYTES) == 0) {
		*news = no > acked;
		store_stamp(s, at);
		return db_run(s->db, err, "UPDATE ruhu_stream SET no = ?, chain = ?, at = ? WHERE"
		    " id = ?", WITH(b_int(no), b_blob(chain, HASH_BYTES), b_text(at), b_text(id)));
	}
	return true;
}

bool
part_told(struct store *s, const char *from, const struct part *p, const char *epoch, int64_t seq,
    const unsigned char chain[HASH_BYTES], struct err *err)
{
	return db_run(s->db, err, "INSERT INTO ruhu_told(site, epoch, seq, chain) SELECT ?1, ?2, ?3, ?4"
	    " FROM ruhu_stream WHERE id = ?5 AND way = 'in' AND no = ?6 ON CONFLICT(site, epoch)"
	    " DO UPDATE SET seq = ?3, chain = ?4 WHERE seq < ?3", WITH(b_text(from), b_text(epoch),
	    b_int(seq), b_blob(chain, HASH_BYTES), b_text(p->id), b_int(p->to)));
}

bool
store_told(struct store *s, const char *site, bool others, bool (*each)(void *, const char *,
    int64_t, const unsigned char *), void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT t.epoch, t.seq, t.chain FROM ruhu_told t"
	    " JOIN ruhu_epoch e ON e.id = t.epoch WHERE t.site = ?1 AND (?2 OR e.site = ?1)"
	    " ORDER BY t.epoch", WITH(b_text(site), b_int(others)));

	while (stmt_row(st))
		if (stmt_len(st, 2) == HASH_BYTES &&
		    !each(ctx, stmt_text(st, 0), stmt_int(st, 1), stmt_blob(st, 2)))
			break;
	return stmt_end(st, err);
}

bool
part_from(struct store *s, const char *site, bool *any, struct err *err)
{
	return db_exists(s->db, err, any, "SELECT 1 FROM ruhu_stream WHERE site = ? AND way = 'in'",
	    WITH(b_text(site)));
}

bool
store_parts(struct store *s, bool (*each)(void *, const char *, int64_t, const unsigned char *),
    void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT id, no, chain FROM ruhu_stream"
	    " WHERE way = 'in' ORDER BY id", WITHOUT);

	while (stmt_row(st))
		if (stmt_len(st, 2) == HASH_BYTES &&
		    !each(ctx, stmt_text(st, 0), stmt_int(st, 1), stmt_blob(st, 2)))
			break;
	return stmt_end(st, err);
}
