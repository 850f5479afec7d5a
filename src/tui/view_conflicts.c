/* view_conflicts.c: answers that two sites changed without knowing of each other.
 * Both are shown with who wrote them, what was saved together with each and what the
 * form's checks would say, and a person decides, puts it off with a note or takes a
 * decision back; the decision travels like any answer, and who lost sees it here. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "record/session.h"
#include "store/merge.h"
#include "tui/entry.h"
#include "tui/lines.h"
#include "tui/views.h"

#define SIDES 9				/* as many as there are digits to choose with */

enum { ASK_OTHER, ASK_NOTE };
enum { DAYS = 30 };			/* of decisions */

struct side {
	char *value, *reason, *text, *beside;
	char *checks;			/* NULL: not asked yet */
};

struct difference {
	char *record, *form, *row, *field;
	char *text, *ancestor, *note;
	char *made, *made_value;	/* shown is none of the sides; NULL: one of them */
	struct side sides[SIDES];
	size_t sides_n;
	int64_t decision;		/* of those that were decided: its change */
};

struct conflicts {
	struct view view;
	struct difference *v;
	size_t cap;
	struct lines lines;
	bool decided;			/* what was decided is listed, not what waits */
};

static void
free_difference(struct difference *d)
{
	for (size_t i = 0; i < d->sides_n; i++) {
		free(d->sides[i].value);
		free(d->sides[i].reason);
		free(d->sides[i].text);
		free(d->sides[i].beside);
		free(d->sides[i].checks);
	}
	free(d->note);
	free(d->made);
	free(d->made_value);
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

/* "with it: Name 马兰, Sex 2 female", "" for nothing. */
static char *
beside_text(struct ui *ui, const struct conflict *c, const struct conflict_side *s)
{
	struct buf out = { 0 };

	buf_add_str(&out, "");
	for (size_t i = 0; i < s->beside_n; i++) {
		buf_add_str(&out, i == 0 ? _("with it: ") : ", ");
		view_question_label(ui, c->form, s->beside[i].field, &out);
		buf_add_char(&out, ' ');
		view_answer_text(ui, c->form, s->beside[i].field, s->beside[i].value, &out);
	}
	return buf_take(&out);
}

/* The place, its sides, and where both began; returns it. */
static struct difference *
add_place(struct conflicts *c, const struct conflict *info)
{
	struct ui *ui = c->view.ui;
	struct buf text = { 0 }, was = { 0 }, made = { 0 };
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
	buf_add_str(&was, "");
	d->ancestor = buf_take(&was);
	d->note = xstrdup(info->note);
	if (info->made != NULL) {
		buf_add_str(&made, _("Shown now, all that was chosen: "));
		value_text(ui, info, info->made, "", &made);
		d->made = buf_take(&made);
		d->made_value = xstrdup(info->made);
	}
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
		side->beside = beside_text(ui, info, from);
	}
	return d;
}

static bool
add(void *ctx, const struct conflict *info)
{
	struct difference *d = add_place(ctx, info);
	struct buf note = { 0 };

	if (info->note[0] == '\0')
		return true;
	buf_addf(&note, _("put off: %s (%s, "), info->note, info->note_by);
	view_time_text(info->note_at, &note);
	buf_add_char(&note, ')');
	free(d->note);
	d->note = buf_take(&note);
	return true;
}

static bool
add_decided(void *ctx, const struct decision *info)
{
	struct conflicts *c = ctx;
	struct difference *d = add_place(c, &info->of);
	struct buf text = { 0 }, note = { 0 };

	d->decision = info->change;
	buf_addf(&text, "%s%s = ", info->against ? _("(not as you said) ") : "", d->text);
	value_text(c->view.ui, &info->of, info->value, info->reason, &text);
	free(d->text);
	d->text = buf_take(&text);
	buf_addf(&note, _("decided: %s, %s, "), info->by, info->site);
	view_time_text(info->at, &note);
	free(d->note);
	d->note = buf_take(&note);
	return true;
}

static void
shown(struct view *v)
{
	struct conflicts *c = (struct conflicts *)v;
	struct err err;

	forget(c);
	if (c->decided ? !store_decisions(v->ui->store, DAYS, add_decided, c, &err) :
	    !store_conflicts(v->ui->store, NULL, add, c, &err))
		ui_fail(v->ui, &err);
	ui_count(v->ui);
}

