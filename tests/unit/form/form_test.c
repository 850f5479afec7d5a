/* What a loaded form says of itself, and what a new version changes. */
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
#include "form/form_diff.h"
#include "form/form_yaml.h"

static struct form *
load(const char *text)
{
	struct faults faults = { 0 };
	struct form *f = form_read_yaml("f.yaml", text, strlen(text), NULL, &faults);

	for (size_t i = 0; i < faults.n; i++)
		if (faults.v[i].severity == FAULT_ERROR)
			print_error("%d:%d %s\n", faults.v[i].err.line, faults.v[i].err.col,
			    faults.v[i].err.text);
	faults_free(&faults);
	assert_non_null(f);
	return f;
}

static void
languages(void **state)
{
	struct form *f = load(
	    "settings: {form_id: l, default_language: zh}\n"
	    "choices:\n"
	    "  - {list_name: c, name: 1, \"label::中文 (zh)\": 一, \"label::English (en)\": One}\n"
	    "  - {list_name: c, name: 2, label: 二}\n"
	    "survey:\n"
	    "  - {type: select_one c, name: q, \"label::English (en)\": Q, label: 问, hint: 提示}\n"
	    "  - {type: note, \"label::English (en)\": only English}\n");
	const struct question *q = form_find(f, "q", NULL);
	const struct choice_list *c = form_list(f, "c");

	(void)state;
	/* `zh` and "中文 (zh)" are one; a plain text is in the default language. */
	assert_int_equal(f->languages_n, 2);
	assert_string_equal(f->languages[f->default_language], "中文 (zh)");
	assert_int_equal(form_language(f, "zh"), f->default_language);
	assert_int_equal(form_language(f, "en"), 1);
	assert_int_equal(form_language(f, "English"), 1);
	assert_int_equal(form_language(f, "fr"), f->default_language);
	assert_string_equal(text_in(f, &q->label, 0), "问");
	assert_string_equal(text_in(f, &q->label, 1), "Q");
	assert_string_equal(text_in(f, &q->hint, 1), "提示");
	assert_string_equal(text_in(f, &q->guidance_hint, 0), "");
	assert_string_equal(text_in(f, &f->questions[2]->label, 0), "only English");
	assert_string_equal(text_in(f, &choice_find(c, "2")->label, 0), "二");
	assert_null(choice_find(c, "3"));
	form_free(f);
}

static void
structure(void **state)
{
	struct form *f = load(
	    "settings: {form_id: s, name: root}\n"
	    "survey:\n"
	    "  - {type: begin group, name: g, label: G}\n"
	    "  - {type: text, name: a, label: A, appearance: numbers  w1}\n"
	    "  - repeat: r\n"
	    "    label: R\n"
	    "    survey:\n"
	    "      - {type: text, name: b, label: B}\n"
	    "      - group: deep\n"
	    "        survey:\n"
	    "          - {type: text, name: same, label: S}\n"
	    "      - repeat: r2\n"
	    "        label: R2\n"
	    "        survey:\n"
	    "          - {type: text, name: same, label: S}\n"
	    "  - {type: end group}\n"
	    "  - {type: range, name: z, label: Z, parameters: \"start=1,end = 5; step='2'\"}\n");
	const struct question *a = form_find(f, "a", NULL), *b = form_find(f, "b", NULL);
	bool many;

	(void)state;
	assert_string_equal(f->questions[0]->path, "/root");
	assert_string_equal(a->path, "/root/g/a");
	assert_string_equal(b->path, "/root/g/r/b");
	assert_string_equal(b->repeat->name, "r");
	assert_null(b->repeat->repeat);
	assert_null(form_find(f, "same", &many));
	assert_true(many);
	assert_null(form_find(f, "nothing", &many));
	assert_false(many);
	assert_true(question_appearance(a, "numbers"));
	assert_true(question_appearance(a, "w1"));
	assert_false(question_appearance(a, "w"));
	assert_string_equal(question_parameter(form_find(f, "z", NULL), "start"), "1");
	assert_string_equal(question_parameter(form_find(f, "z", NULL), "end"), "5");
	assert_string_equal(question_parameter(form_find(f, "z", NULL), "step"), "2");
	assert_null(question_parameter(a, "start"));
	for (size_t i = 0; i < f->questions_n; i++) {
		assert_int_equal(f->questions[i]->index, i);
		assert_true(i == 0 || f->questions[i]->depth == f->questions[i]->parent->depth + 1);
	}
	form_free(f);
}

