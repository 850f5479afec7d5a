/* entry_move.c: where the cursor is and where it goes. */
#include <stdlib.h>
#include <string.h>

#include "base/pinyin.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "tui/entry.h"
#include "tui/entry_verify.h"
#include "tui/views.h"

void
entry_open_field(struct entry *e)
{
	struct cell c;
	struct err err;

	pick_close(&e->pick);
	field_close(&e->field);
	if (e->at.item.kind != ITEM_FIELD)
		return;
	session_cell(e->session, e->at.item.node, &c);
	if (c.asked && !field_open(&e->field, e->session, e->at.item.node, &err))
		ui_fail(e->view.ui, &err);
	if (e->verify != NULL)
		verifying_open_field(e);
}

void
entry_goto(struct entry *e, const struct place *to)
{
	bool other = to->section != e->at.section || to->row != e->at.row;

	entry_drop_spare(e, to->row);
	e->at = *to;
	entry_table_stood(e, to);
	e->dated.rest = NODE_NONE;
	e->held = NODE_NONE;
	e->held_why = HOLD_NONE;
	if (other || e->page.n == 0) {
		e->stale = true;
		e->scroll = 0;
	}
	entry_open_field(e);
}

bool
entry_goto_node(struct entry *e, node_id node)
{
	struct place to;

	if (!outline_place(e->outline, node, &to))
		return false;
	entry_goto(e, &to);
	return true;
}

void
entry_start(struct entry *e)
{
	struct place to = { 0 };

	for (size_t s = 0; s < outline_sections(e->outline); s++)
		if (outline_first(e->outline, s, NODE_NONE, &to)) {
			entry_goto(e, &to);
			return;
		}
	/* Nothing to answer at all: the first page is shown. */
	to.row = NODE_NONE;
	to.item.node = NODE_NONE;
	to.item.kind = ITEM_SHOWN;
	to.item.q = e->form->questions[0];
	entry_goto(e, &to);
}

/* A question for the draft to go on at: rows' ends are none. */
static node_id
cursor_of(const struct place *p, node_id else_node)
{
	return p->item.kind == ITEM_FIELD ? p->item.node : else_node;
}

bool
entry_carried(const struct entry *e, const struct cell *c)
{
	const struct expr *value = logic_expr(session_logic(e->session), c->q, ASPECT_DEFAULT);

	if (!c->asked || c->touched || c->value[0] == '\0' || c->problem != PROBLEM_NONE)
		return false;
	return question_appearance(c->q, "pass") || (value != NULL && expr_reads(value)->last_saved);
}

static bool
passes(struct entry *e, const struct place *p)
{
	struct cell c;

	if (p->item.kind != ITEM_FIELD)
		return false;
	session_cell(e->session, p->item.node, &c);
	return entry_carried(e, &c);
}

/* What stands there by itself is passed over, but for the record's last question. */
static void
pass(struct entry *e, bool list, struct place *to)
{
	struct place next;

	while (passes(e, to) && outline_next(e->outline, to, list, &next))
		*to = next;
}

void
entry_begin(struct entry *e)
{
	struct place to = e->at;

	pass(e, false, &to);
	if (to.item.node == e->at.item.node)
		return;
	entry_goto(e, &to);
	ui_say(e->view.ui, _("^ marks what stands there already; Up goes back to it."));
}

static void
onward(struct entry *e, bool list, bool passing)
{
	node_id left = e->at.item.node;
	struct place to;

	if (e->verify != NULL) {
		verifying_forward(e);
		return;
	}
	if (entry_in_cells(e)) {
		entry_cells_forward(e);
		return;
	}
	if (entry_blank_ends(e) || !entry_leave(e, true))
		return;
	if (!outline_next(e->outline, &e->at, list, &to)) {
		entry_journal(e, left);
		entry_open_field(e);
		ui_say(e->view.ui, _("This is the last question. F2 saves, F8 shows what is open."));
		return;
	}
	if (!entry_arrive(e, &to, 1))
		return;
	if (passing)
		pass(e, list, &to);
	entry_journal(e, cursor_of(&to, left));
	entry_goto(e, &to);
}

