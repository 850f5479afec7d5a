/* form_rows.h: a form as the rows of a spreadsheet again: what a converter
 * writes. */
#ifndef RUHU_FORM_FORM_ROWS_H
#define RUHU_FORM_FORM_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "form/form_yaml.h"

struct arena;
struct buf;
struct form;
struct ynode;

/* survey, choices, settings and entities as lists of rows, in arena. What XLSForm has no
 * column for is told as a warning. */
struct ynode *form_rows(const struct form *, struct arena *, struct faults *);

/* The form as an XForm, added to out. What that has no place for is told as a
 * warning. Standard: ODK XForms specification, as pyxform writes it. */
void xform_write(const struct form *, struct faults *, struct buf *out);

/* Reads the form `text` (YAML, XForm or .xlsx, called file) and writes it in the
 * notation of `to`: .yaml, .yml, .xlsx or .xml. A spreadsheet becomes YAML row by row,
 * as it stands. False: faults has errors, or err says why not. */
bool form_convert(const char *file, const char *text, size_t len,
    const struct form_files *files, const char *to, struct buf *out, struct faults *faults,
    struct err *err);

#endif
