#include "store/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/changes_all.h"
#include "store/epoch.h"
#include "store/held.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/lookup.h"
#include "store/scope.h"

/* A record of an area: what of it goes out. */
struct area_record { int64_t no; enum { AREA_NEWS, AREA_WHOLE, AREA_LEFT } what; };

struct changes {
	struct store *store;
	struct stmt *st;
	struct change now;
	struct change_ref *prev;
	size_t prev_cap;
	struct area area;		/* site NULL: one epoch, whole */
	struct area_record *records;
	size_t records_n, records_cap, at;
	bool record_begun, renamed;	/* renamed: questions have several names */
	struct lookup *lookup;
	int64_t after;			/* of one epoch */
	bool back, own_said;		/* to a county that lost them; is our area said? */
	char *own;
	bool any_erased;
	unsigned char value_hash[HASH_BYTES];
	struct change_ref *others;
	char (*others_epoch)[33];
	size_t others_cap, others_epoch_cap;
};

enum {
	C_NO, C_EPOCH, C_SEQ, C_HLC, C_RECORD, C_ROW, C_FIELD, C_VALUE, C_REASON, C_AUTHOR, C_FORM,
	C_PREV, C_FLAGS, C_TX, C_CHAIN, CHANGE_COLUMNS_N
};

#define CHANGE_COLUMNS \
    "SELECT c.no, c.epoch, c.seq, c.hlc, c.record, coalesce(c.row, 0), c.field, c.value," \
    " coalesce(c.reason, ''), c.author, c.form, coalesce(c.prev, ''), c.flags, c.tx, c.chain"

/* ?1: ruhu_epoch.no, ?2: seq to begin after. */
static const char select_changes[] =
    CHANGE_COLUMNS " FROM ruhu_change c WHERE c.epoch = ?1 AND c.seq > ?2 ORDER BY c.seq";

/* Heads of record ?1 whose answer got something after ?2, not all of it by site ?3
 * (unless ?4); of $grid alone when ?5. same: heads of one answer. */
#define SELECT_AREA(same) \
    CHANGE_COLUMNS \
    ", (SELECT p.chain FROM ruhu_change p WHERE p.epoch = c.epoch AND p.seq = c.seq - 1)," \
    " (SELECT count(*) FROM ruhu_head h2 WHERE h2.record = h.record AND h2.row = h.row" \
    "  AND h2.field " same ")" \
    " FROM ruhu_head h JOIN ruhu_change c ON c.no = h.change WHERE h.record = ?1 AND (NOT ?5" \
    "  OR h.field = (SELECT no FROM ruhu_name WHERE text = '" FIELD_SCOPE "'))" \
    " AND (SELECT max(h3.change) FROM ruhu_head h3 WHERE h3.record = h.record AND h3.row = h.row" \
    "  AND h3.field " same ") > ?2" \
    " AND (?4 OR EXISTS (SELECT 1 FROM ruhu_head h4 JOIN ruhu_change c4 ON c4.no = h4.change" \
    "  JOIN ruhu_epoch e4 ON e4.no = c4.epoch WHERE h4.record = h.record AND h4.row = h.row" \
    "  AND h4.field " same " AND e4.site <> ?3)) ORDER BY c.tx, c.epoch, c.seq"

static const char select_area[] = SELECT_AREA("= h.field");
static const char select_renamed[] = SELECT_AREA("IN " SAME_QUESTION("h.record", "h.field"));

/* The heads beside one: ?1 row, ?2 field, ?3 the one. */
#define SELECT_OTHERS(same) \
    "SELECT iif(e.why = 'fork', e.parent, e.id)," \
    " c.seq, c.chain FROM ruhu_head h JOIN ruhu_change c ON c.no = h.change" \
    " JOIN ruhu_epoch e ON e.no = c.epoch WHERE h.record = (SELECT record FROM ruhu_change" \
    " WHERE no = ?3) AND h.row = ?1 AND h.field " same " AND h.change <> ?3 ORDER BY c.no"

