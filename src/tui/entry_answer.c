/* entry_answer.c: an answer on the screen: its value or the field it is typed in, the mark
 * before it, and what it says beyond its text. */
#include <ctype.h>
#include <string.h>

#include "base/cnid.h"
#include "base/date.h"
#include "base/edit.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form.h"
#include "tui/entry.h"
#include "tui/entry_verify.h"
#include "tui/views.h"

/* What an answer says beyond its text, for the right-hand side. */
static void
note(struct entry *e, const struct cell *c, struct buf *out)
{
	char birth[11];
	struct date born, today;
	char sex;

	buf_reset(out);
	if (!question_appearance(c->q, "idcard") || c->value[0] == '\0' || !c->valid)
		return;
	sex = cnid_sex(c->value);
	if (sex == 0 || !cnid_birth(c->value, birth) || !date_parse(birth, &born, NULL))
		return;
	/* The age of an earlier visit is another than today's. */
	if (!e->was_new) {
		buf_addf(out, "%s %s", sex == '1' ? _("male") : _("female"), birth);
		return;
	}
	today = instant_date(clock_now(e->view.ui->clock));
	buf_addf(out, _("%s %s age %d"), sex == '1' ? _("male") : _("female"), birth,
	    today.year - born.year -
		(today.month < born.month || (today.month == born.month && today.day < born.day)));
}

/* "1Yes" reads well; "highHigh" and "Sindh=Sindh" do not. */
static void
add_choice(struct buf *out, const char *code, const char *label)
{
	size_t n = strlen(code);
	bool words = n > 0 && isalpha((unsigned char)code[n - 1]) &&
	    isalpha((unsigned char)label[0]);

	if (strcmp(code, label) != 0)
		buf_addf(out, "%s%s", code, words ? "=" : "");
	buf_add_str(out, label);
}

/* "[02] 01head 03child ...": as many as fit, but for the one whose label stands there. */
static void
draw_choices(struct entry *e, struct screen *s, int row, int col, const char *but)
{
	const struct choices *list = &e->field.choices;
	struct buf text = { 0 };
	int end = s->cols - 1;

	for (size_t i = 0; i < list->n; i++) {
		int room = i + 1 < list->n ? 4 : 0;

		if (strcmp(list->v[i].value, but) == 0)
			continue;
		buf_reset(&text);
		add_choice(&text, list->v[i].value, list->v[i].label);
		if (col + screen_width(s, buf_str(&text)) + room > end) {
			screen_put(s, row, col, 4, ATTR_PLAIN, "* ..");
			break;
		}
		col = screen_put(s, row, col, end - col, ATTR_PLAIN, buf_str(&text)) + 1;
	}
	buf_free(&text);
}

/* A long answer has the rest of its line before its end alone shows. */
static int
typed_columns(const struct entry *e, const struct screen *s, int width)
{
	int most = e->layout.value_cols - 1;
	int want = screen_width(s, edit_text(e->field.edit)) + 1;

	if (want <= width || e->field.coded)
		return width;
	return want < most ? want : most;
}

static bool
text_held(const struct entry *e)
{
	return e->held_why != HOLD_NONE && edit_text(e->field.edit)[0] != '\0';
}

int
entry_draw_field(struct entry *e, struct screen *s, int row, int col, int width)
{
	const struct field *f = &e->field;
	/* Refused: the next character starts a new answer, in plain again. */
	unsigned attr = f->fresh && e->held == f->node && text_held(e) ? ATTR_REVERSE : ATTR_PLAIN;
	bool cut = screen_typed(s, row, col, width, attr, edit_text(f->edit), edit_cursor(f->edit));

	if (cut)
		screen_put(s, row, col - 1, 1, ATTR_PLAIN, "<");
	if (f->coded) {
		screen_put(s, row, col - 1, 1, ATTR_PLAIN, "[");
		screen_put(s, row, col + width, 1, ATTR_PLAIN, "]");
	}
	if (f->fresh && !cut)
		screen_cursor(s, row, col);
	return col + width + f->coded;
}

/* In a row filled in as the one before (F9): is this answer another than there? */
static bool
differs(const struct entry *e, const struct cell *c)
{
	return e->filled_row != NODE_NONE && e->filled_row == answers_row_of(e->answers, c->node) &&
	    c->asked && (c->confirmed & CONFIRM_SAME) == 0 &&
	    (c->value[0] != '\0' || c->missing != MISSING_NONE);
}

const char *
entry_mark(const struct entry *e, const struct cell *c)
{
	/* A blank is seen as it is; what is said of it is that it was confirmed. */
	if (c->value[0] == '\0' && c->missing == MISSING_NONE)
		return c->confirmed & CONFIRM_REQUIRED && c->q->enforce_required == ENFORCE_ASK ? "~"
		                                                                         : "";
	if (c->problem != PROBLEM_NONE)
		return c->problem == PROBLEM_WARNING ? "?" : "!";
	if (c->forced != 0)
		return "~";
	if (c->confirmed & CONFIRM_SAME)
		return "=";
	if (differs(e, c))
		return "#";
	return entry_carried(e, c) || (c->node == e->dated.date && !c->touched) ? "^" : "";
}

