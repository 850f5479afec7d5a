/* entry_keys.c: keys that change the answer being typed. */
#include <ctype.h>
#include <string.h>

#include "base/edit.h"
#include "base/tr.h"
#include "form/form.h"
#include "tui/entry.h"

static bool
pad_field(const struct field *f)
{
	enum kind kind = type_info(f->q->type)->kind;

	return f->coded || f->numeric || f->folds || kind == KIND_DATE;
}

static void
pick_from(struct entry *e, const char *start, const char *value)
{
	if (!e->field.coded) {
		ui_error(e->view.ui, _("This question has no list of answers."));
	} else if (e->field.choices.n == 0) {
		ui_error(e->view.ui, _("There is nothing to choose from: the list is empty here. "
		                       "Is the question it depends on answered?"));
	} else {
		pick_open(&e->pick, &e->field.choices, e->field.several, value, start);
		e->pick.ordered = e->field.q->type == Q_RANK;
	}
}

void
entry_open_pick(struct entry *e, const char *start)
{
	struct cell c;

	session_cell(e->session, e->field.node, &c);
	pick_from(e, start, e->verify != NULL ? "" : c.value);
}

static void
undo(struct entry *e)
{
	struct cell c;

	e->held = NODE_NONE;
	if (e->verify != NULL) {
		entry_open_field(e);
		return;
	}
	session_cell(e->session, e->field.node, &c);
	field_restore(&e->field, c.value);
}

/* Nothing is called so: the whole list shows what there is. */
static void
show_all(struct entry *e, const char *typed)
{
	struct buf text = { 0 };

	buf_add_str(&text, typed);
	undo(e);
	entry_open_pick(e, "");
	ui_error(e->view.ui, _("There is no answer \"%s\"; here are all there are."), buf_str(&text));
	buf_free(&text);
}

static bool
is_digit(const struct key *k)
{
	return k->code == K_TEXT && !k->pasted &&
	    ((k->cp >= '0' && k->cp <= '9') || (k->cp >= 0xff10 && k->cp <= 0xff19));
}

/* On to the next question, which begins with this digit if digits answer it. */
static void
begin_with(struct entry *e, const struct key *k)
{
	const struct field *f = &e->field;
	node_id before = f->node;

	entry_forward(e, false);
	if (f->node != NODE_NONE && f->node != before && (f->folds || f->coded))
		entry_text_key(e, k);
	else
		e->view.ui->ring = true;
	e->view.ui->typing = false;
}

/* A digit that the answer cannot hold ends it and begins the next one, as the number on
 * the paper comes after the name. */
static bool
begins_next(struct entry *e, const struct key *k)
{
	const struct field *f = &e->field;

	if (!is_digit(k) || f->fresh || !f->dirty || edit_text(f->edit)[0] == '\0' ||
	    question_appearance(f->q, "confirm") || type_info(f->q->type)->kind != KIND_STRING ||
	    !field_lacks(f, '0' + (char)(k->cp & 0xf)))
		return false;
	begin_with(e, k);
	return true;
}

/* The first question of a row that people answer. */
static const struct question *
begins_row(const struct question *repeat)
{
	const struct question *q = form_next(repeat, repeat);

	while (q != NULL && !type_info(q->type)->asked)
		q = form_next(q, repeat);
	return q;
}

bool
entry_begins_row(const struct entry *e, const struct key *k)
{
	const struct question *q = begins_row(e->at.item.q);
	enum kind kind = q != NULL ? type_info(q->type)->kind : KIND_STRING;
	bool number = kind == KIND_INTEGER || kind == KIND_DECIMAL;

	return k->code == K_TEXT && (k->cp >= 0x80 || isalnum((int)k->cp) ||
	    (number && (k->cp == '-' || k->cp == '.')));
}

bool
entry_ends_rows(struct entry *e, const struct key *k)
{
	const struct question *q = begins_row(e->at.item.q);

	if (!k->pasted && (k->cp == '/' || k->cp == 0xff0f)) {
		entry_forward(e, false);
		return true;
	}
	if (!is_digit(k) || q == NULL || !question_lacks(q, '0' + (char)(k->cp & 0xf)) ||
	    answers_rows(e->answers, e->at.item.node, e->at.item.q) == 0)
		return false;
	begin_with(e, k);
	return true;
}

