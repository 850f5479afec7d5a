#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form_yaml.h"
#include "form/worklist.h"
#include "form/yaml_cells.h"
#include "form/yaml_tree.h"

#define COUNT(v) (sizeof (v) / sizeof (v)[0])

static const char *const top_keys[] = { "worklists" };
static const char *const worklist_keys[] = { "name", "label", "hint", "form", "rows", "among",
	"filter", "urgent", "order", "columns", "enter", "as_last", "second_person" };
static const char *const order_keys[] = { "by", "down" };
static const char *const column_keys[] = { "label", "value", "list" };
static const char *const enter_keys[] = { "question", "row", "new", "set" };

/* ---- parts of a worklist ------------------------------------------------------------- */

static void
read_order(struct yaml_cells *r, const struct ynode *n, struct worklist *w)
{
	struct worklist_order *v;

	if (n == NULL)
		return;
	v = arena_alloc(r->arena, (n->n + 1) * sizeof *v);
	w->order = v;
	if (n->kind == Y_TEXT) {
		cell_source(r, n, &v[w->order_n++].by);
		return;
	}
	if (!cell_is(r, n, Y_LIST, _("a list")))
		return;
	for (const struct ynode *k = n->first; k != NULL; k = k->next) {
		struct worklist_order *o = &v[w->order_n++];
		const struct ynode *down;

		if (k->kind == Y_TEXT) {
			cell_source(r, k, &o->by);
			continue;
		}
		if (!cell_is(r, k, Y_MAP, _("a text or a map")))
			continue;
		cell_keys(r, k, order_keys, COUNT(order_keys));
		cell_source(r, ynode_get(k, "by"), &o->by);
		down = ynode_get(k, "down");
		if (ynode_get(k, "by") == NULL)
			cell_wrong(r, k, _("an order needs `by`"));
		if (down != NULL && cell_is(r, down, Y_TEXT, _("a text"))) {
			o->down = strcmp(down->text, "yes") == 0;
			if (!o->down && strcmp(down->text, "no") != 0)
				cell_wrong(r, down, _("%s: '%s' is neither yes nor no"), "down", down->text);
		}
	}
}

/* A bare name stands for its answer. */
static void
read_column(struct yaml_cells *r, const struct ynode *n, struct worklist_column *c)
{
	if (n->kind == Y_TEXT) {
		cell_word(r, n, &c->question);
		return;
	}
	if (!cell_is(r, n, Y_MAP, _("a text or a map")))
		return;
	cell_keys(r, n, column_keys, COUNT(column_keys));
	cell_words(r, ynode_get(n, "label"), &c->label);
	cell_source(r, ynode_get(n, "value"), &c->value);
	cell_word(r, ynode_get(n, "list"), &c->list);
	if (ynode_get(n, "value") == NULL || ynode_get(n, "label") == NULL)
		cell_wrong(r, n, _("a column is the name of a question, or has `label` and `value`"));
}

static void
read_columns(struct yaml_cells *r, const struct ynode *n, struct worklist *w)
{
	struct worklist_column *v;

	if (n == NULL || !cell_is(r, n, Y_LIST, _("a list")))
		return;
	v = arena_alloc(r->arena, (n->n + 1) * sizeof *v);
	w->columns = v;
	for (const struct ynode *k = n->first; k != NULL; k = k->next)
		read_column(r, k, &v[w->columns_n++]);
}

static void
read_sets(struct yaml_cells *r, const struct ynode *n, struct worklist *w)
{
	struct worklist_set *v;

	if (n == NULL || !cell_is(r, n, Y_MAP, _("a map")))
		return;
	v = arena_alloc(r->arena, (n->n + 1) * sizeof *v);
	w->sets = v;
	for (const struct ynode *k = n->first; k != NULL; k = k->next) {
		struct worklist_set *set = &v[w->sets_n++];

		set->question = (struct word){ arena_strdup(r->arena, k->key), k->key_line,
			k->key_col };
		cell_source(r, k, &set->value);
	}
}