void
entry_forward(struct entry *e, bool list)
{
	onward(e, list, true);
}

void
entry_down(struct entry *e, bool list)
{
	onward(e, list, false);
}

static bool
is_asked(struct entry *e, const struct place *p)
{
	struct cell c;

	if (p->item.kind != ITEM_FIELD)
		return true;
	session_cell(e->session, p->item.node, &c);
	return c.asked;
}

void
entry_skip_to(struct entry *e, node_id node)
{
	node_id left = e->at.item.node;
	struct place to;

	if (!entry_leave(e, true) || !outline_place(e->outline, node, &to))
		return;
	while (!is_asked(e, &to) && outline_next(e->outline, &to, false, &to))
		continue;
	if (e->verify == NULL)
		pass(e, false, &to);
	entry_journal(e, cursor_of(&to, left));
	entry_goto(e, &to);
}

static bool
is_blank(struct entry *e, const struct place *p)
{
	struct cell c;

	if (p->item.kind != ITEM_FIELD)
		return false;
	session_cell(e->session, p->item.node, &c);
	return c.asked && c.value[0] == '\0' && c.missing == MISSING_NONE;
}

void
entry_to_blank(struct entry *e)
{
	node_id left = e->at.item.node, row = e->at.row;
	struct place to = e->at;
	bool more;

	if (!entry_leave(e, true))
		return;
	do
		more = outline_next(e->outline, &to, false, &to);
	while (more && to.row == row && to.item.kind != ITEM_ADD && !is_blank(e, &to));
	if (!more) {
		entry_journal(e, left);
		entry_end(e);
		return;
	}
	entry_journal(e, cursor_of(&to, left));
	entry_goto(e, &to);
}

/* The last question of the record. */
void
entry_end(struct entry *e)
{
	struct place to;
	size_t s = outline_sections(e->outline);
	bool found = false;

	if (!entry_leave(e, true))
		return;
	while (!found && s > 0)
		found = outline_last(e->outline, --s, NODE_NONE, &to);
	entry_journal(e, cursor_of(&to, e->at.item.node));
	entry_goto(e, &to);
	ui_say(e->view.ui, _("This is the last question. F2 saves, F8 shows what is open."));
}

void
entry_backward(struct entry *e, bool list)
{
	node_id left = e->at.item.node;
	struct place to;

	if (e->verify != NULL) {
		verifying_backward(e);
		return;
	}
	if (entry_in_cells(e)) {
		entry_cells_backward(e);
		return;
	}
	if (!entry_leave(e, false))
		return;
	if (!entry_back_to_date(e, &to) && !outline_prev(e->outline, &e->at, list, &to)) {
		entry_journal(e, left);
		entry_open_field(e);
		e->view.ui->ring = true;
		return;
	}
	entry_arrive(e, &to, -1);
	entry_journal(e, cursor_of(&to, left));
	entry_goto(e, &to);
}

/* The page after this one; from a grid, what comes after the whole table. */
static bool
turn_place(struct entry *e, int dir, struct place *to)
{
	struct place from = e->at;

	if (entry_in_cells(e) && !outline_place(e->outline, e->at.row, &from))
		return false;
	if (!outline_turn(e->outline, &from, dir, to))
		return false;
	if (to->row != NODE_NONE && to->row != from.row)
		(void)entry_row_start(e, to->row, false, to);
	return true;
}

void
entry_turn(struct entry *e, int dir)
{
	node_id left = e->at.item.node;
	struct place to;

	if (entry_in_cells(e) && entry_cells_page(e, dir))
		return;
	if (!entry_leave(e, false))
		return;
	entry_journal(e, left);
	if (turn_place(e, dir, &to)) {
		/* A table without rows, shown as a grid, begins with one. */
		if (dir > 0 && to.item.kind == ITEM_ADD && !entry_arrive(e, &to, 1))
			return;
		entry_goto(e, &to);
	} else {
		entry_open_field(e);
		ui_say(e->view.ui, dir > 0 ? _("This is the last section.")
		                           : _("This is the first section."));
	}
}

