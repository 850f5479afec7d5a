/* near.c, tr.c and edit.c */
#include "check.h"

#include "base/buf.h"
#include "base/edit.h"
#include "base/near.h"
#include "base/tr.h"

static const char *const names[] = { "age", "wage", "name", "household_id", "id_number", "gender",
	"性别", "a_name_that_is_far_longer_than_any_that_a_person_would_type_into_a_form" };

static const struct { const char *wanted, *best; } misspelt[] = {
	{ "agee", "age" }, { "aeg", "age" }, { "AGE", "age" }, { "wgae", "wage" }, { "nmae", "name" },
	{ "houshold_id", "household_id" }, { "houeshold-id", "household_id" }, { "id_numbr", "id_number" },
	{ "gendr", "gender" }, { "x", NULL }, { "zzzzzz", NULL }, { "", NULL }, { "ag", "age" },
	{ "household", "household_id" }, { "hous", NULL }, { "性", NULL },
	{ "a_name_that_is_far_longer_than_any_that_a_person_would_type_into_a_form", NULL },
};

static void
did_you_mean(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(misspelt); i++) {
		struct near near;

		near_start(&near, misspelt[i].wanted);
		for (size_t k = 0; k < COUNT(names); k++)
			near_try(&near, names[k]);
		if ((near.best == NULL) != (misspelt[i].best == NULL) ||
		    (near.best != NULL && strcmp(near.best, misspelt[i].best) != 0))
			fail_msg("%s: %s", misspelt[i].wanted, near.best != NULL ? near.best : "nothing");
	}
}

static void
two_languages(void **state)
{
	static const char sentence[] = "an X stands only at the end of an ID number";

	(void)state;
	assert_string_equal(tr_lang(), "en");
	assert_ptr_equal(tr(sentence), sentence);
	tr_use("zh");
	assert_string_equal(tr_lang(), "zh");
	assert_string_equal(tr(sentence), "X只能出现在身份证号末位");
	assert_string_equal(tr("no catalogue has this"), "no catalogue has this");
	assert_string_equal(tr(""), "");
	tr_use("fr");
	assert_string_equal(tr_lang(), "en");
	tr_use(NULL);
	assert_ptr_equal(tr(sentence), sentence);
}

/* A line of keys: < > left right, { } home end, ( ) word left and right,
 * b d erase back and forward, anything else is inserted. */
static void
play(struct edit *edit, const char *keys)
{
	static const char moves[] = "<>{}()";
	const char *m;

	for (; *keys != '\0'; keys++)
		if ((m = strchr(moves, *keys)) != NULL)
			edit_move(edit, (enum edit_move)(m - moves));
		else if (*keys == 'b')
			edit_erase_back(edit);
		else if (*keys == 'd')
			edit_erase_forward(edit);
		else
			edit_insert(edit, keys, 1);
}

static const struct { const char *before, *keys, *after; size_t cursor; } edits[] = {
	{ "", "xyz", "xyz", 3 }, { "xyz", "<<1", "x1yz", 2 }, { "xyz", "{1}2", "1xyz2", 5 },
	{ "中文", "<b", "文", 0 }, { "中文", "{d", "文", 0 }, { "中文", "<<<<1", "1中文", 1 },
	{ "e\u0301x", "<<d", "x", 0 }, { "e\u0301x", "<b", "x", 0 }, { "ye\u0301", "b", "y", 1 },
	{ "one two", "(1", "one 1two", 5 }, { "one two", "((1", "1one two", 1 },
	{ "one two", "{)1", "one 1two", 5 }, { "one  two", "((()))1", "one  two1", 9 },
	{ "", "b<d>", "", 0 }, { "中", "{>1", "中1", 4 },
};

static void
a_line_under_a_cursor(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(edits); i++) {
		struct edit *edit = edit_new(0);

		edit_set(edit, edits[i].before);
		play(edit, edits[i].keys);
		CHECK_TEXT(edits[i].keys, edit_text(edit), edits[i].after);
		CHECK_ROW(edits[i].keys, edit_cursor(edit) == edits[i].cursor);
		edit_free(edit);
	}
	edit_free(NULL);
}

static void
no_more_than_there_is_room_for(void **state)
{
	struct edit *edit = edit_new(7);

	(void)state;
	assert_string_equal(edit_text(edit), "");
	assert_false(edit_move(edit, EDIT_LEFT));
	assert_false(edit_erase_back(edit));
	assert_false(edit_erase_forward(edit));
	assert_true(edit_insert(edit, "中文", 6));
	assert_false(edit_insert(edit, "字", 3));
	assert_false(edit_insert(edit, "\xe4", 1));
	assert_string_equal(edit_text(edit), "中文");
	assert_true(edit_insert(edit, "x", 1));
	assert_false(edit_insert(edit, "y", 1));
	assert_true(edit_move(edit, EDIT_LEFT));
	assert_true(edit_move(edit, EDIT_HOME));
	assert_false(edit_move(edit, EDIT_HOME));
	edit_set(edit, "家庭成员");	/* cut at a character */
	assert_string_equal(edit_text(edit), "家庭");
	assert_int_equal(edit_cursor(edit), 6);
	edit_set(edit, edit_text(edit));
	assert_string_equal(edit_text(edit), "家庭");
	edit_free(edit);
}

static void
xml(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_add_xml(&b, "a<b> & \"c\"\td\r\n\001\xEF\xBF\xBF马");
	assert_string_equal(buf_str(&b),
	    "a&lt;b&gt; &amp; &quot;c&quot;\td&#13;&#10;\xEF\xBF\xBD\xEF\xBF\xBD马");
	buf_set_str(&b, "<a x=\"1\"><b");
	buf_add_xml_attribute(&b, "x", "<\"");
	buf_add_xml_attribute(&b, "ref", "r x=");
	buf_add_xml_attribute(&b, "x", "2");
	assert_string_equal(buf_str(&b), "<a x=\"1\"><b x=\"&lt;&quot;\" ref=\"r x=\"");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xml),
		cmocka_unit_test(did_you_mean),
		cmocka_unit_test(two_languages),
		cmocka_unit_test(a_line_under_a_cursor),
		cmocka_unit_test(no_more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
