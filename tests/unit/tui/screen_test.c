#include "check.h"

#include "base/buf.h"
#include "tui/layout.h"
#include "tui/lines.h"
#include "tui/pattern.h"
#include "tui/screen.h"

static void
assert_row(const struct screen *s, int n, const char *want)
{
	struct buf out = { 0 };

	screen_row(s, n, &out);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void
wide_characters_stay_whole(void **state)
{
	struct screen *s = screen_new(3, 10, AMBIGUOUS_NARROW);

	(void)state;
	assert_int_equal(screen_put(s, 0, 0, 5, ATTR_PLAIN, "中文字"), 4);
	assert_row(s, 0, "中文");
	assert_int_equal(screen_put(s, 0, 9, 5, ATTR_PLAIN, "中"), 9);	/* half would stick out */
	screen_put(s, 0, 1, 1, ATTR_PLAIN, "x");	/* over a right half */
	assert_row(s, 0, " x文");
	screen_put(s, 0, 2, 1, ATTR_PLAIN, "y");	/* over a left half */
	assert_row(s, 0, " xy");
	screen_put(s, 1, 0, 10, ATTR_PLAIN, "e\xcc\x81t");
	assert_int_equal(screen_at(s, 1, 1)->cp, 't');
	screen_put(s, 5, 0, 10, ATTR_PLAIN, "outside");
	screen_put(s, 0, -1, 10, ATTR_PLAIN, "outside");
	screen_field(s, 2, 0, 6, ATTR_PLAIN, "ab");
	assert_row(s, 2, "ab");
	screen_free(s);
}

static void
stored_text_is_harmless(void **state)
{
	struct screen *s = screen_new(1, 60, AMBIGUOUS_NARROW);

	(void)state;
	screen_put(s, 0, 0, 60, ATTR_PLAIN, "a\033[2Jb\xe2\x80\xae" "c\xe2\x80\x8b" "d\x9b" "e");
	for (int col = 0; col < 60; col++) {
		uint32_t cp = screen_at(s, 0, col)->cp;

		assert_true(cp >= ' ' && cp != 0x202e && cp != 0x200b && !(cp >= 0x7f && cp < 0xa0));
	}
	screen_free(s);
}

static void
han_are_spelt_where_none_are_shown(void **state)
{
	struct screen *s = screen_new(2, 16, AMBIGUOUS_SPELT);

	(void)state;
	assert_int_equal(screen_width(s, "马小明"), 13);
	assert_int_equal(screen_put(s, 0, 1, 16, ATTR_PLAIN, "马小明 3号"), 16);
	assert_row(s, 0, " ma xiao ming  3");
	screen_field(s, 1, 0, 8, ATTR_PLAIN, "单\xff");
	assert_row(s, 1, "shan ?");
	screen_free(s);
}

static const struct { const char *constraint; int length; } lengths[] = {
	{ "regex(., '^1[3-9][0-9]{9}$')", 11 },
	{ "regex(., \"[A-Z]{2}-\\d\\d\")", 5 },
	{ "regex( . , '^G[0-9]{2,3}$' )", 0 },
	{ "regex(., '^[0-9]{10,20}$')", 0 },
	{ "regex(., '^a|b$')", 0 },
	{ "regex(., '^ab*$')", 0 },
	{ "regex(., '^马[0-9]$')", 0 },
	{ "regex(., '^[]x]y$')", 2 },
	{ "regex(., '') ", 0 },
	{ "regex(../a, '^[0-9]$')", 0 },
	{ "regex(., '^[0-9]$') or . = ''", 0 },
	{ "regex(., '^[0-9]{4}$') and . != '0000'", 4 },
	{ "regex(., '^[0-9]{4}$')\nand(. != ../a)", 4 },
	{ "regex(., '^[0-9]{4}$') and . = ../a or . = ''", 0 },
	{ "regex(., '^[0-9]{4}$') != 'x'", 0 },
	{ "string-length(.) = 3", 0 },
	{ "regex(., '^[0-9]{99999}$')", 0 },
	{ "regex(., '^[0-9", 0 },
};

static void
lengths_of_constraints(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++)
		CHECK_ROW(lengths[i].constraint,
		    constraint_length(lengths[i].constraint) == lengths[i].length);
}