static unsigned
modes(const struct view *v)
{
	(void)v;
	return ASKING | ESC_NOW;
}

/* What the form's checks would say of each side; asked when it is looked at. */
static void
ask_checks(struct conflicts *c, struct difference *d)
{
	for (size_t i = 0; i < d->sides_n; i++) {
		struct side *side = &d->sides[i];
		struct buf problems = { 0 }, text = { 0 };
		size_t n, now;
		struct err err;

		if (side->checks != NULL)
			continue;
		buf_add_str(&text, "");
		if (c->decided || about_deletion(d->field)) {
			side->checks = buf_take(&text);
			continue;
		}
		if (!store_settle_try(c->view.ui->store, d->record, d->row, d->field, side->value,
		    side->reason, &problems, &n, &now, &err))
			buf_addf(&text, _("checks: %s"), err.text);
		else if (n == 0)
			buf_add_str(&text, _("checks: nothing to say"));
		else
			buf_addf(&text, _("checks, %zu: %.*s"), n,
			    (int)strcspn(buf_str(&problems), "\n"), buf_str(&problems));
		side->checks = buf_take(&text);
		buf_free(&problems);
	}
}

/* Below what stands from row on already, n rows; row -1: it is only counted. */
static void
put(struct screen *s, int row, int *n, int col, unsigned attr, const char *text)
{
	int rows = view_text_rows(s, col, text);

	if (row >= 0)
		view_text_at(s, row + *n, col, attr, text);
	*n += rows;
}

/* From row down; row -1: only says how many rows it takes. */
static int
draw_sides(const struct difference *d, struct screen *s, int row, bool roomy)
{
	struct buf text = { 0 };
	int n = 0;

	buf_addf(&text, _("Both started from: %s. Neither knew of the other."), d->ancestor);
	put(s, row, &n, 2, ATTR_PLAIN, buf_str(&text));
	for (size_t i = 0; i < d->sides_n; i++) {
		const struct side *side = &d->sides[i];

		buf_reset(&text);
		buf_addf(&text, "%zu  %s", i + 1, side->text);
		put(s, row, &n, 2, ATTR_BOLD, buf_str(&text));
		if (roomy) {
			put(s, row, &n, 5, ATTR_PLAIN, side->beside);
			put(s, row, &n, 5, ATTR_PLAIN, side->checks);
		}
	}
	if (d->made != NULL)
		put(s, row, &n, 2, ATTR_PLAIN, d->made);
	put(s, row, &n, 2, ATTR_PLAIN, d->note);
	buf_free(&text);
	return n;
}

