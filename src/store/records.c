#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/pinyin.h"
#include "base/tr.h"
#include "form/form.h"
#include "store/cell.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/search.h"

enum {
	LIMIT = 100,
	RANKED = 300,		/* newest finds of a name that are put in order */
	FEW = 20,		/* finds: fewer, and names typed partly by sound are looked for */
	SCAN = 1000		/* labels that are read for them */
};

/* Records found, held in memory so that the caller may use the store meanwhile. */
struct found {
	struct store *s;
	const struct record_query *q;
	struct arena *arena;
	struct record_info *v;
	size_t n, cap;
	size_t skip, room;		/* what offset and limit leave */
	size_t total;
};

/* ---- columns of the list ----------------------------------------------------------- */

static const char *
choice_or_text(struct found *g, const struct loaded *form, const struct question *q,
    const char *value)
{
	const struct choice *c = q->list != NULL ? choice_find(q->list, value) : NULL;

	return arena_strdup(g->arena, c == NULL ? value : text_in(form->form, &c->label,
	    form_language(form->form, tr_lang())));
}

/* One column of a saved record (a question in a repeat: of its first row) or of a
 * draft's answers. */
static const char *
column_text(struct found *g, const struct loaded *form, const struct question *q,
    const struct record_info *r, int64_t no)
{
	const struct layout_table *t;
	const struct layout_column *c;
	const struct layout *l;
	struct buf sql = { 0 }, text = { 0 };
	struct err ignored;
	struct stmt *st = NULL;
	const char *shown;

	if (no == 0) {
		st = db_query(g->s->db, &ignored, "SELECT value FROM ruhu_draft_answer WHERE"
		    " record = ? AND author = ? AND field = ? ORDER BY row LIMIT 1",
		    WITH(b_text(r->id), b_text(r->draft_by), b_text(form->field_of[q->index])));
	} else if (layout_get(g->s, form->id, &l, &ignored) &&
	    (c = layout_column(l, form->field_of[q->index], &t)) != NULL) {
		buf_add_str(&sql, "SELECT ");
		sql_name(&sql, c->name);
		buf_add_str(&sql, " FROM ");
		sql_name(&sql, t->name);
		buf_add_str(&sql, " WHERE record_no = ? LIMIT 1");
		st = db_query(g->s->db, &ignored, sql.data, WITH(b_int(no)));
	}
	if (stmt_row(st))
		cell_text(st, 0, &text);
	stmt_end(st, &ignored);
	shown = choice_or_text(g, form, q, buf_str(&text));
	buf_free(&sql);
	buf_free(&text);
	return shown;
}

static void
add_columns(struct found *g, struct record_info *r, int64_t no)
{
	const struct loaded *form;
	const char **columns;
	struct err ignored;

	if (g->q->labels || !form_load(g->s, r->form, NULL, &form, &ignored))
		return;
	columns = arena_alloc(g->arena, (form->form->list_n + 1) * sizeof *columns);
	for (size_t i = 0; i < form->form->list_n; i++)
		columns[i] = column_text(g, form, form->form->list[i], r, no);
	r->columns = columns;
	r->columns_n = form->form->list_n;
}

/* ---- drafts that were never saved ------------------------------------------------------ */

static struct record_info *
add_found(struct found *g)
{
	g->v = xgrow(g->v, &g->cap, g->n + 1, sizeof *g->v);
	memset(&g->v[g->n], 0, sizeof *g->v);
	return &g->v[g->n++];
}

