#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/value.h"
#include "record/state.h"

/* ---- opening and closing ------------------------------------------------------ */

static void
vertex_add(struct vertex **list, size_t *n, const struct vertex *v)
{
	*list = xrealloc_array(*list, *n + 1, sizeof **list);
	(*list)[(*n)++] = *v;
}

/* What is kept up to date of each question, who knows its position, and whose
 * words are of a language. */
static void
find_aspects(struct session *s)
{
	size_t n;
	const struct vertex *v = logic_order(s->logic, &n);

	s->aspects = xcalloc(s->form->questions_n, sizeof *s->aspects);
	for (size_t i = 0; i < n; i++) {
		const struct expr *e = logic_expr(s->logic, v[i].q, v[i].aspect);

		if (!runs_by_itself(&v[i]))
			continue;
		if (e && expr_reads(e)->position)
			vertex_add(&s->position, &s->position_n, &v[i]);
		if (e && expr_reads(e)->language)
			vertex_add(&s->language, &s->language_n, &v[i]);
		switch (v[i].aspect) {
		case ASPECT_RELEVANT:
		case ASPECT_CALCULATION:
		case ASPECT_REQUIRED:
		case ASPECT_READ_ONLY:
		case ASPECT_REPEAT_COUNT:
			s->aspects[v[i].q->index] |= aspect_bit(v[i].aspect);
			break;
		default:
			break;
		}
	}
	for (size_t i = 0; i < s->form->questions_n; i++) {
		enum kind kind = type_info(s->form->questions[i]->type)->kind;

		if (kind == KIND_CODE || kind == KIND_CODES)
			s->aspects[i] |= aspect_bit(ASPECT_CHOICES);
	}
}

static void
find_takers(struct session *s)
{
	size_t cap = 0;

	for (size_t i = 0; i < s->form->questions_n; i++) {
		const struct question *q = s->form->questions[i];

		if (q->from_repeat) {
			s->takers = xgrow(s->takers, &cap, s->takers_n + 1, sizeof *s->takers);
			s->takers[s->takers_n++] = q;
		}
	}
}

struct session *
session_new(const struct logic *logic, const struct host *host, const char *record_id)
{
	struct session *s = xcalloc(1, sizeof *s);

	s->logic = logic;
	s->form = logic_form(logic);
	if (host)
		s->host = *host;
	s->id = xstrdup(record_id);
	s->lang = s->form->default_language;
	s->answers = answers_new(s->form);
	s->is_new = true;
	s->starting = true;
	find_aspects(s);
	find_takers(s);
	state_grow(s);
	work_begin(s);
	return s;
}

void
session_close(struct session *s)
{
	if (!s)
		return;
	change_begin(s);
	for (size_t i = 0; i < s->v_n; i++)
		state_clear(s, (node_id)i);
	change_begin(s);
	for (size_t i = 0; i < s->faults_n; i++)
		free(s->faults[i].text);
	for (size_t i = 0; i < s->removed_n; i++)
		free(s->removed[i]);
	datasets_free(s);
	queue_free(&s->queue);
	queue_free(&s->fired);
	queue_free(&s->later);
	buf_free(&s->instance_name);
	buf_free(&s->scope);
	buf_free(&s->result);
	buf_free(&s->value);
	answers_free(s->answers);
	free(s->v);
	free(s->aspects);
	free(s->position);
	free(s->language);
	free(s->takers);
	free(s->fresh);
	free(s->changed);
	free(s->faults);
	free(s->shown);
	free(s->buried);
	free(s->problems);
	free(s->dropped);
	free(s->removed);
	free(s->ids);
	free(s->id);
	free(s);
}

/* ---- states of nodes ------------------------------------------------------------ */

void
state_set(char **slot, const char *text)
{
	char *copy = text[0] ? xstrdup(text) : NULL;

	free(*slot);
	*slot = copy;
}

void
bury(struct session *s, char *text)
{
	s->buried = xgrow(s->buried, &s->buried_cap, s->buried_n + 1, sizeof *s->buried);
	s->buried[s->buried_n++] = text;
}

