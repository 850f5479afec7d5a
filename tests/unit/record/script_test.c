#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "form/form_yaml.h"

/* Plays the scripts of tests/record/ (its README.md lists the words). */

#include "world.h"

/* ---- steps ------------------------------------------------------------------------------ */

static const char *
word(struct play *p, size_t i)
{
	return i < p->words ? p->word[i] : "";
}

static bool
find(struct play *p, size_t i, node_id *out)
{
	struct err err;

	if (session_find(p->s, word(p, i), NODE_NONE, out, &err))
		return true;
	wrong(p, "%s", err.text);
	return false;
}

static void
act_set(struct play *p)
{
	struct err err;
	node_id n;

	if (find(p, 1, &n) && !session_set(p->s, n, word(p, 2), &p->changed, &err))
		wrong(p, "refused: %s", err.text);
}

static void
act_refuse(struct play *p)
{
	struct err err = { 0 };
	struct buf before = { 0 };
	node_id n;

	if (!find(p, 1, &n))
		return;
	p->checks++;
	buf_set_str(&before, answers_text(session_answers(p->s), n));
	if (session_set(p->s, n, word(p, 2), &p->changed, &err))
		wrong(p, "took '%s'", word(p, 2));
	else if (!err.text[0])
		wrong(p, "refused without a reason");
	else if (strcmp(answers_text(session_answers(p->s), n), buf_str(&before)) != 0)
		wrong(p, "refused, and changed the answer");
	buf_free(&before);
}

static void
act_missing(struct play *p)
{
	struct err err;
	node_id n;

	if (find(p, 1, &n) &&
	    !session_set_missing(p->s, n, missing_by_name(word(p, 2)), &p->changed, &err))
		wrong(p, "refused: %s", err.text);
}

static void
act_accept(struct play *p)
{
	node_id n;

	if (find(p, 1, &n))
		session_accept(p->s, n);
}

static bool
find_repeat(struct play *p, node_id *parent, const struct question **repeat)
{
	struct err err;

	if (session_find_repeat(p->s, word(p, 1), parent, repeat, &err))
		return true;
	wrong(p, "%s", err.text);
	return false;
}

static void
act_add(struct play *p)
{
	const struct question *repeat;
	struct err err;
	node_id parent, row;

	if (!find_repeat(p, &parent, &repeat))
		return;
	if (!session_can_add(p->s, parent, repeat))
		wrong(p, "session_can_add says no");
	if (!session_add_row(
		p->s, parent, repeat, (size_t)atoi(word(p, 2)), &row, &p->changed, &err))
		wrong(p, "refused: %s", err.text);
	else if (!p->changed.structure)
		wrong(p, "a row was added and structure is false");
}

static void
act_norow(struct play *p)
{
	const struct question *repeat;
	struct err err;
	node_id parent, row;

	if (!find_repeat(p, &parent, &repeat))
		return;
	p->checks++;
	if (session_can_add(p->s, parent, repeat) ||
	    session_add_row(p->s, parent, repeat, 0, &row, &p->changed, &err))
		wrong(p, "a row was added");
}

static void
act_remove(struct play *p)
{
	bool keep = strcmp(word(p, 0), "keep") == 0;
	struct err err;
	node_id n;

	if (!find(p, 1, &n))
		return;
	p->checks++;
	if (session_remove_row(p->s, n, &p->changed, &err) == keep)
		wrong(p, keep ? "the row was removed" : "refused: %s", err.text);
}

static void
act_move(struct play *p)
{
	struct err err;
	node_id n;

	if (find(p, 1, &n) &&
	    !session_move_row(p->s, n, (size_t)atoi(word(p, 2)), &p->changed, &err))
		wrong(p, "refused: %s", err.text);
}

static void
act_world(struct play *p)
{
	const char *what = word(p, 0);
	bool time;

	if (strcmp(what, "language") == 0)
		session_language(p->s, (size_t)atoi(word(p, 1)));
	else if (strcmp(what, "refresh") == 0)
		session_refresh(p->s, &p->changed);
	else if (strcmp(what, "finish") == 0)
		session_finish(p->s);
	else if (strcmp(what, "reopen") == 0)
		reopen(p, false);
	else if (strcmp(what, "resume") == 0)
		reopen(p, true);
	else if (strcmp(what, "clock") == 0)
		p->clock.fixed = instant_parse(word(p, 1), &p->clock.fixed_ms, &time);
	else if (strcmp(what, "budget") == 0)
		p->budget = atol(word(p, 1));
	else if (strcmp(what, "new") == 0) {
		session_close(p->s);
		start(p, open_session(p), true);
	}
}

