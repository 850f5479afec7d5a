/* view_history.c: what became of a record or of one question: who saved what and
 * when, what stood there before, and why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "store/history.h"
#include "tui/lines.h"
#include "tui/ui.h"
#include "tui/views.h"

#define LINES_MOST 5000			/* the newest; `ruhu log` has all */

struct event {
	char *text;			/* one line of the list */
	char *more;			/* of the one stood on: version, where, why */
};

struct history {
	struct view view;
	char *record, *form, *row, *question;
	struct event *v;
	size_t cap;
	struct lines lines;
};

static void
forget(struct history *h)
{
	for (size_t i = 0; i < h->lines.n; i++) {
		free(h->v[i].text);
		free(h->v[i].more);
	}
	h->lines.n = 0;
}

static void
value_text(struct history *h, const struct history_line *l, const char *value,
    const char *reason, struct buf *out)
{
	if (reason[0] != '\0')
		buf_add_str(out, view_missing_text(missing_by_name(reason)));
	else if (value[0] == '\0')
		buf_add_str(out, _("(blank)"));
	else
		view_answer_text(h->view.ui, h->form, l->field, value, out);
}

/* The program's own fields, in words. */
static bool
own_text(const struct history_line *l, struct buf *out)
{
	if (strcmp(l->field, "$state") == 0)
		buf_add_str(out, strcmp(l->value, "complete") == 0 ? _("saved as complete")
		                                                   : _("saved as incomplete"));
	else if (strcmp(l->field, "$del") == 0 && l->row[0] != '\0')
		buf_add_str(out, l->value[0] == '1' ? _("a row removed") : _("a row brought back"));
	else if (strcmp(l->field, "$del") == 0)
		buf_add_str(out, l->value[0] == '1' ? _("deleted") : _("taken back"));
	else if (strcmp(l->field, "$grid") == 0)
		buf_addf(out, _("area: %s"), l->value);
	else
		return false;
	return true;
}

static const struct { const char *word, *text; } reasons[] = {
	{ "verify", N_("keyed a second time") }, { "default", N_("default, nobody touched it") },
	{ "last", N_("as last time") }, { "fill", N_("not on a screen") },
	{ "warning", N_("warning confirmed") }, { "constraint", N_("stands against a rule") },
	{ "required", N_("left blank knowingly") }, { "same", N_("as last time, confirmed") },
};

static void
add_reasons(const char *words, struct buf *out)
{
	while (words[0] != '\0') {
		size_t len = strcspn(words, " ");

		for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
			if (strlen(reasons[i].word) == len && strncmp(reasons[i].word, words, len) == 0)
				buf_addf(out, "%s%s", out->len > 0 ? ", " : "", _(reasons[i].text));
		words += len;
		words += strspn(words, " ");
	}
}

static void
verified_text(const struct history_line *l, struct buf *out)
{
	long long n = 0, keyer = 0, verifier = 0;

	sscanf(l->note, "%lld %lld %lld", &n, &keyer, &verifier);
	buf_addf(out, _("verified: %lld compared, %lld wrong first, %lld second"), n, keyer, verifier);
}

static void
change_text(struct history *h, const struct history_line *l, struct buf *out)
{
	if (own_text(l, out))
		return;
	if (h->question == NULL) {
		view_question_label(h->view.ui, h->form, l->field, out);
		buf_add_str(out, ": ");
	}
	if (!l->first) {
		value_text(h, l, l->was, l->was_reason, out);
		buf_add_str(out, " -> ");
	}
	value_text(h, l, l->value, l->reason, out);
}

static bool
by_hand(struct history *h, const char *field)
{
	const struct logic *logic;
	const struct question *q;
	struct err err;

	if (field[0] == '$' || !store_form(h->view.ui->store, h->form, NULL, &logic, &err))
		return true;
	q = form_find(logic_form(logic), field, NULL);
	return q == NULL || type_info(q->type)->asked;
}

