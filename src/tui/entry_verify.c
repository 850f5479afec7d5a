/* entry_verify.c: comparing what is keyed a second time with what was keyed first. */
#include "tui/entry_verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "store/verify.h"
#include "tui/verify_rows.h"
#include "tui/views.h"

/* ---- what is seen ------------------------------------------------------------------- */

bool
verifying_hides(const struct entry *e, const struct item *item)
{
	const struct verifying *vf = e->verify;
	enum verify_result r;

	switch (item->kind) {
	case ITEM_ROW:
		return !vf->choosing;
	case ITEM_SHOWN:		/* made of answers that are not to be seen */
		return type_info(item->q->type)->kind != KIND_NONE;
	case ITEM_FIELD:
		r = verify_of(vf->v, item->node);
		return verify_wants(vf->v, item->node) &&
		    (r == VERIFY_NONE || r == VERIFY_OPEN || verify_independent(vf->v));
	default:
		return false;
	}
}

bool
verifying_ahead(const struct entry *e, const struct item *item)
{
	return item->kind == ITEM_FIELD && e->at.item.node != NODE_NONE &&
	    answers_compare(e->answers, item->node, e->at.item.node) > 0;
}

bool
verifying_counted(const struct entry *e, node_id row)
{
	enum verify_result r = verify_of_rows(e->verify->v, answers_parent(e->answers, row),
	    answers_question(e->answers, row));

	return r != VERIFY_NONE && r != VERIFY_OPEN && !verify_independent(e->verify->v);
}

const char *
verifying_mark(const struct entry *e, node_id node)
{
	enum verify_result r = verify_of(e->verify->v, node);

	/* Neither a mark nor a value tells what differed. */
	if (verify_independent(e->verify->v))
		return r != VERIFY_NONE ? "+" : "";
	switch (r) {
	case VERIFY_SAME:
	case VERIFY_VERIFIER:
		return "=";
	case VERIFY_KEYER:
	case VERIFY_BOTH:
		return "#";
	case VERIFY_NEW:
		return "+";
	case VERIFY_OPEN:
		return "?";
	default:
		return "";
	}
}

void
verifying_open_field(struct entry *e)
{
	struct field *f = &e->field;

	if (f->node == NODE_NONE)
		return;
	if (!verify_wants(e->verify->v, f->node)) {
		field_close(f);
	} else if (verifying_hides(e, &e->at.item)) {
		field_restore(f, "");
		f->fresh = false;
	}
	e->verify->tried = NODE_NONE;
}

/* ---- comparing ----------------------------------------------------------------------- */

static bool
note(struct entry *e, enum verify_result result, const char *value, enum missing missing)
{
	struct err err;

	if (!store_verify_note(e->verify->v, e->field.node, result,
		result == VERIFY_OPEN ? value : "",
		result == VERIFY_OPEN ? missing : MISSING_NONE, &err)) {
		ui_error(e->view.ui, _("Not on the disk yet: %s"), err.text);
		return false;
	}
	e->field.dirty = false;
	e->verify->tried = NODE_NONE;
	entry_answered(e, e->field.node);
	return true;
}

/* A warning needs no confirming: it was keyed twice. */
static void
let_stand(struct entry *e)
{
	struct cell c;
	struct err err;

	session_cell(e->session, e->field.node, &c);
	if (c.problem == PROBLEM_WARNING) {
		session_accept(e->session, e->field.node);
		if (!store_confirm(e->view.ui->store, e->session, e->field.node, &err))
			ui_error(e->view.ui, _("Not on the disk yet: %s"), err.text);
	} else if (c.problem != PROBLEM_NONE) {
		ui_error(e->view.ui, _("%s. It stays, marked !; the record will be incomplete."),
		    c.problem_text);
	}
}

static bool
replace(struct entry *e, const char *value, enum missing missing, enum verify_result result)
{
	struct changed changed;
	struct cell c;
	struct err err;
	bool ok = missing != MISSING_NONE
	    ? session_set_missing(e->session, e->field.node, missing, &changed, &err)
	    : session_set(e->session, e->field.node, value, &changed, &err);

	if (!ok) {
		ui_fail(e->view.ui, &err);
		return false;
	}
	entry_changed(e, &changed);
	/* The answer first: a result that was noted is not keyed again. */
	entry_answered(e, e->field.node);
	entry_journal(e, e->field.node);
	if (e->unjournalled_n > 0)
		return false;
	session_cell(e->session, e->field.node, &c);
	if (result == VERIFY_KEYER && !c.changed)
		result = VERIFY_VERIFIER;	/* back to what the first had */
	if (!note(e, result, value, missing))
		return false;
	let_stand(e);
	return true;
}