/* Every character of these expressions is found where it stands in the text. */
static void
places(void **state)
{
	static const char text[] =
	    "settings: {form_id: p}\n"
	    "survey:\n"
	    "  - {type: text, name: a, label: A, relevant: . = 'plain'}\n"
	    "  - type: text\n"
	    "    name: b\n"
	    "    label: B\n"
	    "    relevant: >-\n"
	    "      . = 'folded'\n"
	    "      and . != '甲'\n"
	    "\n"
	    "      or false()\n"
	    "  - type: text\n"
	    "    name: c\n"
	    "    label: C\n"
	    "    relevant: . = 'over'\n"
	    "      and . = 'lines'\n"
	    "    constraint: \"'quoted' = .\n"
	    "      and . != \\\"x\\\"\"\n"
	    "    warning: '. = ''single''\n"
	    "      or . = ''two'''\n";
	static const struct { const char *name, *word; int line, col; } cases[] = {
		{ "a", "plain", 3, 52 }, { "b", "folded", 8, 12 }, { "b", "and", 9, 7 },
		{ "b", "甲", 9, 17 }, { "b", "or false", 11, 7 }, { "b", "false()", 11, 10 },
		{ "c", "over", 15, 20 }, { "c", "lines", 16, 16 },
	};
	struct form *f = load(text);
	int line, col;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct source *s = &form_find(f, cases[i].name, NULL)->relevant;
		const char *at = strstr(s->text, cases[i].word);
		int n = 1;

		assert_non_null(at);
		for (const char *p = s->text; p < at; p++)
			n += ((unsigned char)*p & 0xC0) != 0x80;
		source_place(s, n, &line, &col);
		if (line != cases[i].line || col != cases[i].col)
			fail_msg("'%s' at %d:%d, not %d:%d", cases[i].word, line, col,
			    cases[i].line, cases[i].col);
	}
	source_place(&form_find(f, "c", NULL)->constraint, 1, &line, &col);
	assert_int_equal(line * 100 + col, 1718);
	source_place(&form_find(f, "c", NULL)->constraint,
	    (int)(strstr(form_find(f, "c", NULL)->constraint.text, "and") -
	    form_find(f, "c", NULL)->constraint.text) + 1, &line, &col);
	assert_int_equal(line * 100 + col, 1807);
	source_place(&form_find(f, "c", NULL)->warning,
	    (int)(strstr(form_find(f, "c", NULL)->warning.text, "or") -
	    form_find(f, "c", NULL)->warning.text) + 1, &line, &col);
	assert_int_equal(line * 100 + col, 2007);
	form_free(f);
}

static void
or_other(void **state)
{
	struct form *f = load(
	    "settings: {form_id: o, default_language: zh}\n"
	    "choices: {c: {1: {zh: 一, en: One}}}\n"
	    "survey:\n"
	    "  - {type: select_multiple c or_other, name: q, label: {zh: 问, en: Q}}\n"
	    "  - {type: select_one c or specify other, name: p, label: {zh: 问, en: P}}\n");
	const struct question *other = form_find(f, "q_other", NULL);
	const struct choice_list *c = form_list(f, "c");

	(void)state;
	assert_int_equal(c->n, 2);
	assert_string_equal(text_in(f, &choice_find(c, "other")->label, 0), "其他");
	assert_string_equal(text_in(f, &choice_find(c, "other")->label, 1), "Other");
	assert_string_equal(other->relevant.text, "selected(${q}, 'other')");
	assert_int_equal(other->index, form_find(f, "q", NULL)->index + 1);
	assert_string_equal(text_in(f, &other->label, 1), "Please specify");
	assert_non_null(form_find(f, "p_other", NULL));
	form_free(f);
}

