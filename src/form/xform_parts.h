/* xform_parts.h: the parts of the XForm reader, a file each; private to
 * xform*.c. */
#ifndef RUHU_FORM_XFORM_PARTS_H
#define RUHU_FORM_XFORM_PARTS_H

#include "form/form_build.h"
#include "form/xml.h"

struct buf;
struct map;

enum control {
	CONTROL_NONE, CONTROL_INPUT, CONTROL_SELECT1, CONTROL_SELECT, CONTROL_RANK,
	CONTROL_TRIGGER, CONTROL_UPLOAD, CONTROL_RANGE
};

/* A question and what the model and the body say of it. */
struct xq {
	struct question *q;
	const char *path;
	const char *type;		/* of its bind, without a prefix; "" */
	const char *preload, *preload_params;	/* "" */
	const char *mediatype;		/* of an upload; "" */
	enum control control;
	bool row_only;			/* what stands there is not of every new row */
	uint32_t shape;			/* the first node there is of it */
};

struct xform {
	struct builder b;
	struct xml xml;
	uint32_t body, model, primary;	/* primary: the data element */
	struct map *by_path;		/* "/data/a" -> struct xq */
	struct map *repeats;		/* paths that are repeats -> body element + 1 */
	struct map *names;		/* name -> how many questions have it */
	struct map *binds;		/* id of a bind -> its struct xq */
	struct map *itext;		/* "LANGUAGE id" -> text element + 1 */
	struct map *lists;		/* instance id -> its choice list */
	struct map *columns;		/* instance id -> column its names come from */
	struct xq **v;			/* in order of b.questions */
	size_t n, cap;
	size_t starts;			/* rows at the start noted so far */
};

/* ---- xform.c ---- */

struct xq *xf_add_question(struct xform *, struct question *parent, enum qtype, uint32_t node,
    const char *path);

/* ---- xform_nodes.c: walking the XML, paths, texts ---- */

const char *xf_attr(const struct xform *, uint32_t node, const char *name);	/* "": none */
bool xf_has_attr(const struct xform *, uint32_t node, const char *name);
bool xf_is(const struct xform *, uint32_t node, const char *name);
/* The first child element (called name, if given) from `from` on; XML_NONE: none. */
uint32_t xf_child(const struct xform *, uint32_t parent, const char *name);
uint32_t xf_next(const struct xform *, uint32_t node, const char *name);
int xf_line(const struct xform *, uint32_t node);
/* The text of a node with space at both ends taken off, in the form's arena. */
const char *xf_text(struct xform *, uint32_t node);

/* A path seen from context, absolute, without predicates and prefixes. */
void xf_resolve(const char *context, const char *ref, struct buf *out);
struct xq *xf_find(const struct xform *, const char *context, const char *ref);

/* What else the text of a label or hint has: files shown with it, guidance. */
void xf_beside(struct xform *, uint32_t element, const char *context, struct question *);
/* A column that is kept as it is. */
void xf_extra(struct xform *, struct question *, const char *name, const char *value);
/* A label, hint or message element into text, in every language there is. */
void xf_label(struct xform *, uint32_t element, const char *context, struct text *out);
/* A message attribute: text, or jr:itext('id'). */
void xf_message(struct xform *, const char *value, const char *context, struct text *out);
/* All languages of an itext id; false: no such id. */
bool xf_itext(struct xform *, const char *id, const char *context, struct text *out);
/* The form's texts by their ids, for expressions that ask for them. */
void xf_texts(struct xform *);

/* An expression's text and place; a blank one changes nothing. */
void xf_source(struct xform *, uint32_t node, const char *text, struct source *out);

/* ---- xform_body.c ---- */

/* Notes which paths are repeats, below root, the path of the data. */
void xf_find_repeats(struct xform *, const char *root);
void xf_body(struct xform *);			/* controls, groups, repeats, their actions */
/* A setvalue; trigger: the question whose change runs it, or NULL; in the model
 * there are no new rows to run it. */
void xf_setvalue(struct xform *, uint32_t node, const char *context, struct xq *trigger,
    bool model);
/* The question of a control or action: by ref, else by the id of a bind. */
struct xq *xf_target(struct xform *, uint32_t node, const char *context);

/* ---- xform_entity.c: meta/entity; true: it was the entity's ---- */

bool xf_entity(struct xform *, uint32_t node, const struct question *parent);
bool xf_entity_bind(struct xform *, uint32_t node, const char *nodeset);
bool xf_entity_setvalue(struct xform *, uint32_t node);
void xf_entity_end(struct xform *);		/* all of it is read */

/* ---- xform_attrs.c: the instance's attributes and prefixes ---- */

/* The question at a path; where the path ends in an attribute that is there, a
 * question is made of it: something is bound to it or sets it. NULL: nothing is there. */
struct xq *xf_find_or_attribute(struct xform *, const char *context, const char *ref);
/* Into the form, to be written out again. */
void xf_attributes(struct xform *);

/* ---- xform_choices.c ---- */

void xf_instances(struct xform *);
void xf_outside(struct xform *);		/* secondary instances as choice lists */
/* The list of a select: its items, its itemset, or the rows of a repeat. */
void xf_choices(struct xform *, uint32_t control, struct xq *);

#endif
