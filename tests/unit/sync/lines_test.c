/* Changes gathered into lines: what shares a line, what begins a new one, and
 * that every stamp and every head can be read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/changes.h"
#include "sync/lines.h"

#define E0 "00000000000000000000000000000001"
#define E1 "00000000000000000000000000000002"

static const unsigned char key[32] = { 0xAB }, chain[32] = { 1, 2, 3, 4, 5 };

struct sheet {
	struct names epochs, forms;
	struct lines lines;
	struct buf out;
};

static bool
keep(void *ctx, const char *line, size_t len, struct err *err)
{
	(void)err;
	buf_add(ctx, line, len);
	return true;
}

static struct sheet *
sheet_new(void)
{
	struct sheet *s = xcalloc(1, sizeof *s);

	names_add(&s->epochs, E0, "");
	names_add(&s->epochs, E1, "");
	names_add(&s->forms, "household", "1");
	names_add(&s->forms, "household", "2");
	s->lines = (struct lines){ .epochs = &s->epochs, .forms = &s->forms, .put = keep,
		.ctx = &s->out };
	return s;
}

static void
sheet_free(struct sheet *s)
{
	lines_free(&s->lines);
	names_free(&s->epochs);
	names_free(&s->forms);
	buf_free(&s->out);
	free(s);
}

static struct change
change(int64_t seq, const char *field, const char *value)
{
	return (struct change){ .epoch = E1, .seq = seq, .hlc = (5ull << 16) + (uint64_t)seq,
		.record = "r1", .row = "", .field = field, .value = value, .reason = "",
		.author = "w07", .form = "household", .version = "2", .chain = chain,
		.record_key = key, .tx = 1 };
}

static void
add(struct sheet *s, struct change c)
{
	struct err err;

	assert_true(lines_add(&s->lines, &c, &err));
}

static const char *
end(struct sheet *s)
{
	struct err err;

	assert_true(lines_end(&s->lines, &err));
	return buf_str(&s->out);
}

static void
one_transaction_of_one_row_is_one_line(void **state)
{
	struct sheet *s = sheet_new();

	(void)state;
	add(s, change(7, "a", "1"));
	add(s, change(8, "b", NULL));
	assert_string_equal(end(s),
	    "{\"a\":\"w07\",\"c\":[[\"a\",\"1\",null,0],[\"b\",null,null,0]],\"e\":1,\"f\":1,"
	    "\"h\":\"0000000000050007\",\"k\":\"t\",\"q\":7,\"r\":\"r1\"}\n");
	assert_int_equal(s->lines.count, 1);
	assert_int_equal(s->lines.changes, 2);
	sheet_free(s);
}

static void
what_differs_begins_a_new_line(void **state)
{
	(void)state;
	for (int what = 0; what < 9; what++) {
		struct sheet *s = sheet_new();
		struct change c = change(8, "b", "2");

		add(s, change(7, "a", "1"));
		if (what == 0)
			c.tx = 2;
		if (what == 1)
			c.record = "r2";
		if (what == 2)
			c.row = "w1";
		if (what == 3)
			c.author = "w08";
		if (what == 4)
			c.version = "1";
		if (what == 5)
			c.flags = CHANGE_CLOCK;
		if (what == 6)
			c.seq = 9;		/* a gap */
		if (what == 7)
			c.hlc += 3;		/* a stamp the reader could not compute */
		if (what == 8)
			c.epoch = E0;
		add(s, c);
		end(s);
		assert_int_equal(s->lines.count, 2);
		sheet_free(s);
	}
}

static void
stamps_read_back(void **state)
{
	struct sheet *s = sheet_new();
	struct change c = change(1, "a", "1");

	(void)state;
	c.hlc = (9ull << 16) + 0xFFFF;
	add(s, c);
	c = change(2, "b", "2");
	c.hlc = 10ull << 16;		/* the counter was full: one millisecond on */
	add(s, c);
	c = change(3, "c", "3");
	c.hlc = 1234ull << 16;
	add(s, c);
	c = change(4, "d", "4");
	c.hlc = (1234ull << 16) + 1;
	add(s, c);
	assert_string_equal(end(s),
	    "{\"a\":\"w07\",\"c\":[[\"a\",\"1\",null,0],[\"b\",\"2\",null,1],"
	    "[\"c\",\"3\",null,1224],[\"d\",\"4\",null,0]],\"e\":1,\"f\":1,"
	    "\"h\":\"000000000009ffff\",\"k\":\"t\",\"q\":1,\"r\":\"r1\"}\n");
	sheet_free(s);
}

