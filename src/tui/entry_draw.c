/* entry_draw.c: the record on the screen. Rows: title, rule, name of the section,
 * the questions, rule, message, keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/edit.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form.h"
#include "tui/entry.h"
#include "tui/entry_verify.h"
#include "tui/views.h"

#define BODY_TOP 3

const char *
entry_label(struct entry *e, node_id at, const struct question *q)
{
	const char *text = session_text(e->session, at, &q->label);

	return text[0] != '\0' ? text : q->name;
}

void
entry_place_text(struct entry *e, node_id node, struct buf *out)
{
	const struct question *q = answers_question(e->answers, node);
	node_id row = answers_row_of(e->answers, node);
	int number = outline_number(e->outline, q);

	if (row != NODE_NONE) {
		const struct question *repeat = answers_question(e->answers, row);

		buf_addf(out, "%s %zu", entry_label(e, row, repeat), answers_position(e->answers, row));
		if (row == node)
			return;
		buf_add_str(out, " / ");
	}
	if (number > 0)
		buf_addf(out, "%d ", number);
	buf_add_str(out, entry_label(e, node, q));
}

/* ---- the page ---------------------------------------------------------------------- */

static void
item_label(struct entry *e, const struct item *item, struct buf *out)
{
	switch (item->kind) {
	case ITEM_ROW:
		if (e->verify != NULL && verifying_hides(e, item))
			buf_addf(out, "%zu", answers_position(e->answers, item->node));
		else
			entry_row_text(e, item->node, out);
		break;
	case ITEM_HEADING:
		if (item->q->type == Q_REPEAT && (e->verify == NULL || e->verify->choosing))
			entry_grid_head(e, out);
		else
			buf_add_str(out, entry_label(e, item->node, item->q));
		break;
	case ITEM_ADD:
		buf_addf(out, _("+ add: %s"), entry_label(e, item->node, item->q));
		break;
	default:
		buf_add_str(out, entry_label(e, item->node, item->q));
	}
}

static bool
takes_whole_line(const struct item *item)
{
	return item->kind == ITEM_HEADING || item->kind == ITEM_ROW || item->kind == ITEM_ADD ||
	    item->q->type == Q_NOTE;
}

/* It does not apply, and nothing was typed in it. */
static bool
says_nothing(struct entry *e, const struct item *item)
{
	struct cell c;

	if (item->kind != ITEM_FIELD || e->verify != NULL)
		return false;
	session_cell(e->session, item->node, &c);
	return !c.relevant && !(c.touched && c.value[0] != '\0');
}

static int
number_width(const struct page *p)
{
	int most = 0;

	for (size_t i = 0; i < p->n; i++)
		most = p->v[i].number > most ? p->v[i].number : most;
	return most < 100 ? 2 : most < 1000 ? 3 : most < 10000 ? 4 : 5;
}

void
entry_page(struct entry *e)
{
	struct slot_want *want;
	char **labels;
	size_t n;

	outline_page(e->outline, e->at.section, e->at.row, &e->page);
	n = e->page.n;
	for (size_t i = 0; i < n; i++)
		if (e->page.v[i].kind == ITEM_HEADING && e->page.v[i].q->type == Q_REPEAT)
			entry_grid(e, e->page.v[i].node, e->page.v[i].q, e->drawn_cols - 6);
	want = xcalloc(n + 1, sizeof *want);
	labels = xcalloc(n + 1, sizeof *labels);
	for (size_t i = 0; i < n; i++) {
		struct buf b = { 0 };

		item_label(e, &e->page.v[i], &b);
		labels[i] = b.data != NULL ? buf_take(&b) : xstrdup("");
		want[i].label = labels[i];
		want[i].whole = takes_whole_line(&e->page.v[i]);
		want[i].field = field_width(e->page.v[i].q);
		want[i].beside = says_nothing(e, &e->page.v[i]);
	}
	layout_page(&e->layout, want, n, e->drawn_cols, number_width(&e->page),
	    e->view.ui->ambiguous);
	for (size_t i = 0; i < n; i++)
		free(labels[i]);
	free(labels);
	free(want);
	e->cells.measured = false;
	e->stale = false;
}

/* ---- lines ------------------------------------------------------------------------- */