static void
read_enter(struct yaml_cells *r, const struct ynode *n, struct worklist *w)
{
	static const struct { const char *key; enum worklist_enter enter; } kinds[] = {
		{ "question", WORKLIST_AT }, { "row", WORKLIST_ROW }, { "new", WORKLIST_NEW },
	};
	size_t given = 0;

	if (n == NULL)
		return;
	if (n->kind == Y_TEXT) {
		w->enter = WORKLIST_AT;
		cell_word(r, n, &w->enter_at);
		return;
	}
	if (!cell_is(r, n, Y_MAP, _("a text or a map")))
		return;
	cell_keys(r, n, enter_keys, COUNT(enter_keys));
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct ynode *k = ynode_get(n, kinds[i].key);

		if (k == NULL)
			continue;
		given++;
		w->enter = kinds[i].enter;
		cell_word(r, k, &w->enter_at);
	}
	if (given != 1)
		cell_wrong(r, n, _("enter has one of `question`, `row` and `new`"));
	read_sets(r, ynode_get(n, "set"), w);
	if (w->sets_n > 0 && w->enter != WORKLIST_NEW)
		cell_wrong(r, ynode_get(n, "set"), _("`set` belongs to `new`"));
}

static void
read_worklist(struct yaml_cells *r, const struct ynode *n, struct worklist *w)
{
	static const char *const needed[] = { "name", "label", "form" };

	if (!cell_is(r, n, Y_MAP, _("a map")))
		return;
	cell_keys(r, n, worklist_keys, COUNT(worklist_keys));
	for (size_t i = 0; i < COUNT(needed); i++)
		if (ynode_get(n, needed[i]) == NULL)
			cell_wrong(r, n, _("a worklist needs `%s`"), needed[i]);
	cell_name(r, ynode_get(n, "name"), &w->name);
	cell_words(r, ynode_get(n, "label"), &w->label);
	cell_words(r, ynode_get(n, "hint"), &w->hint);
	cell_word(r, ynode_get(n, "form"), &w->form);
	cell_word(r, ynode_get(n, "rows"), &w->rows);
	cell_source(r, ynode_get(n, "among"), &w->among);
	cell_source(r, ynode_get(n, "filter"), &w->filter);
	cell_source(r, ynode_get(n, "urgent"), &w->urgent);
	read_order(r, ynode_get(n, "order"), w);
	read_columns(r, ynode_get(n, "columns"), w);
	read_enter(r, ynode_get(n, "enter"), w);
	cell_word(r, ynode_get(n, "as_last"), &w->as_last);
	cell_word(r, ynode_get(n, "second_person"), &w->second_person);
}

static void
read_all(struct yaml_cells *r, const struct ynode *top, struct worklists *out)
{
	const struct ynode *list;
	struct worklist *v;

	if (!cell_is(r, top, Y_MAP, _("a map")))
		return;
	cell_keys(r, top, top_keys, COUNT(top_keys));
	list = ynode_get(top, "worklists");
	if (list == NULL) {
		cell_wrong(r, top, _("a file of worklists begins with `worklists:`"));
		return;
	}
	if (!cell_is(r, list, Y_LIST, _("a list")))
		return;
	v = arena_alloc(r->arena, (list->n + 1) * sizeof *v);
	out->v = v;
	for (const struct ynode *k = list->first; k != NULL; k = k->next) {
		struct worklist *w = &v[out->n];

		read_worklist(r, k, w);
		for (size_t i = 0; i < out->n && w->name.text != NULL; i++)
			if (v[i].name.text != NULL && strcmp(v[i].name.text, w->name.text) == 0)
				faults_add(r->faults, FAULT_ERROR, r->file, w->name.line, w->name.col,
				    _("name: '%s' is that of a worklist above"), w->name.text);
		out->n++;
	}
}

struct worklists *
worklists_read(const char *file, const char *text, size_t len, struct faults *faults)
{
	struct arena *arena = arena_new();
	struct worklists *out = arena_alloc(arena, sizeof *out);
	struct yaml_cells r = { arena_strdup(arena, file), arena, faults, N_("a worklist") };
	size_t errors = faults->errors;
	const struct ynode *top = yaml_tree_read(file, text, len, arena, faults);

	out->arena = arena;
	out->file = r.file;
	if (top != NULL)
		read_all(&r, top, out);
	else if (faults->errors == errors)
		faults_add(faults, FAULT_ERROR, file, 1, 1,
		    _("a file of worklists begins with `worklists:`"));
	if (faults->errors == errors)
		return out;
	arena_free(arena);
	return NULL;
}

bool
worklist_file_name(const char *name)
{
	return name[0] != '.' && strchr(name, '/') == NULL && form_file_inside(name);
}

void
worklists_free(struct worklists *w)
{
	if (w != NULL)
		arena_free(w->arena);
}