/* The list above, the sides of the one stood on below. */
static void
draw(struct view *v, struct screen *s)
{
	struct conflicts *c = (struct conflicts *)v;
	int bottom = ui_body_rows(s) - 1, rows = 1;
	struct difference *d;
	struct buf text = { 0 };
	bool roomy = false;

	if (c->lines.at >= c->lines.n)
		c->lines.at = c->lines.n > 0 ? c->lines.n - 1 : 0;
	d = c->lines.n > 0 ? &c->v[c->lines.at] : NULL;
	if (d != NULL) {
		ask_checks(c, d);
		roomy = draw_sides(d, s, -1, true) + 6 <= bottom;
		rows = draw_sides(d, s, -1, roomy) + 1;
	}
	lines_fit(&c->lines, c->lines.n, bottom - 2 - rows);
	buf_addf(&text, "%zu", c->lines.n);
	ui_title(s, c->decided ? _("Differences that were decided") : _("Differences to settle"), "",
	    buf_str(&text));
	ui_rule(s, 1);
	for (size_t i = c->lines.first; i < c->lines.n && i < c->lines.first + c->lines.shown; i++)
		view_line(s, 2 + (int)(i - c->lines.first), i == c->lines.at, c->v[i].text);
	if (d == NULL) {
		view_text(s, 3, c->decided ? _("Nothing was decided lately.")
		                           : _("There is nothing to settle."));
	} else {
		ui_rule(s, bottom - rows);
		draw_sides(d, s, bottom - rows + 1, roomy);
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

struct newest { const char *user; int64_t change; };

static bool
take_newest(void *ctx, const struct decision *d)
{
	struct newest *n = ctx;

	if (strcmp(d->by, n->user) != 0)
		return true;
	n->change = d->change;
	return false;
}

/* The decision stood on, or this person's last one: it is asked again. */
static void
take_back(struct conflicts *c)
{
	struct ui *ui = c->view.ui;
	struct newest n = { store_user(ui->store), 0 };
	struct err err;

	if (c->decided && c->lines.n > 0)
		n.change = c->v[c->lines.at].decision;
	else if (!store_decisions(ui->store, DAYS, take_newest, &n, &err)) {
		ui_fail(ui, &err);
		return;
	}
	if (n.change == 0) {
		ui_say(ui, _("There is no decision of yours to take back."));
		return;
	}
	if (!store_reopen(ui->store, n.change, _("decide again"), &err)) {
		ui_fail(ui, &err);
		return;
	}
	c->decided = false;
	shown(&c->view);
	ui_say(ui, _("It is asked again; until then the answer stays as decided."));
}

static void
answered(struct view *v, int id, int choice, const char *text)
{
	struct conflicts *c = (struct conflicts *)v;
	const struct difference *d = c->lines.n > 0 ? &c->v[c->lines.at] : NULL;
	struct err err;

	(void)choice;
	if (text == NULL || d == NULL)
		return;
	if (id == ASK_NOTE ? !store_park(v->ui->store, d->record, d->row, d->field, text, &err) :
	    !store_settle(v->ui->store, d->record, d->row, d->field, text, "", &err)) {
		ui_fail(v->ui, &err);
		return;
	}
	shown(v);
	ui_say(v->ui, "%s", id == ASK_NOTE ? _("Noted; it stays in the list.") :
	    _("Settled; both answers stay in the log."));
}

static void
show_decided(struct conflicts *c, bool decided)
{
	struct err err;

	c->decided = decided;
	c->lines.at = 0;
	shown(&c->view);
	if (decided && !store_decided_seen(c->view.ui->store, &err))
		ui_fail(c->view.ui, &err);
}

static void
ask_other(struct conflicts *c, const struct difference *d)
{
	struct ui *ui = c->view.ui;
	struct choices choices;

	if (view_choices(ui, d->form, d->field, &choices)) {
		view_choose_open(ui, &c->view, ASK_OTHER, d->text, &choices);
		choices_free(&choices);
		return;
	}
	ui_ask_text(ui, &c->view, ASK_OTHER, d->made_value != NULL ? d->made_value : "",
	    _("Another answer, as it is stored: "));
}

/* 0, - and the rest lie on the numeric pad. */
static bool
act_on_sign(struct conflicts *c, const struct difference *d, uint32_t sign)
{
	struct view *v = &c->view;

	if (sign == '/') {
		show_decided(c, !c->decided);
	} else if (sign == '*') {
		take_back(c);
	} else if (d == NULL || c->decided) {
		return false;
	} else if (sign == '0' && !about_deletion(d->field)) {
		ask_other(c, d);
	} else if (sign == '-') {
		ui_ask_text(v->ui, v, ASK_NOTE, "", _("Put off, why: "));
	} else {
		return false;
	}
	return true;
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct conflicts *c = (struct conflicts *)v;
	const struct difference *d = c->lines.n > 0 ? &c->v[c->lines.at] : NULL;
	uint32_t digit = k->code == K_TEXT ? (k->cp >= 0xff01 && k->cp <= 0xff5e ?
	    k->cp - 0xff00 + 0x20 : k->cp) : 0;
	struct err err;

	if (lines_key(&c->lines, a) || act_on_sign(c, d, digit))
		return true;
	if (d != NULL && !c->decided && digit >= '1' && digit - '1' < d->sides_n) {
		settle(c, digit - '1');
		return true;
	}
	if (d == NULL || a != ACT_ACCEPT)
		return false;
	if (!entry_open_at(v->ui, d->record, d->row, d->field, &err))
		ui_fail(v->ui, &err);
	return true;
}

static const char *
hint(struct view *v)
{
	const struct conflicts *c = (const struct conflicts *)v;

	if (c->decided)
		return _("* asks again, / what waits, Enter opens the record, Esc back.");
	return c->lines.n > 0 ?
	    _("A digit decides, 0 another, - put off, * take back, / decided, Enter opens.") :
	    _("* takes your last decision back, / what was decided, Esc back.");
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
	.answered = answered,
	.close = close_conflicts,
};

void
view_conflicts_open(struct ui *ui, bool decided)
{
	struct conflicts *c = xcalloc(1, sizeof *c);

	c->view.ops = &ops;
	ui_push(ui, &c->view);
	show_decided(c, decided);
}
