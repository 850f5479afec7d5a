#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "form/form.h"
#include "store/apart.h"
#include "store/clockfix.h"
#include "store/hlc.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/settle_in.h"

enum { BESIDE = 6, SIDES_MAX = 64 };

#define SIDE_COLUMNS \
    "SELECT c.no, coalesce(c.value, ''), coalesce(c.reason, ''), a.text, e.site, c.hlc," \
    " c.flags & 1, coalesce(c.prev, '') FROM ruhu_change c JOIN ruhu_name a ON a.no = c.author" \
    " JOIN ruhu_epoch e ON e.no = c.epoch "

struct sides {
	struct conflict_side *v;
	size_t n, cap;
	struct buf prev;		/* of the first of them */
	struct buf last;		/* of the last */
};

static void
add_side(struct sides *l, struct arena *a, struct stmt *st)
{
	char at[INSTANT_TEXT];

	instant_format_utc(hlc_ms((uint64_t)stmt_int(st, 5)), at);
	if (l->n == 0)
		buf_set_str(&l->prev, stmt_text(st, 7));
	buf_set_str(&l->last, stmt_text(st, 7));
	l->v = xgrow(l->v, &l->cap, l->n + 1, sizeof *l->v);
	l->v[l->n++] = (struct conflict_side){
		.change = stmt_int(st, 0), .value = arena_strdup(a, stmt_text(st, 1)),
		.reason = arena_strdup(a, stmt_text(st, 2)),
		.author = arena_strdup(a, stmt_text(st, 3)),
		.site = arena_strdup(a, stmt_text(st, 4)), .at = arena_strdup(a, at),
		.clock = stmt_int(st, 6) != 0
	};
}

/* What was saved together with a side in the same row. */
static bool
read_beside(struct store *s, struct arena *a, struct conflict_side *side, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT n.text, coalesce(c.value, '') FROM ruhu_change m"
	    " JOIN ruhu_change c ON c.record = m.record AND c.tx = m.tx AND c.row IS m.row"
	    " AND c.no <> m.no"
	    " JOIN ruhu_name n ON n.no = c.field WHERE m.no = ? AND substr(n.text, 1, 1) <> '$'"
	    " ORDER BY abs(c.no - m.no), c.no LIMIT ?", WITH(b_int(side->change), b_int(BESIDE)));
	struct conflict_beside *v = arena_alloc(a, BESIDE * sizeof *v);

	side->beside = v;
	while (stmt_row(st))
		v[side->beside_n++] = (struct conflict_beside){ arena_strdup(a, stmt_text(st, 0)),
			arena_strdup(a, stmt_text(st, 1)) };
	return stmt_end(st, err);
}

/* The value that a change was written over: of its first forerunner that is here. */
static bool
read_ancestor(struct store *s, const char *prev, struct arena *a, const char **out,
    struct err *err)
{
	struct buf value = { 0 };
	char *end;
	int64_t epoch = strtoll(prev, &end, 10), seq = *end == ':' ? strtoll(end + 1, NULL, 10) : 0;
	bool ok = db_text(s->db, err, &value, NULL,
	    "SELECT value FROM ruhu_change WHERE epoch = ? AND seq = ?",
	    WITH(b_int(epoch), b_int(seq)));

	*out = arena_strdup(a, buf_str(&value));
	buf_free(&value);
	return ok;
}

/* A decision that was decided anew says nothing that its sides do not. */
static void
drop_decisions(struct sides *l, const bool *joins)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += !joins[i];
	if (n < 2)
		return;
	n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (!joins[i])
			l->v[n++] = l->v[i];
	l->n = n;
}

static bool
finish(struct store *s, struct arena *a, struct sides *l, struct conflict *c, struct err *err)
{
	struct conflict_side *kept = arena_alloc(a, (l->n + 1) * sizeof *kept);
	bool ok = l->prev.len == 0 || read_ancestor(s, l->prev.data, a, &c->ancestor, err);

	if (l->n > 0)
		memcpy(kept, l->v, l->n * sizeof *kept);
	for (size_t i = 0; ok && i < l->n; i++)
		ok = read_beside(s, a, &kept[i], err);
	c->sides = kept;
	c->sides_n = l->n;
	free(l->v);
	buf_free(&l->prev);
	buf_free(&l->last);
	return ok;
}

