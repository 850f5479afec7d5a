#include "check.h"

#include "base/buf.h"
#include "base/utf8.h"

#define N AMBIGUOUS_NARROW
#define W AMBIGUOUS_WIDE

static const struct { const char *bytes; uint32_t cp; size_t used; } decoded[] = {
	{ "A", 'A', 1 }, { "\x7f", 0x7f, 1 }, { "é", 0xe9, 2 }, { "中", 0x4e2d, 3 }, { "😀", 0x1f600, 4 },
	{ "\xef\xbf\xbd", 0xfffd, 3 }, { "\xf4\x8f\xbf\xbf", 0x10ffff, 4 },
	{ "\x80", 0xfffd, 1 }, { "\xc0\x80", 0xfffd, 1 }, { "\xc1\xbf", 0xfffd, 1 },
	{ "\xe0\x80\x80", 0xfffd, 1 }, { "\xed\xa0\x80", 0xfffd, 1 }, { "\xf0\x80\x80\x80", 0xfffd, 1 },
	{ "\xf4\x90\x80\x80", 0xfffd, 1 }, { "\xf5\x80\x80\x80", 0xfffd, 1 }, { "\xe4\xb8", 0xfffd, 1 },
	{ "\xe4", 0xfffd, 1 }, { "\xe4\xb8\x41", 0xfffd, 1 }, { "\xff", 0xfffd, 1 },
};

static void
code_points(void **state)
{
	size_t used;
	char out[4];

	(void)state;
	for (size_t i = 0; i < COUNT(decoded); i++) {
		size_t len = strlen(decoded[i].bytes);

		CHECK_ROW(decoded[i].bytes, utf8_next(decoded[i].bytes, len, &used) == decoded[i].cp);
		CHECK_ROW(decoded[i].bytes, used == decoded[i].used);
		if (used == len && decoded[i].cp != 0xfffd)
			CHECK_ROW(decoded[i].bytes, utf8_encode(decoded[i].cp, out) == len &&
			    memcmp(out, decoded[i].bytes, len) == 0);
		CHECK_ROW(decoded[i].bytes, utf8_valid(decoded[i].bytes, len) ==
		    (decoded[i].cp != 0xfffd || decoded[i].used == 3));
	}
	utf8_next("x", 0, &used);
	assert_int_equal(used, 0);
	assert_int_equal(utf8_encode(0xd800, out), 3);
	assert_memory_equal(out, "\xef\xbf\xbd", 3);
	assert_false(utf8_valid("a\0b", 3));
	assert_true(utf8_valid("", 0));
	assert_int_equal(utf8_length("a中😀"), 3);
	for (uint32_t cp = 1; cp < 0x110000; cp++) {
		size_t n = utf8_encode(cp, out);

		if ((cp < 0xd800 || cp > 0xdfff) && (utf8_next(out, n, &used) != cp || used != n))
			fail_msg("U+%04X", cp);
	}
}

static const struct { const char *text; int narrow, wide; } widths[] = {
	{ "", 0, 0 }, { "abc", 3, 3 }, { "中文", 4, 4 }, { "，。：（）！？、；", 18, 18 },
	{ "─│┌", 3, 6 }, { "■●①×→“…—·", 9, 18 }, { "€", 1, 2 }, { "✓", 1, 1 }, { "é", 1, 2 },
	{ "e\u0301", 1, 1 }, { "한", 2, 2 }, { "\u1112\u1161\u11ab", 2, 2 }, { "😀", 2, 2 },
	{ "𠮷", 2, 2 }, { "㑇", 2, 2 }, { "a\u200bb", 2, 2 }, { "\t\x1b", 0, 0 }, { "\x80", 1, 2 },
	{ "　", 2, 2 }, { "ｱ", 1, 1 }, { "０", 2, 2 },
};

static void
columns_on_the_terminal(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(widths); i++) {
		CHECK_ROW(widths[i].text, utf8_width(widths[i].text, N) == widths[i].narrow);
		CHECK_ROW(widths[i].text, utf8_width(widths[i].text, W) == widths[i].wide);
	}
	assert_int_equal(utf8_width_n("中文", 3, N), 2);
	assert_int_equal(utf8_cp_width(0x9fff, N), 2);
	assert_int_equal(utf8_cp_width(0x2fffd, N), 2);
	assert_int_equal(utf8_cp_width(0xe000, W), 2);
}

