#include "form/form_outside.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "form/form.h"
#include "form/form_build.h"

const char *
outside_named(const char **at, const char *call, size_t *len)
{
	const char *p, *end;

	while ((p = strstr(*at, call)) != NULL) {
		*at = p += strlen(call);
		p += strspn(p, " \t\r\n");
		end = *p == '\'' || *p == '"' ? strchr(p + 1, *p) : NULL;
		if (end == NULL)
			continue;
		*at = end;
		*len = (size_t)(end - p - 1);
		return p + 1;
	}
	return NULL;
}

const char *
outside_file(const struct form *f, const char *id)
{
	for (size_t i = 0; i < f->outside_n; i++)
		if (strcmp(f->outside[i].id, id) == 0)
			return f->outside[i].file;
	return NULL;
}

static bool
known(const struct builder *b, const char *id)
{
	for (size_t i = 0; i < b->lists_n; i++)
		if (strcmp(b->lists[i]->name, id) == 0)
			return true;
	for (size_t i = 0; i < b->questions_n; i++)
		if (b->questions[i]->dataset != NULL &&
		    strcmp(b->questions[i]->dataset, id) == 0)
			return true;
	return outside_file(b->form, id) != NULL;
}

void
outside_add(struct builder *b, const char *id, const char *file, bool pulled)
{
	struct form *f = b->form;
	struct outside *grown;

	if (known(b, id))
		return;
	grown = arena_alloc(b->arena, (f->outside_n + 1) * sizeof *grown);
	if (f->outside_n > 0)
		memcpy(grown, f->outside, f->outside_n * sizeof *grown);
	grown[f->outside_n++] = (struct outside){
		arena_strdup(b->arena, id), arena_strdup(b->arena, file), pulled };
	f->outside = grown;
}

static void
pulled_in(struct builder *b, const char *expression)
{
	const char *id;
	size_t len;

	while (expression != NULL &&
	       (id = outside_named(&expression, "pulldata(", &len)) != NULL) {
		const char *name = arena_strndup(b->arena, id, len);
		struct buf file = { 0 };

		buf_addf(&file, "%s.csv", name);
		outside_add(b, name, buf_str(&file), true);
		buf_free(&file);
	}
}

void
outside_pulled(struct builder *b)
{
	for (size_t i = 0; i < b->questions_n; i++) {
		const struct source *s;

		for (size_t k = 0; (s = question_source(b->questions[i], k)) != NULL; k++)
			pulled_in(b, s->text);
	}
}
