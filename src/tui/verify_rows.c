#include "tui/verify_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "base/utf8.h"
#include "form/form.h"
#include "store/verify.h"
#include "tui/entry_verify.h"

enum { ROWS_MOST = 500 };

/* ---- the way ----------------------------------------------------------------------- */

enum way { WAY_ON, WAY_FIELD, WAY_COUNT, WAY_END };

static bool
uncounted(struct entry *e, node_id parent, const struct question *repeat)
{
	struct verifying *vf = e->verify;

	if (!verify_wants_rows(vf->v, parent, repeat) ||
	    verify_of_rows(vf->v, parent, repeat) != VERIFY_NONE)
		return false;
	vf->parent = parent;
	vf->repeat = repeat;
	vf->miscounted = false;
	return true;
}

/* Rows are counted before one stands in any of them, the outer ones first. */
static bool
uncounted_round(struct entry *e, node_id row)
{
	node_id parent;

	if (row == NODE_NONE)
		return false;
	parent = answers_parent(e->answers, row);
	return uncounted_round(e, answers_row_of(e->answers, parent)) ||
	    uncounted(e, parent, answers_question(e->answers, row));
}

static enum way
stop_at(struct entry *e, const struct place *p)
{
	const struct item *item = &p->item;

	if (item->kind == ITEM_ADD)
		return uncounted_round(e, answers_row_of(e->answers, item->node)) ||
		    uncounted(e, item->node, item->q) ? WAY_COUNT : WAY_ON;
	if (item->kind != ITEM_FIELD)
		return WAY_ON;
	if (uncounted_round(e, answers_row_of(e->answers, item->node)))
		return WAY_COUNT;
	return verify_wants(e->verify->v, item->node) &&
	    verify_of(e->verify->v, item->node) == VERIFY_NONE ? WAY_FIELD : WAY_ON;
}

static enum way
look_from(struct entry *e, struct place from, struct place *to)
{
	while (outline_next(e->outline, &from, false, to)) {
		enum way way = stop_at(e, to);

		if (way != WAY_ON)
			return way;
		from = *to;
	}
	return WAY_END;
}

static enum way
look_from_start(struct entry *e, struct place *to)
{
	for (size_t s = 0; s < outline_sections(e->outline); s++)
		if (outline_first(e->outline, s, NODE_NONE, to)) {
			enum way way = stop_at(e, to);

			return way != WAY_ON ? way : look_from(e, *to, to);
		}
	return WAY_END;
}

static void
ask_rows(struct entry *e)
{
	struct verifying *vf = e->verify;

	entry_open_field(e);
	ui_ask_text(e->view.ui, &e->view, ASK_VERIFY_ROWS, "",
	    vf->miscounted ? _("%s: another number than first; count again, - leaves it:")
	                   : _("%s: how many rows on the paper?"), entry_label(e, vf->parent, vf->repeat));
}

static void
ask_done(struct entry *e)
{
	struct verify_counts c;

	verify_counts(e->verify->v, &c);
	entry_open_field(e);
	ui_ask(e->view.ui, &e->view, ASK_VERIFY_DONE, "\r",
	    _("All is keyed: %zu compared, %zu wrong first, %zu second, %zu to settle. Enter saves, "
	      "Esc stays"), c.n, c.keyer, c.verifier, c.open);
}

void
verify_go_on(struct entry *e)
{
	node_id left = e->at.item.kind == ITEM_FIELD ? e->at.item.node : NODE_NONE;
	struct place to;
	enum way way = look_from(e, e->at, &to);

	if (way == WAY_END)
		way = look_from_start(e, &to);
	entry_journal(e, way == WAY_FIELD ? to.item.node : left);
	if (way == WAY_FIELD)
		entry_goto(e, &to);
	else if (way == WAY_COUNT)
		ask_rows(e);
	else
		ask_done(e);
}

void
verifying_forward(struct entry *e)
{
	if (entry_leave(e, true))
		verify_go_on(e);
}

void
verifying_backward(struct entry *e)
{
	struct place from = e->at, to;

	if (!entry_leave(e, false))
		return;
	entry_journal(e, from.item.kind == ITEM_FIELD ? from.item.node : NODE_NONE);
	while (outline_prev(e->outline, &from, false, &to)) {
		if (to.item.kind == ITEM_FIELD && verify_wants(e->verify->v, to.item.node)) {
			entry_goto(e, &to);
			return;
		}
		from = to;
	}
	entry_open_field(e);
	e->view.ui->ring = true;
}

/* ---- how many rows ------------------------------------------------------------------- */

static size_t
rows_now(const struct entry *e)
{
	return answers_rows(e->answers, e->verify->parent, e->verify->repeat);
}

/* False: not noted; it is asked again. */
static bool
note(struct entry *e, enum verify_result result)
{
	struct verifying *vf = e->verify;
	struct err err;

	if (store_verify_note_rows(vf->v, vf->parent, vf->repeat, result, vf->counted, &err))
		return true;
	ui_error(e->view.ui, _("Not on the disk yet: %s"), err.text);
	entry_open_field(e);
	return false;
}

