#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "form/form_yaml.h"
#include "form/worklist.h"
#include "form/yaml_tree.h"

#define NAME_LIMIT 64

struct reader {
	const char *file;
	struct arena *arena;
	struct faults *faults;
};

#define COUNT(v) (sizeof (v) / sizeof (v)[0])

static const char *const top_keys[] = { "worklists" };
static const char *const worklist_keys[] = { "name", "label", "hint", "form", "rows", "among",
	"filter", "urgent", "order", "columns", "enter", "as_last", "second_person" };
static const char *const order_keys[] = { "by", "down" };
static const char *const column_keys[] = { "label", "value", "list" };
static const char *const enter_keys[] = { "question", "row", "new", "set" };

#define wrong(r, node, ...) \
	faults_add((r)->faults, FAULT_ERROR, (r)->file, (node)->line, (node)->col, __VA_ARGS__)

/* ---- cells ------------------------------------------------------------------------ */

static bool
is_kind(struct reader *r, const struct ynode *n, enum ynode_kind kind, const char *wanted)
{
	if (n->kind == kind)
		return true;
	if (n->key != NULL)
		wrong(r, n, _("'%s' must be %s; here is %s"), n->key, wanted, ynode_kind_name(n));
	else
		wrong(r, n, _("here should be %s, not %s"), wanted, ynode_kind_name(n));
	return false;
}

static void
check_keys(struct reader *r, const struct ynode *map, const char *const *known, size_t n)
{
	for (const struct ynode *k = map->first; k != NULL; k = k->next) {
		struct near near;
		size_t i = 0;

		while (i < n && strcmp(known[i], k->key) != 0)
			i++;
		if (i < n)
			continue;
		near_start(&near, k->key);
		for (i = 0; i < n; i++)
			near_try(&near, known[i]);
		if (near.best != NULL)
			faults_add(r->faults, FAULT_ERROR, r->file, k->key_line, k->key_col,
			    _("there is no '%s' in a worklist (did you mean '%s'?)"), k->key, near.best);
		else
			faults_add(r->faults, FAULT_ERROR, r->file, k->key_line, k->key_col,
			    _("there is no '%s' in a worklist"), k->key);
	}
}

static void
word(struct reader *r, const struct ynode *n, struct word *out)
{
	if (n == NULL || !is_kind(r, n, Y_TEXT, _("a text")))
		return;
	if (n->text[0] == '\0')
		wrong(r, n, _("'%s' is empty"), n->key != NULL ? n->key : "");
	*out = (struct word){ arena_strdup(r->arena, n->text), n->line, n->col };
}

static void
source(struct reader *r, const struct ynode *n, struct source *out)
{
	struct source_line *lines;
	size_t len;

	if (n == NULL || !is_kind(r, n, Y_TEXT, _("a text")))
		return;
	len = strlen(n->text);
	while (len > 0 && strchr(" \t\n", n->text[len - 1]) != NULL)
		len--;
	if (len == 0) {
		wrong(r, n, _("'%s' is empty"), n->key != NULL ? n->key : "");
		return;
	}
	out->text = arena_strndup(r->arena, n->text, len);
	out->line = n->line;
	out->col = n->col;
	lines = arena_alloc(r->arena, (n->lines_n + 1) * sizeof *lines);
	if (n->lines_n > 0)
		memcpy(lines, n->lines, n->lines_n * sizeof *lines);
	out->lines = lines;
	out->lines_n = n->lines_n;
}

static void
words(struct reader *r, const struct ynode *n, struct words *out)
{
	struct attr *v;

	if (n == NULL)
		return;
	if (n->kind == Y_LIST) {
		wrong(r, n, _("'%s' must be a text or a map of languages; here is a list"), n->key);
		return;
	}
	v = arena_alloc(r->arena, (n->n + 1) * sizeof *v);
	if (n->kind == Y_TEXT)
		v[out->n++] = (struct attr){ "", arena_strdup(r->arena, n->text) };
	else
		for (const struct ynode *k = n->first; k != NULL; k = k->next)
			if (is_kind(r, k, Y_TEXT, _("a text")))
				v[out->n++] = (struct attr){ arena_strdup(r->arena, k->key),
					arena_strdup(r->arena, k->text) };
	out->v = v;
}

/* ---- parts of a worklist ------------------------------------------------------------- */

static void
read_order(struct reader *r, const struct ynode *n, struct worklist *w)
{
	struct worklist_order *v;

	if (n == NULL)
		return;
	v = arena_alloc(r->arena, (n->n + 1) * sizeof *v);
	w->order = v;
	if (n->kind == Y_TEXT) {
		source(r, n, &v[w->order_n++].by);
		return;
	}
	if (!is_kind(r, n, Y_LIST, _("a list")))
		return;
	for (const struct ynode *k = n->first; k != NULL; k = k->next) {
		struct worklist_order *o = &v[w->order_n++];
		const struct ynode *down;

		if (k->kind == Y_TEXT) {
			source(r, k, &o->by);
			continue;
		}
		if (!is_kind(r, k, Y_MAP, _("a text or a map")))
			continue;
		check_keys(r, k, order_keys, COUNT(order_keys));
		source(r, ynode_get(k, "by"), &o->by);
		down = ynode_get(k, "down");
		if (ynode_get(k, "by") == NULL)
			wrong(r, k, _("an order needs `by`"));
		if (down != NULL && is_kind(r, down, Y_TEXT, _("a text"))) {
			o->down = strcmp(down->text, "yes") == 0;
			if (!o->down && strcmp(down->text, "no") != 0)
				wrong(r, down, _("%s: '%s' is neither yes nor no"), "down", down->text);
		}
	}
}