static bool
find_drafts(struct found *g, struct err *err)
{
	struct arena *a = g->arena;
	struct stmt *st;

	if (g->q->deleted || g->q->incomplete || g->q->unverified)
		return true;
	st = db_query(g->s->db, err,
	    "SELECT d.record, d.form, d.version, d.label, d.started_at, d.touched_at, d.author"
	    " FROM ruhu_draft d WHERE d.author = ?1 AND (?2 IS NULL OR d.form = ?2) AND NOT EXISTS"
	    " (SELECT 1 FROM ruhu_record r WHERE r.id = d.record) ORDER BY d.touched_at DESC",
	    WITH(b_text(g->s->user), b_text(g->q->form)));
	while (stmt_row(st)) {
		struct record_info *r;

		if (g->q->text != NULL && pinyin_find(g->q->text, stmt_text(st, 3)) == PINYIN_NONE)
			continue;
		g->total++;
		if (g->skip > 0) {
			g->skip--;
			continue;
		}
		if (g->room == 0)
			continue;
		g->room--;
		r = add_found(g);
		r->id = arena_strdup(a, stmt_text(st, 0));
		r->form = arena_strdup(a, stmt_text(st, 1));
		r->version = arena_strdup(a, stmt_text(st, 2));
		r->label = arena_strdup(a, stmt_text(st, 3));
		r->scope = "";
		r->state = RECORD_DRAFT;
		r->has_draft = true;
		r->created_at = arena_strdup(a, stmt_text(st, 4));
		r->changed_at = arena_strdup(a, stmt_text(st, 5));
		r->draft_by = r->created_by = r->changed_by = arena_strdup(a, stmt_text(st, 6));
		add_columns(g, r, 0);
	}
	return stmt_end(st, err);
}

/* ---- saved records ------------------------------------------------------------------------ */

/* ?1 form, ?2 user, ?3 query or label list, ?4 limit, ?5 offset */
static void
where(const struct record_query *q, bool search, const char *answers, struct buf *sql)
{
	/* CROSS: the words first, always; the planner cannot know how rare they are. */
	buf_addf(sql, " FROM %s%sruhu_record r%s WHERE r.deleted = %d",
	    search ? "ruhu_search f CROSS JOIN " : "", answers,
	    search ? " ON r.no = f.rowid" : answers[0] != '\0' ? " ON r.no = t.record_no" : "",
	    q->deleted ? 1 : 0);
	if (q->deleted)		/* not what is held back and was never there */
		buf_add_str(sql, " AND r.last_change > 0");
	if (search)
		buf_add_str(sql, " AND f.words MATCH ?3");
	if (q->form != NULL)
		buf_add_str(sql, " AND r.form = ?1");
	if (q->incomplete)
		buf_add_str(sql, " AND r.state = 'incomplete'");
	if (q->unverified)
		buf_add_str(sql, " AND r.state = 'complete' AND NOT EXISTS (SELECT 1 FROM ruhu_verify v"
		    " WHERE v.record = r.id AND v.ended_at IS NOT NULL AND v.change >= r.last_change)");
	if (q->drafts)
		buf_add_str(sql, " AND EXISTS (SELECT 1 FROM ruhu_draft d WHERE d.record = r.id"
		    " AND d.author = ?2)");
}

/* Of a row that is shown only: not worth a column of a search among a million. */
static const char *
verified_by(struct found *g, const char *id)
{
	struct buf by = { 0 };
	struct err ignored;
	const char *kept;

	(void)db_text(g->s->db, &ignored, &by, NULL, "SELECT v.by FROM ruhu_verify v"
	    " JOIN ruhu_record r ON r.id = v.record WHERE v.record = ? AND v.ended_at IS NOT NULL"
	    " AND v.change >= r.last_change ORDER BY v.no DESC LIMIT 1", WITH(b_text(id)));
	kept = arena_strdup(g->arena, buf_str(&by));
	buf_free(&by);
	return kept;
}

