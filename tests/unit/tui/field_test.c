#include "check.h"

#include "base/buf.h"
#include "base/edit.h"
#include "base/utf8.h"
#include "form/form_yaml.h"
#include "logic/logic.h"
#include "tui/field.h"
#include "tui/outline.h"
#include "tui/pick.h"

static const char form_text[] =
    "settings: {form_id: f}\n"
    "choices:\n"
    "  yn: {1: 是, 0: 否}\n"
    "  two: {01: 户主, 02: 配偶, 10: 孙子, 11: 孙女}\n"
    "  mixed: {1: 甲, 11: 乙, A: 丙}\n"
    "  place: {640181001001: 城关镇东街, 640181001002: 城关镇西街, 640181002001: 马家滩}\n"
    "survey:\n"
    "  - {type: select_one yn, name: yn, label: 是否}\n"
    "  - {type: select_one two, name: relation, label: 关系}\n"
    "  - {type: select_one two, name: careful, label: 关系, appearance: confirm}\n"
    "  - {type: select_one mixed, name: mixed, label: 混合}\n"
    "  - {type: select_one place, name: place, label: 村}\n"
    "  - {type: select_multiple two, name: several, label: 多选}\n"
    "  - {type: integer, name: n, label: 数}\n"
    "  - {type: integer, name: months, label: 月数, constraint: '. >= 0 and . <= 12'}\n"
    "  - {type: integer, name: slow, label: 月数, constraint: '. <= 12', appearance: confirm}\n"
    "  - {type: decimal, name: d, label: 小数}\n"
    "  - {type: text, name: t, label: 文字}\n"
    "  - {type: text, name: phone, label: 电话, appearance: numbers, constraint: \"regex(., '^1[3-9][0-9]{9}$')\"}\n"
    "  - {type: date, name: day, label: 日期}\n"
    "  - {type: calculate, name: c, label: 合计, calculation: 1}\n"
    "  - {type: hidden, name: h}\n"
    "  - group: g\n"
    "    label: 组\n"
    "    survey:\n"
    "      - {type: text, name: before, label: 前}\n"
    "      - repeat: m\n"
    "        label: 成员\n"
    "        survey:\n"
    "          - {type: text, name: name, label: 姓名}\n"
    "          - {type: text, name: old, label: 旧, relevant: \"${name} = 'x'\"}\n"
    "          - {type: integer, name: age, label: 年龄}\n"
    "      - {type: text, name: after, label: 后}\n"
    "  - group: sums\n"
    "    label: 汇总\n"
    "    survey:\n"
    "      - {type: calculate, name: total, label: 人数, calculation: 'count(${m})'}\n"
    "  - {type: text, name: last, label: 最后}\n";

struct world {
	struct form *form;
	struct logic *logic;
	struct session *s;
	struct field f;
};

static int
open_world(void **state)
{
	static const struct host nobody;
	struct world *w = test_calloc(1, sizeof *w);
	struct faults faults = { 0 };
	struct err err;

	w->form = form_read_yaml("f.yaml", form_text, sizeof form_text - 1, NULL, &faults);
	if (w->form == NULL)
		fail_msg("%s", faults.v[0].err.text);
	w->logic = logic_compile(w->form, &faults);
	assert_non_null(w->logic);
	w->s = session_new(w->logic, &nobody, "018f0000-0000-7000-8000-000000000001");
	assert_true(session_start(w->s, true, &err));
	w->f.node = NODE_NONE;
	faults_free(&faults);
	*state = w;
	return 0;
}

