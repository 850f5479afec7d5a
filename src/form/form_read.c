#include "form/form_read.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "form/form.h"
#include "form/form_yaml_parts.h"
#include "form/xform.h"
#include "form/xlsx.h"

static bool
is_xml(const char *text, size_t len)
{
	size_t at = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (at < len && strchr(" \t\r\n", text[at]) != NULL && text[at] != '\0')
		at++;
	return at < len && text[at] == '<';
}

/* Faults of `file` with packed places get the names of cells. */
static void
name_cells(const char *file, struct faults *faults)
{
	char place[XLSX_PLACE], name[sizeof faults->v->err.file];

	for (size_t i = 0; i < faults->n; i++) {
		struct err *err = &faults->v[i].err;

		if (err->line <= 0 || strcmp(err->file, file) != 0)
			continue;
		snprintf(
		    name, sizeof name, "%.180s:%s", file, xlsx_place(err->line, err->col, place));
		memcpy(err->file, name, sizeof name);
		err->line = err->col = 0;
	}
}

void
form_places(const struct form *f, struct faults *faults)
{
	faults_sort(faults);
	if (f != NULL && f->spreadsheet)
		name_cells(f->file, faults);
}

static struct form *
read_spreadsheet(const char *file, const char *text, size_t len, const struct form_files *files,
    struct faults *faults)
{
	struct arena *scratch = arena_new();
	struct ynode *top = xlsx_tree(file, text, len, scratch, faults);
	struct form *f = NULL;

	if (top != NULL)
		f = yaml_form_of_tree(file, top, true, files, faults);
	arena_free(scratch);
	faults_sort(faults);
	if (f == NULL)
		name_cells(file, faults);
	return f;
}

struct form *
form_read_lenient(const char *file, const char *text, size_t len,
    const struct form_files *files, struct faults *faults)
{
	if (xlsx_is(text, len))
		return read_spreadsheet(file, text, len, files, faults);
	if (!is_xml(text, len))
		return form_read_yaml_lenient(file, text, len, files, faults);
	return form_read_xform(file, text, len, faults);
}

struct form *
form_read(const char *file, const char *text, size_t len, const struct form_files *files,
    struct faults *faults)
{
	size_t before = faults->errors;
	struct form *f = form_read_lenient(file, text, len, files, faults);

	form_places(f, faults);
	if (f == NULL || faults->errors == before)
		return f;
	form_free(f);
	return NULL;
}

bool
form_plain_text(const char *file, const char *text, size_t len, struct buf *out,
    struct faults *faults)
{
	struct arena *scratch;
	struct ynode *top;

	buf_reset(out);
	if (!xlsx_is(text, len)) {
		buf_add(out, text, len);
		return true;
	}
	scratch = arena_new();
	top = xlsx_tree(file, text, len, scratch, faults);
	if (top != NULL)
		yaml_write(top, out);
	else
		name_cells(file, faults);
	arena_free(scratch);
	return top != NULL;
}