static void
act_as(struct play *p)
{
	free(p->user);
	p->user = xstrdup(word(p, 1));
}

static void
act_pair(struct play *p)
{
	bool saved = strcmp(word(p, 0), "saved") == 0;
	struct pair *x = saved ? &p->saved[p->saved_n++] : &p->taken[p->taken_n++];

	*x = (struct pair){xstrdup(word(p, 1)), xstrdup(word(p, 2)), xstrdup(word(p, 3))};
}

static void
act_table(struct play *p)
{
	struct table *t = &p->tables[p->tables_n++];

	t->name = xstrdup(word(p, 1));
	for (size_t i = 2; i < p->words; i++)
		t->columns[t->columns_n++] = xstrdup(word(p, i));
	t->d = dataset_new(t->name, (const char *const *)t->columns, t->columns_n, &table_ops, t);
}

static void
act_row(struct play *p)
{
	struct table *t = p->tables;
	size_t at = 0;

	while (t < p->tables + p->tables_n && strcmp(t->name, word(p, 1)) != 0)
		t++;
	while (at < t->cells_n && strcmp(t->cells[at], word(p, 2)) != 0)
		at += t->columns_n;
	for (size_t i = 0; i < t->columns_n; i++) {
		if (at + i < t->cells_n) {
			free(t->cells[at + i]);
		} else {
			t->cells = xgrow(t->cells, &t->cells_cap, t->cells_n + 1, sizeof *t->cells);
			t->cells_n++;
		}
		t->cells[at + i] = xstrdup(word(p, i + 2));
	}
	t->version++;
}

/* ---- what must be true --------------------------------------------------------------------- */

static void
ask_get(struct play *p)
{
	node_id n;

	if (find(p, 1, &n))
		same(p, word(p, 1), answers_value(session_answers(p->s), n), word(p, 2));
}

static void
ask_cell(struct play *p)
{
	static const char *const kinds[] = {
	    "none", "required", "constraint", "choice", "unique", "warning", "expression"};
	const char *what = word(p, 0);
	struct cell c;
	node_id n;
	bool yes = false;

	if (!find(p, 1, &n))
		return;
	session_cell(p->s, n, &c);
	if (strcmp(what, "problem") == 0) {
		same(p, "problem", kinds[c.problem], word(p, 2));
		if (p->words > 3)
			same(p, "problem", c.problem_text, word(p, 3));
		if ((c.problem == PROBLEM_NONE) != (c.problem_text[0] == '\0'))
			wrong(p, "a problem and its text do not agree");
		return;
	}
	if (strcmp(what, "why") == 0) {
		same(p, "reason", c.missing ? missing_name(c.missing) : "none", word(p, 2));
		return;
	}
	yes = strcmp(what, "relevant") == 0   ? c.relevant
	      : strcmp(what, "required") == 0 ? c.required
	      : strcmp(what, "readonly") == 0 ? c.read_only
	      : strcmp(what, "valid") == 0    ? c.valid
	      : strcmp(what, "asked") == 0    ? c.asked
					      : c.touched;
	same(p, what, yes ? "yes" : "no", word(p, 2));
}

static void
ask_count(struct play *p)
{
	const char *what = word(p, 0);
	const struct problem *list;
	char got[64];

	if (strcmp(what, "work") == 0) {
		p->checks++;
		if (session_evaluations(p->s) - p->before > (uint64_t)atoll(word(p, 1)))
			wrong(p, "%llu expressions were evaluated",
			    (unsigned long long)(session_evaluations(p->s) - p->before));
		return;
	}
	if (strcmp(what, "dirty") == 0) {
		same(p, what, session_dirty(p->s) ? "yes" : "no", word(p, 1));
		return;
	}
	snprintf(got, sizeof got, "%zu",
	    strcmp(what, "errors") == 0 ? session_errors(p->s) : session_problems(p->s, &list));
	same(p, what, got, word(p, 1));
}