/* A bare name stands for its answer. */
static void
read_column(struct reader *r, const struct ynode *n, struct worklist_column *c)
{
	if (n->kind == Y_TEXT) {
		word(r, n, &c->question);
		return;
	}
	if (!is_kind(r, n, Y_MAP, _("a text or a map")))
		return;
	check_keys(r, n, column_keys, COUNT(column_keys));
	words(r, ynode_get(n, "label"), &c->label);
	source(r, ynode_get(n, "value"), &c->value);
	word(r, ynode_get(n, "list"), &c->list);
	if (ynode_get(n, "value") == NULL || ynode_get(n, "label") == NULL)
		wrong(r, n, _("a column is the name of a question, or has `label` and `value`"));
}

static void
read_columns(struct reader *r, const struct ynode *n, struct worklist *w)
{
	struct worklist_column *v;

	if (n == NULL || !is_kind(r, n, Y_LIST, _("a list")))
		return;
	v = arena_alloc(r->arena, (n->n + 1) * sizeof *v);
	w->columns = v;
	for (const struct ynode *k = n->first; k != NULL; k = k->next)
		read_column(r, k, &v[w->columns_n++]);
}

static void
read_sets(struct reader *r, const struct ynode *n, struct worklist *w)
{
	struct worklist_set *v;

	if (n == NULL || !is_kind(r, n, Y_MAP, _("a map")))
		return;
	v = arena_alloc(r->arena, (n->n + 1) * sizeof *v);
	w->sets = v;
	for (const struct ynode *k = n->first; k != NULL; k = k->next) {
		struct worklist_set *set = &v[w->sets_n++];

		set->question = (struct word){ arena_strdup(r->arena, k->key), k->key_line,
			k->key_col };
		source(r, k, &set->value);
	}
}

static void
read_enter(struct reader *r, const struct ynode *n, struct worklist *w)
{
	static const struct { const char *key; enum worklist_enter enter; } kinds[] = {
		{ "question", WORKLIST_AT }, { "row", WORKLIST_ROW }, { "new", WORKLIST_NEW },
	};
	size_t given = 0;

	if (n == NULL)
		return;
	if (n->kind == Y_TEXT) {
		w->enter = WORKLIST_AT;
		word(r, n, &w->enter_at);
		return;
	}
	if (!is_kind(r, n, Y_MAP, _("a text or a map")))
		return;
	check_keys(r, n, enter_keys, COUNT(enter_keys));
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct ynode *k = ynode_get(n, kinds[i].key);

		if (k == NULL)
			continue;
		given++;
		w->enter = kinds[i].enter;
		word(r, k, &w->enter_at);
	}
	if (given != 1)
		wrong(r, n, _("enter has one of `question`, `row` and `new`"));
	read_sets(r, ynode_get(n, "set"), w);
	if (w->sets_n > 0 && w->enter != WORKLIST_NEW)
		wrong(r, ynode_get(n, "set"), _("`set` belongs to `new`"));
}

static void
check_name(struct reader *r, const struct ynode *n)
{
	if (n == NULL || n->kind != Y_TEXT)
		return;
	if (strlen(n->text) > NAME_LIMIT)
		wrong(r, n, _("name: longer than %d bytes"), NAME_LIMIT);
	for (const char *p = n->text; *p != '\0'; p++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.", *p) ==
		    NULL) {
			wrong(r, n, _("name: '%s' holds more than letters, digits, _ - and ."), n->text);
			return;
		}
}

static void
read_worklist(struct reader *r, const struct ynode *n, struct worklist *w)
{
	static const char *const needed[] = { "name", "label", "form" };

	if (!is_kind(r, n, Y_MAP, _("a map")))
		return;
	check_keys(r, n, worklist_keys, COUNT(worklist_keys));
	for (size_t i = 0; i < COUNT(needed); i++)
		if (ynode_get(n, needed[i]) == NULL)
			wrong(r, n, _("a worklist needs `%s`"), needed[i]);
	word(r, ynode_get(n, "name"), &w->name);
	check_name(r, ynode_get(n, "name"));
	words(r, ynode_get(n, "label"), &w->label);
	words(r, ynode_get(n, "hint"), &w->hint);
	word(r, ynode_get(n, "form"), &w->form);
	word(r, ynode_get(n, "rows"), &w->rows);
	source(r, ynode_get(n, "among"), &w->among);
	source(r, ynode_get(n, "filter"), &w->filter);
	source(r, ynode_get(n, "urgent"), &w->urgent);
	read_order(r, ynode_get(n, "order"), w);
	read_columns(r, ynode_get(n, "columns"), w);
	read_enter(r, ynode_get(n, "enter"), w);
	word(r, ynode_get(n, "as_last"), &w->as_last);
	word(r, ynode_get(n, "second_person"), &w->second_person);
}

static void
read_all(struct reader *r, const struct ynode *top, struct worklists *out)
{
	const struct ynode *list;
	struct worklist *v;

	if (!is_kind(r, top, Y_MAP, _("a map")))
		return;
	check_keys(r, top, top_keys, COUNT(top_keys));
	list = ynode_get(top, "worklists");
	if (list == NULL) {
		wrong(r, top, _("a file of worklists begins with `worklists:`"));
		return;
	}
	if (!is_kind(r, list, Y_LIST, _("a list")))
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
	struct reader r = { arena_strdup(arena, file), arena, faults };
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

const char *
words_in(const struct words *w, const char *lang)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->v[i].name, lang) == 0)
			return w->v[i].value;
	return w->n > 0 ? w->v[0].value : "";
}
