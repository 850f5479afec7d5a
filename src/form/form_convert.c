#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "form/form_read.h"
#include "form/form_rows.h"
#include "form/form_yaml_parts.h"
#include "form/xlsx.h"

enum notation { TO_NOTHING, TO_YAML, TO_XLSX, TO_XFORM };

static enum notation
notation_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot != NULL && (strcasecmp(dot, ".yaml") == 0 || strcasecmp(dot, ".yml") == 0))
		return TO_YAML;
	if (dot != NULL && strcasecmp(dot, ".xml") == 0)
		return TO_XFORM;
	return dot != NULL && strcasecmp(dot, ".xlsx") == 0 ? TO_XLSX : TO_NOTHING;
}

bool
form_convert(const char *file, const char *text, size_t len, const struct form_files *files,
    const char *to, struct buf *out, struct faults *faults, struct err *err)
{
	enum notation notation = notation_of(to);
	struct arena *scratch;
	struct ynode *rows;
	struct form *f;
	bool ok = true;

	if (notation == TO_NOTHING)
		return err_set(err, _("'%s': a form is written as .yaml, .xlsx or .xml"), to);
	f = form_read(file, text, len, files, faults);
	if (f == NULL)
		return err_set(err, _("'%s' has faults, so it was not converted"), file);
	buf_reset(out);
	scratch = arena_new();
	if (notation == TO_YAML && xlsx_is(text, len)) {
		ok = form_plain_text(file, text, len, out, faults) ||
		    err_set(err, _("'%s' has faults, so it was not converted"), file);
	} else if (notation == TO_XFORM) {
		xform_write(f, faults, out);
	} else {
		rows = form_rows(f, scratch, faults);
		if (notation == TO_YAML)
			yaml_write(rows, out);
		else
			ok = xlsx_write(rows, out, err);
	}
	arena_free(scratch);
	form_free(f);
	return ok;
}
