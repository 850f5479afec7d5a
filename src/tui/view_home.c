/* view_home.c: the first screen: forms with what is in them, this person's
 * drafts, and what waits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "store/batch.h"
#include "store/merge.h"
#include "store/stats.h"
#include "store/verify.h"
#include "store/worklist.h"
#include "tui/entry.h"
#include "tui/view_batch.h"
#include "tui/views.h"

#define DRAFTS_SHOWN 50

enum line_kind { LINE_FORM, LINE_WORK, LINE_DRAFT, LINE_FLAGS, LINE_CONFLICTS,
	LINE_DECIDED, LINE_HELD, LINE_VERIFY, LINE_BATCH, LINE_FIGURES };

struct line {
	enum line_kind kind;
	char *id, *title;		/* form_id, or a draft's record id */
	int64_t records, drafts;
	struct store_counts counts;
	size_t work;			/* LINE_WORK: which worklist */
};

/* How much there is of a worklist: as last counted, and as it is being counted. */
struct tally {
	struct work_tally was, now;
	bool faulty;			/* it cannot be asked any more */
};

struct home {
	struct view view;
	struct line *v;
	size_t n, cap;
	size_t forms, numbered, drafts;	/* where forms end, where digits end, where drafts begin */
	size_t at, first;
	bool translated;
	struct work *work;		/* NULL: could not be read */
	struct tally *tallies;		/* one a worklist */
	struct buf files;		/* of worklists, as they were when `work` was read */
	int64_t version;		/* of the data that is counted */
	struct date day;
};

static void
forget(struct home *h)
{
	for (size_t i = 0; i < h->n; i++) {
		free(h->v[i].id);
		free(h->v[i].title);
	}
	h->n = h->forms = h->numbered = h->drafts = 0;
}

static struct line *
add(struct home *h, const char *id, const char *title)
{
	h->v = xgrow(h->v, &h->cap, h->n + 1, sizeof *h->v);
	h->v[h->n] = (struct line){ .id = xstrdup(id), .title = xstrdup(title) };
	return &h->v[h->n++];
}

static bool
add_form(void *ctx, const struct form_info *info)
{
	struct home *h = ctx;
	struct line *line;

	if (!info->current)
		return true;
	line = add(h, info->id, info->title);
	line->records = info->records;
	line->drafts = info->drafts;
	return true;
}

static bool
add_draft(void *ctx, const struct record_info *info)
{
	struct home *h = ctx;
	struct buf text = { 0 };

	buf_add_str(&text, info->label != NULL && info->label[0] != '\0'
	    ? info->label : _("(no name yet)"));
	for (size_t i = 0; i < h->forms; i++)
		if (strcmp(h->v[i].id, info->form) == 0)
			buf_addf(&text, "  %s", h->v[i].title);
	add(h, info->id, buf_str(&text))->kind = LINE_DRAFT;
	buf_free(&text);
	return true;
}

/* The form's own title in the reader's language; the store keeps one of them. */
static void
translate(struct home *h)
{
	for (size_t i = 0; i < h->forms; i++) {
		const struct logic *logic;
		const struct form *form;
		const char *title;
		struct err err;

		if (!store_form(h->view.ui->store, h->v[i].id, NULL, &logic, &err))
			continue;
		form = logic_form(logic);
		title = text_in(form, &form->title, form_language(form, tr_lang()));
		if (title[0] != '\0') {
			free(h->v[i].title);
			h->v[i].title = xstrdup(title);
		}
	}
	h->translated = true;
}

static void
count_forms(struct home *h)
{
	struct err ignored;

	for (size_t i = 0; i < h->forms; i++)
		(void)store_counts(h->view.ui->store, h->v[i].id, &h->v[i].counts, &ignored);
}

/* ---- worklists -------------------------------------------------------------------- */

static bool
add_file(void *ctx, const struct worklist_file *f)
{
	buf_addf(ctx, "%s %s %zu\n", f->name, f->installed_at, strlen(f->text));
	return true;
}

