/* entry_cells.c: a repeat's rows as a grid: its columns, and where the cursor goes
 * in it. Past the last row one more is begun; left blank, it goes again. */
#include <stdlib.h>

#include "base/edit.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "store/store.h"
#include "tui/entry.h"

/* ---- columns ------------------------------------------------------------------------ */

void
entry_cells_open(struct entry *e, const struct ui *ui)
{
	struct cells *g = &e->cells;

	g->on = xcalloc(e->form->questions_n, sizeof *g->on);
	g->stood = xcalloc(e->form->questions_n, sizeof *g->stood);
	g->spare = g->back = NODE_NONE;
	for (size_t i = 0; i < e->form->questions_n; i++) {
		g->stood[i] = NODE_NONE;
		g->on[i] = !ui->spoken && e->form->questions[i]->type == Q_REPEAT &&
			   question_appearance(e->form->questions[i], "grid");
	}
}

/* Keyed a second time, a row's answers are asked one by one and blind. */
static bool
is_grid(const struct entry *e, const struct question *q)
{
	return e->verify == NULL && e->cells.on[q->index];
}

static bool
marked(const struct question *repeat)
{
	for (const struct question *q = form_next(repeat, repeat); q != NULL;
	     q = form_next(q, repeat))
		if (q->repeat == repeat && question_appearance(q, "grid"))
			return true;
	return false;
}

void
entry_cells_columns(struct entry *e, const struct question *repeat)
{
	struct cells *g = &e->cells;
	bool some = marked(repeat);

	if (g->repeat == repeat)
		return;
	g->repeat = repeat;
	g->n = g->fixed = g->left = g->first = 0;
	g->measured = false;
	for (const struct question *q = form_next(repeat, repeat); q != NULL;
	     q = form_next(q, repeat)) {
		const struct type_info *t = type_info(q->type);

		if (q->repeat != repeat || q->type == Q_GROUP || q->type == Q_REPEAT ||
		    (some ? !question_appearance(q, "grid") : !t->asked))
			continue;
		g->v = xgrow(g->v, &g->cap, g->n + 1, sizeof *g->v);
		if (question_appearance(q, "fixed"))
			g->fixed = g->n;
		g->v[g->n++] = (struct column){.q = q};
	}
}

size_t
entry_cells_column(struct entry *e, const struct question *q)
{
	size_t i = 0;

	while (i < e->cells.n && e->cells.v[i].q != q)
		i++;
	return i;
}

bool
entry_in_cells(struct entry *e)
{
	const struct question *repeat;

	if (e->verify != NULL || e->at.item.kind != ITEM_FIELD || e->at.row == NODE_NONE ||
	    !answers_alive(e->answers, e->at.row))
		return false;
	repeat = answers_question(e->answers, e->at.row);
	if (!is_grid(e, repeat))
		return false;
	entry_cells_columns(e, repeat);
	return entry_cells_column(e, e->at.item.q) < e->cells.n;
}

/* ---- places ------------------------------------------------------------------------- */

/* Column i of the row, if it is asked there. */
static bool
cell_place(struct entry *e, node_id row, size_t i, struct place *to)
{
	node_id node = answers_seen(e->answers, row, e->cells.v[i].q);
	struct cell c;

	if (node == NODE_NONE)
		return false;
	session_cell(e->session, node, &c);
	return c.asked && outline_place(e->outline, node, to);
}

bool
entry_cell_after(struct entry *e, const struct place *from, struct place *to)
{
	for (size_t i = entry_cells_column(e, from->item.q) + 1; i < e->cells.n; i++)
		if (cell_place(e, from->row, i, to))
			return true;
	return false;
}

bool
entry_row_start(struct entry *e, node_id row, bool last, struct place *to)
{
	const struct question *repeat = answers_question(e->answers, row);
	struct place at;

	if (!outline_place(e->outline, row, &at))
		return false;
	if (is_grid(e, repeat)) {
		entry_cells_columns(e, repeat);
		for (size_t i = 0; i < e->cells.n; i++)
			if (cell_place(e, row, last ? e->cells.n - 1 - i : i, to))
				return true;
	}
	return last ? outline_last(e->outline, at.section, row, to)
		    : outline_first(e->outline, at.section, row, to);
}

