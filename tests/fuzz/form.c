/* Forms: any bytes are read, checked and compiled as `ruhu form check` does it: also
 * with errors; what is good is written as an XForm. A target a kind of form, built
 * from this file: yaml, xform, and xlsx, which is the text of its parts (zipped.h) or
 * a whole archive. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "form/form.h"
#include "form/form_read.h"
#include "form/form_rows.h"
#include "form/form_yaml_parts.h"
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

/* Is it a form still? An XForm may say what has no place in rows. With FUZZ_STRICT, as
 * `make soak` has it: a form that comes back with faults is a fault of ours, but none of
 * those for which a good change must wait. */
static void
read_again(const char *file, const struct buf *text, const struct form_files *files, bool good)
{
	struct faults faults = { 0 };
	struct form *form;

	if (text->len > 4u << 20)
		return;
	form = form_read_lenient(file, buf_str(text), text->len, files, &faults);
	if (form)
		logic_free(logic_compile(form, &faults));
	if (good && faults.errors > 0 && getenv("FUZZ_STRICT")) {
		for (size_t i = 0; i < faults.n; i++)
			fprintf(stderr, "%s: %s\n", file, faults.v[i].err.text);
		fprintf(stderr, "%s\n", buf_str(text));
		abort();
	}
	form_free(form);
	faults_free(&faults);
}

/* Every form that is good can be written as an XForm and as YAML, and is a form again. */
static void
write_again(const struct form *form, const struct form_files *files)
{
	struct arena *scratch = arena_new();
	struct faults faults = { 0 };
	struct buf out = { 0 };

	xform_write(form, &faults, &out);
	read_again("again.xml", &out, files, true);
	buf_reset(&out);
	yaml_write(form_rows(form, scratch, &faults), &out);
	read_again("again.yaml", &out, files, !form->xform);
	buf_free(&out);
	faults_free(&faults);
	arena_free(scratch);
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
			write_again(form, &files);
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