/* Read anew when the county sent others, or took some back. */
static void
read_work(struct home *h)
{
	struct store *store = h->view.ui->store;
	struct buf files = { 0 };
	struct err err;

	if (!store_worklist_files(store, add_file, &files, &err))
		ui_fail(h->view.ui, &err);
	if (h->work == NULL || strcmp(buf_str(&files), buf_str(&h->files)) != 0) {
		work_free(h->work);
		free(h->tallies);
		h->work = NULL;
		h->version = -1;
		if (!work_open(store, &h->work, &err))
			ui_fail(h->view.ui, &err);
		h->tallies = h->work != NULL ? xcalloc(work_count(h->work) + 1, sizeof *h->tallies) : NULL;
		buf_set_str(&h->files, buf_str(&files));
	}
	buf_free(&files);
}

/* Counts made before somebody saved, or yesterday, are shown until there are new ones. */
static void
add_work(struct home *h)
{
	int64_t version = h->work != NULL ? work_version(h->work) : 0;
	struct date day = instant_date(clock_now(h->view.ui->clock));
	bool stale = version != h->version || date_to_days(day) != date_to_days(h->day);

	for (size_t i = 0; h->work != NULL && i < work_count(h->work); i++) {
		const struct worklist *list = work_list(h->work, i);
		struct line *line = add(h, list->name.text, words_in(&list->label, tr_lang()));

		line->kind = LINE_WORK;
		line->work = i;
		if (stale)
			h->tallies[i].now = (struct work_tally){ 0 };
	}
	h->version = version;
	h->day = day;
}

static bool
idle(struct view *v)
{
	struct home *h = (struct home *)v;
	struct err ignored;

	if (!h->translated) {
		translate(h);
		return true;
	}
	for (size_t i = 0; h->work != NULL && i < work_count(h->work); i++) {
		struct tally *t = &h->tallies[i];

		if (t->now.whole)
			continue;
		t->faulty = work_fault(h->work, i) != NULL;
		if (!work_tally(h->work, i, &t->now, &ignored))
			t->now = (struct work_tally){ .whole = true };
		if (t->now.whole)
			t->was = t->now;
		return true;
	}
	return false;
}

static void
work_text(const struct home *h, const struct line *line, bool narrow, struct buf *out)
{
	const struct work_tally *t = &h->tallies[line->work].was;

	if (h->tallies[line->work].faulty) {
		buf_add_str(out, work_fault(h->work, line->work));
		return;
	}
	if (!t->whole)
		return;
	if (t->left == 0) {
		buf_addf(out, _("all %lld done"), (long long)t->all);
		return;
	}
	buf_addf(out, _("%lld left"), (long long)t->left);
	if (narrow)
		return;
	if (t->urgent > 0)
		buf_addf(out, _("  %lld overdue"), (long long)t->urgent);
	buf_addf(out, _("  %lld done"), (long long)(t->all - t->left));
}

/* What waits for a person, as long as there is any. */
static void __attribute__((format(printf, 3, 0)))
add_waiting(struct home *h, enum line_kind kind, const char *fmt, int64_t n)
{
	char title[128];

	if (n == 0)
		return;
	snprintf(title, sizeof title, fmt, (long long)n);
	add(h, "", title)->kind = kind;
}

static bool
add_batch(void *ctx, const struct batch_info *info)
{
	struct home *h = ctx;
	struct buf title = { 0 };

	buf_addf(&title, _("Batch %lld  "), (long long)info->no);
	if (info->name[0] != '\0')
		buf_addf(&title, "%s  ", info->name);
	batch_text(info, &title);
	add(h, info->form, buf_str(&title))->kind = LINE_BATCH;
	buf_free(&title);
	return true;
}

static bool
add_figures(struct home *h, struct err *err)
{
	struct buf title = { 0 };
	struct figures f;
	bool any = false;

	if (!store_stats_today(h->view.ui->store, &any, &f, err))
		return false;
	if (!any)
		return true;
	if (f.keys == 0)
		buf_add_str(&title, _("Your figures"));
	else
		buf_addf(&title, _("Your figures: today %lld forms, %lld keys"),
		    (long long)(f.saved + f.verified), (long long)f.keys);
	if (stats_keys_an_hour(&f) >= 0)
		buf_addf(&title, _(", %lld an hour"), (long long)stats_keys_an_hour(&f));
	add(h, "", buf_str(&title))->kind = LINE_FIGURES;
	buf_free(&title);
	return true;
}

