/* view_batch.c: stacks of paper: how many forms are keyed of how many, and
 * whether a number comes to what the cover says. One list of batches, one of the
 * records of a batch. */
#include "tui/view_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form.h"
#include "logic/logic.h"
#include "store/batch.h"
#include "tui/entry.h"
#include "tui/lines.h"
#include "tui/outline.h"
#include "tui/views.h"

enum { ASK_FORMS, ASK_NAME, ASK_QUESTION, ASK_TOTAL, ASK_NOTE, ASK_CLOSE };

struct line {
	int64_t no;
	bool open, equal;
	char *id, *text;		/* id: of a record */
};

struct batches {
	struct view view;
	char *form;
	int64_t no;			/* the batch whose records are shown; 0: batches are */
	struct line *v;
	size_t cap;
	struct lines lines;
	int64_t forms;			/* of the batch that is begun */
	char *name;
	const struct question *added;	/* what is added up; NULL: nothing */
};

static void
forget(struct batches *b)
{
	for (size_t i = 0; i < b->lines.n; i++) {
		free(b->v[i].id);
		free(b->v[i].text);
	}
	b->lines.n = 0;
}

static struct line *
add_line(struct batches *b)
{
	b->v = xgrow(b->v, &b->cap, b->lines.n + 1, sizeof *b->v);
	b->v[b->lines.n] = (struct line){ 0 };
	return &b->v[b->lines.n++];
}

void
batch_text(const struct batch_info *info, struct buf *out)
{
	buf_addf(out, "%lld/%lld", (long long)info->forms, (long long)info->expected);
	if (info->question[0] != '\0')
		buf_addf(out, "  %s/%s", info->sum, info->total);
}

static bool
add(void *ctx, const struct batch_info *info)
{
	struct batches *b = ctx;
	struct line *line = add_line(b);
	struct buf text = { 0 };

	line->no = info->no;
	line->open = info->closed_at[0] == '\0';
	line->equal = info->equal;
	buf_addf(&text, "%lld %s  ", (long long)info->no, info->name);
	batch_text(info, &text);
	buf_addf(&text, "  %s ", info->opened_by);
	view_time_text(info->opened_at, &text);
	if (line->open)
		buf_add_str(&text, info->equal ? _("  comes out") : _("  open"));
	else
		buf_addf(&text, _("  closed %s"), info->note);
	line->text = buf_take(&text);
	return true;
}

static bool
add_record(void *ctx, const struct batch_record *r)
{
	struct batches *b = ctx;
	struct line *line = add_line(b);
	struct buf text = { 0 };

	line->id = xstrdup(r->id);
	buf_addf(&text, "%zu  %s  %s", b->lines.n, r->label[0] != '\0' ? r->label : _("(no name yet)"),
	    r->value);
	line->text = buf_take(&text);
	return true;
}

static void
shown(struct view *v)
{
	struct batches *b = (struct batches *)v;
	struct store *store = v->ui->store;
	struct err err;
	bool ok;

	forget(b);
	ok = b->no != 0 ? store_batch_records(store, b->no, add_record, b, &err)
	    : store_batches(store, b->form, NULL, false, add, b, &err);
	if (!ok)
		ui_fail(v->ui, &err);
}

static unsigned
modes(const struct view *v)
{
	(void)v;
	return LISTS | ESC_NOW;
}

static const char *
line_text(const void *ctx, size_t i)
{
	return ((const struct batches *)ctx)->v[i].text;
}

/* "" where batches of all forms are listed. */
static const char *
form_title(struct batches *b)
{
	const struct logic *logic;
	const struct form *form;
	const char *title;
	struct err ignored;

	if (b->form == NULL || !store_form(b->view.ui->store, b->form, NULL, &logic, &ignored))
		return b->form != NULL ? b->form : "";
	form = logic_form(logic);
	title = text_in(form, &form->title, form_language(form, tr_lang()));
	return title[0] != '\0' ? title : b->form;
}

static void
draw(struct view *v, struct screen *s)
{
	struct batches *b = (struct batches *)v;
	struct buf title = { 0 };

	if (b->no != 0)
		buf_addf(&title, _("Batch %lld"), (long long)b->no);
	else
		buf_add_str(&title, _("Batches"));
	view_lines(s, &b->lines, &(struct lines_page){ .title = buf_str(&title), .middle = "",
		.right = form_title(b),
		.empty = b->no != 0 ? _("Nothing is keyed of it yet.") : _("There is no batch. F2 begins one."),
		.text = line_text, .ctx = b });
	buf_free(&title);
}

