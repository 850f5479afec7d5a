/* view_problems.c: all that is open in the record; Enter goes to the question. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "tui/entry.h"
#include "tui/lines.h"
#include "tui/views.h"

struct open_problem {
	node_id node;
	bool warning;
	char *text;
};

struct problems {
	struct view view;
	struct entry *entry;		/* the view below */
	struct open_problem *v;
	struct lines lines;
};

static const char *
line_text(const void *ctx, size_t i)
{
	return ((const struct problems *)ctx)->v[i].text;
}

static void
draw(struct view *v, struct screen *s)
{
	struct problems *p = (struct problems *)v;

	view_lines(s, &p->lines, &(struct lines_page){ .title = _("Problems"),
		.middle = session_instance_name(p->entry->session),
		.empty = _("Nothing is open. F2 saves."), .text = line_text, .ctx = p });
}

static void
go(struct problems *p)
{
	struct entry *e = p->entry;
	node_id node = p->lines.n > 0 ? p->v[p->lines.at].node : NODE_NONE;

	ui_pop(p->view.ui, &p->view);
	if (node != NODE_NONE)
		entry_goto_node(e, node);
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct problems *p = (struct problems *)v;

	(void)k;
	if (lines_key(&p->lines, a))
		return true;
	if (a == ACT_ACCEPT)
		go(p);
	return a == ACT_ACCEPT;
}

static const char *
hint(struct view *v)
{
	(void)v;
	return _("Enter goes to the question, Esc back. ? only needs confirming.");
}

static void
close_problems(struct view *v)
{
	struct problems *p = (struct problems *)v;

	for (size_t i = 0; i < p->lines.n; i++)
		free(p->v[i].text);
	free(p->v);
	free(p);
}

static const struct view_ops ops = {
	.modes = view_lines_modes, .draw = draw, .act = act, .hint = hint, .close = close_problems,
};

void
view_problems_open(struct ui *ui, struct entry *e)
{
	struct problems *p = xcalloc(1, sizeof *p);
	const struct problem *list;
	size_t n = session_problems(e->session, &list), cap = 0;

	p->view.ops = &ops;
	p->entry = e;
	p->v = xgrow(NULL, &cap, n + 1, sizeof *p->v);
	for (size_t i = 0; i < n; i++) {
		struct buf text = { 0 };

		p->v[i].node = list[i].node;
		p->v[i].warning = list[i].kind == PROBLEM_WARNING;
		buf_add_str(&text, p->v[i].warning ? "? " : "! ");
		entry_place_text(e, list[i].node, &text);
		buf_addf(&text, ": %s", list[i].text);
		p->v[i].text = buf_take(&text);
	}
	p->lines.n = n;
	ui_push(ui, &p->view);
}
