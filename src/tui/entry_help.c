/* entry_help.c: F1 on a question: all that the form says of it, what was answered
 * before, and the keys that mean something here. */
#include <string.h>

#include "base/tr.h"
#include "form/form.h"
#include "record/session.h"
#include "store/history.h"
#include "tui/entry.h"
#include "tui/views.h"

enum { CHOICES_SHOWN = 30, HISTORY_SHOWN = 5 };

/* A line of its own: what is asked, what the form's hints say. */
static void
add_text(struct entry *e, const struct text *text, struct buf *out)
{
	const char *s = session_text(e->session, e->at.item.node, text);

	if (s[0] != '\0')
		buf_addf(out, "%s\n", s);
}

/* A rule in the form's words, else as the form writes it. */
static void
add_rule(struct entry *e, const char *what, const struct source *rule, const struct text *text,
    struct buf *out)
{
	const char *words = session_text(e->session, e->at.item.node, text);

	if (rule->text != NULL)
		buf_addf(out, "%s: %s\n", what, words[0] != '\0' ? words : rule->text);
}

static void
add_rules(struct entry *e, struct buf *out)
{
	static const struct text no_words;
	const struct question *q = e->at.item.q;
	struct cell c;

	session_cell(e->session, e->at.item.node, &c);
	if (c.required)
		buf_addf(out, "%s\n",
		    q->enforce_required == ENFORCE_HARD
			? _("It must be answered before the record is complete.")
		    : q->enforce_required == ENFORCE_ASK
			? _("It may be left blank once that is confirmed.")
			: _("It may be left blank; that is noted."));
	add_rule(e, _("Only when"), &q->relevant, &no_words, out);
	add_rule(e,
	    q->enforce == ENFORCE_HARD  ? _("Rule")
	    : q->enforce == ENFORCE_ASK ? _("Rule, else to be confirmed")
					: _("Rule, else it is noted"),
	    &q->constraint, &q->constraint_message, out);
	add_rule(e, _("Asks back"), &q->warning, &q->warning_message, out);
	if (session_held(e->session, c.node)[0] != '\0')
		buf_addf(out, _("Now: %s\n"), session_held(e->session, c.node));
	if (c.problem != PROBLEM_NONE && e->verify == NULL)
		buf_addf(out, _("Now: %s\n"), c.problem_text);
}

void
entry_skip_text(struct entry *e, struct buf *out)
{
	const char *skip = question_parameter(e->at.item.q, "skip");
	const struct question *to = skip != NULL ? form_find(e->form, skip, NULL) : NULL;

	if (to != NULL)
		buf_addf(out, _("+ goes to %d %s"), outline_number(e->outline, to),
		    entry_label(e, e->at.item.node, to));
	else if (skip != NULL)
		buf_add_str(out, e->at.row != NODE_NONE ? _("+ ends this row")
		                                        : _("+ goes to the last question"));
}

static void
add_keys(struct entry *e, struct buf *out)
{
	const struct question *q = e->at.item.q;
	size_t before;

	if (q->missing != 0) {
		buf_addf(out, "- : ");
		for (unsigned bit = 1; bit <= MISSING_LAST; bit *= 2)
			if (q->missing & bit)
				buf_addf(out, "%s ", view_missing_text((enum missing)bit));
		buf_add_char(out, '\n');
	}
	before = out->len;
	entry_skip_text(e, out);
	if (out->len > before)
		buf_add_char(out, '\n');
}

static void
add_choices(struct entry *e, struct buf *out)
{
	const struct choices *list = &e->field.choices;

	if (e->field.node == NODE_NONE || !e->field.coded || list->n == 0)
		return;
	for (size_t i = 0; i < list->n && i < CHOICES_SHOWN; i++)
		buf_addf(out, "  %s %s", list->v[i].value, list->v[i].label);
	if (list->n > CHOICES_SHOWN)
		buf_addf(out, _("  ... %zu in all, * lists them"), list->n);
	buf_add_char(out, '\n');
}

struct history {
	struct entry *entry;
	struct buf *out;
	int n;
};

static bool
add_saved(void *ctx, const struct history_line *info)
{
	struct history *h = ctx;

	if (h->n++ == HISTORY_SHOWN)
		return false;
	buf_addf(h->out, "%s", h->n == 1 ? _("Saved here: ") : _("before that: "));
	if (info->value[0] != '\0')
		view_answer_text(h->entry->view.ui, h->entry->form->id, h->entry->at.item.q->name,
		    info->value, h->out);
	else
		buf_add_str(h->out, info->reason[0] != '\0'
					? view_missing_text(missing_by_name(info->reason))
					: _("(blank)"));
	buf_addf(h->out, "  (%s ", info->by);
	view_time_text(info->at, h->out);
	buf_add_str(h->out, ")\n");
	return true;
}

static bool
add_confirmed(void *ctx, const struct confirm_info *info)
{
	struct history *h = ctx;

	buf_addf(h->out,
	    info->kind == CONFIRM_SAME ? _("Kept as last time by %s ") : _("Confirmed by %s "),
	    info->by);
	view_time_text(info->at, h->out);
	buf_add_char(h->out, '\n');
	return true;
}

static void
add_answers(struct entry *e, struct buf *out)
{
	struct store *store = e->view.ui->store;
	struct history h = {.entry = e, .out = out};
	node_id in = answers_row_of(e->answers, e->at.item.node);
	const char *row = in != NODE_NONE ? answers_row_id(e->answers, in) : "";
	struct buf last = { 0 };
	struct err ignored;

	if (store_last_saved(store, e->form->id, e->at.item.q->name, &last) && last.len > 0) {
		buf_add_str(out, _("In the record you saved before (F4 takes it): "));
		view_answer_text(e->view.ui, e->form->id, e->at.item.q->name, buf_str(&last), out);
		buf_add_char(out, '\n');
	}
	buf_free(&last);
	(void)store_history(store, session_record(e->session), row,
	    entry_field_name(e, e->at.item.q), add_saved, &h, &ignored);
	(void)store_confirmed(store, e->session, e->at.item.node, add_confirmed, &h, &ignored);
}

void
entry_help(const struct view *v, struct buf *out)
{
	struct entry *e = (struct entry *)(uintptr_t)v;
	const struct question *q = e->at.item.q;
	const char *note;

	if (e->at.item.kind != ITEM_FIELD && e->at.item.kind != ITEM_SHOWN)
		return;
	entry_place_text(e, e->at.item.node, out);
	buf_add_char(out, '\n');
	add_text(e, &q->hint, out);
	add_text(e, &q->guidance_hint, out);
	add_choices(e, out);
	add_rules(e, out);
	add_keys(e, out);
	note = entry_flag(e, e->at.item.node);
	if (note != NULL)
		buf_addf(out, _("Flagged: %s\n"), note);
	if (e->verify == NULL)		/* blind */
		add_answers(e, out);
	buf_addf(out, _("In the form it is called %s, of type %s.\n"), q->name,
	    type_info(q->type)->name);
}
