#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "record/state.h"

/*
 * An answer that its list does not offer any more (a filter, a row that went) is
 * treated as one that is not relevant: kept while the record is open, blank to
 * expressions, back when the list has it again, dropped on saving.
 */

/* Filters may ask for each other's answers: in one change an answer goes and
 * comes back so often and no oftener. */
#define TURNS_MAX 4

static bool
differs_from_store(const struct session *s, node_id node)
{
	const char *base = node_state(s, node)->base;

	return strcmp(base ? base : "", node_saved_text(s, node)) != 0;
}

/* A saved answer that nothing done since has shut out: the list itself is another
 * than it was. That is for a person to put right, not to be dropped in passing. */
static bool
from_the_store(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);
	const char *base = node_state(s, node)->base;
	const struct expr *filter = logic_expr(s->logic, q, ASPECT_CHOICES);
	const struct expr_reads *reads = filter ? expr_reads(filter) : NULL;
	bool same = base && !q->from_repeat &&
		    strcmp(base, answers_text(s->answers, node)) == 0;

	for (size_t i = 0; same && reads && i < reads->questions_n; i++) {
		const struct question *r = reads->questions[i];
		node_id scope = seen_within(s, node, r, filter);
		size_t n;

		if (type_info(r->type)->kind == KIND_NONE)
			continue;
		n = answers_all(s->answers, scope, r, &s->ids, &s->ids_cap);
		for (size_t k = 0; same && k < n; k++)
			same = s->ids[k] == node || !differs_from_store(s, s->ids[k]);
	}
	return same;
}

static bool
may_turn(struct session *s, struct node_state *st)
{
	if (st->turned_in != s->change) {
		st->turned_in = s->change;
		st->turns = 0;
	}
	return ++st->turns <= TURNS_MAX;
}

/* Everything that reads the answer sees another one. */
static void
left_changed(struct session *s, node_id node)
{
	const struct question *q = answers_question(s->answers, node);

	uncheck(s, node);
	uncheck_unique(s, q, NULL);
	uncheck_takers(s, q);
	queue_readers(s, node, q);
}

void
shut_out(struct session *s, node_id node)
{
	struct node_state *st = node_state(s, node);
	const char *text = answers_text(s->answers, node);
	char *before = xstrdup(answers_value(s->answers, node));
	struct buf left = { 0 };
	struct err err;
	bool told;

	/* A filter that asks for its own question sees all that was answered. */
	answers_leave(s->answers, node, NULL);
	told = choices_left(s, node, text, &left, &err);
	st->stranger = !told || strcmp(buf_str(&left), text) != 0;
	if (told && st->stranger && !from_the_store(s, node)) {
		answers_leave(s->answers, node, buf_str(&left));
		if (strcmp(answers_value(s->answers, node), before) != 0 && !may_turn(s, st))
			answers_leave(s->answers, node, NULL);
		else
			st->stranger = false;
	}
	if (strcmp(answers_value(s->answers, node), before) != 0)
		left_changed(s, node);
	free(before);
	buf_free(&left);
}

bool
node_shut(const struct session *s, node_id node, struct buf *codes)
{
	const char *text = answers_text(s->answers, node), *left = answers_value(s->answers, node);
	enum kind kind = type_info(answers_question(s->answers, node)->type)->kind;
	struct buf code = { 0 };
	bool any = false;

	if (text == left || !answers_relevant(s->answers, node))
		return false;
	while (code_next(&text, kind == KIND_CODES, &code)) {
		if (kind == KIND_CODES ? codes_have(left, buf_str(&code)) : left[0] != '\0')
			continue;
		if (codes)
			buf_addf(codes, "%s%s", any ? " " : "", buf_str(&code));
		any = true;
	}
	buf_free(&code);
	return any;
}

const char *
session_held(struct session *s, node_id node)
{
	struct buf codes = { 0 }, out = { 0 };

	if (!node_shut(s, node, &codes)) {
		buf_free(&codes);
		return "";
	}
	buf_addf(&out, _("%s is not in the list now: kept while the record is open"),
	    buf_str(&codes));
	buf_free(&codes);
	return text_lend(s, buf_take(&out));
}