static void
ask_text(struct play *p)
{
	const char *what = word(p, 0);
	struct buf out = { 0 };
	node_id n;

	if (strcmp(what, "name") == 0) {
		same(p, what, session_instance_name(p->s), word(p, 1));
		return;
	}
	if (!find(p, 1, &n))
		return;
	if (strcmp(what, "shown") == 0)
		session_display(p->s, n, &out);
	else if (strcmp(what, "path") == 0)
		session_path(p->s, n, &out);
	else if (strcmp(what, "held") == 0)
		buf_add_str(&out, session_held(p->s, n));
	else
		buf_add_str(&out,
		    session_text(p->s, n, &answers_question(session_answers(p->s), n)->label));
	same(p, what, buf_str(&out), word(p, 2));
	buf_free(&out);
}

static void
ask_choices(struct play *p)
{
	struct buf got = { 0 }, want = { 0 };
	struct choices c;
	struct err err;
	node_id n;

	if (!find(p, 1, &n))
		return;
	if (!session_choices(p->s, n, &c, &err)) {
		wrong(p, "%s", err.text);
		return;
	}
	for (size_t i = 0; i < c.n; i++)
		buf_addf(&got, "%s ", c.v[i].value);
	for (size_t i = 2; i < p->words; i++)
		buf_addf(&want, "%s ", p->word[i]);
	same(p, "choices", buf_str(&got), buf_str(&want));
	choices_free(&c);
	buf_free(&got);
	buf_free(&want);
}

/* All of the list, not in the order it was written, and twice the same. */
static void
ask_shuffled(struct play *p)
{
	struct choices a, b;
	struct err err;
	node_id n;
	size_t sorted = 0;

	if (!find(p, 1, &n) || !session_choices(p->s, n, &a, &err))
		return;
	p->checks++;
	if (!session_choices(p->s, n, &b, &err) || a.n != b.n || a.n < 2)
		wrong(p, "there are no choices to shuffle");
	for (size_t i = 0; i < a.n; i++) {
		if (strcmp(a.v[i].value, b.v[i].value) != 0)
			wrong(p, "the order is not the same the second time");
		sorted += i > 0 && strcmp(a.v[i - 1].value, a.v[i].value) < 0;
		for (size_t k = 0; k < i; k++)
			if (strcmp(a.v[k].value, a.v[i].value) == 0)
				wrong(p, "'%s' is there twice", a.v[i].value);
	}
	if (sorted + 1 == a.n)
		wrong(p, "the order is that of the list");
	choices_free(&a);
	choices_free(&b);
}

static void
ask_rows(struct play *p)
{
	const struct question *repeat;
	node_id parent;
	char got[32];

	if (!find_repeat(p, &parent, &repeat))
		return;
	snprintf(got, sizeof got, "%zu", answers_rows(session_answers(p->s), parent, repeat));
	same(p, "rows", got, word(p, 2));
}

/* A path that leads nowhere, and the sentence that says why. */
static void
ask_nopath(struct play *p)
{
	struct err err = { 0 };
	node_id n, near = NODE_NONE;

	if (p->words > 3 && !session_find(p->s, p->word[3], NODE_NONE, &near, &err))
		wrong(p, "%s", err.text);
	p->checks++;
	if (session_find(p->s, word(p, 1), near, &n, &err))
		wrong(p, "'%s' leads somewhere", word(p, 1));
	else if (!strstr(err.text, word(p, 2)))
		wrong(p, "it says '%s'", err.text);
}

/* A path seen from another node. */
static void
ask_near(struct play *p)
{
	struct buf got = { 0 };
	struct err err;
	node_id near, n;

	if (!find(p, 1, &near))
		return;
	if (session_find(p->s, word(p, 2), near, &n, &err))
		session_path(p->s, n, &got);
	else
		wrong(p, "%s", err.text);
	same(p, word(p, 2), buf_str(&got), word(p, 3));
	buf_free(&got);
}

static void
want_paths(struct play *p, struct buf *out)
{
	node_id n;

	for (size_t i = 1; i < p->words; i++) {
		if (!find(p, i, &n))
			continue;
		session_path(p->s, n, out);
		buf_add_char(out, ' ');
	}
}

static void
ask_order(struct play *p)
{
	struct buf got = { 0 }, want = { 0 };
	node_id n, last = NODE_NONE;

	for (n = session_step(p->s, NODE_NONE, 1); n != NODE_NONE; n = session_step(p->s, n, 1)) {
		if (session_step(p->s, n, -1) != last)
			wrong(p, "a step back does not undo a step");
		session_path(p->s, n, &got);
		buf_add_char(&got, ' ');
		last = n;
	}
	if (session_step(p->s, NODE_NONE, -1) != last)
		wrong(p, "the last node going back is not the last going on");
	want_paths(p, &want);
	same(p, "order", buf_str(&got), buf_str(&want));
	buf_free(&got);
	buf_free(&want);
}

