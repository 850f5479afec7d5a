/* peers.c: what other sites have of this one's changes, what this one has of
 * theirs, and one hash over the whole. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "store/epoch.h"
#include "store/merge_in.h"
#include "store/schema.h"
#include "store/scope.h"

struct ack {
	int64_t epoch, acked;		/* epoch 0: not ours; acked: by that site */
	bool current, matches, area;	/* area: it is sent its area's records alone */
};

static bool
read_ack(struct store *s, const char *from, const char *epoch, int64_t seq,
    const unsigned char chain[HASH_BYTES],
    struct ack *a, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    WITH_OWN_EPOCHS "SELECT e.no, coalesce(a.seq, 0), e.no = s.epoch, c.chain,"
	    " EXISTS (SELECT 1 FROM ruhu_peer WHERE site = ?3 AND scope IS NOT NULL) FROM ruhu_site s"
	    " JOIN ruhu_epoch e ON e.id = ?1 AND e.no IN (SELECT no FROM own)"
	    " LEFT JOIN ruhu_ack a ON a.site = ?3 AND a.epoch = e.no"
	    " LEFT JOIN ruhu_change c ON c.epoch = e.no AND c.seq = ?2",
	    WITH(b_text(epoch), b_int(seq), b_text(from)));

	memset(a, 0, sizeof *a);
	if (stmt_row(st)) {
		a->epoch = stmt_int(st, 0);
		a->acked = stmt_int(st, 1);
		a->current = stmt_int(st, 2) != 0;
		a->area = stmt_int(st, 4) != 0;
		a->matches = seq == 0 || (stmt_len(st, 3) == HASH_BYTES &&
		    memcmp(stmt_blob(st, 3), chain, HASH_BYTES) == 0);
	}
	return stmt_end(st, err);
}

static bool
write_ack(struct store *s, const char *from, const char *epoch, int64_t seq,
    const unsigned char chain[HASH_BYTES], const struct ack *a, struct err *err)
{
	struct db *db = s->db;
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	return db_run(db, err, "INSERT OR REPLACE INTO ruhu_ack(site, epoch, seq, at)"
	    " VALUES(?,?,?,?)", WITH(b_text(from), b_int(a->epoch), b_int(seq), b_text(at))) &&
	    db_run(db, err, "UPDATE ruhu_epoch SET acked_seq = max(acked_seq, ?) WHERE no = ?",
	    WITH(b_int(seq), b_int(a->epoch))) &&
	    (!a->current || db_run(db, err, "UPDATE ruhu_site SET acked_seq = ?1, acked_chain = ?2"
	    " WHERE acked_seq < ?1", WITH(b_int(seq), b_blob(chain, HASH_BYTES)))) &&
	    db_run(db, err, "INSERT INTO ruhu_peer(site, acked_epoch, acked_seq) VALUES(?1, ?2, ?3)"
	    " ON CONFLICT(site) DO UPDATE SET acked_epoch = ?2, acked_seq = ?3",
	    WITH(b_text(from), b_text(epoch), b_int(seq)));
}

bool
merge_acknowledged(struct store *s, const char *from, const char *epoch, int64_t seq,
    const unsigned char chain[HASH_BYTES], enum merge_ack *out, struct err *err)
{
	struct ack a;
	bool ok = true;

	if (!tx_begin(s, err))
		return false;
	if (!read_ack(s, from, epoch, seq, chain, &a, err))
		return tx_end(s, false, err);
	*out = ACK_OLD;
	if (a.epoch == 0) {
		bool ours, news;

		ok = part_acknowledged(s, from, epoch, seq, chain, &ours, &news, err);
		*out = ok && news ? ACK_NEWS : ok && ours ? ACK_OLD : ACK_NOT_OURS;
	} else if (!a.matches) {
		bool back = false;

		/* What it has of a life of ours that is over it may have given back. */
		ok = a.current || part_from(s, from, &back, err);
		*out = back ? ACK_OLD : ACK_AHEAD;
		ok = ok && (!a.current || (schema_new_epoch(s->db, store_now(s), "behind", err) &&
		    event_add(s, "epoch", "behind", err)));
	} else if (seq > a.acked && !a.area) {
		*out = ACK_NEWS;
		ok = write_ack(s, from, epoch, seq, chain, &a, err);
	}
	return tx_end(s, ok, err);
}

bool
store_have(struct store *s, bool (*each)(void *, const char *, const char *, int64_t,
    const unsigned char *, int64_t), void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    WITH_OWN_EPOCHS "SELECT e.id, e.site, e.last_seq, e.chain, iif(e.parts, e.last_seq,"
	    " (SELECT coalesce(max(c.seq), 0) FROM ruhu_change c WHERE c.epoch = e.no)) FROM ruhu_epoch e"
	    " WHERE e.no NOT IN (SELECT no FROM own) AND e.why <> 'fork' ORDER BY e.id",
	    WITHOUT);

	while (stmt_row(st))
		if (stmt_len(st, 3) == HASH_BYTES && !each(ctx, stmt_text(st, 0), stmt_text(st, 1),
		    stmt_int(st, 2), stmt_blob(st, 3), stmt_int(st, 4)))
			break;
	return stmt_end(st, err);
}

bool
store_own_epochs(struct store *s, bool (*each)(void *, const char *, int64_t, int64_t, bool),
    void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    WITH_OWN_EPOCHS "SELECT e.id, e.last_seq, e.acked_seq, e.no = s.epoch FROM ruhu_site s"
	    " JOIN ruhu_epoch e ON e.no IN (SELECT no FROM own) ORDER BY e.no", WITHOUT);

	while (stmt_row(st))
		if (!each(ctx, stmt_text(st, 0), stmt_int(st, 1), stmt_int(st, 2),
		    stmt_int(st, 3) != 0))
			break;
	return stmt_end(st, err);
}

bool
store_state_hash(struct store *s, unsigned char out[HASH_BYTES], struct err *err)
{
	struct hash_stream *h = hash_stream_new();
	struct stmt *st = db_query(s->db, err,
	    "SELECT r.id || ' ' || coalesce(w.id, '') || ' ' || n.text || ' ' || hex(c.chain)"
	    " FROM ruhu_head h JOIN ruhu_change c ON c.no = h.change"
	    " JOIN ruhu_record r ON r.no = h.record JOIN ruhu_name n ON n.no = h.field"
	    " LEFT JOIN ruhu_row w ON w.no = h.row ORDER BY 1", WITHOUT);

	while (stmt_row(st)) {
		const char *line = stmt_text(st, 0);

		hash_stream_add(h, line, stmt_len(st, 0));
		hash_stream_add(h, "\n", 1);
	}
	hash_stream_end(h, out);
	return stmt_end(st, err);
}
