/* view_help.c: help made from the key table and from the place it was asked at. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "tui/views.h"
#include "tui/ui.h"

enum { KEYS_COLUMNS = 22, NARROW = 60 };

struct help {
	struct view view;
	struct buf text;
	int first, lines, rows;
};

static const char *
modes_text(unsigned where)
{
	switch (where) {
	case ENTRY:
		return _("In a record");
	case LISTS:
		return _("In lists");
	case VIEWS:
		return _("In lists and worklists");
	case RECORDS:
		return _("In a record and in lists");
	case PERIODS:
		return _("In a record, in the list of records and in worklists");
	case PAST:
		return _("In a record and in the list of records");
	case KEYING:
		return _("In a record, and keying it a second time");
	case VERIFYING:
		return _("Keying a record a second time");
	case LIST:
		return _("In the list of records");
	case CODED:
		return _("In coded and numeric questions, before anything is typed");
	default:
		return _("Everywhere");
	}
}

static void
add_actions(struct ui *ui, unsigned where, struct buf *out)
{
	buf_addf(out, "\n%s\n", modes_text(where));
	for (enum action a = ACT_NONE + 1; a < ACTIONS; a++) {
		struct buf keys = { 0 };
		int width;

		if (action_info(a)->where != where)
			continue;
		keymap_keys(ui->keymap, a, false, &keys);
		buf_addf(out, "  %s", buf_str(&keys));
		width = utf8_width(buf_str(&keys), AMBIGUOUS_NARROW);
		do
			buf_add_char(out, ' ');
		while (++width < KEYS_COLUMNS);
		buf_addf(out, "%s\n", _(action_info(a)->help));
		buf_free(&keys);
	}
}

static unsigned
modes(const struct view *v)
{
	(void)v;
	return ASKING | ESC_NOW;
}

/* Lines wrapped at the screen's width, from `first` on. */
static void
draw(struct view *v, struct screen *s)
{
	struct help *h = (struct help *)v;
	const char *p = buf_str(&h->text);
	int line = 0, hang = 0, indent = 0;

	h->rows = ui_body_rows(s) - 3;
	ui_title(s, _("Help"), "", _("1 does something, Esc closes"));
	ui_rule(s, 1);
	while (*p != '\0') {
		size_t next, len = utf8_wrap(p, s->cols - 2 - indent, s->ambiguous, &next);
		int row = 2 + line - h->first;

		/* What an action does goes on below itself, where there is room for that. */
		if (indent == 0)
			hang = strncmp(p, "  ", 2) != 0 ? 0 : s->cols < NARROW ? 4 : 2 + KEYS_COLUMNS;

		if (row >= 2 && row < 2 + h->rows) {
			char *text = xstrndup(p, len);

			screen_put(s, row, 1 + indent, s->cols - 2, ATTR_PLAIN, text);
			free(text);
		}
		line++;
		p += next;
		indent = p[-1] == '\n' ? 0 : hang;
	}
	h->lines = line;
	ui_rule(s, ui_body_rows(s) - 1);
	screen_cursor(s, s->rows - 1, s->cols - 1);
}

static void
scroll(struct help *h, int by)
{
	int most = h->lines > h->rows ? h->lines - h->rows : 0;

	h->first += by;
	h->first = h->first < 0 ? 0 : h->first > most ? most : h->first;
}

static void
menu(struct view *v)
{
	if (v->below != NULL)
		view_menu_open(v, v->below->ops->modes(v->below));
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct help *h = (struct help *)v;

	switch (a) {
	case ACT_DOWN:
		scroll(h, 1);
		return true;
	case ACT_UP:
		scroll(h, -1);
		return true;
	case ACT_PGDN:
		scroll(h, h->rows);
		return true;
	case ACT_PGUP:
		scroll(h, -h->rows);
		return true;
	case ACT_HOME:
	case ACT_END:
		scroll(h, a == ACT_HOME ? -h->lines : h->lines);
		return true;
	case ACT_HELP:
		menu(v);
		return true;
	case ACT_ACCEPT:
		ui_pop(v->ui, v);
		return true;
	default:
		if (k->code == K_TEXT && k->cp == ' ')
			scroll(h, h->rows);
		else if (k->code == K_TEXT && k->cp == '1')
			menu(v);
		else
			return false;
		return true;
	}
}

static void
close_help(struct view *v)
{
	buf_free(&((struct help *)v)->text);
	free(v);
}

static const struct view_ops ops = {
	.modes = modes, .draw = draw, .act = act, .close = close_help,
};

void
view_help_open(struct ui *ui)
{
	struct help *h = xcalloc(1, sizeof *h);
	const struct view *asker = ui->top;
	static const unsigned all[] = { KEYING, ENTRY, VERIFYING, CODED, LISTS, LIST, VIEWS,
		PAST, PERIODS, RECORDS, EVERYWHERE };
	unsigned here = 0;

	h->view.ops = &ops;
	if (asker != NULL && asker->ops->help != NULL)
		asker->ops->help(asker, &h->text);
	/* Of a place whose keys are told apart, those alone that work there. */
	if (asker != NULL && asker->ops->modes != NULL)
		here = asker->ops->modes(asker);
	if (here & KEYING)
		here |= CODED;
	if ((here & (RECORDS | VERIFYING)) == 0)
		here = EVERYWHERE | CODED | LIST;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (all[i] & here)
			add_actions(ui, all[i], &h->text);
	buf_add_str(&h->text,
	    _("\nEsc and then a digit is a function key too: Esc 2 is F2, Esc 0 is F10.\n"
	      "1 lists what can be done here, and Enter does it: no other key is needed.\n"
	      "Dates: 20261122, 1122 (this year), 22 (this month), t today, +3, -1.\n"
	      "! marks an answer that breaks a rule, ? one to be confirmed, ~ one that was.\n"
	      "^ taken over and passed, = as last time, # not as last time, * flagged.\n"));
	ui_push(ui, &h->view);
}
