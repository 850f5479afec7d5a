/* form_outside.h: tables beside a form that no question of it chooses from: the
 * instances of an XForm, and what pulldata() names; private to form/. */
#ifndef RUHU_FORM_FORM_OUTSIDE_H
#define RUHU_FORM_FORM_OUTSIDE_H

#include <stdbool.h>
#include <stddef.h>

struct builder;
struct form;

/* Notes the table id, kept in file, unless the form has it anyhow. */
void outside_add(struct builder *, const char *id, const char *file, bool pulled);
/* The tables that pulldata() names, kept in ID.csv as in pyxform. */
void outside_pulled(struct builder *);

/* The next quoted name behind `call`, as in instance('x'), of an expression; NULL:
 * there is none. *at goes on behind it. */
const char *outside_named(const char **at, const char *call, size_t *len);
/* Where an outside table lies; NULL: it is none that was noted. */
const char *outside_file(const struct form *, const char *id);

#endif