static void
ours(void **state)
{
	struct form *f = load(
	    "settings:\n"
	    "  form_id: u\n"
	    "  version: 7\n"
	    "  style: pages\n"
	    "  ruhu:\n"
	    "    unique: id, wage\n"
	    "    list: [id]\n"
	    "    scope: substr(${id}, 0, 2)\n"
	    "    publish:\n"
	    "      people: {repeat: member, key: wage, latest: day, label: id}\n"
	    "survey:\n"
	    "  - {type: text, name: id, label: I, missing: \"refused, unknown\", was: old}\n"
	    "  - {type: date, name: day, label: D}\n"
	    "  - repeat: member\n"
	    "    label: M\n"
	    "    survey:\n"
	    "      - {type: integer, name: wage, label: W}\n");

	(void)state;
	assert_string_equal(f->version, "7");
	assert_int_equal(f->unique_n, 2);
	assert_ptr_equal(f->unique[1], form_find(f, "wage", NULL));
	assert_int_equal(f->list_n, 1);
	assert_string_equal(f->scope.text, "substr(${id}, 0, 2)");
	assert_int_equal(f->publish_n, 1);
	assert_string_equal(f->publish[0].name, "people");
	assert_ptr_equal(f->publish[0].repeat, form_find(f, "member", NULL));
	assert_ptr_equal(f->publish[0].latest, form_find(f, "day", NULL));
	assert_int_equal(f->questions[1]->missing, MISSING_REFUSED | MISSING_UNKNOWN);
	assert_string_equal(f->questions[1]->was, "old");
	assert_string_equal(f->settings[0].name, "style");
	form_free(f);
}

/* XLSForm's other names of types and columns. */
static void
aliases(void **state)
{
	struct form *f = load(
	    "choices: {c: {1: One}}\n"
	    "survey:\n"
	    "  - {type: string, name: a, caption: A, Relevance: 1 = 1, readonly: yes}\n"
	    "  - {type: int, name: b, label: B, 'Read Only': no, constraint message: C,"
	    " constraint: . > 1}\n"
	    "  - {type: Select One c, name: c, label: C}\n"
	    "  - {type: select all that apply c, name: d, label: D}\n"
	    "  - {type: select1 c, name: e, label: E}\n"
	    "  - {type: trigger, name: f, label: F}\n"
	    "  - {type: 'select_one_from_file dir/places.geojson', name: g, label: G}\n"
	    "  - {type: csv-external, name: prices}\n"
	    "  - {type: start-geopoint, name: h}\n");
	size_t columns_n;
	const struct column *columns = column_table(&columns_n);
	const struct question *g = form_find(f, "g", NULL);
	const char *lang;

	(void)state;
	assert_string_equal(f->id, "f");
	assert_int_equal(form_find(f, "a", NULL)->type, Q_TEXT);
	assert_string_equal(form_find(f, "a", NULL)->relevant.text, "1 = 1");
	assert_string_equal(form_find(f, "a", NULL)->read_only.text, "yes");
	assert_int_equal(form_find(f, "b", NULL)->type, Q_INTEGER);
	assert_non_null(form_find(f, "b", NULL)->constraint_message.in);
	assert_int_equal(form_find(f, "c", NULL)->type, Q_SELECT_ONE);
	assert_int_equal(form_find(f, "d", NULL)->type, Q_SELECT_MULTIPLE);
	assert_ptr_equal(form_find(f, "e", NULL)->list, form_list(f, "c"));
	assert_int_equal(form_find(f, "f", NULL)->type, Q_ACKNOWLEDGE);
	assert_string_equal(g->dataset, "places");
	assert_string_equal(g->file, "dir/places.geojson");
	assert_string_equal(g->value_column, "id");
	assert_string_equal(form_find(f, "prices", NULL)->file, "prices.csv");
	for (size_t i = 0; i < columns_n; i++)
		assert_ptr_equal(column_find(columns[i].name, &lang), &columns[i]);
	for (int t = 1; t < Q_TYPES; t++)
		assert_int_equal(type_by_name(type_info((enum qtype)t)->name)->type, t);
	form_free(f);
}

