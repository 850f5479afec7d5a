/* entry_rows.c: the rows of a repeat: listing, adding, removing. */
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "form/form.h"
#include "tui/entry.h"

#define SUMMARY_ANSWERS 4

void
entry_row_text(struct entry *e, node_id row, struct buf *out)
{
	const struct question *repeat = answers_question(e->answers, row);
	int shown = 0;

	buf_addf(out, "%zu", answers_position(e->answers, row));
	for (const struct question *q = form_next(repeat, repeat); q != NULL && shown < SUMMARY_ANSWERS;
	     q = form_next(q, repeat)) {
		node_id node = answers_seen(e->answers, row, q);

		if (node == NODE_NONE || !type_info(q->type)->asked || q->repeat != repeat ||
		    answers_text(e->answers, node)[0] == '\0')
			continue;
		buf_add_str(out, "  ");
		session_display(e->session, node, out);
		shown++;
	}
}

void
entry_add_row(struct entry *e)
{
	struct changed changed;
	struct err err;
	struct place to;
	node_id row;

	if (!session_add_row(e->session, e->at.item.node, e->at.item.q, 0, &row, &changed, &err)) {
		ui_fail(e->view.ui, &err);
		return;
	}
	entry_changed(e, &changed);
	e->typed = true;
	if (!store_draft_rows(e->view.ui->store, e->session, row, &err))
		ui_error(e->view.ui, _("Not on the disk yet: %s"), err.text);
	entry_journal(e, row);
	ui_clock_text(e->view.ui, e->draft_at);
	if (outline_first(e->outline, e->at.section, row, &to))
		entry_goto(e, &to);
}

/* The row the cursor is on or in. */
static node_id
row_here(struct entry *e)
{
	if (e->at.item.kind == ITEM_ROW)
		return e->at.item.node;
	return e->at.row;
}

void
entry_ask_remove_row(struct entry *e)
{
	node_id row = row_here(e);
	struct buf text = { 0 };

	if (row == NODE_NONE)
		return;
	entry_row_text(e, row, &text);
	ui_ask(e->view.ui, &e->view, ASK_REMOVE, "1y",
	    _("Remove row %s? 1 removes it, Esc keeps it"), buf_str(&text));
	buf_free(&text);
}

void
entry_remove_row(struct entry *e)
{
	struct changed changed;
	struct err err;
	struct place to;
	node_id row = row_here(e), parent = answers_parent(e->answers, row);

	/* The stop after the rows stays where it is, whatever row goes. */
	if (!outline_add_stop(e->outline, &e->at, &to)) {
		ui_error(e->view.ui, _("The form says how many rows there are: none can be removed."));
		return;
	}
	field_close(&e->field);
	if (!session_remove_row(e->session, row, &changed, &err)) {
		ui_fail(e->view.ui, &err);
		entry_open_field(e);
		return;
	}
	entry_changed(e, &changed);
	e->typed = true;
	e->stale = true;
	entry_goto(e, &to);
	if (!store_draft_rows(e->view.ui->store, e->session, parent, &err))
		ui_error(e->view.ui, _("Not on the disk yet: %s"), err.text);
	else
		ui_say(e->view.ui, _("The row is removed. Until the record is saved, F10 and then 3 "
		                     "brings it back."));
	entry_journal(e, parent);
}

void
entry_list_rows(struct entry *e)
{
	node_id row = e->at.row;
	struct place to;

	if (!entry_leave(e, false))
		return;
	entry_journal(e, e->at.item.node);
	if (row != NODE_NONE && outline_place(e->outline, row, &to)) {
		entry_goto(e, &to);
	} else if (outline_add_stop(e->outline, &e->at, &to)) {
		struct place before;

		if (outline_prev(e->outline, &to, true, &before) && before.item.kind == ITEM_ROW)
			to = before;
		entry_goto(e, &to);
	} else {
		entry_open_field(e);
		ui_error(e->view.ui, _("There is no table on this page."));
		return;
	}
	ui_say(e->view.ui, _("Enter opens a row, Ins adds one, Del removes one, Esc goes to the top."));
}

void
entry_end_row(struct entry *e)
{
	node_id left = e->at.item.node;
	struct place to;

	if (e->at.row == NODE_NONE) {
		ui_error(e->view.ui, _("This question is in no row: there is none to end."));
		return;
	}
	if (!entry_leave(e, true))
		return;
	entry_journal(e, left);
	if (outline_turn(e->outline, &e->at, 1, &to) && to.row != NODE_NONE)
		entry_goto(e, &to);
	else if (outline_add_stop(e->outline, &e->at, &to))
		entry_goto(e, &to);
	else
		entry_forward(e, false);
}
