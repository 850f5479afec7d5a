#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/value.h"
#include "record/state.h"

static void
found(struct session *s, node_id node, enum problem_kind kind, const char *text)
{
	struct node_state *st = node_state(s, node);

	st->problem = (unsigned char)kind;
	state_set(&st->problem_text, text);
}

/* The form's own sentence, or ours where it has none. */
static void
found_with(struct session *s, node_id node, enum problem_kind kind, const struct text *message,
    const char *ours)
{
	const char *text = session_text(s, node, message);

	found(s, node, kind, text[0] ? text : ours);
}

/* A rule is broken: what that means is the form's and the worker's to say. */
static void
broken(struct session *s, node_id node, enum confirm rule, enum enforce how,
    const struct text *message, const char *ours)
{
	struct node_state *st = node_state(s, node);

	if (how == ENFORCE_LOG || (how == ENFORCE_ASK && st->confirmed & rule)) {
		st->forced |= (unsigned char)rule;
		return;
	}
	found_with(s, node, how == ENFORCE_ASK ? PROBLEM_WARNING :
	    rule == CONFIRM_REQUIRED ? PROBLEM_REQUIRED : PROBLEM_CONSTRAINT, message, ours);
	st->rule = (unsigned char)rule;
}

/* False: the expression itself failed, which is then the problem. */
static bool
holds(struct session *s, node_id node, enum aspect aspect, bool *yes)
{
	const struct expr *e = logic_expr(s->logic, answers_question(s->answers, node), aspect);
	struct err err;

	*yes = true;
	if (!e || eval_true(s, e, node, yes, &err))
		return true;
	found(s, node, PROBLEM_EXPRESSION, err.text);
	return false;
}

static bool
check_choices(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);
	enum kind kind = type_info(q->type)->kind;
	struct buf stranger = { 0 }, text = { 0 };
	struct err err = { 0 };
	bool fine;

	if ((kind != KIND_CODE && kind != KIND_CODES) || !node_state(s, node)->stranger)
		return true;
	fine = choices_allow(s, node, answers_value(s->answers, node), &stranger, &err);
	if (!fine && err.text[0]) {
		found(s, node, PROBLEM_EXPRESSION, err.text);
	} else if (!fine) {
		buf_addf(&text, _("\"%s\" is not among the choices any more; pick another"),
		    buf_str(&stranger));
		found(s, node, PROBLEM_CHOICE, buf_str(&text));
	}
	buf_free(&stranger);
	buf_free(&text);
	return fine;
}

/* What a person types for short stands for a day or a moment, but is none. */
static bool
written_out(enum kind kind, const char *text, const char *parsed)
{
	if (kind == KIND_DATE)
		return strcmp(text, parsed) == 0;
	return (kind != KIND_TIME && kind != KIND_DATETIME) || !text[0] || strchr(text, ':');
}

/* An answer of an earlier version of the form, of a calculation or a file may be of
 * another type than the question. */
static bool
check_type(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);
	const char *text = answers_value(s->answers, node);
	enum kind kind = type_info(q->type)->kind;
	struct buf value = { 0 };
	struct err err;
	bool fine = true;

	switch (kind) {
	case KIND_INTEGER:
	case KIND_DECIMAL:
	case KIND_DATE:
	case KIND_TIME:
	case KIND_DATETIME:
		fine = value_parse(q, text, s->host.clock, &value, &err);
		if (fine && !written_out(kind, text, buf_str(&value)))
			fine = err_set(
			    &err, _("'%s' is no date or time that is written out"), text);
		break;
	case KIND_STRING:
		if (q->type == Q_ACKNOWLEDGE)
			fine = value_parse(q, text, s->host.clock, &value, &err);
		break;
	default:
		break;
	}
	if (!fine)
		found(s, node, PROBLEM_CONSTRAINT, err.text);
	buf_free(&value);
	return fine;
}

static bool
check_constraint(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);
	bool yes;

	if (!holds(s, node, ASPECT_CONSTRAINT, &yes))
		return false;
	if (!yes)
		broken(s, node, CONFIRM_CONSTRAINT, q->enforce, &q->constraint_message,
		    _("This answer breaks the rule of the question"));
	return node_state(s, node)->problem == PROBLEM_NONE;
}

static node_id
same_elsewhere(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);
	const char *text = answers_value(s->answers, node);
	size_t n = answers_all(s->answers, ANSWERS_ROOT, q, &s->ids, &s->ids_cap);

	for (size_t i = 0; i < n; i++)
		if (s->ids[i] != node && strcmp(answers_value(s->answers, s->ids[i]), text) == 0 &&
		    answers_relevant(s->answers, s->ids[i]))
			return s->ids[i];
	return NODE_NONE;
}

