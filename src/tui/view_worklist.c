/* view_worklist.c: what is to be done, one line each: Enter goes to the work, F9 does
 * it as last time; what is done leaves the list, and the cursor stands on the next.
 *
 * The whole order is held, as numbers; what a line says is read when it is seen. */
#include <stdlib.h>
#include <string.h>

#include "base/edit.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "store/worklist.h"
#include "tui/columns.h"
#include "tui/entry.h"
#include "tui/lines.h"
#include "tui/period.h"
#include "tui/views.h"

enum {
	AT_ONCE = 5,		/* slices before the screen is drawn: some 15,000 records */
	REREAD = 5000,		/* lists up to here are made anew when one comes back */
	COLUMN_MAX = 30,
	CUT_MIN = 8,
	NARROW = 60,
	HEADING_MIN = 4,
	DETAILS_LEAVE = 2	/* lines of the list */
};

struct row {			/* a line that was seen */
	struct work_line line;
	bool read;
};

struct worklist_view {
	struct view view;
	struct work *work;
	size_t list;			/* which of them */
	struct work_item *v;
	struct work_listing *making;	/* what v will be; NULL: v is it */
	struct work_item was;		/* the cursor's, before */
	struct row *rows;		/* beside v */
	struct lines lines;
	struct edit *search;
	bool sought;			/* the search was typed on since v was made */
	struct work_tally tally;	/* all there are, done ones too */
	bool tallied;
	int64_t version;		/* of the data that v was made of */
	int details, drawn_cols;	/* rows kept for what is beyond the edge, at this width */
};

static const struct worklist *
def(const struct worklist_view *w)
{
	return work_list(w->work, w->list);
}

static void
forget_rows(struct worklist_view *w)
{
	for (size_t i = 0; i < w->lines.n; i++)
		if (w->rows[i].read) {
			work_line_free(&w->rows[i].line);
			w->rows[i].read = false;
		}
}

static void
count_anew(struct worklist_view *w)
{
	w->tally = (struct work_tally){ 0 };
	w->tallied = false;
}

static void
stop_making(struct worklist_view *w)
{
	work_listing_free(w->making);
	w->making = NULL;
}

/* The list is made; the cursor stays at its item, or where that was. */
static void
adopt(struct worklist_view *w)
{
	size_t n;

	forget_rows(w);
	free(w->v);
	free(w->rows);
	w->v = work_listing_take(w->making, &n);
	w->rows = xcalloc(n + 1, sizeof *w->rows);
	w->lines.n = n;
	stop_making(w);
	for (size_t i = 0; i < n; i++)
		if (w->v[i].record == w->was.record && w->v[i].row == w->was.row)
			w->lines.at = i;
	if (w->lines.at >= n)
		w->lines.at = n > 0 ? n - 1 : 0;
}

static void
make_some(struct worklist_view *w)
{
	struct err err;

	if (!work_listing_go(w->making, &err)) {
		ui_fail(w->view.ui, &err);
		stop_making(w);
	} else if (work_listing_whole(w->making)) {
		adopt(w);
	}
}

static const struct work_line *
line_of(struct worklist_view *w, size_t i)
{
	static const struct work_line none;
	struct row *r = &w->rows[i];
	struct err err;

	if (!r->read && !work_line(w->work, w->list, &w->v[i], &r->line, &err)) {
		ui_fail(w->view.ui, &err);
		return &none;
	}
	r->read = true;
	return &r->line;
}

/* What is done leaves; the next moves up to the cursor. */
static void
drop(struct worklist_view *w, size_t i)
{
	work_line_free(&w->rows[i].line);
	memmove(&w->v[i], &w->v[i + 1], (w->lines.n - i - 1) * sizeof *w->v);
	memmove(&w->rows[i], &w->rows[i + 1], (w->lines.n - i - 1) * sizeof *w->rows);
	w->lines.n--;
	w->rows[w->lines.n] = (struct row){ 0 };
	if (w->lines.at >= w->lines.n)
		w->lines.at = w->lines.n > 0 ? w->lines.n - 1 : 0;
}

