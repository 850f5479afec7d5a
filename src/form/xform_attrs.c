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

void
xf_attributes(struct xform *x)
{
	struct buf namespaces = { 0 };

	for (size_t i = 0; i < x->n; i++) {
		const struct xq *xq = x->v[i];
		uint32_t node = xq->q->type == Q_FORM ? x->primary : xq->shape;

		if (xq->q->of_entity || node == 0)
			continue;
		if (*x->xml.v[node].prefix != '\0') {
			xq->q->prefix = arena_strdup(x->b.arena, x->xml.v[node].prefix);
			note_namespace(&x->xml.v[node], &namespaces);
		}
		keep_attributes(x, xq, node, &namespaces);
	}
	if (namespaces.len > 0)
		keep_setting(x, "namespaces", buf_str(&namespaces));
	buf_free(&namespaces);
}
