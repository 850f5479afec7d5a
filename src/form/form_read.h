/* form_read.h: a form in whichever notation it is written, told by how it
 * begins: YAML, an XForm (`<`), or an XLSForm spreadsheet (a zip archive).
 *
 * Places in a spreadsheet are cells. While faults are gathered they carry them
 * packed into line and column; form_places turns them into "survey!C17". */
#ifndef RUHU_FORM_FORM_READ_H
#define RUHU_FORM_FORM_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "form/form_yaml.h"

struct buf;
struct form;

/* As form_read_yaml: faults are sorted and complete. */
struct form *form_read(const char *file, const char *text, size_t len,
    const struct form_files *files, struct faults *faults);

/* As form_read_yaml_lenient: give the form to logic_compile for its faults too,
 * then call form_places. */
struct form *form_read_lenient(const char *file, const char *text, size_t len,
    const struct form_files *files, struct faults *faults);

/* Sorts the faults; those of a spreadsheet then name cells. form may be NULL. */
void form_places(const struct form *, struct faults *);

/* The form as text that can be kept in the database and read again: a
 * spreadsheet becomes YAML, anything else is itself. False: told in faults. */
bool form_plain_text(const char *file, const char *text, size_t len, struct buf *out,
    struct faults *faults);

#endif