/* Somebody may have saved: is the line stood on still to be done? */
static bool
look_again(struct worklist_view *w)
{
	struct row *r;

	if (w->lines.n == 0)
		return false;
	r = &w->rows[w->lines.at];
	if (r->read)
		work_line_free(&r->line);
	r->read = false;
	if (line_of(w, w->lines.at)->open)
		return true;
	drop(w, w->lines.at);
	return false;
}

/* Makes the list; a long one while nobody types. same: what is shown may stay until
 * then, though somebody may have saved. */
static void
fetch(struct worklist_view *w, bool same)
{
	if (w->lines.at < w->lines.n)
		w->was = w->v[w->lines.at];
	w->sought = false;
	stop_making(w);
	w->making = work_listing_new(w->work, w->list, edit_text(w->search));
	w->version = work_version(w->work);
	for (int i = 0; i < AT_ONCE && w->making != NULL; i++)
		make_some(w);
	if (w->making == NULL)
		return;
	forget_rows(w);
	if (same)
		look_again(w);
	else
		w->lines.n = 0;
}

static void
shown(struct view *v)
{
	struct worklist_view *w = (struct worklist_view *)v;

	if (work_version(w->work) != w->version) {
		if (w->lines.n <= REREAD) {
			fetch(w, true);
		} else {
			forget_rows(w);
			look_again(w);
		}
		count_anew(w);
	} else {
		forget_rows(w);
	}
	v->ui->saved = false;
	ui_count(v->ui);
}

static bool
idle(struct view *v)
{
	struct worklist_view *w = (struct worklist_view *)v;
	struct err err;

	/* A word is searched for once, not letter by letter as it is typed. */
	if (w->sought) {
		fetch(w, false);
		return true;
	}
	if (w->making != NULL) {
		make_some(w);
		return true;
	}
	if (w->tallied)
		return false;
	if (!work_tally(w->work, w->list, &w->tally, &err))
		w->tally.whole = true;
	w->tallied = w->tally.whole;
	return !w->tallied;
}

/* ---- drawing -------------------------------------------------------------------------- */

static unsigned
modes(const struct view *v)
{
	(void)v;
	return WORK;
}

static void
title(struct worklist_view *w, struct screen *s)
{
	struct buf right = { 0 };

	if (w->making != NULL && w->lines.n == 0)
		buf_addf(&right, _("looked through: %d%%"), work_listing_percent(w->making));
	else if (edit_text(w->search)[0] != '\0')
		buf_addf(&right, _("%zu found"), w->lines.n);
	else if (s->cols >= NARROW && w->tallied && w->tally.all >= (int64_t)w->lines.n)
		buf_addf(&right, _("%lld of %lld done, %zu left"),
		    (long long)(w->tally.all - (int64_t)w->lines.n), (long long)w->tally.all,
		    w->lines.n);
	else
		buf_addf(&right, _("%zu left"), w->lines.n);
	ui_title(s, words_in(&def(w)->label, tr_lang()), "", buf_str(&right));
	buf_free(&right);
}

/* On a narrow screen the headings are cut, not the answers. */
static void
widths(struct worklist_view *w, const struct screen *s, int *width)
{
	bool narrow = s->cols < NARROW && w->lines.n > 0;
	size_t n = def(w)->columns_n;
	int *heading = xcalloc(n + 1, sizeof *heading);

	for (size_t c = 0; c < n; c++) {
		bool any = false;

		heading[c] = screen_width(s, work_heading(w->work, w->list, c));
		width[c] = narrow ? HEADING_MIN : heading[c];
		for (size_t i = w->lines.first; i < w->lines.n && i < w->lines.first + w->lines.shown;
		    i++) {
			const struct work_line *line = line_of(w, i);
			int cell = c < line->columns_n ? screen_width(s, line->columns[c]) : 0;

			width[c] = cell > width[c] ? cell : width[c];
			any |= cell > 0;
		}
		width[c] = !any && narrow ? 0 : width[c] > COLUMN_MAX ? COLUMN_MAX : width[c];
	}
	if (narrow)
		columns_widen(width, heading, n, s->cols - 4, CUT_MIN);
	free(heading);
}

