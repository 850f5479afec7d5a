/* tree.h: what expressions walk. A tree is read through one small table of
 * operations, so that the answers of a record, the rows of a choice list, a
 * dataset in SQLite and an XML file are all the same to the evaluator.
 *
 * A node is a tree and a number in it; nodes are passed by value. Number 0 is
 * the document node. Document order is tree order, then `order`. */
#ifndef RUHU_LOGIC_TREE_H
#define RUHU_LOGIC_TREE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct tree;

typedef uint32_t node_id;
#define NODE_NONE UINT32_MAX

struct node {
	const struct tree *tree;
	node_id id;
};

enum node_kind {
	NODE_DOCUMENT, NODE_ELEMENT, NODE_ATTRIBUTE, NODE_TEXT, NODE_COMMENT, NODE_PI,
	NODE_NAMESPACE
};

struct tree_ops {
	enum node_kind (*kind)(const struct tree *, node_id);
	const char *(*name)(const struct tree *, node_id);	/* local part; "" for none; interned */
	/* Namespace URI, "" for none; NULL op: always "". */
	const char *(*ns)(const struct tree *, node_id);
	node_id (*parent)(const struct tree *, node_id);
	node_id (*first)(const struct tree *, node_id);		/* first child (not attributes) */
	node_id (*next)(const struct tree *, node_id);		/* following sibling */
	node_id (*prev)(const struct tree *, node_id);
	node_id (*attribute)(const struct tree *, node_id);	/* first attribute; NULL op: none */
	void (*value)(const struct tree *, node_id, struct buf *out);	/* string-value, appended */
	int (*compare)(const struct tree *, node_id, node_id);	/* document order */

	/* Optional fast ways; NULL: the evaluator walks. */
	/* The string-value, lent, where it lies whole in memory; else NULL. */
	const char *(*text)(const struct tree *, node_id);
	node_id (*child_named)(const struct tree *, node_id, const char *name);
	/* Children called `item` whose child `column` equals `text`, in order, for
	 * `[column = text]`; returns false when it has no index on column. */
	bool (*find)(const struct tree *, node_id parent, const char *item, const char *column,
	    const char *text, node_id **ids, uint32_t *n);	/* *ids: free() it */
	/* The prefix a name is written with, "" for none; NULL op: always "". */
	const char *(*prefix)(const struct tree *, node_id);
	/* First namespace node of an element, more by next; NULL op: none. */
	node_id (*namespaces)(const struct tree *, node_id);
};

/* The head of every tree; implementations put it first in their own struct. */
struct tree {
	const struct tree_ops *ops;
	unsigned order;			/* rank among trees, for document order */
};

#endif
