#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "logic/answers.h"

#include "mini.h"

static const char household[] =
    "text head\n"
    "group place\n"
    "text county\n"
    "repeat member\n"
    "text name\n"
    "integer age\n"
    "repeat job\n"
    "text wage\n"
    "end\n"
    "text after\n"
    "end\n"
    "text road\n"
    "end\n"
    "text last\n";

/* Names in document order, a row as name[position]. */
static void
walk(const struct answers *a, struct buf *out)
{
	buf_reset(out);
	for (node_id id = ANSWERS_ROOT; id != NODE_NONE; id = answers_walk(a, id)) {
		const struct question *q = answers_question(a, id);

		buf_add_str(out, q->name);
		if (q->type == Q_REPEAT)
			buf_addf(out, "[%zu]", answers_position(a, id));
		buf_add_char(out, ' ');
	}
}

static void
rows_stand_where_the_form_has_them(void **state)
{
	struct form *f = mini_form(household);
	struct answers *a = answers_new(f);
	const struct question *member = mini_q(f, "member"), *job = mini_q(f, "job");
	node_id place = answers_seen(a, ANSWERS_ROOT, mini_q(f, "place")), r1, r2, r0, j;
	struct buf b = { 0 };

	(void)state;
	walk(a, &b);
	assert_string_equal(buf_str(&b), "data head place county road last ");
	r1 = answers_add_row(a, place, member, 0, "id-1");
	r2 = answers_add_row(a, place, member, 0, "id-2");
	r0 = answers_add_row(a, place, member, 1, "id-0");
	j = answers_add_row(a, r2, job, 0, "job-1");
	walk(a, &b);
	assert_string_equal(buf_str(&b), "data head place county "
	    "member[1] name age after member[2] name age after "
	    "member[3] name age job[1] wage after road last ");
	assert_int_equal(answers_rows(a, place, member), 3);
	assert_int_equal(answers_row(a, place, member, 1), r0);
	assert_int_equal(answers_row(a, place, member, 4), NODE_NONE);
	assert_string_equal(answers_row_id(a, r1), "id-1");
	assert_int_equal(answers_row_of(a, answers_first(a, j)), j);
	assert_int_equal(answers_row_of(a, place), NODE_NONE);
	answers_move_row(a, r2, 1);
	assert_int_equal(answers_position(a, r2), 1);
	assert_int_equal(answers_position(a, r1), 3);
	answers_remove_row(a, r2);
	assert_false(answers_alive(a, r2));
	assert_false(answers_alive(a, j));
	walk(a, &b);
	assert_string_equal(buf_str(&b), "data head place county "
	    "member[1] name age after member[2] name age after road last ");
	buf_free(&b);
	answers_free(a);
	mini_free(f);
}

static void
a_question_is_seen_from_its_own_row(void **state)
{
	struct form *f = mini_form(household);
	struct answers *a = answers_new(f);
	const struct question *age = mini_q(f, "age"), *wage = mini_q(f, "wage");
	node_id place = answers_seen(a, ANSWERS_ROOT, mini_q(f, "place")), r1, r2, j1, j2;
	node_id *ids = NULL;
	size_t cap = 0;

	(void)state;
	r1 = answers_add_row(a, place, mini_q(f, "member"), 0, "1");
	r2 = answers_add_row(a, place, mini_q(f, "member"), 0, "2");
	j1 = answers_add_row(a, r1, mini_q(f, "job"), 0, "3");
	j2 = answers_add_row(a, r2, mini_q(f, "job"), 0, "4");
	assert_int_equal(answers_seen(a, ANSWERS_ROOT, age), NODE_NONE);
	assert_int_equal(answers_parent(a, answers_seen(a, r1, age)), r1);
	assert_int_equal(answers_parent(a, answers_seen(a, j2, age)), r2);
	assert_int_equal(answers_seen(a, j2, mini_q(f, "job")), j2);
	assert_int_equal(answers_seen(a, r2, mini_q(f, "job")), NODE_NONE);
	assert_int_equal(answers_all(a, ANSWERS_ROOT, wage, &ids, &cap), 2);
	assert_int_equal(answers_parent(a, ids[0]), j1);
	assert_int_equal(answers_parent(a, ids[1]), j2);
	assert_int_equal(answers_all(a, r2, wage, &ids, &cap), 1);
	assert_int_equal(answers_parent(a, ids[0]), j2);
	assert_int_equal(answers_all(a, ANSWERS_ROOT, mini_q(f, "head"), &ids, &cap), 1);
	assert_int_equal(answers_all(a, r2, mini_q(f, "head"), &ids, &cap), 0);
	assert_int_equal(answers_all(a, ANSWERS_ROOT, mini_q(f, "member"), &ids, &cap), 2);
	free(ids);
	answers_free(a);
	mini_free(f);
}

static void
document_order_holds_across_rows(void **state)
{
	struct form *f = mini_form(household);
	struct answers *a = answers_new(f);
	node_id place = answers_seen(a, ANSWERS_ROOT, mini_q(f, "place")), order[64];
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		node_id row = answers_add_row(a, place, mini_q(f, "member"), i == 2, "x");

		answers_add_row(a, row, mini_q(f, "job"), 0, "y");
		answers_add_row(a, row, mini_q(f, "job"), 1, "z");
	}
	for (node_id id = 0; id != NODE_NONE; id = id ? answers_walk(a, id) : ANSWERS_ROOT)
		order[n++] = id;
	assert_int_equal(n, 1 + 6 + 3 * (4 + 4));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			assert_int_equal(answers_compare(a, order[i], order[j]), (i > j) - (i < j));
	answers_free(a);
	mini_free(f);
}

static void
what_is_not_relevant_is_blank_and_comes_back(void **state)
{
	struct form *f = mini_form(household);
	struct answers *a = answers_new(f);
	const struct tree *t = answers_tree(a);
	node_id head = answers_seen(a, ANSWERS_ROOT, mini_q(f, "head"));
	node_id place = answers_seen(a, ANSWERS_ROOT, mini_q(f, "place"));
	node_id road = answers_seen(a, ANSWERS_ROOT, mini_q(f, "road"));
	struct buf b = { 0 };

	(void)state;
	answers_set(a, head, "Ma");
	answers_set(a, road, "East");
	answers_set_missing(a, road, MISSING_REFUSED);
	t->ops->value(t, 0, &b);
	assert_string_equal(buf_str(&b), "MaEast");
	assert_int_equal(t->ops->kind(t, t->ops->first(t, head)), NODE_TEXT);
	assert_int_equal(t->ops->parent(t, t->ops->first(t, head)), head);
	answers_set_relevant(a, place, false);
	assert_true(answers_own_relevant(a, road));
	assert_false(answers_relevant(a, road));
	assert_string_equal(answers_text(a, road), "East");
	buf_reset(&b);
	t->ops->value(t, road, &b);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(t->ops->next(t, head), answers_seen(a, ANSWERS_ROOT, mini_q(f, "last")));
	answers_set_relevant(a, place, true);
	assert_int_equal(t->ops->next(t, head), place);
	t->ops->value(t, road, &b);
	assert_string_equal(buf_str(&b), "East");
	assert_int_equal(answers_missing(a, road), MISSING_REFUSED);
	answers_set(a, road, "");
	assert_string_equal(answers_text(a, road), "");
	buf_free(&b);
	answers_free(a);
	mini_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_stand_where_the_form_has_them),
		cmocka_unit_test(a_question_is_seen_from_its_own_row),
		cmocka_unit_test(document_order_holds_across_rows),
		cmocka_unit_test(what_is_not_relevant_is_blank_and_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
