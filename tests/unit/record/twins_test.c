#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/date.h"
#include "form/form_read.h"
#include "forms_made.h"

/* One form in two notations, a spreadsheet and the XForm made of it, gives the
 * same sessions: the same questions in the same order, whatever is answered. */

#define FORMS "../shared/odk-tests/forms/"

static const struct clock noon = {true, 1795406400000}; /* 2026-11-23T04:00Z */

static struct made
open_form(const char *path)
{
	struct form_files files = {(void *)FORMS, form_files_folder};
	struct host host = {.clock = &noon, .user = "w07", .device = "D1"};
	struct faults faults = { 0 };
	struct buf text = { 0 };
	struct made m = { 0 };
	struct err err;
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(&text, part, n);
	fclose(f);
	m.form = form_read(path, text.data, text.len, &files, &faults);
	assert_non_null(m.form);
	m.logic = logic_compile(m.form, &faults);
	assert_non_null(m.logic);
	m.s = session_new(m.logic, &host, "01900000-0000-7000-8000-000000000001");
	assert_true(session_start(m.s, true, &err));
	faults_free(&faults);
	buf_free(&text);
	return m;
}

static uint32_t
pick(uint64_t *x, uint32_t n)
{
	*x = *x * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*x >> 33) % n;
}

static void
any_answer(uint64_t *x, struct session *s, node_id n, struct buf *out)
{
	enum kind kind = type_info(answers_question(session_answers(s), n)->type)->kind;
	struct choices c;
	struct err err;

	buf_reset(out);
	if (kind == KIND_CODE || kind == KIND_CODES) {
		if (!session_choices(s, n, &c, &err))
			return;
		if (c.n > 0)
			buf_add_str(out, c.v[pick(x, (uint32_t)c.n)].value);
		choices_free(&c);
	} else if (kind == KIND_INTEGER || kind == KIND_DECIMAL) {
		buf_addf(out, "%u", pick(x, 120));
	} else if (kind == KIND_DATE) {
		buf_addf(out, "%u-0%u-1%u", 1950 + pick(x, 70), 1 + pick(x, 9), pick(x, 10));
	} else if (kind == KIND_STRING) {
		buf_addf(out, "text %u", pick(x, 3));
	}
}

/* The next letter or digit: pyxform cleans white space and quotation marks. */
static char
next_letter(const char **at)
{
	while (**at && !isalnum((unsigned char)**at))
		(*at)++;
	return **at ? *(*at)++ : '\0';
}

static bool
same_words(const char *a, const char *b)
{
	char x, y;

	do {
		x = next_letter(&a);
		y = next_letter(&b);
	} while (x == y && x);
	return x == y;
}

/* What is not the same of a question: fails with both. */
static void
compare_asked(struct session *a, node_id na, struct session *b, node_id nb, const char *where)
{
	const struct question *qa = answers_question(session_answers(a), na);
	const struct question *qb = answers_question(session_answers(b), nb);
	const char *la = session_text(a, na, &qa->label), *lb = session_text(b, nb, &qb->label);
	struct cell x, y;

	session_cell(a, na, &x);
	session_cell(b, nb, &y);
	if (strcmp(x.value, y.value) != 0 || x.required != y.required || x.valid != y.valid ||
	    strcmp(x.problem_text, y.problem_text) != 0)
		fail_msg("%s: '%s' (required %d) %s; and '%s' (required %d) %s", where, x.value,
		    x.required, x.problem_text, y.value, y.required, y.problem_text);
	if (!same_words(la, lb))
		fail_msg("%s: '%s'; and '%s'", where, la, lb);
}

/* Everything that is asked, one after the other, in both. */
static void
compare(struct made *a, struct made *b, const char *form, int step)
{
	node_id na = NODE_NONE, nb = NODE_NONE;
	struct buf pa = { 0 }, pb = { 0 };

	do {
		na = session_step(a->s, na, 1);
		nb = session_step(b->s, nb, 1);
		buf_reset(&pa);
		buf_reset(&pb);
		if (na != NODE_NONE)
			session_path(a->s, na, &pa);
		if (nb != NODE_NONE)
			session_path(b->s, nb, &pb);
		if (strcmp(buf_str(&pa), buf_str(&pb)) != 0)
			fail_msg("%s, step %d: %s is asked, and %s", form, step, buf_str(&pa),
			    buf_str(&pb));
		if (na != NODE_NONE)
			compare_asked(a->s, na, b->s, nb, buf_str(&pa));
	} while (na != NODE_NONE);
	buf_free(&pa);
	buf_free(&pb);
}

