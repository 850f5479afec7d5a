#include "check.h"

#include <stdio.h>

#include "form/form_yaml.h"
#include "logic/logic.h"
#include "tui/undo.h"

static const char form_text[] =
    "settings: {form_id: f}\n"
    "survey:\n"
    "  - {type: integer, name: n, label: 数, missing: refused}\n"
    "  - {type: calculate, name: sum, calculation: 'sum(${age})'}\n"
    "  - repeat: m\n"
    "    label: 成员\n"
    "    survey:\n"
    "      - {type: text, name: name, label: 姓名}\n"
    "      - {type: integer, name: age, label: 年龄}\n"
    "      - {type: calculate, name: no, calculation: 'position(..)'}\n"
    "      - repeat: card\n"
    "        label: 证\n"
    "        survey:\n"
    "          - {type: text, name: code, label: 号}\n";

struct world {
	struct form *form;
	struct logic *logic;
	struct session *s;
	struct undo undo;
};

static int
open_world(void **state)
{
	static const struct host nobody;
	struct world *w = test_calloc(1, sizeof *w);
	struct faults faults = { 0 };

	w->form = form_read_yaml("f.yaml", form_text, sizeof form_text - 1, NULL, &faults);
	if (w->form == NULL)
		fail_msg("%s", faults.v[0].err.text);
	w->logic = logic_compile(w->form, &faults);
	assert_non_null(w->logic);
	w->s = session_new(w->logic, &nobody, "018f0000-0000-7000-8000-000000000001");
	faults_free(&faults);
	*state = w;
	return 0;
}

static int
close_world(void **state)
{
	struct world *w = *state;

	undo_free(&w->undo);
	session_close(w->s);
	logic_free(w->logic);
	form_free(w->form);
	test_free(w);
	return 0;
}

static node_id
find(struct world *w, const char *path)
{
	struct err err;
	node_id node;

	if (!session_find(w->s, path, NODE_NONE, &node, &err))
		fail_msg("%s: %s", path, err.text);
	return node;
}

static const char *
value(struct world *w, const char *path)
{
	struct cell c;

	session_cell(w->s, find(w, path), &c);
	return c.value;
}

static void
set(struct world *w, const char *path, const char *text)
{
	struct err err;

	undo_note_answer(&w->undo, w->s, find(w, path));
	if (!session_set(w->s, find(w, path), text, NULL, &err))
		fail_msg("%s: %s", path, err.text);
}

static node_id
add(struct world *w, const char *path, size_t position)
{
	const struct question *repeat;
	node_id parent, row;
	struct err err;

	assert_true(session_find_repeat(w->s, path, &parent, &repeat, &err));
	assert_true(session_add_row(w->s, parent, repeat, position, &row, NULL, &err));
	undo_note_row(&w->undo, w->s, UNDO_ADDED, row);
	return row;
}

static void
back(struct world *w, enum undo_kind kind)
{
	struct undo_step done;
	struct changed changed;
	struct err err;

	if (!undo_back(&w->undo, w->s, &done, &changed, &err))
		fail_msg("%s", err.text);
	assert_int_equal(done.kind, kind);
}

static void
start(struct world *w)
{
	struct err err;

	assert_true(session_start(w->s, true, &err));
}

static void
answers_come_back(void **state)
{
	struct world *w = *state;
	struct undo_step done;
	struct changed changed;
	struct err err;
	struct cell c;

	start(w);
	set(w, "n", "7");
	undo_note_answer(&w->undo, w->s, find(w, "n"));
	assert_true(session_set_missing(w->s, find(w, "n"), MISSING_REFUSED, NULL, &err));
	set(w, "n", "9");
	back(w, UNDO_ANSWER);
	session_cell(w->s, find(w, "n"), &c);
	assert_int_equal(c.missing, MISSING_REFUSED);
	back(w, UNDO_ANSWER);
	assert_string_equal(value(w, "n"), "7");
	back(w, UNDO_ANSWER);
	assert_string_equal(value(w, "n"), "");
	assert_false(undo_back(&w->undo, w->s, &done, &changed, &err));
	assert_string_equal(err.text, "There is nothing to take back.");
}