static void
ask_dropped(struct play *p)
{
	struct buf got = { 0 }, want = { 0 };
	const node_id *list;
	size_t n = session_dropped(p->s, &list);

	for (size_t i = 0; i < n; i++) {
		session_path(p->s, list[i], &got);
		buf_add_char(&got, ' ');
	}
	want_paths(p, &want);
	same(p, "dropped", buf_str(&got), buf_str(&want));
	buf_free(&got);
	buf_free(&want);
}

static void
ask_changed(struct play *p)
{
	node_id n;

	for (size_t i = 1; i < p->words; i++) {
		size_t k = 0;

		if (!find(p, i, &n))
			continue;
		p->checks++;
		while (k < p->changed.n && p->changed.v[k] != n)
			k++;
		if (k == p->changed.n)
			wrong(p, "%s is not among what changed", p->word[i]);
	}
}

static const struct step {
	const char *word;
	void (*play)(struct play *);
	enum { PREPARE, ACT, ASK } kind; /* `work` counts from the last ACT */
} steps[] = {
    {"set", act_set, ACT},
    {"refuse", act_refuse, ACT},
    {"missing", act_missing, ACT},
    {"accept", act_accept, ACT},
    {"add", act_add, ACT},
    {"norow", act_norow, ACT},
    {"remove", act_remove, ACT},
    {"keep", act_remove, ACT},
    {"move", act_move, ACT},
    {"language", act_world, ACT},
    {"refresh", act_world, ACT},
    {"finish", act_world, ACT},
    {"reopen", act_world, ACT},
    {"resume", act_world, ACT},
    {"new", act_world, PREPARE},
    {"clock", act_world, PREPARE},
    {"budget", act_world, PREPARE},
    {"as", act_as, PREPARE},
    {"saved", act_pair, PREPARE},
    {"taken", act_pair, PREPARE},
    {"table", act_table, PREPARE},
    {"row", act_row, PREPARE},
    {"get", ask_get, ASK},
    {"why", ask_cell, ASK},
    {"relevant", ask_cell, ASK},
    {"required", ask_cell, ASK},
    {"readonly", ask_cell, ASK},
    {"valid", ask_cell, ASK},
    {"asked", ask_cell, ASK},
    {"touched", ask_cell, ASK},
    {"problem", ask_cell, ASK},
    {"problems", ask_count, ASK},
    {"errors", ask_count, ASK},
    {"dirty", ask_count, ASK},
    {"work", ask_count, ASK},
    {"label", ask_text, ASK},
    {"shown", ask_text, ASK},
    {"held", ask_text, ASK},
    {"path", ask_text, ASK},
    {"name", ask_text, ASK},
    {"choices", ask_choices, ASK},
    {"rows", ask_rows, ASK},
    {"order", ask_order, ASK},
    {"changed", ask_changed, ASK},
    {"dropped", ask_dropped, ASK},
    {"nopath", ask_nopath, ASK},
    {"near", ask_near, ASK},
	{"shuffled", ask_shuffled, ASK},
};

/* ---- reading a script ---------------------------------------------------------------------------
 */

/* Cuts a line into words; "two words" is one. */
static void
cut(struct play *p, char *at)
{
	p->words = 0;
	while (*(at += strspn(at, " \t")) && *at != '#' && p->words < WORDS) {
		char end = *at == '"' ? '"' : ' ';

		at += end == '"';
		p->word[p->words++] = at;
		at += end == '"' ? strcspn(at, "\"") : strcspn(at, " \t");
		if (*at)
			*at++ = '\0';
	}
}

static void
play_step(struct play *p, char *line)
{
	cut(p, line);
	if (p->words == 0 || !p->logic)
		return;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		if (strcmp(steps[i].word, p->word[0]) != 0)
			continue;
		if (!p->s && steps[i].kind != PREPARE)
			start(p, open_session(p), true);
		if (steps[i].kind == ACT)
			p->before = session_evaluations(p->s);
		steps[i].play(p);
		return;
	}
	wrong(p, "there is no step '%s'", p->word[0]);
}

