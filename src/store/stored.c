#include "store/stored.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "store/apart.h"
#include "store/changes.h"
#include "store/clockfix.h"
#include "store/inside.h"
#include "store/layout.h"

enum { DEPTH = 32 };		/* rows within rows, against rings in foreign files */

/* What reading gathers before pointers into arrays can be kept. */
struct reading {
	struct stored *out;
	struct stored_field *fields;
	size_t fields_n, fields_cap, rows_cap;
	int64_t *heads;
	size_t heads_n, heads_cap;
	bool apart, dels;		/* an answer has several; one deletes */
	size_t *first_head;		/* by field */
	size_t first_cap;
	size_t *first_field;		/* by row */
	size_t row_cap;
	int64_t row_no;			/* of the line before */
	const char *field;		/* likewise; NULL: none in this row */
};

static bool
read_record(struct store *s, int64_t no, struct stored *r, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT id, form, deleted, erased FROM ruhu_record WHERE no = ?", WITH(b_int(no)));
	bool found = stmt_row(st);

	if (found) {
		r->no = no;
		r->id = arena_strdup(r->arena, stmt_text(st, 0));
		r->form = arena_strdup(r->arena, stmt_text(st, 1));
		r->deleted = stmt_int(st, 2) != 0;
		r->erased = stmt_int(st, 3) != 0;
	}
	if (!stmt_end(st, err))
		return false;
	return found || err_set(err, _("There is no such record"));
}

static void
start_row(struct reading *g, int64_t no, const char *id)
{
	struct stored *r = g->out;

	r->rows = xgrow(r->rows, &g->rows_cap, r->rows_n + 1, sizeof *r->rows);
	g->first_field = xgrow(g->first_field, &g->row_cap, r->rows_n + 1,
	    sizeof *g->first_field);
	memset(&r->rows[r->rows_n], 0, sizeof *r->rows);
	r->rows[r->rows_n].no = no;
	r->rows[r->rows_n].id = arena_strdup(r->arena, id);
	r->rows[r->rows_n].repeat = "";
	r->rows[r->rows_n].up = "";
	g->first_field[r->rows_n++] = g->fields_n;
	g->row_no = no;
	g->field = NULL;
}

/* Heads of one field come oldest first: the last one stays shown, but where the form
 * says otherwise. */
static void
take_head(struct reading *g, struct stmt *st)
{
	struct arena *a = g->out->arena;
	int64_t no = stmt_int(st, 4);
	struct stored_field *f;

	if (g->field == NULL || strcmp(g->field, stmt_text(st, 1)) != 0) {
		g->fields = xgrow(g->fields, &g->fields_cap, g->fields_n + 1, sizeof *g->fields);
		g->first_head = xgrow(g->first_head, &g->first_cap, g->fields_n + 1,
		    sizeof *g->first_head);
		memset(&g->fields[g->fields_n], 0, sizeof *g->fields);
		g->fields[g->fields_n].name = g->field = arena_strdup(a, stmt_text(st, 1));
		g->first_head[g->fields_n++] = g->heads_n;
	}
	f = &g->fields[g->fields_n - 1];
	f->value = arena_strdup(a, stmt_text(st, 2));
	f->reason = arena_strdup(a, stmt_text(st, 3));
	f->no = no;
	f->hlc = (uint64_t)stmt_int(st, 5);
	f->author = arena_strdup(a, stmt_text(st, 6));
	g->apart |= ++f->heads_n > 1 && f->name[0] != '$';
	g->dels |= f->name[0] == '$' && strcmp(f->name, FIELD_DEL) == 0;
	g->heads = xgrow(g->heads, &g->heads_cap, g->heads_n + 1, sizeof *g->heads);
	g->heads[g->heads_n++] = no;
	if (no > g->out->newest)
		g->out->newest = no;
	if (g->out->last.no == 0 || f->hlc > g->out->last.hlc) {
		g->out->last.no = no;
		g->out->last.hlc = f->hlc;
		g->out->last.author = f->author;
	}
}

