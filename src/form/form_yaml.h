/* form_yaml.h: reads a form written in YAML: XLSForm's rows as the public
 * XLSForm-YAML converter (yxf) writes them, and the four conveniences of the
 * manual (ruhu-form(5)). The only file that includes yaml.h is form_yaml.c's
 * reader (yaml_tree.c). */
#ifndef RUHU_FORM_FORM_YAML_H
#define RUHU_FORM_FORM_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct form;
struct buf;

/* Where a form's other files (choice lists) come from: a folder, a database, a
 * test. name is as written in the form. False: err says why. */
struct form_files {
	void *ctx;
	bool (*read)(void *ctx, const char *name, struct buf *out, struct err *);
};

/* Files beside the form on disk; names that leave the folder are refused. ctx
 * is the folder's path. */
bool form_files_folder(void *folder, const char *name, struct buf *out, struct err *);

/* Whether a name stays below the form's folder (relative, no "..", no backslash) and can
 * stand in a sync file: no control characters, 255 bytes at most. */
bool form_file_inside(const char *name);

/* Reads text (len bytes) called `file` in errors. Never stops at the first
 * fault. Returns the form when faults->errors stayed 0 (warnings are fine),
 * else NULL. files may be NULL: then a choice list in a file is an error.
 * Bounds: text 4 MiB, scalar 64 KiB, depth 64, no aliases, no tags. */
struct form *form_read_yaml(const char *file, const char *text, size_t len,
    const struct form_files *files, struct faults *faults);

/* The same, but a form comes back also when there were errors (NULL only when
 * no survey could be read): logic_compile can then add its own faults, so that
 * a designer sees all of them at once. Good for nothing else. */
struct form *form_read_yaml_lenient(const char *file, const char *text, size_t len,
    const struct form_files *files, struct faults *faults);

#endif
