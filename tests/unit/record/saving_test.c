#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "forms_made.h"

/* What saving is told: answers against what was loaded, rows that went. */

static const char survey[] =
    MADE_SETTINGS "- {type: integer, name: a, missing: refused}\n"
		  "- {type: text, name: b, relevant: \"${a} = 1\"}\n"
		  "- {type: calculate, name: c, calculation: \"${a} + 1\"}\n"
		  "- repeat: r\n"
		  "  survey:\n"
		  "  - {type: text, name: x}\n"
		  "  - repeat: s\n"
		  "    survey:\n"
		  "    - {type: text, name: y}\n";

/* As the store would open it: a 1, b "kept", c 2, two rows, one row in the first. */
static struct made
open_saved(void)
{
	struct buf yaml = { 0 };
	struct made m;
	const struct answers *a;
	const struct question *r, *s;
	struct err err;
	node_id row, inner;

	buf_set_str(&yaml, survey);
	m = made_open(&yaml);
	session_close(m.s);
	m.s = session_new(m.logic, NULL, "01900000-0000-7000-8000-000000000002");
	a = session_answers(m.s);
	r = form_find(m.form, "r", NULL);
	s = form_find(m.form, "s", NULL);
	session_load_answer(m.s, made_node(&m, "a"), "1", MISSING_NONE, 11);
	session_load_answer(m.s, made_node(&m, "b"), "kept", MISSING_NONE, 12);
	session_load_answer(m.s, made_node(&m, "c"), "2", MISSING_NONE, 13);
	row = session_load_row(m.s, ANSWERS_ROOT, r, "row-1");
	session_load_answer(
	    m.s, answers_child(a, row, form_find(m.form, "x", NULL)), "first", MISSING_NONE, 14);
	inner = session_load_row(m.s, row, s, "row-1-1");
	session_load_answer(
	    m.s, answers_child(a, inner, form_find(m.form, "y", NULL)), "deep", MISSING_NONE, 15);
	session_load_row(m.s, ANSWERS_ROOT, r, "row-2");
	assert_true(session_start(m.s, false, &err));
	buf_free(&yaml);
	return m;
}

static bool
saved(struct made *m, const char *path, struct saved_answer *out)
{
	node_id at = 0, want = made_node(m, path);

	while (session_each(m->s, &at, out))
		if (out->node == want)
			return true;
	return false;
}

static void
test_each(void **state)
{
	struct made m = open_saved();
	struct saved_answer sa;
	node_id at = 0, last = 0;
	size_t n = 0;

	(void)state;
	assert_false(session_is_new(m.s));
	assert_false(session_dirty(m.s));
	while (session_each(m.s, &at, &sa)) {
		assert_string_equal(sa.value, sa.base);
		assert_true(last == 0 || answers_compare(session_answers(m.s), last, at) < 0);
		last = at;
		n++;
	}
	assert_int_equal(n, 5);
	assert_true(saved(&m, "r[1]/s[1]/y", &sa));
	assert_string_equal(sa.row_id, "row-1-1");
	assert_string_equal(sa.value, "deep");
	assert_int_equal(sa.mark, 15);
	assert_true(saved(&m, "a", &sa));
	assert_string_equal(sa.row_id, "");
	assert_false(saved(&m, "r[2]/x", &sa));
	made_close(&m);
}

/* An answer that is not relevant is written as blank, and its text is kept. */
static void
test_dropped(void **state)
{
	struct made m = open_saved();
	struct saved_answer sa;
	const node_id *dropped;

	(void)state;
	made_set(&m, "a", "5");
	assert_true(session_dirty(m.s));
	assert_true(saved(&m, "b", &sa));
	assert_string_equal(sa.value, "");
	assert_string_equal(sa.base, "kept");
	assert_int_equal(session_dropped(m.s, &dropped), 1);
	assert_int_equal(dropped[0], made_node(&m, "b"));
	session_saved(m.s, made_node(&m, "a"), 21);
	session_saved(m.s, made_node(&m, "b"), 22);
	session_saved(m.s, made_node(&m, "c"), 23);
	session_all_saved(m.s);
	assert_false(session_dirty(m.s));
	assert_true(saved(&m, "a", &sa));
	assert_string_equal(sa.base, "5");
	assert_int_equal(sa.mark, 21);
	made_set(&m, "a", "1");
	assert_true(saved(&m, "b", &sa));
	assert_string_equal(sa.value, "kept");
	assert_string_equal(sa.base, "");
	made_close(&m);
}

