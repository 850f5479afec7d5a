#include "logic/xml_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct xml_node *
at(const struct xml_tree *t, uint32_t id)
{
	return &t->xml->v[id];
}

static const char *
attribute(const struct xml_tree *t, uint32_t id, const char *name)
{
	for (uint32_t a = at(t, id)->attribute; a != XML_NONE; a = at(t, a)->next)
		if (!strcmp(at(t, a)->name, name))
			return at(t, a)->value;
	return NULL;
}

static bool
has(const struct xml_tree *t, uint32_t id, const char *name, const char *value)
{
	const char *have = attribute(t, id, name);

	return have && !strcmp(have, value);
}

static bool
is_element(const struct xml_tree *t, uint32_t id, const char *name)
{
	return at(t, id)->kind == XML_ELEM && !strcmp(at(t, id)->name, name);
}

/* The next child of `parent` called name, after `after` (XML_NONE: the first). */
static uint32_t
child(const struct xml_tree *t, uint32_t parent, uint32_t after, const char *name)
{
	uint32_t c = after == XML_NONE ? at(t, parent)->first : at(t, after)->next;

	while (c != XML_NONE && !is_element(t, c, name))
		c = at(t, c)->next;
	return c;
}

static bool
instance(void *ctx, const char *id, struct node *out)
{
	const struct xml_tree *t = ctx;

	for (uint32_t i = 1; i < t->xml->n; i++) {
		if (is_element(t, i, "instance") && has(t, i, "id", id)) {
			*out = (struct node){ &t->tree, i };
			return true;
		}
	}
	return false;
}

/* <translation> of that language; the one marked default, or the first. */
static uint32_t
translation(const struct xml_tree *t, uint32_t itext, const char *lang)
{
	uint32_t first = child(t, itext, XML_NONE, "translation"), fallback = first;

	for (uint32_t c = first; c != XML_NONE; c = child(t, itext, c, "translation")) {
		if (lang && has(t, c, "lang", lang))
			return c;
		if (attribute(t, c, "default"))
			fallback = c;
	}
	return fallback;
}

static uint32_t
find_text(const struct xml_tree *t, const char *id, const char *lang)
{
	for (uint32_t i = 1; i < t->xml->n; i++) {
		uint32_t in = is_element(t, i, "itext") ? translation(t, i, lang) : XML_NONE;

		if (in == XML_NONE)
			continue;
		for (uint32_t c = child(t, in, XML_NONE, "text"); c != XML_NONE;
		     c = child(t, in, c, "text"))
			if (has(t, c, "id", id))
				return c;
	}
	return XML_NONE;
}

static bool
itext(void *ctx, const char *id, const char *lang, struct node **nodes, size_t *n)
{
	const struct xml_tree *t = ctx;
	uint32_t text = find_text(t, id, lang);
	size_t cap = 0;

	*nodes = NULL;
	*n = 0;
	if (text == XML_NONE)
		return false;
	for (uint32_t c = child(t, text, XML_NONE, "value"); c != XML_NONE;
	     c = child(t, text, c, "value")) {
		*nodes = xgrow(*nodes, &cap, *n + 1, sizeof **nodes);
		(*nodes)[(*n)++] = (struct node){ &t->tree, c };
	}
	return true;
}

void
xml_form_env(const struct xml_tree *t, struct env *env)
{
	env->ctx = (void *)t;
	env->instance_node = instance;
	env->itext_nodes = itext;
}
