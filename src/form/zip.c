#include "form/zip.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"

#define MEMBERS_MOST 1000		/* a form has some twenty */

struct zip_reader *
zip_reader_open(const void *data, size_t len, struct err *err)
{
	zip_error_t error;
	zip_source_t *source;
	zip_t *zip = NULL;

	zip_error_init(&error);
	source = zip_source_buffer_create(data, len, 0, &error);
	if (source != NULL)
		zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (zip == NULL) {
		err_set(err, _("this is no zip archive: %s"), zip_error_strerror(&error));
		if (source != NULL)
			zip_source_free(source);
	} else if (zip_get_num_entries(zip, 0) > MEMBERS_MOST) {
		err_set(err, _("an archive of more than %d files is no form"), MEMBERS_MOST);
		zip_discard(zip);
		zip = NULL;
	}
	zip_error_fini(&error);
	return (struct zip_reader *)(void *)zip;
}

void
zip_reader_close(struct zip_reader *r)
{
	if (r != NULL)
		zip_discard((zip_t *)(void *)r);
}

bool
zip_reader_read(struct zip_reader *r, const char *name, size_t limit, struct buf *out,
    struct err *err)
{
	zip_t *zip = (zip_t *)(void *)r;
	zip_file_t *file = zip_fopen(zip, name, ZIP_FL_NOCASE);
	char part[16384];
	zip_int64_t n;
	bool ok = true;

	if (file == NULL)
		return err_set(err, _("'%s' is not in the archive"), name);
	buf_reset(out);
	/* What the archive says of its size is not believed. */
	while (ok && (n = zip_fread(file, part, sizeof part)) != 0) {
		if (n < 0)
			ok = err_set(err, _("'%s' in the archive is broken"), name);
		else if (out->len + (size_t)n > limit)
			ok = err_set(
			    err, _("'%s' in the archive has more than %zu bytes"), name, limit);
		else
			buf_add(out, part, (size_t)n);
	}
	zip_fclose(file);
	return ok;
}

/* ---- writing ---------------------------------------------------------------------- */

struct zip_writer {
	zip_source_t *source;
	zip_t *zip;
	bool failed;
};

struct zip_writer *
zip_writer_new(void)
{
	struct zip_writer *w = xcalloc(1, sizeof *w);
	zip_error_t error;

	zip_error_init(&error);
	w->source = zip_source_buffer_create(NULL, 0, 0, &error);
	if (w->source != NULL)
		w->zip = zip_open_from_source(w->source, ZIP_TRUNCATE, &error);
	if (w->zip != NULL)
		zip_source_keep(w->source);	/* it is read after the archive is closed */
	zip_error_fini(&error);
	return w;
}

void
zip_writer_add(struct zip_writer *w, const char *name, const char *text)
{
	size_t len = strlen(text);
	char *copy = xstrndup(text, len);
	zip_source_t *part;
	zip_int64_t at;

	part = w->zip != NULL ? zip_source_buffer(w->zip, copy, len, 1) : NULL;
	if (part == NULL) {
		free(copy);
		w->failed = true;
		return;
	}
	at = zip_file_add(w->zip, name, part, ZIP_FL_ENC_UTF_8);
	if (at < 0) {
		zip_source_free(part);
		w->failed = true;
	} else {
		/* The same form is the same bytes on any day. */
		zip_file_set_mtime(w->zip, (zip_uint64_t)at, 1767225600, 0);
	}
}

static bool
take_bytes(zip_source_t *source, struct buf *out)
{
	zip_stat_t st;
	char *bytes;
	bool ok;

	if (zip_source_stat(source, &st) != 0 || zip_source_open(source) != 0)
		return false;
	bytes = xmalloc((size_t)st.size + 1);
	ok = zip_source_read(source, bytes, st.size) == (zip_int64_t)st.size;
	if (ok)
		buf_add(out, bytes, (size_t)st.size);
	free(bytes);
	zip_source_close(source);
	return ok;
}

bool
zip_writer_end(struct zip_writer *w, struct buf *out, struct err *err)
{
	bool ok = w->zip != NULL && !w->failed;

	if (ok && zip_close(w->zip) != 0)
		ok = false;
	if (!ok && w->zip != NULL)
		zip_discard(w->zip);
	ok = ok && take_bytes(w->source, out);
	if (w->source != NULL)
		zip_source_free(w->source);
	free(w);
	return ok || err_set(err, _("the archive could not be made"));
}