/* What is keyed twice, in batches, and how fast. */
static void
add_keying(struct home *h)
{
	struct ui *ui = h->view.ui;
	int64_t open = 0;
	struct err err;

	if (!store_verify_open_count(ui->store, &open, &err))
		ui_fail(ui, &err);
	add_waiting(h, LINE_VERIFY, _("Keyed differently, to settle: %lld"), open);
	if (!store_batches(ui->store, NULL, store_user(ui->store), true, add_batch, h, &err) ||
	    !add_figures(h, &err))
		ui_fail(ui, &err);
}

static void
shown(struct view *v)
{
	struct home *h = (struct home *)v;
	struct record_query drafts = { .drafts = true, .limit = DRAFTS_SHOWN,
		.labels = true };
	int64_t against = 0;
	struct err err;
	size_t total;

	forget(h);
	if (!store_forms(v->ui->store, add_form, h, &err))
		ui_fail(v->ui, &err);
	h->forms = h->n;
	count_forms(h);
	/* The title that the store has is most often Chinese: then reading the forms can
	 * wait until the screen is there. */
	h->translated = false;
	if (strcmp(tr_lang(), "zh") != 0)
		translate(h);
	read_work(h);
	add_work(h);
	h->numbered = h->n;
	ui_count(v->ui);
	add_waiting(h, LINE_FLAGS, _("Flagged questions: %lld"), v->ui->counts.flags);
	add_waiting(h, LINE_CONFLICTS, _("Differences to settle: %lld"), v->ui->counts.conflicts);
	if (!store_decided_against(v->ui->store, &against, &err))
		ui_fail(v->ui, &err);
	else
		add_waiting(h, LINE_DECIDED, _("Decided otherwise than you said: %lld"), against);
	add_waiting(h, LINE_HELD, _("Held back, from outside of a site's area: %lld"),
	    v->ui->counts.held);
	add_keying(h);
	h->drafts = h->n;
	if (!store_records(v->ui->store, &drafts, add_draft, h, &total, &err))
		ui_fail(v->ui, &err);
	if (h->at >= h->n)
		h->at = h->n > 0 ? h->n - 1 : 0;
}

static unsigned
modes(const struct view *v)
{
	(void)v;
	return LISTS;
}

#define TITLE_LEAST 14	/* columns of a form's title on a narrow screen */

/* "60 saved  2 incomplete  1 drafts": what of it `room` columns hold. */
static void
form_text(const struct line *line, int room, const struct screen *s, struct buf *out)
{
	struct buf one = { 0 };

	buf_addf(out, _("%lld saved"), (long long)line->records);
	if (line->counts.incomplete > 0) {
		buf_addf(&one, _("  %lld incomplete"), (long long)line->counts.incomplete);
		if (screen_width(s, buf_str(out)) + screen_width(s, buf_str(&one)) <= room)
			buf_add_str(out, buf_str(&one));
	}
	buf_reset(&one);
	if (line->drafts > 0) {
		buf_addf(&one, _("  %lld drafts"), (long long)line->drafts);
		if (screen_width(s, buf_str(out)) + screen_width(s, buf_str(&one)) <= room)
			buf_add_str(out, buf_str(&one));
	}
	buf_free(&one);
}

/* Where there is no room for all of it, what stands before a comma. */
static void
put_title(struct screen *s, int row, const char *title)
{
	static const char *const commas[] = { ", ", "，" };
	char *fits = xstrdup(title);

	for (bool cut = true; cut && screen_width(s, fits) > s->cols - 4;) {
		char *last = NULL;

		for (size_t i = 0; i < sizeof commas / sizeof commas[0]; i++)
			for (char *p = strstr(fits, commas[i]); p != NULL; p = strstr(p + 1, commas[i]))
				last = last == NULL || p > last ? p : last;
		cut = last != NULL;
		if (cut)
			*last = '\0';
	}
	screen_put(s, row, 3, s->cols - 4, ATTR_PLAIN, fits);
	free(fits);
}

