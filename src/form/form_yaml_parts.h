/* form_yaml_parts.h: the parts of the YAML reader, a file each; private to
 * form_yaml*.c. Each reports into the builder's faults and goes on. */
#ifndef RUHU_FORM_FORM_YAML_PARTS_H
#define RUHU_FORM_FORM_YAML_PARTS_H

#include "form/form_build.h"
#include "form/yaml_tree.h"

struct arena;
struct buf;

/* A form of the tree; its places are cells when spreadsheet is set. */
struct form *yaml_form_of_tree(const char *file, const struct ynode *top, bool spreadsheet,
    const struct form_files *, struct faults *);
/* Writes a tree of rows as YAML, so that it reads as the same tree. */
void yaml_write(const struct ynode *top, struct buf *out);

/* settings: returns settings.name (the root's), or NULL. */
const char *yaml_settings(struct builder *, const struct ynode *);
/* settings.ruhu, once all names are known (after build_finish). */
void yaml_settings_ruhu(struct builder *);

/* The question a setting `where` names; NULL: told. */
const struct question *yaml_question(struct builder *, const char *where, const char *name,
    int line, int col);
/* settings.ruhu.conflict, after unique. */
void yaml_conflict(struct builder *, const struct ynode *);

/* entities: the declaration, which build_finish makes questions of. */
void yaml_entities(struct builder *, const struct ynode *);

/* The rows of survey, below root. */
void yaml_survey(struct builder *, const struct ynode *, struct question *root);

/* The lists of choices, with the files they name. */
void yaml_choices(struct builder *, const struct ynode *);
/* Gives each select its list, adds what or_other asks for. */
void yaml_selects(struct builder *);

/* The node's text; a list or a map is a fault and gives "". */
const char *yaml_scalar(struct builder *, const struct ynode *);
/* An expression's text and place. */
void yaml_source(struct builder *, const struct ynode *, struct source *);
/* A text, or a map of languages. */
void yaml_texts(struct builder *, const struct ynode *, struct text *);
/* yes/true/no/false in any of XLSForm's spellings; anything else is a fault. */
bool yaml_flag(struct builder *, const struct ynode *);

#endif
