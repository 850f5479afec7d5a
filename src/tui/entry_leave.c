/* entry_leave.c: what was typed becomes an answer, is checked, and goes into the
 * draft. An error keeps the cursor once; struck again, the same key leaves it
 * behind, marked, so that nobody is trapped. What is no answer at all (a word
 * for a number) is never let through. */
#include <stdlib.h>
#include <string.h>

#include "base/cnid.h"
#include "base/date.h"
#include "base/edit.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "tui/entry.h"
#include "tui/entry_verify.h"

void
entry_answered(struct entry *e, node_id node)
{
	for (size_t i = 0; i < e->unjournalled_n; i++)
		if (e->unjournalled[i] == node)
			return;
	e->unjournalled = xgrow(e->unjournalled, &e->unjournalled_cap, e->unjournalled_n + 1,
	    sizeof *e->unjournalled);
	e->unjournalled[e->unjournalled_n++] = node;
}

void
entry_changed(struct entry *e, const struct changed *changed)
{
	/* Where labels stand above, what does not apply takes another line less. */
	e->stale |= changed->structure || (changed->n > 0 && !e->layout.wide);
	/* What a trigger filled in stays only if it is kept as typed answers are. */
	for (size_t i = 0; i < changed->n; i++) {
		const struct question *q = answers_question(e->answers, changed->v[i]);

		if (q->trigger.text != NULL)
			entry_answered(e, changed->v[i]);
	}
}

void
entry_journal(struct entry *e, node_id cursor)
{
	struct ui *ui = e->view.ui;
	struct err err;

	for (size_t i = 0; i < e->unjournalled_n; i++) {
		node_id node = e->unjournalled[i];

		if (!answers_alive(e->answers, node))
			continue;
		if (!store_draft_answer(ui->store, e->session, node, cursor, &err)) {
			/* Kept in memory and tried again when the next answer is left. */
			ui_error(ui, _("Not on the disk yet: %s"), err.text);
			return;
		}
		e->typed = true;
		ui_clock_text(ui, e->draft_at);
	}
	e->unjournalled_n = 0;
}

bool
entry_kept(struct entry *e)
{
	node_id cursor = e->at.item.kind == ITEM_FIELD ? e->at.item.node : NODE_NONE;
	struct err err;

	entry_journal(e, cursor);
	if (e->unjournalled_n > 0)
		return false;
	if (store_draft_owed(e->view.ui->store, e->session, cursor, &err))
		return true;
	ui_error(e->view.ui, _("Not on the disk yet: %s"), err.text);
	return false;
}

/* True: what was typed is the session's answer now. */
static bool
give(struct entry *e, struct err *err)
{
	struct buf text = { 0 };
	struct changed changed;
	bool ok = true;

	if (e->field.node == NODE_NONE || !e->field.dirty)
		return true;
	field_answer(&e->field, &text);
	undo_note_answer(&e->undo, e->session, e->field.node);
	ok = session_set(e->session, e->field.node, buf_str(&text), &changed, err);
	buf_free(&text);
	if (!ok) {
		undo_forget(&e->undo);
		return false;
	}
	e->field.dirty = false;
	e->typed = true;
	entry_answered(e, e->field.node);
	entry_changed(e, &changed);
	return true;
}

/* Keeps the cursor here; the same reason a second time does not. */
static bool
hold(struct entry *e, enum hold why)
{
	if (e->held == e->field.node && e->held_why == why && why != HOLD_TYPE)
		return false;
	e->held = e->field.node;
	e->held_why = why;
	e->field.fresh = true;
	e->view.ui->pace.now.refused++;
	return true;
}

/* Asked once in the life of the record. */
static bool
required_before(struct entry *e, node_id node)
{
	for (size_t i = 0; i < e->required_n; i++)
		if (e->required[i] == node)
			return true;
	e->required = xgrow(e->required, &e->required_cap, e->required_n + 1, sizeof *e->required);
	e->required[e->required_n++] = node;
	return false;
}

static bool
refuse(struct entry *e, const struct err *err, bool forward)
{
	struct cell c;

	/* Going away from it twice gives up what was typed. */
	if (!forward && e->held == e->field.node && e->held_why == HOLD_TYPE) {
		session_cell(e->session, e->field.node, &c);
		field_restore(&e->field, c.value);
		return true;
	}
	hold(e, HOLD_TYPE);
	ui_fail(e->view.ui, err);
	if (forward && e->field.coded && e->field.choices.n > 0)
		entry_open_pick(e, "");
	return false;
}

/* Who let it stand is on the disk before the cursor is on. */
static void
confirm(struct entry *e)
{
	struct ui *ui = e->view.ui;
	struct err err;

	session_accept(e->session, e->field.node);
	if (!store_confirm(ui->store, e->session, e->field.node, &err))
		ui_error(ui, _("Not on the disk yet: %s"), err.text);
}

/* False: the cursor stays and the message says why. On the way back, nothing that was not
 * typed just now is asked about: to look at it is not to accept it. */
static bool
checks_pass(struct entry *e, bool forward, bool typed)
{
	struct ui *ui = e->view.ui;
	struct cell c;

	if (!forward && !typed)
		return true;
	session_cell(e->session, e->field.node, &c);
	if (c.problem == PROBLEM_WARNING && c.value[0] == '\0' && !forward)
		return true;
	if (c.problem == PROBLEM_WARNING) {
		if (hold(e, HOLD_WARNING)) {
			ui_error(ui, _("%s. Enter again confirms it, or type it right."), c.problem_text);
			return false;
		}
		if (forward)
			confirm(e);
		return true;
	}
	if (c.problem == PROBLEM_REQUIRED) {
		if (forward && !required_before(e, e->field.node)) {
			ui->pace.now.refused++;
			ui_error(ui, _("%s. Enter again leaves it open."), c.problem_text);
			return false;
		}
		return true;
	}
	if (c.problem != PROBLEM_NONE && c.problem != PROBLEM_WARNING && hold(e, HOLD_CONSTRAINT)) {
		ui_error(ui, _("%s. Type it right; Enter again leaves it marked."), c.problem_text);
		return false;
	}
	return true;
}

