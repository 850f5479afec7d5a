/* view_list_draw.c: the records of a form, drawn: columns as wide as their answers, and
 * on a narrow screen below them what has no room. */
#include <stdlib.h>

#include "base/edit.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "tui/columns.h"
#include "tui/layout.h"
#include "tui/view_list.h"
#include "tui/views.h"

static const char *
filter_text(enum filter f)
{
	switch (f) {
	case FILTER_INCOMPLETE:
		return _("incomplete");
	case FILTER_DRAFTS:
		return _("drafts");
	case FILTER_DELETED:
		return _("deleted");
	case FILTER_UNVERIFIED:
		return _("not verified");
	default:
		return _("all");
	}
}

static const char *
state_text(const struct row *r)
{
	if (r->deleted)
		return _("deleted");
	if (r->state == RECORD_DRAFT)
		return _("new draft");
	if (r->draft)
		return _("draft");
	if (r->state == RECORD_INCOMPLETE)
		return _("incomplete");
	return r->verified ? _("verified") : "";
}

#define TOP 4			/* the row of the first record */
#define STATE_COLS 12
#define HEADING_MIN 4

/* Where columns end: before the state, which on a narrow screen takes no more than it
 * needs. */
static int
columns_end(const struct screen *s, const char *state)
{
	int width = screen_width(s, state);

	return s->cols >= LAYOUT_WIDE ? s->cols - STATE_COLS : s->cols - width - (width > 0);
}

/* How wide each column has to be for what is on the screen now. On a narrow screen the
 * headings are cut, not the answers. */
static void
widths(const struct list *l, const struct screen *s, size_t lang, int *w)
{
	bool narrow = s->cols < LAYOUT_WIDE && l->n > 0;
	int *heading = xcalloc(l->form->list_n + 1, sizeof *heading);

	for (size_t c = 0; c < l->form->list_n; c++) {
		heading[c] = screen_width(s, text_in(l->form, &l->form->list[c]->label, lang));
		w[c] = narrow ? HEADING_MIN : heading[c];
		for (size_t i = 0; i < l->n && i < l->lines; i++)
			if (c < l->v[i].columns_n) {
				int cell = screen_width(s, l->v[i].columns[c]);

				w[c] = cell > w[c] ? cell : w[c];
			}
		w[c] = w[c] > 24 ? 24 : w[c];
	}
	if (narrow)
		columns_widen(w, heading, l->form->list_n, columns_end(s, "") - 2, s->cols);
	free(heading);
}

/* Drafts and deleted records have no row among the answers. */
static bool
has_columns(const struct row *r)
{
	return r->columns_n > 0 && !r->deleted && r->state != RECORD_DRAFT;
}

static void
draw_row(struct screen *s, int row, const struct row *r, const int *w)
{
	const char *state = state_text(r);
	int col = 2, end = columns_end(s, state);

	if (!has_columns(r))
		screen_put(s, row, col, end - col - 1, ATTR_PLAIN, r->label);
	else
		for (size_t c = 0; c < r->columns_n && col + w[c] <= end; c++) {
			screen_put(s, row, col, w[c], ATTR_PLAIN, r->columns[c]);
			col += w[c] + COLUMN_GAP;
		}
	screen_put(s, row, end, s->cols - end, ATTR_PLAIN, state);
}

static void
draw_head(const struct list *l, struct screen *s, size_t lang, const int *w)
{
	int col = 2, end = columns_end(s, "");

	for (size_t c = 0; c < l->form->list_n && col + w[c] <= end; c++) {
		screen_put(s, 3, col, w[c], ATTR_BOLD, text_in(l->form, &l->form->list[c]->label, lang));
		col += w[c] + COLUMN_GAP;
	}
}

/* What the line stood on says beyond the edge of a narrow screen. */
static void
beyond(const struct list *l, const struct screen *s, const int *w, struct buf *out)
{
	const struct row *r = l->at < l->n ? &l->v[l->at] : NULL;
	struct columns shown = { .width = w, .col = 2 };

	buf_reset(out);
	if (s->cols >= LAYOUT_WIDE || r == NULL || !has_columns(r))
		return;
	shown.end = columns_end(s, state_text(r));
	columns_beyond(s, &shown, r->columns, r->columns_n, out);
}

/* How many lines there is room for, with what is beyond the edge below them. That room
 * only grows, so that the list stays where it is while one goes through it. */
static void
fit(struct list *l, const struct screen *s, size_t lang, int *w, struct buf *rest)
{
	int rows = ui_body_rows(s) - 1 - TOP, needed = 0;

	if (l->drawn_cols != s->cols)
		l->details = 0;
	l->drawn_cols = s->cols;
	do {
		l->details = needed > l->details ? needed : l->details;
		l->lines = (size_t)(rows - l->details);
		if (l->at >= l->lines)
			list_move(l, 0);
		widths(l, s, lang, w);
		beyond(l, s, w, rest);
		needed = rest->len > 0 ? view_text_rows(s, 2, buf_str(rest)) + 1 : 0;
	} while (needed > l->details && needed < rows / 2);
}

void
list_draw(struct view *v, struct screen *s)
{
	struct list *l = (struct list *)v;
	size_t lang = form_language(l->form, tr_lang());
	int top = TOP, col, *w = xcalloc(l->form->list_n + 1, sizeof *w);
	struct buf text = { 0 }, rest = { 0 };

	list_look(l);
	fit(l, s, lang, w, &rest);
	if (l->sort != RECORDS_NEWEST)
		buf_addf(&text, "%s  ", l->sort == RECORDS_KEY ? _("by key") : _("as one walks"));
	buf_addf(&text, l->counted ? "%s  %zu" : "%s  %zu+", filter_text(l->filter),
	    l->counted || l->total == 0 ? l->total : l->total - 1);
	ui_title(s, text_in(l->form, &l->form->title, lang), "", buf_str(&text));
	ui_rule(s, 1);
	draw_head(l, s, lang, w);
	for (size_t i = 0; i < l->n && i < l->lines; i++) {
		draw_row(s, top + (int)i, &l->v[i], w);
		if (i == l->at)
			screen_put(s, top + (int)i, 0, 1, ATTR_PLAIN, ">");
	}
	if (l->n == 0)
		view_text(s, top, edit_text(l->search)[0] != '\0'
		        ? _("Nothing found. Ctrl-U shows all again.")
		        : _("No records here. F2 starts one."));
	if (l->details > 0) {
		ui_rule(s, ui_body_rows(s) - 1 - l->details);
		view_text(s, ui_body_rows(s) - l->details, buf_str(&rest));
	}
	ui_rule(s, ui_body_rows(s) - 1);
	col = screen_put(s, 2, 1, s->cols - 2, ATTR_PLAIN, _("Search:")) + 1;
	screen_fill(s, 2, col, 24, ATTR_PLAIN, '_');
	col = screen_put(s, 2, col, 24, ATTR_PLAIN, edit_text(l->search));
	screen_cursor(s, 2, col);
	buf_free(&text);
	buf_free(&rest);
	free(w);
}
