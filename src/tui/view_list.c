/* view_list.c: the records of a form: search as one types, open, start, delete.
 * Holds one screenful and its place, whatever the number of records. */
#include <stdlib.h>
#include <string.h>

#include "base/edit.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form.h"
#include "logic/logic.h"
#include "store/verify.h"
#include "tui/entry.h"
#include "tui/entry_verify.h"
#include "tui/period.h"
#include "tui/view_list.h"
#include "tui/views.h"

#define SCREENFUL 100			/* rows read at once; no terminal shows more */

enum { ASK_DELETE };

static void
forget(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].id);
		free(l->v[i].label);
		free(l->v[i].by);
		free(l->v[i].at);
		for (size_t c = 0; c < l->v[i].columns_n; c++)
			free(l->v[i].columns[c]);
		free(l->v[i].columns);
	}
	l->n = 0;
}

/* A code as its label. Numbers of papers never stand in a list whole: over a
 * shoulder is enough. */
static char *
column(const struct form *form, const struct question *q, const char *value)
{
	const struct choice *choice = q->list != NULL ? choice_find(q->list, value) : NULL;
	const char *label = choice != NULL
	    ? text_in(form, &choice->label, form_language(form, tr_lang())) : "";
	char *text = xstrdup(label[0] != '\0' ? label : value);
	size_t len = strlen(text);

	if (question_appearance(q, "idcard") && len > 4)
		memset(text + len - 4, '*', 4);
	return text;
}

static bool
add(void *ctx, const struct record_info *info)
{
	struct list *l = ctx;
	struct row *r;

	l->v = xgrow(l->v, &l->cap, l->n + 1, sizeof *l->v);
	r = &l->v[l->n++];
	*r = (struct row){ .id = xstrdup(info->id), .state = info->state, .draft = info->has_draft,
		.deleted = info->deleted,
		.verified = info->verified_by != NULL && info->verified_by[0] != '\0' };
	r->label = xstrdup(info->label != NULL ? info->label : "");
	r->by = xstrdup(info->changed_by != NULL ? info->changed_by : "");
	r->at = xstrdup(info->changed_at != NULL ? info->changed_at : "");
	r->columns_n = info->columns_n < l->form->list_n ? info->columns_n : l->form->list_n;
	r->columns = xcalloc(r->columns_n + 1, sizeof *r->columns);
	for (size_t i = 0; i < r->columns_n; i++)
		r->columns[i] = column(l->form, l->form->list[i],
		    info->columns[i] != NULL ? info->columns[i] : "");
	return true;
}

static void
fetch(struct list *l)
{
	const char *text = edit_text(l->search);
	size_t enough = text[0] != '\0' ? RECORDS_AT_ONCE : RECORDS_COUNTED, before = l->total;
	struct record_query q = { .form = l->form_id, .text = text,
		.deleted = l->filter == FILTER_DELETED, .drafts = l->filter == FILTER_DRAFTS,
		.incomplete = l->filter == FILTER_INCOMPLETE,
		.unverified = l->filter == FILTER_UNVERIFIED, .offset = l->first, .limit = SCREENFUL,
		.sort = l->sort, .count_limit = enough };
	struct err err;

	forget(l);
	l->unread = false;
	if (!store_records(l->view.ui->store, &q, add, l, &l->total, &err)) {
		l->total = 0;
		ui_fail(l->view.ui, &err);
	}
	/* Counting many waits for a quiet moment: see idle. */
	if (l->total > enough && before > l->total)
		l->total = before;
	else
		l->counted = l->tried = l->total <= enough;
	if (l->at >= l->n)
		l->at = l->n > 0 ? l->n - 1 : 0;
}

static bool
count_one(void *ctx, const struct record_info *info)
{
	(void)ctx;
	(void)info;
	return false;
}

static bool
idle(struct view *v)
{
	struct list *l = (struct list *)v;
	const char *text = edit_text(l->search);
	struct record_query q = { .form = l->form_id, .text = text,
		.count_limit = text[0] != '\0' ? RECORDS_COUNTED : 0,
		.deleted = l->filter == FILTER_DELETED,
		.drafts = l->filter == FILTER_DRAFTS, .incomplete = l->filter == FILTER_INCOMPLETE,
		.unverified = l->filter == FILTER_UNVERIFIED, .limit = 1 };
	struct err ignored;

	if (!l->tried && store_records(v->ui->store, &q, count_one, NULL, &l->total, &ignored))
		l->counted = text[0] == '\0' || l->total <= RECORDS_COUNTED;
	l->tried = true;
	return false;
}

