/* A form's expressions together: order, readers, rings, triggers, labels, and
 * faults at their very place in the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/tr.h"
#include "form/form.h"
#include "form/form_yaml.h"
#include "logic/logic.h"

#define HEAD "settings: {form_id: f, form_title: F, version: '1'}\n"

struct made {
	struct form *form;
	struct logic *logic;
	struct faults faults;
};

static struct made
make(const char *survey)
{
	struct made m = { 0 };
	struct buf text = { 0 };

	tr_use("en");
	buf_add_str(&text, HEAD);
	buf_add_str(&text, survey);
	m.form = form_read_yaml("f.yaml", buf_str(&text), text.len, NULL, &m.faults);
	if (!m.form)
		for (size_t i = 0; i < m.faults.n; i++)
			print_message("%s\n", m.faults.v[i].err.text);
	buf_free(&text);
	assert_non_null(m.form);
	m.logic = logic_compile(m.form, &m.faults);
	return m;
}

static void
unmake(struct made *m)
{
	logic_free(m->logic);
	form_free(m->form);
	faults_free(&m->faults);
}

static const struct question *
q(const struct made *m, const char *name)
{
	const struct question *found = form_find(m->form, name, NULL);

	assert_non_null(found);
	return found;
}

/* The nth error as "line:col: text". */
static const char *
fault(const struct made *m, size_t nth, char *out, size_t size)
{
	out[0] = '\0';
	for (size_t i = 0; i < m->faults.n; i++) {
		const struct fault *f = &m->faults.v[i];

		if (f->severity == FAULT_ERROR && nth-- == 0)
			snprintf(out, size, "%d:%d: %s", f->err.line, f->err.col, f->err.text);
	}
	return out;
}

/* "name/aspect name/aspect" */
static const char *
names(const struct vertex *v, size_t n, char *out, size_t size)
{
	static const char *const short_names[ASPECTS] = { "rel", "calc", "req", "ro", "count",
		"choices", "con", "warn", "def", "label" };
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s/%s", i ? " " : "", v[i].q->name,
		    short_names[v[i].aspect]);
	return out;
}

static const char *
readers(const struct made *m, const char *name, char *out, size_t size)
{
	size_t n;
	const struct vertex *v = logic_readers(m->logic, q(m, name), &n);

	return names(v, n, out, size);
}

static void
test_order(void **state)
{
	struct made m = make(
	    "survey:\n"
	    "- {type: calculate, name: c, calculation: '${b} + 1'}\n"
	    "- {type: calculate, name: b, calculation: '${a} + 1'}\n"
	    "- {type: integer, name: a, label: A, relevant: '${z} = 1', constraint: '. > ${b}'}\n"
	    "- {type: integer, name: z, label: Z}\n");
	char out[400];
	size_t n;
	const struct vertex *v;

	(void)state;
	assert_non_null(m.logic);
	v = logic_order(m.logic, &n);
	assert_string_equal(names(v, n, out, sizeof out), "a/rel b/calc c/calc a/con");
	for (size_t i = 0; i < n; i++)
		assert_int_equal(logic_rank(m.logic, v[i].q, v[i].aspect), i);
	assert_string_equal(readers(&m, "a", out, sizeof out), "b/calc a/con");
	assert_string_equal(readers(&m, "b", out, sizeof out), "c/calc a/con");
	assert_string_equal(readers(&m, "z", out, sizeof out), "a/rel");
	assert_string_equal(readers(&m, "c", out, sizeof out), "");
	unmake(&m);
}

/* What a group's relevance decides, all in it decides with it. */
static void
test_relevance_of_a_group(void **state)
{
	struct made m = make(
	    "survey:\n"
	    "- {type: calculate, name: c, calculation: '${inner}'}\n"
	    "- group: g\n  label: G\n  relevant: ${z} = 1\n  survey:\n"
	    "  - {type: integer, name: inner, label: I}\n"
	    "- {type: integer, name: z, label: Z}\n");

	(void)state;
	assert_non_null(m.logic);
	assert_true(logic_rank(m.logic, q(&m, "g"), ASPECT_RELEVANT) <
	    logic_rank(m.logic, q(&m, "c"), ASPECT_CALCULATION));
	unmake(&m);
}