bool
entry_leave(struct entry *e, bool forward)
{
	struct err err;
	bool typed = e->field.dirty;

	pick_close(&e->pick);
	if (e->field.node == NODE_NONE)
		return true;
	e->view.ui->pace.now.fields += forward;
	pace_write_late(&e->view.ui->pace, e->view.ui->store, e->form->id, e->view.ui->now_ms);
	if (e->verify != NULL)
		return verifying_leave(e, forward);
	if (!give(e, &err))
		return refuse(e, &err, forward);
	if (!(forward && entry_ask_duplicate(e)) && checks_pass(e, forward, typed))
		return true;
	/* What was typed is shown as it is kept, and is safe before it is right. */
	entry_journal(e, e->field.node);
	if (!e->field.dirty) {
		struct cell c;

		session_cell(e->session, e->field.node, &c);
		field_restore(&e->field, c.value);
	}
	return false;
}

void
entry_keep(struct entry *e)
{
	struct err err;
	node_id cursor = e->at.item.kind == ITEM_FIELD ? e->at.item.node : NODE_NONE;

	if (e->verify == NULL)
		(void)give(e, &err);
	if (e->unjournalled_n > 0)
		entry_journal(e, cursor);
	else if (e->typed && cursor != NODE_NONE)
		(void)store_draft_cursor(e->view.ui->store, e->session, cursor, &err);
}

/* ---- full answers --------------------------------------------------------------- */

/* Do the 18 characters typed make an ID number? */
static bool
is_id(const struct entry *e)
{
	long today = (long)date_to_days(instant_date(clock_now(e->view.ui->clock)));
	struct buf id = { 0 };
	bool right;

	cnid_normalise(edit_text(e->field.edit), &id);
	right = cnid_check(buf_str(&id), today) == CNID_OK;
	buf_free(&id);
	return right;
}

/* A certificate's number begins with its holder's ID number: by the rule that tests both,
 * what begins with a wrong one is wrong however it goes on. */
static bool
tests_ids(const struct question *q)
{
	const char *rule = q->constraint.text;

	return rule != NULL &&
	    (strstr(rule, "cn-id-ok(") != NULL || strstr(rule, "cn-disab-ok(") != NULL);
}

/* Nothing was given: what was typed is still being typed. */
static void
take_back(struct entry *e)
{
	struct undo_step step;
	struct changed changed;
	struct err err;

	if (undo_back(&e->undo, e->session, &step, &changed, &err))
		entry_changed(e, &changed);
	e->field.dirty = true;
}

/* Keyed a second time: is the first as long, or another from the start? */
static bool
ends_as_first(const struct entry *e)
{
	const char *first = answers_value(e->answers, e->field.node);
	struct buf id = { 0 };
	bool longer;

	cnid_normalise(edit_text(e->field.edit), &id);
	longer = strncmp(first, buf_str(&id), id.len) == 0 && first[id.len] != '\0';
	buf_free(&id);
	return !longer && (is_id(e) || utf8_length(first) == (size_t)e->field.full);
}

/* An ID number that is full: is it whole, or wrong already? Another kind of document may
 * go on; it says nothing yet. */
static bool
id_ends(struct entry *e)
{
	struct cell c;
	struct err err;
	bool right = is_id(e), broken;

	if (e->verify != NULL)
		return ends_as_first(e);
	if (!right && !tests_ids(e->field.q))
		return false;
	if (!give(e, &err))
		return false;
	session_cell(e->session, e->field.node, &c);
	broken = c.problem != PROBLEM_NONE && c.problem != PROBLEM_WARNING;
	if (right ? !broken : c.problem == PROBLEM_CONSTRAINT)
		return true;
	take_back(e);
	return false;
}

void
entry_put(struct entry *e, const char *text, bool advance)
{
	struct place before = e->at;

	if (text != NULL)
		field_replace(&e->field, text);
	if (!advance)
		return;
	if (text == NULL && question_appearance(e->field.q, "idcard") && !id_ends(e))
		return;
	entry_forward(e, false);
	/* An Enter that follows out of habit confirms no fault either. */
	if (text == NULL || before.item.node != e->at.item.node ||
	    before.item.kind != e->at.item.kind)
		e->advanced_ms = e->view.ui->now_ms;
}

void
entry_missing(struct entry *e, enum missing why)
{
	struct ui *ui = e->view.ui;
	struct changed changed;
	struct err err;

	if (e->field.node == NODE_NONE)
		return;
	if (e->verify != NULL) {
		verifying_missing(e, why);
		return;
	}
	if ((e->field.q->missing & (unsigned)why) == 0) {
		ui_error(ui, _("The form does not allow this reason here."));
		return;
	}
	undo_note_answer(&e->undo, e->session, e->field.node);
	if (!session_set_missing(e->session, e->field.node, why, &changed, &err)) {
		undo_forget(&e->undo);
		ui_fail(ui, &err);
		return;
	}
	field_restore(&e->field, "");
	e->field.fresh = true;
	entry_answered(e, e->field.node);
	entry_changed(e, &changed);
	entry_forward(e, false);
}