static int
close_world(void **state)
{
	struct world *w = *state;

	field_close(&w->f);
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

/* ---- typing ------------------------------------------------------------------------- */

/* The last character's result: I in, F full, R refused, N narrows. */
static const struct { const char *question, *typed; char last; const char *answer; } typings[] = {
	{ "yn", "1", 'F', "1" }, { "yn", "１", 'F', "1" }, { "yn", "2", 'N', "2" },
	{ "relation", "0", 'I', "0" }, { "relation", "02", 'F', "02" }, { "relation", "2", 'I', "02" },
	{ "relation", "1", 'I', "01" }, { "relation", "配", 'N', "配" }, { "relation", "配偶", 'I', "02" }, { "relation", "3", 'N', "3" },
	{ "careful", "02", 'I', "02" },
	{ "mixed", "1", 'I', "1" }, { "mixed", "11", 'F', "11" }, { "mixed", "a", 'F', "A" },
	{ "place", "6", 'N', "6" },
	{ "several", "0102", 'I', "01 02" }, { "several", "2,1", 'I', "02 01" },
	{ "several", "01 11", 'I', "01 11" }, { "several", "孙", 'N', "" }, { "several", "012", 'I', "012" },
	{ "n", "12", 'I', "12" }, { "n", "1a", 'R', "1" }, { "n", "-5", 'I', "-5" }, { "n", "1.", 'R', "1" },
	/* A number is full when it has as many digits as the largest. */
	{ "months", "1", 'I', "1" }, { "months", "11", 'F', "11" }, { "months", "6", 'I', "6" },
	{ "months", "0", 'I', "0" }, { "months", "06", 'F', "06" }, { "months", "-1", 'I', "-1" },
	{ "slow", "12", 'I', "12" },
	{ "d", "１２．５", 'I', "12.5" }, { "d", "1e", 'R', "1" },
	{ "t", "马 1，", 'I', "马 1，" },
	{ "phone", "1990000000", 'I', "1990000000" }, { "phone", "１9900000001", 'F', "19900000001" },
	{ "day", "1122", 'I', "1122" }, { "day", "20261122", 'F', "20261122" }, { "day", "t", 'I', "t" },
};

static void
typing(void **state)
{
	static const char letters[] = "IFRN";
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(typings); i++) {
		struct buf answer = { 0 };
		const char *p = typings[i].typed;
		enum typed got = TYPED_IN;
		size_t used;
		struct err err;

		assert_true(field_open(&w->f, w->s, find(w, typings[i].question), &err));
		for (; *p != '\0'; p += used)
			got = field_type(&w->f, utf8_next(p, strlen(p), &used), false);
		CHECK_ROW(typings[i].typed, letters[got] == typings[i].last);
		field_answer(&w->f, &answer);
		CHECK_ROW(typings[i].typed, strcmp(buf_str(&answer), typings[i].answer) == 0);
		buf_free(&answer);
	}
}

static void
a_filled_answer_is_replaced_or_edited(void **state)
{
	struct world *w = *state;
	struct changed changed;
	struct err err;

	assert_true(session_set(w->s, find(w, "t"), "旧", &changed, &err));
	assert_true(field_open(&w->f, w->s, find(w, "t"), &err));
	assert_true(w->f.fresh && !w->f.dirty);
	field_type(&w->f, 'n', false);
	assert_string_equal(edit_text(w->f.edit), "n");
	field_restore(&w->f, "旧");
	w->f.fresh = false;			/* an arrow was struck */
	field_type(&w->f, 'n', false);
	assert_string_equal(edit_text(w->f.edit), "旧n");
	assert_true(w->f.dirty);
	/* A full one that is edited in its middle stays. */
	assert_true(field_open(&w->f, w->s, find(w, "phone"), &err));
	field_replace(&w->f, "1990000000");
	edit_move(w->f.edit, EDIT_HOME);
	assert_int_equal(field_type(&w->f, '1', false), TYPED_IN);
}

/* ---- the list ----------------------------------------------------------------------- */

static const struct { const char *typed; size_t n; const char *value; } picks[] = {
	{ "", 3, "640181001001" }, { "640181002", 1, "640181002001" }, { "mjt", 1, "640181002001" },
	{ "majia", 1, "640181002001" }, { "西", 1, "640181001002" }, { "002", 2, "640181001002" },
	{ "zzz", 0, "" },
};

static void
narrowing(void **state)
{
	struct world *w = *state;
	struct pick p = { 0 };
	struct err err;

	assert_true(field_open(&w->f, w->s, find(w, "place"), &err));
	for (size_t i = 0; i < COUNT(picks); i++) {
		struct buf value = { 0 };

		pick_open(&p, &w->f.choices, false, "", picks[i].typed);
		CHECK_ROW(picks[i].typed, p.n == picks[i].n);
		CHECK_ROW(picks[i].typed, pick_value(&p, &value) == (picks[i].n > 0));
		CHECK_ROW(picks[i].typed, strcmp(buf_str(&value), picks[i].value) == 0);
		buf_free(&value);
	}
	pick_open(&p, &w->f.choices, false, "640181001002", "");
	assert_int_equal(p.at, 1);
	pick_move(&p, 100);
	assert_int_equal(p.at, 2);
	pick_move(&p, -100);
	assert_int_equal(p.at, 0);
	assert_false(pick_type(&p, 0xff16));		/* a full-width 6 */
	for (const char *c = "40181002001"; *c != '\0'; c++)
		assert_int_equal(pick_type(&p, (unsigned char)*c), c[1] == '\0');
	pick_close(&p);
}

static void
ticking(void **state)
{
	struct world *w = *state;
	struct pick p = { 0 };
	struct buf value = { 0 };
	struct err err;

	assert_true(field_open(&w->f, w->s, find(w, "several"), &err));
	pick_open(&p, &w->f.choices, true, "02", "");
	assert_int_equal(p.at, 1);
	pick_tick(&p);					/* 02 off, on to 10 */
	pick_tick(&p);
	pick_type(&p, 'h');				/* 户主 */
	pick_tick(&p);
	assert_string_equal(edit_text(p.filter), "");
	assert_true(pick_value(&p, &value));
	assert_string_equal(buf_str(&value), "10 01");	/* as they were ticked */
	pick_open(&p, &w->f.choices, true, "11 02 10", "");
	pick_move(&p, -9);
	pick_tick(&p);					/* 01: the fourth */
	pick_tick(&p);					/* 02 off: the rest move up */
	buf_reset(&value);
	assert_true(pick_value(&p, &value));
	assert_string_equal(buf_str(&value), "11 10 01");
	buf_free(&value);
	pick_close(&p);
}

