#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "store/conflicts.h"
#include "store/draft.h"
#include "store/hlc.h"
#include "store/save.h"

/* ---- two people, one record ---------------------------------------------------- */

/* A node whose saved answer is not the one this session started from. */
struct foreign { node_id node; const struct stored_field *f; bool mine; };

struct foreigns { struct foreign *v; size_t n, cap; };

static void
find_foreign(const struct save *w, struct foreigns *out)
{
	struct session *session = w->d->session;
	const struct answers *a = session_answers(session);

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n)) {
		const struct question *q = answers_question(a, n);
		const struct stored_field *f;
		struct cell cell;

		if (type_info(q->type)->kind == KIND_NONE)
			continue;
		f = save_theirs(w, n, desk_row_id(session, n));
		if (f == NULL || f->no == desk_mark(w->d, n))
			continue;
		session_cell(session, n, &cell);
		out->v = xgrow(out->v, &out->cap, out->n + 1, sizeof *out->v);
		out->v[out->n++] = (struct foreign){ n, f, cell.changed };
	}
}

static bool
same_answer(const struct save *w, node_id node, const struct stored_field *f)
{
	const struct answers *a = session_answers(w->d->session);
	bool relevant = answers_relevant(a, node);
	enum missing missing = relevant ? answers_missing(a, node) : MISSING_NONE;

	return strcmp(relevant ? answers_value(a, node) : "", f->value) == 0 &&
	    missing == missing_by_name(f->reason);
}

static const char *
shown(const struct stored_field *f)
{
	return f->value[0] != '\0' ? f->value : f->reason;
}

/* What the caller decided for this very difference, else COLLISION_ASK. */
static int
choice_for(const struct save_result *r, node_id node, const struct stored_field *f)
{
	for (size_t i = 0; i < r->collisions_n; i++)
		if (r->collisions[i].node == node &&
		    strcmp(r->collisions[i].theirs, shown(f)) == 0)
			return (int)r->collisions[i].choice;
	return COLLISION_ASK;
}

static void
take_theirs(struct save *w, node_id node, const struct stored_field *f)
{
	session_load_answer(w->d->session, node, f->value, missing_by_name(f->reason), f->no);
	desk_set_mark(w->d, node, f->no);
}

static void
give_up(struct save *w, node_id node, const struct stored_field *f)
{
	const struct answers *a = session_answers(w->d->session);
	struct desk *d = w->d;

	d->given = xgrow(d->given, &d->given_cap, d->given_n + 1, sizeof *d->given);
	d->given[d->given_n++] = (struct given_up){
		node, xstrdup(answers_text(a, node)), answers_missing(a, node),
		desk_mark(w->d, node)
	};
	take_theirs(w, node, f);
}

static void
add_collision(struct save_result *r, size_t *cap, node_id node, const struct stored_field *f)
{
	char at[INSTANT_TEXT];

	instant_format_utc(hlc_ms(f->hlc), at);
	r->collisions = xgrow(r->collisions, cap, r->collisions_n + 1, sizeof *r->collisions);
	r->collisions[r->collisions_n++] = (struct collision){
		.node = node, .theirs = xstrdup(shown(f)), .theirs_by = xstrdup(f->author),
		.theirs_at = xstrdup(at), .choice = COLLISION_ASK
	};
}

/* Given up in a saving that came to nothing, and another answer typed since: that one
 * stands. */
static void
typed_again(struct save *w)
{
	struct desk *d = w->d;

	for (size_t i = d->given_n; i-- > 0;) {
		node_id node = d->given[i].node;
		const struct stored_field *f = answers_alive(session_answers(d->session), node) ?
		    save_theirs(w, node, desk_row_id(d->session, node)) : NULL;

		if (f == NULL || !same_answer(w, node, f))
			desk_forget_given(d, i);
	}
}

/* Takes over what only the other person changed; *open gets what both changed and
 * nobody has decided. */
