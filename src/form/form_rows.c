#include "form/form_rows.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "form/form_build.h"
#include "form/form_columns.h"
#include "form/form_outside.h"
#include "form/yaml_tree.h"

struct rows {
	const struct form *form;
	struct arena *arena;
	struct faults *faults;
	const char **list_names;	/* by index of form->lists */
	struct ynode *survey, *choices, *settings, *entities;
};

/* ---- nodes -------------------------------------------------------------------- */

static struct ynode *
add(struct rows *r, struct ynode *parent, enum ynode_kind kind, const char *key)
{
	struct ynode *node = arena_alloc(r->arena, sizeof *node);

	node->kind = kind;
	node->text = "";
	node->key = key != NULL ? arena_strdup(r->arena, key) : NULL;
	if (parent != NULL)
		ynode_append(parent, node);
	return node;
}

static void
cell(struct rows *r, struct ynode *row, const char *column, const char *text)
{
	if (text != NULL && *text != '\0')
		add(r, row, Y_TEXT, column)->text = arena_strdup(r->arena, text);
}

/* One column without a language, or one for each. */
static void
texts(struct rows *r, struct ynode *row, const char *column, const struct text *t)
{
	const struct form *f = r->form;
	struct buf name = { 0 };

	for (size_t i = 0; t->in != NULL && i < f->languages_n; i++) {
		buf_set_str(&name, column);
		if (f->languages_n > 1 || strcmp(f->languages[i], "default") != 0)
			buf_addf(&name, "::%s", f->languages[i]);
		cell(r, row, buf_str(&name), t->in[i]);
	}
	buf_free(&name);
}

static void
lost(struct rows *r, const struct question *q, const char *what)
{
	faults_add(r->faults, FAULT_WARNING, r->form->file, q->line, q->col,
	    _("'%s': %s has no column in XLSForm and is left out"), q->name, what);
}

/* ---- lists ----------------------------------------------------------------------- */

static const char *
list_name(const struct rows *r, const struct choice_list *list)
{
	for (size_t i = 0; i < r->form->lists_n; i++)
		if (r->form->lists[i] == list)
			return r->list_names[i];
	return list->name;
}

/* Lists of an XForm's own items have no name of their own: the question's. */
static void
name_lists(struct rows *r)
{
	const struct form *f = r->form;
	struct map *taken = map_new();

	r->list_names = arena_alloc(r->arena, (f->lists_n + 1) * sizeof *r->list_names);
	for (size_t i = 0; i < f->lists_n; i++) {
		const char *from = f->lists[i]->name, *slash = strrchr(from, '/');
		struct buf name = { 0 };
		size_t base;

		buf_add_str(&name, slash != NULL ? slash + 1 : from);
		if (slash != NULL && strchr(buf_str(&name), ':') != NULL)
			buf_cut(&name, strcspn(buf_str(&name), ":"));
		base = name.len;
		for (int n = 2; map_get(taken, buf_str(&name)) != NULL; n++) {
			buf_cut(&name, base);
			buf_addf(&name, "_%d", n);
		}
		r->list_names[i] = arena_strdup(r->arena, buf_str(&name));
		map_put(taken, r->list_names[i], NULL);
		buf_free(&name);
	}
	map_free(taken);
}

static bool
or_other(const struct form *f, const struct choice_list *list)
{
	for (size_t i = 1; i < f->questions_n; i++)
		if (f->questions[i]->other && f->questions[i]->list == list)
			return true;
	return false;
}

/* How an XForm's items find their labels; of use only to who asks for it. */
static bool
asks_itext(const struct form *f)
{
	for (size_t i = 1; i < f->questions_n; i++) {
		const struct question *q = f->questions[i];

		if ((q->calculation.text != NULL && strstr(q->calculation.text, "itextId") != NULL) ||
		    (q->choice_filter.text != NULL &&
		    strstr(q->choice_filter.text, "itextId") != NULL))
			return true;
	}
	return false;
}