/* "epoch:seq:chain ..." one by one. */
static bool
read_named(struct store *s, struct arena *a, const char *prev, struct sides *l, struct err *err)
{
	bool joins[SIDES_MAX] = { false };
	const char *p = prev;
	bool ok = true;

	while (ok && *p != '\0') {
		char *end;
		int64_t epoch = strtoll(p, &end, 10);
		int64_t seq = *end == ':' ? strtoll(end + 1, &end, 10) : 0;
		struct stmt *st = db_query(s->db, err, SIDE_COLUMNS "WHERE c.epoch = ? AND c.seq = ?",
		    WITH(b_int(epoch), b_int(seq)));

		while (stmt_row(st)) {
			if (l->n < SIDES_MAX)
				joins[l->n] = strchr(stmt_text(st, 7), ' ') != NULL;
			add_side(l, a, st);
		}
		ok = stmt_end(st, err);
		p = end + strcspn(end, " ");
		p += strspn(p, " ");
	}
	if (l->n <= SIDES_MAX)
		drop_decisions(l, joins);
	return ok;
}

bool
sides_of(struct store *s, struct arena *a, const char *prev, struct conflict *c, struct err *err)
{
	struct sides l = { 0 };
	bool ok = read_named(s, a, prev, &l, err);

	return finish(s, a, &l, c, err) && ok;
}

/* Which of them is shown, or what is made of them. */
static void
mark_shown(struct store *s, struct arena *a, struct sides *l, struct conflict *c)
{
	const struct question *q = apart_question(s, c->form, c->field);
	struct apart_side *v = arena_alloc(a, (l->n + 1) * sizeof *v);
	struct buf made = { 0 };
	size_t at;

	for (size_t i = 0; i < l->n; i++)
		v[i] = (struct apart_side){ l->v[i].value, l->v[i].reason };
	at = apart_shown(s, q, v, l->n, &made);
	if (at < l->n)
		l->v[at].shown = true;
	else
		c->made = arena_strdup(a, buf_str(&made));
	if (q != NULL)
		c->policy = apart_name(q->apart);
	buf_free(&made);
}

/* Oldest first by clocks that were put right. */
static bool
order_sides(struct store *s, int64_t record, struct sides *l, struct err *err)
{
	int64_t *no = xcalloc(l->n + 1, sizeof *no);
	uint64_t hlc;
	bool ok;

	for (size_t i = 0; i < l->n; i++)
		no[i] = l->v[i].change;
	ok = clockfix_order(s, record, no, l->n, &hlc, err);
	for (size_t i = 0; ok && i < l->n; i++)
		for (size_t k = i + 1; k < l->n; k++)
			if (l->v[k].change == no[i]) {
				struct conflict_side was = l->v[i];

				l->v[i] = l->v[k];
				l->v[k] = was;
			}
	free(no);
	return ok;
}

/* Two heads or more: the last one is shown, or what the form says. One that joined
 * several: those, and it too where it is none of them. */
bool
sides_read(struct store *s, struct arena *a, int64_t record, int64_t row, int64_t field,
    struct conflict *c, struct err *err)
{
	struct sides l = { 0 }, was = { 0 };
	struct stmt *st = db_query(s->db, err, SIDE_COLUMNS "JOIN ruhu_head h ON h.change = c.no"
	    " WHERE h.record = ?1 AND h.row = ?2 AND h.field IN " SAME_QUESTION("?1", "?3")
	    " ORDER BY c.hlc, c.chain",
	    WITH(b_int(record), b_int(row), b_int(field)));
	bool ok;

	while (stmt_row(st))
		add_side(&l, a, st);
	ok = stmt_end(st, err);
	if (ok && c->again && l.n == 1 && l.last.len > 0) {
		struct conflict_side now = l.v[0];
		bool among = false;

		ok = read_named(s, a, buf_str(&l.last), &was, err);
		for (size_t i = 0; i < was.n; i++) {
			was.v[i].shown = strcmp(was.v[i].value, now.value) == 0 &&
			    strcmp(was.v[i].reason, now.reason) == 0;
			among |= was.v[i].shown;
		}
		if (!among) {
			was.v = xgrow(was.v, &was.cap, was.n + 1, sizeof *was.v);
			was.v[was.n] = now;
			was.v[was.n++].shown = true;
		}
		ok = finish(s, a, &was, c, err) && ok;
		free(l.v);
		buf_free(&l.prev);
		buf_free(&l.last);
		return ok;
	}
	ok = ok && order_sides(s, record, &l, err);
	if (ok && l.n > 0)
		mark_shown(s, a, &l, c);
	return finish(s, a, &l, c, err) && ok;
}
