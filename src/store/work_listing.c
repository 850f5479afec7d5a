/* work_listing.c: what is to be done, in order, without a wait: slices of the records are
 * read and sorted, and what is sorted is merged, some thousands of items at a time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/inside.h"
#include "store/search.h"
#include "store/worklist_in.h"

enum { MERGED = 50000 };		/* items moved at once: some 10 ms */

/* Keys compare as bytes do, whatever was sorted by. */
struct entry {
	struct work_item item;
	const char *key;
	size_t len;
};

struct run {				/* entries in order */
	struct entry *v;
	size_t n, cap;
};

struct work_listing {
	struct work *work;
	size_t list;
	struct buf query;		/* of the search; "" none */
	struct arena *keys;
	int64_t next, last;		/* records up to next were read; the last there is */
	bool begun, read;
	struct run *runs;
	size_t n, cap;
	bool merging;			/* the last two runs, */
	struct run merged;		/* into this, */
	size_t left, right;		/* so many of each by now */
};

/* ---- keys ---------------------------------------------------------------------------- */

/* Greater numbers are greater bytes. */
static void
add_number(struct buf *key, double n)
{
	const uint64_t negative = (uint64_t)1 << 63;
	uint64_t bits;

	memcpy(&bits, &n, sizeof bits);
	bits = bits & negative ? ~bits : bits | negative;
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_add_char(key, (char)(bits >> shift));
}

/* Numbers by size, whatever stands behind them ("3", "3-2", "12"); then as texts.
 * Nothing comes before numbers, numbers before texts. */
static void
add_answer(struct buf *key, struct stmt *st, int col, bool down)
{
	size_t from = key->len;

	if (stmt_is_null(st, col)) {
		buf_add(key, "\0\0", 2);
	} else if (stmt_is_number(st, col)) {
		double n = stmt_real(st, col);

		buf_add_char(key, 1);
		add_number(key, trunc(n));
		buf_add_char(key, 1);
		add_number(key, n);
	} else {
		const char *text = stmt_text(st, col);

		buf_add_char(key, 1);
		add_number(key, (double)strtoll(text, NULL, 10));
		buf_add_char(key, 2);
		buf_add(key, text, strlen(text) + 1);
	}
	for (size_t i = from; down && i < key->len; i++)
		key->data[i] = (char)~key->data[i];
}

