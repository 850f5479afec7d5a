#include "store/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/inside.h"

enum { NEAR = 256 };		/* records and rows kept, by the end of their number */

struct pair { const char *a, *b; };
struct pairs { struct pair *v; size_t n; };

struct lookup {
	struct store *store;
	struct arena *arena;
	struct pairs names, forms, epochs;	/* by number */
	struct looked_record records[NEAR];
	struct { int64_t no; char id[40]; } rows[NEAR];
};

struct lookup *
lookup_new(struct store *s)
{
	struct lookup *l = xcalloc(1, sizeof *l);

	l->store = s;
	l->arena = arena_new();
	return l;
}

void
lookup_free(struct lookup *l)
{
	if (l == NULL)
		return;
	arena_free(l->arena);
	free(l->names.v);
	free(l->forms.v);
	free(l->epochs.v);
	free(l);
}

static struct pair *
slot(struct pairs *p, int64_t no)
{
	size_t want = (size_t)(no > 0 ? no : 0) + 1;

	if (want > p->n) {
		size_t n = want * 2;

		p->v = xrealloc_array(p->v, n, sizeof *p->v);
		memset(p->v + p->n, 0, (n - p->n) * sizeof *p->v);
		p->n = n;
	}
	return &p->v[want - 1];
}

static bool
ask(struct lookup *l, struct pair *p, const char *sql, int64_t no, struct err *err)
{
	struct stmt *st = db_query(l->store->db, err, sql, WITH(b_int(no)));

	p->a = p->b = "";
	if (stmt_row(st)) {
		p->a = arena_strdup(l->arena, stmt_text(st, 0));
		p->b = arena_strdup(l->arena, stmt_text(st, 1));
	}
	return stmt_end(st, err);
}

bool
lookup_name(struct lookup *l, int64_t no, const char **text, struct err *err)
{
	struct pair *p = slot(&l->names, no);

	if (p->a == NULL && !ask(l, p, "SELECT text, '' FROM ruhu_name WHERE no = ?", no, err))
		return false;
	*text = p->a;
	return true;
}

bool
lookup_form(struct lookup *l, int64_t no, const char **id, const char **version, struct err *err)
{
	struct pair *p = slot(&l->forms, no);

	if (p->a == NULL && !ask(l, p, "SELECT id, version FROM ruhu_form WHERE no = ?", no, err))
		return false;
	*id = p->a;
	*version = p->b;
	return true;
}

bool
lookup_epoch(struct lookup *l, int64_t no, const char **id, struct err *err)
{
	struct pair *p = slot(&l->epochs, no);

	if (p->a == NULL && !ask(l, p, "SELECT iif(why = 'fork', parent, id), '' FROM ruhu_epoch"
	    " WHERE no = ?", no, err))
		return false;
	*id = p->a;
	return true;
}

bool
lookup_record(struct lookup *l, int64_t no, const struct looked_record **out, struct err *err)
{
	struct looked_record *r = &l->records[(uint64_t)no % NEAR];
	struct stmt *st;

	*out = r;
	if (r->no == no)
		return true;
	memset(r, 0, sizeof *r);
	st = db_query(l->store->db, err, "SELECT r.id, r.secret, r.erased, m.tx, m.epoch, m.seq"
	    " FROM ruhu_record r LEFT JOIN ruhu_change m ON m.no ="
	    " (SELECT min(no) FROM ruhu_change WHERE record = r.no) WHERE r.no = ?", WITH(b_int(no)));
	if (stmt_row(st)) {
		r->no = no;
		strncpy(r->id, stmt_text(st, 0), sizeof r->id - 1);
		r->keyed = stmt_len(st, 1) == HASH_BYTES;
		if (r->keyed)
			memcpy(r->secret, stmt_blob(st, 1), HASH_BYTES);
		r->erased = stmt_int(st, 2) != 0;
		r->first_tx = stmt_int(st, 3);
		r->first_epoch = stmt_int(st, 4);
		r->first_seq = stmt_int(st, 5);
	}
	return stmt_end(st, err);
}

bool
lookup_row(struct lookup *l, int64_t no, const char **id, struct err *err)
{
	size_t at = (uint64_t)no % NEAR;
	struct stmt *st;

	*id = l->rows[at].id;
	if (no == 0)
		*id = "";
	if (no == 0 || l->rows[at].no == no)
		return true;
	memset(&l->rows[at], 0, sizeof l->rows[at]);
	st = db_query(l->store->db, err, "SELECT id FROM ruhu_row WHERE no = ?", WITH(b_int(no)));
	if (stmt_row(st)) {
		l->rows[at].no = no;
		strncpy(l->rows[at].id, stmt_text(st, 0), sizeof l->rows[at].id - 1);
	}
	return stmt_end(st, err);
}
