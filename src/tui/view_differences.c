/* view_differences.c: answers that two people keyed differently from one paper and
 * left to a third. The first stands until one of them is chosen; what neither had
 * is keyed in the record itself. Not the differences of two sites: there both
 * answers are in the log, here the second was never saved. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "store/verify.h"
#include "tui/entry.h"
#include "tui/lines.h"
#include "tui/views.h"

struct difference {
	int64_t verify;
	bool rows;
	char *record, *row, *field;
	char *text, *first, *second;
};

struct differences {
	struct view view;
	struct difference *v;
	size_t cap;
	struct lines lines;
};

static void
forget(struct differences *d)
{
	for (size_t i = 0; i < d->lines.n; i++) {
		free(d->v[i].record);
		free(d->v[i].row);
		free(d->v[i].field);
		free(d->v[i].text);
		free(d->v[i].first);
		free(d->v[i].second);
	}
	d->lines.n = 0;
}

static char *
side(struct ui *ui, const struct verify_difference *info, bool second)
{
	const char *value = second ? info->second : info->first;
	const char *reason = second ? info->second_reason : info->first_reason;
	struct buf out = { 0 };

	buf_addf(&out, "%s  ", second ? "2" : "1");
	if (reason[0] != '\0')
		buf_add_str(&out, view_missing_text(missing_by_name(reason)));
	else if (info->rows)
		buf_addf(&out, _("%s rows"), value);
	else if (value[0] == '\0')
		buf_add_str(&out, _("(blank)"));
	else
		view_answer_text(ui, info->form, info->field, value, &out);
	buf_addf(&out, "   %s, ", second ? info->second_by : info->first_by);
	view_time_text(second ? info->second_at : info->first_at, &out);
	return buf_take(&out);
}

static bool
add(void *ctx, const struct verify_difference *info)
{
	struct differences *d = ctx;
	struct ui *ui = d->view.ui;
	struct difference *to;
	struct buf text = { 0 };

	d->v = xgrow(d->v, &d->cap, d->lines.n + 1, sizeof *d->v);
	to = &d->v[d->lines.n++];
	*to = (struct difference){ .verify = info->verify, .rows = info->rows,
		.record = xstrdup(info->record), .row = xstrdup(info->row),
		.field = xstrdup(info->field) };
	buf_addf(&text, "%s  ", info->label[0] != '\0' ? info->label : _("(no name yet)"));
	view_question_label(ui, info->form, info->field, &text);
	to->text = buf_take(&text);
	to->first = side(ui, info, false);
	to->second = side(ui, info, true);
	return true;
}

static void
shown(struct view *v)
{
	struct differences *d = (struct differences *)v;
	struct err err;

	forget(d);
	if (!store_verify_differences(v->ui->store, add, d, &err))
		ui_fail(v->ui, &err);
}

static const char *
line_text(const void *ctx, size_t i)
{
	return ((const struct differences *)ctx)->v[i].text;
}

static void
draw(struct view *v, struct screen *s)
{
	struct differences *d = (struct differences *)v;
	const struct difference *at = d->lines.at < d->lines.n ? &d->v[d->lines.at]
	    : d->lines.n > 0 ? &d->v[d->lines.n - 1] : NULL;
	const struct lines_page page = { .title = _("Keyed differently twice"), .middle = "",
		.empty = _("There is nothing to settle."), .text = line_text, .ctx = d,
		.details = at == NULL ? 0
		    : 1 + view_text_rows(s, 2, at->first) + view_text_rows(s, 2, at->second) };
	int bottom = view_lines(s, &d->lines, &page);

	if (at != NULL) {
		ui_rule(s, bottom - page.details);
		view_text_at(s, view_text_at(s, bottom - page.details + 1, 2, ATTR_BOLD, at->first), 2,
		    ATTR_BOLD, at->second);
	}
}

/* Rows are put right in the record; the difference is settled by saving it. */
static void
open_record(struct differences *d, const struct difference *at)
{
	struct ui *ui = d->view.ui;
	struct err err;

	if (!(at->rows ? entry_resume(ui, at->record, &err)
		: entry_open_at(ui, at->record, at->row, at->field, &err)))
		ui_fail(ui, &err);
}

static void
settle(struct differences *d, const struct difference *at, bool second)
{
	struct ui *ui = d->view.ui;
	struct err err;

	if (!store_verify_settle(ui->store, at->verify, at->row, at->field, second, &err)) {
		ui_fail(ui, &err);
		return;
	}
	shown(&d->view);
	ui_count(ui);
	ui_say(ui, "%s", second ? _("Settled: the second answer is saved.")
	                        : _("Settled: the first answer stays."));
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct differences *d = (struct differences *)v;
	const struct difference *at = d->lines.n > 0 ? &d->v[d->lines.at] : NULL;
	uint32_t digit = k->code != K_TEXT ? 0 : k->cp >= 0xff10 ? k->cp - 0xff10 + '0' : k->cp;

	if (lines_key(&d->lines, a))
		return true;
	if (at == NULL)
		return false;
	if (digit == '1' || (digit == '2' && !at->rows))
		settle(d, at, digit == '2');
	else if (a == ACT_ACCEPT || digit == '0' || digit == '2')
		open_record(d, at);
	else
		return false;
	return true;
}

static const char *
hint(struct view *v)
{
	return ((struct differences *)v)->lines.n > 0
	    ? _("1 the first, 2 the second, Enter keys it anew in the record, Esc back.") : _("Esc back.");
}

static void
close_differences(struct view *v)
{
	struct differences *d = (struct differences *)v;

	forget(d);
	free(d->v);
	free(d);
}

static const struct view_ops ops = {
	.modes = view_lines_modes, .draw = draw, .act = act, .hint = hint, .shown = shown,
	.close = close_differences,
};

void
view_differences_open(struct ui *ui)
{
	struct differences *d = xcalloc(1, sizeof *d);

	d->view.ops = &ops;
	ui_push(ui, &d->view);
	shown(&d->view);
}