static void
take_record(struct found *g, struct stmt *st)
{
	struct arena *a = g->arena;
	struct record_info *r = add_found(g);

	r->id = arena_strdup(a, stmt_text(st, 1));
	r->form = arena_strdup(a, stmt_text(st, 2));
	r->version = arena_strdup(a, stmt_text(st, 3));
	r->label = arena_strdup(a, stmt_text(st, 4));
	r->scope = arena_strdup(a, stmt_text(st, 5));
	r->state = strcmp(stmt_text(st, 6), "complete") == 0 ? RECORD_COMPLETE : RECORD_INCOMPLETE;
	r->deleted = stmt_int(st, 7) != 0;
	r->created_at = arena_strdup(a, stmt_text(st, 8));
	r->created_by = arena_strdup(a, stmt_text(st, 9));
	r->changed_at = arena_strdup(a, stmt_text(st, 10));
	r->changed_by = arena_strdup(a, stmt_text(st, 11));
	r->draft_by = arena_strdup(a, stmt_text(st, 12));
	r->has_draft = r->draft_by[0] != '\0';
	r->verified_by = verified_by(g, r->id);
	add_columns(g, r, stmt_int(st, 0));
}

#define RECORD_COLUMNS \
	"SELECT r.no, r.id, r.form, r.version, r.label, r.scope, r.state," \
	" r.deleted, r.created_at, r.created_by, r.changed_at, r.changed_by," \
	" coalesce((SELECT d.author FROM ruhu_draft d WHERE d.record = r.id" \
	"  ORDER BY d.author <> ?2 LIMIT 1), '')"

/* How many there are; limit 0: exactly, however long it takes. */
static bool
count_saved(struct found *g, const char *query, size_t limit, int64_t *total, struct err *err)
{
	struct buf sql = { 0 };
	bool ok;

	buf_add_str(&sql, limit > 0 ? "SELECT count(*) FROM (SELECT 1" : "SELECT count(*)");
	where(g->q, query != NULL, "", &sql);
	if (limit > 0)
		buf_add_str(&sql, " LIMIT ?4)");
	ok = db_int(g->s->db, err, total, NULL, sql.data, WITH(b_text(g->q->form),
	    b_text(g->s->user), b_text(query), b_int((int64_t)limit + 1)));
	buf_free(&sql);
	return ok;
}

/* Those from g->skip on, in this order. */
static bool
take_saved(struct found *g, const char *query, const char *answers, const char *order,
    struct err *err)
{
	struct buf sql = { 0 };
	struct stmt *st;

	if (g->room == 0)
		return true;
	buf_add_str(&sql, RECORD_COLUMNS);
	where(g->q, query != NULL, answers, &sql);
	buf_addf(&sql, " ORDER BY %s LIMIT ?4 OFFSET ?5", order);
	st = db_query(g->s->db, err, sql.data, WITH(b_text(g->q->form), b_text(g->s->user),
	    b_text(query), b_int((int64_t)g->room), b_int((int64_t)g->skip)));
	while (stmt_row(st))
		take_record(g, st);
	buf_free(&sql);
	return stmt_end(st, err);
}

/* The answers to sort by: their table (an alias t before the records), and the order
 * of their columns; both empty where the newest change comes first. */
static bool
sorted(struct found *g, struct buf *answers, struct buf *order, struct err *err)
{
	const struct record_query *q = g->q;
	const struct loaded *form;
	const struct layout *l;
	const struct question **v;
	size_t n;

	if (q->sort == RECORDS_NEWEST || q->deleted || q->form == NULL)
		return true;
	if (!form_load(g->s, q->form, NULL, &form, err) || !layout_get(g->s, form->id, &l, err))
		return false;
	v = q->sort == RECORDS_KEY ? form->form->unique : form->form->walk;
	n = q->sort == RECORDS_KEY ? form->form->unique_n > 0 : form->form->walk_n;
	for (size_t i = 0; i < n; i++) {
		const struct layout_table *t;
		const struct layout_column *c = layout_column(l, form->field_of[v[i]->index], &t);

		if (c == NULL || t->field[0] != '\0')
			continue;
		if (q->sort == RECORDS_WALK) {
			/* Numbers by size, also in front of other signs: 2-301 before 10-101. */
			buf_addf(order, "%sCAST(t.", order->len > 0 ? ", " : "");
			sql_name(order, c->name);
			buf_add_str(order, " AS INTEGER)");
		}
		buf_addf(order, "%st.", order->len > 0 ? ", " : "");
		sql_name(order, c->name);
	}
	if (order->len > 0) {
		sql_name(answers, layout_table(l, "")->name);
		buf_add_str(answers, " t CROSS JOIN ");
	}
	return true;
}