static void
test_chain_of_thousands(void **state)
{
	struct buf survey = { 0 };
	struct made m;
	size_t n;

	(void)state;
	buf_add_str(&survey, "survey:\n");
	/* Backwards, so that following the chain goes all the way down at once. */
	for (int i = 0; i < 5000; i++)
		buf_addf(&survey, "- {type: calculate, name: q%d, calculation: '${q%d} + 1'}\n", i,
		    i + 1);
	buf_add_str(&survey, "- {type: integer, name: q5000, label: Q}\n");
	m = make(buf_str(&survey));
	buf_free(&survey);
	assert_non_null(m.logic);
	assert_int_equal(logic_rank(m.logic, q(&m, "q4999"), ASPECT_CALCULATION), 0);
	assert_int_equal(logic_rank(m.logic, q(&m, "q0"), ASPECT_CALCULATION), 4999);
	logic_readers(m.logic, q(&m, "q2000"), &n);
	assert_int_equal(n, 1);
	unmake(&m);
}

static void
ring(const char *survey, const char *sentence)
{
	struct made m = make(survey);
	char out[700];

	assert_null(m.logic);
	assert_string_equal(fault(&m, 0, out, sizeof out), sentence);
	unmake(&m);
}

#define RING "this goes round in a ring and can never be worked out: "

static void
test_rings(void **state)
{
	(void)state;
	ring("survey:\n"
	     "- {type: calculate, name: a, calculation: '${b} + 1'}\n"
	     "- {type: calculate, name: b, calculation: '${c} + 1'}\n"
	     "- {type: calculate, name: c, calculation: '${a} + 1'}\n",
	    "3:44: calculation: " RING "a (calculation) needs b (calculation), which needs c "
	    "(calculation), which needs a (calculation)");
	ring("survey:\n- {type: calculate, name: a, calculation: '${a} + 1'}\n",
	    "3:44: calculation: " RING "a (calculation) needs itself");
	ring("survey:\n- {type: text, name: a, label: A, relevant: '. = 1'}\n",
	    "3:46: relevant: " RING "a (relevant) needs itself");
	ring("survey:\n- group: g\n  label: G\n  relevant: ${i} = 1\n  survey:\n"
	     "  - {type: text, name: i, label: I}\n",
	    "5:13: relevant: " RING "g (relevant) needs itself");
}

static void
no_ring(const char *survey)
{
	struct made m = make(survey);
	char out[700];

	if (!m.logic)
		print_message("%s\n", fault(&m, 0, out, sizeof out));
	assert_non_null(m.logic);
	unmake(&m);
}

static void
test_no_rings(void **state)
{
	(void)state;
	/* The answer itself, as `.`. */
	no_ring("survey:\n- {type: calculate, name: a, calculation: 'max(., 1)'}\n");
	/* Defaults and triggered calculations run once and wait for nobody. */
	no_ring("survey:\n"
	        "- {type: integer, name: a, label: A, default: '${b} + 1'}\n"
	        "- {type: calculate, name: b, calculation: '${a} + 1'}\n");
	no_ring("survey:\n"
	        "- {type: integer, name: a, label: A, calculation: '${b}', trigger: '${c}'}\n"
	        "- {type: calculate, name: b, calculation: '${a} + 1'}\n"
	        "- {type: integer, name: c, label: C}\n");
	/* Judging needs no order. */
	no_ring("survey:\n"
	        "- {type: integer, name: a, label: A, constraint: '. < ${b}'}\n"
	        "- {type: integer, name: b, label: B, constraint: '. > ${a}'}\n");
	/* The row before is another answer. */
	no_ring("survey:\n- repeat: r\n  label: R\n  survey:\n"
	        "  - {type: integer, name: in, label: I}\n"
	        "  - {type: calculate, name: all, calculation: 'coalesce(previous(${all}), 0) + ${in}'}\n");
	/* One more row? */
	no_ring("survey:\n- repeat: r\n  label: R\n"
	        "  repeat_count: count(${r}) + number(${r}[last()]/more = 'yes')\n  survey:\n"
	        "  - {type: text, name: more, label: M}\n");
	no_ring("survey:\n"
	        "- {type: calculate, name: n, calculation: \"1 + count(${r}[more = 'yes'])\"}\n"
	        "- repeat: r\n  label: R\n  repeat_count: ${n}\n  survey:\n"
	        "  - {type: text, name: more, label: M}\n");
	/* How many rows there are depends on nothing in them. */
	no_ring("survey:\n- {type: calculate, name: n, calculation: 'count(${r})'}\n"
	        "- repeat: r\n  label: R\n  survey:\n"
	        "  - {type: calculate, name: of, calculation: 'concat(position(..), \"/\", ${n})'}\n");
}