/* name: of the question, renamed joined by the tables it needs. */
#define HEADS(name, renamed) \
	"SELECT h.row, " name ", coalesce(c.value, ''), coalesce(c.reason, ''), c.no, c.hlc, a.text," \
	" coalesce(w.id, '') FROM ruhu_head h JOIN ruhu_change c ON c.no = h.change" \
	" JOIN ruhu_name n ON n.no = h.field JOIN ruhu_name a ON a.no = c.author" \
	" LEFT JOIN ruhu_row w ON w.no = h.row" renamed " WHERE h.record = ?1 ORDER BY h.row, "

/* As they stand: nothing to sort, which is enough where every answer has one. */
static const char heads_alone[] = HEADS("n.text", "") "h.field";
/* Heads of one answer oldest first. */
static const char heads_several[] = HEADS("n.text", "") "h.field, c.hlc, c.chain";
/* Under whichever name of the question: it is one answer. */
static const char heads_today[] = HEADS("coalesce(q.now, n.text)",
    " LEFT JOIN ruhu_question q ON q.form = ?2 AND q.field = n.text") "2, c.hlc, c.chain";

static bool
gather(struct store *s, const char *sql, struct reading *g, struct err *err)
{
	struct stored *r = g->out;
	struct stmt *st = db_query(s->db, err, sql, WITH(b_int(r->no), b_text(r->form)));

	r->rows_n = g->fields_n = g->heads_n = 0;
	memset(&r->last, 0, sizeof r->last);
	start_row(g, 0, "");
	while (stmt_row(st)) {
		if (stmt_int(st, 0) != g->row_no)
			start_row(g, stmt_int(st, 0), stmt_text(st, 7));
		take_head(g, st);
	}
	return stmt_end(st, err);
}

static bool
read_heads(struct store *s, struct reading *g, struct err *err)
{
	const struct layout *l;

	if (!layout_get(s, g->out->form, &l, err))
		return false;
	if (l->alias_n > 0)
		return gather(s, heads_today, g, err);
	return gather(s, heads_alone, g, err) &&
	    (g->heads_n == g->fields_n || gather(s, heads_several, g, err));
}

/* ---- answers written apart ----------------------------------------------------------- */

/* The one of its heads that the policy shows, or what it makes of them. */
static bool
show_apart(struct store *s, struct arena *a, struct stored_field *f, const struct question *q,
    struct err *err)
{
	struct apart_side *v = arena_alloc(a, f->heads_n * sizeof *v);
	const char **author = arena_alloc(a, f->heads_n * sizeof *author);
	uint64_t *hlc = arena_alloc(a, f->heads_n * sizeof *hlc);
	struct buf made = { 0 };
	bool ok = true;
	size_t shown;

	for (size_t i = 0; ok && i < f->heads_n; i++) {
		struct stmt *st = db_query(s->db, err, "SELECT coalesce(c.value, ''),"
		    " coalesce(c.reason, ''), a.text, c.hlc FROM ruhu_change c"
		    " JOIN ruhu_name a ON a.no = c.author WHERE c.no = ?", WITH(b_int(f->heads[i])));

		v[i] = (struct apart_side){ "", "" };
		author[i] = "";
		hlc[i] = 0;
		if (stmt_row(st)) {
			v[i] = (struct apart_side){ arena_strdup(a, stmt_text(st, 0)),
			    arena_strdup(a, stmt_text(st, 1)) };
			author[i] = arena_strdup(a, stmt_text(st, 2));
			hlc[i] = (uint64_t)stmt_int(st, 3);
		}
		ok = stmt_end(st, err);
	}
	shown = ok ? apart_shown(s, q, v, f->heads_n, &made) : f->heads_n;
	f->value = !ok ? "" : shown < f->heads_n ? v[shown].value : arena_strdup(a, buf_str(&made));
	f->reason = ok && shown < f->heads_n ? v[shown].reason : "";
	if (ok && shown < f->heads_n) {
		f->no = f->heads[shown];
		f->author = author[shown];
		f->hlc = hlc[shown];
	}
	buf_free(&made);
	return ok;
}

static bool
show_all_apart(struct store *s, struct stored *r, struct err *err)
{
	for (size_t i = 0; i < r->rows_n; i++)
		for (size_t k = 0; k < r->rows[i].n; k++) {
			struct stored_field *f = (struct stored_field *)(uintptr_t)&r->rows[i].v[k];
			const struct question *q = f->heads_n > 1 ?
			    apart_question(s, r->form, f->name) : NULL;

			if (q != NULL && q->apart > APART_LATEST &&
			    !show_apart(s, r->arena, f, q, err))
				return false;
		}
	return true;
}

