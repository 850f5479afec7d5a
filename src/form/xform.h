/* xform.h: reads a form in XML: an ODK XForm, as pyxform and ODK Build write
 * them. What the XML has no place for is told as a warning, never dropped in
 * silence. Standard: ODK XForms specification. */
#ifndef RUHU_FORM_XFORM_H
#define RUHU_FORM_XFORM_H

#include <stddef.h>

#include "base/err.h"

struct form;

/* As form_read_yaml_lenient: a form comes back also when there were errors.
 * Places are lines; expressions keep their XPath paths. A repeat begins with
 * the rows its primary instance has (form.start). */
struct form *form_read_xform(const char *file, const char *text, size_t len,
    struct faults *faults);

#endif