static bool
find_saved(struct found *g, struct err *err)
{
	struct buf answers = { 0 }, order = { 0 };
	int64_t total = 0;
	bool ok;

	if (!count_saved(g, NULL, g->q->count_limit, &total, err))
		return false;
	g->total += (size_t)total;
	ok = sorted(g, &answers, &order, err) && take_saved(g, NULL, buf_str(&answers),
	    order.len > 0 ? buf_str(&order) : "r.last_change DESC", err);
	buf_free(&answers);
	buf_free(&order);
	return ok;
}

/* ---- searching ---------------------------------------------------------------------------- */

/* A record that the words found, before more of it is read. */
struct hit {
	int64_t no, last_change;
	enum pinyin_match match;
};

struct hits {
	struct hit v[RANKED];
	size_t n;
};

static bool
has_hit(const struct hits *h, int64_t no)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].no == no)
			return true;
	return false;
}

/* The newest that the query finds; sure: it finds too many, the label decides. */
static bool
gather(struct found *g, const char *query, bool sure, size_t most, struct hits *h,
    struct err *err)
{
	struct buf sql = { 0 };
	struct stmt *st;

	buf_add_str(&sql, "SELECT r.no, r.last_change, r.label");
	where(g->q, true, "", &sql);
	buf_add_str(&sql, " ORDER BY f.rowid DESC LIMIT ?4");
	st = db_query(g->s->db, err, sql.data, WITH(b_text(g->q->form), b_text(g->s->user),
	    b_text(query), b_int(sure ? (int64_t)most : SCAN)));
	while (h->n < most && stmt_row(st)) {
		struct hit hit = { stmt_int(st, 0), stmt_int(st, 1),
			pinyin_find(g->q->text, stmt_text(st, 2)) };

		if (sure || (hit.match != PINYIN_NONE && !has_hit(h, hit.no)))
			h->v[h->n++] = hit;
	}
	buf_free(&sql);
	return stmt_end(st, err);
}

/* A name as it is usually read before other readings, the beginning before the
 * middle, then what was changed last. */
static int
better(const void *pa, const void *pb)
{
	const struct hit *a = pa, *b = pb;

	if (a->match != b->match)
		return a->match > b->match ? -1 : 1;
	return (a->last_change < b->last_change) - (a->last_change > b->last_change);
}

static bool
take_hits(struct found *g, const struct hits *h, struct err *err)
{
	for (; g->skip < h->n && g->room > 0; g->skip++, g->room--) {
		struct stmt *st = db_query(g->s->db, err, RECORD_COLUMNS
		    " FROM ruhu_record r WHERE r.no = ?1",
		    WITH(b_int(h->v[g->skip].no), b_text(g->s->user)));

		if (stmt_row(st))
			take_record(g, st);
		if (!stmt_end(st, err))
			return false;
	}
	return true;
}

/* Figures name a house or a number, and none of those better than another. */
static size_t
worth_ranking(const char *typed)
{
	return typed[strcspn(typed, "0123456789")] == '\0' ? RANKED : RECORDS_AT_ONCE;
}

/* Only the newest some hundreds are ranked, and no more than some hundreds counted:
 * who types one letter types another one next. */