static void
say_differs(struct entry *e)
{
	ui_error(e->view.ui, _("Not what was keyed first. Key it again; F9 shows both, F5 leaves it "
	                       "to be settled."));
}

static bool
differs(struct entry *e, const char *value, enum missing missing)
{
	struct verifying *vf = e->verify;

	vf->tried = e->field.node;
	buf_set_str(&vf->typed, value);
	vf->typed_missing = missing;
	field_restore(&e->field, "");
	e->field.fresh = false;
	e->view.ui->pace.now.refused++;
	say_differs(e);
	return false;
}

/* True: the cursor may go on. */
static bool
compare(struct entry *e, const char *value, enum missing missing)
{
	struct verifying *vf = e->verify;
	node_id node = e->field.node;
	bool again = vf->tried == node;
	enum verify_result before = verify_of(vf->v, node);
	struct cell c;

	if (!verify_was_asked(vf->v, node))
		return replace(e, value, missing, VERIFY_NEW);
	if (strcmp(answers_value(e->answers, node), value) == 0 &&
	    answers_missing(e->answers, node) == missing) {
		if (!again && before != VERIFY_NONE && before != VERIFY_OPEN)
			return true;
		session_cell(e->session, node, &c);
		if (c.changed)		/* replaced before, not what was keyed first */
			return replace(e, value, missing, VERIFY_KEYER);
		return note(e, again ? VERIFY_VERIFIER : VERIFY_SAME, "", MISSING_NONE);
	}
	if (verify_independent(vf->v))
		return note(e, VERIFY_OPEN, value, missing);
	if (again && strcmp(buf_str(&vf->typed), value) == 0 && vf->typed_missing == missing)
		return replace(e, value, missing, VERIFY_KEYER);
	return differs(e, value, missing);
}

bool
verifying_leave(struct entry *e, bool forward)
{
	struct buf typed = { 0 }, value = { 0 };
	struct field *f = &e->field;
	struct err err;
	bool ok;

	if (f->node == NODE_NONE || (!f->dirty && !forward))
		return true;
	if (!f->dirty && verify_of(e->verify->v, f->node) != VERIFY_NONE)
		return true;
	if (f->dirty)
		field_answer(f, &typed);
	ok = session_read(e->session, f->node, buf_str(&typed), &value, &err);
	if (!ok) {
		f->fresh = true;
		e->view.ui->pace.now.refused++;
		ui_fail(e->view.ui, &err);
	} else {
		ok = compare(e, buf_str(&value), MISSING_NONE);
	}
	buf_free(&typed);
	buf_free(&value);
	return ok;
}

void
verifying_missing(struct entry *e, enum missing why)
{
	if ((e->field.q->missing & (unsigned)why) == 0)
		ui_error(e->view.ui, _("The form does not allow this reason here."));
	else if (compare(e, "", why))
		verify_go_on(e);
}

static void
answer_text(struct entry *e, const char *value, enum missing missing, struct buf *out)
{
	if (missing != MISSING_NONE)
		buf_add_str(out, view_missing_text(missing));
	else if (value[0] == '\0')
		buf_add_str(out, _("(blank)"));
	else
		view_answer_text(e->view.ui, e->form->id, e->field.q->name, value, out);
}

static bool
differed(struct entry *e)
{
	if (e->field.node != NODE_NONE && e->verify->tried == e->field.node)
		return true;
	ui_error(e->view.ui, _("Key the answer first; this is for one that differs."));
	return false;
}

void
verifying_reveal(struct entry *e)
{
	struct buf first = { 0 }, second = { 0 };
	struct verifying *vf = e->verify;

	if (!differed(e))
		return;
	answer_text(e, answers_value(e->answers, e->field.node),
	    answers_missing(e->answers, e->field.node), &first);
	answer_text(e, buf_str(&vf->typed), vf->typed_missing, &second);
	ui_say(e->view.ui, _("First: %s   Yours: %s"), buf_str(&first), buf_str(&second));
	buf_free(&first);
	buf_free(&second);
}

