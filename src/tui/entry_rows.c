/* entry_rows.c: the rows of a repeat: listing, adding, removing. */
#include <stdlib.h>
#include <string.h>

#include "base/edit.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "tui/entry.h"
#include "tui/period.h"

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
	undo_note_row(&e->undo, e->session, UNDO_ADDED, row);
	e->typed = true;
	entry_rows_to_draft(e, row);
	entry_journal(e, row);
	if (entry_row_start(e, row, false, &to))
		entry_goto(e, &to);
}

void
entry_begin_row(struct entry *e)
{
	entry_add_row(e);
	/* What fills itself is no blank row, though nobody typed in it. */
	if (e->field.node != NODE_NONE && edit_text(e->field.edit)[0] == '\0')
		e->cells.spare = e->at.row;
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

/* The line that adds a row to the table here, or to the next there is. */
static bool
where_added(struct entry *e, struct place *to)
{
	return outline_add_stop(e->outline, &e->at, to) ||
	    (!entry_in_cells(e) && outline_table(e->outline, &e->at, to) &&
	    outline_add_stop(e->outline, to, to));
}

void
entry_add_after(struct entry *e)
{
	struct place to;

	if (!entry_leave(e, false))
		return;
	entry_journal(e, e->at.item.node);
	if (where_added(e, &to)) {
		entry_goto(e, &to);
		entry_add_row(e);
	} else {
		entry_open_field(e);
		ui_error(e->view.ui, _("This form has no table that a row could be added to."));
	}
}

/* The first or last row of the table the cursor is in. */
void
entry_end_of_rows(struct entry *e, bool last)
{
	size_t at = page_find(&e->page, &e->at.item), to = e->page.n;

	for (size_t i = 0; i < e->page.n && at < e->page.n; i++)
		if (e->page.v[i].kind == ITEM_ROW && e->page.v[i].q == e->at.item.q &&
		    (last || to == e->page.n))
			to = i;
	if (to == e->page.n)
		e->view.ui->ring = true;
	else
		entry_goto(e, &(struct place){ e->at.section, e->at.row, e->page.v[to] });
}

struct filling {
	struct entry *e;
	bool joined;			/* to what is taken back with it */
};

static void
filled(void *ctx, node_id node)
{
	struct filling *f = ctx;

	undo_note_blank(&f->e->undo, node, f->joined);
	f->joined = true;
	entry_answered(f->e, node);
}

/* What is done today is dated today. */
static bool
dated_today(const struct entry *e, const struct cell *c)
{
	const struct expr *value = logic_expr(session_logic(e->session), c->q, ASPECT_DEFAULT);

	return type_info(c->q->type)->kind == KIND_DATE && c->asked && !c->touched &&
	    c->value[0] != '\0' && c->problem == PROBLEM_NONE && value != NULL &&
	    expr_reads(value)->clock;
}

static bool
next_in_row(struct entry *e, const struct place *from, struct place *to)
{
	if (entry_in_cells(e))
		return entry_cell_after(e, from, to);
	return outline_next(e->outline, from, false, to) && to->row == from->row;
}

/* In a row that is filled in, the cursor goes past today's date and what is taken over, to
 * what may have changed. False: it went past no date. */
static bool
past_the_date(struct entry *e)
{
	struct place to = e->at, next;
	node_id date = NODE_NONE;
	struct cell c;

	if (to.item.kind != ITEM_FIELD)
		return false;
	session_cell(e->session, to.item.node, &c);
	while ((dated_today(e, &c) || entry_carried(e, &c)) && next_in_row(e, &to, &next)) {
		if (dated_today(e, &c))
			date = c.node;
		to = next;
		session_cell(e->session, to.item.node, &c);
	}
	if (date == NODE_NONE)
		return false;
	entry_goto(e, &to);
	e->dated.date = date;
	e->dated.rest = to.item.node;
	return true;
}

bool
entry_back_to_date(struct entry *e, struct place *to)
{
	return e->dated.rest != NODE_NONE && e->dated.rest == e->at.item.node &&
	    answers_alive(e->answers, e->dated.date) &&
	    outline_place(e->outline, e->dated.date, to);
}

/* In a row, what is blank in it; elsewhere a new row of the form's table. */
void
entry_as_last(struct entry *e)
{
	struct filling f = { .e = e };
	struct ui *ui = e->view.ui;
	struct place to;
	bool dated;
	node_id row;

	if (!entry_leave(e, false) && e->held_why == HOLD_TYPE)
		return;
	if (e->at.row == NODE_NONE && where_added(e, &to) &&
	    answers_rows(e->answers, to.item.node, to.item.q) > 0) {
		entry_add_after(e);
		f.joined = true;
		ui->kind = MESSAGE_NONE;
	}
	row = e->at.row;
	if (row == NODE_NONE || !period_fill(e->session, row, filled, &f)) {
		entry_open_field(e);
		ui_error(ui, _("There is no row before this one to go by."));
		return;
	}
	e->stale = true;
	dated = past_the_date(e);
	entry_journal(e, e->at.item.node);
	entry_open_field(e);
	if (dated && entry_in_cells(e))
		ui_say(ui, _("Filled in as the row before, dated %s. Change what is different; F2 saves."),
		    answers_value(e->answers, e->dated.date));
	else if (dated)
		ui_say(ui, _("Filled in as the row before, dated %s (Up goes there). Change what is "
		             "different; F2 saves."), answers_value(e->answers, e->dated.date));
	else
		ui_say(ui, _("Filled in as the row before. Change what is different; F2 saves."));
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
	if (entry_in_cells(e)) {
		entry_cells_end_row(e);
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