/* "02  spouse", "1 3  ill, disabled", "2026-11-23": returns the column after it. */
static int
draw_value(struct entry *e, struct screen *s, int row, const struct cell *c)
{
	unsigned attr = differs(e, c) ? ATTR_BOLD : ATTR_PLAIN;
	enum kind kind = type_info(c->q->type)->kind;
	int col = e->layout.value_col, width = e->layout.value_cols, end;
	struct buf text = { 0 };

	if (kind == KIND_CODE || kind == KIND_CODES) {
		session_display(e->session, c->node, &text);
		end = screen_put(s, row, col, width, attr, c->value);
		if (strcmp(buf_str(&text), c->value) != 0)
			end = screen_put(s, row, end + 2, s->cols - end - 2, attr, buf_str(&text));
	} else {
		end = screen_put(s, row, col, width, attr, c->value);
		if (screen_width(s, c->value) > width)
			screen_put(s, row, s->cols - 1, 1, ATTR_PLAIN, ">");
	}
	buf_free(&text);
	return end;
}

/* What was typed before another answer ruled it out stays in sight until saving
 * drops it. */
static void
draw_skipped(struct entry *e, struct screen *s, int row, int at, const struct cell *c)
{
	int col = screen_put(s, row, at, s->cols, ATTR_PLAIN, ".") + 1;

	if (c->touched && e->verify == NULL && c->value[0] != '\0')
		col = screen_put(s, row, col, s->cols - col, ATTR_PLAIN, c->value) + 2;
	if (col + screen_width(s, _("(does not apply)")) <= s->cols || e->layout.wide)
		screen_put(s, row, col, s->cols - col, ATTR_PLAIN, _("(does not apply)"));
}

static void
draw_blind(struct entry *e, struct screen *s, int row, const struct cell *c, int width)
{
	bool here = e->field.node == c->node;
	int end;

	if (here) {
		end = entry_draw_field(e, s, row, e->layout.value_col, width);
		if (e->field.coded && e->layout.wide)
			draw_choices(e, s, row, end + 1, "");
	} else if (c->asked) {
		screen_fill(s, row, e->layout.value_col, width, ATTR_PLAIN, '_');
	}
}

void
entry_draw_answer(struct entry *e, struct screen *s, int row, const struct item *item,
    const struct slot *slot)
{
	bool here = e->field.node == item->node && item->kind == ITEM_FIELD;
	int mark = e->layout.value_col - 2, width = slot->field, end;
	struct cell c;

	session_cell(e->session, item->node, &c);
	if (!c.relevant) {
		if (e->verify != NULL && verifying_ahead(e, item))
			screen_fill(s, row, slot->value_col, width, ATTR_PLAIN, '_');
		else if (item->kind == ITEM_FIELD)
			draw_skipped(e, s, row, slot->value_col, &c);
		return;
	}
	screen_put(s, row, mark, 1, ATTR_PLAIN, e->verify != NULL ? verifying_mark(e, c.node)
	    	: entry_mark(e, &c));
	if (e->verify != NULL && verifying_hides(e, item)) {
		draw_blind(e, s, row, &c, width);
		return;
	}
	if (here && (c.missing == MISSING_NONE || e->field.dirty)) {
		end = entry_draw_field(e, s, row, e->layout.value_col, typed_columns(e, s, width));
		if (e->field.coded && e->field.fresh && c.value[0] != '\0') {
			struct buf label = { 0 };

			session_display(e->session, c.node, &label);
			if (strcmp(buf_str(&label), c.value) != 0)
				end = screen_put(s, row, end + 1, s->cols - end - 1, ATTR_PLAIN,
				    buf_str(&label));
			buf_free(&label);
			end++;
		}
		if (e->field.coded && e->layout.wide)
			draw_choices(e, s, row, end + 1, e->field.fresh ? c.value : "");
	} else if (!type_info(c.q->type)->terminal && c.value[0] == '\0') {
		screen_put(s, row, e->layout.value_col, s->cols, ATTR_PLAIN, _("(not on this device)"));
		return;
	} else if (c.value[0] == '\0' && session_held(e->session, c.node)[0] != '\0') {
		screen_put(s, row, e->layout.value_col, s->cols, ATTR_PLAIN,
		    session_held(e->session, c.node));
		return;
	} else if (c.missing != MISSING_NONE) {
		end = screen_put(s, row, e->layout.value_col, s->cols, ATTR_PLAIN,
		    view_missing_text(c.missing));
		if (here)
			screen_cursor(s, row, e->layout.value_col);
	} else if (c.value[0] == '\0' && c.asked) {
		screen_fill(s, row, e->layout.value_col, width, ATTR_PLAIN, '_');
		return;
	} else {
		end = draw_value(e, s, row, &c);
	}
	note(e, &c, &e->note);
	if (end + 2 + screen_width(s, buf_str(&e->note)) <= s->cols)
		screen_put(s, row, end + 2, s->cols - end - 2, ATTR_PLAIN, buf_str(&e->note));
}

void
entry_choices_hint(const struct entry *e, struct buf *out)
{
	const struct choices *list = &e->field.choices;
	int room = e->drawn_cols - 2;
	enum ambiguous a = e->view.ui->ambiguous;
	struct buf one = { 0 };

	for (size_t i = 0; i < list->n; i++) {
		int kept = i + 1 < list->n ? 5 : 0;

		buf_reset(&one);
		buf_add_str(&one, i > 0 ? " " : "");
		add_choice(&one, list->v[i].value, list->v[i].label);
		if (utf8_width(buf_str(out), a) + utf8_width(buf_str(&one), a) + kept > room) {
			buf_add_str(out, i > 0 ? " * .." : _("* lists the answers."));
			break;
		}
		buf_add_str(out, buf_str(&one));
	}
	buf_free(&one);
}
