#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "form/form_read.h"
#include "logic/logic.h"
#include "store/inside.h"
#include "store/layout.h"

/* ---- a form and its names -------------------------------------------------------- */

void
field_name(const struct form *f, const struct question *q, struct buf *out)
{
	const char *path = q->path;
	bool many = false;

	buf_reset(out);
	if (form_find(f, q->name, &many) == q && !many) {
		buf_add_str(out, q->name);
		return;
	}
	if (path[0] == '/' && strchr(path + 1, '/') != NULL)
		path = strchr(path + 1, '/') + 1;
	buf_add_str(out, path);
}

static struct loaded *
loaded_new(struct form *form, struct logic *logic, const char *version)
{
	struct loaded *f = xcalloc(1, sizeof *f);
	struct buf name = { 0 };

	f->id = xstrdup(form->id);
	f->version = xstrdup(version);
	f->form = form;
	f->logic = logic;
	f->arena = arena_new();
	f->by_field = map_new();
	f->field_of = arena_alloc(f->arena, form->questions_n * sizeof *f->field_of);
	for (size_t i = 0; i < form->questions_n; i++) {
		field_name(form, form->questions[i], &name);
		f->field_of[i] = arena_strdup(f->arena, i == 0 ? "" : buf_str(&name));
		map_put(f->by_field, f->field_of[i], form->questions[i]);
	}
	buf_free(&name);
	return f;
}

static void
loaded_free(struct loaded *f)
{
	if (f == NULL)
		return;
	map_free(f->by_field);
	arena_free(f->arena);
	logic_free(f->logic);
	form_free(f->form);
	free(f->id);
	free(f->version);
	free(f);
}

void
forms_free(struct store *s)
{
	struct loaded *next;

	for (struct loaded *f = s->forms; f != NULL; f = next) {
		next = f->next;
		loaded_free(f);
	}
	s->forms = NULL;
}

void
forms_forget(struct store *s, int64_t no)
{
	for (struct loaded *f = s->forms; f != NULL; f = f->next)
		if (f->no == no)
			f->no = -1;
}

const struct loaded *
form_of_logic(const struct store *s, const struct logic *logic)
{
	const struct loaded *f = s->forms;

	while (f != NULL && f->logic != logic)
		f = f->next;
	return f;
}

const struct question *
form_field(struct store *s, const struct loaded *f, const char *field)
{
	const struct layout *l;
	struct err ignored;
	void **slot = map_get(f->by_field, field);

	if (slot == NULL && layout_get(s, f->id, &l, &ignored))
		slot = map_get(f->by_field, layout_today(l, field));
	return slot != NULL ? *slot : NULL;
}

/* ---- loading ------------------------------------------------------------------------ */

struct kept_files {
	struct store *s;
	int64_t form;
};

static bool
read_kept(void *ctx, const char *name, struct buf *out, struct err *err)
{
	struct kept_files *k = ctx;
	bool found;

	return db_text(k->s->db, err, out, &found,
	    "SELECT text FROM ruhu_form_file WHERE form = ? AND name = ?",
	    WITH(b_int(k->form), b_text(name))) &&
	    (found || err_set(err, _("%s is not in the database"), name));
}

bool
form_current(struct store *s, const char *id, int64_t *no, struct err *err)
{
	*no = 0;
	return db_int(s->db, err, no, NULL,
	    "SELECT no FROM ruhu_form WHERE id = ? AND current = 1", WITH(b_text(id)));
}

static struct loaded *
load_text(struct store *s, int64_t no, const char *version, const char *text, size_t len,
    const char *file, struct err *err)
{
	struct kept_files kept = { s, no };
	const struct form_files files = { &kept, read_kept };
	struct faults faults = { 0 };
	struct form *form = form_read(file, text, len, &files, &faults);
	struct logic *logic = form != NULL ? logic_compile(form, &faults) : NULL;
	struct loaded *f = NULL;

	if (logic != NULL) {
		f = loaded_new(form, logic, version);
		f->no = no;
	} else {
		for (size_t i = 0; i < faults.n; i++)
			if (faults.v[i].severity == FAULT_ERROR) {
				*err = faults.v[i].err;
				err_wrap(err, _("A form in the database cannot be used"));
				break;
			}
		form_free(form);
	}
	faults_free(&faults);
	return f;
}

