/* xml_form.h: what expressions ask of a form or record in XML besides its
 * nodes: `instance('id')` and `jr:itext('id')`. */
#ifndef RUHU_LOGIC_XML_FORM_H
#define RUHU_LOGIC_XML_FORM_H

#include "logic/expr.h"
#include "logic/xml_tree.h"

/* Fills the hooks of env; tree must outlive it. env->ctx becomes tree. Texts are
 * taken in env->lang, else in the first language. */
void xml_form_env(const struct xml_tree *, struct env *);

#endif
