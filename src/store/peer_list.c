#include "store/peers.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/epoch.h"
#include "store/hlc.h"
#include "store/inside.h"
#include "store/scope.h"

static bool
read_peers(struct store *s, struct arena *a, struct peer_info **v, size_t *n, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT site, scope, coalesce(heard_at, ''),"
	    " coalesce(sent_at, ''), coalesce(ahead_ms, 0) FROM ruhu_peer ORDER BY site", WITHOUT);
	size_t cap = 0;

	while (stmt_row(st)) {
		*v = xgrow(*v, &cap, *n + 1, sizeof **v);
		(*v)[(*n)++] = (struct peer_info){
			.site = arena_strdup(a, stmt_text(st, 0)),
			.scope = stmt_is_null(st, 1) ? NULL : arena_strdup(a, stmt_text(st, 1)),
			.heard_at = arena_strdup(a, stmt_text(st, 2)),
			.sent_at = arena_strdup(a, stmt_text(st, 3)),
			.ahead_ms = stmt_int(st, 4), .oldest = ""
		};
	}
	return stmt_end(st, err);
}

static const char *
instant(struct arena *a, int64_t hlc)
{
	char at[INSTANT_TEXT];

	instant_format_utc(hlc_ms((uint64_t)hlc), at);
	return arena_strdup(a, at);
}

/* What it has of our changes, epoch by epoch. */
static bool
count_changes(struct store *s, struct arena *a, struct peer_info *p, struct err *err)
{
	struct stmt *st = db_query(s->db, err, WITH_OWN_EPOCHS
	    "SELECT sum(last), sum(acked), min(iif(last > acked, (SELECT c.hlc FROM ruhu_change c"
	    " WHERE c.epoch = no AND c.seq = acked + 1), NULL)) FROM (SELECT e.no, e.last_seq AS last,"
	    " coalesce((SELECT seq FROM ruhu_ack WHERE site = ?1 AND epoch = e.no), 0) AS acked"
	    " FROM ruhu_epoch e WHERE e.no IN (SELECT no FROM own))", WITH(b_text(p->site)));

	if (stmt_row(st)) {
		p->all = stmt_int(st, 0);
		p->acked = stmt_int(st, 1);
		p->waiting = p->all - p->acked;
		if (!stmt_is_null(st, 2))
			p->oldest = instant(a, stmt_int(st, 2));
	}
	return stmt_end(st, err);
}

/* Records of its area that changed after what it has. */
static bool
count_area(struct store *s, struct arena *a, struct peer_info *p, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT r.scope, c.hlc FROM ruhu_record r"
	    " JOIN ruhu_change c ON c.no = r.last_change JOIN ruhu_epoch e ON e.no = c.epoch"
	    " WHERE e.site <> ?1 AND r.last_change > coalesce((SELECT max(no) FROM ruhu_stream"
	    "  WHERE site = ?1 AND way = 'out' AND scope = ?2), 0)",
	    WITH(b_text(p->site), b_text(p->scope)));
	int64_t oldest = INT64_MAX;

	while (stmt_row(st)) {
		if (!scope_has(p->scope, stmt_text(st, 0)))
			continue;
		p->waiting++;
		if (stmt_int(st, 1) < oldest)
			oldest = stmt_int(st, 1);
	}
	if (p->waiting > 0)
		p->oldest = instant(a, oldest);
	return stmt_end(st, err);
}

static bool
count_theirs(struct store *s, struct peer_info *p, struct err *err)
{
	struct stmt *st = db_query(s->db, err, WITH_OWN_EPOCHS "SELECT count(*), max(c.seq) >"
	    " e.last_seq AND NOT e.parts AND e.why <> 'fork' FROM ruhu_epoch e"
	    " JOIN ruhu_change c ON c.epoch = e.no"
	    " WHERE e.site = ?1 AND e.no NOT IN (SELECT no FROM own) GROUP BY e.no",
	    WITH(b_text(p->site)));

	while (stmt_row(st)) {
		p->have += stmt_int(st, 0);
		p->gaps += stmt_int(st, 1);
	}
	return stmt_end(st, err);
}

bool
store_peers(struct store *s, bool (*each)(void *, const struct peer_info *), void *ctx,
    struct err *err)
{
	struct arena *a = arena_new();
	struct peer_info *v = NULL;
	size_t n = 0;
	bool ok = read_peers(s, a, &v, &n, err);

	for (size_t i = 0; ok && i < n; i++)
		ok = (v[i].scope != NULL ? count_area(s, a, &v[i], err) :
		    count_changes(s, a, &v[i], err)) && count_theirs(s, &v[i], err);
	for (size_t i = 0; ok && i < n; i++)
		if (!each(ctx, &v[i]))
			break;
	free(v);
	arena_free(a);
	return ok;
}
