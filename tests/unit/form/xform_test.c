/* XForms: one small form with a bit of everything, real ones, hostile and
 * damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "base/buf.h"
#include "form/form.h"
#include "form/form_read.h"
#include "form/xform.h"

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

static void
says(const struct faults *faults, size_t i, const char *want)
{
	char line[1024];

	assert_true(i < faults->n);
	err_format(&faults->v[i].err, line, sizeof line);
	assert_string_equal(line, want);
}

static const struct question *
find(const struct form *f, const char *name, enum qtype type)
{
	const struct question *q = form_find(f, name, NULL);

	if (q == NULL || q->type != type)
		fail_msg("'%s' is %s, not %s", name,
		    q != NULL ? type_info(q->type)->name : "missing", type_info(type)->name);
	return q;
}

static void
texts(const struct form *f)
{
	size_t zh = form_language(f, "zh"), en = form_language(f, "en");
	const struct question *name = find(f, "name", Q_TEXT), *age = find(f, "age", Q_INTEGER);

	assert_int_equal(f->default_language, zh);
	assert_string_equal(text_in(f, &name->label, zh), "姓名");
	assert_string_equal(text_in(f, &name->label, en), "Name");
	assert_string_equal(text_in(f, &name->hint, zh), "As on the card");
	assert_string_equal(text_in(f, &name->required_message, zh), "Name, please");
	assert_string_equal(text_in(f, &age->label, zh), "${name}的年龄");
	assert_string_equal(text_in(f, &age->label, en), "Age of ${name}");
	assert_string_equal(text_in(f, &age->constraint_message, en), "Too old");
	assert_string_equal(text_in(f, &f->questions[0]->label, zh), "");
	assert_string_equal(text_in(f, &find(f, "kin", Q_REPEAT)->label, zh), "Kin");
}

static void
choices(const struct form *f)
{
	const struct question *q = find(f, "fruit", Q_SELECT_ONE);

	assert_int_equal(q->list->n, 2);
	assert_string_equal(text_in(f, &choice_find(q->list, "pear")->label, 0), "Pear");
	q = find(f, "city", Q_SELECT_MULTIPLE);
	assert_ptr_equal(q->list, form_list(f, "cities"));
	assert_string_equal(q->choice_filter.text, "(land = /data/name) and (name != 'z')");
	assert_string_equal(question_parameter(q, "seed"), "42");
	assert_string_equal(text_in(f, &q->list->v[1].label, form_language(f, "zh")), "Two");
	assert_string_equal(q->list->columns[1], "land");
	assert_string_equal(q->list->v[1].cells[1], "y");
	q = find(f, "far", Q_SELECT_ONE);
	assert_null(q->list);
	assert_string_equal(q->dataset, "places");
	assert_string_equal(q->file, "places.csv");
	assert_string_equal(q->value_column, "id");
	assert_string_equal(q->label_column, "title");
	q = find(f, "order", Q_RANK);
	assert_null(q->list);
	assert_string_equal(q->dataset, "cities");
	assert_string_equal(q->label_column, "land");
	q = find(f, "grade", Q_SELECT_ONE);
	assert_string_equal(q->list->v[1].name, "2");
	q = find(f, "friend", Q_SELECT_ONE);
	assert_string_equal(q->from_repeat, "who");
	assert_string_equal(q->choice_filter.text, "who != ''");
}

static void
small_form(void **state)
{
	struct buf text = { 0 };
	struct faults faults = { 0 };
	struct form *f;
	const struct question *q;
	const struct start_row *start;

	(void)state;
	assert_true(read_file("tests/forms/xform/small.xml", &text));
	f = form_read_xform("small.xml", buf_str(&text), text.len, &faults);
	assert_non_null(f);
	assert_int_equal(faults.n, 2);
	says(&faults, 0, "small.xml:64:1: bind: there is no '/data/nowhere' in the instance");
	says(&faults, 1, "small.xml:95:1: input: there is no '/data/missing' in the instance");
	assert_int_equal(faults.errors, 0);
	assert_string_equal(f->id, "small");
	assert_string_equal(f->version, "3");
	assert_string_equal(f->instance_name.text, "concat(/data/name, '!')");
	texts(f);
	choices(f);
	q = find(f, "age", Q_INTEGER);
	assert_string_equal(q->default_.text, "18");
	assert_int_equal(q->default_kind, DEFAULT_LITERAL);
	assert_string_equal(q->relevant.text, "/data/name != ''");
	assert_int_equal(q->relevant.line, 58);
	q = find(f, "day", Q_DATE);
	assert_string_equal(q->default_.text, "today()");
	assert_int_equal(q->default_kind, DEFAULT_EXPRESSION);
	assert_int_equal(q->default_when, DEFAULT_FIRST_ONLY);
	q = find(f, "later", Q_HIDDEN);
	assert_string_equal(q->trigger.text, "${name}");
	assert_string_equal(q->calculation.text, "concat(/data/name, '?')");
	q = find(f, "kin", Q_REPEAT);
	assert_string_equal(q->repeat_count.text, "/data/total");
	/* No template: a further row has the shape of the first, not what it holds. */
	assert_null(find(f, "v", Q_TEXT)->default_.text);
	start = f->start;
	assert_ptr_equal(start->repeat, find(f, "twice", Q_REPEAT));
	assert_int_equal(start->values_n, 1);
	assert_string_equal(start->values[0].text, "a");
	assert_string_equal(start->next->values[0].text, "b");
	assert_null(start->next->next);
	assert_string_equal(find(f, "who", Q_TEXT)->save_to, "who");
	assert_string_equal(find(f, "rel", Q_TEXT)->path, "/data/kin/rel");
	assert_string_equal(find(f, "name", Q_TEXT)->appearance, "w1");
	find(f, "sum", Q_HIDDEN);
	find(f, "ok", Q_ACKNOWLEDGE);
	find(f, "photo", Q_IMAGE);
	find(f, "started", Q_START);
	find(f, "uid", Q_CALCULATE);
	find(f, "total", Q_CALCULATE);
	find(f, "meta", Q_GROUP);
	form_free(f);
	faults_free(&faults);
	buf_free(&text);
}

