#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/pinyin.h"
#include "base/utf8.h"

static const struct { const char *typed, *text; enum pinyin_match match; } searches[] = {
	{ "", "马小明", PINYIN_HEAD }, { "mxm", "马小明", PINYIN_HEAD }, { "mx", "马小明", PINYIN_HEAD },
	{ "mxm", "莫秀梅", PINYIN_HEAD }, { "MXM", "马小明", PINYIN_HEAD }, { "ｍｘ", "马小明", PINYIN_HEAD },
	{ "maxm", "马小明", PINYIN_HEAD }, { "ma xm", "马小明", PINYIN_HEAD },
	{ "maxiaoming", "马小明", PINYIN_HEAD }, { "maxiaomingx", "马小明", PINYIN_NONE },
	{ "马", "马小明", PINYIN_HEAD }, { "马xm", "马小明", PINYIN_HEAD }, { "小明", "马小明", PINYIN_INSIDE },
	{ "xm", "马小明", PINYIN_INSIDE }, { "mm", "马小明", PINYIN_NONE }, { "牛", "马小明", PINYIN_NONE },
	/* u with diaeresis, and two-letter initials */
	{ "lv", "吕小明", PINYIN_HEAD }, { "lxm", "吕小明", PINYIN_HEAD }, { "lu", "吕小明", PINYIN_NONE },
	{ "zg", "张刚", PINYIN_HEAD }, { "zhg", "张刚", PINYIN_HEAD }, { "zhangg", "张刚", PINYIN_HEAD },
	/* several readings: as a surname first, as anything too */
	{ "sxm", "单小明", PINYIN_HEAD }, { "dxm", "单小明", PINYIN_START }, { "shanx", "单小明", PINYIN_HEAD },
	{ "zxm", "曾小明", PINYIN_HEAD }, { "cxm", "曾小明", PINYIN_START }, { "qiu", "仇小明", PINYIN_HEAD },
	{ "piao", "朴小明", PINYIN_HEAD }, { "pu", "朴小明", PINYIN_START },
	{ "mq", "万俟小明", PINYIN_HEAD }, { "wsx", "万俟小明", PINYIN_START }, { "cy", "单于", PINYIN_HEAD },
	{ "lex", "小乐", PINYIN_NONE }, { "xl", "小乐", PINYIN_HEAD }, { "xyue", "小乐", PINYIN_HEAD },
	/* dots and spaces inside names, other letters, characters without a reading */
	{ "amt", "阿米娜·吐尔逊", PINYIN_NONE }, { "amnt", "阿米娜·吐尔逊", PINYIN_HEAD },
	{ "阿米娜吐", "阿米娜·吐尔逊", PINYIN_HEAD }, { "3号", "3号楼", PINYIN_HEAD }, { "3hl", "3号楼", PINYIN_HEAD },
	{ "hl", "3号楼", PINYIN_INSIDE }, { "a", "\U000F0000明", PINYIN_NONE }, { "m", "\U000F0000明", PINYIN_INSIDE },
	{ "x", "", PINYIN_NONE },
};

static void
names_are_found_by_their_sounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(searches); i++)
		CHECK_ROW(searches[i].typed, pinyin_find(searches[i].typed, searches[i].text) == searches[i].match);
}

/* Would take longer than a life if each failure were tried again. */
static void
many_readings_cost_no_more(void **state)
{
	(void)state;
	struct buf typed = { 0 }, text = { 0 };
	for (int i = 0; i < 60; i++) {
		buf_addf(&typed, "a");
		buf_addf(&text, "腌");
	}
	buf_addf(&typed, "b");
	assert_int_equal(pinyin_find(buf_str(&typed), buf_str(&text)), PINYIN_NONE);
	buf_free(&typed);
	buf_free(&text);
}