static void
test_places(void **state)
{
	struct made m = make(
	    "survey:\n"
	    "- type: integer\n"
	    "  name: age\n"
	    "  label: Age\n"
	    "  relevant: 1 = 1 and ${agee} = 1\n"
	    "  constraint: '. > '\n"
	    "  required: >-\n"
	    "    1 = 1\n"
	    "    and ${aeg}\n"
	    "  trigger: ${nowhere}\n"
	    "  calculation: regex(., '[')\n");
	char out[400];

	(void)state;
	assert_null(m.logic);
	faults_sort(&m.faults);
	assert_string_equal(fault(&m, 0, out, sizeof out),
	    "6:23: relevant: no question is called 'agee' (did you mean 'age'?)");
	assert_string_equal(fault(&m, 1, out, sizeof out),
	    "7:19: constraint: the expression ends where a value should follow");
	assert_string_equal(fault(&m, 2, out, sizeof out),
	    "10:9: required: no question is called 'aeg' (did you mean 'age'?)");
	assert_string_equal(fault(&m, 3, out, sizeof out),
	    "11:12: trigger: no question is called 'nowhere'");
	assert_string_equal(fault(&m, 4, out, sizeof out),
	    "12:25: calculation: the pattern is wrong at its character 2: missing terminating ] "
	    "for character class");
	assert_string_equal(fault(&m, 5, out, sizeof out), "");
	unmake(&m);
}

static void
test_triggers(void **state)
{
	struct made m = make(
	    "survey:\n"
	    "- {type: integer, name: a, label: A}\n"
	    "- {type: integer, name: b, label: B}\n"
	    "- {type: integer, name: c, label: C, calculation: '${a}', trigger: '${a}, ${b}'}\n"
	    "- {type: integer, name: d, label: D, calculation: '1', trigger: '${ b }'}\n");
	size_t n;
	const struct question *const *v;

	(void)state;
	assert_non_null(m.logic);
	v = logic_triggered(m.logic, q(&m, "b"), &n);
	assert_int_equal(n, 2);
	assert_ptr_equal(v[0], q(&m, "c"));
	assert_ptr_equal(v[1], q(&m, "d"));
	logic_triggered(m.logic, q(&m, "a"), &n);
	assert_int_equal(n, 1);
	logic_triggered(m.logic, q(&m, "d"), &n);
	assert_int_equal(n, 0);
	unmake(&m);
}