static bool
keep_rows(struct entry *e, node_id at)
{
	struct err err;

	e->typed = true;
	e->stale = true;
	if (store_draft_rows(e->view.ui->store, e->session, at, &err))
		return true;
	ui_error(e->view.ui, _("Not on the disk yet: %s"), err.text);
	return false;
}

static void
add_rows(struct entry *e)
{
	struct verifying *vf = e->verify;
	struct changed changed;
	struct err err;
	node_id row = NODE_NONE;

	while (rows_now(e) < vf->counted) {
		if (!session_add_row(e->session, vf->parent, vf->repeat, 0, &row, &changed, &err)) {
			ui_fail(e->view.ui, &err);
			return;
		}
		entry_changed(e, &changed);
	}
	keep_rows(e, row);
	if (note(e, VERIFY_KEYER))
		verify_go_on(e);
}

static void
ask_which(struct entry *e)
{
	ui_ask_text(e->view.ui, &e->view, ASK_VERIFY_WHICH, "",
	    _("Which row is not on the paper? (- leaves it):"));
}

/* The rows are shown: which of them is too many cannot be told blind. */
static void
choose_rows(struct entry *e)
{
	struct verifying *vf = e->verify;
	struct place to;

	vf->back = e->at;
	vf->choosing = true;
	e->stale = true;
	if (outline_place(e->outline, answers_row(e->answers, vf->parent, vf->repeat, 1), &to))
		entry_goto(e, &to);
	ask_which(e);
}

static void
chosen(struct entry *e, enum verify_result result)
{
	struct verifying *vf = e->verify;

	vf->choosing = false;
	e->stale = true;
	if (answers_alive(e->answers, vf->back.item.node))
		entry_goto(e, &vf->back);
	else
		entry_start(e);
	if (result != VERIFY_NONE && note(e, result))
		verify_go_on(e);
}

/* "3", full-width too; -1: no such number. */
static long
number(const char *text)
{
	struct buf folded = { 0 };
	long n = -1;

	utf8_fold(text, &folded);
	if (folded.len > 0 && folded.len < 6 &&
	    strspn(buf_str(&folded), "0123456789") == folded.len)
		n = atol(buf_str(&folded));
	else if (strcmp(buf_str(&folded), "-") == 0)
		n = -2;
	buf_free(&folded);
	return n;
}

enum { LEFT_OPEN = -2 };

void
verify_rows_counted(struct entry *e, const char *text)
{
	struct verifying *vf = e->verify;
	long n = text != NULL ? number(text) : 0;

	if (text == NULL) {
		entry_open_field(e);
	} else if (n == LEFT_OPEN && vf->miscounted) {
		if (note(e, VERIFY_OPEN))
			verify_go_on(e);
	} else if (n < 0 || n > ROWS_MOST) {
		e->view.ui->ring = true;
		ask_rows(e);
	} else if ((size_t)n == rows_now(e)) {
		vf->counted = (size_t)n;
		if (note(e, vf->miscounted ? VERIFY_VERIFIER : VERIFY_SAME))
			verify_go_on(e);
	} else if (verify_independent(vf->v)) {
		vf->counted = (size_t)n;
		if (note(e, VERIFY_OPEN))
			verify_go_on(e);
	} else if (!vf->miscounted || (size_t)n != vf->counted) {
		vf->counted = (size_t)n;
		vf->miscounted = true;
		e->view.ui->ring = e->view.ui->flush = true;
		ask_rows(e);
	} else if ((size_t)n > rows_now(e)) {
		add_rows(e);
	} else {
		choose_rows(e);
	}
}

void
verify_row_chosen(struct entry *e, const char *text)
{
	struct verifying *vf = e->verify;
	long n = text != NULL ? number(text) : 0;
	struct changed changed;
	struct err err;

	if (text == NULL || n == LEFT_OPEN) {
		chosen(e, n == LEFT_OPEN ? VERIFY_OPEN : VERIFY_NONE);
		return;
	}
	if (n < 1 || (size_t)n > rows_now(e)) {
		e->view.ui->ring = true;
		ask_which(e);
		return;
	}
	field_close(&e->field);
	if (!session_remove_row(e->session,
		answers_row(e->answers, vf->parent, vf->repeat, (size_t)n), &changed, &err)) {
		ui_fail(e->view.ui, &err);
		return;
	}
	entry_changed(e, &changed);
	keep_rows(e, vf->parent);
	if (rows_now(e) == vf->counted) {
		chosen(e, VERIFY_KEYER);
	} else {
		struct place back = vf->back;

		if (!answers_alive(e->answers, back.item.node)) {
			entry_start(e);
			back = e->at;
		}
		e->at = back;
		choose_rows(e);
		vf->back = back;
	}
}
