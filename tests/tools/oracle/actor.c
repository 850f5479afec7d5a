/* People at a site: they key, change, delete, decide. */
#include "oracle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "form/form.h"
#include "record/session.h"
#include "store/clockfix.h"
#include "store/db.h"
#include "store/erase.h"
#include "store/held.h"
#include "store/merge.h"
#include "store/store.h"
#include "store/verify.h"

void
actor_wrong(struct actor *a, const char *fmt, ...)
{
	struct shared *sh = a->w->sh;
	int n = snprintf(sh->why, sizeof sh->why, "step %d, site %d: ", a->w->step, a->no);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sh->why + n, sizeof sh->why - (size_t)n, fmt, ap);
	va_end(ap);
	fflush(NULL);
	_exit(1);
}

void
actor_must(struct actor *a, bool ok, const char *what)
{
	if (ok)
		return;
	if (disk_struck())
		_exit(0);
	actor_wrong(a, "%s: %s", what, a->err.text);
}

static struct store *
open_as(struct actor *a, const char *user)
{
	const struct store_options o = { .path = a->site->db, .user = user, .clock = &a->site->clock };
	struct store *s = NULL;

	setenv("RUHU_STATE", a->site->marks, 1);
	actor_must(a, store_open(&o, &s, &a->err), "open");
	return s;
}

void
actor_open(struct actor *a)
{
	if (a->site->s == NULL)
		a->site->s = open_as(a, a->site->name);
	a->s = a->site->s;
}

void
actor_close(struct actor *a)
{
	if (a->alone)
		site_close(a->site);
}

void
site_close(struct site *s)
{
	store_close(s->s);
	s->s = NULL;
}

/* ---- what was saved for certain --------------------------------------------------- */

/* Under one name, whatever the question is called in the form at hand. */
static const char *
called(const char *field)
{
	return strcmp(field, "pay") == 0 ? "wage" : field;
}

struct told { struct ack v[64]; size_t n; };

static void
will_save(struct told *t, const char *record, const char *row, const char *field, const char *value)
{
	struct ack *k = &t->v[t->n];

	if (value[0] == '\0' || t->n == sizeof t->v / sizeof t->v[0] || strlen(value) >= sizeof k->value)
		return;
	memset(k, 0, sizeof *k);
	snprintf(k->record, sizeof k->record, "%s", record);
	snprintf(k->row, sizeof k->row, "%s", row);
	snprintf(k->field, sizeof k->field, "%s", called(field));
	snprintf(k->value, sizeof k->value, "%s", value);
	t->n++;
}

static void
is_saved(struct actor *a, const struct told *t)
{
	struct shared *sh = a->w->sh;

	for (size_t i = 0; i < t->n && sh->acks_n < ACKS; i++) {
		sh->acks[sh->acks_n] = t->v[i];
		sh->acks[sh->acks_n].site = a->no;
		sh->acks[sh->acks_n].step = a->w->step;
		sh->acks_n++;
	}
}

static void
will_save_all(struct told *t, struct session *se)
{
	struct saved_answer s;
	node_id at = 0;

	t->n = 0;
	while (session_each(se, &at, &s))
		if (strcmp(s.value, s.base) != 0 && s.missing == MISSING_NONE && s.q->type != Q_CALCULATE)
			will_save(t, session_record(se), s.row_id, s.q->name, s.value);
}

/* What was taken over from another person's saving may have made a question one that is
 * not asked; its answer is dropped. */
static void
was_dropped(struct told *t, struct session *se)
{
	struct saved_answer s;
	node_id at = 0;

	while (session_each(se, &at, &s))
		for (size_t i = 0; s.value[0] == '\0' && i < t->n; i++)
			if (strcmp(t->v[i].row, s.row_id) == 0 &&
			    strcmp(t->v[i].field, called(s.q->name)) == 0)
				t->v[i--] = t->v[--t->n];
}

/* ---- keying ------------------------------------------------------------------------- */

static bool
pick_record(struct actor *a, const char *where, char id[64])
{
	struct buf sql = { 0 }, out = { 0 };
	int64_t n = 0;
	bool found = false;

	buf_addf(&sql, "SELECT count(*) FROM ruhu_record WHERE %s", where);
	actor_must(a, db_int(store_db(a->s), &a->err, &n, NULL, sql.data, WITHOUT), "count");
	if (n > 0) {
		buf_reset(&sql);
		buf_addf(&sql, "SELECT id FROM ruhu_record WHERE %s ORDER BY id LIMIT 1 OFFSET %u", where,
		    chance_of(&a->chance, (unsigned)n));
		actor_must(a, db_text(store_db(a->s), &a->err, &out, &found, sql.data, WITHOUT), "pick");
		snprintf(id, 64, "%s", buf_str(&out));
	}
	buf_free(&sql);
	buf_free(&out);
	return found;
}

