/* YAML that attacks: each is refused with its sentence, soon and in little
 * memory. */
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
#include "form/form_yaml.h"
#include "form/yaml_tree.h"

static void
repeat(struct buf *b, const char *s, size_t times)
{
	while (times-- > 0)
		buf_add_str(b, s);
}

/* The first error must be `want`; no form comes of it. */
static void
refused(struct buf *text, const char *want)
{
	struct faults faults = { 0 };
	struct form *f = form_read_yaml("h.yaml", buf_str(text), text->len, NULL, &faults);
	char line[1024] = "";

	assert_null(f);
	assert_true(faults.errors > 0);
	for (size_t i = 0; i < faults.n && line[0] == '\0'; i++)
		if (faults.v[i].severity == FAULT_ERROR)
			err_format(&faults.v[i].err, line, sizeof line);
	assert_string_equal(line, want);
	assert_true(faults.n <= 1000);
	faults_free(&faults);
	buf_reset(text);
}

static void
short_attacks(void **state)
{
	static const struct { const char *text, *want;
	} cases[] = {
	    {"", "h.yaml:1:1: the file is empty"},
	    {"# only a remark\n", "h.yaml:1:1: the file is empty"},
	    {"just words", "h.yaml:1:1: a form must be a map with 'survey' and 'settings'; here "
			   "is a text"},
	    {"settings: {form_id: x}\n", "h.yaml:1:1: there is no 'survey', the list of questions"},
	    {"survey: &a []\n", "h.yaml:1:9: anchors (&name) are not read; write the text out"},
	    {"survey: []\nx: *a\n", "h.yaml:2:4: aliases (*name) are not read; write the text out"},
	    {"survey: !!seq []\n", "h.yaml:1:9: tags (!name) are not read; everything is text"},
	    {"survey: !!python/object:os.system []\n",
		"h.yaml:1:9: tags (!name) are not read; everything is text"},
	    {"%TAG ! tag:x,2000:\n---\nsurvey: []\n",
		"h.yaml:1:1: %TAG is not read; everything is text"},
	    {"survey: []\n---\nsurvey: []\n",
		"h.yaml:2:1: a second document begins here; a form is one"},
	    {"survey: []\nsurvey: []\n",
		"h.yaml:2:1: 'survey' is given twice here; the first is at 1:1"},
	    {"survey:\n  - {type: text, name: a, name: b}\n",
		"h.yaml:2:27: 'name' is given twice here; the first is at 2:18"},
	    {"survey: [\n", "h.yaml:2:1: not YAML: something is missing before this"},
	    {"survey: {a: b\n",
		"h.yaml:2:1: not YAML: close the map with }; between { and } a text "
		"that holds { } [ ] or , goes in quotes (in what begins at 1:9)"},
	    {"survey: \"never closed\n",
		"h.yaml:2:1: not YAML: the file ends inside quotes (in what "
		"begins at 1:9)"},
	    {"? [a]\n: b\n", "h.yaml:1:3: a key must be a text, not a list or a map"},
	    {"survey: \"\\0\"\n", "h.yaml:1:9: a text with a control character; take it out"},
	    {"survey: \"\\e[31m\"\n", "h.yaml:1:9: a text with a control character; take it out"},
	    {"survey: \x1B[31m\n",
		"h.yaml:1:9: character U+001B cannot stand in a form; take it out"},
	    {"标题: \xFF\n", "h.yaml:1:5: byte FF is not UTF-8; save the file as UTF-8"},
	    {"a: \xC0\xAF\n", "h.yaml:1:4: byte C0 is not UTF-8; save the file as UTF-8"},
	    {"a: \xED\xA0\x80\n", "h.yaml:1:4: byte ED is not UTF-8; save the file as UTF-8"},
	    {"\xFF\xFEs\n", "h.yaml:1:1: byte FF is not UTF-8; save the file as UTF-8"},
	    {"\xB5\xF7\xB2\xE9: GBK\n", "h.yaml:1:1: byte B5 is not UTF-8; save the file as UTF-8"},
	};
	struct buf text = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_add_str(&text, cases[i].text);
		refused(&text, cases[i].want);
	}
	/* A NUL in the middle. */
	buf_add(&text, "survey: a\0b\n", 12);
	refused(&text, "h.yaml:1:10: character U+0000 cannot stand in a form; take it out");
	buf_free(&text);
}

