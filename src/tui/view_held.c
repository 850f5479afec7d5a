/* view_held.c: what a site sent of records outside of its area: who sent what, from
 * where, beside what stands there now. A person takes it or does not; what was decided
 * is listed too, and what was not taken may be taken after all. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "form/form.h"
#include "logic/logic.h"
#include "record/session.h"
#include "store/held.h"
#include "tui/lines.h"
#include "tui/ui.h"
#include "tui/views.h"

enum { ASK_RELEASE };
enum { CHANGES_MOST = 5000 };		/* `ruhu held --json` has all */
enum { LIST_LEAST = 3 };		/* rows of the list, however much there is to say */

enum state { WAITS, RELEASED, REFUSED };

struct one {
	int64_t no;
	enum state state;
	char *record, *form, *text;
	char *from;			/* who sent it and when */
};

struct held_view {
	struct view view;
	struct one *v;
	size_t cap;
	struct lines lines;
	bool all;			/* what was decided is listed too */
	bool open;			/* one of them is shown alone */
	/* What was sent of the one stood on. */
	int64_t of;			/* 0: nothing is read yet */
	char **changes;
	size_t changes_cap;
	struct lines changes_lines;
};

static void
forget_changes(struct held_view *h)
{
	for (size_t i = 0; i < h->changes_lines.n; i++)
		free(h->changes[i]);
	h->changes_lines = (struct lines){ 0 };
	h->of = 0;
}

static void
forget(struct held_view *h)
{
	forget_changes(h);
	for (size_t i = 0; i < h->lines.n; i++) {
		free(h->v[i].record);
		free(h->v[i].form);
		free(h->v[i].text);
		free(h->v[i].from);
	}
	h->lines.n = 0;
}

static struct one *
stood_on(struct held_view *h)
{
	return h->lines.at < h->lines.n ? &h->v[h->lines.at] : NULL;
}

/* ---- reading -------------------------------------------------------------------------- */

static const struct form *
form_named(struct ui *ui, const char *id)
{
	const struct logic *logic;
	struct err ignored;

	return store_form(ui->store, id, NULL, &logic, &ignored) ? logic_form(logic) : NULL;
}

static void
form_title(struct ui *ui, const char *id, struct buf *out)
{
	const struct form *form = form_named(ui, id);
	const char *title = form != NULL
	    ? text_in(form, &form->title, form_language(form, tr_lang())) : "";

	buf_add_str(out, title[0] != '\0' ? title : id);
}

static bool
add(void *ctx, const struct held *info)
{
	struct held_view *h = ctx;
	struct buf text = { 0 }, from = { 0 };
	struct one *one;

	h->v = xgrow(h->v, &h->cap, h->lines.n + 1, sizeof *h->v);
	one = &h->v[h->lines.n++];
	*one = (struct one){ .no = info->no, .record = xstrdup(info->record),
		.form = xstrdup(info->form) };
	if (strcmp(info->decision, "released") == 0)
		one->state = RELEASED;
	else if (info->decision[0] != '\0')
		one->state = REFUSED;
	buf_addf(&text, "%s  %s  ", info->site,
	    info->label[0] != '\0' ? info->label : _("(a new record)"));
	form_title(h->view.ui, info->form, &text);
	if (one->state != WAITS)
		buf_addf(&text, one->state == RELEASED ? _("  released: %s") : _("  refused: %s"), info->by);
	one->text = buf_take(&text);
	/* What was released is held no more, and is not counted. */
	if (one->state == RELEASED)
		buf_addf(&from, _("%s sent it, "), info->site);
	else
		buf_addf(&from, _("%s sent %lld changes, "), info->site, (long long)info->changes);
	view_time_text(info->at, &from);
	if (info->scope[0] != '\0')
		buf_addf(&from, _("; by them the record lies in area %s"), info->scope);
	one->from = buf_take(&from);
	return true;
}

static void
shown(struct view *v)
{
	struct held_view *h = (struct held_view *)v;
	struct err err;

	forget(h);
	if (!store_held(v->ui->store, h->all, add, h, &err))
		ui_fail(v->ui, &err);
	if (h->lines.at >= h->lines.n)
		h->lines.at = h->lines.n > 0 ? h->lines.n - 1 : 0;
	ui_count(v->ui);
}

/* The record as it stands here, beside what was sent of it. */
struct reading {
	struct held_view *h;
	const struct one *one;
	struct session *now;		/* NULL: the record is not known here */
	struct buf row;			/* the row told last, and how many were */
	size_t rows;
};