static size_t
rows_here(struct entry *e)
{
	return answers_rows(e->answers, answers_parent(e->answers, e->at.row),
	    answers_question(e->answers, e->at.row));
}

static node_id
row_at(struct entry *e, size_t position)
{
	return answers_row(e->answers, answers_parent(e->answers, e->at.row),
	    answers_question(e->answers, e->at.row), position);
}

static void
go(struct entry *e, const struct place *to)
{
	entry_journal(e, to->item.kind == ITEM_FIELD ? to->item.node : e->at.item.node);
	entry_goto(e, to);
}

/* The same column of a row, else where the row begins. */
static bool
go_row(struct entry *e, node_id row)
{
	struct place to;

	if (row == NODE_NONE || (!cell_place(e, row, entry_cells_column(e, e->at.item.q), &to) &&
				    !entry_row_start(e, row, false, &to)))
		return false;
	go(e, &to);
	return true;
}

/* ---- the row after the last --------------------------------------------------------- */

static bool
row_blank(struct entry *e, node_id row)
{
	const struct question *repeat = answers_question(e->answers, row);

	for (const struct question *q = form_next(repeat, repeat); q != NULL;
	     q = form_next(q, repeat)) {
		node_id node;
		struct cell c;

		if (q->repeat != repeat || q->type == Q_GROUP)
			continue;
		if (q->type == Q_REPEAT) {
			if (answers_rows(e->answers, answers_seen(e->answers, row, q->parent), q) >
			    0)
				return false;
			continue;
		}
		node = answers_seen(e->answers, row, q);
		session_cell(e->session, node, &c);
		if (c.touched && (c.value[0] != '\0' || c.missing != MISSING_NONE))
			return false;
	}
	return true;
}

/* What a blank row may hold all the same: a flag, and once it was saved, answers of another
 * version of the form. */
static bool
row_kept(struct entry *e, node_id row)
{
	for (size_t i = 0; i < e->flags_n; i++)
		if (answers_row_of(e->answers, e->flags[i].node) == row)
			return true;
	return store_row_saved(
	    e->view.ui->store, session_record(e->session), answers_row_id(e->answers, row));
}

void
entry_drop_spare(struct entry *e, node_id keep)
{
	node_id spare = e->cells.spare, parent;
	struct changed changed;
	struct err err;

	for (node_id row = keep; spare != NODE_NONE && row != NODE_NONE;
	     row = answers_row_of(e->answers, answers_parent(e->answers, row)))
		if (row == spare)
			return;
	e->cells.spare = NODE_NONE;
	if (spare == NODE_NONE || !answers_alive(e->answers, spare) || !row_blank(e, spare) ||
	    row_kept(e, spare))
		return;
	parent = answers_parent(e->answers, spare);
	if (!session_remove_row(e->session, spare, &changed, &err))
		return;
	entry_changed(e, &changed);
	e->stale = true;
	entry_rows_to_draft(e, parent);
}

void
entry_cells_resume(struct entry *e)
{
	for (size_t i = 0; i < e->form->questions_n; i++) {
		const struct question *q = e->form->questions[i];
		node_id parent, row;

		if (!is_grid(e, q) || q->repeat != NULL)
			continue;
		parent = answers_seen(e->answers, ANSWERS_ROOT, q->parent);
		row = answers_row(e->answers, parent, q, answers_rows(e->answers, parent, q));
		if (row != NODE_NONE && row_blank(e, row))
			e->cells.spare = row;
	}
}

bool
entry_cells_begun(struct entry *e, const struct question *repeat)
{
	const struct question *q;

	entry_cells_columns(e, repeat);
	q = e->cells.n > 0 ? e->cells.v[0].q : NULL;
	return q != NULL && (q->default_.text != NULL || q->calculation.text != NULL);
}

bool
entry_cells_unasked(struct entry *e, node_id parent, const struct question *repeat)
{
	if (!is_grid(e, repeat) || !session_can_add(e->session, parent, repeat))
		return false;
	entry_cells_columns(e, repeat);
	return e->cells.n > 0 && !entry_cells_begun(e, repeat);
}

