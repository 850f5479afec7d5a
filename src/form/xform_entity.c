/* The entities of an XForm: the nodes meta/entity, what is bound to their attributes
 * and labels. Standard: ODK XForms, Entities 2025.1. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/xform_parts.h"

enum { NEWEST_YEAR = 2025, NEWEST_IN_YEAR = 1 };

/* A form of a later version may mean what is not understood: it is refused. */
static void
check_version(struct xform *x)
{
	const char *version = xf_attr(x, x->model, "entities-version");
	char *end;
	long year = strtol(version, &end, 10);
	long n = *end == '.' ? strtol(end + 1, NULL, 10) : 0;

	if (year > NEWEST_YEAR || (year == NEWEST_YEAR && n > NEWEST_IN_YEAR))
		fault(&x->b, xf_line(x, x->model), 1,
		    _("entities-version: %s is newer than what this program knows, %d.%d"), version,
		    NEWEST_YEAR, NEWEST_IN_YEAR);
}

static struct entity *
entity_at(const struct xform *x, const struct question *at)
{
	for (size_t i = 0; i < x->b.entities_n; i++)
		if (x->b.entities[i]->at == at)
			return x->b.entities[i];
	return NULL;
}

bool
xf_entity(struct xform *x, uint32_t node, const struct question *parent)
{
	struct entity *e;

	if (!xf_is(x, node, "entity") || strcmp(parent->name, "meta") != 0 ||
	    parent->parent == NULL || !xf_has_attr(x, node, "dataset"))
		return false;
	if (entity_at(x, parent->parent) != NULL)
		return true;
	if (x->b.entities_n == 0)
		check_version(x);
	e = build_entity_new(&x->b, xf_line(x, node), 1);
	e->at = parent->parent;
	e->list = arena_strdup(x->b.arena, xf_attr(x, node, "dataset"));
	e->updates = xf_has_attr(x, node, "update");
	e->creates = xf_has_attr(x, node, "create") || !e->updates;
	return true;
}

/* "@id" of "/data/member/meta/entity/@id", and whose it is; NULL: something else. */
static const char *
part_of_entity(const struct xform *x, const char *path, struct entity **e)
{
	static const char inside[] = "/meta/entity/";
	const char *p = strstr(path, inside);
	char *at;
	const struct xq *xq;

	if (p == NULL || x->b.entities_n == 0)
		return NULL;
	at = xstrndup(path, (size_t)(p - path));
	xq = xf_find(x, "", at);
	free(at);
	*e = xq != NULL ? entity_at(x, xq->q) : NULL;
	return *e != NULL ? p + strlen(inside) : NULL;
}

bool
xf_entity_bind(struct xform *x, uint32_t node, const char *nodeset)
{
	struct entity *e;
	const char *part = part_of_entity(x, nodeset, &e);
	const char *calculate = xf_attr(x, node, "calculate");

	if (part == NULL)
		return false;
	if (*calculate == '\0')
		return true;
	if (strcmp(part, "@id") == 0)
		xf_source(x, node, calculate, &e->entity_id);
	else if (strcmp(part, "@create") == 0)
		xf_source(x, node, calculate, &e->create_if);
	else if (strcmp(part, "@update") == 0)
		xf_source(x, node, calculate, &e->update_if);
	else if (strcmp(part, "label") == 0)
		xf_source(x, node, calculate, &e->label_);
	return true;
}

/* A new entity has a UUID of its own without being told. */
bool
xf_entity_setvalue(struct xform *x, uint32_t node)
{
	struct entity *e;
	const char *ref = xf_attr(x, node, "ref"), *part = part_of_entity(x, ref, &e);

	if (part == NULL)
		return false;
	if (strcmp(part, "@id") != 0 || strcmp(xf_attr(x, node, "value"), "uuid()") != 0)
		warn(&x->b, xf_line(x, node), 1, _("setvalue: there is no question '%s'"), ref);
	return true;
}

void
xf_entity_end(struct xform *x)
{
	for (size_t i = 0; i < x->b.entities_n; i++) {
		struct entity *e = x->b.entities[i];

		if (*e->list != '\0')
			continue;
		fault(&x->b, e->line, e->col, "%s",
		    _("entities: there is no list_name, which the list of entities is called"));
		e->list = NULL;
	}
}
