/* lookup_bench.c: what expressions cost over long lists and many rows. Prints a
 * line a case: what, how many things, microseconds once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "now_us.h"
#include "base/buf.h"
#include "base/mem.h"
#include "form/form.h"
#include "form/form_yaml.h"
#include "logic/answers.h"
#include "logic/dataset.h"
#include "logic/expr.h"

static void
say(const char *what, size_t n, double us)
{
	printf("%-58s %7zu %10.2f us\n", what, n, us);
}

struct people {
	size_t n;
	char cell[32];
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

	snprintf(p->cell, sizeof p->cell, column ? "v%zu" : "p%zu", column ? row % 100 : row);
	return p->cell;
}

static const struct dataset *
lend(void *ctx, const char *id)
{
	(void)id;
	return ctx;
}

/* One expression again and again for a fifth of a second. */
static double
time_expr(const char *text, const struct expr_scope *scope, const struct env *env)
{
	struct arena *arena = arena_new();
	struct buf out = { 0 };
	struct err err;
	struct expr *e = expr_compile(text, scope, arena, &err);
	double start, spent = 0;
	long n = 0;

	if (!e || !expr_text(e, env, &out, &err)) {
		fprintf(stderr, "lookup_bench: %s: %s\n", text, err.text);
		exit(1);
	}
	start = now_us();
	for (; spent < 2e5; n++, spent = now_us() - start) {
		buf_reset(&out);
		expr_text(e, env, &out, &err);
	}
	buf_free(&out);
	arena_free(arena);
	return spent / (double)n;
}

static void
lists(size_t n)
{
	static const char *const columns[] = { "id", "village" };
	static const struct dataset_ops ops = { .rows = rows, .cell = cell };
	struct people p = { .n = n };
	struct dataset *d = dataset_new("people", columns, 2, &ops, &p);
	struct env env = { .ctx = d, .dataset = lend };
	struct expr_scope scope = { 0 };
	const uint32_t *found;
	double start = now_us();

	dataset_find(d, 0, "p7", &found);
	say("index of a list, made once", n, now_us() - start);
	say("instance('people')/root/item[id = 'p777']/village", n,
	    time_expr("instance('people')/root/item[id = 'p777']/village", &scope, &env));
	say("pulldata('people', 'village', 'id', 'p777')", n,
	    time_expr("pulldata('people', 'village', 'id', 'p777')", &scope, &env));
	say("the same without an index: [contains(id, 'p777')]", n,
	    time_expr("count(instance('people')/root/item[contains(id, 'p777')])", &scope, &env));
	dataset_free(d);
}

static struct form *
made_form(const char *rest)
{
	struct buf text = { 0 };
	struct faults faults = { 0 };
	struct form *form;

	buf_add_str(&text, "settings: {form_id: b, form_title: B, version: '1'}\n");
	buf_add_str(&text, rest);
	form = form_read_yaml("bench", buf_str(&text), text.len, NULL, &faults);
	buf_free(&text);
	faults_free(&faults);
	return form;
}

static void
choices(size_t n)
{
	struct buf text = { 0 };
	struct form *form;
	struct dataset *d;
	struct answers *a;
	struct arena *arena = arena_new();
	struct err err;
	struct expr_scope scope = { 0 };
	struct env env = { 0 };
	double start, spent = 0;
	long times = 0;

	buf_add_str(&text, "choices:\n  village:\n");
	for (size_t i = 0; i < n; i++)
		buf_addf(&text, "    - {name: v%zu, label: V, town: t%zu}\n", i, i % 100);
	buf_add_str(&text, "survey:\n- {type: text, name: town, label: T}\n"
	    "- {type: select_one village, name: village, label: V, choice_filter: 'town = ${town}'}\n");
	form = made_form(buf_str(&text));
	if (form == NULL) {
		fprintf(stderr, "lookup_bench: %zu choices are no form\n", n);
		exit(1);
	}
	a = answers_new(form);
	d = dataset_of_list(form, form->lists[0]);
	scope.form = form;
	scope.at = scope.list_of = form_find(form, "village", NULL);
	env.answers = a;
	env.context = (struct node){ answers_tree(a),
		answers_seen(a, ANSWERS_ROOT, scope.at) };
	answers_set(a, answers_seen(a, ANSWERS_ROOT, form_find(form, "town", NULL)), "t42");
	start = now_us();
	for (; spent < 2e5; times++, spent = now_us() - start) {
		uint32_t *left;
		size_t left_n;

		if (expr_filter(expr_compile("town = ${town}", &scope, arena, &err), &env, d, &left,
		        &left_n, &err))
			free(left);
	}
	say("choice_filter: town = ${town}", n, spent / (double)times);
	dataset_free(d);
	answers_free(a);
	form_free(form);
	arena_free(arena);
	buf_free(&text);
}

static void
repeats(size_t n)
{
	struct form *form = made_form("survey:\n- repeat: r\n  label: R\n  survey:\n"
	    "  - {type: decimal, name: wage, label: W}\n  - {type: integer, name: age, label: A}\n"
	    "- {type: text, name: z, label: Z}\n");
	struct answers *a = answers_new(form);
	const struct question *r = form_find(form, "r", NULL), *wage = form_find(form, "wage", NULL),
	    *age = form_find(form, "age", NULL);
	struct expr_scope scope = { .form = form };
	struct env env = { .answers = a, .root = { answers_tree(a), 0 },
		.context = { answers_tree(a), ANSWERS_ROOT } };
	static const char *const texts[] = { "sum(${wage})", "count(${r}[age >= 16])",
		"max(${r}/age)", "${z} = ''" };

	for (size_t i = 0; i < n; i++) {
		node_id row = answers_add_row(a, ANSWERS_ROOT, r, 0, "");

		answers_set(a, answers_seen(a, row, wage), "1234.56");
		answers_set(a, answers_seen(a, row, age), "33");
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		say(texts[i], n, time_expr(texts[i], &scope, &env));
	answers_free(a);
	form_free(form);
}

int
main(void)
{
	lists(10000);
	lists(100000);
	choices(10000);
	choices(100000);
	repeats(1000);
	return 0;
}