static int
by_key(const struct entry *a, const struct entry *b)
{
	int order = memcmp(a->key, b->key, a->len < b->len ? a->len : b->len);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

static int
order(const void *a, const void *b)
{
	return by_key(a, b);
}

/* ---- reading ------------------------------------------------------------------------- */

/* Columns: record, row, urgent, the row's place, then what it is sorted by. */
static bool
make_sql(struct work_listing *l, const struct task *t, struct buf *sql, struct err *err)
{
	struct work *w = l->work;
	bool ok;

	buf_addf(sql, "SELECT r.record_no, %s, ifnull(", t->rows != NULL ? "t.row_no" : "0");
	ok = work_condition(w, t, t->urgent, "0", sql, err);
	buf_addf(sql, ", 0), %s", t->rows != NULL ? "t.row_position" : "0");
	for (size_t k = 0; ok && k < t->list->order_n; k++) {
		buf_add_str(sql, ", ");
		ok = work_value(w, t, t->order[k], sql, err);
	}
	ok = ok && work_from(w, t, sql, err);
	buf_addf(sql, " WHERE r.record_no > ?1 AND r.record_no <= ?2 AND %s",
	    l->query.len > 0 ? "r.record_no IN (SELECT f.rowid FROM ruhu_search f WHERE"
	    " f.words MATCH ?3 AND f.rowid > ?1 AND f.rowid <= ?2) AND " : "");
	ok = ok && work_condition(w, t, t->among, "1", sql, err);
	buf_add_str(sql, " AND ");
	return ok && work_condition(w, t, t->filter, "1", sql, err);
}

static void
take_entry(struct work_listing *l, const struct task *t, struct stmt *st, struct run *run,
    struct buf *key)
{
	struct entry *e;

	run->v = xgrow(run->v, &run->cap, run->n + 1, sizeof *run->v);
	e = &run->v[run->n++];
	e->item = (struct work_item){ stmt_int(st, 0), stmt_int(st, 1), stmt_int(st, 2) != 0 };
	buf_reset(key);
	buf_add_char(key, !e->item.urgent);
	for (size_t k = 0; k < t->list->order_n; k++)
		add_answer(key, st, 4 + (int)k, t->list->order[k].down);
	add_number(key, (double)e->item.record);
	add_number(key, stmt_real(st, 3));
	e->key = arena_strndup(l->keys, key->data, key->len);
	e->len = key->len;
}

static bool
read_slice(struct work_listing *l, struct err *err)
{
	const struct task *t = work_task(l->work, l->list);
	struct buf sql = { 0 }, key = { 0 };
	struct run run = { 0 };
	struct stmt *st = NULL;
	bool ok = make_sql(l, t, &sql, err);

	if (ok)
		st = db_query(l->work->store->db, err, sql.data, WITH(b_int(l->next),
		    b_int(l->next + WORK_SLICE), b_text(buf_str(&l->query))));
	while (stmt_row(st))
		take_entry(l, t, st, &run, &key);
	ok = ok && stmt_end(st, err);
	buf_free(&sql);
	buf_free(&key);
	if (!ok || run.n == 0) {
		free(run.v);
		run.v = NULL;
	} else {
		qsort(run.v, run.n, sizeof *run.v, order);
		l->runs = xgrow(l->runs, &l->cap, l->n + 1, sizeof *l->runs);
		l->runs[l->n++] = run;
	}
	l->next += WORK_SLICE;
	l->read = l->next >= l->last;
	return ok;
}

/* ---- merging --------------------------------------------------------------------------- */

/* Runs get shorter from one to the next, so that each entry is moved a few times only. */
static bool
due(const struct work_listing *l)
{
	return l->n > 1 && (l->read || l->runs[l->n - 2].n <= l->runs[l->n - 1].n);
}

static void
merge_some(struct work_listing *l)
{
	struct run *a = &l->runs[l->n - 2], *b = &l->runs[l->n - 1], *to = &l->merged;

	if (!l->merging) {
		to->n = l->left = l->right = 0;
		to->cap = a->n + b->n;
		to->v = xrealloc_array(NULL, to->cap, sizeof *to->v);
		l->merging = true;
	}
	for (size_t i = 0; i < MERGED && to->n < to->cap; i++) {
		bool first = l->right == b->n ||
		    (l->left < a->n && by_key(&a->v[l->left], &b->v[l->right]) <= 0);

		to->v[to->n++] = first ? a->v[l->left++] : b->v[l->right++];
	}
	if (to->n < to->cap)
		return;
	free(a->v);
	free(b->v);
	*a = *to;
	l->merged.v = NULL;
	l->n--;
	l->merging = false;
}

/* ---- the whole ----------------------------------------------------------------------------- */

struct work_listing *
work_listing_new(struct work *w, size_t i, const char *text)
{
	struct work_listing *l = xcalloc(1, sizeof *l);

	l->work = w;
	l->list = i;
	l->keys = arena_new();
	if (text != NULL)
		search_query(text, &l->query);
	return l;
}

void
work_listing_free(struct work_listing *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->n; i++)
		free(l->runs[i].v);
	free(l->runs);
	free(l->merged.v);
	arena_free(l->keys);
	buf_free(&l->query);
	free(l);
}

bool
work_listing_go(struct work_listing *l, struct err *err)
{
	struct store *s = l->work->store;

	s->tick++;
	if (!l->begun) {
		if (!work_ready(l->work, l->list, err) || !db_int(s->db, err, &l->last, NULL,
		    "SELECT max(no) FROM ruhu_record", WITHOUT))
			return false;
		l->begun = true;
	}
	if (l->merging || due(l))
		merge_some(l);
	else if (!l->read)
		return read_slice(l, err);
	return true;
}

bool
work_listing_whole(const struct work_listing *l)
{
	return l->read && l->n <= 1 && !l->merging;
}

int
work_listing_percent(const struct work_listing *l)
{
	return l->next < l->last ? (int)(l->next * 100 / l->last) : 99;
}

struct work_item *
work_listing_take(struct work_listing *l, size_t *n)
{
	struct work_item *v;

	*n = l->n > 0 ? l->runs[0].n : 0;
	v = xrealloc_array(NULL, *n, sizeof *v);
	for (size_t i = 0; i < *n; i++)
		v[i] = l->runs[0].v[i].item;
	return v;
}

bool
work_items(struct work *w, size_t i, const char *text, struct work_item **items, size_t *n,
    struct err *err)
{
	struct work_listing *l = work_listing_new(w, i, text);
	bool ok = true;

	while (ok && !work_listing_whole(l))
		ok = work_listing_go(l, err);
	if (ok)
		*items = work_listing_take(l, n);
	work_listing_free(l);
	return ok;
}
