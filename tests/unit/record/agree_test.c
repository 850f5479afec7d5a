#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "forms_made.h"

/* Step by step or all at once: whatever is answered, added, moved and removed,
 * in any order, the record is the one that its answers give when it is opened
 * anew. Chance decides what is done; the seed is fixed. */

static const struct clock noon = {true, 1795406400000}; /* 2026-11-23T04:00Z */

struct chance {
	uint64_t x;
};

static uint32_t
pick(struct chance *c, uint32_t n)
{
	c->x = c->x * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(c->x >> 33) % n;
}

/* ---- something to answer ---------------------------------------------------------- */

static void
any_choice(struct chance *c, struct session *s, node_id n, struct buf *out)
{
	struct choices choices;
	struct err err;

	if (!session_choices(s, n, &choices, &err))
		return;
	if (choices.n > 0)
		buf_add_str(out, choices.v[pick(c, (uint32_t)choices.n)].value);
	if (choices.n > 1 && pick(c, 3) == 0 &&
	    type_info(answers_question(session_answers(s), n)->type)->kind == KIND_CODES)
		buf_addf(out, " %s", choices.v[pick(c, (uint32_t)choices.n)].value);
	choices_free(&choices);
}

static void
any_answer(struct chance *c, struct session *s, node_id n, struct buf *out)
{
	static const char *const words[] = {"649999198502140033", "649999198603010123", "G03",
	    "马小明", "deep", "649999201406010015", "19900000001"};

	buf_reset(out);
	if (pick(c, 10) == 0)
		return;
	switch (type_info(answers_question(session_answers(s), n)->type)->kind) {
	case KIND_INTEGER:
	case KIND_DECIMAL:
		buf_addf(out, "%d", (int)pick(c, pick(c, 3) ? 8 : 3000) - 1);
		break;
	case KIND_DATE:
		buf_addf(out, "%u-%02u-%02u", 1940 + pick(c, 90), 1 + pick(c, 12), 1 + pick(c, 28));
		break;
	case KIND_CODE:
	case KIND_CODES:
		any_choice(c, s, n, out);
		break;
	default:
		buf_add_str(out, words[pick(c, sizeof words / sizeof words[0])]);
	}
}

static bool
answer_any(struct chance *c, struct session *s)
{
	struct buf value = { 0 };
	struct err err;
	node_id n = NODE_NONE;
	bool taken;

	for (uint32_t steps = 1 + pick(c, 150); steps > 0; steps--) {
		n = session_step(s, n, 1);
		if (n == NODE_NONE)
			n = session_step(s, NODE_NONE, 1);
	}
	any_answer(c, s, n, &value);
	taken = session_set(s, n, buf_str(&value), NULL, &err);
	buf_free(&value);
	return taken;
}

/* A row comes, goes or moves, if there is a repeat that lets it. */
static void
rows_any(struct chance *c, struct session *s)
{
	const struct answers *a = session_answers(s);
	const struct form *f = answers_form(a);
	struct err err;
	node_id rows[64], row, parent;
	size_t n = 0;

	for (node_id i = ANSWERS_ROOT; i != NODE_NONE && n < 64; i = answers_walk(a, i))
		if (answers_question(a, i)->type == Q_REPEAT)
			rows[n++] = i;
	if (n > 3 && pick(c, 3) == 0) {
		row = rows[pick(c, (uint32_t)n)];
		n = answers_position(a, row);
		/* Half of those that go come back, or to another place. */
		if (session_remove_row(s, row, NULL, &err) && pick(c, 2))
			session_restore_row(s, row, pick(c, 2) ? n : pick(c, 3), NULL, &err);
		return;
	}
	if (n > 0 && pick(c, 3) == 0) {
		session_move_row(s, rows[pick(c, (uint32_t)n)], 1 + pick(c, 3), NULL, &err);
		return;
	}
	for (size_t i = 0; i < f->questions_n; i++) {
		const struct question *q = f->questions[i];

		if (q->type != Q_REPEAT || pick(c, 2))
			continue;
		parent = answers_seen(a, n ? rows[pick(c, (uint32_t)n)] : ANSWERS_ROOT, q->parent);
		if (parent != NODE_NONE && n < 40)
			session_add_row(s, parent, q, pick(c, 3), &row, NULL, &err);
	}
}

/* ---- the same record opened anew ------------------------------------------------------ */

static node_id *
copy_record(struct session *from, struct session *to)
{
	const struct answers *a = session_answers(from);
	node_id *map = calloc(answers_limit(a), sizeof *map);
	struct err err;

	map[ANSWERS_ROOT] = ANSWERS_ROOT;
	for (node_id n = answers_walk(a, ANSWERS_ROOT); n != NODE_NONE; n = answers_walk(a, n)) {
		const struct question *q = answers_question(a, n);
		node_id parent = map[answers_parent(a, n)];

		map[n] = q->type == Q_REPEAT ? session_load_row(to, parent, q, answers_row_id(a, n))
					     : answers_child(session_answers(to), parent, q);
		/* What its list shut out is a draft's, not the store's. */
		if (strcmp(answers_text(a, n), answers_value(a, n)) != 0)
			session_load_draft(to, map[n], answers_text(a, n), MISSING_NONE, true);
		else if (answers_text(a, n)[0] || answers_missing(a, n))
			session_load_answer(
			    to, map[n], answers_text(a, n), answers_missing(a, n), 1);
	}
	assert_true(session_start(to, false, &err));
	return map;
}

