#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "form/form_diff.h"
#include "form/form_table.h"
#include "form/form_read.h"
#include "form/xlsx.h"
#include "logic/logic.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/rebuild.h"

struct kept_file { char *name; struct buf text; };

/* A form on its way into the database, with every file that it asked for. */
struct adding {
	struct store *s;
	const char *file, *text;
	size_t len;
	const struct form_files *files;
	struct kept_file *kept;
	size_t kept_n, kept_cap;
	char hash[HASH_BYTES * 2 + 1];
	char version[128];
	struct loaded form;		/* not owned by the store */
	bool announced;			/* its row is there: other sites' changes named it */
};

static const struct kept_file *
kept_file(const struct adding *a, const char *name)
{
	for (size_t i = 0; i < a->kept_n; i++)
		if (strcmp(a->kept[i].name, name) == 0)
			return &a->kept[i];
	return NULL;
}

/* Reads through the caller's files, and keeps what was read. */
static bool
read_and_keep(void *ctx, const char *name, struct buf *out, struct err *err)
{
	struct adding *a = ctx;
	const struct kept_file *known = kept_file(a, name);
	struct kept_file *k;
	size_t start = out->len;

	if (known != NULL) {
		buf_add(out, buf_str(&known->text), known->text.len);
		return true;
	}
	if (a->files == NULL || a->files->read == NULL)
		return err_set(err, _("%s is not there"), name);
	if (!a->files->read(a->files->ctx, name, out, err))
		return false;
	a->kept = xgrow(a->kept, &a->kept_cap, a->kept_n + 1, sizeof *a->kept);
	k = &a->kept[a->kept_n++];
	memset(k, 0, sizeof *k);
	k->name = xstrdup(name);
	buf_add(&k->text, out->data != NULL ? out->data + start : "", out->len - start);
	return true;
}

static bool
is_table(const char *ending)
{
	static const char *const endings[] = { ".csv", ".tsv", ".xml", ".geojson" };

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (strcmp(ending, endings[i]) == 0)
			return true;
	return false;
}

static void
read_table(struct adding *a, const char *file, struct faults *faults)
{
	const char *ending = strrchr(file, '.');
	struct buf text = { 0 };
	struct err ignored;
	struct arena *arena;

	if (ending == NULL || !is_table(ending) || kept_file(a, file) != NULL)
		return;
	if (read_and_keep(a, file, &text, &ignored)) {
		arena = arena_new();
		table_read(file, buf_str(&text), text.len, arena, faults);
		arena_free(arena);
	}
	buf_free(&text);
}

/* Tables beside the form (select_one_from_file, csv-external, pulldata()). One that is not
 * there may be a list that another form publishes. */
static void
read_tables(struct adding *a, const struct form *form, struct faults *faults)
{
	for (size_t i = 0; i < form->questions_n; i++)
		if (form->questions[i]->file != NULL)
			read_table(a, form->questions[i]->file, faults);
	for (size_t i = 0; i < form->outside_n; i++)
		read_table(a, form->outside[i].file, faults);
}

static void
name_version(struct adding *a, const struct form *form)
{
	unsigned char hash[HASH_BYTES];

	hash_bytes(a->text, a->len, hash);
	hex_format(hash, sizeof hash, a->hash);
	if (form->version != NULL && form->version[0] != '\0')
		snprintf(a->version, sizeof a->version, "%s", form->version);
	else
		snprintf(a->version, sizeof a->version, "%.8s", a->hash);
}

static bool
read_form(struct adding *a, struct faults *faults, struct err *err)
{
	const struct form_files files = { a, read_and_keep };
	struct form *form = form_read_lenient(a->file, a->text, a->len, &files, faults);
	struct logic *logic = NULL;

	if (form != NULL) {
		read_tables(a, form, faults);
		logic = logic_compile(form, faults);
	}
	faults_sort(faults);
	if (faults->errors > 0 || logic == NULL) {
		logic_free(logic);
		form_free(form);
		return err_set(err, _("%s has %zu faults, so it was not installed"), a->file,
		    faults->errors);
	}
	name_version(a, form);
	a->form.form = form;
	a->form.logic = logic;
	return true;
}

/* ---- is it there already? ------------------------------------------------------------ */

static bool
same_files(struct adding *a, int64_t no, bool *same, struct err *err)
{
	struct stmt *st = db_query(a->s->db, err,
	    "SELECT name, text FROM ruhu_form_file WHERE form = ?", WITH(b_int(no)));
	size_t n = 0;

	*same = true;
	for (; stmt_row(st); n++) {
		const struct kept_file *k = kept_file(a, stmt_text(st, 0));

		*same = *same && k != NULL && strcmp(buf_str(&k->text), stmt_text(st, 1)) == 0;
	}
	*same = *same && n == a->kept_n;
	return stmt_end(st, err);
}

/* *there: the very same text and files are installed. The same version with
 * another content is refused: records name the version they were keyed with. */