static bool
add(void *ctx, const struct history_line *l)
{
	struct history *h = ctx;
	struct buf text = { 0 }, more = { 0 }, why = { 0 };

	view_time_text(l->at, &text);
	buf_addf(&text, "  %s  ", l->by);
	if (l->no == 0) {
		verified_text(l, &text);
	} else {
		change_text(h, l, &text);
		add_reasons(l->why, &why);
		add_reasons(l->note, &why);
		if (l->imported)
			buf_addf(&why, _("%sfrom site %s"), why.len > 0 ? ", " : "", l->site);
		if (why.len == 0)
			buf_add_str(&why, by_hand(h, l->field) ? _("keyed") : _("calculated"));
		buf_addf(&more, _("%s   form version %s"), buf_str(&why), l->version);
		if (l->row[0] != '\0')
			buf_addf(&more, _("   row %s"), l->row + strlen(l->row) - 4);
	}
	h->v = xgrow(h->v, &h->cap, h->lines.n + 1, sizeof *h->v);
	h->v[h->lines.n].text = buf_take(&text);
	h->v[h->lines.n++].more = more.len > 0 ? buf_take(&more) : xstrdup("");
	buf_free(&why);
	return h->lines.n < LINES_MOST;
}

static void
shown(struct view *v)
{
	struct history *h = (struct history *)v;
	struct err err;

	forget(h);
	if (!store_history(v->ui->store, h->record, h->row, h->question, add, h, &err))
		ui_fail(v->ui, &err);
}

static const char *
line_text(const void *ctx, size_t i)
{
	return ((const struct history *)ctx)->v[i].text;
}

/* What a list has no room for, in full. */
static void
draw_details(const struct event *c, struct screen *s, int top, int bottom)
{
	const char *p = c->text;

	for (int row = top; row < bottom - 1 && *p != '\0'; row++) {
		size_t next, len = utf8_wrap(p, s->cols - 3, s->ambiguous, &next);
		char *part = xstrndup(p, len);

		screen_put(s, row, 2, s->cols - 3, ATTR_PLAIN, part);
		free(part);
		p += next;
	}
	screen_put(s, bottom - 1, 2, s->cols - 3, ATTR_PLAIN, c->more);
}

static void
draw(struct view *v, struct screen *s)
{
	struct history *h = (struct history *)v;
	struct lines_page page = { .title = _("History"), .empty = _("Nothing was saved here yet."),
		.details = 4, .text = line_text, .ctx = h };
	struct buf label = { 0 };
	int bottom;

	if (h->question != NULL)
		view_question_label(v->ui, h->form, h->question, &label);
	page.middle = buf_str(&label);
	bottom = view_lines(s, &h->lines, &page);
	ui_rule(s, bottom - page.details);
	if (h->lines.n > 0)
		draw_details(&h->v[h->lines.at], s, bottom - page.details + 1, bottom);
	buf_free(&label);
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct history *h = (struct history *)v;

	(void)k;
	if (lines_key(&h->lines, a))
		return true;
	if (a != ACT_ACCEPT || h->question == NULL)
		return false;
	free(h->row);
	free(h->question);
	h->row = h->question = NULL;
	h->lines.at = h->lines.first = 0;
	shown(v);
	return true;
}

static const char *
hint(struct view *v)
{
	return ((struct history *)v)->question != NULL
	    ? _("Enter shows the history of the whole record, Esc back.") : _("Esc back.");
}

static void
close_history(struct view *v)
{
	struct history *h = (struct history *)v;

	forget(h);
	free(h->v);
	free(h->record);
	free(h->form);
	free(h->row);
	free(h->question);
	free(h);
}

static const struct view_ops ops = {
	.modes = view_lines_modes, .draw = draw, .act = act, .hint = hint, .shown = shown,
	.close = close_history,
};

void
view_history_open(struct ui *ui, const char *record, const char *form, const char *row,
    const char *question)
{
	struct history *h = xcalloc(1, sizeof *h);

	h->view.ops = &ops;
	h->record = xstrdup(record);
	h->form = xstrdup(form);
	h->row = row != NULL ? xstrdup(row) : NULL;
	h->question = question != NULL ? xstrdup(question) : NULL;
	ui_push(ui, &h->view);
	shown(&h->view);
}
