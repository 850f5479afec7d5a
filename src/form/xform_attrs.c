/* What an XForm's instance has besides its elements: attributes, and prefixes of
 * other namespaces. They are kept as the columns and settings XLSForm has for them. */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "form/xform_parts.h"

#define JAVAROSA "http://openrosa.org/javarosa"

static void
note_namespace(const struct xml_node *n, struct buf *all)
{
	struct buf one = { 0 };

	if (*n->prefix == '\0' || strchr(n->ns, '"') != NULL)
		return;
	buf_addf(&one, "%s=\"%s\"", n->prefix, n->ns);
	if (all->len == 0 || strstr(all->data, buf_str(&one)) == NULL)
		buf_addf(all, "%s%s", all->len > 0 ? " " : "", buf_str(&one));
	buf_free(&one);
}

static void
keep_setting(struct xform *x, const char *name, const char *value)
{
	struct form *f = x->b.form;
	struct attr *v = arena_alloc(x->b.arena, (f->settings_n + 1) * sizeof *v);

	if (f->settings_n > 0)
		memcpy(v, f->settings, f->settings_n * sizeof *v);
	v[f->settings_n++] =
	    (struct attr){ arena_strdup(x->b.arena, name), arena_strdup(x->b.arena, value) };
	f->settings = v;
}

static bool
is_own(const struct xml_node *a, bool root)
{
	return strcmp(a->ns, JAVAROSA) == 0 || (root && *a->prefix == '\0' &&
	    (strcmp(a->name, "id") == 0 || strcmp(a->name, "version") == 0));
}

static void
keep_attributes(struct xform *x, const struct xq *xq, uint32_t node, struct buf *namespaces)
{
	bool root = xq->q->type == Q_FORM;
	struct buf name = { 0 };

	for (uint32_t a = x->xml.v[node].attribute; a != XML_NONE; a = x->xml.v[a].next) {
		const struct xml_node *n = &x->xml.v[a];

		if (is_own(n, root))
			continue;
		note_namespace(n, namespaces);
		if (question_attribute(xq->q, n->name) != NULL)
			continue;
		buf_reset(&name);
		buf_addf(&name, "%s::%s%s%s", root ? "attribute" : "instance", n->prefix,
		    *n->prefix != '\0' ? ":" : "", n->name);
		if (root)
			keep_setting(x, buf_str(&name), n->value);
		else
			xf_extra(x, xq->q, buf_str(&name), n->value);
	}
	buf_free(&name);
}

static uint32_t
attribute_node(const struct xform *x, uint32_t element, const char *name)
{
	for (uint32_t a = x->xml.v[element].attribute; a != XML_NONE; a = x->xml.v[a].next)
		if (strcmp(x->xml.v[a].name, name) == 0 && strcmp(x->xml.v[a].ns, JAVAROSA) != 0)
			return a;
	return XML_NONE;
}

/* Of a leaf it stands beside it, since a leaf has nothing below it. */
static struct xq *
make_attribute(struct xform *x, struct xq *of, const char *name, const char *path)
{
	bool root = of->q->type == Q_FORM;
	uint32_t element = root ? x->primary : of->shape, a = attribute_node(x, element, name);
	struct buf called = { 0 };
	struct xq *xq;

	if (a == XML_NONE || of->q->attribute != NULL || is_own(&x->xml.v[a], root))
		return NULL;
	xq = xf_add_question(x, of->q->type <= Q_REPEAT ? of->q : of->q->parent, Q_HIDDEN, element,
	    path);
	buf_addf(&called, "%s.%s", of->q->name, name);
	xq->q->name = arena_strdup(x->b.arena, buf_str(&called));
	buf_free(&called);
	xq->q->attribute_of = of->q;
	xq->q->attribute = arena_strdup(x->b.arena, name);
	if (*x->xml.v[a].prefix != '\0')
		xq->q->prefix = arena_strdup(x->b.arena, x->xml.v[a].prefix);
	if (*x->xml.v[a].value != '\0') {
		xq->q->default_.text = arena_strdup(x->b.arena, x->xml.v[a].value);
		xq->q->default_.line = xf_line(x, element);
		xq->q->default_.col = 1;
		xq->q->default_kind = DEFAULT_LITERAL;
	}
	return xq;
}

struct xq *
xf_find_or_attribute(struct xform *x, const char *context, const char *ref)
{
	struct xq *xq = xf_find(x, context, ref), *of;
	struct buf path = { 0 };
	char *at;

	if (xq != NULL)
		return xq;
	xf_resolve(context, ref, &path);
	at = path.len > 0 ? strstr(path.data, "/@") : NULL;
	if (at != NULL) {
		*at = '\0';
		of = xf_find(x, "", path.data);
		*at = '/';
		if (of != NULL)
			xq = make_attribute(x, of, at + 2, path.data);
	}
	buf_free(&path);
	return xq;
}

/* Has the instance a default namespace of its own? Without one it has that of XForms. */
static bool
own_namespace(const struct xml_node *root)
{
	return root->prefix[0] == '\0' && root->ns[0] != '\0' &&
	    strcmp(root->ns, "http://www.w3.org/2002/xforms") != 0;
}

void
xf_attributes(struct xform *x)
{
	struct buf namespaces = { 0 };

	for (size_t i = 0; i < x->n; i++) {
		const struct xq *xq = x->v[i];
		uint32_t node = xq->q->type == Q_FORM ? x->primary : xq->shape;

		if (xq->q->of_entity || xq->q->attribute != NULL || node == 0)
			continue;
		if (*x->xml.v[node].prefix != '\0') {
			xq->q->prefix = arena_strdup(x->b.arena, x->xml.v[node].prefix);
			note_namespace(&x->xml.v[node], &namespaces);
		}
		keep_attributes(x, xq, node, &namespaces);
	}
	if (namespaces.len > 0)
		keep_setting(x, "namespaces", buf_str(&namespaces));
	if (own_namespace(&x->xml.v[x->primary]))
		keep_setting(x, "instance_xmlns", x->xml.v[x->primary].ns);
	buf_free(&namespaces);
}