void
verifying_settle(struct entry *e)
{
	struct buf typed = { 0 };

	if (!differed(e))
		return;
	buf_add_str(&typed, buf_str(&e->verify->typed));
	if (note(e, VERIFY_OPEN, buf_str(&typed), e->verify->typed_missing))
		verify_go_on(e);
	buf_free(&typed);
}

/* ---- beginning and ending --------------------------------------------------------------- */

void
verifying_free(struct verifying *vf)
{
	if (vf == NULL)
		return;
	verify_free(vf->v);
	buf_free(&vf->typed);
	free(vf->name);
	free(vf);
}

/* What finds the paper: the key, where the form has one. */
static char *
name_of(struct entry *e)
{
	struct buf name = { 0 };

	for (size_t i = 0; i < e->form->unique_n; i++) {
		node_id node = e->form->unique[i]->repeat == NULL
		    ? answers_seen(e->answers, ANSWERS_ROOT, e->form->unique[i]) : NODE_NONE;

		if (node != NODE_NONE && answers_value(e->answers, node)[0] != '\0')
			buf_addf(&name, "%s%s", name.len > 0 ? " " : "", answers_value(e->answers, node));
	}
	if (name.len == 0)
		buf_add_str(&name, session_instance_name(e->session));
	return buf_take(&name);
}

static void
begin(struct entry *e, node_id cursor)
{
	struct place first = e->at;

	entry_start(e);
	if (cursor != NODE_NONE && entry_goto_node(e, cursor) &&
	    verify_wants(e->verify->v, cursor) && verify_of(e->verify->v, cursor) == VERIFY_NONE)
		return;
	first = e->at;
	if (first.item.kind != ITEM_FIELD || !verify_wants(e->verify->v, first.item.node) ||
	    verify_of(e->verify->v, first.item.node) != VERIFY_NONE)
		verify_go_on(e);
}

bool
entry_verify(struct ui *ui, const char *record_id, bool independent, bool series,
    struct err *err)
{
	struct session *session;
	struct verify *v;
	struct entry *e;
	node_id cursor = NODE_NONE;
	struct buf who = { 0 };
	struct err ignored;
	bool own;

	if (ui->spoken)
		return err_set(err, _("keying a second time needs the screen; leave out --plain"));
	if (!store_verify_own(ui->store, record_id, &own, err) ||
	    !store_verify_begin(ui->store, record_id, independent, &session, &v, &cursor, err))
		return false;
	e = entry_open_session(ui, session);
	e->verify = xcalloc(1, sizeof *e->verify);
	*e->verify = (struct verifying){ .v = v, .series = series, .tried = NODE_NONE };
	e->verify->name = name_of(e);
	begin(e, cursor);
	if (own && cursor == NODE_NONE)
		ui_ask(ui, &e->view, ASK_VERIFY_OWN, "1",
		    _("You keyed this record yourself; a second person finds more. 1 verifies it all the "
		      "same, Esc leaves it"));
	else if (store_presence(ui->store, record_id, &who, &ignored) && who.len > 0)
		ui_say(ui, _("%s has this record open too."), buf_str(&who));
	else if (cursor != NODE_NONE)
		ui_say(ui, _("Half-way; it goes on here."));
	buf_free(&who);
	return true;
}

bool
entry_verify_next(struct ui *ui, const char *form, bool independent, bool *none,
    struct err *err)
{
	struct buf id = { 0 };
	bool ok = store_verify_next(ui->store, form, &id, err);

	*none = ok && id.len == 0;
	if (ok && !*none)
		ok = entry_verify(ui, buf_str(&id), independent, true, err);
	buf_free(&id);
	return ok;
}

/* A question that nothing was typed in is not blank on the paper: only Enter says so. */
void
verifying_save(struct entry *e)
{
	node_id node = e->field.node;

	if (!verifying_leave(e, false))
		return;
	if (node != NODE_NONE && e->verify->tried == node)
		say_differs(e);
	else if (node != NODE_NONE && verify_wants(e->verify->v, node) &&
	    verify_of(e->verify->v, node) == VERIFY_NONE)
		ui_error(e->view.ui, _("This is not keyed yet. Where the paper has nothing, Enter says so."));
	else
		verify_go_on(e);
}

