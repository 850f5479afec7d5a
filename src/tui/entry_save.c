/* entry_save.c: saving and leaving: problems first, then what would be dropped,
 * then the disk, then answers that another person changed meanwhile. */
#include <string.h>

#include "base/tr.h"
#include "form/form.h"
#include "tui/entry.h"
#include "tui/entry_verify.h"
#include "tui/view_batch.h"
#include "tui/views.h"

/* In a batch the next question is whether it comes out. */
static bool
finish_in_batch(struct entry *e, const char *label)
{
	struct ui *ui = e->view.ui;
	enum batch_state state = e->was_new ? batch_now(ui, e->form->id, &e->batch) : BATCH_NONE;

	if (state == BATCH_NONE)
		return false;
	ui_ask(ui, &e->view, ASK_SAVED, "\r6",
	    state == BATCH_EQUAL ?
	    _("Saved: %s. The batch comes out: %s. 6 closes it, Enter keys another, Esc goes back") :
	    state == BATCH_DIFFERS ?
	    _("Saved: %s. All forms are keyed, but the sum is not right: %s. 6 "
	      "lists them, Enter keys another, Esc goes back") :
	    _("Saved: %s. Batch %s. Enter keys the next one, Esc goes back"),
	    label, buf_str(&e->batch));
	ui_ask_typed_on(ui);
	return true;
}

static void
finish(struct entry *e)
{
	struct ui *ui = e->view.ui;
	const char *label = session_instance_name(e->session);

	if (e->verify != NULL) {
		verifying_finish(e);
		return;
	}
	if (label[0] == '\0')
		label = _("(no name yet)");
	ui->pace.now.saved++;
	pace_write(&ui->pace, ui->store, e->form->id, ui->now_ms);
	e->typed = false;
	e->draft_at[0] = '\0';
	ui->saved = true;
	ui_count(ui);
	if (finish_in_batch(e, label))
		return;
	if (e->was_new && !e->once) {
		ui_ask(ui, &e->view, ASK_SAVED, "\r",
		    e->saving == RECORD_COMPLETE ? _("Saved: %s. Enter keys the next one, Esc goes back")
		                                 : _("Saved as incomplete: %s. Enter keys the next one, "
		                                     "Esc goes back"), label);
		ui_ask_typed_on(ui);
	} else {
		ui_pop(ui, &e->view);
		ui_say(ui, e->saving == RECORD_COMPLETE ? _("Saved: %s") : _("Saved as incomplete: %s"),
		    label);
	}
}

static void
display_theirs(struct entry *e, const char *value, struct buf *out)
{
	size_t i = e->field.node != NODE_NONE ? field_choice(&e->field, value) : 0;

	buf_add_str(out, value[0] != '\0' ? value : _("(blank)"));
	if (e->field.node != NODE_NONE && i < e->field.choices.n)
		buf_addf(out, " %s", e->field.choices.v[i].label);
}

static void
ask_collision(struct entry *e)
{
	const struct collision *c = &e->result.collisions[e->collision];
	struct buf mine = { 0 }, theirs = { 0 }, place = { 0 };

	entry_goto_node(e, c->node);
	session_display(e->session, c->node, &mine);
	display_theirs(e, c->theirs, &theirs);
	entry_place_text(e, c->node, &place);
	ui_ask(e->view.ui, &e->view, ASK_COLLISION, "12",
	    _("%s was changed by %s meanwhile. 1 keeps yours: %s. 2 takes theirs: %s"),
	    buf_str(&place), c->theirs_by, mine.len > 0 ? buf_str(&mine) : _("(blank)"),
	    buf_str(&theirs));
	e->view.ui->ring = true;
	buf_free(&mine);
	buf_free(&theirs);
	buf_free(&place);
}

static void
store_it(struct entry *e)
{
	struct ui *ui = e->view.ui;
	struct err err;

	if (e->verify != NULL ? !verifying_store(e, &err)
	    : !store_save(ui->store, e->session, e->saving, &e->result, &err)) {
		err_wrap(&err, "%s", _("not saved; what was typed is still here"));
		ui_fail(ui, &err);
		return;
	}
	if (e->result.saved) {
		finish(e);
		return;
	}
	e->collision = 0;
	ask_collision(e);
}

static void
ask_dropped(struct entry *e)
{
	const node_id *list;
	size_t n = session_dropped(e->session, &list);
	struct buf names = { 0 };

	if (n == 0) {
		store_it(e);
		return;
	}
	for (size_t i = 0; i < n && i < 8; i++) {
		if (i > 0)
			buf_add_str(&names, ", ");
		entry_place_text(e, list[i], &names);
	}
	if (n > 8)
		buf_add_str(&names, ", ...");
	ui_ask(e->view.ui, &e->view, ASK_DROPPED, "\r",
	    _("No longer apply and will be dropped, %zu: %s. Enter saves, Esc goes back"),
	    n, buf_str(&names));
	buf_free(&names);
}

/* Defaults alone are nothing to save or to ask about. */
static bool
has_news(const struct entry *e)
{
	return e->typed || (!e->once && e->unjournalled_n > 0) ||
	    (!e->was_new && session_dirty(e->session));
}

