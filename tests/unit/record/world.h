/* world.h: what a played script knows (struct play) and the world its session
 * lives in: a clock, tables, what was last saved, what is taken elsewhere. */
#ifndef RUHU_TESTS_WORLD_H
#define RUHU_TESTS_WORLD_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "logic/dataset.h"
#include "logic/logic.h"
#include "record/session.h"

#define WORDS 24
#define TABLES 8

struct table {
	char *name;
	char *columns[WORDS];
	size_t columns_n;
	char **cells;
	size_t cells_n, cells_cap;
	uint64_t version;
	struct dataset *d;
};

struct pair {				/* last saved, or taken: question, value, who */
	char *q, *value, *who;
};

struct play {
	const char *file;
	int line;
	char title[200];
	struct form *form;
	struct logic *logic;
	struct session *s;
	struct clock clock;
	long budget;			/* operations of a change; 0: as many as ever */
	char *user;
	struct table tables[TABLES];
	size_t tables_n;
	struct pair saved[WORDS], taken[WORDS];
	size_t saved_n, taken_n;
	struct changed changed;
	uint64_t before;		/* evaluations before the last step */
	char *word[WORDS];
	size_t words;
	size_t cases, checks, failures;
};

static void
wrong(struct play *p, const char *fmt, ...)
{
	va_list ap;

	p->failures++;
	fprintf(stderr, "%s:%d: %s: ", p->file, p->line, p->title);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static void
same(struct play *p, const char *what, const char *got, const char *want)
{
	p->checks++;
	if (strcmp(got, want) != 0)
		wrong(p, "%s is '%s', not '%s'", what, got, want);
}

/* ---- the world round the session ------------------------------------------------- */

static size_t
table_rows(void *ctx)
{
	struct table *t = ctx;

	return t->cells_n / t->columns_n;
}

static const char *
table_cell(void *ctx, size_t row, size_t column)
{
	struct table *t = ctx;

	return t->cells[row * t->columns_n + column];
}

static uint64_t
table_version(void *ctx)
{
	return ((struct table *)ctx)->version;
}

static const struct dataset_ops table_ops = {
	.rows = table_rows, .cell = table_cell, .version = table_version};

static const struct dataset *
host_dataset(void *ctx, const char *id)
{
	struct play *p = ctx;

	for (size_t i = 0; i < p->tables_n; i++)
		if (strcmp(p->tables[i].name, id) == 0)
			return p->tables[i].d;
	return NULL;
}

static bool
host_last_saved(void *ctx, const char *question, struct buf *out)
{
	struct play *p = ctx;

	for (size_t i = p->saved_n; i-- > 0;)
		if (strcmp(p->saved[i].q, question) == 0) {
			buf_add_str(out, p->saved[i].value);
			return true;
		}
	return false;
}

static bool
host_taken(void *ctx, const struct question *q, const char *value, const char *record_id,
    struct buf *who)
{
	struct play *p = ctx;

	(void)record_id;
	for (size_t i = 0; i < p->taken_n; i++)
		if (strcmp(p->taken[i].q, q->name) == 0 && strcmp(p->taken[i].value, value) == 0) {
			buf_add_str(who, p->taken[i].who);
			return true;
		}
	return false;
}

static struct session *
open_session(struct play *p)
{
	struct host host = {.ctx = p, .clock = &p->clock, .user = p->user, .device = "D1",
	    .work = p->budget, .dataset = host_dataset, .last_saved = host_last_saved, .taken = host_taken};

	return session_new(p->logic, &host, "01900000-0000-7000-8000-000000000001");
}

static void
start(struct play *p, struct session *s, bool is_new)
{
	struct err err;

	p->s = s;
	p->before = 0;
	p->changed = (struct changed){ 0 };
	assert_true(session_start(s, is_new, &err));
}

/* ---- saving and opening again ------------------------------------------------------- */

/* Nodes of the old session, by id, in the new one. */
static node_id *
copy_rows(struct session *from, struct session *to)
{
	const struct answers *a = session_answers(from);
	node_id *map = xcalloc(answers_limit(a), sizeof *map);

	map[ANSWERS_ROOT] = ANSWERS_ROOT;
	for (node_id n = answers_walk(a, ANSWERS_ROOT); n != NODE_NONE; n = answers_walk(a, n)) {
		const struct question *q = answers_question(a, n);
		node_id parent = map[answers_parent(a, n)];

		map[n] = q->type == Q_REPEAT
		    ? session_load_row(to, parent, q, answers_row_id(a, n))
		    : answers_child(session_answers(to), parent, q);
	}
	return map;
}

static void
reopen(struct play *p, bool draft)
{
	struct session *old = p->s, *s = open_session(p);
	node_id *map, at = 0;
	struct saved_answer sa;

	if (!draft)
		session_finish(old);
	map = copy_rows(old, s);
	while (session_each(old, &at, &sa)) {
		if (draft)	/* what was typed, whether or not it counts now */
			sa.value = answers_text(session_answers(old), at);
		if (!draft)
			session_load_answer(s, map[at], sa.value, sa.missing, 7);
		else if (sa.base[0])
			session_load_answer(s, map[at], sa.base, sa.base_missing, 7);
		if (draft && (strcmp(sa.base, sa.value) != 0 || sa.base_missing != sa.missing))
			session_load_draft(s, map[at], sa.value, sa.missing, true);
	}
	free(map);
	session_close(old);
	start(p, s, false);
}

#endif
