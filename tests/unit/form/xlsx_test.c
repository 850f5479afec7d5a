/* A spreadsheet becomes the tree of rows, the tree YAML, and the YAML the same
 * form again; damaged spreadsheets are refused or read, never a crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "form/form.h"
#include "form/form_diff.h"
#include "form/form_read.h"
#include "form/form_yaml_parts.h"
#include "form/xlsx.h"
#include "form/yaml_tree.h"

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

static void
cells(void **state)
{
	struct buf data = { 0 };
	struct faults faults = { 0 };
	struct form *f;
	const struct question *b, *d;
	size_t zh;

	(void)state;
	read_file("tests/forms/xlsx/small.xlsx", &data);
	f = form_read("small.xlsx", buf_str(&data), data.len, NULL, &faults);
	assert_non_null(f);
	assert_int_equal(faults.n, 0);
	assert_true(f->spreadsheet);
	zh = form_language(f, "zh");
	assert_string_equal(f->id, "small_xlsx");
	assert_string_equal(f->version, "20261123");
	/* Rich text whole, without what is read aloud. */
	assert_string_equal(text_in(f, &form_find(f, "a", NULL)->label, zh), "粗细");
	b = form_find(f, "b", NULL);
	assert_string_equal(b->relevant.text, "${a} = 'x' or ${a} = \"y\"");
	assert_string_equal(b->default_.text, "1");
	assert_string_equal(b->list->v[1].cells[0], "y");
	d = form_find(f, "d", NULL);
	assert_string_equal(d->default_.text, "2026-11-23");
	assert_string_equal(d->path, "/data/g/d");
	assert_string_equal(text_in(f, &form_find(f, "e", NULL)->label, zh), "完");
	assert_string_equal(form_find(f, "e", NULL)->relevant.text, "TRUE");
	form_free(f);
	faults_free(&faults);
	buf_free(&data);
}

static void
places(void **state)
{
	static const struct { int line, col; const char *want; } cases[] = {
		{ (2 << 21) + 17, 300001, "survey!C17" }, { (2 << 21) + 17, 300055, "survey!C17" },
		{ 2, 100000, "settings!A2" }, { (1 << 21) + 9, 2700001, "choices!AA9" },
		{ (1 << 21) + 9, 1638400001, "choices!XFD9" }, { 0, 0, "?" }, { -1, 5, "?" },
	};
	char out[XLSX_PLACE];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(xlsx_place(cases[i].line, cases[i].col, out), cases[i].want);
}

static void
same_node(const struct ynode *a, const struct ynode *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_string_equal(a->text, b->text);
	assert_int_equal(a->n, b->n);
	for (a = a->first, b = b->first; a != NULL; a = a->next, b = b->next) {
		assert_true((a->key == NULL) == (b->key == NULL));
		if (a->key != NULL)
			assert_string_equal(a->key, b->key);
		same_node(a, b);
	}
}

/* What is written reads as the same tree, whatever stands in the texts. */
static void
written_yaml(void **state)
{
	static const char hard[] =
	    "plain: a text\n"
	    "\"- x\": \"# no comment\"\n"
	    "\"\": ''\n"
	    "list: [a, '', [b, [c]], {}, [], {d: {e: f}}, '- g']\n"
	    "map: {x: {y: [1, 2]}, 'a: b': 'c #d', '*': \"tab\\there\", z: \"two\\nlines\\n\"}\n"
	    "quotes: \"\\\"'\\\\ 'x' \\\"\"\n"
	    "space: ' a '\n"
	    "colon: 'a:'\n"
	    "dots: '...'\n"
	    "breaks: \"a\\Lb\\Pc\"\n"
	    "expr: '. >= 0 and ${a} != '''' or [x = 1]'\n"
	    "han: 家庭：成员 (zh)\n";
	struct arena *arena = arena_new();
	struct faults faults = { 0 };
	struct buf text = { 0 };
	struct ynode *a = yaml_tree_read("a", hard, sizeof hard - 1, arena, &faults), *b;

	(void)state;
	assert_non_null(a);
	yaml_write(a, &text);
	b = yaml_tree_read("b", buf_str(&text), text.len, arena, &faults);
	if (b == NULL || faults.n > 0)
		fail_msg("%s\n%s", faults.v[0].err.text, buf_str(&text));
	same_node(a, b);
	buf_free(&text);
	faults_free(&faults);
	arena_free(arena);
}

static void
kept_as_yaml(void **state)
{
	struct buf data = { 0 }, plain = { 0 }, diff = { 0 };
	struct faults faults = { 0 };
	struct form *sheet, *yaml;

	(void)state;
	read_file("tests/forms/xlsx/small.xlsx", &data);
	assert_true(form_plain_text("small.xlsx", buf_str(&data), data.len, &plain, &faults));
	sheet = form_read("small.xlsx", buf_str(&data), data.len, NULL, &faults);
	yaml = form_read("small.xlsx", buf_str(&plain), plain.len, NULL, &faults);
	assert_int_equal(faults.n, 0);
	assert_int_equal(sheet->questions_n, yaml->questions_n);
	assert_int_equal(sheet->lists_n, yaml->lists_n);
	form_diff(sheet, yaml, &diff);
	assert_string_equal(buf_str(&diff), "");
	/* Anything else is kept as it is. */
	assert_true(form_plain_text("x.yaml", "survey: []\n", 11, &plain, &faults));
	assert_string_equal(buf_str(&plain), "survey: []\n");
	form_free(sheet);
	form_free(yaml);
	buf_free(&data);
	buf_free(&plain);
	buf_free(&diff);
	faults_free(&faults);
}

static void
damaged(void **state)
{
	struct buf whole = { 0 };
	uint64_t s = 20261123;
	size_t loaded = 0, refused = 0;

	(void)state;
	read_file("tests/forms/xlsx/small.xlsx", &whole);
	for (int round = 0; round < 3000; round++) {
		struct buf data = { 0 };
		struct faults faults = { 0 };
		struct form *f;

		buf_add(&data, whole.data, whole.len);
		for (int i = 0; i <= round % 3; i++) {
			s = s * 6364136223846793005ULL + 1442695040888963407ULL;
			data.data[4 + (size_t)(s >> 33) % (data.len - 4)] = (char)(s >> 20);
		}
		if (round % 7 == 0)
			buf_cut(&data, (size_t)(s >> 33) % data.len);
		f = form_read("d.xlsx", buf_str(&data), data.len, NULL, &faults);
		assert_true((f == NULL) == (faults.errors > 0));
		loaded += f != NULL;
		refused += f == NULL;
		form_free(f);
		faults_free(&faults);
		buf_free(&data);
	}
	assert_true(loaded > 20);
	assert_true(refused > 1000);
	buf_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells), cmocka_unit_test(places), cmocka_unit_test(written_yaml),
		cmocka_unit_test(kept_as_yaml), cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
