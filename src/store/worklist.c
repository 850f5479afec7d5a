#include "store/worklist_in.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "logic/expr.h"
#include "logic/where.h"
#include "store/inside.h"
#include "store/layout.h"

/* ---- names --------------------------------------------------------------------------- */

bool
work_column(void *ctx, const struct question *q, const char **table, const char **column)
{
	struct looking *k = ctx;
	const char *field = k->form->field_of[q->index];
	const struct layout_table *t;
	const struct layout_column *c;
	const struct layout *l;
	struct err ignored;

	*column = NULL;
	if (!layout_get(k->store, k->form->id, &l, &ignored))
		return false;
	if (q->type == Q_REPEAT) {
		t = layout_table(l, field);
		*table = t != NULL ? t->name : NULL;
		return t != NULL;
	}
	c = layout_column(l, field, &t);
	if (c == NULL)
		return false;
	*table = t->name;
	*column = c->name;
	return true;
}

struct published { struct buf form, repeat, key, latest; };

static void
published_free(struct published *p)
{
	buf_free(&p->form);
	buf_free(&p->repeat);
	buf_free(&p->key);
	buf_free(&p->latest);
}

static bool
read_published(struct store *s, const char *list, struct published *p, struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT form, repeat, key, latest FROM ruhu_list WHERE name = ?"
	    " AND entity IS NULL", WITH(b_text(list)));
	bool found = stmt_row(st);

	if (found) {
		buf_set_str(&p->form, stmt_text(st, 0));
		buf_set_str(&p->repeat, stmt_text(st, 1));
		buf_set_str(&p->key, stmt_text(st, 2));
		buf_set_str(&p->latest, stmt_text(st, 3));
	}
	if (!stmt_end(st, err))
		return false;
	return found || err_set(err, _("no form here publishes a list called '%s'"), list);
}

/* The column of a field or, in a list of rows, also of the record round it. */
static const struct layout_column *
list_column(const struct layout *l, const struct published *p, const char *name,
    const struct layout_table **table)
{
	const struct layout_column *c;
	struct buf path = { 0 };

	if (p->repeat.len > 0) {
		buf_addf(&path, "%s/%s", buf_str(&p->repeat), name);
		c = layout_column(l, buf_str(&path), table);
		buf_free(&path);
		if (c != NULL)
			return c;
	}
	return layout_column(l, name, table);
}

static void
dot(struct buf *out, const char *alias, const char *name)
{
	buf_addf(out, "%s.", alias);
	sql_name(out, name);
}

/* The newest of the key, as lists.c chooses it. */
static bool
look_up_in(struct store *s, const struct published *p, const char *column, const char *value,
    struct buf *out, struct err *err)
{
	const struct layout_table *rows, *record, *key_at, *at, *latest_at = NULL;
	const struct layout_column *c, *key, *latest = NULL;
	const struct layout *l;

	if (!layout_get(s, buf_str(&p->form), &l, err))
		return false;
	record = layout_table(l, "");
	rows = p->repeat.len > 0 ? layout_table(l, buf_str(&p->repeat)) : record;
	c = list_column(l, p, column, &at);
	key = list_column(l, p, buf_str(&p->key), &key_at);
	if (p->latest.len > 0)
		latest = list_column(l, p, buf_str(&p->latest), &latest_at);
	if (c == NULL || key == NULL || rows == NULL || (at != rows && at != record))
		return err_set(err, _("the list has no column '%s'"), column);
	buf_add_str(out, "(SELECT ");
	dot(out, at == rows ? "l" : "m", c->name);
	buf_add_str(out, " FROM ");
	sql_name(out, rows->name);
	buf_add_str(out, " l");
	if (rows != record) {
		buf_add_str(out, " JOIN ");
		sql_name(out, record->name);
		buf_add_str(out, " m ON m.record_no = l.record_no");
	}
	buf_add_str(out, " WHERE ");
	dot(out, key_at == rows ? "l" : "m", key->name);
	buf_addf(out, " = %s ORDER BY ", value);
	if (latest != NULL) {
		dot(out, latest_at == rows ? "l" : "m", latest->name);
		buf_add_str(out, " DESC, ");
	}
	buf_add_str(out, "(SELECT z.last_change FROM ruhu_record z WHERE z.no = l.record_no) DESC"
	    " LIMIT 1)");
	return true;
}

static bool
look_up(void *ctx, const char *list, const char *column, const char *key, const char *value,
    struct buf *out, struct err *err)
{
	struct looking *k = ctx;
	struct published p = { 0 };
	bool ok = read_published(k->store, list, &p, err);