static void
list_rows(struct rows *r, size_t at)
{
	const struct choice_list *list = r->form->lists[at];
	bool other = or_other(r->form, list), itext = asks_itext(r->form);

	if (list->root != NULL || list->item != NULL)
		faults_add(r->faults, FAULT_WARNING, r->form->file, list->line, list->col,
		    _("'%s': %s has no column in XLSForm and is left out"), list->name,
		    _("what its elements are called"));

	for (size_t i = 0; i < list->n; i++) {
		const struct choice *c = &list->v[i];
		struct ynode *row;

		/* or_other brings it by itself. */
		if (other && i + 1 == list->n && strcmp(c->name, "other") == 0)
			continue;
		row = add(r, r->choices, Y_MAP, NULL);
		cell(r, row, "list_name", r->list_names[at]);
		cell(r, row, "name", c->name);
		texts(r, row, "label", &c->label);
		for (size_t k = 0; k < list->columns_n; k++)
			if (itext || strcmp(list->columns[k], "itextId") != 0)
				cell(r, row, list->columns[k], c->cells[k]);
	}
}

/* ---- questions --------------------------------------------------------------------- */

static void
type_cell(struct rows *r, struct ynode *row, const struct question *q)
{
	const char *name = type_info(q->type)->name;
	struct buf text = { 0 };

	if (q->type == Q_GROUP || q->type == Q_REPEAT)
		buf_addf(&text, "begin_%s", name);
	else if (q->from_repeat != NULL)
		buf_addf(&text, "%s ${%s}", name, q->from_repeat);
	else if (q->list != NULL)
		buf_addf(
		    &text, "%s %s%s", name, list_name(r, q->list), q->other ? " or_other" : "");
	else if (q->dataset != NULL && form_list(r->form, q->dataset) != NULL)
		buf_addf(&text, "%s %s", name, list_name(r, form_list(r->form, q->dataset)));
	else if (q->dataset != NULL && q->type != Q_CSV_EXTERNAL && q->type != Q_XML_EXTERNAL)
		buf_addf(&text, "%s_from_file %s", name, q->file);
	else
		buf_add_str(&text, name);
	cell(r, row, "type", buf_str(&text));
	buf_free(&text);
	if (q->list == NULL && q->dataset != NULL && form_list(r->form, q->dataset) != NULL)
		lost(r, q, _("another column of the list"));
}

/* XLSForm tells a literal from an expression by its looks; so it must look. */
static void
default_cell(struct rows *r, struct ynode *row, const struct question *q)
{
	const char *s = q->default_.text;
	struct buf text = { 0 };

	if (s == NULL)
		return;
	if (q->default_kind == DEFAULT_EXPRESSION && strchr(s, '(') == NULL &&
	    strstr(s, "${") == NULL)
		buf_addf(&text, "string(%s)", s);
	else if (q->default_kind == DEFAULT_LITERAL && strpbrk(s, "(+*|$") != NULL)
		buf_addf(&text, strchr(s, '\'') == NULL ? "string('%s')" : "string(\"%s\")", s);
	else
		buf_add_str(&text, s);
	cell(r, row, "default", buf_str(&text));
	buf_free(&text);
	if (q->default_when == DEFAULT_EACH_LOAD)
		lost(r, q, _("an action each time the record is opened"));
}

static void
parameters_cell(struct rows *r, struct ynode *row, const struct question *q)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < q->parameters_n; i++) {
		const char *v = q->parameters[i].value;
		const char *mark = v[strcspn(v, " ,;")] != '\0' ? "'" : "";

		buf_addf(
		    &text, "%s%s=%s%s%s", i > 0 ? " " : "", q->parameters[i].name, mark, v, mark);
	}
	cell(r, row, "parameters", buf_str(&text));
	buf_free(&text);
}

