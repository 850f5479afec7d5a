#include "tui/tui.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "store/store.h"
#include "tui/coach.h"
#include "tui/entry.h"
#include "tui/entry_verify.h"
#include "tui/plain.h"
#include "tui/settle.h"
#include "tui/term.h"
#include "tui/ui.h"
#include "tui/views.h"

#define KEY_FILE_MAX 65536

/* False: errno says why. */
static bool
read_whole(const char *path, struct buf *text)
{
	FILE *f = fopen(path, "r");
	char bytes[4096];
	size_t n;
	int why;

	if (f == NULL)
		return false;
	while (text->len < KEY_FILE_MAX && (n = fread(bytes, 1, sizeof bytes, f)) > 0)
		buf_add(text, bytes, n);
	why = ferror(f) != 0 ? errno : 0;
	fclose(f);
	errno = why;
	return why == 0;
}

/* A person's own keys: $RUHU_KEYS, else ruhu/keys among the configuration files. None
 * there is no fault; one that was named and is not there is, and a faulty one, which
 * says the line. */
static bool
read_keys(struct keymap *keymap, struct err *err)
{
	const char *named = getenv("RUHU_KEYS"), *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	bool must = named != NULL && named[0] != '\0', ok;
	struct buf path = { 0 }, text = { 0 };

	if (must)
		buf_add_str(&path, named);
	else if (config != NULL && config[0] != '\0')
		buf_addf(&path, "%s/ruhu/keys", config);
	else if (home != NULL)
		buf_addf(&path, "%s/.config/ruhu/keys", home);
	errno = 0;
	if (path.len > 0 && read_whole(buf_str(&path), &text))
		ok = keymap_read(keymap, buf_str(&text), buf_str(&path), err);
	else if (path.len == 0 || (!must && (errno == ENOENT || errno == ENOTDIR)))
		ok = true;
	else if (must)
		ok = err_set(err, _("%s, which RUHU_KEYS names, cannot be read: %s"), buf_str(&path),
		    strerror(errno));
	else
		ok = err_set(err, _("%s cannot be read: %s"), buf_str(&path), strerror(errno));
	buf_free(&path);
	buf_free(&text);
	return ok;
}

static bool
found(void *ctx, const struct record_info *info)
{
	*(bool *)ctx |= info->state == RECORD_DRAFT;
	return true;
}

/* A new record; one begun and never saved is pointed out. */
static bool
start_new(struct ui *ui, const char *form, struct err *err)
{
	/* Those never saved stand first. */
	struct record_query q = { .form = form, .drafts = true, .labels = true, .limit = 1,
		.count_limit = 1 };
	struct err ignored;
	bool begun = false;
	size_t total;

	if (!entry_new(ui, form, err))
		return false;
	if (store_records(ui->store, &q, found, &begun, &total, &ignored) && begun)
		ui_say(ui, _("You began a record before and have not saved it; F10 leads to the list that "
		             "shows it."));
	return true;
}

static bool
start_verifying(struct ui *ui, const struct tui_options *o, struct err *err)
{
	bool none;

	if (!entry_verify_next(ui, o->form, o->independent, &none, err))
		return false;
	if (none)
		ui_say(ui, _("No record waits for you to verify it. F7 verifies the one at >."));
	return true;
}

bool
tui_open_record(struct ui *ui, const struct tui_options *o, struct err *err)
{
	struct buf id = { 0 };
	bool ok;

	if (o->start == TUI_VERIFY && o->key == NULL)
		return start_verifying(ui, o, err);
	if (o->key == NULL)
		return start_new(ui, o->form, err);
	ok = store_find(ui->store, o->form, o->key, &id, err);
	if (ok && id.len == 0)
		ok = err_set(err, _("no record of \"%s\" is called \"%s\""), o->form, o->key);
	if (ok)
		ok = o->start == TUI_VERIFY ? entry_verify(ui, buf_str(&id), o->independent, false, err)
		                            : entry_resume(ui, buf_str(&id), err);
	buf_free(&id);
	return ok;
}