void
entry_text_key(struct entry *e, const struct key *k)
{
	struct field *f = &e->field;
	char c[5] = "";

	if (k->code != K_TEXT) {
		e->view.ui->ring = true;
		return;
	}
	if (begins_next(e, k))
		return;
	e->held = NODE_NONE;
	switch (field_type(f, k->cp, k->pasted)) {
	case TYPED_IN:
		e->view.ui->typing = true;
		return;
	case TYPED_FULL:
		if (!k->pasted)
			entry_put(e, NULL, true);
		return;
	case TYPED_REFUSED:
		e->view.ui->ring = true;
		return;
	case TYPED_NARROWS:
		if (f->several) {
			c[utf8_encode(k->cp, c)] = '\0';
			entry_open_pick(e, c);
		} else {
			pick_from(e, edit_text(f->edit), "");
			if (e->pick.open && e->pick.n == 0)
				show_all(e, edit_text(f->edit));
		}
		return;
	}
}

void
entry_edit_key(struct entry *e, enum action a)
{
	struct field *f = &e->field;
	bool done = true;

	switch (a) {
	case ACT_LEFT:
		done = edit_move(f->edit, EDIT_LEFT);
		break;
	case ACT_RIGHT:
		done = edit_move(f->edit, EDIT_RIGHT) || f->fresh;
		break;
	case ACT_HOME:
		edit_move(f->edit, EDIT_HOME);
		break;
	case ACT_END:
		edit_move(f->edit, EDIT_END);
		break;
	case ACT_ERASE:
		done = edit_erase_back(f->edit);
		f->dirty |= done;
		break;
	case ACT_DELETE:
		/* On a filled answer not touched yet, Del empties it. */
		if (f->fresh)
			field_replace(f, "");
		else
			f->dirty |= done = edit_erase_forward(f->edit);
		break;
	case ACT_CLEAR:
		field_replace(f, "");
		break;
	case ACT_CANCEL:
		undo(e);
		return;
	default:
		done = false;
	}
	f->fresh = false;
	e->held = NODE_NONE;
	e->view.ui->typing = true;
	e->view.ui->ring |= !done;
}

/* '+': where the form's parameter skip=NAME says, else on to what is still blank. END is the end of
 * the row or of the record, unless a question has that name. */
static void
skip(struct entry *e)
{
	const char *name = question_parameter(e->field.q, "skip");
	node_id node;
	struct err err;

	if (name == NULL) {
		entry_to_blank(e);
		return;
	}
	if (strcmp(name, "END") == 0 && form_find(e->form, name, NULL) == NULL) {
		if (e->at.row != NODE_NONE)
			entry_end_row(e);
		else
			entry_end(e);
		return;
	}
	if (!session_find(e->session, name, e->field.node, &node, &err))
		ui_fail(e->view.ui, &err);
	else
		entry_skip_to(e, node);
}

static void
ask_missing(struct entry *e)
{
	unsigned allowed = e->field.q->missing;
	struct buf text = { 0 };

	buf_add_str(&text, _("No answer:"));
	if (allowed & MISSING_REFUSED)
		buf_add_str(&text, _("  1 refused"));
	if (allowed & MISSING_UNKNOWN)
		buf_add_str(&text, _("  2 not known"));
	if (allowed & MISSING_NOT_APPLICABLE)
		buf_add_str(&text, _("  3 not applicable"));
	if (allowed & MISSING_UNREADABLE)
		buf_add_str(&text, _("  4 unreadable"));
	buf_add_str(&text, _("  Esc none"));
	ui_ask(e->view.ui, &e->view, ASK_MISSING, "1234", "%s", buf_str(&text));
	buf_free(&text);
}

