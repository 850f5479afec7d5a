/* form_read.h: a form in whichever notation it is written: YAML, or an XForm
 * when the first character is `<`. */
#ifndef RUHU_FORM_FORM_READ_H
#define RUHU_FORM_FORM_READ_H

#include <stddef.h>

#include "base/err.h"
#include "form/form_yaml.h"

struct form;

/* As form_read_yaml and form_read_yaml_lenient (form_yaml.h). */
struct form *form_read(const char *file, const char *text, size_t len,
    const struct form_files *files, struct faults *faults);
struct form *form_read_lenient(const char *file, const char *text, size_t len,
    const struct form_files *files, struct faults *faults);

#endif
