/* form_bench.c FILE [PATH=ANSWER | PATH~ANSWER,ANSWER | PATH?]...: what a form costs
 * without the program's start and the disk: reading and compiling it, opening a
 * record, and then, in the order given, an answer set once (=), two answers set in
 * turn (~) and the list of choices a person would be shown (?), each of the last
 * two again and again. The least of what was measured is printed, in microseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "now_us.h"
#include "base/buf.h"
#include "form/form_read.h"
#include "logic/logic.h"
#include "record/session.h"

enum { TIMES = 200, LOADS = 7 };

static void
end(const char *what, const char *why)
{
	fprintf(stderr, "form_bench: %s: %s\n", what, why);
	exit(1);
}

static void
say(const char *what, double us)
{
	printf("  %-52s %12.1f us\n", what, us);
}

static void
read_all(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "r");
	char piece[65536];
	size_t n;

	if (f == NULL)
		end(path, "cannot be read");
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

struct bench {
	struct form *form;
	struct logic *logic;
	struct session *s;
};

static void
bench_close(struct bench *b)
{
	session_close(b->s);
	logic_free(b->logic);
	form_free(b->form);
}

/* What of the time went where is added to took: form, logic, record. */
static struct bench
bench_open(const char *file, const struct buf *text, double took[3])
{
	static const char record[] = "01900000-0000-7000-8000-000000000001";
	struct faults faults = { 0 };
	struct bench b = { 0 };
	struct err err;
	double start = now_us(), read, compiled;

	b.form = form_read(file, text->data, text->len, NULL, &faults);
	read = now_us();
	if (b.form != NULL)
		b.logic = logic_compile(b.form, &faults);
	compiled = now_us();
	if (b.logic == NULL)
		end(file, faults.n > 0 ? faults.v[0].err.text : "not a form");
	b.s = session_new(b.logic, NULL, record);
	session_start(b.s, true, &err);
	took[0] = read - start;
	took[1] = compiled - read;
	took[2] = now_us() - compiled;
	faults_free(&faults);
	return b;
}

static node_id
find(struct bench *b, const char *path)
{
	struct err err;
	node_id n;

	if (!session_find(b->s, path, NODE_NONE, &n, &err))
		end(path, err.text);
	return n;
}

static double
time_set(struct bench *b, const char *path, const char *value)
{
	node_id n = find(b, path);
	double start = now_us();
	struct err err;

	if (!session_set(b->s, n, value, NULL, &err))
		end(path, err.text);
	return now_us() - start;
}

static void
in_turn(struct bench *b, const char *path, char *one)
{
	char *two = strchr(one, ','), what[128];
	double least = 1e12;

	if (two == NULL)
		end(path, "two answers, a comma between");
	*two++ = '\0';
	for (int i = 0; i < TIMES; i++) {
		double took = time_set(b, path, i % 2 == 0 ? one : two);

		least = took < least ? took : least;
	}
	snprintf(what, sizeof what, "%s answered", path);
	say(what, least);
}

static void
list(struct bench *b, const char *path)
{
	node_id n = find(b, path);
	double first = 0, least = 1e12;
	struct choices c = { 0 };
	char what[128];

	for (int i = 0; i < TIMES; i++) {
		double start = now_us(), took;
		struct err err;

		choices_free(&c);
		if (!session_choices(b->s, n, &c, &err))
			end(path, err.text);
		took = now_us() - start;
		first = i == 0 ? took : first;
		least = took < least ? took : least;
	}
	snprintf(what, sizeof what, "%s: its %zu choices, the first time", path, c.n);
	say(what, first);
	snprintf(what, sizeof what, "%s: its %zu choices, again", path, c.n);
	say(what, least);
	choices_free(&c);
}

static void
order(struct bench *b, char *what)
{
	size_t path = strcspn(what, "=~?");
	char sign = what[path], *rest = what + path + 1;

	if (sign == '\0')
		end(what, "no =, ~ or ?");
	what[path] = '\0';
	if (sign == '=')
		time_set(b, what, rest);
	else if (sign == '~')
		in_turn(b, what, rest);
	else
		list(b, what);
}

int
main(int argc, char **argv)
{
	static const char *const parts[] = { "read", "compiled", "first record" };
	double least[3] = { 1e12, 1e12, 1e12 }, took[3];
	struct buf text = { 0 };
	struct bench b = { 0 };

	if (argc < 2)
		end("usage", "form_bench FILE [PATH=ANSWER | PATH~ANSWER,ANSWER | PATH?]...");
	read_all(argv[1], &text);
	for (int i = 0; i < LOADS; i++) {
		bench_close(&b);
		b = bench_open(argv[1], &text, took);
		for (int k = 0; k < 3; k++)
			least[k] = took[k] < least[k] ? took[k] : least[k];
	}
	for (int k = 0; k < 3; k++)
		say(parts[k], least[k]);
	for (int i = 2; i < argc; i++)
		order(&b, argv[i]);
	bench_close(&b);
	buf_free(&text);
	return 0;
}