	if (ok && strcmp(key, buf_str(&p.key)) != 0)
		ok = err_set(err, _("the list '%s' is looked up by '%s', not by '%s'"), list,
		    buf_str(&p.key), key);
	ok = ok && look_up_in(k->store, &p, column, value, out, err);
	published_free(&p);
	return ok;
}

struct where_names
work_names(struct store *s, const struct task *t, struct looking *looking)
{
	*looking = (struct looking){ s, t->form };
	return (struct where_names){ .rows = t->rows, .clock = s->clock, .lang = tr_lang(),
		.ctx = looking, .column = work_column, .look_up = look_up };
}

/* ---- tying a worklist to its form ------------------------------------------------------- */

static void
wrong_word(struct tying *y, const struct word *w, const char *text)
{
	faults_add(y->faults, FAULT_ERROR, y->file, w->line, w->col, "%s", text);
}

static const struct question *
question(struct tying *y, const struct word *w, const struct form *form)
{
	const struct question *q = form_find(form, w->text, NULL);
	struct near near;
	struct buf text = { 0 };

	if (q != NULL)
		return q;
	near_start(&near, w->text);
	for (size_t i = 1; i < form->questions_n; i++)
		near_try(&near, form->questions[i]->name);
	buf_addf(&text, _("form %s has no question '%s'"), form->id, w->text);
	if (near.best != NULL)
		buf_addf(&text, _(" (did you mean '%s'?)"), near.best);
	wrong_word(y, w, buf_str(&text));
	buf_free(&text);
	return NULL;
}

struct expr *
work_tie_expression(struct tying *y, const struct source *source, bool condition)
{
	const struct question *at = y->t->rows != NULL ? y->t->rows : y->t->form->form->questions[0];
	struct expr_scope scope = { .form = y->t->form->form, .at = at };
	struct looking looking;
	struct where_names names = work_names(y->store, y->t, &looking);
	struct buf sql = { 0 };
	struct err err;
	struct expr *e;
	bool ok;

	if (source->text == NULL)
		return NULL;
	e = expr_compile(source->text, &scope, y->arena, &err);
	ok = e != NULL && (condition ? where_holds : where_value)(e, &names, &sql, &err);
	if (!ok) {
		source_place(source, err.col, &err.line, &err.col);
		faults_add(y->faults, FAULT_ERROR, y->file, err.line, err.col, "%s", err.text);
	}
	buf_free(&sql);
	return e;
}

static struct expr *
answer_of(struct tying *y, const struct word *w, const struct question **shown)
{
	struct buf text = { 0 };
	struct source source = { .line = w->line, .col = w->col };
	struct expr *e = NULL;

	*shown = question(y, w, y->t->form->form);
	if (*shown != NULL) {
		buf_addf(&text, "${%s}", w->text);
		source.text = buf_str(&text);
		e = work_tie_expression(y, &source, false);
	}
	buf_free(&text);
	return e;
}

static const struct choice_list *
choices_of(struct tying *y, const struct word *w)
{
	const struct choice_list *list = form_list(y->t->form->form, w->text);
	struct buf text = { 0 };

	if (list != NULL)
		return list;
	buf_addf(&text, _("form %s has no list of choices called '%s'"), y->t->form->id, w->text);
	wrong_word(y, w, buf_str(&text));
	buf_free(&text);
	return NULL;
}

static void
tie_parts(struct tying *y)
{
	const struct worklist *w = y->t->list;
	struct task *t = y->t;

	t->among = work_tie_expression(y, &w->among, true);
	t->filter = work_tie_expression(y, &w->filter, true);
	t->urgent = work_tie_expression(y, &w->urgent, true);
	t->order = arena_alloc(y->arena, (w->order_n + 1) * sizeof *t->order);
	t->columns = arena_alloc(y->arena, (w->columns_n + 1) * sizeof *t->columns);
	t->shown = arena_alloc(y->arena, (w->columns_n + 1) * sizeof *t->shown);
	t->lists = arena_alloc(y->arena, (w->columns_n + 1) * sizeof *t->lists);
	t->sets = arena_alloc(y->arena, (w->sets_n + 1) * sizeof *t->sets);
	for (size_t i = 0; i < w->order_n; i++)
		t->order[i] = work_tie_expression(y, &w->order[i].by, false);
	for (size_t i = 0; i < w->columns_n; i++)
		t->columns[i] = w->columns[i].question.text != NULL
		    ? answer_of(y, &w->columns[i].question, &t->shown[i])
		    : work_tie_expression(y, &w->columns[i].value, false);
	for (size_t i = 0; i < w->columns_n; i++)
		t->lists[i] = w->columns[i].list.text != NULL ? choices_of(y, &w->columns[i].list)
		    : t->shown[i] != NULL ? t->shown[i]->list : NULL;
	for (size_t i = 0; i < w->sets_n; i++)
		t->sets[i] = work_tie_expression(y, &w->sets[i].value, false);
}