/* "Members 2  " before what was sent of a row: appended. */
static void
row_text(struct reading *r, const struct held_change *c, struct buf *out)
{
	const struct form *form = form_named(r->h->view.ui, r->one->form);
	const struct question *q = form != NULL ? form_find(form, c->field, NULL) : NULL;

	if (c->row[0] == '\0')
		return;
	if (strcmp(c->row, buf_str(&r->row)) != 0) {
		buf_set_str(&r->row, c->row);
		r->rows++;
	}
	if (q != NULL && q->repeat != NULL)
		view_question_label(r->h->view.ui, r->one->form, q->repeat->name, out);
	buf_addf(out, " %zu  ", r->rows);
}

static bool
own_text(const struct held_change *c, struct buf *out)
{
	if (strcmp(c->field, "$del") == 0 && c->value[0] == '1')
		buf_add_str(out, c->row[0] != '\0' ? _("a row removed") : _("deleted"));
	else if (strcmp(c->field, "$del") == 0)
		buf_add_str(out, c->row[0] != '\0' ? _("a row brought back") : _("taken back"));
	else
		return false;
	return true;
}

static void
now_text(const struct reading *r, const struct held_change *c, struct buf *out)
{
	struct ui *ui = r->h->view.ui;
	node_id node = r->now != NULL && c->field[0] != '$'
	    ? view_answer_node(session_answers(r->now), c->row, c->field) : NODE_NONE;
	const char *value = node != NODE_NONE ? answers_value(session_answers(r->now), node) : "";

	if (value[0] == '\0' || strcmp(value, c->value) == 0)
		return;
	buf_add_str(out, _("   now: "));
	view_answer_text(ui, r->one->form, c->field, value, out);
}

/* What people read: their answers, what is deleted, where it lies. */
static bool
add_change(void *ctx, const struct held_change *c)
{
	struct reading *r = ctx;
	struct held_view *h = r->h;
	struct buf text = { 0 };

	if (c->field[0] == '$') {
		if (!own_text(c, &text))
			return true;
	} else {
		row_text(r, c, &text);
		view_question_label(h->view.ui, r->one->form, c->field, &text);
		buf_add_str(&text, ": ");
		if (c->value[0] == '\0')
			buf_add_str(&text, _("(blank)"));
		else
			view_answer_text(h->view.ui, r->one->form, c->field, c->value, &text);
		now_text(r, c, &text);
	}
	buf_addf(&text, "   %s", c->author);
	h->changes = xgrow(h->changes, &h->changes_cap, h->changes_lines.n + 1, sizeof *h->changes);
	h->changes[h->changes_lines.n++] = buf_take(&text);
	return h->changes_lines.n < CHANGES_MOST;
}

static void
read_changes(struct held_view *h, const struct one *one)
{
	struct store *store = h->view.ui->store;
	struct reading r = { .h = h, .one = one };
	struct err err;

	if (h->of == one->no)
		return;
	forget_changes(h);
	h->of = one->no;
	if (!store_session_open(store, one->record, false, &r.now, NULL, &err))
		r.now = NULL;
	if (!store_held_changes(store, one->no, add_change, &r, &err))
		ui_fail(h->view.ui, &err);
	buf_free(&r.row);
	if (r.now != NULL)
		store_session_close(store, r.now);
}

/* ---- drawing -------------------------------------------------------------------------- */

static const char *
line_text(const void *ctx, size_t i)
{
	return ((const struct held_view *)ctx)->v[i].text;
}

static const char *
change_text(const void *ctx, size_t i)
{
	return ((const struct held_view *)ctx)->changes[i];
}

static void
draw_one(struct held_view *h, struct screen *s, const struct one *one)
{
	int details = 1 + view_text_rows(s, 2, one->from);
	int bottom = view_lines(s, &h->changes_lines, &(struct lines_page){ .title = one->text,
		.middle = "", .empty = _("Nothing of it is an answer."), .text = change_text, .ctx = h,
		.details = details });

	ui_rule(s, bottom - details);
	view_text(s, bottom - details + 1, one->from);
}

/* Rows below the list: whence, and what of it there is room for. */
static int
details_of(struct held_view *h, const struct screen *s, const struct one *one, size_t *changes)
{
	int room = ui_body_rows(s) - 3 - LIST_LEAST, rows = 1 + view_text_rows(s, 2, one->from);

	for (*changes = 0; *changes < h->changes_lines.n; ++*changes) {
		int more = view_text_rows(s, 4, h->changes[*changes]);

		if (rows + more > room)
			break;
		rows += more;
	}
	return rows;
}