bool
entry_cells_begin(struct entry *e, node_id parent, const struct question *repeat)
{
	struct changed changed;
	struct place to;
	struct err err;
	node_id row;

	if (!entry_cells_unasked(e, parent, repeat))
		return false;
	if (!session_add_row(e->session, parent, repeat, 0, &row, &changed, &err))
		return false;
	entry_changed(e, &changed);
	entry_rows_to_draft(e, row);
	if (!entry_row_start(e, row, false, &to)) {
		(void)session_remove_row(e->session, row, &changed, &err);
		entry_rows_to_draft(e, parent);
		return false;
	}
	go(e, &to);
	e->cells.spare = row;
	return true;
}

/* What comes after the table. */
static void
leave_after(struct entry *e)
{
	struct place stop, to;
	bool has_stop = outline_add_stop(e->outline, &e->at, &stop);

	if (!has_stop && !outline_place(e->outline, e->at.row, &stop))
		return;
	if (outline_next(e->outline, &stop, true, &to)) {
		if (entry_arrive(e, &to, 1))
			go(e, &to);
		return;
	}
	entry_journal(e, e->at.item.node);
	if (has_stop)
		entry_goto(e, &stop);
	else
		entry_open_field(e);
	ui_say(e->view.ui, _("This is the last question. F2 saves, F8 shows what is open."));
}

/* The cursor is in the last row and nothing is in it. */
static bool
at_blank_end(struct entry *e)
{
	const struct question *repeat = answers_question(e->answers, e->at.row);

	return e->field.node != NODE_NONE &&
	       answers_position(e->answers, e->at.row) == rows_here(e) &&
	       edit_text(e->field.edit)[0] == '\0' && row_blank(e, e->at.row) &&
	       session_can_add(e->session, answers_parent(e->answers, e->at.row), repeat);
}

static void
end_table(struct entry *e)
{
	e->cells.spare = e->at.row;
	leave_after(e);
}

bool
entry_blank_ends(struct entry *e)
{
	struct place to;

	if (e->cells.spare == NODE_NONE || e->at.row != e->cells.spare || !at_blank_end(e) ||
	    !entry_row_start(e, e->at.row, false, &to) || to.item.node != e->at.item.node)
		return false;
	end_table(e);
	return true;
}

void
entry_end_spare(struct entry *e)
{
	struct place stop;

	if (e->cells.spare == NODE_NONE || e->at.row != e->cells.spare ||
	    !row_blank(e, e->at.row)) {
		entry_drop_spare(e, NODE_NONE);
		return;
	}
	if (outline_add_stop(e->outline, &e->at, &stop))
		entry_goto(e, &stop);
}

/* After the row that was just left: the next, or a new one, or what follows. */
static void
after_row(struct entry *e)
{
	size_t n = rows_here(e), at = answers_position(e->answers, e->at.row);
	struct place to;

	for (size_t i = at + 1; i <= n; i++)
		if (entry_row_start(e, row_at(e, i), false, &to)) {
			go(e, &to);
			return;
		}
	if (row_blank(e, e->at.row)) {
		leave_after(e);
		return;
	}
	if (entry_cells_begin(
		e, answers_parent(e->answers, e->at.row), answers_question(e->answers, e->at.row)))
		return;
	if (outline_add_stop(e->outline, &e->at, &to))
		go(e, &to);
	else
		leave_after(e);
}

/* Where a row is begun by going on past the last one, there is no stop after it. */
static void
arrive_back(struct entry *e, struct place *to)
{
	node_id parent = to->item.node;
	size_t n = answers_rows(e->answers, parent, to->item.q);

	if (n > 0 && entry_cells_unasked(e, parent, to->item.q))
		(void)entry_row_start(e, answers_row(e->answers, parent, to->item.q, n), true, to);
}