/* What cannot be answered here and now is no fault. */
static void
set(struct session *se, const char *path, const char *fmt, ...)
{
	struct changed changed;
	struct err ignored;
	char text[64];
	node_id node;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (session_find(se, path, NODE_NONE, &node, &ignored))
		session_set(se, node, text, &changed, &ignored);
}

static size_t
rows(struct session *se, node_id row[16])
{
	const struct answers *answers = session_answers(se);
	const struct question *repeat;
	struct err ignored;
	node_id parent;
	size_t n = 0;

	if (!session_find_repeat(se, "member", &parent, &repeat, &ignored))
		return 0;
	for (size_t i = 1; n < 16 && i <= answers_rows(answers, parent, repeat); i++)
		row[n++] = answers_row(answers, parent, repeat, i);
	return n;
}

static void
change_rows(struct actor *a, struct session *se)
{
	const struct question *repeat;
	struct changed changed;
	struct err ignored;
	node_id parent, row[16], new;
	size_t n = rows(se, row), at = n > 0 ? chance_of(&a->chance, (unsigned)n) : 0;
	unsigned what = chance_of(&a->chance, 100);
	char path[40];

	if (n == 0 || (what < 25 && n < 6)) {
		if (session_find_repeat(se, "member", &parent, &repeat, &ignored) &&
		    session_add_row(se, parent, repeat, 0, &new, &changed, &ignored))
			at = n;
		what = 60;
	}
	if (what < 35) {
		session_remove_row(se, row[at], &changed, &ignored);
	} else if (what < 50) {
		session_move_row(se, row[at], 1 + chance_of(&a->chance, (unsigned)n), &changed, &ignored);
	} else {
		snprintf(path, sizeof path, "member[%zu]/member_name", at + 1);
		if (chance_in(&a->chance, 60))
			set(se, path, "m%d", a->w->sh->count++);
		snprintf(path, sizeof path, "member[%zu]/member_wage", at + 1);
		set(se, path, "%u", chance_of(&a->chance, 99));
	}
}

static void
change_helps(struct actor *a, struct session *se)
{
	char text[16] = "";

	for (char c = '1'; c <= '4'; c++)
		if (chance_in(&a->chance, 50))
			snprintf(text + strlen(text), sizeof text - strlen(text), "%c ", c);
	set(se, "helps", "%s", text);
}

static void
change(struct actor *a, struct session *se)
{
	unsigned what = chance_of(&a->chance, 100);
	struct changed changed;
	struct err ignored;
	node_id node;

	if (what < 25)
		set(se, "age", "%u", 16 + chance_of(&a->chance, 70));
	else if (what < 40)
		set(se, "name", "n%d", a->w->sh->count++);
	else if (what < 44)
		set(se, chance_in(&a->chance, 50) ? "name" : "age", "");
	else if (what < 48 && session_find(se, "age", NODE_NONE, &node, &ignored))
		session_set_missing(se, node, MISSING_REFUSED, &changed, &ignored);
	else if (what < 56)
		change_helps(a, se);
	else if (what < 64)
		set(se, a->site->second ? "pay" : "wage", "%d.%02u", (int)chance_of(&a->chance, 90) - 40,
		    25 * chance_of(&a->chance, 4));
	else if (what < 68 && a->site->second)
		set(se, "remark", "x%d", a->w->sh->count++);
	else if (what < 73 && a->w->kind == COUNTY)
		set(se, "grid", "%s%u", chance_in(&a->chance, 70) ? a->site->area :
		    a->w->site[chance_of(&a->chance, (unsigned)a->w->sites_n)].area,
		    chance_of(&a->chance, 3));
	else
		change_rows(a, se);
}

/* As leaving a field does; what a full disk refuses is told, and no more. */
static void
journal(struct actor *a, struct store *s, struct session *se)
{
	struct err ignored;
	node_id node;

	if (chance_in(&a->chance, 30) && session_find(se, "age", NODE_NONE, &node, &ignored))
		actor_must(a, store_draft_answer(s, se, node, node, &a->err), "draft");
}

static void
save(struct actor *a, struct store *s, struct session *se)
{
	enum record_state state = session_errors(se) == 0 && chance_in(&a->chance, 50) ?
	    RECORD_COMPLETE : RECORD_INCOMPLETE;
	struct save_result r = { 0 };
	struct told told;

	session_finish(se);
	will_save_all(&told, se);
	for (;;) {
		bool done = store_save(s, se, state, &r, &a->err);

		/* With another person's answers it may not be complete any more. */
		if (!done && state == RECORD_COMPLETE && !disk_struck()) {
			state = RECORD_INCOMPLETE;
			continue;
		}
		actor_must(a, done, "save");
		if (r.saved)
			break;
		for (size_t i = 0; i < r.collisions_n; i++)
			r.collisions[i].choice = chance_in(&a->chance, 50) ? COLLISION_MINE :
			    COLLISION_THEIRS;
	}
	save_result_free(&r);
	was_dropped(&told, se);
	is_saved(a, &told);
}