/* -1: it does not say. */
static const struct { const char *constraint; long most; } mosts[] = {
	{ ". >= 0 and . <= 12", 12 }, { ". < 13", 12 }, { ".<=5 and . > 0 and . < 100", 5 },
	{ ". <= 12 or . = 99", -1 }, { "not(. <= 12)", -1 }, { ". <= ${most}", -1 },
	{ ". <= 12 and (. > 3 or ../a = ' or ')", 12 }, { ". <= 12 * 2", -1 }, { "", -1 },
	{ "string-length(.) <= 20", -1 }, { ". >= 0 and 'x", -1 }, { ". <= 9999 and . <= ../n", 9999 },
};

static void
mosts_of_constraints(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mosts); i++) {
		long most = -1;

		CHECK_ROW(mosts[i].constraint, constraint_most(mosts[i].constraint, &most) ==
		    (mosts[i].most >= 0));
		CHECK_ROW(mosts[i].constraint, mosts[i].most < 0 || most == mosts[i].most);
	}
}

/* What no answer that holds has in it. */
static const struct { const char *constraint, *lacks, *has; } lacking[] = {
	{ "regex(., '^[0-9]{1,2}-[0-9]{2,4}$')", "+/a ", "0-9" },
	{ "regex(., '^1[3-9][0-9]{9}$')", "+/-", "13" },
	{ "string-length(.) >= 2 and string-length(.) <= 20 and not(regex(., '.*[0-9 ].*'))", "09 ", "a+" },
	{ "not(regex(., '.*[^a-c].*'))", "d9", "abc" },
	{ "not(regex(., '[0-9]+'))", "", "0a" },
	{ "not(regex(., '.*[0-9].*')) or . = '9'", "", "9" },
	{ "not(regex(., '.*[0-9].*') and . = '9')", "", "9" },
	{ "(regex(., 'a+') or regex(., 'b'))", "", "ab" },
	{ "regex(., '^[0-9].*$')", "", "+" }, { "regex(., '^马[0-9]$')", "", "+" },
	{ "regex(., '^\\d+\\.\\d$')", "+a", "1." }, { "regex(., '^[\\w]+$')", "+-", "a_1" },
	{ "regex(., '^[]+]$')", "a", "]+" }, { "regex(., '^[+-]?[0-9]+$')", "/", "+-1" },
	{ "regex(., 'a|b')", "", "ab" }, { "regex(., '[0-9", "", "a" }, { "regex(../x, '^[0-9]$')", "", "a" },
	{ "regex(., '^[0-9]{2') ", "", "a" }, { "", "", "a" }, { "string-length(.) < 5", "", "a" },
};

static void
what_constraints_forbid(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lacking); i++) {
		for (const char *p = lacking[i].lacks; *p != '\0'; p++)
			CHECK_ROW(lacking[i].constraint, constraint_forbids(lacking[i].constraint, *p));
		for (const char *p = lacking[i].has; *p != '\0'; p++)
			CHECK_ROW(lacking[i].constraint, !constraint_forbids(lacking[i].constraint, *p));
	}
}

static const struct slot_want wants[] = {
	{ .label = "姓名", .field = 30 },
	{ .label = "A heading over all columns of the page", .whole = true },
	{ .label = "Per-capita reference for monitoring, which is long", .field = 60 },
	{ .label = "B" },
};

static void
wide_and_narrow(void **state)
{
	struct layout l = { 0 };

	(void)state;
	layout_page(&l, wants, COUNT(wants), 79, 2, AMBIGUOUS_NARROW);
	assert_true(l.wide);
	assert_int_equal(l.label_cols, 31);
	assert_int_equal(l.v[0].lines, 1);
	assert_int_equal(l.v[0].value, 0);
	assert_int_equal(l.v[2].lines, 2);
	assert_int_equal(l.v[3].top, 4);
	assert_int_equal(l.lines, 5);
	assert_int_equal(l.value_col + l.value_cols, 79);
	assert_int_equal(l.v[0].field, 30);
	assert_int_equal(l.v[2].field, l.value_cols - 1);
	layout_page(&l, wants, COUNT(wants), 39, 2, AMBIGUOUS_NARROW);
	assert_false(l.wide);
	assert_int_equal(l.v[0].lines, 2);
	assert_int_equal(l.v[0].value, 1);
	assert_int_equal(l.v[1].value, 0);
	assert_true(l.v[3].top >= 6);
	layout_free(&l);
}

