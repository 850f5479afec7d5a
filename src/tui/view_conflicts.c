/* view_conflicts.c: answers that two sites changed without knowing of each other.
 * Both are shown with who wrote them, and a person decides; the decision travels
 * like any answer. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "store/merge.h"
#include "tui/entry.h"
#include "tui/lines.h"
#include "tui/views.h"

#define SIDES 9				/* as many as there are digits to choose with */

struct side {
	char *value, *reason, *text;
};

struct difference {
	char *record, *form, *row, *field;
	char *text, *ancestor;
	struct side sides[SIDES];
	size_t sides_n;
};

struct conflicts {
	struct view view;
	struct difference *v;
	size_t cap;
	struct lines lines;
};

static void
free_difference(struct difference *d)
{
	for (size_t i = 0; i < d->sides_n; i++) {
		free(d->sides[i].value);
		free(d->sides[i].reason);
		free(d->sides[i].text);
	}
	free(d->record);
	free(d->form);
	free(d->row);
	free(d->field);
	free(d->text);
	free(d->ancestor);
}

static void
forget(struct conflicts *c)
{
	for (size_t i = 0; i < c->lines.n; i++)
		free_difference(&c->v[i]);
	c->lines.n = 0;
}

static bool
about_deletion(const char *field)
{
	return strcmp(field, "$del") == 0;
}

/* "03 son", "(blank)", "(refused)", "deleted": appended. */
static void
value_text(struct ui *ui, const struct conflict *c, const char *value, const char *reason,
    struct buf *out)
{
	if (about_deletion(c->field))
		buf_add_str(out, value[0] == '1' ? _("(deleted)") : _("(edited, so kept)"));
	else if (reason[0] != '\0')
		buf_add_str(out, view_missing_text(missing_by_name(reason)));
	else if (value[0] == '\0')
		buf_add_str(out, _("(blank)"));
	else
		view_answer_text(ui, c->form, c->field, value, out);
}

static bool
add(void *ctx, const struct conflict *info)
{
	struct conflicts *c = ctx;
	struct ui *ui = c->view.ui;
	struct buf text = { 0 }, was = { 0 };
	struct difference *d;

	c->v = xgrow(c->v, &c->cap, c->lines.n + 1, sizeof *c->v);
	d = &c->v[c->lines.n++];
	*d = (struct difference){ .record = xstrdup(info->record), .form = xstrdup(info->form),
		.row = xstrdup(info->row), .field = xstrdup(info->field) };
	buf_addf(&text, "%s  ", info->label[0] != '\0' ? info->label : _("(no name yet)"));
	if (about_deletion(info->field))
		buf_add_str(&text, _("deleted by one, edited by another"));
	else
		view_question_label(ui, info->form, info->field, &text);
	d->text = buf_take(&text);
	value_text(ui, info, info->ancestor, "", &was);
	d->ancestor = buf_take(&was);
	for (size_t i = 0; i < info->sides_n && d->sides_n < SIDES; i++) {
		const struct conflict_side *from = &info->sides[i];
		struct side *side = &d->sides[d->sides_n++];
		struct buf line = { 0 };

		side->value = xstrdup(from->value);
		side->reason = xstrdup(from->reason);
		value_text(ui, info, from->value, from->reason, &line);
		buf_addf(&line, "   %s, %s, ", from->author, from->site);
		view_time_text(from->at, &line);
		buf_addf(&line, "%s%s", from->shown ? _("  (shown now)") : "",
		    from->clock ? _("  (its clock was wrong)") : "");
		side->text = buf_take(&line);
	}
	return true;
}

static void
shown(struct view *v)
{
	struct conflicts *c = (struct conflicts *)v;
	struct err err;

	forget(c);
	if (!store_conflicts(v->ui->store, NULL, add, c, &err))
		ui_fail(v->ui, &err);
	ui_count(v->ui);
}

static unsigned
modes(const struct view *v)
{
	(void)v;
	return ASKING | ESC_NOW;
}

