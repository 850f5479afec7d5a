/* entry.c: opening a record, and which key goes where. */
#include "tui/entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "store/verify.h"
#include "tui/entry_verify.h"
#include "tui/view_batch.h"
#include "tui/views.h"

/* An Enter struck out of habit after the field went on by itself. */
#define HABIT_MS 300

static struct entry *
entry_of(struct view *v)
{
	return (struct entry *)v;
}

static unsigned
modes(const struct view *v)
{
	const struct entry *e = (const struct entry *)v;
	unsigned keying = e->verify != NULL ? VERIFYING : ENTRY;

	if (e->pick.open)
		return keying | ESC_NOW;
	return e->field.node != NODE_NONE ? keying | CODED : keying;
}

static void
section_key(struct entry *e, enum action a)
{
	if (a == ACT_ROWS)
		entry_table_switch(e);
	else if (a == ACT_ADD)
		entry_add_after(e);
	else
		entry_turn(e, a == ACT_PGDN ? 1 : -1);
}

static void
ask_goto(struct entry *e)
{
	ui_ask_text(e->view.ui, &e->view, ASK_GOTO, "", _("Go to question (number or name):"));
}

static void
ask_flag(struct entry *e)
{
	if (e->at.item.kind != ITEM_FIELD && e->at.item.kind != ITEM_SHOWN) {
		ui_error(e->view.ui, _("A flag belongs to a question; go to one first."));
		return;
	}
	ui_ask_text(e->view.ui, &e->view, ASK_FLAG, "", _("Flag, what is to be put right:"));
}

static bool
row_key(struct entry *e, enum action a)
{
	switch (a) {
	case ACT_ROW_INSERT:
		entry_insert_row(e);
		return true;
	case ACT_ROW_REMOVE:
		entry_take_row(e);
		return true;
	case ACT_ROW_UP:
	case ACT_ROW_DOWN:
		entry_shift_row(e, a == ACT_ROW_UP ? -1 : 1);
		return true;
	case ACT_UNDO:
		entry_undo(e);
		return true;
	default:
		return false;
	}
}

/* Of the question stood on, else of the record. */
static void
history(struct entry *e)
{
	const struct item *item = &e->at.item;
	bool field = item->kind == ITEM_FIELD || item->kind == ITEM_SHOWN;
	node_id row = field ? answers_row_of(e->answers, item->node) : NODE_NONE;

	view_history_open(e->view.ui, session_record(e->session), e->form->id,
	    field ? row != NODE_NONE ? answers_row_id(e->answers, row) : "" : NULL,
	    field ? item->q->name : NULL);
}

/* Keys that do the same wherever the cursor is. False: not one of them. */
static bool
function_key(struct entry *e, enum action a)
{
	switch (a) {
	case ACT_HELP:
		view_help_open(e->view.ui);
		return true;
	case ACT_SAVE:
		entry_save(e);
		return true;
	case ACT_FIND:
	case ACT_LEAVE:
		entry_ask_leave(e);
		return true;
	case ACT_SAME:
		entry_same(e);
		return true;
	case ACT_FLAG:
		ask_flag(e);
		return true;
	case ACT_GOTO:
		ask_goto(e);
		return true;
	case ACT_PROBLEM:
		entry_next_problem(e);
		return true;
	case ACT_REVEAL:
		verifying_reveal(e);
		return true;
	case ACT_SETTLE:
		verifying_settle(e);
		return true;
	case ACT_HISTORY:
		history(e);
		return true;
	case ACT_PERIOD:
		entry_as_last(e);
		return true;
	case ACT_PGDN:
	case ACT_PGUP:
	case ACT_ROWS:
	case ACT_ADD:
		section_key(e, a);
		return true;
	default:
		return row_key(e, a);
	}
}