/* ---- clocks that were put right ------------------------------------------------------ */

static struct stored_field *
field_of_head(struct stored *r, int64_t no)
{
	for (size_t i = 0; i < r->rows_n; i++)
		for (size_t k = 0; k < r->rows[i].n; k++)
			for (size_t h = 0; h < r->rows[i].v[k].heads_n; h++)
				if (r->rows[i].v[k].heads[h] == no)
					return (struct stored_field *)(uintptr_t)&r->rows[i].v[k];
	return NULL;
}

/* The last of its heads is shown. */
static bool
show_head(struct store *s, struct arena *a, struct stored_field *f, int64_t no, uint64_t hlc,
    struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT coalesce(c.value, ''), coalesce(c.reason, ''),"
	    " a.text FROM ruhu_change c JOIN ruhu_name a ON a.no = c.author WHERE c.no = ?",
	    WITH(b_int(no)));

	if (stmt_row(st)) {
		f->value = arena_strdup(a, stmt_text(st, 0));
		f->reason = arena_strdup(a, stmt_text(st, 1));
		f->author = arena_strdup(a, stmt_text(st, 2));
		f->no = no;
		f->hlc = hlc;
	}
	return stmt_end(st, err);
}

static bool
order_fields(struct store *s, struct stored *r, struct err *err)
{
	uint64_t hlc = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < r->rows_n; i++)
		for (size_t k = 0; ok && k < r->rows[i].n; k++) {
			struct stored_field *f = (struct stored_field *)(uintptr_t)&r->rows[i].v[k];

			if (f->heads_n > 1)
				ok = clockfix_order(s, r->no, (int64_t *)(uintptr_t)f->heads, f->heads_n, &hlc,
				    err) && show_head(s, r->arena, f, f->heads[f->heads_n - 1], hlc, err);
		}
	return ok;
}

/* Few records have any; each is ordered anew. */
static bool
put_clocks_right(struct store *s, struct stored *r, const int64_t *heads, size_t n, struct err *err)
{
	const struct stored_field *f;
	int64_t *all;
	uint64_t hlc = 0;
	bool ok;

	if (stored_field(&r->rows[0], FIELD_CLOCK) == NULL)
		return true;
	all = arena_alloc(r->arena, (n + 1) * sizeof *all);
	memcpy(all, heads, n * sizeof *all);
	ok = clockfix_order(s, r->no, all, n, &hlc, err) && order_fields(s, r, err);
	f = ok ? field_of_head(r, all[n - 1]) : NULL;
	if (f != NULL) {
		r->last.no = all[n - 1];
		r->last.hlc = hlc;
		r->last.author = f->author;
	}
	return ok;
}

/* ---- all of it ------------------------------------------------------------------------- */

/* Copies what was gathered into the arena, where pointers may be kept. */
static void
settle(struct reading *g)
{
	struct stored *r = g->out;
	struct stored_field *v = arena_alloc(r->arena, (g->fields_n + 1) * sizeof *v);
	int64_t *heads = arena_alloc(r->arena, (g->heads_n + 1) * sizeof *heads);

	if (g->fields_n > 0)
		memcpy(v, g->fields, g->fields_n * sizeof *v);
	if (g->heads_n > 0)
		memcpy(heads, g->heads, g->heads_n * sizeof *heads);
	for (size_t i = 0; i < g->fields_n; i++)
		v[i].heads = heads + g->first_head[i];
	for (size_t i = 0; i < r->rows_n; i++) {
		size_t end = i + 1 < r->rows_n ? g->first_field[i + 1] : g->fields_n;

		r->rows[i].v = v + g->first_field[i];
		r->rows[i].n = end - g->first_field[i];
	}
}

const struct stored_field *
stored_field(const struct stored_row *row, const char *name)
{
	for (size_t i = 0; i < row->n; i++)
		if (strcmp(row->v[i].name, name) == 0)
			return &row->v[i];
	return NULL;
}

