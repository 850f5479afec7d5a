/* xml_tree.h: an XML file as a tree for expressions (tree.h); node numbers are
 * those of form/xml.h. */
#ifndef RUHU_LOGIC_XML_TREE_H
#define RUHU_LOGIC_XML_TREE_H

#include "form/xml.h"
#include "logic/tree.h"

struct buf;

struct xml_tree {
	struct tree tree;	/* first: the tree is cast back */
	const struct xml *xml;	/* borrowed */
};

/* Nothing to free: all of it lies in the file that was read, which must stay. */
void xml_tree_start(struct xml_tree *, const struct xml *);

/* "/data/member[2]/@id": numbers only where siblings share a name. */
void xml_tree_path(const struct xml_tree *, node_id, struct buf *out);

#endif