static void
missing_cell(struct rows *r, struct ynode *row, const struct question *q)
{
	struct buf text = { 0 };

	for (unsigned bit = 1; bit <= MISSING_LAST; bit *= 2)
		if (q->missing & bit)
			buf_addf(&text, "%s%s", text.len > 0 ? " " : "",
			    missing_name((enum missing)bit));
	cell(r, row, "missing", buf_str(&text));
	buf_free(&text);
}

static const char *
enforce_cell(enum enforce e)
{
	return e == ENFORCE_HARD ? NULL : enforce_name(e);
}

/* With several entities a property is told with its list. */
static void
save_cell(struct rows *r, struct ynode *row, const struct question *q)
{
	const struct form *f = r->form;
	struct buf text = { 0 };

	for (size_t i = 0; i < f->entities_n; i++)
		for (size_t k = 0; k < f->entities[i]->saved_n; k++)
			if (f->entities[i]->saved[k] == q && f->entities_n > 1)
				buf_addf(&text, "%s#", f->entities[i]->list);
	buf_add_str(&text, q->save_to);
	cell(r, row, "save_to", buf_str(&text));
	buf_free(&text);
}

/* Is there an expression in one of the texts, where XLSForm has names only? */
static bool
has_expression(const struct form *f, const struct text *t)
{
	for (size_t i = 0; t->in != NULL && i < f->languages_n; i++)
		for (const char *p = t->in[i]; p != NULL && (p = strstr(p, "${")) != NULL; p += 2)
			if (text_is_expression(f, p + 2, strcspn(p + 2, "}")))
				return true;
	return false;
}

static void
text_cells(struct rows *r, struct ynode *row, const struct question *q, const char *column,
    const struct text *t)
{
	texts(r, row, column, t);
	if (has_expression(r->form, t))
		faults_add(r->faults, FAULT_WARNING, r->form->file, q->line, q->col,
		    _("'%s': the expression in its %s is kept in ${ }; other programs that read "
		      "XLSForm know names alone there"),
		    q->name, column);
}

/* Every column of the table that is a text, a source, a string or a word. */
static void
plain_cells(struct rows *r, struct ynode *row, const struct question *q)
{
	size_t n;
	const struct column *columns = column_table(&n);

	for (size_t i = 0; i < n; i++) {
		const char *at = (const char *)q + columns[i].offset;

		if (columns[i].kind == COL_TEXT)
			text_cells(r, row, q, columns[i].name,
			    (const struct text *)(const void *)at);
		else if (columns[i].kind == COL_STRING && r->form->entities_n == 0 &&
		    columns[i].offset == offsetof(struct question, save_to))
			continue;	/* an XForm's, of no entity */
		else if (columns[i].offset == offsetof(struct question, save_to) &&
		    columns[i].kind == COL_STRING && q->save_to != NULL)
			save_cell(r, row, q);
		else if (columns[i].kind == COL_STRING)
			cell(r, row, columns[i].name, *(const char *const *)(const void *)at);
		else if (columns[i].kind == COL_ENFORCE)
			cell(r, row, columns[i].name,
			    enforce_cell(*(const enum enforce *)(const void *)at));
		else if (columns[i].kind == COL_SOURCE && strcmp(columns[i].name, "default") != 0 &&
		    !(q->type == Q_NOTE && at == (const char *)(const void *)&q->read_only))
			cell(r, row, columns[i].name,
			    ((const struct source *)(const void *)at)->text);
	}
}

/* Does a new record begin with rows that no count asks for? */
static bool
begins_with(const struct start_row *row, const struct question *q)
{
	size_t n = 0;
	bool within = false;

	for (; row != NULL; row = row->next) {
		n += row->repeat == q;
		within = within || begins_with(row->first, q);
	}
	return within || n > 1 || (n == 1 && q->repeat_count.text == NULL);
}