static const char select_others[] = SELECT_OTHERS("= ?2");
static const char others_renamed[] = SELECT_OTHERS("IN " SAME_QUESTION("h.record", "?2"));

static struct changes *
new_changes(struct store *s)
{
	struct changes *c = xcalloc(1, sizeof *c);

	c->store = s;
	c->lookup = lookup_new(s);
	return c;
}

static bool
open_changes(struct store *s, int64_t epoch, int64_t after, struct changes **out,
    struct err *err)
{
	struct changes *c = new_changes(s);

	c->after = after;
	c->st = db_query(s->db, err, select_changes, WITH(b_int(epoch), b_int(after)));
	if (c->st == NULL || !db_exists(s->db, err, &c->any_erased,
	    "SELECT 1 FROM ruhu_erased LIMIT 1", WITHOUT)) {
		changes_close(c);
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
changes_open_epoch(struct store *s, int64_t epoch, int64_t after, struct changes **out,
    struct err *err)
{
	return open_changes(s, epoch, after, out, err);
}

/* ---- an area ------------------------------------------------------------------ */

/* Was it in the area once, was it ever outside? Before it had a scope it was. */
static bool
where_it_was(struct changes *c, int64_t record, bool *inside, bool *outside, struct err *err)
{
	struct stmt *st = db_query(c->store->db, err, "SELECT c.value, c.hlc >> 16,"
	    " (SELECT min(f.hlc) >> 16 FROM ruhu_change f WHERE f.record = ?1) FROM ruhu_change c"
	    " WHERE c.record = ?1 AND c.field = (SELECT no FROM ruhu_name WHERE text = '" FIELD_SCOPE "')"
	    " AND NOT" IS_HELD("c.no") " ORDER BY c.hlc", WITH(b_int(record)));
	bool first = true;

	*inside = *outside = false;
	for (; stmt_row(st); first = false) {
		bool in = scope_has(c->area.prefixes, stmt_text(st, 0));

		*inside |= in;
		*outside |= !in || (first && stmt_int(st, 1) != stmt_int(st, 2));
	}
	return stmt_end(st, err);
}

/* What is to be told of a record that lies in the area (in) or does not, and whose
 * scope was changed since, by anybody or by another than the site itself, which knows
 * what it did. What was outside once may have changed there: it comes back whole, and so
 * does what was held back meanwhile. */
static bool
what_of(struct changes *c, struct stmt *st, bool in, struct err *err)
{
	int64_t record = stmt_int(st, 0);
	bool moved = stmt_int(st, 2) > 0;
	bool by_others = stmt_int(st, 3) != 0 && stmt_text(st, 1)[0] != '\0';
	bool inside = false, outside = false;

	if (!in && !by_others)
		return true;
	if (moved && !where_it_was(c, record, &inside, &outside, err))
		return false;
	if (!in && !inside)
		return true;
	c->records = xgrow(c->records, &c->records_cap, c->records_n + 1, sizeof *c->records);
	c->records[c->records_n++] = (struct area_record){ record,
		!in ? AREA_LEFT : outside || stmt_int(st, 4) != 0 ? AREA_WHOLE : AREA_NEWS };
	return true;
}

/* Records that changed. */
static bool
find_records(struct changes *c, struct err *err)
{
	struct stmt *st = db_query(c->store->db, err, "SELECT r.no, r.scope, count(g.no),"
	    " max(e.site <> ?2), EXISTS (SELECT 1 FROM ruhu_outside o WHERE o.record = r.no"
	    "  AND o.released > ?1) FROM ruhu_record r LEFT JOIN ruhu_head h ON h.record = r.no"
	    "  AND h.row = 0 AND h.field = (SELECT no FROM ruhu_name WHERE text = '" FIELD_SCOPE "')"
	    " LEFT JOIN ruhu_change g ON g.no = h.change AND g.no > ?1"
	    " LEFT JOIN ruhu_epoch e ON e.no = g.epoch"
	    " WHERE r.last_change > ?1 GROUP BY r.no ORDER BY r.no",
	    WITH(b_int(c->area.after), b_text(c->area.site)));
	bool ok = true;

	while (ok && stmt_row(st))
		ok = what_of(c, st, scope_has(c->area.prefixes, stmt_text(st, 1)), err);
	if (ok)
		return stmt_end(st, err);
	stmt_end(st, &(struct err){ 0 });
	return false;
}

bool
changes_open_area(struct store *s, const struct area *area, struct changes **out, struct err *err)
{
	struct changes *c = new_changes(s);

	c->area = *area;
	if (!layout_renames(s, &c->renamed, err) || !db_exists(s->db, err, &c->any_erased,
	    "SELECT 1 FROM ruhu_erased LIMIT 1", WITHOUT) || !find_records(c, err)) {
		changes_close(c);
		return false;
	}
	*out = c;
	return true;
}

/* Not what was written here, nor what is held back. Columns as of an area, but that the
 * heads beside one that is none itself are all heads. */
static const char select_back[] =
    WITH_OWN_EPOCHS CHANGE_COLUMNS
    ", (SELECT p.chain FROM ruhu_change p WHERE p.epoch = c.epoch AND p.seq = c.seq - 1),"
    " (SELECT count(*) FROM ruhu_head h WHERE h.record = c.record AND h.row = coalesce(c.row, 0)"
    "  AND h.field = c.field AND h.change <> c.no) + 1,"
    " EXISTS (SELECT 1 FROM ruhu_head h WHERE h.record = c.record AND h.row = coalesce(c.row, 0)"
    "  AND h.field = c.field AND h.change = c.no) AS head"
    " FROM ruhu_change c WHERE c.epoch NOT IN (SELECT no FROM own) AND NOT" IS_HELD("c.no")
    " ORDER BY head, c.no";

bool
changes_open_back(struct store *s, const char *site, struct changes **out, struct err *err)
{
	struct changes *c = new_changes(s);
	struct buf own = { 0 };

	c->area.site = site;
	c->back = true;
	if (layout_renames(s, &c->renamed, err) && store_own_scope(s, &own, &c->own_said, err) &&
	    db_exists(s->db, err, &c->any_erased, "SELECT 1 FROM ruhu_erased LIMIT 1", WITHOUT))
		c->st = db_query(s->db, err, select_back, WITHOUT);
	c->own = buf_take(&own);
	if (c->st == NULL) {
		changes_close(c);
		return false;
	}
	*out = c;
	return true;
}

/* Did the record leave our own area? */
static bool
has_left(struct changes *c, bool *left, struct err *err)
{
	struct buf scope = { 0 };
	bool ok = db_text(c->store->db, err, &scope, NULL, "SELECT scope FROM ruhu_record WHERE no = ?",
	    WITH(b_int(stmt_int(c->st, C_RECORD))));

	*left = c->own_said && !scope_has(c->own, buf_str(&scope));
	buf_free(&scope);
	return ok;
}

static bool
next_record(struct changes *c, struct err *err)
{
	const struct area_record *r = &c->records[c->at++];

	c->record_begun = false;
	c->st = db_query(c->store->db, err, c->renamed ? select_renamed : select_area, WITH(b_int(r->no),
	    b_int(r->what == AREA_WHOLE ? 0 : c->area.after), b_text(c->area.site),
	    b_int(c->area.all || r->what != AREA_NEWS), b_int(r->what == AREA_LEFT)));
	return c->st != NULL;
}

/* The other heads of the field, so that the receiver keeps those and no others. */
static bool
find_others(struct changes *c, struct err *err)
{
	struct stmt *st = db_query(c->store->db, err, c->renamed ? others_renamed : select_others,
	    WITH(b_int(stmt_int(c->st, C_ROW)), b_int(stmt_int(c->st, C_FIELD)),
	    b_int(stmt_int(c->st, C_NO))));
	size_t n = 0;

	while (stmt_row(st)) {
		c->others = xgrow(c->others, &c->others_cap, n + 1, sizeof *c->others);
		c->others_epoch = xgrow(c->others_epoch, &c->others_epoch_cap, n + 1,
		    sizeof *c->others_epoch);
		if (stmt_len(st, 0) != 32 || stmt_len(st, 2) != HASH_BYTES)
			continue;
		memcpy(c->others_epoch[n], stmt_text(st, 0), 33);
		c->others[n].seq = stmt_int(st, 1);
		memcpy(c->others[n++].chain, stmt_blob(st, 2), HASH_BYTES);
	}
	for (size_t i = 0; i < n; i++)
		c->others[i].epoch = c->others_epoch[i];
	c->now.others = c->others;
	c->now.others_n = n;
	return stmt_end(st, err);
}

static bool
read_part(struct changes *c, struct err *err)
{
	static const unsigned char zeros[HASH_BYTES];

	c->now.part = true;
	if (c->back && !has_left(c, &c->now.left, err))
		return false;
	c->now.record_first = c->back || !c->record_begun;
	c->record_begun = true;
	c->now.chain_before = c->now.seq == 1 ? zeros :
	    stmt_len(c->st, CHANGE_COLUMNS_N) == HASH_BYTES ? stmt_blob(c->st, CHANGE_COLUMNS_N) :
	    NULL;
	c->now.others_n = 0;
	return stmt_int(c->st, CHANGE_COLUMNS_N + 1) < 2 || find_others(c, err);
}

/* ---- one change ------------------------------------------------------------------ */

/* "epoch:seq:chain epoch:seq:chain ...": of a chain hash its first four bytes. */
static bool
all_prev(struct changes *c, const char *list, struct err *err)
{
	const char *p = list;

	c->now.prev_n = 0;
	while (*p != '\0') {
		struct change_ref *ref;
		char *end, hex[9] = "";
		int64_t epoch = strtoll(p, &end, 10);

		c->prev = xgrow(c->prev, &c->prev_cap, c->now.prev_n + 1, sizeof *c->prev);
		ref = &c->prev[c->now.prev_n++];
		memset(ref, 0, sizeof *ref);
		ref->seq = *end == ':' ? strtoll(end + 1, &end, 10) : 0;
		if (*end == ':')
			strncpy(hex, end + 1, 8);
		if (hex_parse(hex, ref->chain, 4) != 0)
			return err_set(err, _("The change log holds a broken reference (%s); restore a "
			    "backup"), p);
		if (!lookup_epoch(c->lookup, epoch, &ref->epoch, err))
			return false;
		p = end + 9;
		p += *p == ' ';
	}
	c->now.prev = c->prev;
	return true;
}

/* The next row; *st NULL: there is none. */
static bool
next_row(struct changes *c, struct stmt **st, struct err *err)
{
	for (;;) {
		if (c->st != NULL && stmt_row(c->st)) {
			*st = c->st;
			return true;
		}
		if (c->st != NULL) {
			struct stmt *done = c->st;

			c->st = NULL;
			if (!stmt_end(done, err))
				return false;
		}
		*st = NULL;
		if (c->at == c->records_n)
			return true;
		if (!next_record(c, err))
			return false;
	}
}

/* What the numbers of a row stand for. */
static bool
read_names(struct changes *c, struct stmt *st, struct err *err)
{
	return lookup_epoch(c->lookup, stmt_int(st, C_EPOCH), &c->now.epoch, err) &&
	    lookup_row(c->lookup, stmt_int(st, C_ROW), &c->now.row, err) &&
	    lookup_name(c->lookup, stmt_int(st, C_FIELD), &c->now.field, err) &&
	    lookup_name(c->lookup, stmt_int(st, C_AUTHOR), &c->now.author, err) &&
	    lookup_form(c->lookup, stmt_int(st, C_FORM), &c->now.form, &c->now.version, err) &&
	    all_prev(c, stmt_text(st, C_PREV), err);
}

/* The hash that is left of a value. */
static bool
read_erased(struct changes *c, struct stmt *st, struct err *err)
{
	struct stmt *e;

	c->now.value_hash = NULL;
	if (!c->any_erased)
		return true;
	e = db_query(c->store->db, err, "SELECT hash FROM ruhu_erased WHERE change = ?",
	    WITH(b_int(stmt_int(st, C_NO))));
	if (stmt_row(e) && stmt_len(e, 0) == HASH_BYTES) {
		memcpy(c->value_hash, stmt_blob(e, 0), HASH_BYTES);
		c->now.value_hash = c->value_hash;
	}
	return stmt_end(e, err);
}

static bool
read_record(struct changes *c, struct stmt *st, struct err *err)
{
	const struct looked_record *r;

	if (!lookup_record(c->lookup, stmt_int(st, C_RECORD), &r, err))
		return false;
	if (stmt_len(st, C_CHAIN) != HASH_BYTES || (!r->keyed && !r->erased))
		return err_set(err, _("The change log is damaged at number %lld; restore a backup"),
		    (long long)c->now.seq);
	c->now.record = r->id;
	c->now.record_key = r->erased ? NULL : r->secret;
	/* Is its first change in this transaction, or not among these changes at all? */
	c->now.record_first = r->first_tx == c->now.tx || r->first_epoch != stmt_int(st, C_EPOCH) ||
	    r->first_seq <= c->after;
	return true;
}

bool
changes_next(struct changes *c, const struct change **out, struct err *err)
{
	struct stmt *st;

	*out = NULL;
	if (!next_row(c, &st, err))
		return false;
	if (st == NULL)
		return true;
	c->now.seq = stmt_int(st, C_SEQ);
	c->now.hlc = (uint64_t)stmt_int(st, C_HLC);
	c->now.value = stmt_text_or_null(st, C_VALUE);
	c->now.reason = stmt_text(st, C_REASON);
	c->now.flags = (unsigned)stmt_int(st, C_FLAGS);
	c->now.tx = stmt_int(st, C_TX);
	if (!read_names(c, st, err) || !read_erased(c, st, err) || !read_record(c, st, err))
		return false;
	c->now.chain = stmt_blob(st, C_CHAIN);
	if (c->area.site != NULL && !read_part(c, err))
		return false;
	*out = &c->now;
	return true;
}

void
changes_close(struct changes *c)
{
	struct err ignored;

	if (c == NULL)
		return;
	if (c->st != NULL)
		stmt_end(c->st, &ignored);
	lookup_free(c->lookup);
	free(c->own);
	free(c->prev);
	free(c->records);
	free(c->others);
	free(c->others_epoch);
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

bool
store_current_forms(struct store *s, bool (*each)(void *, const char *, const char *, const char *,
    const char *, const char *, size_t), void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT id, version, hash, '', text, no, 0 FROM ruhu_form WHERE current AND text <> ''"
	    " UNION ALL SELECT f.id, f.version, f.hash, x.name, x.text, f.no, 1 FROM ruhu_form f"
	    " JOIN ruhu_form_file x ON x.form = f.no WHERE f.current AND f.text <> ''"
	    " ORDER BY 6, 7, 4", WITHOUT);

	while (stmt_row(st)) {
		const char *text = stmt_text(st, 4);

		if (!each(ctx, stmt_text(st, 0), stmt_text(st, 1), stmt_text(st, 2),
		    stmt_text(st, 3), text, stmt_len(st, 4)))
			break;
	}
	return stmt_end(st, err);
}
