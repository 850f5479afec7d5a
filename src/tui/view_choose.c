/* view_choose.c: one of a list, for a question that another screen asks. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "record/session.h"
#include "tui/pick.h"
#include "tui/ui.h"
#include "tui/views.h"

struct choosing {
	struct view view;
	struct view *asker;
	int id;
	char *title;
	struct choices choices;
	struct pick pick;
};

static unsigned
modes(const struct view *v)
{
	(void)v;
	return ASKING | ESC_NOW;
}

static void
draw(struct view *v, struct screen *s)
{
	struct choosing *c = (struct choosing *)v;
	int bottom = ui_body_rows(s) - 1;

	ui_title(s, c->title, "", "");
	pick_draw(&c->pick, s, 1, bottom - 1, "");
	ui_rule(s, bottom);
}

/* Goes, and then tells who asked; value NULL: nothing was chosen. */
static void
answer(struct choosing *c, const char *value)
{
	struct view *asker = c->asker;
	int id = c->id;
	struct buf kept = { 0 };

	buf_add_str(&kept, value != NULL ? value : "");
	ui_pop(c->view.ui, &c->view);
	asker->ops->answered(asker, id, value != NULL, value != NULL ? buf_str(&kept) : NULL);
	buf_free(&kept);
}

static void
take(struct choosing *c)
{
	struct buf value = { 0 };

	if (pick_value(&c->pick, &value))
		answer(c, buf_str(&value));
	else
		ui_error(c->view.ui, _("Nothing in the list fits what was typed."));
	buf_free(&value);
}

static void
type(struct choosing *c, const struct key *k)
{
	if (k->code == K_TEXT && pick_type(&c->pick, k->cp))
		take(c);
	else if (k->code != K_TEXT || c->pick.n == 0)
		c->view.ui->ring = true;
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct choosing *c = (struct choosing *)v;

	if (pick_act(&c->pick, a, v->ui->rows - 4))
		return true;
	switch (a) {
	case ACT_NONE:
		type(c, k);
		return true;
	case ACT_ACCEPT:
		take(c);
		return true;
	case ACT_ERASE:
	case ACT_CANCEL:
	case ACT_LEAVE:
		answer(c, NULL);
		return true;
	default:
		return false;
	}
}

static const char *
hint(struct view *v)
{
	(void)v;
	return _("A number, letters or pinyin find it; Enter takes it, Esc goes back.");
}

static void
close_choosing(struct view *v)
{
	struct choosing *c = (struct choosing *)v;

	pick_close(&c->pick);
	for (size_t i = 0; i < c->choices.n; i++) {
		free((char *)(uintptr_t)c->choices.v[i].value);
		free((char *)(uintptr_t)c->choices.v[i].label);
	}
	choices_free(&c->choices);
	free(c->title);
	free(c);
}

static const struct view_ops ops = {
	.modes = modes, .draw = draw, .act = act, .hint = hint, .close = close_choosing,
};

void
view_choose_open(struct ui *ui, struct view *asker, int id, const char *title,
    const struct choices *of)
{
	struct choosing *c = xcalloc(1, sizeof *c);

	c->view.ops = &ops;
	c->asker = asker;
	c->id = id;
	c->title = xstrdup(title);
	c->choices.v = xcalloc(of->n + 1, sizeof *c->choices.v);
	for (c->choices.n = 0; c->choices.n < of->n; c->choices.n++) {
		c->choices.v[c->choices.n].value = xstrdup(of->v[c->choices.n].value);
		c->choices.v[c->choices.n].label = xstrdup(of->v[c->choices.n].label);
	}
	ui_push(ui, &c->view);
	pick_open(&c->pick, &c->choices, false, "", "");
}