void
state_grow(struct session *s)
{
	size_t n = answers_limit(s->answers);

	s->v = xgrow(s->v, &s->v_cap, n, sizeof *s->v);
	memset(s->v + s->v_n, 0, (n - s->v_n) * sizeof *s->v);
	s->v_n = n;
}

void
state_clear(struct session *s, node_id node)
{
	struct node_state *st = node_state(s, node);

	free(st->base);
	if (st->problem_text)
		bury(s, st->problem_text);
	*st = (struct node_state){.queued = st->queued};
	faults_clear(s, node);
}

void
faults_clear(struct session *s, node_id node)
{
	for (size_t i = s->faults_n; i-- > 0;) {
		if (s->faults[i].node != node)
			continue;
		free(s->faults[i].text);
		s->faults[i] = s->faults[--s->faults_n];
	}
}

void
work_begin(struct session *s)
{
	s->budget = s->host.work > 0 ? s->host.work : WORK_MAX;
}

void
change_begin(struct session *s)
{
	for (size_t i = 0; i < s->changed_n; i++)
		node_state(s, s->changed[i])->listed = false;
	for (size_t i = 0; i < s->shown_n; i++)
		free(s->shown[i].s);
	for (size_t i = 0; i < s->buried_n; i++)
		free(s->buried[i]);
	s->changed_n = s->shown_n = s->buried_n = 0;
	s->structure = false;
	s->change++;
	s->since = s->evaluations;
	work_begin(s);
}

void
change_note(struct session *s, node_id node)
{
	struct node_state *st = node_state(s, node);

	if (st->listed || s->starting)
		return;
	st->listed = true;
	s->changed = xgrow(s->changed, &s->changed_cap, s->changed_n + 1, sizeof *s->changed);
	s->changed[s->changed_n++] = node;
}

void
change_end(struct session *s, struct changed *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s->changed_n; i++)
		if (answers_alive(s->answers, s->changed[i]))
			s->changed[n++] = s->changed[i];
		else
			node_state(s, s->changed[i])->listed = false;
	s->changed_n = n;
	if (out)
		*out = (struct changed){s->changed, n, s->structure};
}

/* ---- loading ---------------------------------------------------------------------- */

node_id
session_load_row(
    struct session *s, node_id parent, const struct question *repeat, const char *row_id)
{
	node_id row = answers_add_row(s->answers, parent, repeat, 0, row_id);

	state_grow(s);
	node_state(s, row)->loaded = true;
	return row;
}

static void
load(struct session *s, node_id node, const char *text, enum missing missing)
{
	struct node_state *st = node_state(s, node);

	bool merging = !s->starting;

	answers_set(s->answers, node, text);
	answers_set_missing(s->answers, node, missing);
	if (merging) {
		s->starting = true; /* no trigger: what it would do was merged, too */
		value_changed(s, node);
		drain(s);
		s->starting = false;
	}
	if ((text[0] || missing) && !question_computed(s, answers_question(s->answers, node)))
		st->touched = true;
}

void
session_load_answer(
    struct session *s, node_id node, const char *text, enum missing missing, int64_t mark)
{
	struct node_state *st = node_state(s, node);

	load(s, node, text, missing);
	state_set(&st->base, text);
	st->base_missing = (unsigned char)missing;
	st->mark = mark;
	st->loaded = true;
	st->edited = false;
	s->is_new = false;
}

void
session_load_draft(struct session *s, node_id node, const char *text, enum missing missing,
    bool touched)
{
	load(s, node, text, missing);
	node_state(s, node)->edited = true;
	node_state(s, node)->touched = touched;
}

bool
session_start(struct session *s, bool is_new, struct err *err)
{
	(void)err;
	change_begin(s);
	s->starting = true;
	s->begun = is_new;
	if (is_new) {
		s->beginning = true;
		rows_begin(s, ANSWERS_ROOT);
		s->beginning = false;
		preloads_run(s);
	}
	queue_all(s, ANSWERS_ROOT);
	if (is_new)
		defaults_run(s, ANSWERS_ROOT, true);
	else
		defaults_on_load(s);
	drain(s);
	if (!is_new)
		defaults_hidden(s);
	s->starting = false;
	return true;
}

