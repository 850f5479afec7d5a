#include "logic/xml_tree.h"

#include <string.h>

#include "base/buf.h"

static const struct xml_node *
node(const struct tree *tree, node_id id)
{
	return &((const struct xml_tree *)tree)->xml->v[id];
}

static enum node_kind
kind(const struct tree *tree, node_id id)
{
	static const enum node_kind kinds[] = { [XML_DOCUMENT] = NODE_DOCUMENT,
		[XML_ELEM] = NODE_ELEMENT, [XML_ATTR] = NODE_ATTRIBUTE, [XML_CHARS] = NODE_TEXT,
		[XML_COMMENT] = NODE_COMMENT, [XML_INSTRUCTION] = NODE_PI, [XML_NS] = NODE_NAMESPACE };

	return kinds[node(tree, id)->kind];
}

static const char *
name(const struct tree *tree, node_id id)
{
	return node(tree, id)->name;
}

static const char *
ns(const struct tree *tree, node_id id)
{
	return node(tree, id)->ns;
}

static const char *
prefix(const struct tree *tree, node_id id)
{
	return node(tree, id)->prefix;
}

static node_id
parent(const struct tree *tree, node_id id)
{
	return node(tree, id)->parent;
}

static node_id
first(const struct tree *tree, node_id id)
{
	return node(tree, id)->first;
}

static node_id
next(const struct tree *tree, node_id id)
{
	return node(tree, id)->next;
}

static node_id
prev(const struct tree *tree, node_id id)
{
	return node(tree, id)->prev;
}

static node_id
attribute(const struct tree *tree, node_id id)
{
	return node(tree, id)->attribute;
}

static node_id
namespaces(const struct tree *tree, node_id id)
{
	return node(tree, id)->namespaces;
}

static void
value(const struct tree *tree, node_id id, struct buf *out)
{
	const struct xml_node *n = node(tree, id);

	if (n->kind != XML_ELEM && n->kind != XML_DOCUMENT) {
		buf_add_str(out, n->value);
		return;
	}
	for (node_id c = n->first; c != NODE_NONE; c = node(tree, c)->next)
		if (node(tree, c)->kind == XML_ELEM || node(tree, c)->kind == XML_CHARS)
			value(tree, c, out);
}

static const char *
text(const struct tree *tree, node_id id)
{
	const struct xml_node *n = node(tree, id);

	if (n->kind != XML_ELEM && n->kind != XML_DOCUMENT)
		return n->value;
	if (n->first == NODE_NONE)
		return "";
	n = node(tree, n->first);
	return n->kind == XML_CHARS && n->next == NODE_NONE ? n->value : NULL;
}

static int
compare(const struct tree *tree, node_id x, node_id y)
{
	(void)tree;
	return (x > y) - (x < y);
}

static const struct tree_ops xml_ops = {
	.kind = kind, .name = name, .ns = ns, .prefix = prefix, .parent = parent, .first = first,
	.next = next, .prev = prev, .attribute = attribute, .namespaces = namespaces,
	.value = value, .text = text, .compare = compare
};

void
xml_tree_start(struct xml_tree *t, const struct xml *xml)
{
	t->tree.ops = &xml_ops;
	t->tree.order = 0;
	t->xml = xml;
}

/* ---- paths ------------------------------------------------------------------------- */

static const char *const leaf_names[] = { [XML_CHARS] = "text()", [XML_COMMENT] = "comment()",
	[XML_INSTRUCTION] = "processing-instruction()" };

static void
add_label(const struct xml_node *n, struct buf *out)
{
	switch (n->kind) {
	case XML_ATTR:
		buf_add_char(out, '@');
		break;
	case XML_NS:
		buf_addf(out, "namespace::%s", n->name[0] ? n->name : "*");
		return;
	case XML_CHARS:
	case XML_COMMENT:
	case XML_INSTRUCTION:
		buf_add_str(out, leaf_names[n->kind]);
		return;
	default:
		break;
	}
	if (n->prefix[0])
		buf_addf(out, "%s:", n->prefix);
	buf_add_str(out, n->name);
}

/* How many siblings before (dir -1) or after it are called the same. */
static size_t
namesakes(const struct xml_tree *t, node_id id, int dir)
{
	const struct xml_node *v = t->xml->v, *n = &v[id];
	size_t count = 0;

	if (n->kind == XML_ATTR || n->kind == XML_NS)
		return 0;
	for (node_id s = dir < 0 ? n->prev : n->next; s != NODE_NONE;
	     s = dir < 0 ? v[s].prev : v[s].next)
		count += v[s].kind == n->kind && !strcmp(v[s].name, n->name) &&
		    !strcmp(v[s].prefix, n->prefix);
	return count;
}

void
xml_tree_path(const struct xml_tree *t, node_id id, struct buf *out)
{
	const struct xml_node *n = &t->xml->v[id];
	size_t before;

	if (id == 0) {
		buf_add_char(out, '/');
		return;
	}
	if (n->parent != 0)
		xml_tree_path(t, n->parent, out);
	buf_add_char(out, '/');
	add_label(n, out);
	before = namesakes(t, id, -1);
	if (before || namesakes(t, id, 1))
		buf_addf(out, "[%zu]", before + 1);
}
