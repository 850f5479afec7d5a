/* view_errors.c: walking the records of a form that have something wrong: each opens
 * at its first problem, and once it is put right the next one opens.
 *
 * A record is asked by opening it, so all of them take their time: they are gone
 * through while nobody types, and what was found can be worked on meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "record/session.h"
#include "tui/entry.h"
#include "tui/lines.h"
#include "tui/views.h"

enum { PAGE = 100, SLICE_MS = 15 };

struct wrong {
	char *id, *label, *text;	/* of its first problem */
	size_t n;			/* problems */
};

struct errors {
	struct view view;
	char *form_id;
	const struct form *form;
	struct wrong *v;
	size_t cap;
	struct lines lines;
	struct { char *id, *label; } page[PAGE];	/* to be looked at next */
	size_t page_n, page_at;
	size_t looked, total;
	bool whole;
	char *open;			/* the record that Enter opened; NULL: none */
};

static void
wrong_free(struct wrong *f)
{
	free(f->id);
	free(f->label);
	free(f->text);
}

/* ---- looking -------------------------------------------------------------------------- */

static bool
take(void *ctx, const struct record_info *info)
{
	struct errors *w = ctx;

	if (info->state == RECORD_DRAFT || w->page_n == PAGE)
		return true;
	w->page[w->page_n].id = xstrdup(info->id);
	w->page[w->page_n++].label = xstrdup(info->label != NULL ? info->label : "");
	return true;
}

static void
next_page(struct errors *w)
{
	struct record_query q = { .form = w->form_id, .offset = w->looked, .limit = PAGE,
		.sort = RECORDS_KEY };
	struct err err;

	w->page_n = w->page_at = 0;
	if (!store_records(w->view.ui->store, &q, take, w, &w->total, &err)) {
		ui_fail(w->view.ui, &err);
		w->whole = true;
	}
	w->whole |= w->page_n == 0;
}

/* What is wrong with one record; n 0: nothing. */
static bool
look(struct errors *w, const char *id, const char *label, struct wrong *out)
{
	const struct problem *list;
	struct buf text = { 0 };
	struct session *s;
	node_id cursor;
	struct err err;
	size_t n;

	*out = (struct wrong){ 0 };
	if (!store_session_open(w->view.ui->store, id, false, &s, &cursor, &err))
		return false;
	session_language(s, form_language(answers_form(session_answers(s)), tr_lang()));
	n = session_problems(s, &list);
	for (size_t i = 0; i < n; i++) {
		const struct question *q = answers_question(session_answers(s), list[i].node);

		if (list[i].kind == PROBLEM_WARNING)
			continue;
		if (out->n++ > 0)
			continue;
		buf_addf(&text, "%s: %s", session_text(s, list[i].node, &q->label), list[i].text);
	}
	if (out->n > 0) {
		out->id = xstrdup(id);
		out->label = xstrdup(label);
		out->text = buf_take(&text);
	}
	buf_free(&text);
	store_session_close(w->view.ui->store, s);
	return true;
}

static void
look_at_next(struct errors *w)
{
	struct wrong f;

	if (w->page_at == w->page_n) {
		next_page(w);
		return;
	}
	if (look(w, w->page[w->page_at].id, w->page[w->page_at].label, &f) && f.n > 0) {
		w->v = xgrow(w->v, &w->cap, w->lines.n + 1, sizeof *w->v);
		w->v[w->lines.n++] = f;
	}
	free(w->page[w->page_at].id);
	free(w->page[w->page_at++].label);
	w->looked++;
}

static bool
idle(struct view *v)
{
	struct errors *w = (struct errors *)v;
	int64_t until = clock_steady() + SLICE_MS;

	while (!w->whole && clock_steady() < until)
		look_at_next(w);
	return !w->whole;
}

/* ---- going through them -------------------------------------------------------------------- */

static void
open_wrong(struct errors *w)
{
	struct ui *ui = w->view.ui;
	struct err err;

	if (w->lines.n == 0) {
		ui->ring = true;
		return;
	}
	free(w->open);
	w->open = xstrdup(w->v[w->lines.at].id);
	if (!entry_open_problem(ui, w->open, &err))
		ui_fail(ui, &err);
}