/* ---- the way through ---------------------------------------------------------------- */

static void
say(struct world *w, const struct place *p, struct buf *out)
{
	static const char *const marks[] = { "#", "", "=", "row:", "add:" };

	if (out->len > 0)
		buf_add_char(out, ' ');
	buf_addf(out, "%s", marks[p->item.kind]);
	if (p->row != NODE_NONE)
		buf_addf(out, "%zu/", answers_position(session_answers(w->s), p->row));
	buf_add_str(out, p->item.q->name);
	if (p->item.kind == ITEM_ROW)
		buf_addf(out, "%zu", answers_position(session_answers(w->s), p->item.node));
}

static void
walk(struct world *w, const char *from, int dir, bool list, const char *want)
{
	struct outline *o = outline_new(w->s);
	struct buf way = { 0 };
	struct place at;

	assert_true(outline_place(o, find(w, from), &at));
	say(w, &at, &way);
	while (dir > 0 ? outline_next(o, &at, list, &at) : outline_prev(o, &at, list, &at))
		say(w, &at, &way);
	assert_string_equal(buf_str(&way), want);
	buf_free(&way);
	outline_free(o);
}

static node_id
add_row(struct world *w)
{
	const struct question *repeat;
	struct changed changed;
	struct err err;
	node_id parent, row;

	assert_true(session_find_repeat(w->s, "m", &parent, &repeat, &err));
	assert_true(session_add_row(w->s, parent, repeat, 0, &row, &changed, &err));
	return row;
}

static void
the_way_through_rows(void **state)
{
	struct world *w = *state;
	struct changed changed;
	struct err err;

	walk(w, "day", 1, false, "day before add:m after last");
	walk(w, "last", -1, false, "last after add:m before day phone t d slow months n several place mixed "
	                           "careful relation yn");
	add_row(w);
	add_row(w);
	walk(w, "day", 1, false, "day before 1/name 1/age 2/name 2/age add:m after last");
	walk(w, "after", -1, false, "after add:m 2/age 2/name 1/age 1/name before day phone t d slow months n "
	                            "several place mixed careful relation yn");
	assert_true(session_set(w->s, find(w, "m[2]/name"), "x", &changed, &err));
	walk(w, "m[2]/name", 1, false, "2/name 2/old 2/age add:m after last");
}

static void
rows_as_a_list_pages_and_numbers(void **state)
{
	struct world *w = *state;
	struct outline *o;
	struct place at, to;
	node_id first = add_row(w);

	add_row(w);
	o = outline_new(w->s);
	assert_int_equal(outline_sections(o), 4);
	assert_int_equal(outline_number(o, answers_question(session_answers(w->s), find(w, "before"))), 14);
	assert_string_equal(outline_numbered(o, 14)->name, "before");
	assert_null(outline_numbered(o, 0));
	assert_null(outline_numbered(o, 999));
	/* From the stop after the rows, up through them. */
	assert_true(outline_place(o, find(w, "m[1]/name"), &at));
	assert_true(outline_add_stop(o, &at, &at));
	assert_true(outline_prev(o, &at, true, &at));
	assert_true(at.item.kind == ITEM_ROW && at.item.node != first);
	assert_true(outline_prev(o, &at, true, &at));
	assert_true(at.item.node == first);
	assert_true(outline_prev(o, &at, true, &to));
	assert_string_equal(to.item.q->name, "before");
	assert_true(outline_next(o, &at, true, &to));
	assert_true(to.item.kind == ITEM_ROW);
	/* Pages: row to row, then the next section, calculations included. */
	assert_true(outline_first(o, 1, first, &at));
	assert_true(outline_turn(o, &at, 1, &at));
	assert_int_equal(answers_position(session_answers(w->s), at.row), 2);
	assert_true(outline_turn(o, &at, 1, &at));
	assert_string_equal(at.item.q->name, "total");
	assert_true(outline_turn(o, &at, 1, &at));
	assert_string_equal(at.item.q->name, "last");
	assert_false(outline_turn(o, &at, 1, &to));
	outline_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(typing, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_filled_answer_is_replaced_or_edited, open_world, close_world),
		cmocka_unit_test_setup_teardown(narrowing, open_world, close_world),
		cmocka_unit_test_setup_teardown(ticking, open_world, close_world),
		cmocka_unit_test_setup_teardown(the_way_through_rows, open_world, close_world),
		cmocka_unit_test_setup_teardown(rows_as_a_list_pages_and_numbers, open_world, close_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
