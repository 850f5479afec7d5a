/* answers_tree.h: the answers as expressions see them (see answers.h). Only
 * answers.c needs this; everyone else calls answers_tree(). */
#ifndef RUHU_LOGIC_ANSWERS_TREE_H
#define RUHU_LOGIC_ANSWERS_TREE_H

#include "logic/tree.h"

extern const struct tree_ops answers_tree_ops;

/* The text node below a leaf has the leaf's id with this bit. */
#define ANSWERS_TEXT 0x80000000u

#endif