static void
question_row(struct rows *r, const struct question *q)
{
	struct ynode *row = add(r, r->survey, Y_MAP, NULL);

	type_cell(r, row, q);
	cell(r, row, "name", q->name);
	plain_cells(r, row, q);
	default_cell(r, row, q);
	parameters_cell(r, row, q);
	missing_cell(r, row, q);
	for (size_t i = 0; i < q->extra_n; i++)
		cell(r, row, q->extra[i].name, q->extra[i].value);
	if (begins_with(r->form->start, q))
		lost(r, q, _("the rows that a new record begins with"));
}

static void
survey_rows(struct rows *r, const struct question *top)
{
	const struct question *skip = NULL;

	for (const struct question *q = top->first; q != NULL; q = q->next) {
		/* What an XForm keeps for itself is made anew by whoever reads the rows. */
		if (q == skip || question_only_entity(q) ||
		    (r->form->xform && top->type == Q_FORM && strcmp(q->name, "meta") == 0))
			continue;
		if (q->attribute != NULL) {
			lost(r, q, _("what an attribute holds"));
			continue;
		}
		question_row(r, q);
		if (q->other)
			skip = q->next;
		if (q->type == Q_GROUP || q->type == Q_REPEAT) {
			survey_rows(r, q);
			cell(r, add(r, r->survey, Y_MAP, NULL), "type",
			    q->type == Q_REPEAT ? "end_repeat" : "end_group");
		}
	}
}

/* ---- settings ------------------------------------------------------------------------ */

static void
names(struct buf *out, const char *key, const struct question **v, size_t n)
{
	if (n == 0)
		return;
	buf_addf(out, "%s%s: [", out->len > 1 ? ", " : "", key);
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "", v[i]->name);
	buf_add_char(out, ']');
}

/* settings.ruhu in one cell, as YAML. */
static void
ruhu_cell(struct rows *r, struct ynode *row)
{
	const struct form *f = r->form;
	struct buf t = { 0 };

	buf_add_char(&t, '{');
	names(&t, "unique", f->unique, f->unique_n);
	names(&t, "list", f->list, f->list_n);
	names(&t, "walk", f->walk, f->walk_n);
	if (f->scope.text != NULL) {
		buf_addf(&t, "%sscope: '", t.len > 1 ? ", " : "");
		for (const char *p = f->scope.text; *p != '\0'; p++)
			buf_addf(&t, "%s%c", *p == '\'' ? "'" : "", *p);
		buf_add_char(&t, '\'');
	}
	for (size_t i = 0; i < f->publish_n; i++) {
		const struct publish *p = &f->publish[i];

		buf_add_str(&t, i > 0 ? ", " : t.len > 1 ? ", publish: {" : "publish: {");
		buf_addf(&t, "%s: {", p->name);
		if (p->repeat != NULL)
			buf_addf(&t, "repeat: %s, ", p->repeat->name);
		buf_addf(&t, "key: %s", p->key->name);
		if (p->latest != NULL)
			buf_addf(&t, ", latest: %s", p->latest->name);
		if (p->label != NULL)
			buf_addf(&t, ", label: %s", p->label->name);
		buf_add_str(&t, i + 1 == f->publish_n ? "}}" : "}");
	}
	buf_add_char(&t, '}');
	if (t.len > 2)
		cell(r, row, "ruhu", buf_str(&t));
	buf_free(&t);
}

/* Does a list hold a name twice, as an XForm's instance or allow_choice_... may? */
static bool
duplicates(const struct form *f)
{
	bool found = false;

	for (size_t i = 0; i < f->lists_n && !found; i++) {
		struct map *seen = map_new();

		for (size_t k = 0; k < f->lists[i]->n && !found; k++)
			found = !map_put(seen, f->lists[i]->v[k].name, NULL);
		map_free(seen);
	}
	return found;
}

/* Does it ask for a text by an id that pyxform would not give it? What it works out
 * from itextId is such an id. */