static void
shown(struct view *v)
{
	struct errors *w = (struct errors *)v;
	bool saved = v->ui->saved;
	struct wrong now;
	size_t at = 0;

	while (w->open != NULL && at < w->lines.n && strcmp(w->v[at].id, w->open) != 0)
		at++;
	if (w->open == NULL || at == w->lines.n)
		return;
	free(w->open);
	w->open = NULL;
	v->ui->saved = false;
	if (!look(w, w->v[at].id, w->v[at].label, &now))
		now.n = 0;		/* deleted meanwhile */
	wrong_free(&w->v[at]);
	if (now.n > 0) {
		w->v[at] = now;
		return;
	}
	memmove(&w->v[at], &w->v[at + 1], (w->lines.n - at - 1) * sizeof *w->v);
	w->lines.n--;
	if (w->lines.at > at || (w->lines.at == w->lines.n && w->lines.at > 0))
		w->lines.at--;
	/* Put right: on to the next. */
	if (saved && w->lines.n > 0)
		open_wrong(w);
}

static unsigned
modes(const struct view *v)
{
	(void)v;
	return LISTS;
}

static void
draw(struct view *v, struct screen *s)
{
	struct errors *w = (struct errors *)v;
	struct buf text = { 0 };
	int top = 2;

	lines_fit(&w->lines, w->lines.n, ui_body_rows(s) - 1 - top);
	if (w->whole)
		buf_addf(&text, _("%zu of %zu with errors"), w->lines.n, w->looked);
	else
		buf_addf(&text, _("%zu with errors, %zu of %zu looked at"), w->lines.n, w->looked,
		    w->total);
	ui_title(s, text_in(w->form, &w->form->title, form_language(w->form, tr_lang())), "",
	    buf_str(&text));
	ui_rule(s, 1);
	for (size_t i = w->lines.first; i < w->lines.n && i < w->lines.first + w->lines.shown; i++) {
		buf_reset(&text);
		buf_addf(&text, "%s  %s", w->v[i].label, w->v[i].text);
		if (w->v[i].n > 1)
			buf_addf(&text, _("  (and %zu more)"), w->v[i].n - 1);
		view_line(s, top + (int)(i - w->lines.first), i == w->lines.at, buf_str(&text));
	}
	if (w->lines.n == 0)
		screen_put(s, top, 2, s->cols - 3, ATTR_PLAIN,
		    w->whole ? _("No record has an error.") : _("Looking through the records ..."));
	ui_rule(s, ui_body_rows(s) - 1);
	buf_free(&text);
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct errors *w = (struct errors *)v;

	(void)k;
	if (lines_key(&w->lines, a))
		return true;
	if (a == ACT_ACCEPT)
		open_wrong(w);
	else if (a == ACT_FILTER)
		ui_pop(v->ui, v);
	else
		return false;
	return true;
}

static const char *
hint(struct view *v)
{
	(void)v;
	return _("Enter opens it at what is wrong; put right and saved, the next one opens.");
}

static void
close_errors(struct view *v)
{
	struct errors *w = (struct errors *)v;

	for (size_t i = 0; i < w->lines.n; i++)
		wrong_free(&w->v[i]);
	for (; w->page_at < w->page_n; w->page_at++) {
		free(w->page[w->page_at].id);
		free(w->page[w->page_at].label);
	}
	free(w->v);
	free(w->open);
	free(w->form_id);
	free(w);
}

static const struct view_ops ops = {
	.modes = modes, .draw = draw, .act = act, .hint = hint, .shown = shown, .idle = idle,
	.close = close_errors,
};

bool
view_errors_open(struct ui *ui, const char *form, struct err *err)
{
	const struct logic *logic;
	struct errors *w;

	if (!store_form(ui->store, form, NULL, &logic, err))
		return false;
	w = xcalloc(1, sizeof *w);
	w->view.ops = &ops;
	w->form = logic_form(logic);
	w->form_id = xstrdup(form);
	ui_push(ui, &w->view);
	return true;
}
