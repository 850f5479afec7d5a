/* plain.c: the first screen and the records of a form, by number. */
#include "tui/plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
#include "tui/tui.h"
#include "tui/view_batch.h"
#include "tui/views.h"

#define SHOWN 10 /* records said at once */

/* What a number stands for. */
struct numbered {
	struct plain *p;
	char **ids;
	size_t n, cap, first;
};

/* What else the first screen leads to, after forms and drafts: the first character of
 * the id, before a worklist's or a form's name. */
#define TO_WORKLIST "w"
#define TO_FLAGS "f"
#define TO_CONFLICTS "c"
#define TO_DECIDED "d"
#define TO_HELD "h"
#define TO_DIFFERENCES "v"
#define TO_BATCH "b"
#define TO_FIGURES "s"

static void
forget(struct numbered *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->ids[i]);
	v->n = 0;
}

static void
number(struct numbered *v, const char *id)
{
	v->ids = xgrow(v->ids, &v->cap, v->n + 1, sizeof *v->ids);
	v->ids[v->n++] = xstrdup(id);
}

/* The number typed, from 1; 0: it is none of those. */
static size_t
chosen(const struct numbered *v, const char *line)
{
	struct buf folded = { 0 };
	size_t n = 0;

	utf8_fold(line, &folded);
	line = buf_str(&folded);
	if (line[0] != '\0' && line[strspn(line, "0123456789")] == '\0')
		n = (size_t)strtoul(line, NULL, 10);
	buf_free(&folded);
	return n > v->first && n <= v->first + v->n ? n : 0;
}

/* ---- records of a form --------------------------------------------------------------- */

static bool
say_record(void *ctx, const struct record_info *info)
{
	struct numbered *v = ctx;
	const char *label =
	    info->label != NULL && info->label[0] != '\0' ? info->label : _("(no name yet)");

	number(v, info->id);
	plain_say(v->p, "%zu  %s%s%s", v->first + v->n, label,
	    info->state == RECORD_INCOMPLETE ? _(", incomplete") : "",
	    info->has_draft ? _(", draft") : "");
	return true;
}

/* /quit, and the F10 and Esc it stands for. */
static bool
leaves(const char *word)
{
	return word[0] == 'q' || strcmp(word, "10") == 0 || strcmp(word, "0") == 0;
}

/* A number is asked for; what is no number looks for records. False: left. */
static bool
list_line(struct plain *p, struct numbered *v, const char *form, struct buf *search)
{
	struct record_query q = {
	    .form = form, .text = buf_str(search), .offset = v->first, .limit = SHOWN};
	char word[16];
	const char *line, *rest;
	struct err err;
	size_t total = 0, n;
	bool ok;

	forget(v);
	if (!store_records(p->ui.store, &q, say_record, v, &total, &err)) {
		ui_fail(&p->ui, &err);
		plain_message(p);
	}
	plain_say(p,
	    _("%zu records. A number opens one, + starts a new one, anything else looks for "
	      "it, /next and /back turn, /quit leaves."),
	    total);
	line = plain_read(p, "> ");
	if (line == NULL)
		return false;
	rest = plain_command(&line, word);
	if (rest != NULL && leaves(word))
		return false;
	if (rest != NULL && word[0] == 'n') {
		v->first += v->first + SHOWN < total ? SHOWN : 0;
		return true;
	}
	if (rest != NULL && word[0] == 'b') {
		v->first -= v->first >= SHOWN ? SHOWN : v->first;
		return true;
	}
	n = rest == NULL ? chosen(v, line) : 0;
	if (n == 0 && strcmp(line, "+") != 0 && !(rest != NULL && strcmp(word, "2") == 0)) {
		v->first = 0;
		buf_set_str(search, rest == NULL ? line : "");
		return true;
	}
	ok = n > 0 ? entry_resume(&p->ui, v->ids[n - 1 - v->first], &err)
		   : entry_new(&p->ui, form, &err);
	if (!ok)
		ui_fail(&p->ui, &err);
	plain_views(p);
	plain_message(p);
	return !p->ended;
}