static void
ask_problems(struct entry *e, const struct problem *list, size_t n)
{
	struct buf first = { 0 };

	entry_place_text(e, list[0].node, &first);
	buf_addf(&first, ": %s", list[0].text);
	e->resume = list[0].node;
	if (session_errors(e->session) > 0) {
		e->saving = RECORD_INCOMPLETE;
		ui_ask(e->view.ui, &e->view, ASK_PROBLEMS, "\r23",
		    _("%zu to put right, first: %s. Enter goes there, 2 saves as incomplete, 3 lists them"),
		    n, buf_str(&first));
	} else {
		ui_ask(e->view.ui, &e->view, ASK_PROBLEMS, "\r23",
		    _("%zu to confirm, first: %s. Enter goes there, 2 confirms and saves, 3 lists them"),
		    n, buf_str(&first));
	}
	buf_free(&first);
}

void
entry_finish(struct entry *e)
{
	session_finish(e->session);
	e->saving = session_errors(e->session) > 0 ? RECORD_INCOMPLETE : RECORD_COMPLETE;
	ask_dropped(e);
}

void
entry_save(struct entry *e)
{
	struct ui *ui = e->view.ui;
	const struct problem *list;
	size_t n;

	if (e->verify != NULL) {
		verifying_save(e);
		return;
	}
	if (!entry_leave(e, false) && e->held_why == HOLD_TYPE)
		return;
	ui->kind = MESSAGE_NONE;
	ui->ring = ui->flush = false;
	entry_journal(e, e->at.item.node);
	entry_open_field(e);
	entry_end_spare(e);
	if (!has_news(e)) {
		ui_say(ui, e->was_new ? _("Nothing is typed yet.") : _("Nothing has changed."));
		return;
	}
	session_finish(e->session);
	n = session_problems(e->session, &list);
	e->saving = RECORD_COMPLETE;
	if (n == 0)
		ask_dropped(e);
	else
		ask_problems(e, list, n);
}

static void
accept_all(struct entry *e)
{
	const struct problem *list;
	size_t n = session_problems(e->session, &list);

	for (size_t i = 0; i < n; i++)
		if (list[i].kind == PROBLEM_WARNING)
			session_accept(e->session, list[i].node);
}

void
entry_ask_leave(struct entry *e)
{
	if (e->verify != NULL) {
		verifying_ask_leave(e);
		return;
	}
	/* What breaks a rule is kept in the draft; only what is no answer holds once. */
	if (!entry_leave(e, false) && e->held_why == HOLD_TYPE)
		return;
	e->view.ui->kind = MESSAGE_NONE;
	e->view.ui->ring = e->view.ui->flush = false;
	/* What a worklist filled in is nothing to keep by itself. */
	if (!e->once || e->typed)
		entry_journal(e, e->at.item.node);
	entry_end_spare(e);
	if (!has_news(e)) {
		ui_pop(e->view.ui, &e->view);
		return;
	}
	entry_open_field(e);
	ui_ask(e->view.ui, &e->view, ASK_LEAVE, "\r1239",
	    _("Not saved yet. 1 saves, 2 or Enter leaves and keeps the draft, 3 throws it away, 9 "
	      "pauses, Esc stays"));
}

static void
leave_answered(struct entry *e, int choice)
{
	struct ui *ui = e->view.ui;

	switch (choice) {
	case '1':
		entry_save(e);
		return;
	case '2':
	case '\r':
		if (!entry_kept(e))
			return;
		ui_pop(ui, &e->view);
		ui_say(ui, _("The draft is kept; it is listed on the first screen."));
		return;
	case '9':
		view_pause_open(ui);
		return;
	case '3':
		ui_ask(ui, &e->view, ASK_DISCARD, "1",
		    _("Throw away what was typed and not saved? 1 throws it away, Esc keeps it"));
		return;
	default:
		return;
	}
}

static void
discard(struct entry *e)
{
	struct ui *ui = e->view.ui;
	struct err err;
	bool ok = store_draft_drop(ui->store, session_record(e->session), &err);

	ui_count(ui);
	ui_pop(ui, &e->view);
	if (ok)
		ui_say(ui, _("Thrown away."));
	else			/* nobody is kept in a record because of a full disk */
		ui_error(ui, _("What is on the disk of it stays there as a draft: %s"), err.text);
}

static void
collision_answered(struct entry *e, int choice)
{
	if (choice == 0) {
		save_result_free(&e->result);
		e->result = (struct save_result){ 0 };
		ui_say(e->view.ui, _("Not saved. F2 asks again."));
		return;
	}
	e->result.collisions[e->collision].choice = choice == '1' ? COLLISION_MINE : COLLISION_THEIRS;
	if (++e->collision < e->result.collisions_n)
		ask_collision(e);
	else
		store_it(e);
}

void
entry_saving_answered(struct entry *e, int id, int choice)
{
	struct ui *ui = e->view.ui;
	struct err err;

	switch (id) {
	case ASK_PROBLEMS:
		if (choice == '\r') {
			entry_goto_node(e, e->resume);
		} else if (choice == '3') {
			view_problems_open(ui, e);
		} else if (choice == '2') {
			accept_all(e);
			ask_dropped(e);
		}
		return;
	case ASK_DROPPED:
		if (choice == '\r')
			store_it(e);
		return;
	case ASK_COLLISION:
		collision_answered(e, choice);
		return;
	case ASK_LEAVE:
		leave_answered(e, choice);
		return;
	case ASK_DISCARD:
		if (choice == '1')
			discard(e);
		return;
	case ASK_SAVED:
		ui_pop(ui, &e->view);
		if (choice == '6')
			view_batch_open(ui, e->form->id);
		if (choice == '\r' && !entry_new(ui, e->form->id, &err))
			ui_fail(ui, &err);
		return;
	default:
		return;
	}
}