static void
play_step(struct made *a, struct made *b, uint64_t *x, const char *form)
{
	struct buf path = { 0 }, value = { 0 };
	struct err err;
	node_id n = NODE_NONE, other;
	bool taken, taken_too;

	for (uint32_t i = 1 + pick(x, 60); i > 0; i--) {
		n = session_step(a->s, n, 1);
		if (n == NODE_NONE)
			n = session_step(a->s, NODE_NONE, 1);
	}
	session_path(a->s, n, &path);
	any_answer(x, a->s, n, &value);
	assert_true(session_find(b->s, buf_str(&path), NODE_NONE, &other, &err));
	taken = session_set(a->s, n, buf_str(&value), NULL, &err);
	taken_too = session_set(b->s, other, buf_str(&value), NULL, &err);
	if (taken != taken_too)
		fail_msg("%s: %s takes '%s' in one only", form, buf_str(&path), buf_str(&value));
	buf_free(&path);
	buf_free(&value);
}

/* A row in the first repeat that takes one, in both. */
static void
add_row(struct made *a, struct made *b)
{
	struct err err;
	node_id row;

	for (size_t i = 0; i < a->form->questions_n; i++) {
		const struct question *q = a->form->questions[i], *p;

		if (q->type != Q_REPEAT || q->repeat ||
		    !session_can_add(a->s, answers_seen(session_answers(a->s), 1, q->parent), q))
			continue;
		p = form_find(b->form, q->name, NULL);
		assert_non_null(p);
		assert_true(session_add_row(a->s,
		    answers_seen(session_answers(a->s), ANSWERS_ROOT, q->parent), q, 0, &row, NULL,
		    &err));
		assert_true(session_add_row(b->s,
		    answers_seen(session_answers(b->s), ANSWERS_ROOT, p->parent), p, 0, &row, NULL,
		    &err));
		return;
	}
}

/* pyxform gives a new record one row of each repeat; a spreadsheet read here has
 * none until one is added. */
static void
even_rows(struct made *a, struct made *b)
{
	const struct answers *from = session_answers(b->s);
	struct err err;
	node_id row;

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(from, n)) {
		const struct question *q = answers_question(from, n), *p;

		if (q->type != Q_REPEAT || q->repeat)
			continue;
		p = form_find(a->form, q->name, NULL);
		assert_non_null(p);
		if (session_can_add(a->s, answers_seen(session_answers(a->s), 1, p->parent), p))
			assert_true(session_add_row(a->s,
			    answers_seen(session_answers(a->s), ANSWERS_ROOT, p->parent), p, 0,
			    &row, NULL, &err));
	}
}

static void
test_twins(void **state)
{
	static const char *const twins[][2] = {
	    {FORMS "whova_form.xlsx", FORMS "whova_form.xml"},
	    {FORMS "socio-economic-survey-v20240515.xlsx",
		FORMS "socio-economic-survey-v20240515.xml"},
	    {FORMS "all-question-types-v2024091201-3.xlsx",
		FORMS "all-question-types-v2024091201-3.xml"},
	};

	(void)state;
	if (access(FORMS, R_OK) != 0) {
		printf("note: skipped the twins: no %s\n", FORMS);
		return;
	}
	for (int i = 0; i < 3; i++) {
		struct made a = open_form(twins[i][0]), b = open_form(twins[i][1]);
		uint64_t x = 20261123;

		even_rows(&a, &b);
		for (int step = 0; step < 400; step++) {
			if (step % 20 == 0)
				compare(&a, &b, twins[i][0], step);
			if (step % 50 == 25 && step < 160)
				add_row(&a, &b);
			play_step(&a, &b, &x, twins[i][0]);
		}
		made_close(&a);
		made_close(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_twins)};

	setenv("TZ", "Asia/Shanghai", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
