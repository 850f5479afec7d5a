#include "form/form.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

void
form_free(struct form *f)
{
	if (f == NULL)
		return;
	map_free(f->by_name);
	arena_free(f->arena);
	free(f);
}

int
start_value_order(const void *a, const void *b)
{
	const struct question *x = ((const struct start_value *)a)->q,
	                      *y = ((const struct start_value *)b)->q;

	return ((uintptr_t)x > (uintptr_t)y) - ((uintptr_t)x < (uintptr_t)y);
}

void
source_place(const struct source *s, int at, int *line, int *col)
{
	int from = 0;

	if (at < 1)
		at = 1;
	*line = s->line;
	*col = s->col;
	for (size_t i = 0; i < s->lines_n && s->lines[i].at <= at - 1; i++) {
		from = s->lines[i].at;
		*line = s->lines[i].line;
		*col = s->lines[i].col;
	}
	*col += at - 1 - from;
}

const struct question *
form_find(const struct form *f, const char *name, bool *many)
{
	void **slot = map_get(f->by_name, name);
	bool several = slot != NULL && *slot == f->questions[0];

	if (many != NULL)
		*many = several;
	return slot == NULL || several ? NULL : *slot;
}

const struct question *
form_next(const struct question *q, const struct question *top)
{
	if (q->first != NULL)
		return q->first;
	while (q != top && q->next == NULL)
		q = q->parent;
	return q == top ? NULL : q->next;
}

const struct choice_list *
form_list(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->lists_n; i++)
		if (strcmp(f->lists[i]->name, name) == 0)
			return f->lists[i];
	return NULL;
}

const struct source *
question_source(const struct question *q, size_t i)
{
	const struct source *const v[] = { &q->relevant, &q->required, &q->constraint,
		&q->warning, &q->calculation, &q->default_, &q->read_only, &q->choice_filter,
		&q->repeat_count };

	return i < sizeof v / sizeof v[0] ? v[i] : NULL;
}

static const struct text *
text_of_question(const struct question *q, const char *what)
{
	return strcmp(what, "label") == 0 ? &q->label : strcmp(what, "hint") == 0 ? &q->hint :
	    strcmp(what, "jr:constraintMsg") == 0 ? &q->constraint_message :
	    strcmp(what, "jr:requiredMsg") == 0 ? &q->required_message : NULL;
}

const struct text *
text_by_path(const struct form *f, const char *id)
{
	const char *colon = strchr(id, ':'), *dash = strrchr(id, '-');
	size_t len = colon != NULL ? (size_t)(colon - id) : 0;

	for (size_t i = 1; colon != NULL && i < f->questions_n; i++) {
		const char *path = f->questions[i]->path;

		if (strlen(path) == len && memcmp(path, id, len) == 0)
			return text_of_question(f->questions[i], colon + 1);
	}
	len = dash != NULL ? (size_t)(dash - id) : 0;
	for (size_t i = 0; dash != NULL && i < f->lists_n; i++) {
		const struct choice_list *list = f->lists[i];
		size_t at = strtoul(dash + 1, NULL, 10);

		if (strlen(list->name) == len && memcmp(list->name, id, len) == 0)
			return at < list->n ? &list->v[at].label : NULL;
	}
	return NULL;
}

const struct text *
text_named(const struct form *f, const char *id)
{
	for (size_t i = 0; i < f->texts_n; i++)
		if (strcmp(f->texts[i].id, id) == 0)
			return &f->texts[i].text;
	return text_by_path(f, id);
}

const struct choice *
choice_find(const struct choice_list *list, const char *name)
{
	size_t low = 0, high = list->n;

	if (list->by_name != NULL) {
		while (low < high) {
			size_t mid = low + (high - low) / 2;

			if (strcmp(list->by_name[mid]->name, name) < 0)
				low = mid + 1;
			else
				high = mid;
		}
		return low < list->n && strcmp(list->by_name[low]->name, name) == 0
		    ? list->by_name[low] : NULL;
	}
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].name, name) == 0)
			return &list->v[i];
	return NULL;
}

