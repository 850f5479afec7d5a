/* recompute_bench.c: how long a change takes to reach all that depends on it.
 * Prints a line a case: name, number of things, microseconds a change. */
#include <stdio.h>
#include <string.h>

#include "now_us.h"
#include "../unit/record/forms_made.h"

/* Sets path to other numbers, again and again for half a second. */
static double
time_set(struct made *m, const char *path)
{
	node_id n = made_node(m, path);
	double start = now_us(), spent = 0;
	char value[16];
	struct err err;
	int i = 0;

	for (; spent < 5e5; i++, spent = now_us() - start) {
		snprintf(value, sizeof value, "%d", 10 + i % 900);
		session_set(m->s, n, value, NULL, &err);
	}
	return spent / i;
}

static void
say(const char *what, int n, double us)
{
	printf("%-40s %6d  %10.1f us\n", what, n, us);
}

static double
time_open(struct buf *yaml, struct made *m)
{
	double start = now_us();

	*m = made_open(yaml);
	return now_us() - start;
}

static void
chain(int n)
{
	struct buf yaml = { 0 };
	struct made m;
	const struct problem *list;
	double start;

	made_chain(&yaml, n);
	say("chain: read, compile, first record", n, time_open(&yaml, &m));
	say("chain: one answer, all recomputed", n, time_set(&m, "q0"));
	say("chain: an answer nothing depends on", n, time_set(&m, "other"));
	start = now_us();
	session_problems(m.s, &list);
	say("chain: all problems", n, now_us() - start);
	made_close(&m);
	buf_free(&yaml);
}

/* Rows that a count makes; each has something of its own, and two sums are over all. */
static void
counted_rows(int n)
{
	struct buf yaml = { 0 };
	struct made m;
	char count[16], wage[32];
	double start;

	made_rows(&yaml);
	m = made_open(&yaml);
	snprintf(count, sizeof count, "%d", n);
	snprintf(wage, sizeof wage, "r[%d]/wage", n / 2);
	start = now_us();
	made_set(&m, "n", count);
	say("rows: made by repeat_count", n, now_us() - start);
	made_set(&m, "rate", "2");
	say("rows: one wage, two sums", n, time_set(&m, wage));
	say("rows: one answer that all rows read", n, time_set(&m, "rate"));
	made_close(&m);
	buf_free(&yaml);
}

static void
added_rows(int n)
{
	struct buf yaml = { 0 };
	struct made m;
	char wage[32];

	buf_set_str(&yaml,
	    MADE_SETTINGS "- repeat: r\n  survey:\n"
			  "  - {type: decimal, name: wage}\n"
			  "- {type: calculate, name: total, calculation: \"sum(${wage})\"}\n");
	m = made_open(&yaml);
	for (int i = 0; i < n; i++) {
		const struct question *r;
		struct err err;
		node_id parent, row;

		if (session_find_repeat(m.s, "r", &parent, &r, &err))
			session_add_row(m.s, parent, r, 0, &row, NULL, &err);
	}
	snprintf(wage, sizeof wage, "r[%d]/wage", n / 2);
	say("rows: one wage, one sum", n, time_set(&m, wage));
	made_close(&m);
	buf_free(&yaml);
}

int
main(void)
{
	chain(100);
	chain(1000);
	chain(5000);
	counted_rows(100);
	counted_rows(1000);
	added_rows(100);
	added_rows(1000);
	return 0;
}