static bool
load_no(struct store *s, int64_t no, const struct loaded **out, struct err *err)
{
	struct stmt *st;
	struct buf version = { 0 }, text = { 0 }, file = { 0 };
	struct loaded *f;

	for (f = s->forms; f != NULL; f = f->next)
		if (f->no == no) {
			*out = f;
			return true;
		}
	st = db_query(s->db, err, "SELECT version, file, text FROM ruhu_form WHERE no = ?",
	    WITH(b_int(no)));
	if (stmt_row(st)) {
		buf_add_str(&version, stmt_text(st, 0));
		buf_add_str(&file, stmt_text(st, 1));
		buf_add_str(&text, stmt_text(st, 2));
	}
	if (stmt_end(st, err))
		f = load_text(s, no, buf_str(&version), buf_str(&text), text.len, buf_str(&file),
		    err);
	buf_free(&version);
	buf_free(&file);
	buf_free(&text);
	if (f == NULL)
		return false;
	f->next = s->forms;
	s->forms = f;
	*out = f;
	/* What reading its text took would stay with each person at work. */
	store_rest(s);
	return true;
}

bool
form_load(struct store *s, const char *id, const char *version, const struct loaded **out,
    struct err *err)
{
	int64_t no = 0;
	bool ok;

	if (version == NULL)
		ok = form_current(s, id, &no, err);
	else
		ok = db_int(s->db, err, &no, NULL,
		    "SELECT no FROM ruhu_form WHERE id = ? AND version = ?",
		    WITH(b_text(id), b_text(version)));
	if (!ok)
		return false;
	if (no != 0)
		return load_no(s, no, out, err);
	if (version != NULL)
		return err_set(err, _("Version %s of form %s is not in this database; install it "
		    "with `ruhu form add`"), version, id);
	return err_set(err, _("Form %s is not in this database; install it with "
	    "`ruhu form add`"), id);
}

bool
store_form_there(struct store *s, const char *id, bool *there, struct err *err)
{
	return db_exists(s->db, err, there,
	    "SELECT 1 FROM ruhu_form WHERE id = ? AND current = 1 AND text <> ''", WITH(b_text(id)));
}

bool
store_form(struct store *s, const char *id, const char *version, const struct logic **out,
    struct err *err)
{
	const struct loaded *f;

	if (!form_load(s, id, version, &f, err))
		return false;
	*out = f->logic;
	return true;
}

bool
store_forms(struct store *s, bool (*each)(void *, const struct form_info *), void *ctx,
    struct err *err)
{
	struct stmt *st = db_query(s->db, err,
	    "SELECT f.id, f.version, f.title, f.installed_at, f.installed_by, f.hash, f.current,"
	    " (SELECT count(*) FROM ruhu_record r WHERE r.form = f.id AND r.version = f.version"
	    "  AND r.deleted = 0),"
	    " (SELECT count(*) FROM ruhu_draft d WHERE d.form = f.id AND d.version = f.version)"
	    " FROM ruhu_form f ORDER BY f.id, f.no DESC", WITHOUT);

	while (stmt_row(st)) {
		const struct form_info info = {
			.id = stmt_text(st, 0), .version = stmt_text(st, 1),
			.title = stmt_text(st, 2), .installed_at = stmt_text(st, 3),
			.installed_by = stmt_text(st, 4), .hash = stmt_text(st, 5),
			.current = stmt_int(st, 6) != 0, .records = stmt_int(st, 7),
			.drafts = stmt_int(st, 8)
		};

		if (!each(ctx, &info))
			break;
	}
	return stmt_end(st, err);
}

bool
store_column(struct store *s, const char *form, const char *field, struct buf *table,
    struct buf *column, struct err *err)
{
	const struct layout_table *t;
	const struct layout_column *c;
	const struct layout *l;

	buf_reset(table);
	buf_reset(column);
	if (!layout_get(s, form, &l, err))
		return false;
	c = layout_column(l, field, &t);
	if (c != NULL) {
		buf_add_str(table, t->name);
		buf_add_str(column, c->name);
	}
	return true;
}
