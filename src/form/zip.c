#include "form/zip.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/buf.h"
#include "base/late.h"
#include "base/mem.h"
#include "base/tr.h"

#define MEMBERS_MOST 1000		/* a form has some twenty */

/* Of libzip, taken in when the first workbook is read (base/late.h). */
#define CALLS(X) \
	X(zip_discard) X(zip_error_fini) X(zip_error_init) X(zip_error_strerror) X(zip_fclose) \
	X(zip_fopen) X(zip_fread) X(zip_get_num_entries) X(zip_open_from_source) \
	X(zip_source_buffer_create) X(zip_source_free)

LATE_LIBRARY(ZIP_LIBRARY, CALLS)

struct zip_reader *
zip_reader_open(const void *data, size_t len, struct err *err)
{
	zip_error_t error;
	zip_source_t *source;
	zip_t *zip = NULL;

	if (!lib_ready(err))
		return NULL;
	lib.zip_error_init(&error);
	source = lib.zip_source_buffer_create(data, len, 0, &error);
	if (source != NULL)
		zip = lib.zip_open_from_source(source, ZIP_RDONLY, &error);
	if (zip == NULL) {
		err_set(err, _("this is no zip archive: %s"), lib.zip_error_strerror(&error));
		if (source != NULL)
			lib.zip_source_free(source);
	} else if (lib.zip_get_num_entries(zip, 0) > MEMBERS_MOST) {
		err_set(err, _("an archive of more than %d files is no form"), MEMBERS_MOST);
		lib.zip_discard(zip);
		zip = NULL;
	}
	lib.zip_error_fini(&error);
	return (struct zip_reader *)(void *)zip;
}

void
zip_reader_close(struct zip_reader *r)
{
	if (r != NULL)
		lib.zip_discard((zip_t *)(void *)r);
}

bool
zip_reader_read(struct zip_reader *r, const char *name, size_t limit, struct buf *out,
    struct err *err)
{
	zip_t *zip = (zip_t *)(void *)r;
	zip_file_t *file = lib.zip_fopen(zip, name, ZIP_FL_NOCASE);
	char part[16384];
	zip_int64_t n;
	bool ok = true;

	if (file == NULL)
		return err_set(err, _("'%s' is not in the archive"), name);
	buf_reset(out);
	/* What the archive says of its size is not believed. */
	while (ok && (n = lib.zip_fread(file, part, sizeof part)) != 0) {
		if (n < 0)
			ok = err_set(err, _("'%s' in the archive is broken"), name);
		else if (out->len + (size_t)n > limit)
			ok = err_set(
			    err, _("'%s' in the archive has more than %zu bytes"), name, limit);
		else
			buf_add(out, part, (size_t)n);
	}
	lib.zip_fclose(file);
	return ok;
}
