/* Forms: any bytes are read, checked and compiled as `ruhu form check` does it: also
 * with errors; what is good is written as an XForm. A target a kind of form, built
 * from this file: yaml, xform, and xlsx, which is the text of its parts (zipped.h) or
 * a whole archive. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "form/form.h"
#include "form/form_read.h"
#include "form/form_rows.h"
#include "form/xml.h"
#include "logic/logic.h"
#ifdef FUZZ_xlsx
#include "zipped.h"
#endif

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

#if defined FUZZ_xlsx
#define BEGINS "@P"
#elif defined FUZZ_xform
#define BEGINS "<"
#else
#define BEGINS NULL		/* neither of them */
#endif

/* Is it of the target's kind? Else it is no input for it. */
static bool
is_kind(const uint8_t *data, size_t size)
{
	const char *begins = BEGINS;

	if (size == 0)
		return begins == NULL;
	return begins ? strchr(begins, data[0]) != NULL : data[0] != '<' && data[0] != 'P';
}

static void
read_and_check(const char *data, size_t size)
{
	struct form_files files = { NULL, small_list };
	struct faults faults = { 0 };
	struct form *form = form_read_lenient("f", data, size, &files, &faults);
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
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = { 0 };

	if (!is_kind(data, size))
		return -1;
#ifdef FUZZ_xlsx
	if (data[0] == '@') {
		zipped((const char *)data, size, &text);
		read_and_check(text.data, text.len);
		buf_free(&text);
		return 0;
	}
#endif
	read_and_check((const char *)data, size);
	buf_free(&text);
	return 0;
}