static bool
same_cell(struct session *x, node_id nx, struct session *y, node_id ny)
{
	struct cell a, b;

	session_cell(x, nx, &a);
	session_cell(y, ny, &b);
	/* Opened anew, what is not relevant and blank has its default back. */
	if (!a.relevant && !b.relevant && !a.value[0])
		return true;
	return strcmp(a.value, b.value) == 0 && a.relevant == b.relevant &&
	       (!a.relevant ||
		   (a.required == b.required && a.read_only == b.read_only && a.asked == b.asked &&
		       a.problem == b.problem && strcmp(a.problem_text, b.problem_text) == 0));
}

static void
compare(struct made *m, struct host *host, uint32_t step)
{
	struct session *again = session_new(m->logic, host, session_record(m->s));
	node_id *map = copy_record(m->s, again);
	const struct answers *a = session_answers(m->s);
	const struct problem *list;
	struct buf path = { 0 };
	struct cell x, y;

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n)) {
		if (same_cell(m->s, n, again, map[n]))
			continue;
		session_path(m->s, n, &path);
		session_cell(m->s, n, &x);
		session_cell(again, map[n], &y);
		fail_msg("after %u steps %s is '%s' (relevant %d, required %d, %s) and would be "
			 "'%s' (relevant %d, required %d, %s)",
		    step, buf_str(&path), x.value, x.relevant, x.required, x.problem_text, y.value,
		    y.relevant, y.required, y.problem_text);
	}
	assert_int_equal(session_problems(m->s, &list), session_problems(again, &list));
	free(map);
	session_close(again);
	buf_free(&path);
}

static void
play(struct made *m, uint32_t steps, uint32_t every)
{
	struct host host = {.clock = &noon, .user = "w07"};
	struct chance c = {20261123};
	uint32_t taken = 0;
	struct err err;

	session_close(m->s);
	m->s = session_new(m->logic, &host, "01900000-0000-7000-8000-000000000001");
	assert_true(session_start(m->s, true, &err));
	for (uint32_t i = 1; i <= steps; i++) {
		if (pick(&c, 12) == 0)
			rows_any(&c, m->s);
		else
			taken += answer_any(&c, m->s);
		if (i % every == 0)
			compare(m, &host, i);
	}
	assert_true(taken > steps / 2);
	made_close(m);
}

/* ---- forms ---------------------------------------------------------------------------------- */

static const char knotty[] = MADE_SETTINGS
    "- {type: integer, name: n}\n"
    "- {type: text, name: on}\n"
    "- group: g\n"
    "  relevant: ${n} < 5\n"
    "  survey:\n"
    "  - {type: integer, name: p, required: \"${on} = 'deep'\"}\n"
    "  - {type: calculate, name: pp, calculation: \"${p} * ${total}\"}\n"
    "- repeat: a\n"
    "  relevant: ${on} != 'G03'\n"
    "  survey:\n"
    "  - {type: integer, name: x, constraint: \". <= ${most}\"}\n"
    "  - {type: calculate, name: before, calculation: \"previous(${x})\"}\n"
    "  - {type: calculate, name: no, calculation: \"position(..)\"}\n"
    "  - {type: calculate, name: share, calculation: \"${x} div sum(${a}/x)\"}\n"
    "  - {type: text, name: t, relevant: \"${x} > 2 or ${n} = 3\"}\n"
    "  - group: inner\n"
    "    relevant: ${t} != ''\n"
    "    survey:\n"
    "    - repeat: b\n"
    "      survey:\n"
    "      - {type: integer, name: y, read_only: \"${n} = 2\", required: \"${x} = 1\"}\n"
    "      - {type: calculate, name: yx, calculation: \"concat(${y}, '/', ${x}, '/', ${n})\"}\n"
    "      - {type: calculate, name: up, calculation: \"position(../../..)\"}\n"
    "    - {type: calculate, name: ys, calculation: \"sum(${y})\"}\n"
    "- {type: calculate, name: total, calculation: \"sum(${x}) + sum(${y})\"}\n"
    "- {type: calculate, name: most, calculation: \"coalesce(max(${ys}), 3) + 1\"}\n"
    "- {type: calculate, name: all, calculation: \"join(',', ${yx})\"}\n"
    "- {type: calculate, name: big, calculation: \"count(${a}[x > 2])\"}\n"
    "- {type: calculate, name: third, calculation: \"indexed-repeat(${x}, ${a}, 3)\"}\n"
    "- {type: calculate, name: run, calculation: \"run-length(${a}, x > 1)\"}\n"
    "- {type: note, name: say, label: \"${total}\", relevant: \"${big} > 1\"}\n";

static void
test_knotty(void **state)
{
	struct buf yaml = { 0 };
	struct made m;

	(void)state;
	buf_set_str(&yaml, knotty);
	m = made_open(&yaml);
	play(&m, 3000, 3);
	buf_free(&yaml);
}

static struct made
open_file(const char *path)
{
	struct form_files files = {(void *)"forms", form_files_folder};
	struct faults faults = { 0 };
	struct buf text = { 0 };
	struct made m = { 0 };
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(&text, part, n);
	fclose(f);
	m.form = form_read_yaml(path, text.data, text.len, &files, &faults);
	assert_non_null(m.form);
	m.logic = logic_compile(m.form, &faults);
	assert_non_null(m.logic);
	faults_free(&faults);
	buf_free(&text);
	return m;
}

static void
test_real(void **state)
{
	static const char *const forms[] = {
	    "forms/household-survey.yaml", "forms/four-checks.yaml", "forms/job-card.yaml"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct made m = open_file(forms[i]);

		play(&m, 4000, 20);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_knotty), cmocka_unit_test(test_real)};

	setenv("TZ", "Asia/Shanghai", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