/* There may be more finds or fewer than were counted. */
static void
count_again(struct list *l)
{
	if (edit_text(l->search)[0] != '\0')
		l->tried = false;
}

static void
from_start(struct list *l)
{
	l->first = l->at = l->total = 0;
	l->counted = l->tried = l->stale = false;
	fetch(l);
}

/* Characters of one burst, or of a word pasted, are searched for once; below another
 * screen nothing is. */
void
list_look(struct list *l)
{
	if (l->stale)
		from_start(l);
	else if (l->unread)
		fetch(l);
}

void
list_move(struct list *l, long by)
{
	long to = (long)(l->first + l->at) + by;
	size_t page = l->lines > 0 ? l->lines : 1;

	if (to >= (long)l->total)
		to = (long)l->total - 1;
	if (to < 0)
		to = 0;
	/* The screenful read holds the page that is shown. */
	if ((size_t)to < l->first || (size_t)to >= l->first + page) {
		l->first = (size_t)to / page * page;
		l->at = (size_t)to - l->first;
		fetch(l);
	} else {
		l->at = (size_t)to - l->first;
	}
}

static unsigned
modes(const struct view *v)
{
	(void)v;
	return LISTS | LIST;
}

static void
open_record(struct list *l)
{
	struct ui *ui = l->view.ui;
	struct err err;

	if (l->n == 0) {
		ui->ring = true;
	} else if (l->v[l->at].deleted) {
		ui_error(ui, _("This record is deleted. Del takes it back."));
	} else if (!entry_resume(ui, l->v[l->at].id, &err)) {
		ui_fail(ui, &err);
	}
}

static void
verify(struct list *l)
{
	struct ui *ui = l->view.ui;
	struct err err;

	if (l->n == 0)
		ui->ring = true;
	else if (!entry_verify(ui, l->v[l->at].id, false, false, &err))
		ui_fail(ui, &err);
}

/* A month's round: each record that is as it was takes one key, and the cursor
 * goes on to the next. */
static void
as_last_time(struct list *l)
{
	struct ui *ui = l->view.ui;
	const struct row *r = l->n > 0 ? &l->v[l->at] : NULL;
	size_t next = l->at + 1;
	struct err err;
	char *label;

	if (r == NULL || r->deleted) {
		ui->ring = true;
		return;
	}
	if (r->draft || r->state == RECORD_DRAFT) {
		ui_error(ui, _("This record has unsaved answers: open it with Enter."));
		return;
	}
	label = xstrdup(r->label);
	if (!period_save(ui->store, r->id, NULL, &err)) {
		ui_fail(ui, &err);
	} else {
		/* It is the newest now: what stood above has moved down by one. */
		fetch(l);
		l->at = next < l->n ? next : l->at;
		ui_count(ui);
		ui_say(ui, _("Saved as last time: %s"), label);
	}
	free(label);
}

static void
ask_delete(struct list *l)
{
	const struct row *r = l->n > 0 ? &l->v[l->at] : NULL;

	if (r == NULL)
		l->view.ui->ring = true;
	else
		ui_ask(l->view.ui, &l->view, ASK_DELETE, "1y",
		    r->deleted ? _("Take back %s? 1 takes it back, Esc leaves it deleted")
		    : r->state == RECORD_DRAFT ? _("Throw the draft %s away? 1 throws it away, Esc keeps it")
		                 : _("Delete %s? 1 deletes it (it can be taken back), Esc keeps it"),
		    r->label[0] != '\0' ? r->label : r->id);
}

static void
answered(struct view *v, int id, int choice, const char *text)
{
	struct list *l = (struct list *)v;
	const struct row *r = &l->v[l->at];
	struct store *store = v->ui->store;
	struct err err;
	bool ok;

	(void)id;
	(void)text;
	if (choice == 0)
		return;
	if (r->deleted)
		ok = store_undelete(store, r->id, &err);
	else if (r->state == RECORD_DRAFT)
		ok = store_draft_drop(store, r->id, &err);
	else
		ok = store_delete(store, r->id, &err);
	if (!ok)
		ui_fail(v->ui, &err);
	else
		ui_say(v->ui, r->deleted ? _("Taken back.") : r->state == RECORD_DRAFT ? _("Thrown away.")
			: _("Deleted. F4 shows deleted ones."));
	count_again(l);
	fetch(l);
	ui_count(v->ui);
}

