#include "logic/answers_tree.h"

#include "base/buf.h"
#include "form/form.h"
#include "logic/answers.h"

static const struct answers *
answers_of(const struct tree *tree)
{
	return (const struct answers *)tree;
}

static bool
is_text(node_id id)
{
	return id & ANSWERS_TEXT;
}

static bool
is_attribute(const struct answers *a, node_id id)
{
	return answers_question(a, id)->attribute != NULL;
}

/* The nearest that is a child of its element: relevant, and no attribute. */
static node_id
skip_others(
    const struct answers *a, node_id id, node_id (*step)(const struct answers *, node_id))
{
	while (id != NODE_NONE && (!answers_own_relevant(a, id) || is_attribute(a, id)))
		id = step(a, id);
	return id;
}

static node_id
attribute_node(const struct answers *a, node_id beside, const struct question *q)
{
	node_id id = q ? answers_seen(a, beside, q) : NODE_NONE;

	while (id != NODE_NONE && !answers_own_relevant(a, id)) {
		q = question_next_attribute(q);
		id = q ? answers_seen(a, beside, q) : NODE_NONE;
	}
	return id;
}

static node_id
attribute(const struct tree *tree, node_id id)
{
	const struct answers *a = answers_of(tree);

	if (id == 0 || is_text(id))
		return NODE_NONE;
	return attribute_node(a, id, question_attribute(answers_question(a, id), NULL));
}

static enum node_kind
kind(const struct tree *tree, node_id id)
{
	if (id == 0)
		return NODE_DOCUMENT;
	if (is_text(id))
		return NODE_TEXT;
	return is_attribute(answers_of(tree), id) ? NODE_ATTRIBUTE : NODE_ELEMENT;
}

static const char *
name(const struct tree *tree, node_id id)
{
	const struct question *q;

	if (id == 0 || is_text(id))
		return "";
	q = answers_question(answers_of(tree), id);
	return q->attribute ? q->attribute : q->name;
}

static node_id
parent(const struct tree *tree, node_id id)
{
	const struct answers *a = answers_of(tree);

	if (is_text(id))
		return id & ~ANSWERS_TEXT;
	if (id <= ANSWERS_ROOT)
		return id == ANSWERS_ROOT ? 0 : NODE_NONE;
	if (is_attribute(a, id))
		return answers_seen(a, id, answers_question(a, id)->attribute_of);
	return answers_parent(a, id);
}

static node_id
first(const struct tree *tree, node_id id)
{
	const struct answers *a = answers_of(tree);
	node_id child;

	if (id == 0)
		return ANSWERS_ROOT;
	if (is_text(id))
		return NODE_NONE;
	if (is_attribute(a, id))
		return NODE_NONE;
	child = answers_first(a, id);
	if (child != NODE_NONE)
		return skip_others(a, child, answers_next);
	return answers_value(a, id)[0] && answers_relevant(a, id) ? id | ANSWERS_TEXT : NODE_NONE;
}

static node_id
next(const struct tree *tree, node_id id)
{
	const struct answers *a = answers_of(tree);

	if (id <= ANSWERS_ROOT || is_text(id))
		return NODE_NONE;
	if (is_attribute(a, id))
		return attribute_node(a, id, question_next_attribute(answers_question(a, id)));
	return skip_others(a, answers_next(a, id), answers_next);
}

static node_id
prev(const struct tree *tree, node_id id)
{
	const struct answers *a = answers_of(tree);

	if (id <= ANSWERS_ROOT || is_text(id) || is_attribute(a, id))
		return NODE_NONE;
	return skip_others(a, answers_prev(a, id), answers_prev);
}

static void
add_below(const struct answers *a, node_id id, struct buf *out)
{
	if (!answers_own_relevant(a, id))
		return;
	buf_add_str(out, answers_value(a, id));
	for (node_id c = answers_first(a, id); c != NODE_NONE; c = answers_next(a, c))
		if (!is_attribute(a, c))
			add_below(a, c, out);
}

static void
value(const struct tree *tree, node_id id, struct buf *out)
{
	const struct answers *a = answers_of(tree);

	if (id == 0)
		id = ANSWERS_ROOT;
	id &= ~ANSWERS_TEXT;
	if (answers_relevant(a, id))
		add_below(a, id, out);
}

static const char *
text(const struct tree *tree, node_id id)
{
	const struct answers *a = answers_of(tree);

	if (id == 0)
		return NULL;
	id &= ~ANSWERS_TEXT;
	if (!answers_relevant(a, id))
		return "";
	return answers_first(a, id) == NODE_NONE ? answers_value(a, id) : NULL;
}

static int
compare(const struct tree *tree, node_id x, node_id y)
{
	int order = answers_compare(answers_of(tree), x & ~ANSWERS_TEXT, y & ~ANSWERS_TEXT);

	return order ? order : (int)is_text(x) - (int)is_text(y);
}

const struct tree_ops answers_tree_ops = {
	.kind = kind,
	.name = name,
	.parent = parent,
	.first = first,
	.next = next,
	.prev = prev,
	.attribute = attribute,
	.value = value,
	.text = text,
	.compare = compare,
};