static void
begin(struct actor *a, struct session *se)
{
	const struct world *w = a->w;

	set(se, "code", "S%dR%d", a->no, w->sh->count++);
	if (w->kind == COUNTY)
		set(se, "grid", "%s%u", a->no > 0 ? a->site->area :
		    w->site[1 + chance_of(&a->chance, (unsigned)w->sites_n - 1)].area,
		    chance_of(&a->chance, 3));
}

static void
key(struct actor *a, const char *id)
{
	struct session *se;
	node_id cursor;

	if (id == NULL)
		actor_must(a, store_session_new(a->s, "small", &se, &a->err), "new");
	else
		actor_must(a, store_session_open(a->s, id, true, &se, &cursor, &a->err), "open record");
	if (id == NULL)
		begin(a, se);
	for (unsigned n = 1 + chance_of(&a->chance, 4); n > 0; n--) {
		change(a, se);
		journal(a, a->s, se);
	}
	if (!chance_in(&a->chance, 4))
		save(a, a->s, se);
	store_session_close(a->s, se);
}

static void
delete_or_back(struct actor *a)
{
	char id[64];

	if (chance_in(&a->chance, 50)) {
		if (pick_record(a, "deleted = 0 AND erased = 0", id))
			actor_must(a, store_delete(a->s, id, &a->err), "delete");
	} else if (pick_record(a, "deleted = 1 AND erased = 0", id)) {
		actor_must(a, store_undelete(a->s, id, &a->err), "undelete");
	}
}

void
step_work(struct actor *a, void *unused)
{
	char id[64];

	(void)unused;
	actor_open(a);
	for (unsigned n = 1 + chance_of(&a->chance, 3); n > 0; n--) {
		if (chance_in(&a->chance, 8))
			delete_or_back(a);
		else
			key(a, !chance_in(&a->chance, 20) && pick_record(a, "deleted = 0 AND erased = 0", id) ?
			    id : NULL);
	}
	actor_close(a);
}

void
step_two(struct actor *a, void *unused)
{
	struct store *other;
	struct session *mine, *theirs;
	node_id cursor;
	char id[64];

	(void)unused;
	actor_open(a);
	other = open_as(a, "v");
	if (pick_record(a, "deleted = 0 AND erased = 0", id)) {
		actor_must(a, store_session_open(a->s, id, false, &mine, &cursor, &a->err), "open record");
		actor_must(a, store_session_open(other, id, false, &theirs, &cursor, &a->err),
		    "open record twice");
		for (unsigned n = 1 + chance_of(&a->chance, 3); n > 0; n--) {
			change(a, mine);
			change(a, theirs);
		}
		save(a, other, theirs);
		save(a, a->s, mine);
		store_session_close(a->s, mine);
		store_session_close(other, theirs);
	}
	store_close(other);
	actor_close(a);
}

/* Blind, and other answers than the first person's win. */
void
step_verify(struct actor *a, void *unused)
{
	struct session *se;
	struct verify *v;
	struct save_result r = { 0 };
	struct told told;
	node_id cursor;
	char id[64];

	(void)unused;
	actor_open(a);
	if (pick_record(a, "deleted = 0 AND erased = 0 AND state = 'complete' AND id NOT IN"
	    " (SELECT record FROM ruhu_draft)", id)) {
		actor_must(a, store_verify_begin(a->s, id, false, &se, &v, &cursor, &a->err), "verify");
		set(se, "age", "%u", 16 + chance_of(&a->chance, 70));
		session_finish(se);
		will_save_all(&told, se);
		actor_must(a, store_verify_end(v, session_errors(se) > 0 ? RECORD_INCOMPLETE :
		    RECORD_COMPLETE, &r, &a->err), "verified");
		if (r.saved)
			is_saved(a, &told);
		save_result_free(&r);
		verify_free(v);
		store_session_close(a->s, se);
	}
	actor_close(a);
}

void
step_form(struct actor *a, void *unused)
{
	struct faults faults = { 0 };
	struct buf report = { 0 };

	(void)unused;
	actor_open(a);
	actor_must(a, store_form_add(a->s, "small.yaml", a->w->form[1], strlen(a->w->form[1]), NULL,
	    &report, &faults, &a->err), "the newer form");
	actor_close(a);
}

/* ---- deciding ------------------------------------------------------------------------- */

struct asked { char record[64], row[64], field[64], value[64], reason[32]; };
struct list { struct actor *a; struct asked v[64]; size_t n; };