static bool
find_words(struct found *g, const char *query, struct err *err)
{
	struct hits *h = xcalloc(1, sizeof *h);
	struct buf mixed = { 0 };
	size_t most = worth_ranking(g->q->text), limit = g->q->count_limit;
	int64_t total;
	bool ok = gather(g, query, true, most, h, err), more = h->n == most;

	if (ok && h->n < FEW && search_mixed(g->q->text, &mixed))
		ok = gather(g, buf_str(&mixed), false, most, h, err);
	total = (int64_t)h->n + more;
	if (ok && more && (limit == 0 || limit > most))
		ok = count_saved(g, query, RECORDS_COUNTED, &total, err);
	else if (limit > 0 && total > (int64_t)limit)
		total = (int64_t)limit + 1;
	g->total += (size_t)total;
	qsort(h->v, h->n, sizeof *h->v, better);
	ok = ok && take_hits(g, h, err);
	if (ok && more)		/* what is left of the page */
		ok = take_saved(g, query, "", "f.rowid DESC", err);
	free(h);
	buf_free(&mixed);
	return ok;
}

static bool
find_all(struct found *g, struct err *err)
{
	struct buf query = { 0 };
	bool ok = find_drafts(g, err);

	if (g->q->text != NULL && search_query(g->q->text, &query))
		ok = ok && find_words(g, buf_str(&query), err);
	else
		ok = ok && find_saved(g, err);
	buf_free(&query);
	return ok;
}

bool
store_records(struct store *s, const struct record_query *query,
    bool (*each)(void *, const struct record_info *), void *ctx, size_t *total,
    struct err *err)
{
	struct record_query q = *query;
	struct found g = { .s = s, .q = &q, .skip = q.offset,
		.room = q.limit > 0 ? q.limit : LIMIT };
	bool ok;

	if (q.text != NULL && q.text[strspn(q.text, " \t")] == '\0')
		q.text = NULL;
	g.arena = arena_new();
	ok = read_begin(s, err);
	if (ok) {
		ok = find_all(&g, err);
		read_end(s);
	}
	for (size_t i = 0; ok && i < g.n; i++)
		if (!each(ctx, &g.v[i]))
			break;
	if (ok && total != NULL)
		*total = g.total;
	free(g.v);
	arena_free(g.arena);
	return ok;
}

/* ---- by key ----------------------------------------------------------------------------------- */

static bool
find_unique(struct store *s, const struct loaded *form, const struct question *q,
    const char *key, struct buf *out, bool *found, struct err *err)
{
	const struct layout_table *t;
	const struct layout_column *c;
	const struct layout *l;
	struct buf sql = { 0 };
	bool ok;

	*found = false;
	if (!layout_get(s, form->id, &l, err))
		return false;
	c = layout_column(l, form->field_of[q->index], &t);
	if (c == NULL)
		return true;
	buf_add_str(&sql, "SELECT record_id FROM ");
	sql_name(&sql, t->name);
	buf_add_str(&sql, " WHERE ");
	sql_name(&sql, c->name);
	buf_add_str(&sql, " = ? ORDER BY record_no DESC LIMIT 1");
	ok = db_text(s->db, err, out, found, sql.data, WITH(b_text(key)));
	buf_free(&sql);
	return ok;
}

bool
store_find(struct store *s, const char *form, const char *key, struct buf *out, struct err *err)
{
	const struct loaded *f;
	bool found;

	buf_reset(out);
	s->tick++;
	if (!form_load(s, form, NULL, &f, err) ||
	    !db_text(s->db, err, out, &found, "SELECT id FROM ruhu_record WHERE id = ?1 AND"
	    " form = ?2 AND deleted = 0 UNION ALL SELECT record FROM ruhu_draft WHERE"
	    " record = ?1 AND form = ?2 AND author = ?3 LIMIT 1",
	    WITH(b_text(key), b_text(form), b_text(s->user))))
		return false;
	for (size_t i = 0; !found && i < f->form->unique_n; i++)
		if (!find_unique(s, f, f->form->unique[i], key, out, &found, err))
			return false;
	return true;
}