static const char *
field_value(const struct stored_row *row, const char *name)
{
	const struct stored_field *f = stored_field(row, name);

	return f != NULL ? f->value : "";
}

static int
by_position(const void *pa, const void *pb)
{
	const struct stored_row *a = pa, *b = pb;

	if (a->pos != b->pos)
		return a->pos < b->pos ? -1 : 1;
	return strcmp(a->id, b->id);
}

static void
place_rows(struct stored *r)
{
	for (size_t i = 1; i < r->rows_n; i++) {
		struct stored_row *row = &r->rows[i];
		char *up = arena_strdup(r->arena, field_value(row, FIELD_UP));
		char *space = strchr(up, ' ');

		if (space != NULL)
			*space = '\0';
		row->repeat = up;
		row->up = space != NULL ? space + 1 : "";
		row->pos = strtoll(field_value(row, FIELD_POS), NULL, 10);
		row->deleted = field_value(row, FIELD_DEL)[0] != '\0';
	}
	if (r->rows_n > 2)
		qsort(r->rows + 1, r->rows_n - 1, sizeof *r->rows, by_position);
	for (size_t i = 0; i < r->rows_n; i++)
		map_put(r->by_id, r->rows[i].id, &r->rows[i]);
}

/* A row is gone with the row it lies in; one without a place was never whole. */
static bool
row_gone(const struct stored *r, const struct stored_row *row)
{
	for (int depth = 0; depth < DEPTH; depth++) {
		if (row->deleted || row->repeat[0] == '\0')
			return true;
		if (row->up[0] == '\0')
			return false;
		row = stored_row(r, row->up);
		if (row == NULL || row->no == 0)
			return true;
	}
	return true;
}

/* A row deleted here and edited there is shown until a person decides. */
static bool
spare_disputed(struct store *s, struct stored *r, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT coalesce(w.id, ''), n.text = '$del' FROM"
	    " ruhu_conflict c JOIN ruhu_name n ON n.no = c.field LEFT JOIN ruhu_row w ON w.no = c.row"
	    " WHERE c.record = ?", WITH(b_int(r->no)));

	r->gone = field_value(&r->rows[0], FIELD_DEL)[0] != '\0';
	/* All there is of it may be held back. */
	r->gone = r->gone || r->erased || (r->rows_n == 1 && r->rows[0].n == 0);
	while (stmt_row(st)) {
		void **slot = map_get(r->by_id, stmt_text(st, 0));

		r->alone = false;
		if (stmt_int(st, 1) == 0)
			continue;
		if (slot != NULL)
			((struct stored_row *)*slot)->deleted = false;
		if (stmt_text(st, 0)[0] == '\0')
			r->gone = false;
	}
	return stmt_end(st, err);
}

bool
stored_read(struct store *s, int64_t no, struct stored *r, struct err *err)
{
	struct reading g = { .out = r };
	bool ok;

	memset(r, 0, sizeof *r);
	r->arena = arena_new();
	r->by_id = map_new();
	ok = read_record(s, no, r, err) && read_heads(s, &g, err);
	if (ok) {
		settle(&g);
		r->alone = g.heads_n == g.fields_n && !g.dels;
		ok = put_clocks_right(s, r, g.heads, g.heads_n, err) &&
		    (!g.apart || show_all_apart(s, r, err));
	}
	if (ok) {
		bool *gone;

		place_rows(r);
		ok = spare_disputed(s, r, err);
		gone = arena_alloc(r->arena, r->rows_n * sizeof *gone);
		for (size_t i = 1; i < r->rows_n; i++)
			gone[i] = row_gone(r, &r->rows[i]);
		for (size_t i = 1; i < r->rows_n; i++)
			r->rows[i].deleted = gone[i];
	}
	free(g.fields);
	free(g.heads);
	free(g.first_head);
	free(g.first_field);
	if (!ok)
		stored_free(r);
	return ok;
}

void
stored_free(struct stored *r)
{
	free(r->rows);
	map_free(r->by_id);
	arena_free(r->arena);
	memset(r, 0, sizeof *r);
}

const struct stored_row *
stored_row(const struct stored *r, const char *id)
{
	void **slot = map_get(r->by_id, id);

	return slot != NULL ? *slot : NULL;
}
