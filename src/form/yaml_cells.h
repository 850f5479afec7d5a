/* yaml_cells.h: what the files beside the forms (worklists, reports) are made of: names,
 * texts in some languages, expressions, each with its place; and what is wrong with them.
 * All of it lives in the arena of the file. */
#ifndef RUHU_FORM_YAML_CELLS_H
#define RUHU_FORM_YAML_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "form/form.h"
#include "form/yaml_tree.h"

struct arena;

struct word {				/* a name and where it is written */
	const char *text;		/* NULL: not given */
	int line, col;
};

struct words {				/* a text in some languages */
	const struct attr *v;		/* language and text; language "" where none is told */
	size_t n;
};

/* In this language ("zh", "en"), else the first there is; "" when none. */
const char *words_in(const struct words *, const char *lang);

struct yaml_cells {				/* a file that is being read */
	const char *file;
	struct arena *arena;
	struct faults *faults;
	const char *what;		/* "a worklist", N_(): what its keys are keys of */
};

#define cell_wrong(r, node, ...) \
	faults_add((r)->faults, FAULT_ERROR, (r)->file, (node)->line, (node)->col, __VA_ARGS__)

/* False, and a fault, where it is something else than `wanted`. */
bool cell_is(struct yaml_cells *, const struct ynode *, enum ynode_kind, const char *wanted);
/* A fault for each key of the map that is not known. */
void cell_keys(struct yaml_cells *, const struct ynode *map, const char *const *known, size_t n);

/* Each leaves out as it is where node is NULL: the key was not given. A name is what
 * commands call it by. */
void cell_word(struct yaml_cells *, const struct ynode *, struct word *out);
void cell_name(struct yaml_cells *, const struct ynode *, struct word *out);
void cell_source(struct yaml_cells *, const struct ynode *, struct source *out);
void cell_words(struct yaml_cells *, const struct ynode *, struct words *out);

#endif