/* The cursor is on a row, on "add a row" or on a line that is only shown. */
static void
line_key(struct entry *e, enum action a, const struct key *k)
{
	enum item_kind kind = e->at.item.kind;
	struct place to;

	if (e->verify != NULL) {
		if (a == ACT_DOWN || a == ACT_ACCEPT)
			entry_forward(e, false);
		else if (a == ACT_UP || a == ACT_BACK)
			entry_backward(e, false);
		else
			e->view.ui->ring = true;
	} else if (k->code == K_TEXT && k->cp == '+' && (kind == ITEM_ROW || kind == ITEM_ADD)) {
		section_key(e, ACT_ADD);
	} else if (a == ACT_ACCEPT && kind == ITEM_ADD && k->code == K_ENTER) {
		entry_begin_row(e);
	} else if (k->code == K_TEXT && kind == ITEM_ADD && entry_ends_rows(e, k)) {
		/* no row begins so: it was the first of what comes after */
	} else if (kind == ITEM_ADD && entry_begins_row(e, k)) {
		/* The first character of a row begins it. */
		entry_begin_row(e);
		if (e->field.node != NODE_NONE)
			entry_text_key(e, k);
		e->view.ui->typing = false;
	} else if (a == ACT_ACCEPT && kind == ITEM_ROW && k->code == K_ENTER) {
		if (entry_row_start(e, e->at.item.node, false, &to))
			entry_goto(e, &to);
	} else if (a == ACT_DELETE && kind == ITEM_ROW) {
		entry_ask_remove_row(e);
	} else if (a == ACT_DOWN || a == ACT_ACCEPT) {
		entry_forward(e, kind == ITEM_ROW);
	} else if (a == ACT_UP) {
		entry_backward(e, true);
	} else if (a == ACT_BACK) {
		entry_backward(e, false);
	} else if (a == ACT_CANCEL && kind == ITEM_ROW) {
		entry_start(e);
	} else if ((a == ACT_HOME || a == ACT_END) && (kind == ITEM_ROW || kind == ITEM_ADD)) {
		entry_end_of_rows(e, a == ACT_END);
	} else if (a != ACT_CANCEL) {
		e->view.ui->ring = true;
	}
}

static void
field_key(struct entry *e, enum action a, const struct key *k)
{
	if (entry_in_cells(e)) {
		if (a == ACT_DOWN || a == ACT_UP) {
			entry_cells_vertical(e, a == ACT_DOWN ? 1 : -1);
			return;
		}
		if ((a == ACT_LEFT || a == ACT_RIGHT) &&
		    entry_cells_sideways(e, a == ACT_RIGHT ? 1 : -1))
			return;
	}
	switch (a) {
	case ACT_ACCEPT:
		entry_forward(e, false);
		return;
	case ACT_DOWN:
		entry_down(e, false);
		return;
	case ACT_UP:
	case ACT_BACK:
		entry_backward(e, false);
		return;
	case ACT_PAD_SKIP:
	case ACT_PAD_MISSING:
	case ACT_PAD_CHOICES:
	case ACT_PAD_END:
	case ACT_PAD_BLANK:
		entry_pad_key(e, a, k);
		return;
	case ACT_NONE:
		entry_text_key(e, k);
		return;
	default:
		entry_edit_key(e, a);
	}
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct entry *e = entry_of(v);
	bool habit = e->advanced_ms != 0 && a == ACT_ACCEPT &&
	    e->view.ui->now_ms - e->advanced_ms < HABIT_MS;

	e->advanced_ms = 0;
	if (habit) {
		e->view.ui->kind = e->view.ui->kind_before;	/* what it says was not read yet */
		return true;
	}
	if (e->pick.open) {
		entry_pick_key(e, a, k);
		/* A function key closes the list and then does what it says. */
		if (e->pick.open || action_info(a)->bar[0] == '\0')
			return true;
	}
	if (entry_refuses(e, a, k) || function_key(e, a))
		return true;
	if (e->field.node == NODE_NONE)
		line_key(e, a, k);
	else
		field_key(e, a, k);
	return true;
}

static void
answered(struct view *v, int id, int choice, const char *text)
{
	struct entry *e = entry_of(v);
	struct err err;

	if (e->verify != NULL && verifying_answered(e, id, choice, text))
		return;
	switch ((enum question_asked)id) {
	case ASK_RESUME:
		if (choice == '2')
			entry_start(e);
		else if (!entry_goto_node(e, e->resume))
			entry_start(e);
		return;
	case ASK_MISSING:
		if (choice >= '1' && choice <= '4')
			entry_missing(e, (enum missing)(1 << (choice - '1')));
		return;
	case ASK_GOTO:
		if (text != NULL)
			entry_go_to_question(e, text);
		return;
	case ASK_FLAG:
		if (text == NULL || text[0] == '\0')
			return;
		if (store_flag(v->ui->store, e->session, e->at.item.node, text, &err))
			ui_say(v->ui, _("Flagged: %s"), text);
		else
			ui_fail(v->ui, &err);
		entry_flags_read(e);
		ui_count(v->ui);
		return;
	case ASK_DUPLICATE:
		entry_duplicate_answered(e, choice);
		return;
	case ASK_REMOVE:
		if (choice == 'y' || choice == '1')
			entry_take_row(e);
		return;
	default:
		entry_saving_answered(e, id, choice);
	}
}