/* The screens that were asked for, the home screen below them. */
static bool
open_views(struct ui *ui, const struct tui_options *o, struct err *err)
{
	if (o->start == TUI_HOME) {
		view_home_open(ui);
		return true;
	}
	if (o->start == TUI_WORKLIST)
		return view_worklist_open(ui, o->worklist, err);
	if (o->start == TUI_TUTOR)
		return view_list_open(ui, COACH_FORM, err) && entry_new(ui, COACH_FORM, err);
	if (!view_list_open(ui, o->form, err))
		return false;
	return o->start == TUI_LIST || tui_open_record(ui, o, err);
}

static void
show(struct ui *ui, struct terminal *t, struct screen *s)
{
	if (ui->flush)
		term_flush_input(t);
	if (ui->redraw)
		term_redraw(t);
	ui_draw(ui, s);
	term_show(t, s, ui->ring);
	ui->ring = ui->flush = ui->redraw = false;
}

static void
loop(struct ui *ui, struct terminal *t, struct screen *s)
{
	bool drawn = false, idle = false;	/* idle: nothing left that can wait */

	while (ui_running(ui)) {
		struct key k;
		enum term_event event;

		/* Keys that came in one burst are drawn once. */
		event = term_next(t, drawn && idle ? -1 : 0, &k);
		switch (event) {
		case TERM_KEY:
			idle = false;
			ui_step(ui, &k, term_clock_ms());
			drawn = false;
			if (ui->flush) {
				show(ui, t, s);
				drawn = true;
			}
			break;
		case TERM_RESIZE: {
			int rows, cols;

			term_size(t, &rows, &cols);
			screen_resize(s, rows, cols);
			ui_resized(ui);
			term_redraw(t);
			drawn = false;
			break;
		}
		case TERM_REPORT:
			ui->esc &= !k.torn;
			if (s->ambiguous != term_ambiguous(t)) {
				s->ambiguous = term_ambiguous(t);
				term_redraw(t);
				drawn = false;
			}
			break;
		case TERM_HANGUP:
			ui_hangup(ui);
			return;
		case TERM_TIMEOUT:
			/* What is on the screen goes first, what can wait after it. */
			if (drawn)
				idle = !ui_idle(ui);
			show(ui, t, s);
			drawn = true;
			break;
		}
	}
}

static bool
open_terminal(const struct tui_options *o, struct terminal **t, struct err *err)
{
	const char *widths = o->ambiguous != NULL ? o->ambiguous : "auto";
	struct term_options options = { .encoding = o->encoding, .ascii = o->ascii };

	if (strcmp(widths, "narrow") == 0)
		options.widths = WIDTHS_NARROW;
	else if (strcmp(widths, "wide") == 0)
		options.widths = WIDTHS_WIDE;
	else if (strcmp(widths, "auto") != 0)
		return err_set(err,
		    _("ambiguous characters are 'narrow', 'wide' or 'auto', not '%s'"), widths);
	return term_open(&options, t, err);
}

/* The encoding, then the widths that go with it, are known or asked. */
static struct screen *
settled_screen(struct ui *ui, struct terminal *t)
{
	struct screen *s;
	int rows, cols;

	term_ask_widths(t);
	term_size(t, &rows, &cols);
	s = screen_new(rows, cols, term_ambiguous(t));
	ui->rows = rows;
	ui->cols = cols;
	ui->ambiguous = s->ambiguous;
	/* Labels have English words more often than readable pinyin. */
	if (s->ambiguous == AMBIGUOUS_SPELT)
		tr_use("en");
	return s;
}

bool
tui_run(struct store *store, const struct tui_options *o, struct err *err)
{
	struct terminal *t;
	struct screen *s;
	struct ui ui;
	bool ok = true;

	if (o->lang != NULL)
		tr_use(o->lang);
	if (o->plain)
		return plain_run(store, o, err);
	ui_init(&ui, store, o->clock);
	if (!read_keys(ui.keymap, err) || !open_terminal(o, &t, err)) {
		ui_free(&ui);
		return false;
	}
	if (settle_encoding(t)) {
		s = settled_screen(&ui, t);
		if (o->start == TUI_TUTOR)
			ui.coach = coach_new();
		ok = open_views(&ui, o, err);
		if (ok)
			loop(&ui, t, s);
		screen_free(s);
	}
	term_close(t);
	coach_free(ui.coach);
	ui.coach = NULL;
	ui_free(&ui);
	return ok;
}

bool
tui_prepare_tutor(struct store *store, struct err *err)
{
	return coach_prepare(store, err);
}
