/* view_stats.c: what this person keyed, how fast and how right: now, and by day.
 * And the pause, during which nothing is seen and no time counts. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "store/stats.h"
#include "tui/layout.h"
#include "tui/lines.h"
#include "tui/ui.h"
#include "tui/views.h"

#define DAYS_MOST 400

struct day {
	char day[6];			/* "11-23" */
	int64_t forms, keys, keys_an_hour;
	double refused, wrong, wrong_again;
};

struct stats {
	struct view view;
	struct day *v;
	size_t cap;
	struct lines lines;
};

static void
number(double n, const char *format, struct buf *out)
{
	if (n < 0)
		buf_addf(out, "%8s", "-");
	else
		buf_addf(out, format, n);
}

static bool
add(void *ctx, const struct stats_line *l)
{
	struct stats *t = ctx;
	struct day *d;

	t->v = xgrow(t->v, &t->cap, t->lines.n + 1, sizeof *t->v);
	d = &t->v[t->lines.n++];
	*d = (struct day){ .forms = l->f.saved + l->f.verified, .keys = l->f.keys,
		.keys_an_hour = stats_keys_an_hour(&l->f), .refused = stats_refused_of_1000(&l->f),
		.wrong = stats_percent(l->v.wrong, l->v.compared),
		.wrong_again = stats_percent(l->v.wrong_again, l->v.compared_again) };
	snprintf(d->day, sizeof d->day, "%.5s", l->day + 5);
	return t->lines.n < DAYS_MOST;
}

/* On a narrow screen what is least missed goes. */
static void
day_text(const struct day *d, bool wide, struct buf *out)
{
	buf_addf(out, "%s%6lld", d->day, (long long)d->forms);
	if (wide)
		buf_addf(out, "%8lld", (long long)d->keys);
	number((double)d->keys_an_hour, "%8.0f", out);
	if (wide)
		number(d->refused, "%8.1f", out);
	number(d->wrong, "%8.2f", out);
	number(d->wrong_again, "%8.2f", out);
}

static void
shown(struct view *v)
{
	struct stats *t = (struct stats *)v;
	struct err err;

	t->lines.n = 0;
	if (!store_stats(v->ui->store, store_user(v->ui->store), NULL, add, t, &err))
		ui_fail(v->ui, &err);
}

static unsigned
modes(const struct view *v)
{
	(void)v;
	return ASKING | ESC_NOW;
}

static void
draw(struct view *v, struct screen *s)
{
	struct stats *t = (struct stats *)v;
	const struct figures *f = &v->ui->pace.sitting;
	bool wide = s->cols >= LAYOUT_WIDE;
	struct buf text = { 0 };
	int row;

	lines_fit(&t->lines, t->lines.n, ui_body_rows(s) - 7);
	ui_title(s, _("Your figures"), "", store_user(v->ui->store));
	ui_rule(s, 1);
	buf_addf(&text, _("now: %lld saved, %lld verified, %lld keys"), (long long)f->saved,
	    (long long)f->verified, (long long)f->keys);
	row = view_text(s, 2, buf_str(&text));
	buf_reset(&text);
	buf_addf(&text, _("%lld minutes keying, %lld minutes paused"),
	    (long long)(f->active_ms / 60000), (long long)(f->paused_ms / 60000));
	view_text(s, row, buf_str(&text));
	screen_put(s, 5, 2, s->cols - 3, ATTR_BOLD,
	    wide ? _("day   forms    keys  keys/h ref/1000  wrong% verify%")
	         : _("day   forms  keys/h  wrong% verify%"));
	for (size_t i = t->lines.first; i < t->lines.n && i < t->lines.first + t->lines.shown; i++) {
		buf_reset(&text);
		day_text(&t->v[i], wide, &text);
		view_line(s, 6 + (int)(i - t->lines.first), i == t->lines.at, buf_str(&text));
	}
	if (t->lines.n == 0)
		view_text(s, 6, _("Nothing was keyed yet."));
	ui_rule(s, ui_body_rows(s) - 1);
	buf_free(&text);
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct stats *t = (struct stats *)v;

	(void)k;
	return lines_key(&t->lines, a);
}

static const char *
hint(struct view *v)
{
	(void)v;
	return _("wrong%: of what you keyed, when keyed again; verify%: yours as the second. Esc back.");
}

static void
close_stats(struct view *v)
{
	struct stats *t = (struct stats *)v;

	free(t->v);
	free(t);
}

static const struct view_ops ops = {
	.modes = modes, .draw = draw, .act = act, .hint = hint, .shown = shown, .close = close_stats,
};

void
view_stats_open(struct ui *ui)
{
	struct stats *t = xcalloc(1, sizeof *t);

	t->view.ops = &ops;
	ui_push(ui, &t->view);
	shown(&t->view);
}

/* ---- the pause --------------------------------------------------------------------- */

static void
pause_draw(struct view *v, struct screen *s)
{
	char hm[6];

	ui_clock_text(v->ui, hm);
	ui_title(s, _("Pause"), "", hm);
	ui_rule(s, 1);
	view_text(s, s->rows / 2, _("Paused. Enter goes on where you were."));
	ui_rule(s, ui_body_rows(s) - 1);
	screen_cursor(s, s->rows / 2, 0);
}

static bool
pause_act(struct view *v, enum action a, const struct key *k)
{
	(void)k;
	if (a != ACT_ACCEPT && a != ACT_CANCEL && a != ACT_LEAVE)
		v->ui->ring = true;
	else {
		pace_go_on(&v->ui->pace, v->ui->now_ms);
		ui_pop(v->ui, v);
	}
	return true;
}

static void
pause_close(struct view *v)
{
	free(v);
}

static const struct view_ops pause_ops = {
	.modes = modes, .draw = pause_draw, .act = pause_act, .close = pause_close,
};

void
view_pause_open(struct ui *ui)
{
	struct view *v = xcalloc(1, sizeof *v);

	v->ops = &pause_ops;
	pace_pause(&ui->pace, ui->now_ms);
	ui_push(ui, v);
}