static void
draw_details(struct held_view *h, struct screen *s, const struct one *one, int row, size_t changes)
{
	ui_rule(s, row);
	row = view_text_at(s, row + 1, 2, ATTR_BOLD, one->from);
	for (size_t i = 0; i < changes; i++)
		row = view_text_at(s, row, 4, ATTR_PLAIN, h->changes[i]);
}

static void
draw(struct view *v, struct screen *s)
{
	struct held_view *h = (struct held_view *)v;
	const struct one *one = stood_on(h);
	struct lines_page page = { .title = h->all ? _("Held back, and what was decided")
	                                           : _("Held back, from outside of a site's area"),
		.middle = "", .empty = _("Nothing is held back."), .text = line_text, .ctx = h };
	size_t changes = 0;
	int bottom;

	if (one != NULL)
		read_changes(h, one);
	if (one != NULL && h->open) {
		draw_one(h, s, one);
		return;
	}
	page.details = one != NULL ? details_of(h, s, one, &changes) : 0;
	bottom = view_lines(s, &h->lines, &page);
	if (one != NULL)
		draw_details(h, s, one, bottom - page.details, changes);
}

/* ---- deciding -------------------------------------------------------------------------- */

static void
decide(struct held_view *h, bool release)
{
	struct ui *ui = h->view.ui;
	int64_t no = stood_on(h)->no;
	struct err err;
	bool done = (release ? store_held_release : store_held_refuse)(ui->store, no, &err);

	/* Not done: another person may have decided meanwhile. */
	h->open = false;
	shown(&h->view);
	if (!done) {
		ui_fail(ui, &err);
		return;
	}
	ui_say(ui, "%s", release ? _("Released: it counts as if it had come at once.")
	    : _("Refused; it stays in the log. / lists it, and there 1 releases it after all."));
}

static void
answered(struct view *v, int id, int choice, const char *text)
{
	struct held_view *h = (struct held_view *)v;

	(void)text;
	if (id == ASK_RELEASE && choice == '1' && stood_on(h) != NULL)
		decide(h, true);
}

static void
ask_release(struct held_view *h, const struct one *one)
{
	struct ui *ui = h->view.ui;

	if (one->state == RELEASED)
		ui_error(ui, "%s", _("It was released already."));
	else
		ui_ask(ui, &h->view, ASK_RELEASE, "1", "%s",
		    _("Released, it counts as if it had come at once, and that stays. 1 releases it, "
		      "Esc lets it wait"));
}

static bool
leave_one(struct held_view *h, enum action a)
{
	if (!h->open || (a != ACT_CANCEL && a != ACT_LEAVE && a != ACT_ACCEPT))
		return false;
	h->open = false;
	return true;
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct held_view *h = (struct held_view *)v;
	const struct one *one = stood_on(h);
	uint32_t sign = k->code != K_TEXT ? 0 : k->cp >= 0xff01 && k->cp <= 0xff5e
	    ? k->cp - 0xff00 + 0x20 : k->cp;

	if (lines_key(h->open ? &h->changes_lines : &h->lines, a) || leave_one(h, a))
		return true;
	if (sign == '/' && !h->open) {
		h->all = !h->all;
		h->lines.at = 0;
		shown(v);
	} else if (one == NULL) {
		return false;
	} else if (a == ACT_ACCEPT) {
		h->open = true;
	} else if (sign == '1') {
		ask_release(h, one);
	} else if (sign == '2' && one->state == WAITS) {
		decide(h, false);
	} else {
		return false;
	}
	return true;
}

static const char *
hint(struct view *v)
{
	const struct held_view *h = (const struct held_view *)v;

	if (h->open)
		return _("1 releases it, 2 refuses it, Esc back to the list.");
	if (h->all)
		return _("1 releases what was refused, Enter shows all of it, / what waits, Esc back.");
	return h->lines.n > 0
	    ? _("1 releases it, 2 refuses it, Enter shows all of it, / what was decided, Esc back.")
	    : _("/ what was decided, Esc back.");
}

static void
close_held(struct view *v)
{
	struct held_view *h = (struct held_view *)v;

	forget(h);
	free(h->v);
	free(h->changes);
	free(h);
}

static const struct view_ops ops = {
	.modes = view_lines_modes, .draw = draw, .act = act, .answered = answered, .hint = hint,
	.shown = shown, .close = close_held,
};

void
view_held_open(struct ui *ui)
{
	struct held_view *h = xcalloc(1, sizeof *h);

	h->view.ops = &ops;
	ui_push(ui, &h->view);
	shown(&h->view);
}
