#include "form/yaml_cells.h"

#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "form/yaml_tree.h"

#define NAME_LIMIT 64

bool
cell_is(struct yaml_cells *r, const struct ynode *n, enum ynode_kind kind, const char *wanted)
{
	if (n->kind == kind)
		return true;
	if (n->key != NULL)
		cell_wrong(r, n, _("'%s' must be %s; here is %s"), n->key, wanted, ynode_kind_name(n));
	else
		cell_wrong(r, n, _("here should be %s, not %s"), wanted, ynode_kind_name(n));
	return false;
}

void
cell_keys(struct yaml_cells *r, const struct ynode *map, const char *const *known, size_t n)
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
			    _("there is no '%s' in %s (did you mean '%s'?)"), k->key, tr(r->what),
			    near.best);
		else
			faults_add(r->faults, FAULT_ERROR, r->file, k->key_line, k->key_col,
			    _("there is no '%s' in %s"), k->key, tr(r->what));
	}
}

void
cell_word(struct yaml_cells *r, const struct ynode *n, struct word *out)
{
	if (n == NULL || !cell_is(r, n, Y_TEXT, _("a text")))
		return;
	if (n->text[0] == '\0')
		cell_wrong(r, n, _("'%s' is empty"), n->key != NULL ? n->key : "");
	*out = (struct word){ arena_strdup(r->arena, n->text), n->line, n->col };
}

void
cell_source(struct yaml_cells *r, const struct ynode *n, struct source *out)
{
	struct source_line *lines;
	size_t len;

	if (n == NULL || !cell_is(r, n, Y_TEXT, _("a text")))
		return;
	len = strlen(n->text);
	while (len > 0 && strchr(" \t\n", n->text[len - 1]) != NULL)
		len--;
	if (len == 0) {
		cell_wrong(r, n, _("'%s' is empty"), n->key != NULL ? n->key : "");
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

void
cell_words(struct yaml_cells *r, const struct ynode *n, struct words *out)
{
	struct attr *v;

	if (n == NULL)
		return;
	if (n->kind == Y_LIST) {
		cell_wrong(r, n, _("'%s' must be a text or a map of languages; here is a list"), n->key);
		return;
	}
	v = arena_alloc(r->arena, (n->n + 1) * sizeof *v);
	if (n->kind == Y_TEXT)
		v[out->n++] = (struct attr){ "", arena_strdup(r->arena, n->text) };
	else
		for (const struct ynode *k = n->first; k != NULL; k = k->next)
			if (cell_is(r, k, Y_TEXT, _("a text")))
				v[out->n++] = (struct attr){ arena_strdup(r->arena, k->key),
					arena_strdup(r->arena, k->text) };
	out->v = v;
}

void
cell_name(struct yaml_cells *r, const struct ynode *n, struct word *out)
{
	cell_word(r, n, out);
	if (n == NULL || n->kind != Y_TEXT)
		return;
	if (strlen(n->text) > NAME_LIMIT)
		cell_wrong(r, n, _("name: longer than %d bytes"), NAME_LIMIT);
	for (const char *p = n->text; *p != '\0'; p++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.", *p) ==
		    NULL) {
			cell_wrong(r, n, _("name: '%s' holds more than letters, digits, _ - and ."), n->text);
			return;
		}
}

const char *
words_in(const struct words *w, const char *lang)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->v[i].name, lang) == 0)
			return w->v[i].value;
	return w->n > 0 ? w->v[0].value : "";
}
