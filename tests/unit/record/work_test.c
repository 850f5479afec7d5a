#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "forms_made.h"

/* How much is evaluated: counted, never timed. */

static uint64_t
set_counted(struct made *m, const char *path, const char *value)
{
	uint64_t before = session_evaluations(m->s);

	made_set(m, path, value);
	return session_evaluations(m->s) - before;
}

static void
test_chain(void **state)
{
	struct buf yaml = { 0 };
	struct made m;

	(void)state;
	made_chain(&yaml, 5000);
	m = made_open(&yaml);
	assert_true(session_evaluations(m.s) <= 5000);
	assert_int_equal(set_counted(&m, "q0", "1"), 4999);
	assert_string_equal(made_get(&m, "q4999"), "5000");
	assert_int_equal(set_counted(&m, "other", "4"), 1);
	assert_string_equal(made_get(&m, "other2"), "8");
	assert_int_equal(set_counted(&m, "q0", "1"), 0);
	made_close(&m);
	buf_free(&yaml);
}

static void
test_fan(void **state)
{
	struct buf yaml = { 0 };
	struct made m;

	(void)state;
	made_fan(&yaml, 200);
	m = made_open(&yaml);
	assert_int_equal(set_counted(&m, "q0", "1"), 201);
	assert_string_equal(made_get(&m, "all"), "20300");
	made_close(&m);
	buf_free(&yaml);
}

/* One answer in one row costs the same, however many rows there are. */
static void
test_rows(void **state)
{
	static const char *const sizes[] = {"10", "1000"};
	struct buf yaml = { 0 };
	uint64_t start, adding[2], one[2];

	(void)state;
	made_rows(&yaml);
	for (int i = 0; i < 2; i++) {
		struct made m = made_open(&yaml);

		start = session_evaluations(m.s);
		made_set(&m, "n", sizes[i]);
		adding[i] = session_evaluations(m.s) - start;
		assert_string_equal(made_get(&m, "count"), sizes[i]);
		made_set(&m, "rate", "2");
		one[i] = set_counted(&m, "r[7]/wage", "50");
		assert_string_equal(made_get(&m, "total"), "50");
		assert_string_equal(made_get(&m, "taxes"), "100");
		one[i] += set_counted(&m, "r[3]/wage", "70");
		assert_string_equal(made_get(&m, "total"), "120");
		made_close(&m);
	}
	assert_int_equal(one[0], one[1]);
	assert_true(one[0] <= 8);
	assert_true(adding[1] <= adding[0] * 100);
	buf_free(&yaml);
}

/* Rows added by hand, one after another: each costs what it holds and the
 * totals, not what all the others hold. */
static void
test_adding(void **state)
{
	struct buf yaml = { 0 };
	struct made m;
	const struct question *r;
	struct err err;
	node_id parent, row;
	uint64_t first = 0, cost = 0, before;

	(void)state;
	buf_set_str(&yaml,
	    MADE_SETTINGS "- repeat: r\n"
			  "  survey:\n"
			  "  - {type: integer, name: x, default: 2}\n"
			  "  - {type: calculate, name: y, calculation: \"${x} * 2\"}\n"
			  "  - {type: calculate, name: no, calculation: \"position(..)\"}\n"
			  "- {type: calculate, name: sum, calculation: \"sum(${y})\"}\n");
	m = made_open(&yaml);
	assert_true(session_find_repeat(m.s, "r", &parent, &r, &err));
	for (int i = 0; i < 300; i++) {
		before = session_evaluations(m.s);
		assert_true(session_add_row(m.s, parent, r, 0, &row, NULL, &err));
		cost = session_evaluations(m.s) - before;
		if (i == 0)
			first = cost;
		assert_int_equal(cost, first);
	}
	assert_true(first <= 4);
	assert_string_equal(made_get(&m, "sum"), "1200");
	before = session_evaluations(m.s);
	assert_true(session_remove_row(m.s, made_node(&m, "r[300]"), NULL, &err));
	assert_true(session_evaluations(m.s) - before <= 1);
	before = session_evaluations(m.s);
	assert_true(session_remove_row(m.s, made_node(&m, "r[1]"), NULL, &err));
	assert_true(session_evaluations(m.s) - before <= 299);
	assert_string_equal(made_get(&m, "r[298]/no"), "298");
	made_close(&m);
	buf_free(&yaml);
}

/* A form whose rows make rows is stopped, and said to be at fault. */
static void
test_endless(void **state)
{
	struct buf yaml = { 0 };
	struct made m;
	const struct problem *list;

	(void)state;
	buf_set_str(&yaml, MADE_SETTINGS "- {type: integer, name: go}\n"
					 "- repeat: r\n"
					 "  repeat_count: \"if(${go} = 1, count(${r}) + 1, 0)\"\n"
					 "  survey:\n"
					 "  - {type: integer, name: x, default: 2}\n");
	m = made_open(&yaml);
	made_set(&m, "go", "1");
	assert_true(session_problems(m.s, &list) >= 1);
	assert_int_equal(list[0].kind, PROBLEM_EXPRESSION);
	made_close(&m);
	buf_free(&yaml);
}

/* Triggers that answer one another: fine where they agree, stopped where not. */
static void
test_ping_pong(void **state)
{
	struct buf yaml = { 0 };
	struct made m;

	(void)state;
	buf_set_str(&yaml, MADE_SETTINGS
	    "- {type: integer, name: a, calculation: \"${b} + 1\", trigger: \"${b}\"}\n"
	    "- {type: integer, name: b, calculation: \"${a} + 1\", trigger: \"${a}\"}\n"
	    "- {type: integer, name: c, calculation: \"${d} * 2\", trigger: \"${d}\"}\n"
	    "- {type: integer, name: d, calculation: \"${c} div 2\", trigger: \"${c}\"}\n");
	m = made_open(&yaml);
	made_set(&m, "c", "8");
	assert_string_equal(made_get(&m, "d"), "4");
	made_set(&m, "d", "5");
	assert_string_equal(made_get(&m, "c"), "10");
	assert_int_equal(session_errors(m.s), 0);
	made_set(&m, "a", "1");
	assert_true(session_errors(m.s) > 0);
	made_close(&m);
	buf_free(&yaml);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_chain),
	    cmocka_unit_test(test_fan),
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_adding),
	    cmocka_unit_test(test_endless),
		cmocka_unit_test(test_ping_pong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