static const struct { const char *text, *keys; } keys[] = {
	{ "马小明", "mxm" }, { "单小明", "sxm dxm cxm" }, { "阿米娜·吐尔逊", "amntex emntex" },
	{ "3号楼A", "3hla" }, { "", "" }, { "·", "" }, { "吕", "l" },
};

static void
keys_hold_every_way_to_begin(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		struct buf out = { 0 };
		pinyin_keys(keys[i].text, &out);
		if (strcmp(buf_str(&out), keys[i].keys) != 0)
			print_error("%s: %s, not %s\n", keys[i].text, buf_str(&out), keys[i].keys);
		assert_string_equal(buf_str(&out), keys[i].keys);
		buf_free(&out);
	}
}

static void
what_is_typed_as_initials(void **state)
{
	static const struct { const char *typed, *starts; } cases[] = {
		{ "mxm", "mxm" }, { "maxm", "mxm maxm" }, { "ma xm", "mxm maxm" },
		{ "\u9A6Cxm", "mxm" }, { "lvm", "lm lvm" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = { 0 };

		pinyin_starts(cases[i].typed, &out);
		assert_string_equal(buf_str(&out), cases[i].starts);
		buf_free(&out);
	}
}

static void
readings_are_the_dictionary_s(void **state)
{
	(void)state;
	assert_string_equal(pinyin_readings(0x9A6C), "ma");		/* 马 */
	assert_string_equal(pinyin_readings(0x5355), "dan chan shan");	/* 单 */
	assert_string_equal(pinyin_readings(0x5415), "lv");		/* 吕 */
	assert_string_equal(pinyin_readings(0x2B5AF), "fu");		/* beyond the basic plane */
	assert_string_equal(pinyin_readings('a'), "");
	assert_string_equal(pinyin_readings(0x10FFFF), "");
}

static const struct { const char *text, *spelt; } spellings[] = {
	{ "马小明", "ma xiao ming " }, { "单小明", "shan xiao ming " }, { "小单", "xiao dan " },
	{ "01户主", "01hu zhu " }, { "阿米娜·吐尔逊", "a mi na .tu er xun " }, { "３号楼（Ａ）。", "3hao lou (A). " },
	{ "吕", "lv " }, { "“是”—否…", "\"shi \"-fou ..." }, { "é\xcc\x81x", "?x" }, { "\xff", "?" }, { "", "" },
	{ "plain", "plain" },
};

static void
names_are_spelt_in_ascii(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(spellings); i++) {
		struct buf b = { 0 };
		pinyin_spell(spellings[i].text, &b);
		CHECK_ROW(spellings[i].text, strcmp(buf_str(&b), spellings[i].spelt) == 0);
		buf_free(&b);
	}
}

/* Whatever is in the world of characters: ASCII, and as wide as it is said to be. */
static void
every_character_is_spelt(void **state)
{
	(void)state;
	for (uint32_t cp = 0xA1; cp <= 0x10FFFF; cp += cp < 0x30000 ? 1 : 257) {
		char text[5] = "";
		struct buf b = { 0 };
		text[utf8_encode(cp, text)] = '\0';
		pinyin_spell(text, &b);
		for (size_t i = 0; i < b.len; i++)
			if (b.data[i] < ' ' || b.data[i] > '~')
				fail_msg("U+%04X becomes more than ASCII", (unsigned)cp);
		/* Some are said otherwise at the head of a name. */
		if (utf8_width(text, AMBIGUOUS_SPELT) != (int)b.len && cp < 0x4E00)
			fail_msg("U+%04X is not as wide as it is spelt", (unsigned)cp);
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_by_their_sounds),
		cmocka_unit_test(many_readings_cost_no_more),
		cmocka_unit_test(keys_hold_every_way_to_begin),
		cmocka_unit_test(what_is_typed_as_initials),
		cmocka_unit_test(readings_are_the_dictionary_s),
		cmocka_unit_test(names_are_spelt_in_ascii),
		cmocka_unit_test(every_character_is_spelt),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