static void
open_line(struct batches *b)
{
	struct ui *ui = b->view.ui;
	struct err err;

	if (b->lines.n == 0) {
		ui->ring = true;
	} else if (b->no == 0) {
		b->no = b->v[b->lines.at].no;
		b->lines.at = b->lines.first = 0;
		shown(&b->view);
	} else if (!entry_resume(ui, b->v[b->lines.at].id, &err)) {
		ui_fail(ui, &err);
	}
}

static void
ask_close(struct batches *b)
{
	const struct line *line = b->lines.n > 0 ? &b->v[b->lines.at] : NULL;
	struct ui *ui = b->view.ui;

	if (b->no != 0 || line == NULL || !line->open)
		ui->ring = true;
	else if (line->equal)
		ui_ask(ui, &b->view, ASK_CLOSE, "\r", _("It comes out. Enter closes it, Esc leaves it open"));
	else
		ui_ask_text(ui, &b->view, ASK_NOTE, "", _("It does not come out. Why is it closed:"));
}

static void
back(struct batches *b)
{
	if (b->no == 0) {
		ui_pop(b->view.ui, &b->view);
		return;
	}
	b->no = 0;
	b->lines.at = b->lines.first = 0;
	shown(&b->view);
}

static bool
act(struct view *v, enum action a, const struct key *k)
{
	struct batches *b = (struct batches *)v;

	(void)k;
	if (lines_key(&b->lines, a))
		return true;
	switch (a) {
	case ACT_CANCEL:
	case ACT_LEAVE:
		back(b);
		return true;
	case ACT_ACCEPT:
		open_line(b);
		return true;
	case ACT_NEW:
		if (b->form == NULL || b->no != 0)
			return false;
		ui_ask_text(v->ui, v, ASK_FORMS, "", _("How many forms are in it:"));
		return true;
	case ACT_DELETE:
		ask_close(b);
		return true;
	default:
		return false;
	}
}

/* ---- beginning one -------------------------------------------------------------------- */

static const struct form *
form_of(struct batches *b)
{
	const struct logic *logic;
	struct err err;

	if (store_form(b->view.ui->store, b->form, NULL, &logic, &err))
		return logic_form(logic);
	ui_fail(b->view.ui, &err);
	return NULL;
}

static bool
adds_up(const struct question *q)
{
	enum kind kind = type_info(q->type)->kind;

	return type_info(q->type)->asked && (kind == KIND_INTEGER || kind == KIND_DECIMAL);
}

/* What was answered before is kept: only this is asked again, and why. */
static void
ask_again(struct batches *b, int id, const char *why, const char *question)
{
	ui_ask_text(b->view.ui, &b->view, id, "", "%s %s", why, question);
	b->view.ui->ring = b->view.ui->flush = true;
}

static void
sum_text(const struct batches *b, const struct form *form, struct buf *out)
{
	const char *label = text_in(form, &b->added->label, form_language(form, tr_lang()));

	buf_addf(out, _("Sum of \"%s\" on the cover:"), label[0] != '\0' ? label : b->added->name);
}

static void
refused(struct batches *b, const struct err *err)
{
	const struct form *form = b->added != NULL ? form_of(b) : NULL;
	struct buf question = { 0 };

	if (form == NULL) {
		ui_fail(b->view.ui, err);
		return;
	}
	sum_text(b, form, &question);
	ask_again(b, ASK_TOTAL, err->text, buf_str(&question));
	buf_free(&question);
}

static void
begin(struct batches *b, const char *total)
{
	struct ui *ui = b->view.ui;
	struct err err;
	int64_t no;

	if (!store_batch_begin(ui->store, b->form, b->name, b->forms,
		b->added != NULL && total[0] != '\0' ? b->added->name : NULL, total, &no, &err)) {
		refused(b, &err);
		return;
	}
	b->lines.at = b->lines.first = 0;
	shown(&b->view);
	ui_say(ui, _("Batch %lld is open: new records of this form belong to it. Esc goes back to key "
	             "them."), (long long)no);
}

static void
ask_total(struct batches *b, const struct form *form)
{
	struct buf question = { 0 };

	sum_text(b, form, &question);
	ui_ask_text(b->view.ui, &b->view, ASK_TOTAL, "", "%s", buf_str(&question));
	buf_free(&question);
}

static void
add_choice(struct choices *all, size_t *cap, int number, const char *label)
{
	char value[16];

	snprintf(value, sizeof value, "%d", number);
	all->v = xgrow(all->v, cap, all->n + 1, sizeof *all->v);
	all->v[all->n].value = xstrdup(value);
	all->v[all->n++].label = label;
}

