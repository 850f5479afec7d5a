/* A form that is written and read again is the same form: each question with
 * every column, each list with every cell, each setting. */
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
#include "form/form_columns.h"
#include "form/form_read.h"
#include "form/form_rows.h"

static char forms_folder[] = "forms", tests_folder[] = "tests/forms";

static bool
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	if (f == NULL)
		return false;
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(out, part, n);
	fclose(f);
	return true;
}

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static void
same(const char *what, const char *name, const char *a, const char *b)
{
	if (strcmp(or_empty(a), or_empty(b)) != 0)
		fail_msg("%s of '%s': '%s', not '%s'", what, name, or_empty(b), or_empty(a));
}

/* By the language's name: their order may be another. */
static void
same_text(const struct form *f, const struct form *g, const char *what, const char *name,
    const struct text *a, const struct text *b)
{
	for (size_t i = 0; i < f->languages_n; i++) {
		size_t k = form_language(g, f->languages[i]);

		same(what, name, a->in != NULL ? a->in[i] : "", b->in != NULL ? b->in[k] : "");
	}
}

static void
same_question(const struct form *f, const struct form *g, const struct question *a,
    const struct question *b)
{
	size_t n;
	const struct column *columns = column_table(&n);

	same("path", a->name, a->path, b->path);
	same("type", a->name, type_info(a->type)->name, type_info(b->type)->name);
	for (size_t i = 0; i < n; i++) {
		const char *p = (const char *)a + columns[i].offset;
		const char *q = (const char *)b + columns[i].offset;

		if (columns[i].kind == COL_TEXT)
			same_text(f, g, columns[i].name, a->path, (const void *)p, (const void *)q);
		else if (columns[i].kind == COL_STRING)
			same(columns[i].name, a->path, *(const char *const *)(const void *)p,
			    *(const char *const *)(const void *)q);
		else if (columns[i].kind == COL_ENFORCE)
			assert_int_equal(*(const enum enforce *)(const void *)p,
			    *(const enum enforce *)(const void *)q);
		else if (columns[i].kind == COL_SOURCE)
			same(columns[i].name, a->path,
			    ((const struct source *)(const void *)p)->text,
			    ((const struct source *)(const void *)q)->text);
	}
	assert_int_equal(a->missing, b->missing);
	assert_int_equal(a->other, b->other);
	assert_int_equal(a->parameters_n, b->parameters_n);
	for (size_t i = 0; i < a->parameters_n; i++)
		same("parameter", a->name, a->parameters[i].value, b->parameters[i].value);
	assert_int_equal(a->extra_n, b->extra_n);
	same("list", a->name, a->list != NULL ? a->list->name : "",
	    b->list != NULL ? b->list->name : "");
	same("dataset", a->name, a->dataset, b->dataset);
	same("value column", a->name, a->value_column, b->value_column);
	same("repeat", a->name, a->from_repeat, b->from_repeat);
}

static void
same_list(const struct form *f, const struct form *g, const struct choice_list *a)
{
	const struct choice_list *b = form_list(g, a->name);

	if (b == NULL || b->n != a->n || b->columns_n != a->columns_n)
		fail_msg("list '%s': %zu choices, not %zu", a->name, b != NULL ? b->n : 0, a->n);
	for (size_t i = 0; i < a->n; i++) {
		same("choice", a->name, a->v[i].name, b->v[i].name);
		same_text(f, g, "label", a->name, &a->v[i].label, &b->v[i].label);
		for (size_t k = 0; k < a->columns_n; k++)
			same(a->columns[k], a->v[i].name, a->v[i].cells[k], b->v[i].cells[k]);
	}
}

static void
same_settings(const struct form *f, const struct form *g)
{
	same("form_id", f->id, f->id, g->id);
	same("version", f->id, f->version, g->version);
	same_text(f, g, "title", f->id, &f->title, &g->title);
	same("language", f->id, f->languages[f->default_language],
	    g->languages[g->default_language]);
	assert_int_equal(f->languages_n, g->languages_n);
	same("instance_name", f->id, f->instance_name.text, g->instance_name.text);
	same("scope", f->id, f->scope.text, g->scope.text);
	assert_int_equal(f->unique_n, g->unique_n);
	assert_int_equal(f->list_n, g->list_n);
	assert_int_equal(f->publish_n, g->publish_n);
	for (size_t i = 0; i < f->unique_n; i++)
		same("unique", f->id, f->unique[i]->path, g->unique[i]->path);
	for (size_t i = 0; i < f->publish_n; i++) {
		same("publish", f->id, f->publish[i].name, g->publish[i].name);
		same("key", f->id, f->publish[i].key->path, g->publish[i].key->path);
		assert_true((f->publish[i].repeat == NULL) == (g->publish[i].repeat == NULL));
		assert_true((f->publish[i].latest == NULL) == (g->publish[i].latest == NULL));
	}
}