static void
test_missing(void **state)
{
	struct made m = open_saved();
	struct saved_answer sa;
	struct err err;

	(void)state;
	assert_true(session_set_missing(m.s, made_node(&m, "a"), MISSING_REFUSED, NULL, &err));
	assert_true(saved(&m, "a", &sa));
	assert_string_equal(sa.value, "");
	assert_string_equal(sa.base, "1");
	assert_int_equal(sa.missing, MISSING_REFUSED);
	assert_int_equal(sa.base_missing, MISSING_NONE);
	assert_false(session_set_missing(m.s, made_node(&m, "a"), MISSING_UNKNOWN, NULL, &err));
	session_all_saved(m.s);
	assert_false(session_dirty(m.s));
	made_set(&m, "a", "");
	assert_true(session_dirty(m.s));
	made_close(&m);
}

static void
test_rows(void **state)
{
	struct made m = open_saved();
	const char *const *removed;
	struct changed changed;
	const struct question *r;
	struct saved_answer sa;
	struct err err;
	node_id parent, row;

	(void)state;
	assert_true(session_remove_row(m.s, made_node(&m, "r[1]"), &changed, &err));
	assert_true(changed.structure);
	assert_int_equal(session_removed_rows(m.s, &removed), 2);
	assert_string_equal(removed[0], "row-1");
	assert_string_equal(removed[1], "row-1-1");
	assert_true(session_dirty(m.s));
	assert_true(session_find_repeat(m.s, "r", &parent, &r, &err));
	assert_true(session_add_row(m.s, parent, r, 0, &row, &changed, &err));
	made_set(&m, "r[2]/x", "new");
	assert_true(saved(&m, "r[2]/x", &sa));
	assert_int_equal(strlen(sa.row_id), 36);
	assert_int_equal(sa.row_id[14], '7');
	assert_true(session_remove_row(m.s, row, &changed, &err));
	assert_int_equal(session_removed_rows(m.s, &removed), 2);
	assert_true(session_add_row(m.s, parent, r, 1, &row, &changed, &err));
	session_all_saved(m.s);
	assert_int_equal(session_removed_rows(m.s, &removed), 0);
	assert_false(session_dirty(m.s));
	assert_true(session_remove_row(m.s, row, &changed, &err));
	assert_int_equal(session_removed_rows(m.s, &removed), 1);
	made_close(&m);
}

static void
test_draft(void **state)
{
	struct made m = open_saved();
	struct session *old = m.s;
	struct saved_answer sa;
	struct cell cell;
	struct err err;

	(void)state;
	m.s = session_new(m.logic, NULL, session_record(old));
	session_load_answer(m.s, made_node(&m, "a"), "1", MISSING_NONE, 11);
	session_load_draft(m.s, made_node(&m, "a"), "2", MISSING_NONE, true);
	assert_true(session_start(m.s, false, &err));
	assert_string_equal(made_get(&m, "c"), "3");
	assert_true(saved(&m, "a", &sa));
	assert_string_equal(sa.base, "1");
	assert_int_equal(sa.mark, 11);
	session_cell(m.s, made_node(&m, "a"), &cell);
	assert_true(cell.changed && cell.touched);
	assert_true(session_dirty(m.s));
	session_close(old);
	made_close(&m);
}

/* Another person's answer comes in while this one has the record open. */
static void
test_merge(void **state)
{
	struct made m = open_saved();
	struct saved_answer sa;

	(void)state;
	made_set(&m, "r[2]/x", "mine");
	session_load_answer(m.s, made_node(&m, "a"), "7", MISSING_NONE, 31);
	assert_string_equal(made_get(&m, "c"), "8");
	assert_true(saved(&m, "a", &sa));
	assert_string_equal(sa.base, "7");
	assert_int_equal(sa.mark, 31);
	assert_true(session_dirty(m.s));
	assert_string_equal(made_get(&m, "r[2]/x"), "mine");
	made_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each),
	    cmocka_unit_test(test_dropped),
	    cmocka_unit_test(test_missing),
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_draft),
	    cmocka_unit_test(test_merge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