/* Which of the form's numbers, by the number that the question has on the paper. */
static void
choose_question(struct batches *b, const struct form *form)
{
	size_t lang = form_language(form, tr_lang()), cap = 0;
	struct choices all = { 0 };

	add_choice(&all, &cap, 0, _("none: only the forms are counted"));
	for (size_t i = 1; i < form->questions_n; i++) {
		const struct question *q = form->questions[i];
		const char *label = text_in(form, &q->label, lang);

		if (adds_up(q))
			add_choice(&all, &cap, outline_form_number(form, q),
			    label[0] != '\0' ? label : q->name);
	}
	if (all.n > 1)
		view_choose_open(b->view.ui, &b->view, ASK_QUESTION,
		    _("Which question has a sum on the cover?"), &all);
	else
		begin(b, "");
	for (size_t i = 0; i < all.n; i++)
		free((char *)(uintptr_t)all.v[i].value);
	choices_free(&all);
}

/* What the form says is added up; else it is asked, where there is any number. */
static void
ask_question(struct batches *b)
{
	const struct form *form = form_of(b);

	if (form == NULL)
		return;
	b->added = form->batch_total;
	if (b->added != NULL)
		ask_total(b, form);
	else
		choose_question(b, form);
}

static void
question_answered(struct batches *b, int number)
{
	const struct form *form = form_of(b);

	if (form == NULL)
		return;
	b->added = NULL;
	for (size_t i = 1; number > 0 && b->added == NULL && i < form->questions_n; i++)
		if (outline_form_number(form, form->questions[i]) == number)
			b->added = form->questions[i];
	if (b->added != NULL)
		ask_total(b, form);
	else
		begin(b, "");
}

static void
forms_answered(struct batches *b, const char *text)
{
	if (text[0] == '\0' || strlen(text) > 6 || text[strspn(text, "0123456789")] != '\0' ||
	    atol(text) == 0) {
		ask_again(b, ASK_FORMS, _("How many forms: a number."), "");
		return;
	}
	b->forms = atol(text);
	ui_ask_text(b->view.ui, &b->view, ASK_NAME, "", _("What stands on its cover (may stay blank):"));
}

static void
close_batch(struct batches *b, const char *note)
{
	struct ui *ui = b->view.ui;
	int64_t no = b->v[b->lines.at].no;
	struct err err;

	if (!store_batch_close(ui->store, no, note, &err)) {
		ui_fail(ui, &err);
		return;
	}
	shown(&b->view);
	ui_say(ui, _("Batch %lld is closed."), (long long)no);
}

static void
answered(struct view *v, int id, int choice, const char *text)
{
	struct batches *b = (struct batches *)v;
	struct buf folded = { 0 };

	if (choice == 0)
		return;
	if (text != NULL)
		utf8_fold(text, &folded);
	switch (id) {
	case ASK_FORMS:
		forms_answered(b, buf_str(&folded));
		break;
	case ASK_NAME:
		free(b->name);
		b->name = xstrdup(text != NULL ? text : "");
		ask_question(b);
		break;
	case ASK_QUESTION:
		question_answered(b, atoi(buf_str(&folded)));
		break;
	case ASK_TOTAL:
		begin(b, buf_str(&folded));
		break;
	case ASK_NOTE:
		close_batch(b, text != NULL ? text : "");
		break;
	default:
		close_batch(b, "");
	}
	buf_free(&folded);
}

static const char *
hint(struct view *v)
{
	struct batches *b = (struct batches *)v;

	if (b->no != 0)
		return _("Enter opens the record, Esc back to the batches.");
	return _("F2 begins one, Enter shows its records, Del closes it, Esc back.");
}

static void
close_batches(struct view *v)
{
	struct batches *b = (struct batches *)v;

	forget(b);
	free(b->v);
	free(b->form);
	free(b->name);
	free(b);
}

static const struct view_ops ops = {
	.modes = modes, .draw = draw, .act = act, .answered = answered, .hint = hint,
	.shown = shown, .close = close_batches,
};

void
view_batch_open(struct ui *ui, const char *form)
{
	struct batches *b = xcalloc(1, sizeof *b);

	b->view.ops = &ops;
	b->form = form != NULL ? xstrdup(form) : NULL;
	b->name = xstrdup("");
	ui_push(ui, &b->view);
	shown(&b->view);
}

/* ---- while keying ---------------------------------------------------------------------- */

struct current { struct buf *out; bool equal, full; };

static bool
take(void *ctx, const struct batch_info *info)
{
	struct current *c = ctx;

	batch_text(info, c->out);
	c->equal = info->equal;
	c->full = info->forms >= info->expected;
	return false;
}

enum batch_state
batch_now(struct ui *ui, const char *form, struct buf *out)
{
	struct current c = { .out = out };
	struct err ignored;

	buf_reset(out);
	if (!store_batches(ui->store, form, store_user(ui->store), true, take, &c, &ignored) ||
	    out->len == 0)
		return BATCH_NONE;
	return c.equal ? BATCH_EQUAL : c.full ? BATCH_DIFFERS : BATCH_OPEN;
}
