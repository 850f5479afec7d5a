/* Tables as instances: the hash index, and that look-ups go through it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "logic/dataset.h"
#include "logic/expr.h"

/* n people: id "p0", "p1" ...; village "v" and the last two digits; age n mod
 * 100. Counts how often a cell is asked for. Cells are made in one place, as a
 * database would: the text before is gone. */
struct people {
	size_t n;
	uint64_t version;
	const char *rename;	/* what the first one is called now */
	char cell[40];
	size_t asked;
};

static size_t
rows(void *ctx)
{
	return ((struct people *)ctx)->n;
}

static const char *
cell(void *ctx, size_t row, size_t column)
{
	struct people *p = ctx;

	p->asked++;
	if (row == 0 && column == 0 && p->rename)
		return p->rename;
	if (column == 0)
		snprintf(p->cell, sizeof p->cell, "p%zu", row);
	else if (column == 1)
		snprintf(p->cell, sizeof p->cell, "v%02zu", row % 100);
	else
		snprintf(p->cell, sizeof p->cell, "%zu", row % 100);
	return p->cell;
}

static uint64_t
version(void *ctx)
{
	return ((struct people *)ctx)->version;
}

static const struct dataset_ops ops = { .rows = rows, .cell = cell, .version = version };
static const char *const columns[] = { "id", "village", "age" };

static struct dataset *
people(struct people *p, size_t n)
{
	*p = (struct people){ .n = n };
	return dataset_new("people", columns, 3, &ops, p);
}

static void
test_find(void **state)
{
	struct people p;
	struct dataset *d = people(&p, 1000);
	const uint32_t *found;

	(void)state;
	assert_int_equal(dataset_find(d, 0, "p7", &found), 1);
	assert_int_equal(found[0], 7);
	assert_int_equal(dataset_find(d, 0, "nobody", &found), 0);
	assert_int_equal(dataset_find(d, 0, "", &found), 0);
	assert_int_equal(dataset_find(d, 1, "v07", &found), 10);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(found[i], 7 + i * 100);
	dataset_free(d);
}

static void
test_empty(void **state)
{
	struct people p;
	struct dataset *d = people(&p, 0);
	const uint32_t *found;

	(void)state;
	assert_int_equal(dataset_find(d, 0, "p7", &found), 0);
	assert_int_equal(dataset_rows(d), 0);
	dataset_free(d);
}

/* A changed table is indexed anew, and only then. */
static void
test_version(void **state)
{
	struct people p;
	struct dataset *d = people(&p, 100);
	const uint32_t *found;

	(void)state;
	assert_int_equal(dataset_find(d, 0, "p0", &found), 1);
	p.asked = 0;
	assert_int_equal(dataset_find(d, 0, "p50", &found), 1);
	assert_true(p.asked <= 2);
	p.rename = "other";
	p.version++;
	assert_int_equal(dataset_find(d, 0, "p0", &found), 0);
	assert_int_equal(dataset_find(d, 0, "other", &found), 1);
	assert_true(p.asked >= 100);
	dataset_free(d);
}

/* ---- expressions over it ---------------------------------------------------------- */

static const struct dataset *
lend(void *ctx, const char *id)
{
	return !strcmp(id, "people") ? ctx : NULL;
}

/* The text of an expression, worked out within `limit` operations. */
static void
gives(struct dataset *d, const char *text, long limit, const char *want)
{
	struct expr_scope scope = { 0 };
	struct env env = { .ctx = d, .dataset = lend, .limit = limit };
	struct arena *arena = arena_new();
	struct buf out = { 0 };
	struct err err = { 0 };
	struct expr *e = expr_compile(text, &scope, arena, &err);

	if (!e || !expr_text(e, &env, &out, &err))
		buf_addf(&out, "!%s", err.text);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
	arena_free(arena);
}

#define GIVEN_UP "!this takes too long to work out and was given up"

/* Looking one up among 100,000 costs a handful of operations and cells. */
static void
test_look_up(void **state)
{
	struct people p;
	struct dataset *d = people(&p, 100000);

	(void)state;
	gives(d, "instance('people')/root/item[id = 'p77777']/village", 30, "v77");
	p.asked = 0;
	gives(d, "instance('people')/root/item[id = 'p31415']/age", 30, "15");
	gives(d, "pulldata('people', 'age', 'id', 'p31415')", 10, "15");
	gives(d, "instance('people')/root/item[id = concat('p', 3, '1415')]/age", 40, "15");
	gives(d, "instance('people')/root/item['p31415' = id]/age", 30, "15");
	gives(d, "instance('people')/root/item[id = 'p31415' and age > 14]/age", 40, "15");
	gives(d, "instance('people')/root/item[age > 14 and id = 'p31415']/age", 40, "15");
	gives(d, "instance('people')/root/item[id = 'p31415'][age = 15]/age", 40, "15");
	gives(d, "instance('people')/root/item[id = 'nobody']/age", 30, "");
	assert_true(p.asked < 100);
	gives(d, "count(instance('people')/root/item[village = 'v07'])", 15000, "1000");
	dataset_free(d);
}

/* A place asked for, a number or an `or` need every row; the answer is the same
 * as that of an index would be, and the limit holds. */
static void
test_no_index(void **state)
{
	struct people p;
	struct dataset *d = people(&p, 1000);

	(void)state;
	gives(d, "count(instance('people')/root/item[age = 7])", 20000, "10");
	gives(d, "count(instance('people')/root/item[age = 007])", 20000, "10");
	gives(d, "instance('people')/root/item[village = 'v07' and position() = 108]/id", 30000,
	    "p107");
	gives(d, "instance('people')/root/item[village = 'v07'][2]/id", 200, "p107");
	gives(d, "count(instance('people')/root/item[id = 'p1' or id = 'p2'])", 30000, "2");
	gives(d, "count(instance('people')/root/item[age = 7])", 500, GIVEN_UP);
	dataset_free(d);
}

static void
test_tree(void **state)
{
	struct people p;
	struct dataset *d = people(&p, 3);

	(void)state;
	gives(d, "count(instance('people')/root/item)", 0, "3");
	gives(d, "count(instance('people')//*)", 0, "13");
	gives(d, "name(instance('people')/root/item[2]/*[last()])", 0, "age");
	gives(d, "string(instance('people')/root/item[2])", 0, "p1v011");
	gives(d, "instance('people')/root/item[2]/following-sibling::item/id", 0, "p2");
	gives(d, "instance('people')/root/item[2]/preceding-sibling::item/id", 0, "p0");
	gives(d, "position(instance('people')/root/item[3])", 0, "3");
	gives(d, "join(',', instance('people')/root/item/id)", 0, "p0,p1,p2");
	gives(d, "join(',', instance('people')/root/item/id[. != 'p1']/../age)", 0, "0,2");
	gives(d, "instance('people')/root/item[id = instance('people')/root/item[3]/id]/age", 0,
	    "2");
	gives(d, "count(instance('people')/root/item/id/text())", 0, "3");
	gives(d, "instance('people')/root/item[1]/id = 'p0'", 0, "true");
	dataset_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_look_up),
		cmocka_unit_test(test_no_index),
		cmocka_unit_test(test_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
