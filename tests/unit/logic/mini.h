/* mini.h: small forms for tests of logic/, written as one text: a line a
 * question ("text a", "repeat r", "group g", "end"), made without any reader. */
#ifndef MINI_H
#define MINI_H

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "form/form.h"

static inline struct question *
mini_add(struct form *f, struct question *parent, enum qtype type, const char *name)
{
	struct question *q = arena_alloc(f->arena, sizeof *q);
	size_t len;
	char *path;

	f->questions = realloc(f->questions, (f->questions_n + 1) * sizeof *f->questions);
	q->index = (uint32_t)f->questions_n;
	f->questions[f->questions_n++] = q;
	q->type = type;
	q->name = arena_strdup(f->arena, name);
	q->label.in = q->hint.in = arena_alloc(f->arena, sizeof(char *));
	q->appearance = "";
	q->parent = parent;
	len = strlen(name) + (parent ? strlen(parent->path) : 0) + 2;
	path = arena_alloc(f->arena, len);
	snprintf(path, len, "%s/%s", parent ? parent->path : "", name);
	q->path = path;
	if (!parent)
		return q;
	q->depth = parent->depth + 1;
	q->repeat = parent->type == Q_REPEAT ? parent : parent->repeat;
	if (parent->last)
		parent->last->next = q;
	else
		parent->first = q;
	parent->last = q;
	map_put(f->by_name, q->name, q);
	return q;
}

/* Lines: "TYPE NAME" with TYPE one of text integer decimal date group repeat end. */
static inline struct form *
mini_form(const char *text)
{
	static const struct { const char *name; enum qtype type; } types[] = {
		{ "text", Q_TEXT }, { "integer", Q_INTEGER }, { "decimal", Q_DECIMAL },
		{ "date", Q_DATE }, { "group", Q_GROUP }, { "repeat", Q_REPEAT },
		{ "select_multiple", Q_SELECT_MULTIPLE }, { "note", Q_NOTE },
	};
	struct form *f = xcalloc(1, sizeof *f);
	struct question *at;
	char *copy = xstrdup(text), *rest = copy, *line;

	f->arena = arena_new();
	f->by_name = map_new();
	f->file = "mini.yaml";
	f->id = "mini";
	f->languages_n = 1;
	f->languages = arena_alloc(f->arena, sizeof *f->languages);
	f->languages[0] = "en";
	at = mini_add(f, NULL, Q_FORM, "data");
	while ((line = strsep(&rest, "\n"))) {
		char *type = strsep(&line, " ");

		if (!strcmp(type, "end"))
			at = at->parent;
		for (size_t i = 0; line && i < sizeof types / sizeof *types; i++) {
			struct question *q;

			if (strcmp(type, types[i].name))
				continue;
			q = mini_add(f, at, types[i].type, line);
			if (q->type == Q_GROUP || q->type == Q_REPEAT)
				at = q;
		}
	}
	free(copy);
	return f;
}

static inline void
mini_free(struct form *f)
{
	map_free(f->by_name);
	arena_free(f->arena);
	free(f->questions);
	free(f);
}

static inline struct question *
mini_q(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->questions_n; i++)
		if (!strcmp(f->questions[i]->name, name))
			return f->questions[i];
	abort();
}

#endif