/* The last column may be cut, but something must be left to read. */
static bool
fits(int width, int room)
{
	return width <= room || room >= CUT_MIN;
}

static void
draw_line(struct worklist_view *w, struct screen *s, int row, size_t i, const int *width)
{
	const struct work_line *line = line_of(w, i);
	unsigned attr = line->urgent && line->open ? ATTR_BOLD : ATTR_PLAIN;
	const char *state = line->record_id == NULL || !line->open ? _("done")
	    : line->draft ? _("draft") : "";
	int col = 4, end = state[0] != '\0' ? s->cols - screen_width(s, state) - 1 : s->cols;

	if (i == w->lines.at)
		screen_put(s, row, 0, 1, ATTR_PLAIN, ">");
	if (line->urgent && line->open)
		screen_put(s, row, 2, 1, ATTR_BOLD, "!");
	if (line->columns_n == 0)
		screen_put(s, row, col, end - col, attr, line->label != NULL ? line->label : "");
	for (size_t c = 0; c < line->columns_n && fits(width[c], end - col); c++) {
		if (width[c] == 0)
			continue;
		screen_put(s, row, col, width[c] < end - col ? width[c] : end - col, attr,
		    line->columns[c]);
		col += width[c] + COLUMN_GAP;
	}
	screen_put(s, row, end + 1, s->cols - end, ATTR_PLAIN, state);
}

/* What the line stood on says beyond the edge of a narrow screen. */
static void
beyond(struct worklist_view *w, const struct screen *s, const int *width, struct buf *out)
{
	const struct work_line *line = w->lines.at < w->lines.n ? line_of(w, w->lines.at) : NULL;
	const struct columns shown = { .width = width, .col = 4, .end = s->cols, .cut = true };

	if (s->cols < NARROW && line != NULL)
		columns_beyond(s, &shown, line->columns, line->columns_n, out);
}

/* How many lines are shown depends on the room that the details of one of them take, and
 * what is cut on how wide those shown are. The room only grows, so that the list stays
 * where it is while one goes through it. */
static void
fit(struct worklist_view *w, const struct screen *s, int rows, int *width, struct buf *rest)
{
	int needed = 0;

	if (w->drawn_cols != s->cols)
		w->details = 0;
	w->drawn_cols = s->cols;
	do {
		w->details = needed > w->details ? needed : w->details;
		w->details = w->details > rows - DETAILS_LEAVE ? rows - DETAILS_LEAVE : w->details;
		lines_fit(&w->lines, w->lines.n, rows - w->details);
		widths(w, s, width);
		buf_reset(rest);
		beyond(w, s, width, rest);
		needed = rest->len > 0 ? view_text_rows(s, 2, buf_str(rest)) + 1 : 0;
	} while (needed > w->details && w->details < rows - DETAILS_LEAVE);
}

static void
draw(struct view *v, struct screen *s)
{
	struct worklist_view *w = (struct worklist_view *)v;
	int top = 4, col = 4, *width = xcalloc(def(w)->columns_n + 1, sizeof *width);
	int rows = ui_body_rows(s) - 1 - top;
	struct buf rest = { 0 };

	title(w, s);
	ui_rule(s, 1);
	fit(w, s, rows, width, &rest);
	for (size_t c = 0; c < def(w)->columns_n && fits(width[c], s->cols - col); c++) {
		if (width[c] == 0)
			continue;
		screen_put(s, 3, col, width[c], ATTR_BOLD, work_heading(w->work, w->list, c));
		col += width[c] + COLUMN_GAP;
	}
	for (size_t i = w->lines.first; i < w->lines.n && i < w->lines.first + w->lines.shown; i++)
		draw_line(w, s, top + (int)(i - w->lines.first), i, width);
	if (w->lines.n == 0 && w->making == NULL)
		view_text_at(s, top, 4, ATTR_PLAIN, edit_text(w->search)[0] != '\0'
		        ? _("Nothing found. Ctrl-U shows all again.") : _("All done."));
	if (w->details > 0) {
		ui_rule(s, top + rows - w->details);
		view_text(s, top + rows - w->details + 1, buf_str(&rest));
	}
	buf_free(&rest);
	ui_rule(s, ui_body_rows(s) - 1);
	col = screen_put(s, 2, 1, s->cols - 2, ATTR_PLAIN, _("Search:")) + 1;
	screen_fill(s, 2, col, 24, ATTR_PLAIN, '_');
	col = screen_put(s, 2, col, 24, ATTR_PLAIN, edit_text(w->search));
	screen_cursor(s, 2, col);
	free(width);
}