static void
load_form(struct play *p, const char *file, const char *text)
{
	struct form_files files = {(void *)"forms", form_files_folder};
	struct faults faults = { 0 };
	struct buf whole = { 0 };
	char line[700];

	if (!strstr(text, "settings:"))
		buf_add_str(&whole, "settings: {form_id: t, form_title: T, version: \"1\"}\n");
	buf_add_str(&whole, text);
	p->form = form_read_yaml(file, buf_str(&whole), whole.len, &files, &faults);
	if (p->form)
		p->logic = logic_compile(p->form, &faults);
	if (!p->logic)
		for (size_t i = 0; i < faults.n; i++) {
			err_format(&faults.v[i].err, line, sizeof line);
			wrong(p, "%s", line);
		}
	faults_free(&faults);
	buf_free(&whole);
}

static void
read_whole(const char *file, struct buf *out)
{
	FILE *f = fopen(file, "r");
	char part[4096];
	size_t n;

	if (!f)
		fail_msg("%s cannot be read", file);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(out, part, n);
	fclose(f);
	buf_add_str(out, "");
}

static void
end_case(struct play *p)
{
	session_close(p->s);
	logic_free(p->logic);
	form_free(p->form);
	for (size_t i = 0; i < p->tables_n; i++) {
		struct table *t = &p->tables[i];

		dataset_free(t->d);
		for (size_t k = 0; k < t->columns_n; k++)
			free(t->columns[k]);
		for (size_t k = 0; k < t->cells_n; k++)
			free(t->cells[k]);
		free(t->cells);
		free(t->name);
		*t = (struct table){ 0 };
	}
	for (struct pair *x = p->saved; x < p->saved + WORDS; x++)
		free(x->q), free(x->value), free(x->who);
	for (struct pair *x = p->taken; x < p->taken + WORDS; x++)
		free(x->q), free(x->value), free(x->who);
	free(p->user);
	*p = (struct play){.file = p->file,
	    .line = p->line,
	    .cases = p->cases,
	    .checks = p->checks,
	    .failures = p->failures,
	    .clock = {true, 1795406400000}}; /* 2026-11-23T04:00Z */
}

enum part { NOTHING, FORM, STEPS };

static void
play_line(struct play *p, enum part *part, struct buf *form, char *line)
{
	if (strncmp(line, "== ", 3) == 0) {
		end_case(p);
		p->cases++;
		snprintf(p->title, sizeof p->title, "%s", line + 3);
		*part = NOTHING;
	} else if (strcmp(line, "form:") == 0) {
		buf_reset(form);
		*part = FORM;
	} else if (strncmp(line, "form ", 5) == 0) {
		struct buf text = { 0 };

		read_whole(line + 5, &text);
		load_form(p, line + 5, buf_str(&text));
		buf_free(&text);
		*part = NOTHING;
	} else if (strcmp(line, "steps:") == 0) {
		if (*part == FORM)
			load_form(p, p->file, buf_str(form));
		*part = STEPS;
	} else if (*part == FORM) {
		buf_addf(form, "%s\n", strncmp(line, "  ", 2) == 0 ? line + 2 : line);
	} else if (*part == STEPS) {
		play_step(p, line);
	}
}

static void
play_file(const char *file, struct play *p)
{
	struct buf text = { 0 }, form = { 0 };
	enum part part = NOTHING;
	char *at, *end;

	p->file = file;
	p->line = 0;
	read_whole(file, &text);
	for (at = text.data; *at; at = end) {
		size_t len = strcspn(at, "\n");

		end = at + len + (at[len] == '\n');
		at[len] = '\0';
		p->line++;
		play_line(p, &part, &form, at);
	}
	end_case(p);
	buf_free(&text);
	buf_free(&form);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
test_scripts(void **state)
{
	struct play p = {.clock = {true, 1795406400000}};
	char *files[100], path[300];
	size_t n = 0;
	DIR *d = opendir("tests/record");
	struct dirent *e;

	(void)state;
	assert_non_null(d);
	while ((e = readdir(d)) && n < 100) {
		size_t len = strlen(e->d_name);

		if (len > 4 && strcmp(e->d_name + len - 4, ".txt") == 0)
			files[n++] = xstrdup(e->d_name);
	}
	closedir(d);
	qsort(files, n, sizeof *files, by_name);
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof path, "tests/record/%s", files[i]);
		play_file(path, &p);
		free(files[i]);
	}
	printf("%zu files, %zu cases, %zu checks\n", n, p.cases, p.checks);
	assert_true(n > 0 && p.checks > 100);
	assert_int_equal(p.failures, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_scripts)};

	setenv("TZ", "Asia/Shanghai", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