static void
heads_keys_rows_and_reasons(void **state)
{
	struct change_ref one = { E1, 3, { 0 } };
	struct change_ref two[2] = { { E1, 3, { 0xDE, 0xAD, 0xBE, 0xEF, 9 } }, { E0, 12, { 1 } } };
	struct sheet *s = sheet_new();
	struct change c = change(7, "a", NULL);

	(void)state;
	c.record_first = true;
	c.row = "w1";
	c.flags = CHANGE_CLOCK | CHANGE_IMPORT;
	c.prev = &one;
	c.prev_n = 1;
	c.reason = "refused";
	add(s, c);
	c.seq++;
	c.hlc++;
	c.prev = two;
	c.prev_n = 2;
	c.reason = "";
	add(s, c);
	assert_string_equal(end(s),
	    "{\"a\":\"w07\",\"c\":[[\"a\",null,-4,0,\"refused\"],"
	    "[\"a\",null,[[1,3,\"deadbeef\"],[0,12,\"01000000\"]],0]],\"e\":1,\"f\":1,\"g\":5,"
	    "\"h\":\"0000000000050007\",\"k\":\"t\",\"q\":7,\"r\":\"r1\",\"rk\":\"ab"
	    "00000000000000000000000000000000000000000000000000000000000000\",\"w\":\"w1\"}\n");
	sheet_free(s);
}

static void
lines_stay_within_the_limit(void **state)
{
	struct sheet *s = sheet_new();
	struct buf big = { 0 };
	size_t from = 0, seen = 0;

	(void)state;
	while (big.len < 16000)
		buf_add_str(&big, "\"\n");
	for (int i = 1; i <= 40; i++)
		add(s, change(i, "memo", buf_str(&big)));
	end(s);
	assert_int_equal(s->lines.changes, 40);
	assert_true(s->lines.count > 1);
	while (from < s->out.len) {
		size_t len = (size_t)(strchr(s->out.data + from, '\n') - (s->out.data + from)) + 1;
		json_t *v = json_loadb(s->out.data + from, len, 0, NULL);

		assert_true(len <= LINE_LIMIT);
		assert_non_null(v);
		assert_int_equal(json_integer_value(json_object_get(v, "q")), seen + 1);
		seen += json_array_size(json_object_get(v, "c"));
		json_decref(v);
		from += len;
	}
	assert_int_equal(seen, 40);
	buf_free(&big);
	sheet_free(s);
}

static void
a_change_longer_than_a_line_is_an_error(void **state)
{
	struct sheet *s = sheet_new();
	struct buf big = { 0 };
	struct change c;
	struct err err;

	(void)state;
	while (big.len < 70000)
		buf_add_char(&big, 'x');
	c = change(1, "memo", buf_str(&big));
	assert_true(lines_add(&s->lines, &c, &err));
	assert_false(lines_end(&s->lines, &err));
	assert_non_null(strstr(err.text, "too long"));
	buf_free(&big);
	sheet_free(s);
}

static void
unknown_epochs_and_forms_are_errors(void **state)
{
	struct change_ref gone = { "ffffffffffffffffffffffffffffffff", 1, { 0 } };
	struct sheet *s = sheet_new();
	struct change c = change(1, "a", "1");
	struct err err;

	(void)state;
	c.version = "3";
	assert_false(lines_add(&s->lines, &c, &err));
	c = change(1, "a", "1");
	c.epoch = gone.epoch;
	assert_false(lines_add(&s->lines, &c, &err));
	c = change(1, "a", "1");
	c.prev = &gone;
	c.prev_n = 1;
	assert_false(lines_add(&s->lines, &c, &err));
	sheet_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_transaction_of_one_row_is_one_line),
		cmocka_unit_test(what_differs_begins_a_new_line),
		cmocka_unit_test(stamps_read_back),
		cmocka_unit_test(heads_keys_rows_and_reasons),
		cmocka_unit_test(lines_stay_within_the_limit),
		cmocka_unit_test(a_change_longer_than_a_line_is_an_error),
		cmocka_unit_test(unknown_epochs_and_forms_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