bool
entry_arrive(struct entry *e, struct place *to, int dir)
{
	if (to->row != NODE_NONE) {
		const struct question *repeat = answers_question(e->answers, to->row);

		if (!is_grid(e, repeat))
			return true;
		entry_cells_columns(e, repeat);
		if (entry_cells_column(e, to->item.q) == e->cells.n)
			(void)entry_row_start(e, to->row, dir < 0, to);
		return true;
	}
	if (to->item.kind == ITEM_ADD && dir < 0) {
		arrive_back(e, to);
		return true;
	}
	return to->item.kind != ITEM_ADD ||
	    answers_rows(e->answers, to->item.node, to->item.q) > 0 ||
	    !entry_cells_begin(e, to->item.node, to->item.q);
}

/* ---- keys --------------------------------------------------------------------------- */

/* What stands there by itself is passed over. */
static bool
carried(struct entry *e, node_id node)
{
	struct cell c;

	session_cell(e->session, node, &c);
	return entry_carried(e, &c);
}

void
entry_cells_forward(struct entry *e)
{
	struct place to;

	if (at_blank_end(e) && entry_row_start(e, e->at.row, false, &to) &&
	    to.item.node == e->at.item.node) {
		end_table(e);
		return;
	}
	if (!entry_leave(e, true))
		return;
	for (size_t i = entry_cells_column(e, e->at.item.q) + 1; i < e->cells.n; i++)
		if (cell_place(e, e->at.row, i, &to) && !carried(e, to.item.node)) {
			go(e, &to);
			return;
		}
	after_row(e);
}

/* The question before the table. */
static void
leave_before(struct entry *e)
{
	struct place row, to;

	if (outline_place(e->outline, row_at(e, 1), &row) &&
	    outline_prev(e->outline, &row, true, &to)) {
		(void)entry_arrive(e, &to, -1);
		go(e, &to);
		return;
	}
	entry_journal(e, e->at.item.node);
	entry_open_field(e);
	e->view.ui->ring = true;
}

void
entry_cells_backward(struct entry *e)
{
	size_t position = answers_position(e->answers, e->at.row);
	struct place to;

	if (!entry_leave(e, false))
		return;
	if (entry_back_to_date(e, &to)) {
		go(e, &to);
		return;
	}
	for (size_t i = entry_cells_column(e, e->at.item.q); i-- > 0;)
		if (cell_place(e, e->at.row, i, &to)) {
			go(e, &to);
			return;
		}
	if (position > 1 && entry_row_start(e, row_at(e, position - 1), true, &to))
		go(e, &to);
	else
		leave_before(e);
}

void
entry_cells_end_row(struct entry *e)
{
	if (at_blank_end(e))
		end_table(e);
	else if (entry_leave(e, true))
		after_row(e);
}

void
entry_cells_vertical(struct entry *e, int dir)
{
	size_t at = answers_position(e->answers, e->at.row);

	if (dir > 0 && at_blank_end(e)) {
		end_table(e);
		return;
	}
	if (!entry_leave(e, dir > 0) || go_row(e, row_at(e, at + (size_t)dir)))
		return;
	if (dir > 0)
		after_row(e);
	else
		leave_before(e);
}

bool
entry_cells_page(struct entry *e, int dir)
{
	size_t n = rows_here(e), at = answers_position(e->answers, e->at.row);
	size_t by = e->cells.shown > 1 ? e->cells.shown - 1 : 1, to;

	if (n <= e->cells.shown || at == (dir > 0 ? n : 1))
		return false;
	if (dir > 0)
		to = at + by < n ? at + by : n;
	else
		to = at > by ? at - by : 1;
	if (entry_leave(e, false))
		(void)go_row(e, row_at(e, to));
	return true;
}

bool
entry_cells_sideways(struct entry *e, int dir)
{
	struct place to;

	if (!e->field.fresh && edit_text(e->field.edit)[0] != '\0')
		return false;
	if (!entry_leave(e, false))
		return true;
	for (size_t i = entry_cells_column(e, e->at.item.q) + (size_t)dir; i < e->cells.n;
	     i += (size_t)dir)
		if (cell_place(e, e->at.row, i, &to)) {
			go(e, &to);
			return true;
		}
	entry_journal(e, e->at.item.node);
	entry_open_field(e);
	e->view.ui->ring = true;
	return true;
}
