#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "logic/logic.h"
#include "record/instance.h"
#include "store/confirm.h"
#include "store/desk.h"
#include "store/draft.h"
#include "store/layout.h"
#include "store/stored.h"

/* ---- building the tree ---------------------------------------------------------- */

/* A session being filled: rows by their uuid. */
struct filling {
	struct desk *d;
	struct session *session;
	const struct stored *stored;	/* NULL: never saved */
	const struct draft *draft;	/* NULL: none looked at */
	struct map *rows;		/* uuid -> node_id as pointer */
};

static const char *
today_of(const struct filling *f, const char *field)
{
	const struct question *q = form_field(f->d->store, f->d->form, field);

	return q != NULL ? f->d->form->field_of[q->index] : "";
}

static void fill_rows(struct filling *, const char *up, node_id at, const struct question *in);

static void
add_row(struct filling *f, node_id at, const struct question *repeat, const char *id)
{
	node_id row = session_load_row(f->session, desk_parent(f->session, at, repeat), repeat, id);

	map_put(f->rows, answers_row_id(session_answers(f->session), row),
	    (void *)(uintptr_t)row);
	fill_rows(f, id, row, repeat);
}

/* Does the draft hold anything in this row, or in a row in it? */
static bool
draft_touches(const struct filling *f, const char *id, int depth)
{
	const struct draft *d = f->draft;

	if (d == NULL || depth > 32)
		return false;
	for (size_t i = 0; i < d->answers_n; i++)
		if (strcmp(d->answers[i].row, id) == 0)
			return true;
	for (size_t i = 0; i < d->lists_n; i++)
		if (strcmp(d->lists[i].parent, id) == 0)
			return true;
	for (size_t i = 1; i < f->stored->rows_n; i++)
		if (strcmp(f->stored->rows[i].up, id) == 0 &&
		    draft_touches(f, f->stored->rows[i].id, depth + 1))
			return true;
	return false;
}

/* A saved row that belongs into the session: one that another person removed only
 * where this draft has answers in it; saving them brings it back. */
static bool
wanted(const struct filling *f, const struct stored_row *r)
{
	if (f->draft != NULL && draft_has_gone(f->draft, r->id))
		return false;
	return !r->deleted || (r->repeat[0] != '\0' && draft_touches(f, r->id, 0));
}

/* Rows of one repeat below one row: as the draft has them, then those saved (when
 * there is a draft: what another person added meanwhile). */
static void
fill_repeat(struct filling *f, const char *up, node_id at, const struct question *repeat)
{
	const char *field = f->d->form->field_of[repeat->index];
	const char *ids = f->draft != NULL ? draft_rows(f->draft, up, field) : NULL;

	if (ids != NULL) {
		char *copy = xstrdup(ids), *rest = copy, *id;

		while ((id = strsep(&rest, " ")) != NULL) {
			const struct stored_row *r = f->stored != NULL ?
			    stored_row(f->stored, id) : NULL;

			if (id[0] != '\0' && map_get(f->rows, id) == NULL &&
			    (r == NULL || wanted(f, r)))
				add_row(f, at, repeat, id);
		}
		free(copy);
	}
	for (size_t i = 1; f->stored != NULL && i < f->stored->rows_n; i++) {
		const struct stored_row *r = &f->stored->rows[i];

		if (strcmp(r->up, up) == 0 && strcmp(today_of(f, r->repeat), field) == 0 &&
		    map_get(f->rows, r->id) == NULL && wanted(f, r))
			add_row(f, at, repeat, r->id);
	}
}

/* Every repeat that lies in this row (in = its repeat) or in the record. */
static void
fill_rows(struct filling *f, const char *up, node_id at, const struct question *in)
{
	const struct form *form = f->d->form->form;

	for (size_t i = 1; i < form->questions_n; i++)
		if (form->questions[i]->type == Q_REPEAT && form->questions[i]->repeat == in)
			fill_repeat(f, up, at, form->questions[i]);
}