/* What does not apply takes a line, where labels stand above too: "." has room there. */
static void
beside_its_label(void **state)
{
	static const struct slot_want some[] = {
		{ .label = "姓名", .field = 30, .beside = true },
		{ .label = "thirty-four columns of label, exact", .beside = true },
		{ .label = "B", .beside = true },
	};
	struct layout l = { 0 };

	(void)state;
	layout_page(&l, some, COUNT(some), 39, 2, AMBIGUOUS_NARROW);
	assert_int_equal(l.v[0].lines, 1);
	assert_int_equal(l.v[0].value, 0);
	assert_int_equal(l.v[0].value_col, l.label_col + 6);
	assert_int_equal(l.v[1].lines, 2);
	assert_int_equal(l.v[1].value, 1);
	assert_true(l.v[1].value_col < 39 && l.v[1].value_col >= l.label_col + l.v[1].label_cols);
	assert_int_equal(l.lines, 4);
	layout_page(&l, some, COUNT(some), 79, 2, AMBIGUOUS_NARROW);
	assert_int_equal(l.v[0].value_col, l.value_col);
	layout_free(&l);
}

/* Narrow, the window never begins with an answer whose label is out of sight. */
static void
scrolling_keeps_labels(void **state)
{
	struct slot_want many[40];
	struct layout l = { 0 };
	int first = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = (struct slot_want){ .label = "x", .beside = i % 3 == 0 };
	layout_page(&l, many, COUNT(many), 39, 2, AMBIGUOUS_NARROW);
	for (size_t step = 0; step < 2 * COUNT(many); step++) {
		size_t at = step < COUNT(many) ? step : 2 * COUNT(many) - 1 - step, top = 0;

		first = layout_scroll(&l, at, at, first, 15);
		assert_true(l.v[at].top >= first && l.v[at].top + l.v[at].lines <= first + 15);
		while (l.v[top].top < first)
			top++;
		assert_int_equal(l.v[top].top, first);
	}
	layout_free(&l);
}

static void
scrolling_jumps_rarely(void **state)
{
	struct slot_want many[40];
	struct layout l = { 0 };
	int first = 0, jumps = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = (struct slot_want){ .label = "x" };
	layout_page(&l, many, COUNT(many), 79, 2, AMBIGUOUS_NARROW);
	for (size_t i = 0; i < COUNT(many); i++) {
		int now = layout_scroll(&l, i, i, first, 18);

		jumps += now != first;
		first = now;
		assert_true(l.v[i].top >= first && l.v[i].top < first + 18);
	}
	assert_int_equal(jumps, 2);
	for (size_t i = COUNT(many); i-- > 0;) {
		first = layout_scroll(&l, i, i, first, 18);
		assert_true(l.v[i].top >= first && l.v[i].top < first + 18);
	}
	assert_int_equal(first, 0);
	assert_int_equal(layout_scroll(&l, 5, 5, 3, 50), 0);
	/* What was computed below a question comes with it, all that there is room for. */
	assert_int_equal(layout_scroll(&l, 15, 17, 0, 18), 0);
	assert_int_equal(layout_scroll(&l, 15, 18, 0, 18), 14);
	assert_int_equal(layout_scroll(&l, 15, 39, 0, 18), 14);
	assert_int_equal(layout_scroll(&l, 15, 39, 14, 18), 14);
	layout_free(&l);
}

static void
standing_in_a_list(void **state)
{
	struct lines l = { 0 };

	(void)state;
	lines_fit(&l, 0, 10);
	assert_true(lines_key(&l, ACT_DOWN));
	assert_int_equal(l.at, 0);
	lines_fit(&l, 25, 10);
	lines_key(&l, ACT_PGDN);
	lines_key(&l, ACT_PGDN);
	lines_fit(&l, 25, 10);
	assert_int_equal(l.at, 18);
	assert_int_equal(l.first, 9);
	lines_key(&l, ACT_END);
	lines_key(&l, ACT_DOWN);
	lines_fit(&l, 25, 10);
	assert_int_equal(l.at, 24);
	assert_int_equal(l.first, 15);
	lines_fit(&l, 3, 10);			/* most of them went */
	assert_int_equal(l.at, 2);
	assert_int_equal(l.first, 0);
	assert_false(lines_key(&l, ACT_ACCEPT));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wide_characters_stay_whole),
		cmocka_unit_test(stored_text_is_harmless),
		cmocka_unit_test(han_are_spelt_where_none_are_shown),
		cmocka_unit_test(lengths_of_constraints),
		cmocka_unit_test(mosts_of_constraints),
		cmocka_unit_test(what_constraints_forbid),
		cmocka_unit_test(wide_and_narrow), cmocka_unit_test(beside_its_label),
		cmocka_unit_test(scrolling_keeps_labels),
		cmocka_unit_test(scrolling_jumps_rarely),
		cmocka_unit_test(standing_in_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