static void
merge(struct save *w, const struct save_result *chosen, struct save_result *open)
{
	struct foreigns all = { 0 };
	size_t cap = 0;

	typed_again(w);
	find_foreign(w, &all);
	for (size_t i = 0; i < all.n; i++) {
		const struct foreign *x = &all.v[i];
		const struct question *q;
		int choice;

		if (!answers_alive(session_answers(w->d->session), x->node))
			continue;	/* a row that the merge itself took away */
		q = answers_question(session_answers(w->d->session), x->node);
		if (field_computed(w->d->form, q))
			continue;
		if (!x->mine) {
			take_theirs(w, x->node, x->f);
			continue;
		}
		choice = choice_for(chosen, x->node, x->f);
		if (same_answer(w, x->node, x->f) || choice == COLLISION_MINE)
			continue;
		if (choice == COLLISION_THEIRS)
			give_up(w, x->node, x->f);
		else
			add_collision(open, &cap, x->node, x->f);
	}
	free(all.v);
}

/* ---- saving --------------------------------------------------------------------------- */

static bool
read_saved(struct save *w, struct err *err)
{
	if (!w->had_record)
		return true;
	if (!stored_read(w->s, w->record_no, &w->now, err))
		return false;
	return !w->now.deleted || err_set(err, _("Another person deleted this record meanwhile; "
	    "undo the deletion, then save again; what you typed is kept as a draft"));
}

static bool
check_whole(struct save *w, struct err *err)
{
	size_t n = w->state == RECORD_COMPLETE ? session_errors(w->d->session) : 0;

	return n == 0 || err_set(err, _("%zu answers are missing or wrong; put them right, or "
	    "save the record as incomplete"), n);
}

static void
result_clear(struct save_result *r)
{
	for (size_t i = 0; i < r->collisions_n; i++) {
		free((char *)r->collisions[i].theirs);
		free((char *)r->collisions[i].theirs_by);
		free((char *)r->collisions[i].theirs_at);
	}
	free(r->collisions);
	r->collisions = NULL;
	r->collisions_n = 0;
}

void
save_result_free(struct save_result *r)
{
	result_clear(r);
}

static void
save_free(struct save *w)
{
	free(w->revived);
	free(w->written);
	if (w->now.arena != NULL)
		stored_free(&w->now);
	buf_free(&w->label);
	buf_free(&w->scope);
	buf_free(&w->lies);
	buf_free(&w->said);
}

bool
save_session(struct store *s, struct session *session, enum record_state state,
    const struct save_more *more, struct save_result *result, struct err *err)
{
	struct save_result open = { 0 };
	struct save w = { .s = s, .state = state, .why = more->why };
	bool ok;

	w.d = desk_of(s, session, err);
	if (w.d == NULL)
		return false;
	w.had_record = w.d->record_no != 0;
	w.record_no = w.d->record_no;
	session_finish(session);
	if (!tx_begin(s, err))
		return false;
	ok = read_saved(&w, err);
	if (ok && w.had_record)
		merge(&w, result, &open);
	if (ok && open.collisions_n > 0) {
		tx_rollback(s);
	} else {
		ok = ok && check_whole(&w, err) && save_write(&w, err) &&
		    (more->write == NULL || more->write(&w, more->ctx, err));
		ok = tx_end(s, ok, err);
		open.saved = ok;
		open.changes = ok ? w.log.added : 0;
		if (ok)
			save_tell_session(&w);
		while (ok && w.d->given_n > 0)
			desk_forget_given(w.d, w.d->given_n - 1);
	}
	save_free(&w);
	if (!ok) {
		result_clear(&open);
		return false;
	}
	result_clear(result);
	*result = open;
	return true;
}

bool
store_save(struct store *s, struct session *session, enum record_state state,
    struct save_result *result, struct err *err)
{
	return save_session(s, session, state, &(struct save_more){ 0 }, result, err);
}

bool
store_save_because(struct store *s, struct session *session, enum record_state state,
    const char *why, struct save_result *result, struct err *err)
{
	return save_session(s, session, state, &(struct save_more){ .why = why }, result, err);
}
