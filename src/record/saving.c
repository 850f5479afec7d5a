#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/state.h"

static const char *
base_text(const struct node_state *st)
{
	return st->base ? st->base : "";
}

const char *
node_saved_text(const struct session *s, node_id node)
{
	return answers_relevant(s->answers, node) ? answers_value(s->answers, node) : "";
}

enum missing
node_saved_missing(const struct session *s, node_id node)
{
	return answers_relevant(s->answers, node) ? answers_missing(s->answers, node)
						  : MISSING_NONE;
}

static bool
differs(const struct session *s, node_id node)
{
	const struct node_state *st = node_state(s, node);

	return strcmp(base_text(st), node_saved_text(s, node)) != 0 ||
	       (enum missing)st->base_missing != node_saved_missing(s, node);
}

bool
node_edited(const struct session *s, node_id node)
{
	return node_state(s, node)->edited && (s->is_new || differs(s, node));
}

bool
session_dirty(const struct session *s)
{
	if (s->rows_edited)
		return true;
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(s->answers, n))
		if (node_edited(s, n))
			return true;
	return false;
}

size_t
session_dropped(struct session *s, const node_id **list)
{
	size_t n = 0;

	for (node_id i = ANSWERS_ROOT; i != NODE_NONE; i = answers_walk(s->answers, i)) {
		bool held = answers_text(s->answers, i)[0] || answers_missing(s->answers, i);

		if (!held || !node_state(s, i)->touched ||
		    (answers_relevant(s->answers, i) && !node_shut(s, i, NULL)))
			continue;
		s->dropped = xgrow(s->dropped, &s->dropped_cap, n + 1, sizeof *s->dropped);
		s->dropped[n++] = i;
	}
	*list = s->dropped;
	return n;
}

void
session_finish(struct session *s)
{
	struct changed changed;

	session_refresh(s, &changed);
	preload_end(s);
	drain(s);
}

static bool
holds_answer(struct session *s, node_id node)
{
	const struct node_state *st = node_state(s, node);

	if (type_info(answers_question(s->answers, node)->type)->kind == KIND_NONE)
		return false;
	return answers_text(s->answers, node)[0] || answers_missing(s->answers, node) || st->base ||
	       st->base_missing;
}

bool
session_each(struct session *s, node_id *at, struct saved_answer *out)
{
	node_id n = *at ? answers_walk(s->answers, *at) : ANSWERS_ROOT, row;

	while (n != NODE_NONE && !holds_answer(s, n))
		n = answers_walk(s->answers, n);
	if (n == NODE_NONE)
		return false;
	row = answers_row_of(s->answers, n);
	*at = n;
	*out = (struct saved_answer){
	    .node = n,
	    .q = answers_question(s->answers, n),
	    .row_id = row == NODE_NONE ? "" : answers_row_id(s->answers, row),
	    .value = node_saved_text(s, n),
	    .missing = node_saved_missing(s, n),
	    .base = base_text(node_state(s, n)),
	    .base_missing = (enum missing)node_state(s, n)->base_missing,
	    .mark = node_state(s, n)->mark,
	};
	return true;
}

size_t
session_removed_rows(const struct session *s, const char *const **row_ids)
{
	*row_ids = (const char *const *)s->removed;
	return s->removed_n;
}

void
session_saved(struct session *s, node_id node, int64_t mark)
{
	struct node_state *st = node_state(s, node);
	node_id row = answers_row_of(s->answers, node);

	state_set(&st->base, node_saved_text(s, node));
	st->base_missing = (unsigned char)node_saved_missing(s, node);
	st->mark = mark;
	st->edited = false;
	if (row != NODE_NONE)
		node_state(s, row)->loaded = true;
}

/* From here on, what is there is what the store has. */
void
session_all_saved(struct session *s)
{
	for (size_t i = 0; i < s->removed_n; i++)
		free(s->removed[i]);
	s->removed_n = 0;
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(s->answers, n)) {
		struct node_state *st = node_state(s, n);

		if (answers_question(s->answers, n)->type == Q_REPEAT) {
			st->loaded = true;
			st->added = false;
		}
		if (differs(s, n)) {
			state_set(&st->base, node_saved_text(s, n));
			st->base_missing = (unsigned char)node_saved_missing(s, n);
		}
		st->edited = false;
	}
	s->rows_edited = 0;
	s->is_new = false;
}