/* Rows, and rows in them, come back with their ids, answers and places. */
static void
rows_come_back(void **state)
{
	struct world *w = *state;
	const struct answers *a;
	char id[37], card[37];
	struct err err;
	node_id row;

	start(w);
	a = session_answers(w->s);
	add(w, "m", 0);
	set(w, "m[1]/age", "3");
	row = add(w, "m", 0);
	set(w, "m[2]/name", "马");
	set(w, "m[2]/age", "40");
	add(w, "m[2]/card", 0);
	set(w, "m[2]/card[1]/code", "x");
	snprintf(id, sizeof id, "%s", answers_row_id(a, row));
	snprintf(card, sizeof card, "%s", answers_row_id(a, answers_row_of(a, find(w, "m[2]/card[1]/code"))));
	undo_note_row(&w->undo, w->s, UNDO_MOVED, row);
	assert_true(session_move_row(w->s, row, 1, NULL, &err));
	assert_string_equal(value(w, "m[1]/name"), "马");
	undo_note_row(&w->undo, w->s, UNDO_REMOVED, row);
	assert_true(session_remove_row(w->s, row, NULL, &err));
	assert_false(answers_alive(a, row));
	assert_string_equal(value(w, "sum"), "3");
	back(w, UNDO_REMOVED);
	assert_string_equal(value(w, "sum"), "43");
	assert_string_equal(value(w, "m[1]/name"), "马");
	assert_string_equal(value(w, "m[2]/no"), "2");
	assert_string_equal(answers_row_id(a, find(w, "m[1]")), id);
	assert_string_equal(answers_row_id(a, answers_row_of(a, find(w, "m[1]/card[1]/code"))), card);
	assert_string_equal(value(w, "m[1]/card[1]/code"), "x");
	back(w, UNDO_MOVED);
	assert_string_equal(value(w, "m[2]/name"), "马");
	back(w, UNDO_ANSWER);
	assert_string_equal(value(w, "m[2]/card[1]/code"), "");
	back(w, UNDO_ADDED);
	back(w, UNDO_ANSWER);
	back(w, UNDO_ANSWER);
	back(w, UNDO_ADDED);
	assert_false(answers_alive(a, row));
	assert_string_equal(value(w, "sum"), "3");
	back(w, UNDO_ANSWER);
	back(w, UNDO_ADDED);
	assert_string_equal(value(w, "sum"), "0");
}

/* A saved row that was removed and brought back is no change at all. */
static void
a_saved_row_is_the_same(void **state)
{
	struct world *w = *state;
	const char *const *gone;
	const struct question *repeat;
	node_id row, parent, name;
	struct err err;
	struct cell c;

	assert_true(session_find_repeat(w->s, "m", &parent, &repeat, &err));
	row = session_load_row(w->s, parent, repeat, "row-1");
	name = answers_seen(session_answers(w->s), row, repeat->first);
	session_load_answer(w->s, name, "马", MISSING_NONE, 5);
	assert_true(session_start(w->s, false, &err));
	undo_note_row(&w->undo, w->s, UNDO_REMOVED, row);
	assert_true(session_remove_row(w->s, row, NULL, &err));
	assert_int_equal(session_removed_rows(w->s, &gone), 1);
	assert_true(session_dirty(w->s));
	back(w, UNDO_REMOVED);
	assert_int_equal(session_removed_rows(w->s, &gone), 0);
	assert_false(session_dirty(w->s));
	session_cell(w->s, name, &c);
	assert_false(c.changed);
	add(w, "m", 0);
	assert_true(session_dirty(w->s));
	back(w, UNDO_ADDED);
	assert_false(session_dirty(w->s));
	assert_false(session_restore_row(w->s, row, 0, NULL, &err));
}

/* What is older than the last UNDO_STEPS is forgotten; what went with a row by
 * itself is passed over. */
static void
only_so_many(void **state)
{
	struct world *w = *state;
	struct undo_step done;
	struct changed changed;
	struct err err;
	char text[16];
	node_id row;

	start(w);
	for (int i = 0; i < UNDO_STEPS + 3; i++) {
		snprintf(text, sizeof text, "%d", i);
		set(w, "n", text);
	}
	for (int i = 0; i < UNDO_STEPS; i++)
		back(w, UNDO_ANSWER);
	assert_string_equal(value(w, "n"), "2");
	assert_false(undo_back(&w->undo, w->s, &done, &changed, &err));
	set(w, "n", "5");
	row = add(w, "m", 0);
	set(w, "m[1]/age", "3");
	assert_true(session_remove_row(w->s, row, NULL, &err));
	back(w, UNDO_ANSWER);
	assert_string_equal(value(w, "n"), "2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_come_back, open_world, close_world),
		cmocka_unit_test_setup_teardown(rows_come_back, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_saved_row_is_the_same, open_world, close_world),
		cmocka_unit_test_setup_teardown(only_so_many, open_world, close_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