static bool
look_for_same(struct adding *a, bool *there, struct err *err)
{
	int64_t no = 0;
	bool found, same_text = false, same = false;

	if (!db_int(a->s->db, err, &no, &found,
	    "SELECT no FROM ruhu_form WHERE id = ? AND version = ?",
	    WITH(b_text(a->form.form->id), b_text(a->version))))
		return false;
	if (found && !db_exists(a->s->db, err, &a->announced,
	    "SELECT 1 FROM ruhu_form WHERE no = ? AND text = ''", WITH(b_int(no))))
		return false;
	if (a->announced) {
		a->form.no = no;
		found = false;
	}
	if (found && (!db_exists(a->s->db, err, &same_text,
	    "SELECT 1 FROM ruhu_form WHERE no = ? AND hash = ?",
	    WITH(b_int(no), b_text(a->hash))) || !same_files(a, no, &same, err)))
		return false;
	*there = found && same_text && same;
	if (found && !*there)
		return err_set(err, _("Version %s of form %s is already installed with other "
		    "content; give the changed form a new `version` in its settings"),
		    a->version, a->form.form->id);
	return true;
}

/* ---- writing ----------------------------------------------------------------------------- */

static bool
insert_form(struct adding *a, struct err *err)
{
	const struct form *f = a->form.form;
	struct db *db = a->s->db;
	char at[INSTANT_TEXT];

	store_stamp(a->s, at);
	if (!db_run(db, err, "UPDATE ruhu_form SET current = 0 WHERE id = ?",
	    WITH(b_text(f->id))) ||
	    !db_run(db, err, "INSERT INTO ruhu_form(id, version, title, file, text, hash,"
	    " installed_at, installed_by, current) VALUES(?,?,?,?,?,?,?,?,1)"
	    " ON CONFLICT(id, version) DO UPDATE SET title = excluded.title,"
	    " file = excluded.file, text = excluded.text, hash = excluded.hash,"
	    " installed_at = excluded.installed_at, installed_by = excluded.installed_by,"
	    " current = 1",
	    WITH(b_text(f->id), b_text(a->version),
	    b_text(text_in(f, &f->title, f->default_language)), b_text(a->file),
	    b_bytes(a->text, a->len), b_text(a->hash), b_text(at), b_text(a->s->user))))
		return false;
	if (!a->announced)
		a->form.no = db_last_no(db);
	for (size_t i = 0; i < a->kept_n; i++)
		if (!db_run(db, err, "INSERT INTO ruhu_form_file(form, name, text) VALUES(?,?,?)",
		    WITH(b_int(a->form.no), b_text(a->kept[i].name),
		    b_bytes(buf_str(&a->kept[i].text), a->kept[i].text.len))))
			return false;
	return true;
}

static void
name_fields(struct adding *a)
{
	const struct form *f = a->form.form;
	struct buf name = { 0 };

	a->form.id = (char *)f->id;
	a->form.version = a->version;
	a->form.arena = arena_new();
	a->form.field_of = arena_alloc(a->form.arena, f->questions_n * sizeof *a->form.field_of);
	for (size_t i = 0; i < f->questions_n; i++) {
		field_name(f, f->questions[i], &name);
		a->form.field_of[i] = arena_strdup(a->form.arena, i == 0 ? "" : buf_str(&name));
	}
	buf_free(&name);
}

static const char *
field_or_none(const struct adding *a, const struct question *q)
{
	return q != NULL ? a->form.field_of[q->index] : "";
}

/* A published list is one form's; of entities, any form may make and change some. */
static bool
list_free(struct adding *a, const char *name, bool entity, struct err *err)
{
	struct buf other = { 0 };
	bool taken, ok;

	ok = db_text(a->s->db, err, &other, &taken,
	    "SELECT form FROM ruhu_list WHERE name = ? AND NOT (? AND entity IS NOT NULL) LIMIT 1",
	    WITH(b_text(name), b_int(entity)));
	if (ok && taken)
		ok = err_set(err, _("Form %s already publishes a list called %s; give the "
		    "one in %s another name"), buf_str(&other), name, a->file);
	buf_free(&other);
	return ok;
}

static bool
write_entity(struct adding *a, const struct entity *e, struct err *err)
{
	const struct question *repeat = e->at->type == Q_REPEAT ? e->at : e->at->repeat;
	struct buf properties = { 0 };
	bool ok;

	for (size_t i = 0; i < e->saved_n; i++)
		buf_addf(&properties, "%s\t%s\n", e->saved[i]->save_to,
		    a->form.field_of[e->saved[i]->index]);
	ok = list_free(a, e->list, true, err) &&
	    db_run(a->s->db, err, "INSERT INTO ruhu_list(name, form, repeat, key, latest, label,"
	    " entity) VALUES(?,?,?,?,'',?,?)", WITH(b_text(e->list), b_text(a->form.id),
	    b_text(field_or_none(a, repeat)), b_text(field_or_none(a, e->id)),
	    b_text(field_or_none(a, e->label)), b_text(buf_str(&properties))));
	buf_free(&properties);
	return ok;
}

