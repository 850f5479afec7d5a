/* entry_change.c: rows put in, taken out and moved, and the last change taken back. */
#include "base/tr.h"
#include "form/form.h"
#include "tui/entry.h"

bool
entry_rows_to_draft(struct entry *e, node_id node)
{
	struct err err;

	if (!store_draft_rows(e->view.ui->store, e->session, node, &err)) {
		ui_error(e->view.ui, _("Not on the disk yet: %s"), err.text);
		return false;
	}
	ui_clock_text(e->view.ui, e->draft_at);
	return true;
}

/* Where to go on, when the cursor moved with its row and nothing was answered. */
static void
cursor_to_draft(struct entry *e)
{
	struct err ignored;

	if (e->at.item.kind == ITEM_FIELD)
		(void)store_draft_cursor(e->view.ui->store, e->session, e->at.item.node, &ignored);
}

/* The row the cursor is on or in; says so when there is none. */
static node_id
row_here(struct entry *e)
{
	node_id row = e->at.item.kind == ITEM_ROW ? e->at.item.node : e->at.row;

	if (row == NODE_NONE)
		ui_error(e->view.ui, _("The cursor is in no row."));
	return row;
}

static node_id
neighbour(struct entry *e, node_id row, int by)
{
	return answers_row(e->answers, answers_parent(e->answers, row),
	    answers_question(e->answers, row), answers_position(e->answers, row) + (size_t)by);
}

void
entry_insert_row(struct entry *e)
{
	node_id here = row_here(e), row;
	struct changed changed;
	struct place to;
	struct err err;

	if (here == NODE_NONE || !entry_leave(e, false))
		return;
	entry_journal(e, e->at.item.node);
	if (!session_add_row(e->session, answers_parent(e->answers, here),
		answers_question(e->answers, here), answers_position(e->answers, here), &row,
		&changed, &err)) {
		entry_open_field(e);
		ui_fail(e->view.ui, &err);
		return;
	}
	entry_changed(e, &changed);
	undo_note_row(&e->undo, e->session, UNDO_ADDED, row);
	e->typed = true;
	e->stale = true;
	entry_rows_to_draft(e, row);
	if (entry_row_start(e, row, false, &to))
		entry_goto(e, &to);
	cursor_to_draft(e);
}

/* Where the cursor is once this row is gone: in a grid the next row, or the one
 * before; else the stop after the rows, which stays where it is. */
static bool
place_without(struct entry *e, node_id row, struct place *to)
{
	node_id other = neighbour(e, row, 1);
	bool grid = entry_in_cells(e) && e->at.row == row;

	if (other == NODE_NONE)
		other = neighbour(e, row, -1);
	if (grid && other != NODE_NONE) {
		node_id node = answers_seen(e->answers, other, e->at.item.q);
		struct cell c;

		session_cell(e->session, node, &c);
		if (c.asked && outline_place(e->outline, node, to))
			return true;
		if (entry_row_start(e, other, false, to))
			return true;
	}
	if (outline_add_stop(e->outline, &e->at, to))
		return true;
	return other != NODE_NONE && outline_place(e->outline, other, to);
}

void
entry_take_row(struct entry *e)
{
	node_id row = row_here(e), parent;
	struct changed changed;
	struct place to;
	struct err err;
	size_t position;
	bool found;

	if (row == NODE_NONE)
		return;
	entry_keep(e);
	parent = answers_parent(e->answers, row);
	position = answers_position(e->answers, row);
	found = place_without(e, row, &to);
	undo_note_row(&e->undo, e->session, UNDO_REMOVED, row);
	if (!session_remove_row(e->session, row, &changed, &err)) {
		undo_forget(&e->undo);
		entry_open_field(e);
		ui_fail(e->view.ui, &err);
		return;
	}
	if (e->cells.spare == row)
		e->cells.spare = NODE_NONE;
	field_close(&e->field);
	entry_changed(e, &changed);
	e->typed = true;
	e->stale = true;
	if (found)
		entry_goto(e, &to);
	else
		entry_start(e);
	if (entry_rows_to_draft(e, parent))
		ui_say(e->view.ui, _("Row %zu is removed. Ctrl-R brings it back."), position);
	entry_journal(e, parent);
	cursor_to_draft(e);
}

void
entry_shift_row(struct entry *e, int by)
{
	node_id row = row_here(e);
	struct changed changed;
	struct err err;

	if (row == NODE_NONE || !entry_leave(e, false))
		return;
	entry_journal(e, e->at.item.node);
	if (neighbour(e, row, by) == NODE_NONE) {
		e->view.ui->ring = true;
		return;
	}
	undo_note_row(&e->undo, e->session, UNDO_MOVED, row);
	if (!session_move_row(
		e->session, row, answers_position(e->answers, row) + (size_t)by, &changed, &err)) {
		undo_forget(&e->undo);
		ui_fail(e->view.ui, &err);
		return;
	}
	entry_changed(e, &changed);
	e->typed = true;
	e->stale = true;
	entry_open_field(e);
	entry_rows_to_draft(e, row);
}

/* The row that was added is no more: the cursor goes to one near, or to where the
 * next would be added. */
static void
go_near(struct entry *e, node_id gone, size_t position)
{
	const struct question *repeat = answers_question(e->answers, gone);
	node_id parent = answers_parent(e->answers, gone);
	size_t n = answers_rows(e->answers, parent, repeat);
	struct place to = {
	    e->at.section, answers_row_of(e->answers, parent), {ITEM_ROW, NODE_NONE, repeat, 0}};
	node_id row = n == 0 ? NODE_NONE
			     : answers_row(e->answers, parent, repeat, position < n ? position : n);

	if ((row != NODE_NONE && entry_row_start(e, row, false, &to)) ||
	    outline_add_stop(e->outline, &to, &to))
		entry_goto(e, &to);
	else
		entry_start(e);
}

static void
show_step(struct entry *e, const struct undo_step *step)
{
	bool lost = (e->at.row != NODE_NONE && !answers_alive(e->answers, e->at.row)) ||
		    (e->at.item.node != NODE_NONE && !answers_alive(e->answers, e->at.item.node));
	struct place to;

	switch (step->kind) {
	case UNDO_ANSWER:
		entry_answered(e, step->node);
		entry_goto_node(e, step->node);
		entry_journal(e, step->node);
		return;
	case UNDO_ADDED:
		entry_rows_to_draft(e, answers_parent(e->answers, step->node));
		if (lost)
			go_near(e, step->node, step->position);
		return;
	case UNDO_REMOVED:
	case UNDO_MOVED:
		entry_rows_to_draft(e, step->node);
		if (e->at.row != step->node && entry_row_start(e, step->node, false, &to))
			entry_goto(e, &to);
		return;
	}
}

void
entry_undo(struct entry *e)
{
	struct undo_step step;
	struct changed changed;
	struct err err;

	if (e->field.node != NODE_NONE && e->field.dirty) {
		entry_edit_key(e, ACT_CANCEL);
		return;
	}
	do {
		if (!undo_back(&e->undo, e->session, &step, &changed, &err)) {
			ui_fail(e->view.ui, &err);
			return;
		}
		entry_changed(e, &changed);
		e->typed = true;
		e->stale = true;
		show_step(e, &step);
	} while (step.joined);
	cursor_to_draft(e);
	if (e->view.ui->kind == MESSAGE_NONE)
		ui_say(e->view.ui, _("Taken back."));
}