static bool
asks_own_text(const struct form *f, const char *expression)
{
	const char *at = expression, *id;
	char name[256];
	size_t len;

	if (expression == NULL || strstr(expression, "jr:itext(") == NULL)
		return false;
	while ((id = outside_named(&at, "jr:itext(", &len)) != NULL) {
		snprintf(name, sizeof name, "%.*s", (int)len, id);
		if (text_by_path(f, name) == NULL)
			return true;
	}
	return at == expression && strstr(expression, "itextId") == NULL;
}

static void
texts_lost(struct rows *r)
{
	for (size_t i = 1; r->form->texts_n > 0 && i < r->form->questions_n; i++) {
		const struct question *q = r->form->questions[i];
		const struct source *s;

		for (size_t k = 0; (s = question_source(q, k)) != NULL; k++)
			if (asks_own_text(r->form, s->text))
				lost(r, q, _("the text that jr:itext() names"));
	}
}

/* Tables that pulldata() names need no row. */
static void
outside_rows(struct rows *r)
{
	const struct form *f = r->form;

	for (size_t i = 0; i < f->outside_n; i++) {
		const struct outside *o = &f->outside[i];
		const char *dot = strrchr(o->file, '.');
		bool xml = dot != NULL && strcmp(dot, ".xml") == 0;
		struct ynode *row;

		if (o->pulled)
			continue;
		row = add(r, r->survey, Y_MAP, NULL);
		cell(r, row, "type", xml ? "xml-external" : "csv-external");
		cell(r, row, "name", o->id);
	}
}

static void
settings_row(struct rows *r)
{
	const struct form *f = r->form;
	struct ynode *row = add(r, r->settings, Y_MAP, NULL);

	cell(r, row, "form_id", f->id);
	texts(r, row, "form_title", &f->title);
	cell(r, row, "version", f->version);
	if (f->languages_n > 1 || strcmp(f->languages[0], "default") != 0)
		cell(r, row, "default_language", f->languages[f->default_language]);
	cell(r, row, "instance_name", f->instance_name.text);
	if (strcmp(f->questions[0]->name, "data") != 0)
		cell(r, row, "name", f->questions[0]->name);
	if (duplicates(f))
		cell(r, row, "allow_choice_duplicates", "yes");
	for (size_t i = 0; i < f->settings_n; i++)
		cell(r, row, f->settings[i].name, f->settings[i].value);
	ruhu_cell(r, row);
}

static void
entity_row(struct rows *r, const struct entity *e)
{
	struct ynode *row = add(r, r->entities, Y_MAP, NULL);

	cell(r, row, "list_name", e->list);
	cell(r, row, "label", e->label_.text);
	cell(r, row, "entity_id", e->entity_id.text);
	cell(r, row, "create_if", e->create_if.text);
	cell(r, row, "update_if", e->update_if.text);
	if (e->at->type == Q_REPEAT) {
		struct buf name = { 0 };

		buf_addf(&name, "${%s}", e->at->name);
		cell(r, row, "repeat", buf_str(&name));
		buf_free(&name);
	}
}

struct ynode *
form_rows(const struct form *f, struct arena *arena, struct faults *faults)
{
	struct rows r = { .form = f, .arena = arena, .faults = faults };
	struct ynode *top = add(&r, NULL, Y_MAP, NULL);

	r.settings = add(&r, top, Y_LIST, "settings");
	r.choices = add(&r, top, Y_LIST, "choices");
	r.survey = add(&r, top, Y_LIST, "survey");
	name_lists(&r);
	settings_row(&r);
	for (size_t i = 0; i < f->lists_n; i++)
		list_rows(&r, i);
	outside_rows(&r);
	texts_lost(&r);
	survey_rows(&r, f->questions[0]);
	if (f->entities_n > 0)
		r.entities = add(&r, top, Y_LIST, "entities");
	for (size_t i = 0; i < f->entities_n; i++)
		entity_row(&r, f->entities[i]);
	return top;
}