static bool
add_conflict(void *ctx, const struct conflict *c)
{
	struct list *l = ctx;
	struct asked *q = &l->v[l->n++];
	const struct conflict_side *side = &c->sides[chance_of(&l->a->chance, (unsigned)c->sides_n)];

	snprintf(q->record, sizeof q->record, "%s", c->record);
	snprintf(q->row, sizeof q->row, "%s", c->row);
	snprintf(q->field, sizeof q->field, "%s", c->field);
	snprintf(q->value, sizeof q->value, "%s", strcmp(c->field, "$del") == 0 && side->value[0] != '\0' ?
	    "1" : side->value);
	snprintf(q->reason, sizeof q->reason, "%s", side->reason);
	return l->n < sizeof l->v / sizeof l->v[0];
}

static bool
add_decision(void *ctx, const struct decision *d)
{
	*(int64_t *)ctx = d->change;
	return true;
}

static void
decide(struct actor *a, const struct asked *q, bool all)
{
	struct told told = { .n = 0 };

	if (!all && chance_in(&a->chance, 20)) {
		actor_must(a, store_park(a->s, q->record, q->row, q->field, "call them", &a->err), "park");
		return;
	}
	if (q->field[0] != '$')
		will_save(&told, q->record, q->row, q->field, q->value);
	actor_must(a, store_settle(a->s, q->record, q->row, q->field, q->value, q->reason, &a->err),
	    "settle");
	is_saved(a, &told);
}

void
step_settle(struct actor *a, void *all)
{
	struct list l = { .a = a };
	int64_t last = 0, left = 0;

	actor_open(a);
	for (int round = 0; round < 5; round++) {
		l.n = 0;
		actor_must(a, store_conflicts(a->s, NULL, add_conflict, &l, &a->err), "conflicts");
		for (size_t i = 0; i < l.n; i++)
			if (all != NULL || chance_in(&a->chance, 60))
				decide(a, &l.v[i], all != NULL);
		if (all == NULL || l.n == 0)
			break;
	}
	actor_must(a, db_int(store_db(a->s), &a->err, &left, NULL, "SELECT count(*) FROM ruhu_conflict",
	    WITHOUT), "count");
	if (all != NULL && left > 0)
		actor_wrong(a, "%lld conflicts are there though all were settled", (long long)left);
	if (all == NULL && chance_in(&a->chance, 20)) {
		actor_must(a, store_decisions(a->s, 36500, add_decision, &last, &a->err), "decisions");
		/* What was answered anew since is none to take back. */
		if (last > 0)
			store_reopen(a->s, last, "not so", &a->err);
	}
	actor_close(a);
}

struct numbers { bool all; int64_t v[64]; size_t n; };

static bool
add_number(void *ctx, const struct held *h)
{
	struct numbers *l = ctx;

	if (strcmp(h->decision, "released") != 0)
		l->v[l->n++] = h->no;
	return l->n < sizeof l->v / sizeof l->v[0];
}

void
step_held(struct actor *a, void *all)
{
	struct numbers l = { .n = 0 };

	actor_open(a);
	do {
		l.n = 0;
		actor_must(a, store_held(a->s, all != NULL, add_number, &l, &a->err), "held");
		for (size_t i = 0; i < l.n; i++) {
			if (all == NULL && chance_in(&a->chance, 40))
				continue;
			actor_must(a, all != NULL || chance_in(&a->chance, 60) ?
			    store_held_release(a->s, l.v[i], &a->err) :
			    store_held_refuse(a->s, l.v[i], &a->err), "decide what is held");
			a->w->sh->held++;
		}
	} while (all != NULL && l.n > 0);
	actor_close(a);
}

void
step_clockfix(struct actor *a, void *arg)
{
	const struct site *of = &a->w->site[*(int *)arg];
	const struct clockfix fix = { .site = of->name, .ahead_ms = of->ahead,
		.since_ms = clock_now(&of->clock) - 86400000 };
	int64_t records = 0;

	actor_open(a);
	actor_must(a, store_clockfix(a->s, &fix, &records, &a->err), "clockfix");
	a->w->sh->fixed += records;
	actor_close(a);
}

void
step_erase(struct actor *a, void *unused)
{
	struct shared *sh = a->w->sh;
	char id[64];

	(void)unused;
	actor_open(a);
	if (sh->erased_n < ERASED && pick_record(a, "erased = 0", id)) {
		/* Whether it is done or not when the fault comes: its values are owed by nobody. */
		memcpy(sh->erased[sh->erased_n++], id, 37);
		actor_must(a, store_erase(a->s, id, "7", "asked for", &a->err), "erase");
	}
	actor_close(a);
}

void
step_purge(struct actor *a, void *unused)
{
	(void)unused;
	actor_open(a);
	actor_must(a, store_purge(a->s, &a->err), "purge");
	actor_close(a);
}