static void
refused(void **state)
{
	static const struct { const char *text, *want;
	} cases[] = {
	    {"<a/>", "x.xml:1:1: this is XML but no XForm: html, head, model and instance are "
		     "needed"},
	    {"<h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:head/></h:html>",
		"x.xml:1:1: this "
		"is XML but no XForm: html, head, model and instance are needed"},
	    {"<!DOCTYPE a [<!ENTITY x 'y'><!ENTITY z '&x;&x;&x;'>]><a>&z;</a>", NULL},
	    {"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", NULL},
	    {"<html><head>", NULL},
	    {"<", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct faults faults = { 0 };

		assert_null(
		    form_read("x.xml", cases[i].text, strlen(cases[i].text), NULL, &faults));
		assert_true(faults.errors > 0);
		if (cases[i].want != NULL)
			says(&faults, 0, cases[i].want);
		faults_free(&faults);
	}
}

/* A node that is saved to an entity in a group it does not lie in. */
static void
saved_elsewhere(void **state)
{
	static const char text[] =
	    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
	    "xmlns:e='http://www.opendatakit.org/xforms/entities'><h:head><model "
	    "e:entities-version='2025.1.0'><instance><data id='a'><head/><person><who/><meta>"
	    "<entity dataset='people' id='' create='1'><label/></entity></meta></person></data>"
	    "</instance><bind nodeset='/data/head' type='string' e:saveto='head'/>\n<bind "
	    "nodeset='/data/person/who' type='string' e:saveto='who'/></model></h:head><h:body>"
	    "<input ref='/data/head'/><input ref='/data/person/who'/></h:body></h:html>";
	struct faults faults = { 0 };

	(void)state;
	assert_null(form_read("x.xml", text, strlen(text), NULL, &faults));
	says(&faults, 0, "x.xml:1:1: save_to: 'head' does not lie where the entity of 'people' is "
	    "made: in 'person' and no repeat inside it");
	faults_free(&faults);
}

static void
real_forms(void **state)
{
	glob_t found;

	(void)state;
	if (glob("../shared/odk-tests/forms/*.xml", 0, NULL, &found) != 0) {
		print_message("note: skipped, ../shared/odk-tests is not here\n");
		return;
	}
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct buf text = { 0 };
		struct faults faults = { 0 };
		struct form *f;

		assert_true(read_file(found.gl_pathv[i], &text));
		f = form_read(found.gl_pathv[i], buf_str(&text), text.len, NULL, &faults);
		if (f == NULL)
			says(&faults, 0, "");
		assert_true(f->questions_n > 5);
		form_free(f);
		faults_free(&faults);
		buf_free(&text);
	}
	globfree(&found);
}

/* Small damages, always the same: a form or an error, never a crash. */
static void
damaged(void **state)
{
	static const char *const words[] = {"<", ">", "/", "'", "\"", "[", "]", "instance('",
	    "jr:itext(", "nodeset=\"../..\"", "ref=\"\"", "<item/>", "<repeat nodeset=\"/data\">",
	    "randomize(", ","};
	struct buf whole = { 0 };
	uint64_t s = 20261123;
	size_t loaded = 0;

	(void)state;
	assert_true(read_file("tests/forms/xform/small.xml", &whole));
	for (int round = 0; round < 4000; round++) {
		struct buf text = { 0 };
		struct faults faults = { 0 };
		struct form *f;
		size_t at, cut;
		const char *word;

		s = s * 6364136223846793005ULL + 1442695040888963407ULL;
		at = (size_t)(s >> 33) % whole.len;
		cut = (size_t)(s >> 20) % 12;
		word = words[(s >> 40) % (sizeof words / sizeof words[0])];
		buf_add(&text, whole.data, at);
		if ((s >> 50) % 2)
			buf_add_str(&text, word);
		at = at + cut < whole.len ? at + cut : at;
		buf_add(&text, whole.data + at, whole.len - at);
		f = form_read_xform("d.xml", buf_str(&text), text.len, &faults);
		assert_true(f != NULL || faults.errors > 0);
		loaded += f != NULL;
		form_free(f);
		faults_free(&faults);
		buf_free(&text);
	}
	assert_true(loaded > 300);
	buf_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_form), cmocka_unit_test(refused),
		cmocka_unit_test(saved_elsewhere),
		cmocka_unit_test(real_forms),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