static const struct { const char *text; int clusters; } clustered[] = {
	{ "", 0 }, { "ab", 2 }, { "中e\u0301\u0302b", 3 }, { "\u0301a", 2 }, { "a\n\u0301", 3 },
	{ "\x80\x80", 2 }, { "\xe4\xb8", 2 }, { "é中😀", 3 },
};

static void
clusters_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(clustered); i++) {
		const char *s = clustered[i].text;
		size_t len = strlen(s), ends[8], at = 0;
		int n = 0;

		while (at < len)
			ends[n++] = at = utf8_cluster_next(s, len, at);
		CHECK_ROW(s, n == clustered[i].clusters);
		while (n > 0) {
			CHECK_ROW(s, at == ends[n - 1]);
			at = utf8_cluster_prev(s, at);
			n--;
		}
		CHECK_ROW(s, at == 0);
	}
	assert_int_equal(utf8_cluster_next("ab", 2, 2), 2);
	assert_int_equal(utf8_cluster_prev("ab", 0), 0);
}

static const struct { const char *text; int cols; size_t bytes; int got; } fitted[] = {
	{ "abc", 2, 2, 2 }, { "abc", 9, 3, 3 }, { "中文", 3, 3, 2 }, { "中文", 4, 6, 4 },
	{ "中文", 1, 0, 0 }, { "ae\u0301b", 2, 4, 2 }, { "abc", 0, 0, 0 },
};

static void
what_fits(void **state)
{
	int got;

	(void)state;
	for (size_t i = 0; i < COUNT(fitted); i++) {
		CHECK_ROW(fitted[i].text,
		    utf8_fit(fitted[i].text, fitted[i].cols, N, &got) == fitted[i].bytes);
		CHECK_ROW(fitted[i].text, got == fitted[i].got);
	}
	assert_int_equal(utf8_fit("─a", 2, W, &got), 3);
	assert_int_equal(got, 2);
}

/* Lines as they come, each in [ ]. */
static const struct { const char *text; int cols; const char *lines; } wrapped[] = {
	{ "", 10, "" }, { "one two", 10, "[one two]" }, { "one two", 5, "[one][two]" },
	{ "one   two", 5, "[one][two]" }, { "one two ", 7, "[one two]" }, { "toolongword", 4, "[tool][ongw][ord]" },
	{ "家庭成员", 4, "[家庭][成员]" }, { "家庭成员", 5, "[家庭][成员]" },
	{ "家庭，成员", 4, "[家][庭，][成员]" }, { "见（表一）", 4, "[见][（表][一）]" },
	{ "a\nb", 9, "[a][b]" }, { "a\n\nb", 9, "[a][][b]" }, { "ab \ncd", 2, "[ab][cd]" },
	{ "中", 1, "[中]" }, { "键F2保存", 4, "[键F2][保存]" }, { "，，，", 2, "[，][，][，]" },
	{ "see (a b)", 6, "[see (a][b)]" }, { "see (a b)", 5, "[see][(a b)]" },
};

static void
lines_of_a_width(void **state)
{
	struct buf b = { 0 };
	size_t next;

	(void)state;
	for (size_t i = 0; i < COUNT(wrapped); i++) {
		buf_reset(&b);
		for (const char *s = wrapped[i].text; *s != '\0'; s += next) {
			size_t n = utf8_wrap(s, wrapped[i].cols, N, &next);

			CHECK_ROW(wrapped[i].text, next > 0 && n <= next);
			buf_addf(&b, "[%.*s]", (int)n, s);
		}
		CHECK_TEXT(wrapped[i].text, buf_str(&b), wrapped[i].lines);
	}
	assert_int_equal(utf8_wrap("", 5, N, &next), 0);
	assert_int_equal(next, 0);
	buf_free(&b);
}

static void
full_width_to_ascii(void **state)
{
	static const char *const rows[][2] = {
		{ "１２３ＡＢｃ", "123ABc" }, { "１．５", "1.5" }, { "１。５", "1.5" }, { "（－）", "(-)" },
		{ "　", " " }, { "中文", "中文" }, { "～", "~" }, { "a\x80z", "a\x80z" }, { "", "" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&b);
		utf8_fold(rows[i][0], &b);
		CHECK_TEXT(rows[i][0], buf_str(&b), rows[i][1]);
	}
	buf_free(&b);
}

