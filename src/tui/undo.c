#include "tui/undo.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"

static void
push(struct undo *u, struct undo_step step)
{
	if (u->n == UNDO_STEPS) {
		free(u->v[u->first].text);
		u->first = (u->first + 1) % UNDO_STEPS;
		u->n--;
	}
	u->v[(u->first + u->n++) % UNDO_STEPS] = step;
}

static struct undo_step
pop(struct undo *u)
{
	return u->v[(u->first + --u->n) % UNDO_STEPS];
}

void
undo_free(struct undo *u)
{
	while (u->n > 0)
		undo_forget(u);
}

void
undo_note_answer(struct undo *u, struct session *s, node_id node)
{
	const struct answers *a = session_answers(s);

	push(u, (struct undo_step){.kind = UNDO_ANSWER,
		    .node = node,
		    .text = xstrdup(answers_text(a, node)),
		    .missing = answers_missing(a, node)});
}

void
undo_note_blank(struct undo *u, node_id node, bool joined)
{
	push(u, (struct undo_step){ .kind = UNDO_ANSWER, .node = node, .text = xstrdup(""),
		.joined = joined });
}

void
undo_note_row(struct undo *u, struct session *s, enum undo_kind kind, node_id row)
{
	push(u,
	    (struct undo_step){
		.kind = kind, .node = row, .position = answers_position(session_answers(s), row)});
}

void
undo_forget(struct undo *u)
{
	struct undo_step last = pop(u);

	free(last.text);
}

static bool
back(struct session *s, const struct undo_step *step, struct changed *changed, struct err *err)
{
	switch (step->kind) {
	case UNDO_ADDED:
		return session_remove_row(s, step->node, changed, err);
	case UNDO_REMOVED:
		return session_restore_row(s, step->node, step->position, changed, err);
	case UNDO_MOVED:
		return session_move_row(s, step->node, step->position, changed, err);
	case UNDO_ANSWER:
		break;
	}
	return session_put_back(s, step->node, step->text, step->missing, changed, err);
}

bool
undo_back(struct undo *u, struct session *s, struct undo_step *done, struct changed *changed,
    struct err *err)
{
	while (u->n > 0) {
		struct undo_step step = pop(u);
		bool alive = answers_alive(session_answers(s), step.node);
		bool ok;

		/* What went with its row by itself cannot be changed any more. */
		if (alive == (step.kind == UNDO_REMOVED)) {
			free(step.text);
			continue;
		}
		ok = back(s, &step, changed, err);
		free(step.text);
		step.text = NULL;
		if (ok)
			*done = step;
		return ok;
	}
	return err_set(err, "%s", _("There is nothing to take back."));
}