static void
draw_line(struct home *h, struct screen *s, size_t i, int row)
{
	const struct line *line = &h->v[i];
	struct buf text = { 0 };
	int col = s->cols >= 59 ? 34 : 24;

	if (i == h->at) {
		screen_put(s, row, 0, 1, ATTR_PLAIN, ">");
		screen_cursor(s, row, 0);
	}
	if (line->kind != LINE_FORM && line->kind != LINE_WORK) {
		put_title(s, row, line->title);
		return;
	}
	if (i < 9)
		buf_addf(&text, "%zu  %s", i + 1, line->title);
	else
		buf_addf(&text, "   %s", line->title);
	screen_put(s, row, 2, (line->kind == LINE_WORK && s->cols < 59 ? s->cols : col) - 3, ATTR_PLAIN,
	    buf_str(&text));
	buf_reset(&text);
	if (line->kind == LINE_WORK) {
		work_text(h, line, s->cols < 59, &text);
		if (s->cols < 59)
			col = s->cols - screen_width(s, buf_str(&text));
		screen_field(s, row, col - 1, 1, ATTR_PLAIN, "");
		screen_put(s, row, col, s->cols - col, ATTR_PLAIN, buf_str(&text));
		buf_free(&text);
		return;
	}
	form_text(line, s->cols - TITLE_LEAST, s, &text);
	/* Where it needs more room the title gives it. */
	if (col + screen_width(s, buf_str(&text)) > s->cols) {
		col = s->cols - screen_width(s, buf_str(&text));
		screen_field(s, row, col - 1, 1, ATTR_PLAIN, "");
	}
	screen_put(s, row, col, s->cols - col, ATTR_PLAIN, buf_str(&text));
	buf_free(&text);
}

/* Where a line stands: a blank row before each kind, a heading before drafts. */
static int
row_of(const struct home *h, size_t i)
{
	int row = 2 + (int)(i - h->first);

	row += h->first < h->forms && i >= h->forms && h->forms < h->numbered;
	row += h->first < h->numbered && i >= h->numbered && h->numbered < h->drafts;
	if (i >= h->drafts && h->first <= h->drafts)
		row += h->first < h->drafts ? 2 : 1;
	return row;
}

static void
draw_counts(struct home *h, struct screen *s, int row)
{
	const struct store_counts *c = &h->view.ui->counts;
	struct buf text = { 0 };

	buf_addf(&text, _("not yet sent %lld"), (long long)c->unsynced);
	if (c->flags > 0)
		buf_addf(&text, _("   flags %lld"), (long long)c->flags);
	if (c->conflicts > 0)
		buf_addf(&text, _("   to settle %lld"), (long long)c->conflicts);
	screen_put(s, row, 2, s->cols - 3, ATTR_PLAIN, buf_str(&text));
	buf_free(&text);
}

static void
draw(struct view *v, struct screen *s)
{
	struct home *h = (struct home *)v;
	int rows = ui_body_rows(s) - 2;
	char hm[6];

	ui_clock_text(v->ui, hm);
	ui_title(s, _("Ruhu"), "", hm);
	ui_rule(s, 1);
	if (h->n == 0) {
		view_text(s, 3, _("There is no form yet. \"ruhu form add FILE\" installs one."));
		return;
	}
	if (h->at < h->first)
		h->first = h->at;
	while (h->first < h->at && row_of(h, h->at) >= rows)
		h->first++;
	for (size_t i = h->first; i < h->n && row_of(h, i) < rows; i++) {
		if (i == h->drafts)
			screen_put(s, row_of(h, i) - 1, 2, s->cols - 3, ATTR_BOLD,
			    _("Your drafts, not saved yet:"));
		draw_line(h, s, i, row_of(h, i));
	}
	draw_counts(h, s, rows);
	ui_rule(s, rows + 1);
}