static void
nothing_harmful_reaches_a_screen(void **state)
{
	static const char *const rows[][2] = {
		{ "马秀兰 abc", "马秀兰 abc" }, { "\x1b[2J", "^[[2J" }, { "\x7f\t\n\x01", "^?^I^J^A" },
		{ "\xc2\x9b" "2J", "?2J" }, { "a\u202e" "b\u2066", "a?b?" }, { "a\u200b\u200d\ufeff", "a???" },
		{ "\xff\xfe", "??" }, { "\u2028", "?" }, { "\ufffd", "\ufffd" }, { "e\u0301", "e\u0301" },
		{ "\U000e0041\u3164\u00ad", "???" }, { "\uffff\U0001fffe", "??" },
	};
	struct buf b = { 0 }, twice = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&b);
		buf_reset(&twice);
		utf8_harmless(rows[i][0], &b);
		CHECK_TEXT(rows[i][0], buf_str(&b), rows[i][1]);
		utf8_harmless(buf_str(&b), &twice);
		CHECK_TEXT(rows[i][0], buf_str(&twice), rows[i][1]);
	}
	/* Whatever passes is seen: no code point that takes no column and joins
	 * nothing, but combining marks, comes out. */
	for (uint32_t cp = 1; cp < 0x110000; cp++) {
		char s[5] = "";

		s[utf8_encode(cp, s)] = '\0';
		buf_reset(&b);
		utf8_harmless(s, &b);
		for (size_t i = 0; i < b.len; i++)
			if ((unsigned char)b.data[i] < 0x20 || b.data[i] == 0x7f)
				fail_msg("U+%04X lets a control through", cp);
		if (!utf8_valid(b.data, b.len))
			fail_msg("U+%04X becomes invalid", cp);
	}
	buf_free(&b);
	buf_free(&twice);
}

/* Whatever bytes come, every function stays inside them, comes to its end, and
 * agrees with the others. Bytes that start and go on with characters are as
 * frequent as plain ones, and Han, marks and punctuation too. */
static void
any_bytes_at_all(void **state)
{
	static const char *const pieces[] = { "a", " ", "\n", "中", "，", "（", "e\u0301", "\u200b",
		"\xe4", "\xb8", "\xf0\x9f", "\xff", "\xc0", "😀", "\x1b", "９" };
	struct buf text = { 0 }, out = { 0 };
	uint64_t x = 88172645463325252u;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		const char *s;
		size_t next, bytes = 0, clusters = 0, back = 0;

		buf_reset(&text);
		for (int i = 0; i < round % 40; i++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			buf_add_str(&text, pieces[x % COUNT(pieces)]);
		}
		s = buf_str(&text);
		for (size_t at = 0; at < text.len; clusters++)
			at = utf8_cluster_next(s, text.len, at);
		for (size_t at = text.len; at > 0; back++)
			at = utf8_cluster_prev(s, at);
		assert_int_equal(clusters, back);
		for (const char *line = s; *line != '\0'; line += next) {
			int got, cols = (int)(x % 7) + 1;
			size_t n = utf8_wrap(line, cols, N, &next), fit;

			assert_true(next > 0 && n <= next);
			fit = utf8_fit(line, cols, N, &got);
			assert_true(got <= cols && fit <= strlen(line));
			assert_true(n <= fit || fit == 0);
			bytes += next;
		}
		assert_int_equal(bytes, text.len);
		buf_reset(&out);
		utf8_harmless(s, &out);
		assert_true(utf8_valid(buf_str(&out), out.len));
		buf_reset(&out);
		utf8_fold(s, &out);
		assert_true(out.len <= text.len);
	}
	buf_free(&text);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_points),
		cmocka_unit_test(columns_on_the_terminal),
		cmocka_unit_test(clusters_both_ways),
		cmocka_unit_test(what_fits),
		cmocka_unit_test(lines_of_a_width),
		cmocka_unit_test(full_width_to_ascii),
		cmocka_unit_test(nothing_harmful_reaches_a_screen),
		cmocka_unit_test(any_bytes_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
