/* entry_open.c: a record opened for a worklist: where the work is, with what is
 * known filled in. */
#include <string.h>

#include "form/form.h"
#include "tui/entry.h"

/* Stands after the rows of the repeat, where one is added. */
static bool
go_to_table(struct entry *e, const struct question *repeat)
{
	struct place at = e->at, stop;

	for (size_t i = 0; i <= outline_sections(e->outline); i++) {
		if (!outline_table(e->outline, &at, &at))
			return false;
		if (at.item.q == repeat && outline_add_stop(e->outline, &at, &stop)) {
			entry_goto(e, &stop);
			return true;
		}
		if (!outline_turn(e->outline, &at, 1, &at))
			return false;
	}
	return false;
}

bool
entry_open_row(struct ui *ui, const char *record_id, const char *repeat, struct err *err)
{
	const struct question *q;
	struct entry *e;
	node_id parent;

	if (!entry_resume(ui, record_id, err))
		return false;
	e = (struct entry *)ui->top;
	e->once = true;
	if (ui->ask.open || !session_find_repeat(e->session, repeat, &parent, &q, err) ||
	    !session_can_add(e->session, parent, q) || !go_to_table(e, q))
		return true;
	if (answers_rows(e->answers, parent, q) > 0)
		entry_as_last(e);
	else
		entry_add_after(e);
	return true;
}

bool
entry_open_problem(struct ui *ui, const char *record_id, struct err *err)
{
	const struct problem *list;
	struct entry *e;
	size_t n;

	if (!entry_resume(ui, record_id, err))
		return false;
	e = (struct entry *)ui->top;
	n = session_problems(e->session, &list);
	for (size_t i = 0; !ui->ask.open && i < n; i++)
		if (list[i].kind != PROBLEM_WARNING) {
			ui_say(ui, "%s", list[i].text);
			entry_goto_node(e, list[i].node);
			break;
		}
	return true;
}

bool
entry_new_with(struct ui *ui, const char *form, const struct attr *answers, size_t n,
    struct err *err)
{
	struct entry *e;

	if (!entry_new(ui, form, err))
		return false;
	e = (struct entry *)ui->top;
	e->once = true;
	for (size_t i = 0; i < n; i++) {
		struct changed changed;
		struct err why;
		node_id node;

		if (!session_find(e->session, answers[i].name, NODE_NONE, &node, &why) ||
		    !session_set(e->session, node, answers[i].value, &changed, &why)) {
			ui_fail(ui, &why);
			continue;
		}
		entry_answered(e, node);
		entry_changed(e, &changed);
	}
	e->stale = true;
	entry_start(e);
	return true;
}
