/* The real forms with thousands of small damages, always the same ones: a form
 * comes back, or at least one error does; never both, never a crash (run under
 * ASan and UBSan). What did load goes through the readers of values and the
 * difference to the whole form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "form/form.h"
#include "form/form_diff.h"
#include "form/form_table.h"
#include "form/form_yaml.h"
#include "form/value.h"
#include "base/mem.h"

#define ROUNDS 400			/* a form */

static char folder[] = "forms";

struct dice { uint64_t state; };

/* xorshift64*: the same numbers on every machine. */
static size_t
roll(struct dice *d, size_t sides)
{
	d->state ^= d->state >> 12;
	d->state ^= d->state << 25;
	d->state ^= d->state >> 27;
	return (size_t)((d->state * 2685821657736338717ULL) >> 33) % sides;
}

static void
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(out, part, n);
	fclose(f);
}

/* One damage to text: a byte, a word, a line or a piece taken out or doubled. */
static void
damage(struct dice *d, struct buf *text)
{
	static const char *const words[] = {"[", "]", "{", "}", ": ", "- ", "\n", "'", "\"", "|\n",
	    ">-\n", "&a ", "*a", "!t ", "#", "\t", "${", "}", "\xC3", "\xE4\xB8\xAD", "end_group",
	    "begin_repeat", "select_one ", " or_other", "file: x.tsv", "survey:", "name: a", "~",
	    "? ", "---\n", "...\n", "%YAML 1.1\n", "\\", "\\x41", "0", "-", "repeat: r", "label: "};
	struct buf out = { 0 };
	size_t at = roll(d, text->len + 1), n = roll(d, 40), to = roll(d, text->len + 1);
	const char *word = words[roll(d, sizeof words / sizeof words[0])];

	if (at + n > text->len)
		n = text->len - at;
	buf_add(&out, text->data, at);
	switch (roll(d, 6)) {
	case 0:
		buf_add_str(&out, word);
		break;
	case 1:
		buf_add_str(&out, word);
		at += n;
		break;
	case 2:
		at += n;
		break;
	case 3:
		buf_add_char(&out, (char)roll(d, 256));
		at += at < text->len;
		break;
	case 4:
		n = text->len - to < 200 ? text->len - to : 200;
		buf_add(&out, text->data + to, n);
		break;
	default:
		at = roll(d, 20) == 0 ? text->len : at;
		buf_add(&out, "\n", at < text->len);
		break;
	}
	buf_add(&out, text->data + at, text->len - at);
	buf_free(text);
	*text = out;
}

static void
use(const struct form *f, const struct form *whole)
{
	static const char *const typed[] = {"", "1", "01 02", "20261122", "x", "１２", "1.5;2 3"};
	struct buf out = { 0 };
	struct err err;
	size_t n = 0;

	for (const struct question *q = f->questions[0]; q != NULL;
	     q = form_next(q, f->questions[0])) {
		n++;
		assert_true(text_in(f, &q->label, 99) != NULL);
		value_parse(q, typed[n % (sizeof typed / sizeof typed[0])], NULL, &out, &err);
	}
	assert_int_equal(n, f->questions_n);
	buf_reset(&out);
	form_diff(whole, f, &out);
	form_diff(f, whole, &out);
	buf_free(&out);
}

static void
damaged_forms(void **state)
{
	static const char *const forms[] = {"forms/household-survey.yaml", "forms/four-checks.yaml",
	    "forms/job-card.yaml", "forms/params.yaml", "tests/forms/fine.yaml",
	    "tests/forms/structure.yaml", "tests/forms/choices-rows.yaml"};
	const struct form_files files = { folder, form_files_folder };
	struct dice d = { 20261123 };
	size_t loaded = 0, refused = 0;

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct buf whole = { 0 };
		struct faults faults = { 0 };
		struct form *good;

		read_file(forms[i], &whole);
		good =
		    form_read_yaml_lenient("m.yaml", buf_str(&whole), whole.len, &files, &faults);
		assert_non_null(good);
		faults_free(&faults);
		for (size_t round = 0; round < ROUNDS; round++) {
			struct buf text = { 0 };
			struct form *f;
			size_t n = 1 + roll(&d, 4);

			buf_add(&text, whole.data, whole.len);
			while (n-- > 0)
				damage(&d, &text);
			f = form_read_yaml("m.yaml", buf_str(&text), text.len, &files, &faults);
			assert_true((f == NULL) == (faults.errors > 0));
			loaded += f != NULL;
			refused += f == NULL;
			if (f != NULL && round % 8 == 0)
				use(f, good);
			form_free(f);
			faults_free(&faults);
			buf_free(&text);
		}
		form_free(good);
		buf_free(&whole);
	}
	/* Both kinds were met, or the damages are none. */
	assert_true(loaded > 100);
	assert_true(refused > 1000);
}

static void
damaged_tables(void **state)
{
	struct dice d = { 7 };
	struct buf whole = { 0 };

	(void)state;
	read_file("tests/forms/codes/fine.csv", &whole);
	for (size_t round = 0; round < 3000; round++) {
		struct buf text = { 0 };
		struct faults faults = { 0 };
		struct arena *arena = arena_new();
		struct table *t;

		buf_add(&text, whole.data, whole.len);
		damage(&d, &text);
		damage(&d, &text);
		t = table_read(
		    round % 2 ? "t.csv" : "t.tsv", buf_str(&text), text.len, arena, &faults);
		assert_true((t == NULL) == (faults.errors > 0));
		for (size_t r = 0; t != NULL && r < t->rows_n; r++)
			for (size_t c = 0; c < t->columns_n; c++)
				assert_non_null(t->rows[r].cells[c]);
		arena_free(arena);
		faults_free(&faults);
		buf_free(&text);
	}
	buf_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_forms), cmocka_unit_test(damaged_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