/* ---- what a question is to the person ------------------------------------------------ */

bool
question_computed(const struct session *s, const struct question *q)
{
	const struct expr *e = logic_expr(s->logic, q, ASPECT_CALCULATION);

	/* One that reads `.` makes something of what was typed. */
	return e && !q->trigger.text && !expr_reads(e)->self;
}

/* Itself, or what it lies in. */
static bool
read_only(const struct session *s, node_id node)
{
	if (question_computed(s, answers_question(s->answers, node)))
		return true;
	for (; node != NODE_NONE; node = answers_parent(s->answers, node))
		if (node_state(s, node)->read_only)
			return true;
	return false;
}

bool
node_asked(const struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);

	return type_info(q->type)->asked && answers_relevant(s->answers, node) &&
	       !read_only(s, node);
}

void
session_cell(struct session *s, node_id node, struct cell *c)
{
	const struct node_state *st = node_state(s, node);
	bool relevant = answers_relevant(s->answers, node);

	work_begin(s);
	check(s, node);
	*c = (struct cell){
	    .q = answers_question(s->answers, node),
	    .node = node,
	    .value = relevant ? answers_value(s->answers, node) : answers_text(s->answers, node),
	    .missing = answers_missing(s->answers, node),
	    .relevant = relevant,
	    .required = st->required,
	    .read_only = read_only(s, node),
	    .asked = node_asked(s, node),
	    .touched = st->touched,
	    .changed = strcmp(st->base ? st->base : "", node_saved_text(s, node)) != 0 ||
		       (enum missing)st->base_missing != node_saved_missing(s, node),
	    .valid = st->problem == PROBLEM_NONE || st->problem == PROBLEM_WARNING,
	    .problem = (enum problem_kind)st->problem,
	    .problem_text = st->problem_text ? st->problem_text : "",
	    .accepted = (st->confirmed & ~(unsigned)CONFIRM_SAME) != 0,
	    .confirmed = st->confirmed,
	    .forced = st->forced,
	};
}

/* ---- answering -------------------------------------------------------------------------- */

static bool
may_answer(struct session *s, node_id node, struct err *err)
{
	const struct question *q;

	if (!answers_alive(s->answers, node))
		return err_set(err, _("There is no such question here"));
	q = answers_question(s->answers, node);
	if (!type_info(q->type)->asked)
		return err_set(
		    err, _("\"%s\" takes no answer from a person"), question_label(s, q));
	if (!answers_relevant(s->answers, node))
		return err_set(err, _("\"%s\" is not asked here, because of another answer"),
		    question_label(s, q));
	if (read_only(s, node))
		return err_set(
		    err, _("\"%s\" can only be read, not changed"), question_label(s, q));
	return true;
}

static bool
in_list(struct session *s, node_id node, const char *codes, struct err *err)
{
	enum kind kind = type_info(answers_question(s->answers, node)->type)->kind;
	struct buf stranger = { 0 };
	bool fine;

	if ((kind != KIND_CODE && kind != KIND_CODES) || !codes[0])
		return true;
	err->text[0] = '\0';
	fine = choices_allow(s, node, codes, &stranger, err);
	if (!fine && !err->text[0])
		err_set(err, _("\"%s\" is not one of the choices"), buf_str(&stranger));
	buf_free(&stranger);
	return fine;
}

/* One that reads `.` is worked out anew from what was typed. */
static void
recalculate_self(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);

	if (s->aspects[q->index] & aspect_bit(ASPECT_CALCULATION))
		queue_task(s, node, q, ASPECT_CALCULATION);
}