static void
draw_label(struct entry *e, struct screen *s, int top, int rows, const struct item *item,
    const struct slot *slot)
{
	const struct layout *l = &e->layout;
	int width = slot->label_cols, lines = slot->label_lines;
	struct buf label = { 0 }, line = { 0 };
	const char *text;
	size_t next = 0;

	item_label(e, item, &label);
	text = buf_str(&label);
	for (int i = 0; i < lines; i++, text += next) {
		size_t len = utf8_wrap(text, width, s->ambiguous, &next);

		if (top + i < BODY_TOP || top + i >= BODY_TOP + rows)
			continue;
		buf_reset(&line);
		buf_add(&line, text, len);
		screen_put(s, top + i, l->label_col, width,
		    item->kind == ITEM_HEADING ? ATTR_BOLD : ATTR_PLAIN, buf_str(&line));
		if (i + 1 == lines && text[next] != '\0')
			screen_put(s, top + i, l->label_col + width - 1, 1, ATTR_PLAIN, ">");
	}
	buf_free(&label);
	buf_free(&line);
}

static void
draw_item(struct entry *e, struct screen *s, size_t i, int rows)
{
	const struct item *item = &e->page.v[i];
	const struct slot *slot = &e->layout.v[i];
	int top = BODY_TOP + slot->top - e->scroll, value = top + slot->value;
	bool here = item->kind == e->at.item.kind && item->node == e->at.item.node &&
	    item->q == e->at.item.q;
	char number[16];

	if (top + slot->lines <= BODY_TOP || top >= BODY_TOP + rows)
		return;
	draw_label(e, s, top, rows, item, slot);
	if (top >= BODY_TOP && item->number > 0) {
		snprintf(number, sizeof number, "%*d", e->layout.number_cols, item->number);
		screen_put(s, top, e->layout.number_col, e->layout.number_cols, ATTR_PLAIN, number);
	}
	/* Between number and label: what is flagged, to be put right. */
	if (top >= BODY_TOP && item->kind == ITEM_FIELD && entry_flag(e, item->node) != NULL)
		screen_put(s, top, e->layout.label_col - 1, 1, ATTR_PLAIN, "*");
	if (here && top >= BODY_TOP) {
		screen_put(s, top, 0, 1, ATTR_PLAIN, ">");
		screen_cursor(s, top, e->layout.label_col);
	}
	if (!takes_whole_line(item) && value >= BODY_TOP && value < BODY_TOP + rows)
		entry_draw_answer(e, s, value, item, slot);
}

static void
draw_title(struct entry *e, struct screen *s)
{
	struct buf right = { 0 };
	const struct question *root = e->form->questions[0];
	const char *title = text_in(e->form, &e->form->title, session_lang(e->session));
	const char *name =
	    e->verify != NULL ? e->verify->name : session_instance_name(e->session);

	if (e->verify != NULL)
		buf_add_str(&right, _("verify   "));
	else if (e->batch.len > 0)
		buf_addf(&right, "%s   ", buf_str(&e->batch));
	else if (e->draft_at[0] != '\0')
		buf_addf(&right, _("draft %s   "), e->draft_at);
	buf_addf(&right, _("section %zu/%zu"), e->at.section + 1, outline_sections(e->outline));
	if (title[0] == '\0')
		title = root->name;
	/* Where there is no room for both, whose record it is says more. */
	if (name[0] != '\0' && screen_width(s, title) + screen_width(s, name) +
	    screen_width(s, buf_str(&right)) + 6 > s->cols) {
		title = name;
		name = "";
	}
	ui_title(s, title, name, buf_str(&right));
	buf_free(&right);
}

static void
draw_section(struct entry *e, struct screen *s)
{
	const struct question *q = outline_section(e->outline, e->at.section);
	const struct question *root = e->form->questions[0];
	node_id node = answers_child(e->answers, ANSWERS_ROOT, q);
	struct buf text = { 0 };

	if (q == root)
		buf_add_str(&text, text_in(e->form, &e->form->title, session_lang(e->session)));
	else
		buf_add_str(&text, entry_label(e, node != NODE_NONE ? node : ANSWERS_ROOT, q));
	if (e->at.row != NODE_NONE) {
		const struct question *repeat = answers_question(e->answers, e->at.row);
		node_id parent = answers_parent(e->answers, e->at.row);

		buf_addf(&text, "  %s %zu", entry_label(e, e->at.row, repeat),
		    answers_position(e->answers, e->at.row));
		if (e->verify == NULL || verifying_counted(e, e->at.row))
			buf_addf(&text, "/%zu", answers_rows(e->answers, parent, repeat));
	}
	screen_put(s, 2, 1, s->cols - 2, ATTR_BOLD, buf_str(&text));
	buf_free(&text);
}