static void
type(struct list *l, const struct key *k)
{
	char c[8];
	struct buf folded = { 0 };

	if (k->code != K_TEXT) {
		l->view.ui->ring = true;
		return;
	}
	c[utf8_encode(k->cp, c)] = '\0';
	utf8_fold(c, &folded);
	if (strcmp(buf_str(&folded), "+") == 0 && edit_text(l->search)[0] == '\0') {
		struct err err;

		if (!entry_new(l->view.ui, l->form_id, &err))
			ui_fail(l->view.ui, &err);
	} else if (edit_insert(l->search, buf_str(&folded), folded.len)) {
		l->stale = true;
	}
	buf_free(&folded);
}

/* The next way of sorting that the form has. */
static void
sort(struct list *l)
{
	do
		l->sort = (l->sort + 1) % RECORD_SORTS;
	while ((l->sort == RECORDS_KEY && l->form->unique_n == 0) ||
	    (l->sort == RECORDS_WALK && l->form->walk_n == 0));
	from_start(l);
}

/* Keys that change the search or what is shown. */
static void
search_key(struct list *l, enum action a, const struct key *k)
{
	struct err err;

	switch (a) {
	case ACT_FILTER:
		l->filter = (l->filter + 1) % FILTERS;
		if (l->filter == FILTER_UNVERIFIED && !store_verify_any(l->view.ui->store, l->form_id))
			l->filter = FILTER_ALL;
		from_start(l);
		if (l->filter == FILTER_ALL && !view_errors_open(l->view.ui, l->form_id, &err))
			ui_fail(l->view.ui, &err);
		return;
	case ACT_SORT:
		sort(l);
		return;
	case ACT_ERASE:
		if (edit_erase_back(l->search))
			from_start(l);
		else
			l->view.ui->ring = true;
		return;
	case ACT_CLEAR:
	case ACT_CANCEL:
	case ACT_FIND:
		edit_set(l->search, "");
		from_start(l);
		return;
	default:
		type(l, k);
	}
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct list *l = (struct list *)v;
	long page = l->lines > 0 ? (long)l->lines : 1;
	struct err err;

	if (a != ACT_NONE)
		list_look(l);
	switch (a) {
	case ACT_NEW:
		if (!entry_new(v->ui, l->form_id, &err))
			ui_fail(v->ui, &err);
		return true;
	case ACT_ACCEPT:
		open_record(l);
		return true;
	case ACT_DELETE:
		ask_delete(l);
		return true;
	case ACT_PERIOD:
		as_last_time(l);
		return true;
	case ACT_BATCH:
		view_batch_open(v->ui, l->form_id);
		return true;
	case ACT_VERIFY:
		verify(l);
		return true;
	case ACT_HISTORY:
		if (l->n == 0)
			return false;
		view_history_open(v->ui, l->v[l->at].id, l->form_id, NULL, NULL);
		return true;
	case ACT_HELP:
	case ACT_LEAVE:
	case ACT_LANGUAGE:
		return false;
	case ACT_DOWN:
	case ACT_UP:
		list_move(l, a == ACT_DOWN ? 1 : -1);
		return true;
	case ACT_PGDN:
	case ACT_PGUP:
		list_move(l, a == ACT_PGDN ? page : -page);
		return true;
	case ACT_HOME:
	case ACT_END:
		list_move(l, a == ACT_HOME ? -(long)l->total : (long)l->total);
		return true;
	default:
		search_key(l, a, k);
		return true;
	}
}

static const char *
hint(struct view *v)
{
	(void)v;
	return _("Typing searches; Enter opens, F2 starts a new one, Del deletes.");
}

static void
shown(struct view *v)
{
	struct list *l = (struct list *)v;

	/* Where the newest change stands first, that is where it is seen. */
	if (v->ui->saved && l->sort == RECORDS_NEWEST)
		l->first = l->at = 0;
	v->ui->saved = false;
	l->unread = true;
	count_again(l);
	ui_count(v->ui);
}

static void
close_list(struct view *v)
{
	struct list *l = (struct list *)v;

	forget(l);
	free(l->v);
	free(l->form_id);
	edit_free(l->search);
	free(l);
}

static const struct view_ops ops = {
	.modes = modes, .draw = list_draw, .act = act, .answered = answered, .hint = hint,
	.shown = shown, .idle = idle, .close = close_list,
};

bool
view_list_open(struct ui *ui, const char *form, struct err *err)
{
	const struct logic *logic;
	struct list *l;

	if (!store_form(ui->store, form, NULL, &logic, err))
		return false;
	l = xcalloc(1, sizeof *l);
	l->view.ops = &ops;
	l->form = logic_form(logic);
	l->form_id = xstrdup(form);
	l->search = edit_new(256);
	ui_push(ui, &l->view);
	shown(&l->view);
	return true;
}
