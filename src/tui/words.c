#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "logic/logic.h"
#include "record/session.h"
#include "store/store.h"
#include "tui/lines.h"
#include "tui/screen.h"
#include "tui/ui.h"
#include "tui/views.h"

void
view_line(struct screen *s, int row, bool here, const char *text)
{
	screen_put(s, row, 2, s->cols - 3, ATTR_PLAIN, text);
	if (here) {
		screen_put(s, row, 0, 1, ATTR_PLAIN, ">");
		screen_cursor(s, row, 0);
	}
}

int
view_text_at(struct screen *s, int row, int col, unsigned attr, const char *text)
{
	size_t next, len;

	for (; *text != '\0'; text += next) {
		char *line;

		len = utf8_wrap(text, s->cols - col - 1, s->ambiguous, &next);
		line = xstrndup(text, len);
		screen_put(s, row++, col, s->cols - col - 1, attr, line);
		free(line);
	}
	return row;
}

int
view_text(struct screen *s, int row, const char *text)
{
	return view_text_at(s, row, 2, ATTR_PLAIN, text);
}

int
view_text_rows(const struct screen *s, int col, const char *text)
{
	size_t next;
	int n = 0;

	for (; *text != '\0'; text += next, n++)
		(void)utf8_wrap(text, s->cols - col - 1, s->ambiguous, &next);
	return n;
}

#define WHOLE_MOST 4

/* Rows for the whole of the line stood on, where the list has no room for it. */
static int
whole_rows(const struct screen *s, const struct lines *l, const struct lines_page *p)
{
	int n = l->at < l->n && p->details == 0 ? view_text_rows(s, 2, p->text(p->ctx, l->at)) : 0;

	return n > 1 && n <= WHOLE_MOST ? n + 1 : 0;
}

int
view_lines(struct screen *s, struct lines *l, const struct lines_page *p)
{
	int bottom = ui_body_rows(s) - 1, whole;
	struct buf count = { 0 };

	if (l->at >= l->n)
		l->at = l->n > 0 ? l->n - 1 : 0;
	whole = whole_rows(s, l, p);
	lines_fit(l, l->n, bottom - 2 - p->details - whole);
	buf_addf(&count, "%zu", l->n);
	ui_title(s, p->title, p->middle, p->right != NULL ? p->right : buf_str(&count));
	ui_rule(s, 1);
	for (size_t i = l->first; i < l->n && i < l->first + l->shown; i++)
		view_line(s, 2 + (int)(i - l->first), i == l->at, p->text(p->ctx, i));
	if (l->n == 0)
		view_text(s, 3, p->empty);
	if (whole > 0) {
		ui_rule(s, bottom - whole);
		view_text(s, bottom - whole + 1, p->text(p->ctx, l->at));
	}
	ui_rule(s, bottom);
	buf_free(&count);
	return bottom;
}

unsigned
view_lines_modes(const struct view *v)
{
	(void)v;
	return ASKING | ESC_NOW;
}

const char *
view_missing_text(enum missing why)
{
	switch (why) {
	case MISSING_REFUSED:
		return _("(refused)");
	case MISSING_UNKNOWN:
		return _("(not known)");
	case MISSING_NOT_APPLICABLE:
		return _("(not applicable)");
	case MISSING_UNREADABLE:
		return _("(unreadable)");
	default:
		return "";
	}
}

void
view_time_text(const char *utc, struct buf *out)
{
	char local[INSTANT_TEXT];
	int64_t ms;

	if (!instant_parse(utc, &ms, NULL)) {
		buf_add_str(out, utc);
		return;
	}
	instant_format(ms, local);
	buf_addf(out, "%.10s %.5s", local, local + 11);
}

static const struct question *
find(struct ui *ui, const char *form_id, const char *name, const struct form **form)
{
	const struct logic *logic;
	struct err err;

	if (!store_form(ui->store, form_id, NULL, &logic, &err))
		return NULL;
	*form = logic_form(logic);
	return form_find(*form, name, NULL);
}

node_id
view_answer_node(const struct answers *a, const char *row_id, const char *field)
{
	size_t root = strlen(answers_form(a)->questions[0]->path) + 1;

	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(a, n)) {
		const struct question *q = answers_question(a, n);
		node_id row = answers_row_of(a, n);

		if (strcmp(row != NODE_NONE ? answers_row_id(a, row) : "", row_id) == 0 &&
		    (strcmp(q->name, field) == 0 ||
		    (strlen(q->path) > root && strcmp(q->path + root, field) == 0)))
			return n;
	}
	return NODE_NONE;
}

void
view_question_label(struct ui *ui, const char *form_id, const char *name, struct buf *out)
{
	const struct form *form;
	const struct question *q = find(ui, form_id, name, &form);
	const char *label = q != NULL ? text_in(form, &q->label, form_language(form, tr_lang())) : "";

	buf_add_str(out, label[0] != '\0' ? label : name);
}

void
view_answer_text(struct ui *ui, const char *form_id, const char *name, const char *value,
    struct buf *out)
{
	const struct form *form;
	const struct question *q = find(ui, form_id, name, &form);
	const struct choice *choice = q != NULL && q->list != NULL ? choice_find(q->list, value) : NULL;

	buf_add_str(out, value);
	if (choice != NULL)
		buf_addf(out, " %s", text_in(form, &choice->label, form_language(form, tr_lang())));
}

bool
view_choices(struct ui *ui, const char *form_id, const char *name, struct choices *out)
{
	const struct form *form;
	const struct question *q = find(ui, form_id, name, &form);
	size_t lang;

	*out = (struct choices){ 0 };
	if (q == NULL || q->list == NULL || type_info(q->type)->kind != KIND_CODE)
		return false;
	lang = form_language(form, tr_lang());
	out->v = xcalloc(q->list->n + 1, sizeof *out->v);
	for (out->n = 0; out->n < q->list->n; out->n++) {
		out->v[out->n].value = q->list->v[out->n].name;
		out->v[out->n].label = text_in(form, &q->list->v[out->n].label, lang);
	}
	return true;
}