static void
versions(void **state)
{
	struct form *was = load(
	    "settings: {form_id: v, version: 1}\n"
	    "choices: {c: {1: One, 2: Two}}\n"
	    "survey:\n"
	    "  - {type: text, name: id, label: I}\n"
	    "  - {type: integer, name: age, label: A}\n"
	    "  - {type: text, name: gone, label: G}\n"
	    "  - {type: text, name: phone, label: P}\n"
	    "  - {type: integer, name: n, label: N}\n"
	    "  - {type: select_one c, name: s, label: S}\n"
	    "  - group: g\n"
	    "    survey:\n"
	    "      - {type: text, name: moved, label: M}\n"
	    "  - repeat: member\n"
	    "    label: M\n"
	    "    survey:\n"
	    "      - {type: integer, name: wage, label: W, constraint: . > 0}\n"
	    "      - {type: text, name: nick, label: N}\n");
	struct form *now = load(
	    "settings: {form_id: v, version: 2, ruhu: {unique: [id]}}\n"
	    "choices: {c: {1: One, 3: Three}}\n"
	    "survey:\n"
	    "  - {type: text, name: id, label: Ident, required: yes}\n"
	    "  - {type: text, name: age, label: A}\n"
	    "  - {type: text, name: mobile, label: P, was: phone}\n"
	    "  - {type: date, name: n, label: N}\n"
	    "  - {type: select_one c, name: s, label: S}\n"
	    "  - {type: text, name: moved, label: M, relevant: \"${n} != ''\"}\n"
	    "  - repeat: person\n"
	    "    label: M\n"
	    "    was: member\n"
	    "    survey:\n"
	    "      - {type: integer, name: wage, label: W}\n"
	    "      - {type: text, name: name, label: N, was: nick}\n"
	    "  - {type: note, name: thanks, label: T}\n"
	    "  - {type: text, name: nick, label: N}\n");
	struct buf out = { 0 };

	(void)state;
	form_diff(was, now, &out);
	assert_string_equal(buf_str(&out),
	    "narrows 'id': required is now 'yes'\n"
	    "widens 'age' from integer to text\n"
	    "renames 'phone' to 'mobile'\n"
	    "narrows 'n' from integer to date; stored answers that do not fit are kept, 'ruhu "
	    "check' "
	    "lists them\n"
	    "adds choices to 's': 3\n"
	    "narrows 's': no longer offers 2; stored answers with them are kept\n"
	    "asks 'moved' under another condition: ${n} != ''\n"
	    "renames 'member' to 'person'\n"
	    "widens 'wage' in 'person': no constraint any more\n"
	    "renames 'nick' to 'name' in 'person'\n"
	    "adds 'nick' (text)\n"
	    "narrows 'id': it is now unique; records that share one stay, 'ruhu check' lists them\n"
	    "removes 'gone' (text); its stored answers are kept\n");
	buf_reset(&out);
	form_diff(now, now, &out);
	assert_string_equal(buf_str(&out), "");
	buf_free(&out);
	form_free(was);
	form_free(now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages), cmocka_unit_test(structure), cmocka_unit_test(places),
		cmocka_unit_test(or_other), cmocka_unit_test(ours), cmocka_unit_test(aliases),
		cmocka_unit_test(versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