/* The node of a field in a row; NODE_NONE: this version has none there. */
static node_id
find_node(const struct filling *f, const char *row_id, const char *field)
{
	const struct question *q = form_field(f->d->store, f->d->form, field);
	node_id at = ANSWERS_ROOT;
	const struct question *in = NULL;

	if (row_id[0] != '\0') {
		void **slot = map_get(f->rows, row_id);

		if (slot == NULL)
			return NODE_NONE;
		at = (node_id)(uintptr_t)*slot;
		in = answers_question(session_answers(f->session), at);
	}
	if (q == NULL || q->repeat != in || type_info(q->type)->kind == KIND_NONE)
		return NODE_NONE;
	return answers_seen(session_answers(f->session), at, q);
}

static void
fill_stored(struct filling *f)
{
	for (size_t i = 0; i < f->stored->rows_n; i++) {
		const struct stored_row *row = &f->stored->rows[i];

		/* A row that is not in the session has no node. */
		for (size_t j = 0; j < row->n; j++) {
			const struct stored_field *v = &row->v[j];
			node_id node = v->name[0] == '$' ? NODE_NONE :
			    find_node(f, row->id, v->name);

			/* Two names of one question: the later change holds. */
			if (node == NODE_NONE || desk_mark(f->d, node) > v->no)
				continue;
			session_load_answer(f->session, node, v->value,
			    missing_by_name(v->reason), v->no);
			desk_set_mark(f->d, node, v->no);
		}
	}
	f->d->seen = f->stored->newest;
}

/* What was on the screen when the draft's answer was given, if it is not what is
 * saved now: saving then sees that another person wrote meanwhile. */
static void
fill_old_base(struct filling *f, node_id node, int64_t base)
{
	struct store *s = f->d->store;
	struct err ignored;
	struct stmt *st;

	if (base == 0) {
		session_load_answer(f->session, node, "", MISSING_NONE, 0);
	} else {
		st = db_query(s->db, &ignored, "SELECT coalesce(value, ''), coalesce(reason, '')"
		    " FROM ruhu_change WHERE no = ?", WITH(b_int(base)));
		if (stmt_row(st))
			session_load_answer(f->session, node, stmt_text(st, 0),
			    missing_by_name(stmt_text(st, 1)), base);
		stmt_end(st, &ignored);
	}
	desk_set_mark(f->d, node, base);
}

static void
fill_draft(struct filling *f)
{
	for (size_t i = 0; i < f->draft->answers_n; i++) {
		const struct draft_answer *a = &f->draft->answers[i];
		node_id node = find_node(f, a->row, a->field);

		if (node == NODE_NONE)
			continue;
		if (a->base != desk_mark(f->d, node))
			fill_old_base(f, node, a->base);
		session_load_draft(f->session, node, a->value, missing_by_name(a->reason),
		    a->touched);
	}
}

static node_id
find_for(void *ctx, const char *row, const char *field)
{
	return find_node(ctx, row, field);
}

static struct session *
fill(struct filling *f)
{
	f->session = session_new(f->d->form->logic, &f->d->host, f->d->record);
	f->rows = map_new();
	fill_rows(f, "", ANSWERS_ROOT, NULL);
	if (f->stored != NULL)
		fill_stored(f);
	if (f->draft != NULL)
		fill_draft(f);
	confirms_load(f->d, f->session, find_for, f);
	return f->session;
}

struct session *
session_of_stored(struct desk *d, const struct stored *stored)
{
	struct filling f = { .d = d, .stored = stored };
	struct session *session = fill(&f);

	map_free(f.rows);
	return session;
}

/* ---- opening ------------------------------------------------------------------------ */

/* A new record with an id; its session is not started. */
static struct desk *
desk_for_new(struct store *s, const char *form, struct err *err)
{
	const struct loaded *f;
	struct desk *d;
	char id[37];

	s->tick++;
	if (!store_room(s, err) || !form_load(s, form, NULL, &f, err))
		return NULL;
	uuid_v7(store_now(s), id);
	d = desk_new(s, f, id);
	desk_keep(d, session_new(f->logic, &d->host, id));
	return d;
}

bool
store_session_new(struct store *s, const char *form, struct session **out, struct err *err)
{
	struct desk *d = desk_for_new(s, form, err);

	if (d == NULL)
		return false;
	if (!session_start(d->session, true, err)) {
		store_session_close(s, d->session);
		return false;
	}
	draft_watch(d);
	*out = d->session;
	return true;
}