static void
answer(struct session *s, node_id node, const char *text, enum missing missing)
{
	struct node_state *st = node_state(s, node);
	bool same = strcmp(answers_text(s->answers, node), text) == 0 &&
		    answers_missing(s->answers, node) == missing;

	st->touched = true;
	if (same)
		return;
	st->edited = true;
	fault_set(s, node, ASPECT_DEFAULT, NULL);
	answers_set(s->answers, node, text);
	answers_set_missing(s->answers, node, missing);
	value_changed(s, node);
	recalculate_self(s, node);
	drain(s);
}

bool
session_read(struct session *s, node_id node, const char *typed, struct buf *out, struct err *err)
{
	return may_answer(s, node, err) &&
	       value_parse(answers_question(s->answers, node), typed, s->host.clock, out, err) &&
	       in_list(s, node, buf_str(out), err);
}

bool
session_set(
    struct session *s, node_id node, const char *typed, struct changed *changed, struct err *err)
{
	struct buf value = { 0 };
	bool ok = session_read(s, node, typed, &value, err);

	if (ok) {
		change_begin(s);
		change_note(s, node);
		answer(s, node, buf_str(&value), MISSING_NONE);
		change_end(s, changed);
	}
	buf_free(&value);
	return ok;
}

bool
session_set_missing(
    struct session *s, node_id node, enum missing missing, struct changed *changed, struct err *err)
{
	if (!may_answer(s, node, err))
		return false;
	if (missing && !(answers_question(s->answers, node)->missing & missing))
		return err_set(err, _("\"%s\" cannot stand for an answer to \"%s\""),
		    missing_name(missing), question_label(s, answers_question(s->answers, node)));
	change_begin(s);
	change_note(s, node);
	answer(s, node, "", missing);
	change_end(s, changed);
	return true;
}

bool
session_put_back(struct session *s, node_id node, const char *text, enum missing missing,
    struct changed *changed, struct err *err)
{
	if (!may_answer(s, node, err))
		return false;
	change_begin(s);
	change_note(s, node);
	answer(s, node, text, missing);
	change_end(s, changed);
	return true;
}

/* ---- the world moves on ------------------------------------------------------------------ */

void
queue_vertices(struct session *s, const struct vertex *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (runs_by_itself(&v[i]))
			queue_in(s, ANSWERS_ROOT, &v[i]);
}

void
session_refresh(struct session *s, struct changed *changed)
{
	const struct vertex *v;
	size_t n;

	change_begin(s);
	v = logic_clock_readers(s->logic, &n);
	queue_vertices(s, v, n);
	v = logic_dataset_readers(s->logic, NULL, &n);
	queue_vertices(s, v, n);
	drain(s);
	change_end(s, changed);
}

/* ---- order on the screen ------------------------------------------------------------------- */

static node_id
last_below(const struct answers *a, node_id n)
{
	for (node_id c; (c = answers_first(a, n)) != NODE_NONE; n = c)
		while (answers_next(a, c) != NODE_NONE)
			c = answers_next(a, c);
	return n;
}

static node_id
walk_back(const struct answers *a, node_id n)
{
	node_id before = answers_prev(a, n);

	if (n == ANSWERS_ROOT)
		return NODE_NONE;
	return before == NODE_NONE ? answers_parent(a, n) : last_below(a, before);
}

node_id
session_step(struct session *s, node_id at, int dir)
{
	const struct answers *a = s->answers;

	if (at == NODE_NONE)
		at = dir > 0 ? ANSWERS_ROOT : last_below(a, ANSWERS_ROOT);
	else
		at = dir > 0 ? answers_walk(a, at) : walk_back(a, at);
	while (at != NODE_NONE && !node_asked(s, at))
		at = dir > 0 ? answers_walk(a, at) : walk_back(a, at);
	return at;
}

/* ---- looking in ------------------------------------------------------------------------------ */

const struct answers *
session_answers(const struct session *s)
{
	return s->answers;
}

const struct logic *
session_logic(const struct session *s)
{
	return s->logic;
}

const char *
session_record(const struct session *s)
{
	return s->id;
}

bool
session_is_new(const struct session *s)
{
	return s->is_new;
}

uint64_t
session_evaluations(const struct session *s)
{
	return s->evaluations;
}
