/* entry_table.c: F7: a repeat's rows as a grid, the page of one of them, and back. */
#include "base/tr.h"
#include "form/form.h"
#include "tui/entry.h"

/* Of the rows round it too: each table keeps where one was in it. */
void
entry_table_stood(struct entry *e, const struct place *at)
{
	bool listed = at->item.kind == ITEM_ROW;
	node_id row = listed ? at->item.node : at->row;
	node_id stood = at->item.kind == ITEM_FIELD ? at->item.node : row;

	while (row != NODE_NONE && answers_alive(e->answers, row)) {
		e->cells.stood[answers_question(e->answers, row)->index] = stood;
		row = answers_row_of(e->answers, answers_parent(e->answers, row));
		stood = row;
	}
}

/* Which row of the table one means who comes from elsewhere: where one was in it last.
 * Else the first; where rows are of one month after another, which shows by their
 * filling themselves, the last. NODE_NONE: there is no row. */
static node_id
row_meant(struct entry *e, node_id parent, const struct question *repeat)
{
	node_id stood = e->cells.stood[repeat->index];
	size_t n = answers_rows(e->answers, parent, repeat);

	if (stood != NODE_NONE && answers_alive(e->answers, stood)) {
		node_id row = answers_row_of(e->answers, stood);

		if (answers_parent(e->answers, row) == parent)
			return row;
	}
	if (n == 0)
		return NODE_NONE;
	return answers_row(e->answers, parent, repeat, entry_cells_begun(e, repeat) ? n : 1);
}

static void
to_page(struct entry *e)
{
	struct place to = e->at;

	entry_journal(e, e->at.item.node);
	e->cells.on[answers_question(e->answers, e->at.row)->index] = false;
	e->cells.back = e->at.item.node;
	e->stale = true;
	e->scroll = 0;
	entry_goto(e, &to);
}

/* The cell of that node, if it is one of the row. */
static bool
cell_of(struct entry *e, node_id node, node_id row, struct place *to)
{
	return node != NODE_NONE && answers_alive(e->answers, node) &&
	    answers_row_of(e->answers, node) == row &&
	    entry_cells_column(e, answers_question(e->answers, node)) < e->cells.n &&
	    outline_place(e->outline, node, to);
}

/* False: no cell of the row is asked. */
static bool
to_row(struct entry *e, node_id row, node_id stood)
{
	struct place to = e->at;

	if (e->at.row == row && e->at.item.kind == ITEM_FIELD &&
	    entry_cells_column(e, e->at.item.q) < e->cells.n) {
		entry_goto(e, &to);
		return true;
	}
	if (!cell_of(e, e->cells.back, row, &to) && !cell_of(e, stood, row, &to) &&
	    !(entry_row_start(e, row, false, &to) &&
	    entry_cells_column(e, to.item.q) < e->cells.n))
		return false;
	entry_goto(e, &to);
	return true;
}

static void
to_grid(struct entry *e, node_id parent, const struct question *repeat, node_id row)
{
	node_id stood = e->cells.stood[repeat->index];
	struct place to;
	bool found;

	e->cells.on[repeat->index] = true;
	entry_cells_columns(e, repeat);
	found = row != NODE_NONE ? to_row(e, row, stood) : entry_cells_begin(e, parent, repeat);
	e->stale = true;
	if (found) {
		ui_say(e->view.ui,
		    _("Ins new row, Ctrl-B before, Ctrl-K removes, Ctrl-R takes back, F7 whole row"));
		return;
	}
	e->cells.on[repeat->index] = false;
	if (row == NODE_NONE && outline_table(e->outline, &e->at, &to)) {
		entry_goto(e, &to);
		return;
	}
	entry_open_field(e);
	ui_error(e->view.ui, _("Nothing in the columns of this table can be answered now."));
}

/* The table one is in or comes to next, and the row of it that is meant. False: none. */
static bool
table_meant(struct entry *e, node_id *parent, const struct question **repeat, node_id *row)
{
	struct place to = e->at;
	bool in_list = to.item.kind == ITEM_ROW || to.item.kind == ITEM_ADD;

	if (to.row != NODE_NONE && !in_list) {
		*row = to.row;
	} else if (in_list) {
		*row = to.item.kind == ITEM_ROW ? to.item.node
		    : answers_row(e->answers, to.item.node, to.item.q,
			answers_rows(e->answers, to.item.node, to.item.q));
	} else if (outline_table(e->outline, &e->at, &to)) {
		*parent = to.item.kind == ITEM_ROW ? answers_parent(e->answers, to.item.node)
		                                   : to.item.node;
		*repeat = to.item.q;
		*row = row_meant(e, *parent, *repeat);
		return true;
	} else {
		return false;
	}
	*parent = *row != NODE_NONE ? answers_parent(e->answers, *row) : to.item.node;
	*repeat = *row != NODE_NONE ? answers_question(e->answers, *row) : to.item.q;
	return true;
}

void
entry_table_switch(struct entry *e)
{
	const struct question *repeat;
	node_id parent, row;
	struct place to;

	if (!entry_leave(e, false))
		return;
	if (entry_in_cells(e)) {
		to_page(e);
		return;
	}
	entry_journal(e, e->at.item.node);
	if (e->view.ui->spoken && outline_table(e->outline, &e->at, &to)) {
		entry_goto(e, &to);
	} else if (table_meant(e, &parent, &repeat, &row)) {
		to_grid(e, parent, repeat, row);
	} else {
		entry_open_field(e);
		ui_error(e->view.ui, _("This form has no table."));
	}
}