bool
text_is_expression(const struct form *f, const char *inside, size_t len)
{
	const char *marks = f->xform ? " :/@*|()[]<>=+,'\"" : "/@*|()[]<>=+,'\"";

	if (f->xform && len > 0 && *inside == '.')
		return true;
	for (size_t i = 0; i < len; i++)
		if (strchr(marks, inside[i]) != NULL)
			return true;
	return false;
}

const char *
text_in(const struct form *f, const struct text *t, size_t lang)
{
	if (t->in == NULL)
		return "";
	if (lang < f->languages_n && t->in[lang] != NULL)
		return t->in[lang];
	if (t->in[f->default_language] != NULL)
		return t->in[f->default_language];
	for (size_t i = 0; i < f->languages_n; i++)
		if (t->in[i] != NULL)
			return t->in[i];
	return "";
}

/* Is code what stands in brackets at the end of name, as in "中文 (zh)"? */
static bool
bracket_code(const char *name, const char *code)
{
	size_t n = strlen(name), len = strlen(code);

	return n >= len + 2 && name[n - 1] == ')' && name[n - len - 2] == '(' &&
	    strncmp(name + n - len - 1, code, len) == 0;
}

size_t
form_language(const struct form *f, const char *want)
{
	if (want == NULL || *want == '\0')
		return f->default_language;
	for (size_t i = 0; i < f->languages_n; i++)
		if (strcmp(f->languages[i], want) == 0)
			return i;
	for (size_t i = 0; i < f->languages_n; i++)
		if (bracket_code(f->languages[i], want))
			return i;
	for (size_t i = 0; i < f->languages_n; i++)
		if (strncmp(f->languages[i], want, strlen(want)) == 0)
			return i;
	return f->default_language;
}

enum kind
question_kind(const struct question *q)
{
	const struct type_info *type;

	if (q->type != Q_CALCULATE && q->type != Q_HIDDEN)
		return type_info(q->type)->kind;
	for (size_t i = 0; i < q->extra_n; i++)
		if (strcmp(q->extra[i].name, "bind::type") == 0 &&
		    (type = type_by_name(q->extra[i].value)) != NULL &&
		    (type->kind == KIND_INTEGER || type->kind == KIND_DATE))
			return type->kind;
	return KIND_STRING;
}

bool
question_appearance(const struct question *q, const char *word)
{
	size_t n = strlen(word);
	const char *p = q->appearance;

	while (p != NULL && *p != '\0') {
		size_t len = strcspn(p, " ");

		if (len == n && strncmp(p, word, n) == 0)
			return true;
		p += len;
		p += strspn(p, " ");
	}
	return false;
}

const char *
question_parameter(const struct question *q, const char *name)
{
	for (size_t i = 0; i < q->parameters_n; i++)
		if (strcmp(q->parameters[i].name, name) == 0)
			return q->parameters[i].value;
	return NULL;
}

static const struct question *
attribute_from(const struct question *at, const struct question *of)
{
	while (at != NULL && at->attribute_of != of)
		at = at->next;
	return at;
}

const struct question *
question_next_attribute(const struct question *after)
{
	return attribute_from(after->next, after->attribute_of);
}

const struct question *
question_attribute(const struct question *q, const char *name)
{
	bool leaf = q->type > Q_REPEAT;
	const struct question *a = attribute_from(leaf ? q->next : q->first, q);

	while (a != NULL && name != NULL && strcmp(a->attribute, name) != 0)
		a = question_next_attribute(a);
	return a;
}

bool
question_only_entity(const struct question *q)
{
	if (q->of_entity)
		return true;
	if (q->type != Q_GROUP || q->first == NULL || strcmp(q->name, "meta") != 0)
		return false;
	for (q = q->first; q != NULL; q = q->next)
		if (!q->of_entity)
			return false;
	return true;
}