bool
store_session_read(struct store *s, const char *form, const char *file, const char *text,
    size_t len, struct session **out, struct err *err)
{
	struct desk *d = desk_for_new(s, form, err);

	if (d == NULL)
		return false;
	if (!instance_read(d->session, INSTANCE_DRAFT, file, text, len, err) ||
	    !session_start(d->session, false, err)) {
		store_session_close(s, d->session);
		return false;
	}
	draft_watch(d);
	if (!store_draft_rows(s, d->session, NODE_NONE, err)) {
		store_session_close(s, d->session);
		return false;
	}
	*out = d->session;
	return true;
}

/* Which record: its number and form, from the record or from the draft alone. */
static bool
find_record(struct store *s, const char *id, const struct draft *draft, int64_t *no,
    struct buf *form, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT no, form, deleted FROM ruhu_record WHERE id = ?", WITH(b_text(id)));
	bool deleted = false;

	*no = 0;
	if (stmt_row(st)) {
		*no = stmt_int(st, 0);
		buf_add_str(form, stmt_text(st, 1));
		deleted = stmt_int(st, 2) != 0;
	}
	if (!stmt_end(st, err))
		return false;
	if (deleted)
		return err_set(err, _("This record is deleted; undo the deletion to open it"));
	if (*no == 0 && draft != NULL && draft->found)
		buf_add_str(form, draft->form);
	else if (*no == 0)
		return err_set(err, _("There is no such record"));
	return true;
}

static node_id
cursor_node(struct filling *f)
{
	return f->draft != NULL && f->draft->cursor_field[0] != '\0' ?
	    find_node(f, f->draft->cursor_row, f->draft->cursor_field) : NODE_NONE;
}

/* Which record it was that could not be read. */
static bool
name_unread(struct store *s, int64_t no, const char *id, struct err *err)
{
	struct buf label = { 0 };
	struct err ignored;

	if (!db_text(s->db, &ignored, &label, NULL, "SELECT label FROM ruhu_record WHERE no = ?",
	    WITH(b_int(no))) || label.len == 0)
		buf_set_str(&label, id);
	err_wrap(err, "%s", label.data);
	buf_free(&label);
	return false;
}

static bool
open_filled(struct store *s, const char *id, const struct draft *draft, struct desk **desk,
    node_id *cursor, struct err *err)
{
	struct buf form = { 0 };
	struct filling f = { .draft = draft };
	struct stored stored = { 0 };
	const struct loaded *loaded;
	int64_t no;
	bool ok;

	ok = find_record(s, id, draft, &no, &form, err) &&
	    form_load(s, buf_str(&form), NULL, &loaded, err) &&
	    (no == 0 || stored_read(s, no, &stored, err) || name_unread(s, no, id, err));
	if (ok) {
		f.d = desk_new(s, loaded, id);
		f.d->record_no = no;
		f.d->in_draft = draft != NULL && draft->found;
		/* A row that the draft removed may have been written in meanwhile. */
		f.d->shared = f.d->in_draft && no != 0;
		f.stored = no != 0 ? &stored : NULL;
		desk_keep(f.d, fill(&f));
		*cursor = cursor_node(&f);
		*desk = f.d;
		map_free(f.rows);
	}
	if (ok && no != 0)
		stored_free(&stored);
	buf_free(&form);
	return ok;
}

bool
store_session_open(struct store *s, const char *record_id, bool resume, struct session **out,
    node_id *cursor, struct err *err)
{
	struct draft draft = { 0 };
	struct desk *d;
	node_id at = NODE_NONE;
	bool ok;

	if (!read_begin(s, err))
		return false;
	ok = (!resume || draft_read(s, record_id, &draft, err)) &&
	    open_filled(s, record_id, resume ? &draft : NULL, &d, &at, err);
	read_end(s);
	draft_free(&draft);
	if (!ok)
		return false;
	/* A draft's defaults ran when it was begun. */
	if (!session_start(d->session, false, err)) {
		store_session_close(s, d->session);
		return false;
	}
	draft_watch(d);
	*out = d->session;
	if (cursor != NULL)
		*cursor = at;
	return true;
}