void
verifying_ask_leave(struct entry *e)
{
	struct verify_counts c;
	struct err err;

	verify_counts(e->verify->v, &c);
	if (c.n + c.fresh == 0) {
		if (e->typed && !store_verify_drop(e->verify->v, &err))
			ui_fail(e->view.ui, &err);
		ui_pop(e->view.ui, &e->view);
		return;
	}
	ui_ask(e->view.ui, &e->view, ASK_VERIFY_LEAVE, "\r39",
	    _("Half-way. Enter leaves and goes on here another time, 3 forgets what was compared, 9 "
	      "pauses, Esc stays"));
}

bool
verifying_store(struct entry *e, struct err *err)
{
	return store_verify_end(e->verify->v, e->saving, &e->result, err);
}

void
verifying_finish(struct entry *e)
{
	struct ui *ui = e->view.ui;
	struct verify_counts c;

	verify_counts(e->verify->v, &c);
	e->typed = false;
	e->verify->stored = true;
	ui->pace.now.verified++;
	ui->saved = true;
	ui_count(ui);
	if (verify_overtaken(e->verify->v)) {
		ui_ask(ui, &e->view, ASK_VERIFIED, "\r",
		    _("What was compared is kept, but somebody else changed the record meanwhile; it "
		      "waits to be verified again. Enter goes on"));
		return;
	}
	ui_ask(ui, &e->view, ASK_VERIFIED, "\r", e->verify->series
	    ? _("Verified: %zu compared, %zu wrong first, %zu second, %zu to settle. Enter: the next, "
	        "Esc back")
	    : _("Verified: %zu compared, %zu wrong first, %zu second, %zu to settle. Enter goes back"),
	    c.n, c.keyer, c.verifier, c.open);
}

/* ---- answers to questions ---------------------------------------------------------------- */

static void
leave_answered(struct entry *e, int choice)
{
	struct ui *ui = e->view.ui;

	if (choice == '\r') {
		if (!entry_kept(e))
			return;
		ui_pop(ui, &e->view);
		ui_say(ui, _("It goes on here another time; the first screen lists it as a draft."));
	} else if (choice == '9') {
		view_pause_open(ui);
	} else if (choice == '3') {
		ui_ask(ui, &e->view, ASK_VERIFY_DROP, "1",
		    _("Forget all that was compared and replaced in this record? 1 forgets it, Esc keeps it"));
	}
}

static void
drop(struct entry *e)
{
	struct ui *ui = e->view.ui;
	struct err err;

	if (!store_verify_drop(e->verify->v, &err)) {
		ui_fail(ui, &err);
		return;
	}
	ui_count(ui);
	ui_pop(ui, &e->view);
	ui_say(ui, _("Forgotten; the record waits to be verified."));
}

static void
go_to_next(struct entry *e, int choice)
{
	struct ui *ui = e->view.ui;
	bool on = choice == '\r' && e->verify->series, independent = verify_independent(e->verify->v);
	bool none = false;
	struct err err;

	ui_pop(ui, &e->view);
	if (on && !entry_verify_next(ui, e->form->id, independent, &none, &err))
		ui_fail(ui, &err);
	else if (on && none)
		ui_say(ui, _("No other record waits for you to verify it."));
}

bool
verifying_answered(struct entry *e, int id, int choice, const char *text)
{
	switch (id) {
	case ASK_VERIFY_OWN:
		if (choice == 0)
			ui_pop(e->view.ui, &e->view);
		return true;
	case ASK_VERIFY_ROWS:
		verify_rows_counted(e, text);
		return true;
	case ASK_VERIFY_WHICH:
		verify_row_chosen(e, text);
		return true;
	case ASK_VERIFY_DONE:
		if (choice == '\r')
			entry_finish(e);
		return true;
	case ASK_VERIFY_LEAVE:
		leave_answered(e, choice);
		return true;
	case ASK_VERIFY_DROP:
		if (choice == '1')
			drop(e);
		return true;
	case ASK_VERIFIED:
		go_to_next(e, choice);
		return true;
	default:
		return false;
	}
}
