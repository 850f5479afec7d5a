/* yaml_tree.h: a YAML text as a small tree of maps, lists and texts, each with
 * its place. Every scalar is text: `yes`, `007` and `~` are what is written.
 *
 * What a form has no use for and an attacker has is refused with its place:
 * anchors and aliases, tags, several documents, keys given twice, control
 * characters, invalid UTF-8, and anything past the limits below. Memory stays
 * proportional to the text. Standard: YAML 1.1 as libyaml reads it. */
#ifndef RUHU_FORM_YAML_TREE_H
#define RUHU_FORM_YAML_TREE_H

#include <stddef.h>

#include "base/err.h"
#include "form/form.h"

#define YAML_TEXT_LIMIT (4u << 20)	/* bytes of a file */
#define YAML_SCALAR_LIMIT (64u << 10)	/* bytes of one text */
#define YAML_DEPTH_LIMIT 64
#define YAML_NODES_LIMIT 500000u

enum ynode_kind { Y_TEXT, Y_LIST, Y_MAP };

struct ynode {
	enum ynode_kind kind;
	const char *text;		/* of a Y_TEXT, never NULL */
	int line, col;			/* of its first character, inside any quotes */
	const struct source_line *lines;	/* a text over several lines, see form.h */
	size_t lines_n;
	const char *key;		/* what it is called in the map it lies in, else NULL */
	int key_line, key_col;
	size_t n;			/* children */
	struct ynode *first, *last, *next;
};

struct arena;

/* Reads text called `file` in faults; the tree lives in arena. NULL when the
 * YAML itself is broken (one fault says where) or empty; other faults leave a
 * tree, so that the rest of the file can be checked too. */
struct ynode *yaml_tree_read(const char *file, const char *text, size_t len, struct arena *,
    struct faults *);

/* Makes node the last child of a map or list. */
void ynode_append(struct ynode *parent, struct ynode *node);
/* The child of a map under key, or NULL. */
const struct ynode *ynode_get(const struct ynode *map, const char *key);

/* "a text", "a list", "a map": for messages, translated. */
const char *ynode_kind_name(const struct ynode *);

#endif