static void
test_defaults(void **state)
{
	static const struct { const char *text; bool literal; } cases[] = {
		{ "1", true }, { "2026-01-01", true }, { "A-3", true }, { "Smith (junior)", true },
		{ "yes", true }, { "0951-1234567", true }, { "account(1)", true },
		{ "today()", false }, { "${a}", false }, { "1 + 1", false },
		{ "${last-saved#a}", false }, { "concat('a', 'b')", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf survey = { 0 };
		struct made m;

		buf_addf(&survey, "survey:\n- {type: text, name: a, label: A}\n"
		    "- {type: text, name: b, label: B, default: \"%s\"}\n", cases[i].text);
		m = make(buf_str(&survey));
		assert_non_null(m.logic);
		assert_int_equal(logic_expr(m.logic, q(&m, "b"), ASPECT_DEFAULT) == NULL,
		    cases[i].literal);
		if (cases[i].literal)
			assert_string_equal(logic_default_literal(m.logic, q(&m, "b")),
			    cases[i].text);
		else
			assert_null(logic_default_literal(m.logic, q(&m, "b")));
		unmake(&m);
		buf_free(&survey);
	}
}

static void
test_truths(void **state)
{
	struct made m = make(
	    "survey:\n"
	    "- {type: text, name: a, label: A, required: yes, read_only: 'no', relevant: 'true()'}\n"
	    "- {type: text, name: b, label: B, required: '${a} = 1'}\n");
	bool value = false;

	(void)state;
	assert_non_null(m.logic);
	assert_true(expr_constant(logic_expr(m.logic, q(&m, "a"), ASPECT_REQUIRED), &value));
	assert_true(value);
	assert_true(expr_constant(logic_expr(m.logic, q(&m, "a"), ASPECT_READ_ONLY), &value));
	assert_false(value);
	assert_false(expr_constant(logic_expr(m.logic, q(&m, "b"), ASPECT_REQUIRED), &value));
	assert_null(logic_expr(m.logic, q(&m, "b"), ASPECT_RELEVANT));
	unmake(&m);
}

static void
test_labels(void **state)
{
	struct made m = make(
	    "survey:\n"
	    "- {type: text, name: a, label: A}\n"
	    "- {type: text, name: b, label: 'Is ${a} at home, ${a}?', hint: plain}\n"
	    "- {type: text, name: c, label: 'all of ${b}'}\n");
	const struct label_piece *piece;
	char out[200];
	size_t n;

	(void)state;
	assert_non_null(m.logic);
	piece = logic_label(m.logic, &q(&m, "b")->label, 0, &n);
	assert_int_equal(n, 5);
	assert_string_equal(piece[0].text, "Is ");
	assert_non_null(piece[1].expr);
	assert_null(piece[1].text);
	assert_string_equal(piece[2].text, " at home, ");
	assert_string_equal(piece[4].text, "?");
	assert_null(logic_label(m.logic, &q(&m, "a")->label, 0, &n));
	assert_null(logic_label(m.logic, &q(&m, "b")->hint, 0, &n));
	assert_string_equal(readers(&m, "a", out, sizeof out), "b/label");
	assert_string_equal(readers(&m, "b", out, sizeof out), "c/label");
	unmake(&m);
}

static void
test_readers_of_the_world(void **state)
{
	struct made m = make(
	    "survey:\n"
	    "- {type: date, name: a, label: A, constraint: '. <= today()'}\n"
	    "- {type: text, name: b, label: B, calculation: \"pulldata('people', 'x', 'y', ${a})\"}\n"
	    "- {type: text, name: c, label: C, relevant: \"count(instance('places')/root/item) > 0\"}\n");
	char out[200];
	size_t n;
	const struct vertex *v;

	(void)state;
	assert_non_null(m.logic);
	v = logic_clock_readers(m.logic, &n);
	assert_string_equal(names(v, n, out, sizeof out), "a/con");
	v = logic_dataset_readers(m.logic, "people", &n);
	assert_string_equal(names(v, n, out, sizeof out), "b/calc");
	v = logic_dataset_readers(m.logic, NULL, &n);
	assert_string_equal(names(v, n, out, sizeof out), "b/calc c/rel");
	logic_dataset_readers(m.logic, "nothing", &n);
	assert_int_equal(n, 0);
	unmake(&m);
}

/* What each kind of reading names: the repeat itself wherever other rows count. */
static void
test_reads(void **state)
{
	static const struct { const char *text, *questions; bool position, self; } cases[] = {
		{ "${a} + ../a", "a", false, false },
		{ "position(..)", "", true, false },
		{ "sum(${r}/a)", "r a", false, false },
		{ "sum(/data/r/a)", "r a", false, false },
		{ "sum(../../r/a)", "r a", false, false },
		{ "count(${r}[a > current()/../b])", "r a b", false, false },
		{ "previous(${a})", "a", true, false },
		{ "indexed-repeat(${a}, ${r}, 1)", "a r", false, false },
		{ "string(.) != ''", "", false, true },
		{ "string(${g})", "g x", false, false },
		{ "count(../../g/*)", "x", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf survey = { 0 }, got = { 0 };
		struct made m;
		const struct expr_reads *reads;

		buf_addf(&survey,
		    "survey:\n- group: g\n  label: G\n  survey:\n"
		    "  - {type: text, name: x, label: X}\n"
		    "- repeat: r\n  label: R\n  survey:\n"
		    "  - {type: integer, name: a, label: A}\n"
		    "  - {type: integer, name: b, label: B}\n"
		    "  - {type: text, name: c, label: C, constraint: \"%s\"}\n", cases[i].text);
		m = make(buf_str(&survey));
		assert_non_null(m.logic);
		reads = expr_reads(logic_expr(m.logic, q(&m, "c"), ASPECT_CONSTRAINT));
		for (size_t k = 0; k < reads->questions_n; k++)
			buf_addf(&got, "%s%s", k ? " " : "", reads->questions[k]->name);
		assert_string_equal(buf_str(&got), cases[i].questions);
		assert_int_equal(reads->position, cases[i].position);
		assert_int_equal(reads->self, cases[i].self);
		unmake(&m);
		buf_free(&survey);
		buf_free(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_relevance_of_a_group),
		cmocka_unit_test(test_chain_of_thousands),
		cmocka_unit_test(test_rings),
		cmocka_unit_test(test_no_rings),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_triggers),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_truths),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_readers_of_the_world),
		cmocka_unit_test(test_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