/* Which lists this form publishes, so that others find them without reading it. */
static bool
write_lists(struct adding *a, struct err *err)
{
	const struct form *f = a->form.form;
	struct db *db = a->s->db;

	if (!db_run(db, err, "DELETE FROM ruhu_list WHERE form = ?", WITH(b_text(f->id))))
		return false;
	for (size_t i = 0; i < f->publish_n; i++) {
		const struct publish *p = &f->publish[i];

		if (!list_free(a, p->name, false, err) ||
		    !db_run(db, err, "INSERT INTO ruhu_list(name, form, repeat, key, latest,"
		    " label) VALUES(?,?,?,?,?,?)", WITH(b_text(p->name), b_text(f->id),
		    b_text(field_or_none(a, p->repeat)), b_text(field_or_none(a, p->key)),
		    b_text(field_or_none(a, p->latest)), b_text(field_or_none(a, p->label)))))
			return false;
	}
	for (size_t i = 0; i < f->entities_n; i++)
		if (!write_entity(a, f->entities[i], err))
			return false;
	return true;
}

/* Did other sites send values of this form before it was here? Or are there answers
 * written apart, of which this version may show others? */
static bool
waiting_values(struct adding *a, bool *waiting, struct err *err)
{
	return db_exists(a->s->db, err, waiting, "SELECT 1 FROM ruhu_record"
	    " WHERE form = ?1 AND EXISTS (SELECT 1 FROM ruhu_change c WHERE c.record = ruhu_record.no"
	    "  AND c.flags & 2) UNION ALL SELECT 1 FROM ruhu_conflict k JOIN ruhu_record r"
	    " ON r.no = k.record WHERE r.form = ?1 LIMIT 1", WITH(b_text(a->form.id)));
}

static bool
write_form(struct adding *a, struct faults *faults, struct err *err)
{
	struct buf what = { 0 };
	bool rebuild = false, waiting = false, ok;

	name_fields(a);
	layouts_forget(a->s);
	buf_addf(&what, "%s %s %s", a->form.id, a->version, a->hash);
	ok = insert_form(a, err) && layout_install(a->s, &a->form, &rebuild, faults, err) &&
	    waiting_values(a, &waiting, err) &&
	    (!(rebuild || waiting) || rebuild_form(a->s, a->form.id, rebuild, err)) &&
	    layout_index_form(a->s, &a->form, err) && write_lists(a, err) &&
	    data_changed(a->s, a->form.id, err) && event_add(a->s, "form", what.data, err);
	buf_free(&what);
	return ok;
}

static bool
install(struct adding *a, struct buf *report, struct faults *faults, struct err *err)
{
	const struct form *f = a->form.form;
	const struct loaded *was = NULL;
	int64_t before = 0;
	bool there, ok;

	if (!tx_begin(a->s, err))
		return false;
	ok = look_for_same(a, &there, err);
	if (!ok || there) {
		tx_rollback(a->s);
		if (ok)
			buf_addf(report, _("%s %s is installed already, nothing to do\n"), f->id,
			    a->version);
		return ok;
	}
	ok = form_current(a->s, f->id, &before, err) &&
	    (before == 0 || form_load(a->s, f->id, NULL, &was, err)) &&
	    write_form(a, faults, err);
	if (!tx_end(a->s, ok, err)) {
		layouts_forget(a->s);
		forms_forget(a->s, a->form.no);
		return false;
	}
	if (was == NULL)
		buf_addf(report, _("%s %s installed\n"), f->id, a->version);
	else
		buf_addf(report, _("%s %s installed, after %s\n"), f->id, a->version,
		    was->version);
	if (was != NULL)
		form_diff(was->form, f, report);
	return true;
}

/* What is wrong with a spreadsheet, by its cells: those of the YAML that is kept of it
 * nobody knows. */
static void
find_cells_faults(const char *file, const char *text, size_t len,
    const struct form_files *files, struct faults *faults)
{
	struct form *form = form_read_lenient(file, text, len, files, faults);

	if (form != NULL)
		logic_free(logic_compile(form, faults));
	form_places(form, faults);
	form_free(form);
}

bool
store_form_add(struct store *s, const char *file, const char *text, size_t len,
    const struct form_files *files, struct buf *report, struct faults *faults, struct err *err)
{
	struct buf plain = { 0 };	/* a spreadsheet is kept as YAML */
	struct faults of_plain = { 0 };
	struct adding a = { .s = s, .file = file, .files = files };
	bool cells = xlsx_is(text, len), ok;

	if (cells)
		find_cells_faults(file, text, len, files, faults);
	ok = form_plain_text(file, text, len, &plain, cells ? &of_plain : faults) ||
	    err_set(err, _("%s could not be read, so it was not installed"), file);
	a.text = buf_str(&plain);
	a.len = plain.len;
	ok = ok && read_form(&a, cells ? &of_plain : faults, err) &&
	    install(&a, report, faults, err);

	faults_free(&of_plain);
	for (size_t i = 0; i < a.kept_n; i++) {
		free(a.kept[i].name);
		buf_free(&a.kept[i].text);
	}
	free(a.kept);
	arena_free(a.form.arena);
	logic_free(a.form.logic);
	form_free(a.form.form);
	buf_free(&plain);
	return ok;
}
