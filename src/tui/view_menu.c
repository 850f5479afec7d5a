/* view_menu.c: everything that can be done where one was, as a list to choose from:
 * for a keyboard that has neither function keys nor Ctrl. Opened over the help. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "tui/lines.h"
#include "tui/ui.h"
#include "tui/views.h"

struct menu {
	struct view view;
	struct view *help;		/* below it; both are left before the action is done */
	enum action v[ACTIONS];
	char *text[ACTIONS];
	struct lines lines;
};

/* What any keyboard has, or what only moves about, needs no line. */
static bool
is_plain(enum action a)
{
	static const enum action plain[] = { ACT_HELP, ACT_ACCEPT, ACT_DOWN, ACT_UP, ACT_LEFT, ACT_RIGHT,
		ACT_ERASE, ACT_PAD_SKIP, ACT_PAD_MISSING, ACT_PAD_CHOICES, ACT_PAD_END, ACT_PAD_BLANK };

	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (plain[i] == a)
			return true;
	return false;
}

static void
add(struct menu *m, enum action a)
{
	struct buf text = { 0 };

	buf_addf(&text, "%s  (", _(action_info(a)->help));
	keymap_keys(m->view.ui->keymap, a, false, &text);
	buf_add_char(&text, ')');
	m->v[m->lines.n] = a;
	m->text[m->lines.n++] = buf_take(&text);
}

static const char *
line_text(const void *ctx, size_t i)
{
	return ((const struct menu *)ctx)->text[i];
}

static void
draw(struct view *v, struct screen *s)
{
	struct menu *m = (struct menu *)v;

	view_lines(s, &m->lines, &(struct lines_page){ .title = _("What can be done here"),
		.middle = "", .empty = "", .text = line_text, .ctx = m });
}

static void
choose(struct menu *m)
{
	struct ui *ui = m->view.ui;
	enum action a = m->v[m->lines.at];
	struct key k = { 0 };

	keymap_first(ui->keymap, a, &k);
	ui_pop(ui, m->help);
	ui_act(ui, a, &k);
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct menu *m = (struct menu *)v;

	(void)k;
	if (lines_key(&m->lines, a))
		return true;
	if (a == ACT_ACCEPT)
		choose(m);
	else if (a == ACT_HELP)
		ui_pop(v->ui, v);
	return a == ACT_ACCEPT || a == ACT_HELP;
}

static const char *
hint(struct view *v)
{
	(void)v;
	return _("Enter does what is chosen, Esc back.");
}

static void
close_menu(struct view *v)
{
	struct menu *m = (struct menu *)v;

	for (size_t i = 0; i < m->lines.n; i++)
		free(m->text[i]);
	free(m);
}

static const struct view_ops ops = {
	.modes = view_lines_modes, .draw = draw, .act = act, .hint = hint, .close = close_menu,
};

void
view_menu_open(struct view *help, unsigned modes)
{
	struct menu *m = xcalloc(1, sizeof *m);

	m->view.ops = &ops;
	m->help = help;
	ui_push(help->ui, &m->view);
	for (enum action a = ACT_NONE + 1; a < ACTIONS; a++)
		if ((action_info(a)->where & modes) != 0 && !is_plain(a))
			add(m, a);
}