/* ---- keys --------------------------------------------------------------------------------- */

/* False, and it says so: this person did the first half of it. */
static bool
may(struct worklist_view *w, const struct work_item *item)
{
	struct ui *ui = w->view.ui;
	struct buf who = { 0 };
	struct err err;
	bool ok = work_first_person(w->work, w->list, item, &who, &err);

	if (!ok) {
		ui_fail(ui, &err);
	} else if (who.len > 0 && strcmp(buf_str(&who), store_user(ui->store)) == 0) {
		ui_error(ui, "%s", _("You reported this one done yourself: a second person verifies it."));
		ok = false;
	}
	buf_free(&who);
	return ok;
}

struct begun {
	struct attr *v;
	size_t n;
};

static void
set(void *ctx, const char *question, const char *value)
{
	struct begun *b = ctx;

	b->v[b->n++] = (struct attr){ xstrdup(question), xstrdup(value) };
}

static bool
begin_new(struct worklist_view *w, const struct work_item *item, struct err *err)
{
	struct begun b = { .v = xcalloc(def(w)->sets_n + 1, sizeof *b.v) };
	bool ok = work_sets(w->work, w->list, item, set, &b, err) &&
	    entry_new_with(w->view.ui, def(w)->enter_at.text, b.v, b.n, err);

	for (size_t i = 0; i < b.n; i++) {
		free((char *)(uintptr_t)b.v[i].name);
		free((char *)(uintptr_t)b.v[i].value);
	}
	free(b.v);
	return ok;
}

static bool
in_row(const struct worklist_view *w)
{
	const struct form *form = work_form(w->work, w->list);
	const struct question *q = form_find(form, def(w)->enter_at.text, NULL);

	return q != NULL && q->repeat != NULL;
}

/* The line stood on, once there is one; false, and it rings or says so: it is none. */
static bool
stands(struct worklist_view *w)
{
	while (w->making != NULL && w->lines.n == 0)
		make_some(w);
	if (w->lines.n == 0)
		w->view.ui->ring = true;
	else if (!look_again(w))
		ui_say(w->view.ui, _("That one is done already."));
	else
		return true;
	return false;
}

static void
open_item(struct worklist_view *w)
{
	struct ui *ui = w->view.ui;
	const struct work_line *line;
	const struct work_item *item;
	struct err err;
	bool ok = true;

	if (!stands(w))
		return;
	item = &w->v[w->lines.at];
	line = line_of(w, w->lines.at);
	if (!may(w, item))
		return;
	switch (def(w)->enter) {
	case WORKLIST_OPEN:
		ok = entry_resume(ui, line->record_id, &err);
		break;
	case WORKLIST_AT:
		ok = entry_open_at(ui, line->record_id, in_row(w) ? line->row_id : "",
		    def(w)->enter_at.text, &err);
		break;
	case WORKLIST_ROW:
		ok = entry_open_row(ui, line->record_id, def(w)->enter_at.text, &err);
		break;
	case WORKLIST_NEW:
		ok = begin_new(w, item, &err);
		break;
	}
	if (!ok)
		ui_fail(ui, &err);
}