static bool
check_unique(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);
	const char *value = answers_value(s->answers, node);
	struct buf who = { 0 }, text = { 0 };
	size_t i = 0;
	node_id other;

	while (i < s->form->unique_n && s->form->unique[i] != q)
		i++;
	if (i == s->form->unique_n)
		return true;
	other = same_elsewhere(s, node);
	if (other != NODE_NONE) {
		buf_addf(&text, _("\"%s\" is also in row %zu; it can be in one only"), value,
		    answers_position(s->answers, answers_row_of(s->answers, other)));
	} else if (s->host.taken && s->host.taken(s->host.ctx, q, value, s->id, &who)) {
		if (who.len > 0)
			buf_addf(&text, _("\"%s\" is taken already, by %s"), value, buf_str(&who));
		else
			buf_addf(&text, _("\"%s\" is taken already, by another record"), value);
	}
	if (text.len > 0)
		found(s, node, PROBLEM_UNIQUE, buf_str(&text));
	buf_free(&who);
	i = text.len;
	buf_free(&text);
	return i == 0;
}

static void
check_warning(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);
	bool yes;

	if (holds(s, node, ASPECT_WARNING, &yes) && !yes)
		broken(s, node, CONFIRM_WARNING, ENFORCE_ASK, &q->warning_message,
		    _("This answer is unusual; please make sure of it"));
}

static void
check_answer(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);

	if (!answers_value(s->answers, node)[0]) {
		if (node_state(s, node)->required && !answers_missing(s->answers, node))
			broken(s, node, CONFIRM_REQUIRED, q->enforce_required, &q->required_message,
			    _("This question must be answered"));
		return;
	}
	if (check_type(s, node) && check_choices(s, node) && check_constraint(s, node) &&
	    check_unique(s, node))
		check_warning(s, node);
}

static void
check_node(struct session *s, node_id node)
{
	const char *fault = fault_get(s, node);

	if (!answers_relevant(s->answers, node))
		return;
	if (fault)
		found(s, node, PROBLEM_EXPRESSION, fault);
	else if (node_state(s, node)->surplus)
		found(s, node, PROBLEM_CONSTRAINT,
		    _("There are more rows than another answer says; remove those that are too "
		      "many"));
	else if (type_info(answers_question(s->answers, node)->type)->kind != KIND_NONE)
		check_answer(s, node);
}

/* A text found again stays where it is: it may be lent. */
void
check(struct session *s, node_id node)
{
	struct node_state *st = node_state(s, node);
	char *before = st->problem_text;

	if (st->checked)
		return;
	st->problem_text = NULL;
	st->problem = PROBLEM_NONE;
	st->rule = st->forced = 0;
	check_node(s, node);
	st->checked = true;
	if (!before)
		return;
	if (st->problem_text && strcmp(before, st->problem_text) == 0) {
		free(st->problem_text);
		st->problem_text = before;
	} else {
		bury(s, before);
	}
}

void
session_accept(struct session *s, node_id node)
{
	if (!answers_alive(s->answers, node))
		return;
	check(s, node);
	if (node_state(s, node)->problem == PROBLEM_WARNING)
		session_confirm(s, node, node_state(s, node)->rule);
}

void
session_confirm(struct session *s, node_id node, unsigned confirm)
{
	if (!answers_alive(s->answers, node))
		return;
	node_state(s, node)->confirmed |= (unsigned char)confirm;
	node_state(s, node)->checked = false;
}

/* Whether a value is taken by another record may change at any time. */
static bool
depends_on_others(const struct session *s, const struct question *q)
{
	for (size_t i = 0; i < s->form->unique_n; i++)
		if (s->form->unique[i] == q)
			return true;
	return false;
}

size_t
session_problems(struct session *s, const struct problem **list)
{
	s->problems_n = 0;
	work_begin(s);
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(s->answers, n)) {
		struct node_state *st = node_state(s, n);

		if (st->checked && depends_on_others(s, answers_question(s->answers, n)))
			st->checked = false;
		check(s, n);
		if (st->problem == PROBLEM_NONE)
			continue;
		s->problems =
		    xgrow(s->problems, &s->problems_cap, s->problems_n + 1, sizeof *s->problems);
		s->problems[s->problems_n++] = (struct problem){
		    n, (enum problem_kind)st->problem, st->problem_text ? st->problem_text : ""};
	}
	*list = s->problems;
	return s->problems_n;
}

size_t
session_errors(struct session *s)
{
	const struct problem *list;
	size_t n = session_problems(s, &list), errors = 0;

	for (size_t i = 0; i < n; i++)
		errors += list[i].kind != PROBLEM_WARNING;
	return errors;
}