/* A repeat that a row can be added to from the record, or with rows from the row. */
static void
check_repeat(struct tying *y, const struct word *w)
{
	const struct question *q = question(y, w, y->t->form->form);

	if (q != NULL && q->type != Q_REPEAT)
		wrong_word(y, w, _("this is no table (repeat), so it has no rows"));
	else if (q != NULL && q->repeat != NULL)
		wrong_word(y, w, _("a table inside another one has no row of last time to go by"));
}

static bool
load(struct tying *y, const struct word *w, const struct loaded **form)
{
	struct err err;

	if (form_load(y->store, w->text, NULL, form, &err))
		return true;
	wrong_word(y, w, err.text);
	return false;
}

static void
check_enter(struct tying *y)
{
	const struct worklist *w = y->t->list;
	const struct loaded *other;

	if (w->as_last.text != NULL)
		check_repeat(y, &w->as_last);
	if (w->second_person.text != NULL)
		question(y, &w->second_person, y->t->form->form);
	switch (w->enter) {
	case WORKLIST_OPEN:
		return;
	case WORKLIST_AT:
		question(y, &w->enter_at, y->t->form->form);
		return;
	case WORKLIST_ROW:
		check_repeat(y, &w->enter_at);
		return;
	case WORKLIST_NEW:
		if (!load(y, &w->enter_at, &other))
			return;
		for (size_t i = 0; i < w->sets_n; i++)
			question(y, &w->sets[i].question, other->form);
		return;
	}
}

bool
work_tie_form(struct tying *y)
{
	const struct worklist *w = y->t->list;

	if (!load(y, &w->form, &y->t->form))
		return false;
	if (w->rows.text == NULL)
		return true;
	y->t->rows = question(y, &w->rows, y->t->form->form);
	if (y->t->rows != NULL && y->t->rows->type != Q_REPEAT)
		wrong_word(y, &w->rows, _("this is no table (repeat), so it has no rows"));
	return y->t->rows != NULL && y->t->rows->type == Q_REPEAT;
}

static void
tie(struct tying *y)
{
	if (!work_tie_form(y))
		return;
	tie_parts(y);
	check_enter(y);
}

/* ---- files --------------------------------------------------------------------------------- */

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
check_tied(struct store *s, const struct worklists *lists, struct faults *faults)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < lists->n; i++) {
		struct task t = { .list = &lists->v[i] };
		struct tying y = { s, arena, lists->file, faults, &t };

		tie(&y);
	}
	arena_free(arena);
}

bool
store_worklists_check(struct store *s, const char *file, const char *text, size_t len,
    struct faults *faults, struct err *err)
{
	struct worklists *lists = worklists_read(file, text, len, faults);
	bool ok = lists == NULL || read_begin(s, err);

	s->tick++;
	if (ok && lists != NULL) {
		check_tied(s, lists, faults);
		read_end(s);
	}
	worklists_free(lists);
	faults_sort(faults);
	return ok;
}

/* A name must be one over all files: it is what people call a worklist by. */
static bool
names_free(struct store *s, const char *name, const struct worklists *lists, struct err *err)
{
	struct work *others;
	bool ok;

	if (!work_open(s, &others, err))
		return false;
	ok = true;
	for (size_t i = 0; ok && i < lists->n; i++) {
		size_t at = work_find(others, lists->v[i].name.text);

		for (size_t k = 0; at != SIZE_MAX && k < others->files_n; k++) {
			const struct worklists *f = others->files[k];

			if (others->v[at].list >= f->v && others->v[at].list < f->v + f->n &&
			    strcmp(f->file, name) != 0)
				ok = err_at(err, lists->file, lists->v[i].name.line,
				    lists->v[i].name.col, _("name: '%s' is that of a worklist in %s"),
				    lists->v[i].name.text, f->file);
		}
	}
	work_free(others);
	return ok;
}

static bool
put(struct store *s, const char *file, const char *name, const char *text, size_t len, size_t *n,
    struct faults *faults, struct err *err)
{
	struct worklists *lists;
	char at[INSTANT_TEXT];
	bool ok;

	if (!store_worklists_check(s, file, text, len, faults, err))
		return false;
	if (faults->errors > 0)
		return err_set(err, _("%s has %zu faults, so it was not installed"), file,
		    faults->errors);
	lists = worklists_read(file, text, len, faults);
	*n = lists->n;
	store_stamp(s, at);
	ok = names_free(s, name, lists, err) && tx_begin(s, err);
	if (ok)
		ok = tx_end(s, db_run(s->db, err, "INSERT INTO ruhu_worklist(name, text,"
		    " installed_at, installed_by) VALUES(?1,?2,?3,?4) ON CONFLICT(name) DO UPDATE"
		    " SET text = ?2, installed_at = ?3, installed_by = ?4", WITH(b_text(name),
		    b_bytes(text, len), b_text(at), b_text(s->user))) &&
		    event_add(s, "worklist", name, err), err);
	worklists_free(lists);
	return ok;
}