static void
alias_bomb(void **state)
{
	struct buf text = { 0 };

	(void)state;
	buf_add_str(&text, "survey: []\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 20; i++) {
		buf_addf(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			buf_addf(&text, "%s*a%d", k > 0 ? ", " : "", i - 1);
		buf_add_str(&text, "]\n");
	}
	refused(&text, "h.yaml:2:5: anchors (&name) are not read; write the text out");
	buf_free(&text);
}

static void
deep(void **state)
{
	struct buf text = { 0 };

	(void)state;
	repeat(&text, "[", 100000);
	refused(&text, "h.yaml:1:65: nested more than 64 deep");
	repeat(&text, "{a: ", 25000);
	refused(&text, "h.yaml:1:257: nested more than 64 deep");
	repeat(&text, "- ", 50000);
	refused(&text, "h.yaml:1:129: nested more than 64 deep");
	/* Groups deeper than YAML's own nesting. */
	buf_add_str(&text, "survey:\n");
	for (int i = 0; i < 100; i++)
		buf_addf(&text, "- {type: begin_group, name: g%d, label: x}\n", i);
	for (int i = 0; i < 100; i++)
		buf_add_str(&text, "- {type: end_group}\n");
	refused(&text, "h.yaml:65:10: groups nested more than 64 deep");
	buf_free(&text);
}

static void
large(void **state)
{
	struct buf text = { 0 };

	(void)state;
	buf_add_str(&text, "survey: ");
	repeat(&text, "x", 70000);
	refused(&text, "h.yaml:1:9: a text of 70000 bytes; the longest is 65536");
	repeat(&text, "xxxxxxxx", (4u << 17) + 1);
	refused(&text,
	    "h.yaml: 4194312 bytes; the longest form has 4194304, keep long lists in files "
	    "of their own");
	buf_add_str(&text, "survey:\n");
	repeat(&text, "-\n", 600000);
	refused(&text,
	    "h.yaml:500000:2: more than 500000 entries; keep long lists in files of their "
	    "own");
	/* Many keys of one map: found twice without looking at all pairs. */
	buf_add_str(&text, "survey: []\nchoices:\n  l:\n");
	for (int i = 0; i < 50000; i++)
		buf_addf(&text, "    k%d: x\n", i);
	buf_add_str(&text, "    k0: y\n");
	refused(&text, "h.yaml:50004:5: 'k0' is given twice here; the first is at 4:5");
	buf_free(&text);
}

/* Faults without end: counted, kept to a thousand. */
static void
many_faults(void **state)
{
	struct buf text = { 0 };
	struct faults faults = { 0 };

	(void)state;
	buf_add_str(&text, "survey:\n");
	for (int i = 0; i < 20000; i++)
		buf_add_str(&text, "- {type: wrong}\n");
	assert_null(form_read_yaml("h.yaml", buf_str(&text), text.len, NULL, &faults));
	assert_int_equal(faults.n, 1000);
	assert_true(faults.errors >= 40000);
	assert_true(faults.n + faults.dropped >= faults.errors);
	faults_free(&faults);
	buf_free(&text);
}

/* Memory stays in proportion to the text. */
static void
bounded_memory(void **state)
{
	struct buf text = { 0 };
	struct arena *arena = arena_new();
	struct faults faults = { 0 };

	(void)state;
	repeat(&text, "- a\n", 100000);
	assert_non_null(yaml_tree_read("h.yaml", buf_str(&text), text.len, arena, &faults));
	assert_true(arena_bytes(arena) < text.len * 50);
	arena_free(arena);
	buf_free(&text);
}

/* Files named by a form stay below its folder. */
static void
files_outside(void **state)
{
	static const char *const names[] = {"/etc/passwd", "../Makefile", "codes/../../Makefile",
	    "", "codes//fine.tsv", "codes/", "..\\x", "."};
	struct buf out = { 0 };
	struct err err;
	char folder[] = "tests/forms", here[] = "tests";

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_false(form_files_folder(folder, names[i], &out, &err));
	assert_int_equal(out.len, 0);
	assert_true(form_files_folder(folder, "codes/fine.tsv", &out, &err));
	assert_false(form_files_folder(here, "forms", &out, &err));
	assert_string_equal(err.text, "'forms' is not a file that can be read");
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(short_attacks),
	    cmocka_unit_test(alias_bomb),
	    cmocka_unit_test(deep),
	    cmocka_unit_test(large),
	    cmocka_unit_test(many_faults),
	    cmocka_unit_test(bounded_memory),
	    cmocka_unit_test(files_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
