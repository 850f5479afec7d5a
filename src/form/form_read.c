#include "form/form_read.h"

#include <string.h>

#include "form/form.h"
#include "form/form_build.h"
#include "form/xform.h"

static bool
is_xml(const char *text, size_t len)
{
	size_t at = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (at < len && strchr(" \t\r\n", text[at]) != NULL && text[at] != '\0')
		at++;
	return at < len && text[at] == '<';
}

struct form *
form_read_lenient(const char *file, const char *text, size_t len,
    const struct form_files *files, struct faults *faults)
{
	if (is_xml(text, len)) {
		struct form *f = form_read_xform(file, text, len, faults);

		if (f != NULL)
			form_check_names(f, faults);
		faults_sort(faults);
		return f;
	}
	return form_read_yaml_lenient(file, text, len, files, faults);
}

struct form *
form_read(const char *file, const char *text, size_t len, const struct form_files *files,
    struct faults *faults)
{
	size_t before = faults->errors;
	struct form *f = form_read_lenient(file, text, len, files, faults);

	if (f == NULL || faults->errors == before)
		return f;
	form_free(f);
	return NULL;
}
