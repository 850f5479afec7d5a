/* Forms: any bytes, as YAML, XForm or spreadsheet by how they begin, are read,
 * checked and compiled as `ruhu form check` does it: also with errors; what is
 * good is written as an XForm. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "form/form.h"
#include "form/form_read.h"
#include "form/form_rows.h"
#include "form/xml.h"
#include "logic/logic.h"

static bool
small_list(void *ctx, const char *name, struct buf *out, struct err *err)
{
	(void)ctx;
	(void)name;
	(void)err;
	buf_add_str(out, "code\tzh\ten\tparent\n1\t一\tone\t2\n2\t二\ttwo\t2\n");
	return true;
}

/* Every form that is good can be written as an XForm, and that is XML. */
static void
write_again(const struct form *form)
{
	struct faults faults = { 0 };
	struct buf out = { 0 };
	struct xml xml;
	struct err err;

	xform_write(form, &faults, &out);
	if (out.len < 4u << 20) {
		if (!xml_parse("again", buf_str(&out), out.len, &xml, &err))
			abort();
		xml_free(&xml);
	}
	buf_free(&out);
	faults_free(&faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct form_files files = { NULL, small_list };
	struct faults faults = { 0 };
	struct form *form = form_read_lenient("f", (const char *)data, size, &files, &faults);
	struct logic *logic;

	if (!form && !faults.errors)
		abort();
	if (form) {
		logic = logic_compile(form, &faults);
		if (!logic && !faults.errors)
			abort();
		if (logic && !faults.errors)
			write_again(form);
		logic_free(logic);
	}
	form_places(form, &faults);
	form_free(form);
	faults_free(&faults);
	return 0;
}