/* The list above, the sides of the one stood on below. */
static void
draw(struct view *v, struct screen *s)
{
	struct conflicts *c = (struct conflicts *)v;
	int bottom = ui_body_rows(s) - 1, row;
	const struct difference *d;
	struct buf text = { 0 };
	int sides;

	if (c->lines.at >= c->lines.n)
		c->lines.at = c->lines.n > 0 ? c->lines.n - 1 : 0;
	d = c->lines.n > 0 ? &c->v[c->lines.at] : NULL;
	sides = d != NULL ? (int)d->sides_n + 3 : 1;
	lines_fit(&c->lines, c->lines.n, bottom - 2 - sides);
	buf_addf(&text, "%zu", c->lines.n);
	ui_title(s, _("Differences to settle"), "", buf_str(&text));
	ui_rule(s, 1);
	for (size_t i = c->lines.first; i < c->lines.n && i < c->lines.first + c->lines.shown; i++)
		view_line(s, 2 + (int)(i - c->lines.first), i == c->lines.at, c->v[i].text);
	row = bottom - sides;
	if (d == NULL) {
		screen_put(s, 3, 2, s->cols - 3, ATTR_PLAIN, _("There is nothing to settle."));
	} else {
		ui_rule(s, row++);
		buf_reset(&text);
		buf_addf(&text, _("Both started from: %s"), d->ancestor);
		screen_put(s, row++, 2, s->cols - 3, ATTR_PLAIN, buf_str(&text));
		for (size_t i = 0; i < d->sides_n; i++) {
			buf_reset(&text);
			buf_addf(&text, "%zu  %s", i + 1, d->sides[i].text);
			screen_put(s, row++, 2, s->cols - 3, ATTR_BOLD, buf_str(&text));
		}
	}
	ui_rule(s, bottom);
	buf_free(&text);
}

static void
settle(struct conflicts *c, size_t which)
{
	struct ui *ui = c->view.ui;
	const struct difference *d = &c->v[c->lines.at];
	const struct side *side = &d->sides[which];
	const char *value = about_deletion(d->field) && side->value[0] == '1' ? "1" : side->value;
	struct err err;

	if (!store_settle(ui->store, d->record, d->row, d->field, value, side->reason, &err)) {
		ui_fail(ui, &err);
		return;
	}
	shown(&c->view);
	ui_say(ui, _("Settled; both answers stay in the log."));
}

static void
act(struct view *v, enum action a, const struct key *k)
{
	struct conflicts *c = (struct conflicts *)v;
	const struct difference *d = c->lines.n > 0 ? &c->v[c->lines.at] : NULL;
	uint32_t digit = k->code == K_TEXT ? (k->cp >= 0xff10 ? k->cp - 0xff10 + '0' : k->cp) : 0;
	struct err err;

	if (lines_key(&c->lines, a))
		return;
	if (a == ACT_CANCEL || a == ACT_LEAVE)
		ui_pop(v->ui, v);
	else if (a == ACT_HELP)
		view_help_open(v->ui);
	else if (d != NULL && digit >= '1' && digit - '1' < d->sides_n)
		settle(c, digit - '1');
	else if (d != NULL && a == ACT_ACCEPT) {
		if (!entry_open_at(v->ui, d->record, d->row, d->field, &err))
			ui_fail(v->ui, &err);
	} else {
		v->ui->ring = true;
	}
}

static const char *
hint(struct view *v)
{
	return ((struct conflicts *)v)->lines.n > 0
	    ? _("A digit decides for that answer, Enter opens the record, Esc back.") : "";
}

static void
close_conflicts(struct view *v)
{
	struct conflicts *c = (struct conflicts *)v;

	forget(c);
	free(c->v);
	free(c);
}

static const struct view_ops ops = {
	.modes = modes, .draw = draw, .act = act, .hint = hint, .shown = shown,
	.close = close_conflicts,
};

void
view_conflicts_open(struct ui *ui)
{
	struct conflicts *c = xcalloc(1, sizeof *c);

	c->view.ops = &ops;
	ui_push(ui, &c->view);
	shown(&c->view);
}