static void
hangup(struct view *v)
{
	entry_keep(entry_of(v));
}

static void
close_entry(struct view *v)
{
	struct entry *e = entry_of(v);

	pace_write(&v->ui->pace, v->ui->store, e->form->id, v->ui->now_ms);
	pick_close(&e->pick);
	field_close(&e->field);
	entry_flags_free(e);
	verifying_free(e->verify);
	save_result_free(&e->result);
	outline_free(e->outline);
	page_free(&e->page);
	layout_free(&e->layout);
	store_session_close(v->ui->store, e->session);
	buf_free(&e->batch);
	buf_free(&e->hint);
	buf_free(&e->note);
	undo_free(&e->undo);
	free(e->cells.on);
	free(e->cells.stood);
	free(e->cells.v);
	free(e->required);
	free(e->duplicate);
	free(e->duplicate_id);
	free(e->unjournalled);
	free(e);
}

static const struct view_ops ops = {
	.modes = modes, .draw = entry_draw, .draw_typing = entry_draw_typing, .act = act,
	.answered = answered,
	.hint = entry_hint, .hangup = hangup, .help = entry_help, .close = close_entry,
};

const struct entry *
entry_on_top(const struct ui *ui)
{
	return ui->top != NULL && ui->top->ops == &ops ? (const struct entry *)ui->top : NULL;
}

struct entry *
entry_of_view(struct view *v)
{
	return v->ops == &ops ? entry_of(v) : NULL;
}

struct entry *
entry_open_session(struct ui *ui, struct session *session)
{
	struct entry *e = xcalloc(1, sizeof *e);

	e->view.ops = &ops;
	e->session = session;
	e->answers = session_answers(session);
	e->form = answers_form(e->answers);
	e->field.node = NODE_NONE;
	e->held = e->problem = e->filled_row = NODE_NONE;
	e->dated.date = e->dated.rest = NODE_NONE;
	e->was_new = session_is_new(session);
	if (e->was_new)
		batch_now(ui, e->form->id, &e->batch);
	session_language(session, form_language(e->form, tr_lang()));
	e->outline = outline_new(session);
	entry_cells_open(e, ui);
	ui_push(ui, &e->view);
	entry_flags_read(e);
	entry_start(e);
	return e;
}

bool
entry_new(struct ui *ui, const char *form, struct err *err)
{
	struct session *session;

	if (!store_session_new(ui->store, form, &session, err))
		return false;
	entry_begin(entry_open_session(ui, session));
	return true;
}

bool
entry_resume(struct ui *ui, const char *record_id, struct err *err)
{
	struct session *session;
	struct entry *e;
	node_id cursor = NODE_NONE;
	struct buf who = { 0 }, place = { 0 };
	struct err ignored;
	bool verifying = false;

	if (!store_verify_begun(ui->store, record_id, &verifying, err))
		return false;
	if (verifying)
		return entry_verify(ui, record_id, false, false, err);
	if (!store_session_open(ui->store, record_id, true, &session, &cursor, err))
		return false;
	e = entry_open_session(ui, session);
	if (store_presence(ui->store, record_id, &who, &ignored) && who.len > 0)
		ui_say(ui, _("%s has this record open too. Different answers merge; for the same "
		             "answer you will be asked."), buf_str(&who));
	if (cursor != NODE_NONE) {
		e->resume = cursor;
		entry_cells_resume(e);
		e->typed = true;
		entry_place_text(e, cursor, &place);
		ui_ask(ui, &e->view, ASK_RESUME, "\r12",
		    _("There are unsaved answers. Enter or 1 goes on at %s, 2 starts at the top"),
		    buf_str(&place));
	}
	buf_free(&who);
	buf_free(&place);
	return true;
}

bool
entry_open_at(struct ui *ui, const char *record_id, const char *row_id, const char *question,
    struct err *err)
{
	struct entry *e;
	node_id node;

	if (!entry_resume(ui, record_id, err))
		return false;
	e = entry_of(ui->top);
	node = entry_node(e, row_id, question);
	if (node != NODE_NONE && entry_goto_node(e, node))
		ui->ask.open = false;	/* where to go on is said already */
	return true;
}