bool
store_worklists_add(struct store *s, const char *file, const char *text, size_t len, size_t *n,
    struct faults *faults, struct err *err)
{
	if (!worklist_file_name(base_name(file)))
		return err_at(err, file, 1, 1, "%s",
		    _("a file of worklists is not named as it should be"));
	return put(s, file, base_name(file), text, len, n, faults, err);
}

bool
worklists_put(struct store *s, const char *name, const char *text, size_t len, size_t *n,
    struct faults *faults, struct err *err)
{
	return put(s, name, name, text, len, n, faults, err);
}

bool
store_worklists_remove(struct store *s, const char *file, struct err *err)
{
	bool ok;

	if (!tx_begin(s, err))
		return false;
	ok = db_run(s->db, err, "DELETE FROM ruhu_worklist WHERE name = ?", WITH(b_text(file)));
	if (ok && db_changed(s->db) == 0)
		ok = err_set(err, _("no file of worklists is called '%s'; 'ruhu worklist list' lists "
		    "them"), file);
	return tx_end(s, ok && event_add(s, "worklist", file, err), err);
}

bool
store_worklist_files(struct store *s, bool (*each)(void *, const struct worklist_file *),
    void *ctx, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT name, text, installed_at, installed_by"
	    " FROM ruhu_worklist ORDER BY name", WITHOUT);

	while (stmt_row(st)) {
		struct worklist_file f = { stmt_text(st, 0), stmt_text(st, 1), stmt_text(st, 2),
			stmt_text(st, 3) };

		if (!each(ctx, &f))
			break;
	}
	return stmt_end(st, err);
}

/* ---- all of them ---------------------------------------------------------------------- */

static bool
add_file(void *ctx, const struct worklist_file *f)
{
	struct work *w = ctx;
	struct faults faults = { 0 };
	struct worklists *lists = worklists_read(f->name, f->text, strlen(f->text), &faults);

	faults_free(&faults);
	if (lists != NULL) {
		w->files = xgrow(w->files, &w->files_cap, w->files_n + 1, sizeof *w->files);
		w->files[w->files_n++] = lists;
	}
	return true;
}

static void
list_all(struct work *w)
{
	for (size_t i = 0; i < w->files_n; i++)
		for (size_t k = 0; k < w->files[i]->n; k++) {
			w->v = xgrow(w->v, &w->cap, w->n + 1, sizeof *w->v);
			w->v[w->n++] = (struct task){ .list = &w->files[i]->v[k],
				.file = w->files[i]->file };
		}
}

struct task *
work_task(struct work *w, size_t i)
{
	struct task *t = &w->v[i];
	struct faults faults = { 0 };
	struct tying y = { w->store, w->arena, t->file, &faults, t };

	if (t->tied)
		return t;
	t->tied = true;
	tie(&y);
	if (faults.errors > 0)
		t->fault = arena_strdup(w->arena, faults.v[0].err.text);
	faults_free(&faults);
	return t;
}

bool
work_open(struct store *s, struct work **out, struct err *err)
{
	struct work *w = xcalloc(1, sizeof *w);

	w->store = s;
	w->arena = arena_new();
	s->tick++;
	if (!store_worklist_files(s, add_file, w, err)) {
		work_free(w);
		return false;
	}
	list_all(w);
	*out = w;
	return true;
}

void
work_free(struct work *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->files_n; i++)
		worklists_free(w->files[i]);
	free(w->files);
	free(w->v);
	arena_free(w->arena);
	free(w);
}

size_t
work_count(const struct work *w)
{
	return w->n;
}

const struct worklist *
work_list(const struct work *w, size_t i)
{
	return w->v[i].list;
}

const char *
work_fault(struct work *w, size_t i)
{
	return work_task(w, i)->fault;
}

const struct form *
work_form(struct work *w, size_t i)
{
	const struct task *t = work_task(w, i);

	return t->form != NULL ? t->form->form : NULL;
}

size_t
work_find(const struct work *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->v[i].list->name.text, name) == 0)
			return i;
	return SIZE_MAX;
}

int64_t
work_version(struct work *w)
{
	struct err ignored;
	int64_t version = 0;

	db_int(w->store->db, &ignored, &version, NULL, "SELECT sum(version) FROM ruhu_data",
	    WITHOUT);
	return version;
}
