/* Choices of an XForm: instances inside the form become lists, items of a
 * control a list of its own, an itemset's path its filter. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form_outside.h"
#include "form/xform_parts.h"

/* An itemset's nodeset taken apart. */
struct itemset {
	const char *instance;		/* of instance('id')/root/item, or NULL */
	const char *path;		/* else: of a repeat's rows, with predicates */
	const char *filter;		/* "" when there is none */
	const char *seed;		/* of randomize(..., seed), "" none */
	bool randomize;
};

/* ---- instances ---------------------------------------------------------------------- */

static bool
items_have(const struct xform *x, uint32_t root, const char *column)
{
	for (uint32_t i = xf_child(x, root, NULL); i != XML_NONE; i = xf_next(x, i, NULL))
		if (xf_child(x, i, column) != XML_NONE)
			return true;
	return false;
}

/* Which child of an item is the choice's name: `name` as pyxform writes, else
 * what the selects take, else `value`. */
static const char *
name_column(const struct xform *x, const char *id, uint32_t root)
{
	void **slot = map_get(x->columns, id);

	if (items_have(x, root, "name"))
		return "name";
	return slot != NULL ? *slot : "value";
}

static size_t
column(struct choice_list *list, const char **names, const char *name)
{
	for (size_t i = 0; i < list->columns_n; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	names[list->columns_n] = name;
	return list->columns_n++;
}

/* Every child that is not `name` or `label` is a column for filters. */
static void
find_columns(struct xform *x, struct choice_list *list, uint32_t root)
{
	const char **names = NULL;
	size_t cap = 0;

	for (uint32_t i = xf_child(x, root, NULL); i != XML_NONE; i = xf_next(x, i, NULL))
		for (uint32_t c = xf_child(x, i, NULL); c != XML_NONE; c = xf_next(x, c, NULL)) {
			const char *name = x->xml.v[c].name;

			if (strcmp(name, "name") == 0 || strcmp(name, "label") == 0)
				continue;
			names = xgrow(names, &cap, list->columns_n + 1, sizeof *names);
			column(list, names, name);
		}
	list->columns = arena_alloc(x->b.arena, (list->columns_n + 1) * sizeof *list->columns);
	for (size_t i = 0; i < list->columns_n; i++)
		list->columns[i] = arena_strdup(x->b.arena, names[i]);
	free(names);
}

static void
read_item(struct xform *x, struct choice_list *list, uint32_t item, const char *named)
{
	struct choice *choice = &list->v[list->n++];

	choice->name = "";
	choice->cells = arena_alloc(x->b.arena, (list->columns_n + 1) * sizeof *choice->cells);
	for (uint32_t c = xf_child(x, item, NULL); c != XML_NONE; c = xf_next(x, c, NULL)) {
		const char *name = x->xml.v[c].name, *text = xf_text(x, c);

		if (strcmp(name, named) == 0)
			choice->name = text;
		if (strcmp(name, "label") == 0)
			build_text(&x->b, &choice->label, build_plain_language(&x->b), text);
		else if (strcmp(name, "itextId") == 0)
			xf_itext(x, text, "", &choice->label);
		if (*text != '\0' && strcmp(name, "name") != 0 && strcmp(name, "label") != 0)
			choice->cells[column(list, list->columns, name)] = text;
	}
}

/* What the elements are called, if not as pyxform calls them. */
static void
name_elements(struct xform *x, struct choice_list *list, uint32_t root)
{
	uint32_t first = xf_child(x, root, NULL);

	if (strcmp(x->xml.v[root].name, "root") != 0)
		list->root = arena_strdup(x->b.arena, x->xml.v[root].name);
	if (first == XML_NONE || strcmp(x->xml.v[first].name, "item") == 0)
		return;
	for (uint32_t i = first; i != XML_NONE; i = xf_next(x, i, NULL))
		if (strcmp(x->xml.v[i].name, x->xml.v[first].name) != 0)
			return;
	list->item = arena_strdup(x->b.arena, x->xml.v[first].name);
}

static void
read_instance(struct xform *x, uint32_t instance, const char *id)
{
	uint32_t root = xf_child(x, instance, NULL);
	struct choice_list *list;
	const char *named;
	size_t n = 0;

	if (root == XML_NONE || map_get(x->lists, id) != NULL)
		return;
	named = name_column(x, id, root);
	list = build_list(&x->b, id, xf_line(x, instance), 1);
	for (uint32_t i = xf_child(x, root, NULL); i != XML_NONE; i = xf_next(x, i, NULL))
		n++;
	list->v = arena_alloc(x->b.arena, (n + 1) * sizeof *list->v);
	find_columns(x, list, root);
	name_elements(x, list, root);
	for (uint32_t i = xf_child(x, root, NULL); i != XML_NONE; i = xf_next(x, i, NULL))
		read_item(x, list, i, named);
	map_put(x->lists, list->name, list);
	map_put(x->columns, list->name, (void *)(uintptr_t)arena_strdup(x->b.arena, named));
}

/* ---- nodesets ------------------------------------------------------------------------- */

/* The end of a predicate that begins at p, behind its bracket. */
static const char *
predicate_end(const char *p)
{
	int depth = 0;

	for (; *p != '\0'; p++) {
		if (*p == '"' || *p == '\'') {
			const char *end = strchr(p + 1, *p);

			if (end == NULL)
				break;
			p = end;
			continue;
		}
		depth += (*p == '[') - (*p == ']');
		if (depth == 0)
			return p + 1;
	}
	return p + strlen(p);
}

/* All predicates from the first bracket on, as one expression. */
static const char *
predicates(struct xform *x, const char *p)
{
	struct buf all = { 0 };
	const char *s;

	while (*(p += strspn(p, " \t\r\n")) == '[') {
		const char *end = predicate_end(p);
		bool more = end[strspn(end, " \t\r\n")] == '[' || all.len > 0;

		buf_addf(&all, "%s%s%.*s%s", all.len > 0 ? " and " : "", more ? "(" : "",
		    (int)(end - p - 2), p + 1, more ? ")" : "");
		p = end;
	}
	s = arena_strdup(x->b.arena, buf_str(&all));
	buf_free(&all);
	return s;
}

/* randomize(NODESET, seed) around it is taken off. */
static const char *
unwrap(struct xform *x, const char *s, struct itemset *out)
{
	const char *p = s + strspn(s, " \t\r\n"), *comma = NULL;
	int depth = 0;

	if (strncmp(p, "randomize(", 10) != 0)
		return p;
	out->randomize = true;
	p += 10;
	for (s = p; *s != '\0'; s++) {
		if (*s == '"' || *s == '\'') {
			const char *end = strchr(s + 1, *s);

			if (end == NULL)
				return p;
			s = end;
			continue;
		}
		if (*s == ')' && depth == 0)
			break;
		depth += (*s == '(' || *s == '[') - (*s == ')' || *s == ']');
		if (*s == ',' && depth == 0)
			comma = s;
	}
	if (comma != NULL) {
		out->seed = arena_strndup(x->b.arena, comma + 1, (size_t)(s - comma - 1));
		s = comma;
	}
	return arena_strndup(x->b.arena, p, (size_t)(s - p));
}

static void
take_apart(struct xform *x, const char *nodeset, struct itemset *out)
{
	const char *p, *end;

	memset(out, 0, sizeof *out);
	out->filter = out->seed = "";
	p = unwrap(x, nodeset, out);
	out->path = p;
	if (strncmp(p, "instance(", 9) == 0) {
		p += 9;
		p += strspn(p, " \t");
		end = *p != '\0' ? strchr(p + 1, *p) : NULL;
		if (end != NULL) {
			out->instance = arena_strndup(x->b.arena, p + 1, (size_t)(end - p - 1));
			p = end;
		}
	}
	p += strcspn(p, "[");
	out->filter = predicates(x, p);
}

static void
note_columns(struct xform *x)
{
	for (uint32_t i = 0; i < x->xml.n; i++) {
		struct itemset set;
		uint32_t value;

		if (!xf_is(x, i, "itemset"))
			continue;
		take_apart(x, xf_attr(x, i, "nodeset"), &set);
		value = xf_child(x, i, "value");
		if (set.instance != NULL && value != XML_NONE &&
		    map_get(x->columns, set.instance) == NULL)
			map_put(x->columns, set.instance,
			    (void *)(uintptr_t)arena_strdup(x->b.arena, xf_attr(x, value, "ref")));
	}
}

void
xf_instances(struct xform *x)
{
	note_columns(x);
	for (uint32_t i = xf_child(x, x->model, "instance"); i != XML_NONE;
	    i = xf_next(x, i, "instance")) {
		const char *id = xf_attr(x, i, "id");

		if (*id != '\0' && xf_child(x, i, NULL) != x->primary && !xf_has_attr(x, i, "src"))
			read_instance(x, i, id);
	}
}

/* Tables beside the form that no question chooses from. */
void
xf_outside(struct xform *x)
{
	for (uint32_t i = xf_child(x, x->model, "instance"); i != XML_NONE;
	    i = xf_next(x, i, "instance")) {
		const char *id = xf_attr(x, i, "id"), *src = xf_attr(x, i, "src");

		if (*id != '\0' && strncmp(src, "jr://file", 9) == 0)
			outside_add(&x->b, id, strrchr(src, '/') + 1, false);
	}
}

/* ---- controls --------------------------------------------------------------------------- */

static void
inline_items(struct xform *x, uint32_t control, struct xq *xq)
{
	struct choice_list *list;
	struct buf name = { 0 };
	size_t n = 0;

	for (uint32_t i = xf_child(x, control, "item"); i != XML_NONE; i = xf_next(x, i, "item"))
		n++;
	/* Its own list, by a name that no instance has. */
	buf_addf(&name, "%s:items", xq->path);
	list = build_list(&x->b, buf_str(&name), xf_line(x, control), 1);
	buf_free(&name);
	list->v = arena_alloc(x->b.arena, (n + 1) * sizeof *list->v);
	for (uint32_t i = xf_child(x, control, "item"); i != XML_NONE; i = xf_next(x, i, "item")) {
		uint32_t value = xf_child(x, i, "value"), label = xf_child(x, i, "label");
		struct choice *c = &list->v[list->n++];

		c->name = value != XML_NONE ? xf_text(x, value) : "";
		c->cells = arena_alloc(x->b.arena, sizeof *c->cells);
		if (label != XML_NONE)
			xf_label(x, label, xq->path, &c->label);
	}
	xq->q->list = list;
}

/* Choices that are the rows of a repeat. */
static void
repeat_rows(struct xform *x, uint32_t itemset, const struct itemset *set, const char *value,
    const char *label, struct xq *xq)
{
	struct buf rows = { 0 };
	struct xq *from, *shown;

	xf_resolve(xq->path, set->path, &rows);
	from = xf_find(x, buf_str(&rows), value);
	shown = *label != '\0' ? xf_find(x, buf_str(&rows), label) : NULL;
	if (from == NULL || from->q->repeat == NULL)
		fault(&x->b, xf_line(x, itemset), 1,
		    _("itemset: '%s' is neither an instance's items nor "
		      "the rows of a repeat"),
		    set->path);
	else
		xq->q->from_repeat = from->q->name;
	if (shown != NULL && shown != from)
		xq->q->from_label = shown->q->name;
	buf_free(&rows);
}

static void
instance_items(struct xform *x, const struct itemset *set, const char *value, const char *label,
    struct xq *xq)
{
	void **list = map_get(x->lists, set->instance),
	     **named = map_get(x->columns, set->instance);
	bool usual = *label == '\0' || strcmp(label, "label") == 0 || strncmp(label, "jr:", 3) == 0;
	struct question *q = xq->q;

	if (list != NULL && named != NULL && usual && strcmp(*named, value) == 0) {
		q->list = *list;
		return;
	}
	/* Another column, or a list that lies outside. */
	q->dataset = set->instance;
	q->value_column = value;
	q->label_column = usual ? "label" : label;
	q->file = set->instance;
	for (uint32_t i = xf_child(x, x->model, "instance"); i != XML_NONE;
	    i = xf_next(x, i, "instance"))
		if (strcmp(xf_attr(x, i, "id"), set->instance) == 0 && xf_has_attr(x, i, "src")) {
			const char *src = xf_attr(x, i, "src"), *slash = strrchr(src, '/');

			q->file = arena_strdup(x->b.arena, slash != NULL ? slash + 1 : src);
		}
}

static void
read_itemset(struct xform *x, uint32_t itemset, struct xq *xq)
{
	uint32_t v = xf_child(x, itemset, "value"), l = xf_child(x, itemset, "label");
	const char *value = arena_strdup(x->b.arena, v != XML_NONE ? xf_attr(x, v, "ref") : "name");
	const char *label = arena_strdup(x->b.arena, l != XML_NONE ? xf_attr(x, l, "ref") : "");
	struct itemset set;
	struct attr *p;

	take_apart(x, xf_attr(x, itemset, "nodeset"), &set);
	if (set.instance != NULL)
		instance_items(x, &set, value, label, xq);
	else
		repeat_rows(x, itemset, &set, value, label, xq);
	xf_source(x, itemset, set.filter, &xq->q->choice_filter);
	if (!set.randomize)
		return;
	p = arena_alloc(x->b.arena, 2 * sizeof *p);
	p[0] = (struct attr){ "randomize", "true" };
	p[1] = (struct attr){ "seed", set.seed + strspn(set.seed, " ") };
	xq->q->parameters = p;
	xq->q->parameters_n = *set.seed != '\0' ? 2 : 1;
}

void
xf_choices(struct xform *x, uint32_t control, struct xq *xq)
{
	uint32_t itemset = xf_child(x, control, "itemset");

	if (itemset != XML_NONE)
		read_itemset(x, itemset, xq);
	else
		inline_items(x, control, xq);
}
