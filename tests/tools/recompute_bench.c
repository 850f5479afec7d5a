/* recompute_bench.c: how long a change takes to reach all that depends on it.
 * Prints a line a case: name, number of things, microseconds a change. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../unit/record/forms_made.h"

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

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

int
main(void)
{
	struct buf yaml = {0};
	struct made m;
	const struct problem *list;
	double start;

	made_chain(&yaml, 5000);
	say("chain: read, compile, first record", 5000, time_open(&yaml, &m));
	say("chain: one answer, all recomputed", 5000, time_set(&m, "q0"));
	say("chain: an answer nothing depends on", 5000, time_set(&m, "other"));
	start = now_us();
	session_problems(m.s, &list);
	say("chain: all problems", 5000, now_us() - start);
	made_close(&m);
	made_rows(&yaml);
	m = made_open(&yaml);
	start = now_us();
	made_set(&m, "n", "1000");
	say("rows: made by repeat_count", 1000, now_us() - start);
	made_set(&m, "rate", "2");
	say("rows: one wage, two sums", 1000, time_set(&m, "r[500]/wage"));
	say("rows: one answer that all rows read", 1000, time_set(&m, "rate"));
	made_close(&m);
	buf_set_str(&yaml,
	    MADE_SETTINGS "- repeat: r\n  survey:\n"
			  "  - {type: decimal, name: wage}\n"
			  "- {type: calculate, name: total, calculation: \"sum(${wage})\"}\n");
	m = made_open(&yaml);
	for (int i = 0; i < 1000; i++) {
		const struct question *r;
		struct err err;
		node_id parent, row;

		if (session_find_repeat(m.s, "r", &parent, &r, &err))
			session_add_row(m.s, parent, r, 0, &row, NULL, &err);
	}
	say("rows: one wage, one sum", 1000, time_set(&m, "r[500]/wage"));
	made_close(&m);
	buf_free(&yaml);
	return 0;
}