/* The node of q nearest to the cursor: of this row, else the first there is. */
static node_id
nearest(struct entry *e, const struct question *q)
{
	node_id at = e->at.item.kind == ITEM_ADD ? NODE_NONE : e->at.item.node;
	node_id node = at == NODE_NONE ? NODE_NONE : answers_seen(e->answers, at, q);
	node_id *all = NULL;
	size_t cap = 0;

	if (node == NODE_NONE && answers_all(e->answers, ANSWERS_ROOT, q, &all, &cap) > 0)
		node = all[0];
	free(all);
	return node;
}

/* The question that what was typed fits best: its name, its label, its pinyin. */
static const struct question *
by_words(struct entry *e, const char *typed)
{
	const struct question *best = NULL;
	enum pinyin_match found = PINYIN_NONE;
	size_t lang = session_lang(e->session);

	for (size_t i = 0; i < e->form->questions_n; i++) {
		const struct question *q = e->form->questions[i];
		const char *label = text_in(e->form, &q->label, lang);
		enum pinyin_match fits;

		if (outline_number(e->outline, q) == 0)
			continue;
		if (strcmp(q->name, typed) == 0)
			return q;
		fits = pinyin_find(typed, label);
		if (fits == PINYIN_NONE && strcasestr(q->name, typed) != NULL)
			fits = PINYIN_INSIDE;
		if (fits > found) {
			found = fits;
			best = q;
		}
	}
	return best;
}

/* Leaves for a question elsewhere. What was typed here and is not right does not keep one:
 * it stays marked, and that is said there. False: it is no answer, or is to be keyed again. */
static bool
leave_for(struct entry *e, node_id to)
{
	struct buf text = { 0 };
	struct cell c;
	bool left = entry_leave(e, false);

	if (!left && (e->verify != NULL || e->held_why == HOLD_TYPE))
		return false;
	if (!left) {
		session_cell(e->session, e->field.node, &c);
		entry_place_text(e, c.node, &text);
		ui_error(e->view.ui, "%s: %s", buf_str(&text), c.problem_text);
	}
	buf_free(&text);
	entry_journal(e, to);
	entry_goto_node(e, to);
	return true;
}

void
entry_go_to_question(struct entry *e, const char *typed)
{
	struct buf folded = { 0 };
	const struct question *q;
	node_id node;

	utf8_fold(typed, &folded);
	typed = buf_str(&folded);
	if (typed[0] == '\0') {
		buf_free(&folded);
		return;
	}
	q = typed[strspn(typed, "0123456789")] == '\0' ? outline_numbered(e->outline, atoi(typed))
	                                               : by_words(e, typed);
	node = q != NULL ? nearest(e, q) : NODE_NONE;
	if (node == NODE_NONE) {
		ui_error(e->view.ui, q != NULL ? _("No row has question \"%s\" yet.")
		                               : _("No question has the number or name \"%s\"."), typed);
	} else if (leave_for(e, node)) {
		struct cell c;

		session_cell(e->session, node, &c);
		if (!c.relevant)
			ui_say(e->view.ui, _("This question does not apply now."));
	}
	buf_free(&folded);
}

void
entry_next_problem(struct entry *e)
{
	const struct problem *list;
	size_t n, next;
	node_id node;

	if (!entry_leave(e, false) && e->held_why == HOLD_TYPE)
		return;
	entry_journal(e, e->at.item.node);
	n = session_problems(e->session, &list);
	if (n == 0) {
		e->problem = NODE_NONE;
		entry_open_field(e);
		ui_say(e->view.ui, _("Nothing is open. F2 saves."));
		return;
	}
	if (e->problem != NODE_NONE && e->problem == e->at.item.node) {
		e->problem = NODE_NONE;
		view_problems_open(e->view.ui, e);
		return;
	}
	/* The first after the cursor, round the end. */
	for (next = 0; next < n && e->at.item.kind != ITEM_ADD &&
	     answers_compare(e->answers, list[next].node, e->at.item.node) <= 0;)
		next++;
	if (next == n)
		next = 0;
	node = list[next].node;
	ui_error(e->view.ui, _("%zu of %zu: %s"), next + 1, n, list[next].text);
	e->view.ui->ring = false;
	entry_goto_node(e, node);
	e->problem = node;
}