void
entry_pad_key(struct entry *e, enum action a, const struct key *k)
{
	const struct field *f = &e->field;
	bool decimal = type_info(f->q->type)->kind == KIND_DECIMAL;
	bool date = type_info(f->q->type)->kind == KIND_DATE;
	bool never = k->code == K_TEXT && k->cp < 0x80 && field_lacks(f, (char)k->cp);

	/* What is typed needs these keys as characters, but for those that end it where no
	 * answer has such a character. */
	if (!f->fresh && f->dirty && !(never && (a == ACT_PAD_SKIP || a == ACT_PAD_END))) {
		entry_text_key(e, k);
		return;
	}
	if (a == ACT_PAD_MISSING && f->q->missing != 0) {
		ask_missing(e);
		return;
	}
	/* "+3" and "-1" are dates, "-5" is a number, ".5" too while nothing stands there. */
	if (!(pad_field(f) || never) || (date && (a == ACT_PAD_SKIP || a == ACT_PAD_MISSING)) ||
	    (f->numeric && a == ACT_PAD_MISSING) ||
	    (decimal && a == ACT_PAD_BLANK && edit_text(f->edit)[0] == '\0')) {
		entry_text_key(e, k);
		return;
	}
	switch (a) {
	case ACT_PAD_SKIP:
		skip(e);
		return;
	case ACT_PAD_MISSING:
		ui_error(e->view.ui, _("This question needs an answer: no reason may stand for it."));
		return;
	case ACT_PAD_CHOICES:
		entry_open_pick(e, "");
		return;
	case ACT_PAD_END:
		entry_end_row(e);
		return;
	default:
		field_replace(&e->field, "");
		e->held = NODE_NONE;
		entry_forward(e, false);
	}
}

/* The answer from the list goes in and the cursor on, as if it had been typed. */
static void
take(struct entry *e)
{
	struct buf value = { 0 };

	if (!pick_value(&e->pick, &value)) {
		ui_error(e->view.ui, _("Nothing in the list fits what was typed."));
	} else {
		pick_close(&e->pick);
		e->held = NODE_NONE;
		entry_put(e, buf_str(&value), true);
	}
	buf_free(&value);
}

static void
pick_text(struct entry *e, const struct key *k)
{
	if (k->code != K_TEXT) {
		e->view.ui->ring = true;
	} else if (e->pick.several && k->cp == ' ') {
		pick_tick(&e->pick);
	} else if (pick_type(&e->pick, k->cp)) {
		if (e->pick.several)
			pick_tick(&e->pick);
		else
			take(e);
	} else if (e->pick.open && e->pick.n == 0) {
		/* One who keys on with eyes on the paper hears it. */
		e->view.ui->ring = true;
	}
}

void
entry_pick_key(struct entry *e, enum action a, const struct key *k)
{
	struct pick *p = &e->pick;
	int body = ui_body_rows(&(struct screen){ .rows = e->view.ui->rows });

	if (pick_act(p, a, pick_height(p, body) - 2))
		return;
	switch (a) {
	case ACT_NONE:
		pick_text(e, k);
		return;
	case ACT_ACCEPT:
		take(e);
		return;
	default:
		/* Erased past its beginning too: one typed a letter by mistake. */
		pick_close(p);
		undo(e);
	}
}

/* The same question in the row before; outside rows, of the record saved before. */
void
entry_same(struct entry *e)
{
	struct ui *ui = e->view.ui;
	struct buf value = { 0 };
	node_id row, before;

	if (e->field.node == NODE_NONE) {
		ui_error(ui, _("F4 fills in a question; go to one first."));
		return;
	}
	pick_close(&e->pick);
	/* Only Enter confirms; this puts an answer in. */
	e->held = NODE_NONE;
	row = answers_row_of(e->answers, e->field.node);
	if (row != NODE_NONE && answers_position(e->answers, row) > 1) {
		const struct question *repeat = answers_question(e->answers, row);

		row = answers_row(e->answers, answers_parent(e->answers, row), repeat,
		    answers_position(e->answers, row) - 1);
		before = answers_seen(e->answers, row, e->field.q);
		if (before != NODE_NONE)
			buf_add_str(&value, answers_value(e->answers, before));
	} else {
		(void)store_last_saved(ui->store, e->form->id, e->field.q->name, &value);
	}
	if (value.len == 0)
		ui_error(ui, _("There is no answer to take over: the one before is blank."));
	else
		entry_put(e, buf_str(&value), true);
	e->advanced_ms = 0;
	buf_free(&value);
}
