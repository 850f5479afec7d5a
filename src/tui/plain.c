/* plain.c: the first screen and the records of a form, by number. */
#include "tui/plain.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "tui/entry.h"
#include "tui/tui.h"
#include "tui/views.h"

#define SHOWN 10 /* records said at once */

/* What a number stands for. */
struct numbered {
	struct plain *p;
	char **ids;
	size_t n, cap, first;
};

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
	struct buf folded = {0};
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
	if (rest != NULL && (word[0] == 'q' || strcmp(word, "10") == 0 || strcmp(word, "0") == 0))
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
	plain_entry(p);
	return !p->ended;
}

static void
records(struct plain *p, const char *form)
{
	struct numbered v = {.p = p};
	struct buf search = {0};

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

/* False: left. */
static bool
home_line(struct plain *p, struct numbered *v)
{
	struct record_query drafts = {.drafts = true, .limit = SHOWN};
	char word[16];
	const char *line, *rest;
	struct err err;
	size_t forms, total, n;

	forget(v);
	if (!store_forms(p->ui.store, say_form, v, &err))
		ui_fail(&p->ui, &err);
	forms = v->n;
	if (!store_records(p->ui.store, &drafts, say_record, v, &total, &err))
		ui_fail(&p->ui, &err);
	plain_message(p);
	if (forms == 0)
		plain_say(p, "%s", _("There is no form yet. \"ruhu form add FILE\" installs one."));
	plain_say(p, "%s",
	    _("A form's number says its records, + and the number starts a new one; a "
	      "draft's number goes on with it; /quit leaves."));
	line = plain_read(p, "> ");
	if (line == NULL)
		return false;
	rest = plain_command(&line, word);
	if (rest != NULL && (word[0] == 'q' || strcmp(word, "10") == 0 || strcmp(word, "0") == 0))
		return false;
	n = rest == NULL ? chosen(v, line + (line[0] == '+')) : 0;
	if (n == 0) {
		plain_say(p, "! %s", _("That is none of these numbers."));
	} else if (n <= forms && line[0] != '+') {
		records(p, v->ids[n - 1]);
	} else {
		if (!(n <= forms ? entry_new(&p->ui, v->ids[n - 1], &err)
				 : entry_resume(&p->ui, v->ids[n - 1], &err)))
			ui_fail(&p->ui, &err);
		plain_entry(p);
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

	if (o->start != TUI_HOME && o->start != TUI_LIST && o->start != TUI_ENTER)
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
	ok = o->start == TUI_HOME || store_form(store, o->form, NULL, &logic, err);
	if (ok && o->start == TUI_ENTER) {
		ok = tui_open_record(&p.ui, o, err);
		if (ok) {
			plain_say(&p, "%s",
			    _("A line answers a question, a blank line keeps what stands there. ? "
			      "explains, /save saves, /quit leaves."));
			plain_entry(&p);
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