static void
compare(const struct form *f, const struct form *g)
{
	same_settings(f, g);
	assert_int_equal(f->questions_n, g->questions_n);
	for (size_t i = 0; i < f->questions_n; i++)
		same_question(f, g, f->questions[i], g->questions[i]);
	assert_int_equal(f->lists_n, g->lists_n);
	for (size_t i = 0; i < f->lists_n; i++)
		same_list(f, g, f->lists[i]);
}

static struct form *
read_good(const char *name, const struct buf *text, const struct form_files *files)
{
	struct faults faults = { 0 };
	struct form *f = form_read(name, buf_str(text), text->len, files, &faults);
	char line[1024] = "";

	if (faults.n > 0)
		err_format(&faults.v[0].err, line, sizeof line);
	if (f == NULL)
		fail_msg("%s", line);
	faults_free(&faults);
	return f;
}

static void
there_and_back(void **state)
{
	static const char *const forms[] = {"forms/household-survey.yaml", "forms/four-checks.yaml",
	    "forms/job-card.yaml", "forms/params.yaml", "tests/forms/fine.yaml",
	    "tests/forms/xlsx/small.xlsx", "../shared/odk-tests/forms/fruit-nested-groups.yaml",
	    "../shared/odk-tests/forms/all-question-types-v2024091201-3.xlsx",
	    "../shared/odk-tests/forms/whova_form.xlsx"};
	static const char *const to[] = { "out.yaml", "out.xlsx" };

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		const struct form_files files = {
		    strncmp(forms[i], "tests", 5) == 0 ? tests_folder : forms_folder,
		    form_files_folder};
		struct buf text = { 0 };
		struct form *f;

		if (!read_file(forms[i], &text)) {
			print_message("note: skipped %s\n", forms[i]);
			continue;
		}
		f = read_good(forms[i], &text, &files);
		for (size_t k = 0; k < 2; k++) {
			struct buf out = { 0 }, again = { 0 };
			struct faults faults = { 0 };
			struct err err;
			struct form *g;

			if (!form_convert(forms[i], buf_str(&text), text.len, &files, to[k], &out,
			    &faults, &err))
				fail_msg("%s: %s", forms[i], err.text);
			g = read_good(to[k], &out, NULL);
			compare(f, g);
			form_free(g);
			/* The same form gives the same bytes. */
			assert_true(form_convert(forms[i], buf_str(&text), text.len, &files, to[k],
			    &again, &faults, &err));
			assert_int_equal(out.len, again.len);
			assert_memory_equal(out.data, again.data, out.len);
			faults_free(&faults);
			buf_free(&out);
			buf_free(&again);
		}
		form_free(f);
		buf_free(&text);
	}
}

/* An XForm says more than XLSForm can; what is left out is told. */
static void
xform_to_yaml(void **state)
{
	struct buf text = { 0 }, out = { 0 };
	struct faults faults = { 0 };
	struct err err;
	struct form *f;

	(void)state;
	assert_true(read_file("tests/forms/xform/small.xml", &text));
	assert_true(form_convert(
	    "small.xml", buf_str(&text), text.len, NULL, "o.yaml", &out, &faults, &err));
	f = read_good("o.yaml", &out, NULL);
	assert_string_equal(f->instance_name.text, "concat(/data/name, '!')");
	assert_string_equal(form_find(f, "sum", NULL)->default_.text, "string('1 + 1')");
	assert_string_equal(form_find(f, "age", NULL)->default_.text, "18");
	assert_string_equal(form_find(f, "day", NULL)->default_.text, "today()");
	assert_string_equal(form_find(f, "fruit", NULL)->list->name, "fruit");
	assert_string_equal(form_find(f, "later", NULL)->trigger.text, "${name}");
	assert_string_equal(form_find(f, "kin", NULL)->repeat_count.text, "/data/total");
	assert_string_equal(form_find(f, "friend", NULL)->from_repeat, "who");
	assert_null(form_find(f, "instanceID", NULL));
	/* Rows to begin with, and the label of a list's other column. */
	assert_true(faults.n >= 4);
	assert_int_equal(faults.errors, 0);
	assert_non_null(strstr(faults.v[faults.n - 1].err.text, "has no column in XLSForm"));
	form_free(f);
	faults_free(&faults);
	buf_free(&text);
	buf_free(&out);
}

static void
refused(void **state)
{
	struct buf out = { 0 };
	struct faults faults = { 0 };
	struct err err;

	(void)state;
	assert_false(form_convert("a.yaml", "survey: []", 10, NULL, "a.pdf", &out, &faults, &err));
	assert_string_equal(err.text, "'a.pdf': a form is written as .yaml, .xlsx or .xml");
	assert_false(form_convert("a.yaml", "survey: [", 9, NULL, "a.xlsx", &out, &faults, &err));
	assert_string_equal(err.text, "'a.yaml' has faults, so it was not converted");
	assert_true(faults.errors > 0);
	assert_int_equal(out.len, 0);
	faults_free(&faults);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back), cmocka_unit_test(xform_to_yaml),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
