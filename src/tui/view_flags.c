/* view_flags.c: questions that were flagged to be put right, of all records.
 * Enter goes to the question, Del closes the flag once it is right. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "tui/entry.h"
#include "tui/lines.h"
#include "tui/views.h"

enum { ASK_CLOSE };

struct flag {
	int64_t no;
	char *record, *row, *field, *text;
};

struct flags {
	struct view view;
	struct flag *v;
	size_t cap;
	struct lines lines;
};

static void
forget(struct flags *f)
{
	for (size_t i = 0; i < f->lines.n; i++) {
		free(f->v[i].record);
		free(f->v[i].row);
		free(f->v[i].field);
		free(f->v[i].text);
	}
	f->lines.n = 0;
}

static bool
add(void *ctx, const struct flag_info *info)
{
	struct flags *f = ctx;
	struct flag *flag;
	struct buf text = { 0 }, label = { 0 };

	f->v = xgrow(f->v, &f->cap, f->lines.n + 1, sizeof *f->v);
	flag = &f->v[f->lines.n++];
	*flag = (struct flag){ .no = info->no, .record = xstrdup(info->record),
		.row = xstrdup(info->row), .field = xstrdup(info->field) };
	view_question_label(f->view.ui, info->form, info->field, &label);
	buf_addf(&text, "%s  %s: %s  (%s ", info->label[0] != '\0' ? info->label : _("(no name yet)"),
	    buf_str(&label), info->note, info->raised_by);
	view_time_text(info->raised_at, &text);
	buf_add_char(&text, ')');
	flag->text = buf_take(&text);
	buf_free(&label);
	return true;
}

static void
shown(struct view *v)
{
	struct flags *f = (struct flags *)v;
	struct err err;

	forget(f);
	if (!store_flags(v->ui->store, NULL, NULL, false, add, f, &err))
		ui_fail(v->ui, &err);
	ui_count(v->ui);
}

static const char *
line_text(const void *ctx, size_t i)
{
	return ((const struct flags *)ctx)->v[i].text;
}

static void
draw(struct view *v, struct screen *s)
{
	struct flags *f = (struct flags *)v;

	view_lines(s, &f->lines, &(struct lines_page){ .title = _("Flagged questions"), .middle = "",
		.empty = _("Nothing is flagged."), .text = line_text, .ctx = f });
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct flags *f = (struct flags *)v;
	const struct flag *flag = f->lines.n > 0 ? &f->v[f->lines.at] : NULL;
	struct err err;

	(void)k;
	if (lines_key(&f->lines, a))
		return true;
	if (flag == NULL || (a != ACT_ACCEPT && a != ACT_DELETE))
		return false;
	if (a == ACT_DELETE)
		ui_ask(v->ui, v, ASK_CLOSE, "1", _("Is it put right? 1 closes the flag, Esc leaves it open"));
	else if (!entry_open_at(v->ui, flag->record, flag->row, flag->field, &err))
		ui_fail(v->ui, &err);
	return true;
}

static void
answered(struct view *v, int id, int choice, const char *text)
{
	struct flags *f = (struct flags *)v;
	struct err err;

	(void)id;
	(void)text;
	if (choice != '1')
		return;
	if (!store_flag_close(v->ui->store, f->v[f->lines.at].no, &err)) {
		ui_fail(v->ui, &err);
		return;
	}
	shown(v);
	ui_say(v->ui, _("The flag is closed."));
}

static const char *
hint(struct view *v)
{
	(void)v;
	return _("Enter goes to the question, Del closes the flag, Esc back.");
}

static void
close_flags(struct view *v)
{
	struct flags *f = (struct flags *)v;

	forget(f);
	free(f->v);
	free(f);
}

static const struct view_ops ops = {
	.modes = view_lines_modes, .draw = draw, .act = act, .answered = answered, .hint = hint,
	.shown = shown, .close = close_flags,
};

void
view_flags_open(struct ui *ui)
{
	struct flags *f = xcalloc(1, sizeof *f);

	f->view.ops = &ops;
	ui_push(ui, &f->view);
	shown(&f->view);
}