static void
as_last_time(struct worklist_view *w)
{
	struct ui *ui = w->view.ui;
	struct err err;
	char *label;

	if (def(w)->as_last.text == NULL) {
		ui->ring = true;
		return;
	}
	if (!stands(w))
		return;
	if (line_of(w, w->lines.at)->draft) {
		ui_error(ui, _("This record has unsaved answers: open it with Enter."));
		return;
	}
	if (!may(w, &w->v[w->lines.at]))
		return;
	label = xstrdup(line_of(w, w->lines.at)->label);
	if (!period_save(ui->store, line_of(w, w->lines.at)->record_id, def(w)->as_last.text,
	    &err)) {
		ui_fail(ui, &err);
	} else {
		if (look_again(w))
			w->lines.at += w->lines.at + 1 < w->lines.n;
		w->version = work_version(w->work);
		ui_count(ui);
		ui_say(ui, _("Saved as last time: %s"), label);
	}
	free(label);
}

static void
type(struct worklist_view *w, const struct key *k)
{
	struct buf folded = { 0 };
	char c[8];

	if (k->code != K_TEXT) {
		w->view.ui->ring = true;
		return;
	}
	c[utf8_encode(k->cp, c)] = '\0';
	utf8_fold(c, &folded);
	if (strcmp(buf_str(&folded), "=") == 0 && edit_text(w->search)[0] == '\0')
		as_last_time(w);
	else
		w->sought |= edit_insert(w->search, buf_str(&folded), folded.len);
	buf_free(&folded);
}

static void
search_key(struct worklist_view *w, enum action a, const struct key *k)
{
	switch (a) {
	case ACT_ERASE:
		if (edit_erase_back(w->search))
			w->sought = true;
		else
			w->view.ui->ring = true;
		return;
	case ACT_CLEAR:
	case ACT_CANCEL:
	case ACT_FIND:
		edit_set(w->search, "");
		w->sought = true;
		return;
	default:
		type(w, k);
	}
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct worklist_view *w = (struct worklist_view *)v;

	/* What is done next is done to what was searched for. */
	if (w->sought && a != ACT_NONE && a != ACT_ERASE && a != ACT_CLEAR && a != ACT_LEAVE)
		fetch(w, false);
	if (lines_key(&w->lines, a))
		return true;
	switch (a) {
	case ACT_HELP:
	case ACT_LANGUAGE:
	case ACT_LEAVE:
		return false;
	case ACT_ACCEPT:
		open_item(w);
		return true;
	case ACT_PERIOD:
		as_last_time(w);
		return true;
	default:
		search_key(w, a, k);
		return true;
	}
}

static const char *
hint(struct view *v)
{
	struct worklist_view *w = (struct worklist_view *)v;
	const char *text = words_in(&def(w)->hint, tr_lang());

	return text[0] != '\0' ? text : _("Enter opens it where the work is; typing searches.");
}

static void
close_worklist(struct view *v)
{
	struct worklist_view *w = (struct worklist_view *)v;

	forget_rows(w);
	stop_making(w);
	free(w->rows);
	free(w->v);
	edit_free(w->search);
	work_free(w->work);
	free(w);
}

static const struct view_ops ops = {
	.modes = modes, .draw = draw, .act = act, .hint = hint, .shown = shown, .idle = idle,
	.close = close_worklist,
};

bool
view_worklist_open(struct ui *ui, const char *name, struct err *err)
{
	struct worklist_view *w;
	struct work *work;
	size_t at;

	if (!work_open(ui->store, &work, err))
		return false;
	at = work_find(work, name);
	if (at == SIZE_MAX || work_fault(work, at) != NULL) {
		err_set(err, at == SIZE_MAX ? _("no worklist is called '%s'") :
		    _("worklist '%s' does not fit the forms any more"), name);
		if (at != SIZE_MAX)
			err_wrap(err, "%s", work_fault(work, at));
		work_free(work);
		return false;
	}
	w = xcalloc(1, sizeof *w);
	w->view.ops = &ops;
	w->work = work;
	w->list = at;
	w->search = edit_new(256);
	w->version = -1;
	ui_push(ui, &w->view);
	shown(&w->view);
	return true;
}