static void
open_line(struct home *h, bool new_record)
{
	const struct line *line = h->n > 0 ? &h->v[h->at] : NULL;
	struct ui *ui = h->view.ui;
	struct err err;
	bool ok = true;

	if (line == NULL)
		ui->ring = true;
	else if (line->kind == LINE_DRAFT)
		ok = entry_resume(ui, line->id, &err);
	else if (line->kind == LINE_WORK)
		ok = view_worklist_open(ui, line->id, &err);
	else if (line->kind == LINE_FLAGS)
		view_flags_open(ui);
	else if (line->kind == LINE_CONFLICTS)
		view_conflicts_open(ui, false);
	else if (line->kind == LINE_DECIDED)
		view_conflicts_open(ui, true);
	else if (line->kind == LINE_HELD)
		view_held_open(ui);
	else if (line->kind == LINE_VERIFY)
		view_differences_open(ui);
	else if (line->kind == LINE_BATCH)
		view_batch_open(ui, line->id);
	else if (line->kind == LINE_FIGURES)
		view_stats_open(ui);
	else if (new_record)
		ok = entry_new(ui, line->id, &err);
	else
		ok = view_list_open(ui, line->id, &err);
	if (!ok)
		ui_fail(ui, &err);
}

static void
typed(struct home *h, const struct key *k)
{
	uint32_t cp = k->cp >= 0xff10 && k->cp <= 0xff19 ? k->cp - 0xff10 + '0' : k->cp;

	if (k->code == K_TEXT && cp >= '1' && cp <= '9' && cp - '1' < h->numbered) {
		h->at = cp - '1';
		open_line(h, false);
	} else if (k->code == K_TEXT && cp == '+') {
		open_line(h, true);
	} else {
		h->view.ui->ring = true;
	}
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct home *h = (struct home *)v;

	switch (a) {
	case ACT_DOWN:
		h->at += h->at + 1 < h->n;
		return true;
	case ACT_UP:
	case ACT_BACK:
		h->at -= h->at > 0;
		return true;
	case ACT_HOME:
	case ACT_PGUP:
		h->at = 0;
		return true;
	case ACT_END:
	case ACT_PGDN:
		h->at = h->n > 0 ? h->n - 1 : 0;
		return true;
	case ACT_ACCEPT:
	case ACT_FIND:
		open_line(h, false);
		return true;
	case ACT_NEW:
		open_line(h, true);
		return true;
	case ACT_FILTER:
		/* The form's list, from its first filter on. */
		if (h->n == 0 || h->v[h->at].kind != LINE_FORM) {
			v->ui->ring = true;
			return true;
		}
		open_line(h, false);
		if (v->ui->top != v)
			ui_act(v->ui, a, k);
		return true;
	case ACT_NONE:
		typed(h, k);
		return true;
	default:
		/* Esc alone does not end the program: it often begins Esc and a digit. */
		return a != ACT_HELP && a != ACT_LANGUAGE && a != ACT_LEAVE;
	}
}

static const char *
hint(struct view *v)
{
	struct home *h = (struct home *)v;

	if (h->n == 0)
		return "";
	switch (h->v[h->at].kind) {
	case LINE_FORM:
		return _("Enter lists its records, F2 starts a new one.");
	case LINE_DRAFT:
		return _("Enter goes on with this draft.");
	case LINE_WORK:
		return _("Enter lists what is to be done.");
	default:
		return _("Enter lists them.");
	}
}

static void
close_home(struct view *v)
{
	struct home *h = (struct home *)v;

	forget(h);
	free(h->v);
	work_free(h->work);
	free(h->tallies);
	buf_free(&h->files);
	free(h);
}

static const struct view_ops ops = {
	.modes = modes, .draw = draw, .act = act, .hint = hint, .shown = shown, .idle = idle,
	.close = close_home,
};

void
view_home_open(struct ui *ui)
{
	struct home *h = xcalloc(1, sizeof *h);

	h->view.ops = &ops;
	ui_push(ui, &h->view);
	shown(&h->view);
}