static void
records(struct plain *p, const char *form)
{
	struct numbered v = {.p = p};
	struct buf search = { 0 };

	while (list_line(p, &v, form, &search))
		;
	forget(&v);
	free(v.ids);
	buf_free(&search);
}

/* ---- forms and drafts ---------------------------------------------------------------- */

static bool
say_form(void *ctx, const struct form_info *info)
{
	struct numbered *v = ctx;
	const struct logic *logic;
	const char *title = info->title;
	struct err err;

	if (!info->current)
		return true;
	if (store_form(v->p->ui.store, info->id, NULL, &logic, &err)) {
		const struct form *form = logic_form(logic);
		const char *own = text_in(form, &form->title, form_language(form, tr_lang()));

		title = own[0] != '\0' ? own : title;
	}
	number(v, info->id);
	plain_say(v->p, _("%zu  %s, %lld saved"), v->n, title, (long long)info->records);
	return true;
}

static void
say_worklists(struct numbered *v)
{
	struct store *store = v->p->ui.store;
	struct work *work;
	struct err err;

	if (!work_open(store, &work, &err)) {
		ui_fail(&v->p->ui, &err);
		return;
	}
	for (size_t i = 0; i < work_count(work); i++) {
		struct work_tally t = { 0 };
		struct buf id = { 0 };

		while (work_fault(work, i) == NULL && !t.whole && work_tally(work, i, &t, &err))
			continue;
		buf_addf(&id, TO_WORKLIST "%s", work_list(work, i)->name.text);
		number(v, buf_str(&id));
		plain_say(v->p, _("%zu  %s, %lld left"), v->n,
		    words_in(&work_list(work, i)->label, tr_lang()), (long long)t.left);
		buf_free(&id);
	}
	work_free(work);
}

static void __attribute__((format(printf, 3, 0)))
say_waiting(struct numbered *v, const char *to, const char *fmt, int64_t n)
{
	char title[128];

	if (n == 0)
		return;
	snprintf(title, sizeof title, fmt, (long long)n);
	number(v, to);
	plain_say(v->p, "%zu  %s", v->n, title);
}

static bool
say_batch(void *ctx, const struct batch_info *info)
{
	struct numbered *v = ctx;
	struct buf text = { 0 }, id = { 0 };

	batch_text(info, &text);
	buf_addf(&id, TO_BATCH "%s", info->form);
	number(v, buf_str(&id));
	plain_say(v->p, _("%zu  Batch %lld  %s  %s"), v->n, (long long)info->no, info->name,
	    buf_str(&text));
	buf_free(&text);
	buf_free(&id);
	return true;
}

/* What waits for a person, as long as there is any. */
static void
say_what_waits(struct numbered *v)
{
	struct ui *ui = &v->p->ui;
	struct figures figures;
	int64_t against = 0, differ = 0;
	bool any = false;
	struct err err;

	ui_count(ui);
	if (!store_decided_against(ui->store, &against, &err) ||
	    !store_verify_open_count(ui->store, &differ, &err))
		ui_fail(ui, &err);
	say_waiting(v, TO_FLAGS, _("Flagged questions: %lld"), ui->counts.flags);
	say_waiting(v, TO_CONFLICTS, _("Differences to settle: %lld"), ui->counts.conflicts);
	say_waiting(v, TO_DECIDED, _("Decided otherwise than you said: %lld"), against);
	say_waiting(v, TO_HELD, _("Held back, from outside of a site's area: %lld"), ui->counts.held);
	say_waiting(v, TO_DIFFERENCES, _("Keyed differently, to settle: %lld"), differ);
	if (!store_batches(ui->store, NULL, store_user(ui->store), true, say_batch, v, &err) ||
	    !store_stats_today(ui->store, &any, &figures, &err))
		ui_fail(ui, &err);
	if (!any)
		return;
	number(v, TO_FIGURES);
	plain_say(v->p, "%zu  %s", v->n, _("Your figures"));
}

