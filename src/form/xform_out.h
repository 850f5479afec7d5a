/* xform_out.h: the parts of the writer of XForms. form_rows.h has the door. */
#ifndef RUHU_FORM_XFORM_OUT_H
#define RUHU_FORM_XFORM_OUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "form/form.h"

struct xout {
	const struct form *form;
	struct faults *faults;
	struct buf *out;
};

/* ---- xform_paths.c: expressions as an XForm has them ---- */

/* The text with each ${name} as a path: `../` within a repeat that both are in,
 * else from the root; current()/ before it inside brackets. As pyxform writes. */
void xo_paths(const struct xout *, const struct question *at, const char *text, struct buf *out);
/* The path of a question as seen from another. */
void xo_path(const struct question *at, const struct question *to, struct buf *out);
/* Where a question is in the instance, an attribute by its @name. */
void xo_node(const struct question *, struct buf *out);
/* A text: each ${...} as <output value="..."/>. */
void xo_rich(const struct xout *, const struct question *at, const char *text, struct buf *out);
/* A list's id: an XForm's own items are a list without a name that could be one. */
void xo_list(struct buf *out, const char *name);
/* Can it be the name of an element or attribute here? Prefixes are those that the
 * form declares. */
bool xo_name(const char *);
bool xo_dynamic(const char *text); /* does XLSForm take this default for an expression? */

/* setvalue for the IDs of entities that each row of a repeat makes. */
void xo_entity_ids(struct xout *, const struct question *repeat);

/* ---- xform_text_out.c ---- */

/* Text between before and after, which are written as they are. */
void xo_line(struct xout *, const char *before, const char *text, const char *after);
/* A text in a language, in the default one whatever there is, since the others fall
 * back on it; NULL: none. */
const char *xo_given(const struct form *, const struct text *, size_t lang);
void xo_itext(struct xout *);			/* <itext>, appended to out */
void xo_instances(struct xout *);		/* all instances but the primary one */

/* ---- xform_body_out.c ---- */

void xo_body(struct xout *);			/* <h:body>, appended to out */
/* setvalue for the defaults that are expressions, of the form or of a repeat's rows. */
void xo_defaults(struct xout *, const struct question *);
/* Is the count of this repeat more than a path? Then it has a node of its own. */
bool xo_counted(const struct question *repeat);
/* Which bind type and preload a question has; "" where none. */
const char *xo_type(const struct question *);

#endif