/* The row on the page, if F9 filled it in. */
static node_id
filled_row(const struct entry *e)
{
	struct cell c;

	for (size_t i = 0; e->at.row != NODE_NONE && i < e->page.n; i++)
		if (e->page.v[i].kind == ITEM_FIELD) {
			session_cell(e->session, e->page.v[i].node, &c);
			if (c.confirmed & CONFIRM_SAME)
				return answers_row_of(e->answers, c.node);
		}
	return NODE_NONE;
}

/* What is computed below a question belongs to it: the last of that. */
static size_t
last_computed(const struct entry *e, size_t at)
{
	while (at + 1 < e->page.n && e->page.v[at + 1].kind == ITEM_SHOWN)
		at++;
	return at;
}

void
entry_draw(struct view *v, struct screen *s)
{
	struct entry *e = (struct entry *)v;
	int rows = ui_body_rows(s) - BODY_TOP - 1, picking = 0;

	if (e->stale || e->drawn_cols != s->cols || e->drawn_widths != s->ambiguous) {
		e->drawn_cols = s->cols;
		e->drawn_widths = s->ambiguous;
		entry_page(e);
	}
	if (e->pick.open) {
		picking = pick_height(&e->pick, rows + 1);
		rows -= picking - 1;
	}
	e->filled_row = filled_row(e);
	draw_title(e, s);
	ui_rule(s, 1);
	draw_section(e, s);
	if (entry_in_cells(e)) {
		entry_cells_draw(e, s, BODY_TOP, rows);
	} else {
		size_t at = page_find(&e->page, &e->at.item);

		e->scroll = layout_scroll(&e->layout, at, last_computed(e, at), e->scroll, rows);
		for (size_t i = 0; i < e->page.n; i++)
			draw_item(e, s, i, rows);
	}
	if (e->pick.open)
		pick_draw(&e->pick, s, BODY_TOP + rows, picking,
		    entry_label(e, e->at.item.node, e->at.item.q));
	else
		ui_rule(s, BODY_TOP + rows);
}

/* A character typed changes one line; most keys are that. */
void
entry_draw_typing(struct view *v, struct screen *s)
{
	struct entry *e = (struct entry *)v;
	int rows = ui_body_rows(s) - BODY_TOP - 1;
	size_t i = page_find(&e->page, &e->at.item);

	if (e->stale || e->pick.open || i == e->page.n) {
		entry_draw(v, s);
		return;
	}
	if (entry_in_cells(e)) {
		entry_cells_draw_row(e, s, BODY_TOP);
		return;
	}
	for (int line = 0; line < e->layout.v[i].lines; line++) {
		int row = BODY_TOP + e->layout.v[i].top - e->scroll + line;

		if (row >= BODY_TOP && row < BODY_TOP + rows)
			screen_fill(s, row, 0, s->cols, ATTR_PLAIN, ' ');
	}
	draw_item(e, s, i, rows);
}

const char *
entry_hint(struct view *v)
{
	struct entry *e = (struct entry *)v;
	struct cell c;
	const char *text;

	if (e->verify != NULL && e->at.item.kind != ITEM_FIELD)
		return "";
	switch (e->at.item.kind) {
	case ITEM_ADD:
		return _("Enter or typing adds a row, / or Down goes on, Up goes to the rows.");
	case ITEM_ROW:
		return _("Enter opens this row, Ins adds one, Del removes it, Down goes on.");
	case ITEM_HEADING:
	case ITEM_SHOWN:
		return "";
	case ITEM_FIELD:
		break;
	}
	if (e->pick.open)
		return e->pick.several ? _("Space ticks, typing narrows, Enter takes what is ticked.")
		                       : _("Typing narrows, Enter takes the one at >, Esc closes.");
	session_cell(e->session, e->at.item.node, &c);
	buf_reset(&e->hint);
	if (e->verify == NULL && c.problem != PROBLEM_NONE && c.problem != PROBLEM_REQUIRED &&
	    !c.accepted)
		buf_addf(&e->hint, "%s", c.problem_text);
	else if (session_held(e->session, c.node)[0] != '\0')
		buf_add_str(&e->hint, session_held(e->session, c.node));
	else if (entry_flag(e, c.node) != NULL)
		buf_addf(&e->hint, "* %s", entry_flag(e, c.node));
	else {
		text = session_text(e->session, e->at.item.node, &e->at.item.q->hint);
		if (entry_in_cells(e))
			entry_cells_hint(e, text, &e->hint);
		else if (text[0] == '\0' && e->field.coded && !e->layout.wide)
			entry_choices_hint(e, &e->hint);
		else if (text[0] != '\0')
			buf_add_str(&e->hint, text);
		else
			entry_skip_text(e, &e->hint);
	}
	return buf_str(&e->hint);
}