static bool
open_waiting(struct plain *p, const char *id, struct err *err)
{
	struct ui *ui = &p->ui;

	if (id[0] == TO_WORKLIST[0])
		return view_worklist_open(ui, id + 1, err);
	if (id[0] == TO_FLAGS[0])
		view_flags_open(ui);
	else if (id[0] == TO_CONFLICTS[0] || id[0] == TO_DECIDED[0])
		view_conflicts_open(ui, id[0] == TO_DECIDED[0]);
	else if (id[0] == TO_HELD[0])
		view_held_open(ui);
	else if (id[0] == TO_DIFFERENCES[0])
		view_differences_open(ui);
	else if (id[0] == TO_BATCH[0])
		view_batch_open(ui, id + 1);
	else
		view_stats_open(ui);
	return true;
}

/* All there is, numbered. forms, drafts: how many numbers are theirs. */
static void
say_home(struct plain *p, struct numbered *v, size_t *forms, size_t *drafts)
{
	struct record_query begun = {.drafts = true, .limit = SHOWN};
	struct err err;
	size_t total;

	forget(v);
	if (!store_forms(p->ui.store, say_form, v, &err))
		ui_fail(&p->ui, &err);
	*forms = v->n;
	if (!store_records(p->ui.store, &begun, say_record, v, &total, &err))
		ui_fail(&p->ui, &err);
	*drafts = v->n - *forms;
	say_worklists(v);
	say_what_waits(v);
	plain_message(p);
	if (*forms == 0)
		plain_say(p, "%s", _("There is no form yet. \"ruhu form add FILE\" installs one."));
	plain_say(p, "%s",
	    _("A form's number says its records, + and the number starts a new one; a "
	      "draft's number goes on with it, any other opens it; /quit leaves."));
}

/* False: left. */
static bool
home_line(struct plain *p, struct numbered *v)
{
	size_t forms, drafts, n;
	char word[16];
	const char *line, *rest;
	struct err err;

	say_home(p, v, &forms, &drafts);
	line = plain_read(p, "> ");
	if (line == NULL)
		return false;
	rest = plain_command(&line, word);
	if (rest != NULL && leaves(word))
		return false;
	n = rest == NULL ? chosen(v, line + (line[0] == '+')) : 0;
	if (n == 0) {
		plain_say(p, "! %s", _("That is none of these numbers."));
	} else if (n <= forms && line[0] != '+') {
		records(p, v->ids[n - 1]);
	} else {
		if (!(n <= forms            ? entry_new(&p->ui, v->ids[n - 1], &err)
			: n <= forms + drafts ? entry_resume(&p->ui, v->ids[n - 1], &err)
					      : open_waiting(p, v->ids[n - 1], &err)))
			ui_fail(&p->ui, &err);
		plain_views(p);
		plain_message(p);
	}
	return !p->ended;
}

static void
home(struct plain *p)
{
	struct numbered v = {.p = p};

	while (home_line(p, &v))
		;
	forget(&v);
	free(v.ids);
}

bool
plain_run(struct store *store, const struct tui_options *o, struct err *err)
{
	struct plain p = {.ended = false};
	const struct logic *logic;
	bool ok;

	if (o->start == TUI_TUTOR || o->start == TUI_VERIFY)
		return err_set(err, _("this needs the screen; leave out --plain"));
	if (!plain_open(&p, o, err))
		return false;
	if (p.spelt)
		tr_use("en");
	ui_init(&p.ui, store, o->clock);
	p.ui.spoken = true;
	p.ui.rows = 24;
	p.ui.cols = 80;
	p.ui.ambiguous = p.spelt ? AMBIGUOUS_SPELT : AMBIGUOUS_NARROW;
	ok = o->start == TUI_WORKLIST ? view_worklist_open(&p.ui, o->worklist, err)
	     : o->start == TUI_HOME || store_form(store, o->form, NULL, &logic, err);
	if (ok && o->start == TUI_WORKLIST) {
		plain_views(&p);
	} else if (ok && o->start == TUI_ENTER) {
		ok = tui_open_record(&p.ui, o, err);
		if (ok) {
			plain_say(&p, "%s",
			    _("A line answers a question, a blank line keeps what stands there. ? "
			      "explains, /save saves, /quit leaves."));
			plain_views(&p);
		}
	} else if (ok && o->start == TUI_LIST) {
		records(&p, o->form);
	} else if (ok) {
		home(&p);
	}
	ui_free(&p.ui);
	plain_close(&p);
	return ok;
}
