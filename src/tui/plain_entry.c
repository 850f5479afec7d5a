/* plain_entry.c: a record in lines: the question, then what was typed to it. */
#include "tui/plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/edit.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form.h"
#include "tui/entry.h"
#include "tui/term.h"
#include "tui/views.h"

#define FEW 12       /* answers that are listed without being asked for */
#define MANY 30      /* that are listed at all */
#define LINE_COLS 80 /* of a table's row */

void
plain_key(struct plain *p, enum key_code code, uint32_t cp)
{
	struct key k = {.code = code, .cp = cp};

	ui_step(&p->ui, &k, term_clock_ms());
}

/* ---- the question -------------------------------------------------------------------- */

static void
say_section(struct plain *p, struct entry *e)
{
	const struct question *q = outline_section(e->outline, e->at.section);
	node_id node = answers_child(e->answers, ANSWERS_ROOT, q);
	const char *name = q == e->form->questions[0]
			       ? text_in(e->form, &e->form->title, session_lang(e->session))
			       : entry_label(e, node != NODE_NONE ? node : ANSWERS_ROOT, q);

	if (e->at.row != NODE_NONE) {
		struct buf row = { 0 };

		entry_place_text(e, e->at.row, &row);
		plain_say(p, "\n== %s, %s", name, buf_str(&row));
		buf_free(&row);
	} else {
		plain_say(
		    p, "\n== %s (%zu/%zu)", name, e->at.section + 1, outline_sections(e->outline));
	}
}

static void
say_item(struct plain *p, struct entry *e, const struct item *item)
{
	struct buf value = { 0 };
	struct cell c;

	if (item->kind != ITEM_SHOWN && item->kind != ITEM_FIELD)
		return;
	session_cell(e->session, item->node, &c);
	if (c.relevant && c.value[0] != '\0')
		session_display(e->session, item->node, &value);
	if (c.relevant && (value.len > 0 || c.q->type == Q_NOTE))
		plain_say(p, "  %s%s%s", entry_label(e, item->node, item->q),
		    value.len > 0 ? ": " : "", buf_str(&value));
	buf_free(&value);
}

/* Notes, results and answers taken over from before that the cursor has just passed;
 * where nothing can be answered, all that the page shows. */
static void
say_passed(struct plain *p, struct entry *e)
{
	size_t at = page_find(&e->page, &e->at.item), from = at;

	if (e->at.item.kind == ITEM_SHOWN) {
		from = 0;
		at = e->page.n;
	} else if (p->record[0] == '\0' || strcmp(p->record, session_record(e->session)) != 0) {
		/* A new record begins after what is taken over from the one before. */
		from = e->was_new && !e->typed ? 0 : at;
	} else if (p->onward) {
		from = page_find(&e->page, &p->stood.item);
		from = from < at ? from + 1 : p->stood.row != e->at.row ? 0 : at;
	} else {
		while (from > 0 && e->page.v[from - 1].kind == ITEM_SHOWN)
			from--;
	}
	for (; from < at; from++)
		say_item(p, e, &e->page.v[from]);
}

/* "[02 spouse]": what stands there, in words. */
static void
say_value(struct plain *p, struct entry *e)
{
	struct buf text = { 0 };
	struct cell c;

	session_cell(e->session, e->at.item.node, &c);
	if (c.missing != MISSING_NONE) {
		plain_say(p, "  [%s]", view_missing_text(c.missing));
	} else if (c.value[0] != '\0') {
		session_display(e->session, c.node, &text);
		if (strcmp(buf_str(&text), c.value) != 0)
			plain_say(p, "  [%s %s]", c.value, buf_str(&text));
		else
			plain_say(p, "  [%s]", c.value);
	}
	if (session_held(e->session, c.node)[0] != '\0')
		plain_say(p, "  %s", session_held(e->session, c.node));
	if (c.problem != PROBLEM_NONE && c.problem != PROBLEM_REQUIRED && !c.accepted)
		plain_say(p, "  %s %s", c.problem == PROBLEM_WARNING ? "?" : "!", c.problem_text);
	buf_free(&text);
}

void
plain_choices(struct plain *p, struct entry *e, const char *typed)
{
	const struct choices *list = &e->field.choices;
	struct pick pick = { 0 };

	if (!e->field.coded) {
		plain_say(p, "! %s", _("This question has no list of answers."));
		return;
	}
	pick_open(&pick, list, false, "", typed);
	for (size_t i = 0; i < pick.n && i < MANY; i++)
		plain_say(p, "  %s %s", list->v[pick.shown[i]].value, list->v[pick.shown[i]].label);
	if (pick.n > MANY)
		plain_say(p, _("  and %zu more: type a code, or part of the words or their pinyin"),
		    pick.n - MANY);
	if (pick.n == 0)
		plain_say(p, "! %s", _("Nothing in the list fits what was typed."));
	pick_close(&pick);
}

static void
say_field(struct plain *p, struct entry *e)
{
	const struct question *q = e->at.item.q;
	const char *hint = session_text(e->session, e->at.item.node, &q->hint);

	if (e->at.item.number > 0)
		plain_say(p, "%d %s", e->at.item.number, entry_label(e, e->at.item.node, q));
	else
		plain_say(p, "%s", entry_label(e, e->at.item.node, q));
	if (hint[0] != '\0')
		plain_say(p, "  (%s)", hint);
	if (e->field.coded && e->field.choices.n <= FEW)
		plain_choices(p, e, "");
	else if (e->field.coded)
		plain_say(p,
		    _("  %zu answers: type a code, or part of the words or their pinyin; /list "
		      "says them"),
		    e->field.choices.n);
	if (e->field.several)
		plain_say(p, "%s", _("  several may be typed, with blanks between"));
	say_value(p, e);
}

void
plain_question(struct plain *p, struct entry *e)
{
	struct buf row = { 0 };

	e->drawn_cols = LINE_COLS;
	entry_page(e);
	switch (e->at.item.kind) {
	case ITEM_FIELD:
		say_passed(p, e);
		say_field(p, e);
		break;
	case ITEM_ADD:
		plain_say(p, _("+ add: %s"), entry_label(e, e->at.item.node, e->at.item.q));
		plain_say(
		    p, "%s", _("  + adds a row, a blank line goes on, /rows says those there are"));
		break;
	case ITEM_ROW:
		entry_row_text(e, e->at.item.node, &row);
		plain_say(p, "%s", buf_str(&row));
		plain_say(p, "%s",
		    _("  a blank line opens this row, + adds one, /delete removes it, /next "
		      "goes on"));
		break;
	default:
		say_passed(p, e);
	}
	buf_free(&row);
}

/* ---- what was typed ------------------------------------------------------------------ */

/* Words, pinyin or a code to the one answer they mean. False: none, or several, and
 * that was said. */
static bool
find_choice(struct plain *p, struct entry *e, const char *typed, struct buf *value)
{
	struct field *f = &e->field;
	struct pick pick = { 0 };
	bool found;

	field_replace(f, typed);
	field_answer(f, value);
	if (field_choice(f, buf_str(value)) < f->choices.n)
		return true;
	pick_open(&pick, &f->choices, false, "", typed);
	found = pick.n == 1;
	buf_reset(value);
	if (found)
		buf_add_str(value, f->choices.v[pick.shown[0]].value);
	pick_close(&pick);
	if (!found) {
		struct cell c;

		session_cell(e->session, f->node, &c);
		field_restore(f, c.value);
		plain_choices(p, e, typed);
	}
	return found;
}

static bool
may_be_replaced(struct plain *p, const struct entry *e)
{
	const char *s = edit_text(e->field.edit);

	if (!p->spelt || e->field.coded)
		return true;
	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	if (*s != '\0')
		plain_say(p, "! %s",
		    _("This answer has Chinese characters, which this terminal cannot show. It "
		      "stays as it "
		      "is; change it where they can be seen."));
	return *s == '\0';
}

static void
answer(struct plain *p, struct entry *e, const char *typed)
{
	struct buf value = { 0 };
	node_id node = e->field.node;

	if (!may_be_replaced(p, e))
		return;
	if (e->field.coded && !e->field.several) {
		if (!find_choice(p, e, typed, &value)) {
			buf_free(&value);
			return;
		}
	} else if (e->field.folds || e->field.several) {
		utf8_fold(typed, &value);
	} else {
		buf_add_str(&value, typed);
	}
	e->held = NODE_NONE;
	p->onward = true;
	field_replace(&e->field, buf_str(&value));
	plain_key(p, K_ENTER, 0);
	/* What was no answer at all is not there to be edited: a blank line keeps what
	 * stands there. */
	if (p->ui.top == &e->view && e->field.node == node && e->field.dirty) {
		struct cell c;

		session_cell(e->session, node, &c);
		field_restore(&e->field, c.value);
	}
	/* A code is said in words, so that a slip is heard. */
	if (p->ui.top == &e->view && answers_alive(e->answers, node) && e->at.item.node != node) {
		buf_reset(&value);
		session_display(e->session, node, &value);
		if (strcmp(buf_str(&value), typed) != 0)
			plain_say(p, "  = %s", buf_str(&value));
	}
	buf_free(&value);
}

static void
line_to_entry(struct plain *p, struct entry *e, const char *line)
{
	char word[16];
	const char *rest = plain_command(&line, word);
	bool plus = strcmp(line, "+") == 0 || strcmp(line, "\xef\xbc\x8b") == 0;

	if (rest != NULL)
		plain_obey(p, e, word, rest);
	else if (e->field.node != NODE_NONE && line[0] != '\0')
		answer(p, e, line);
	else if (e->field.node == NODE_NONE && plus)
		plain_key(p, K_INSERT, 0);
	else if (line[0] != '\0')
		plain_say(p, "! %s",
		    _("Nothing is asked here; /list and /rows say what there is, ? explains."));
	else {
		p->onward = true;
		plain_key(p, e->at.item.kind == ITEM_ADD ? K_DOWN : K_ENTER, 0);
	}
}

/* The message line's question: a line whose first character answers it. */
static void
line_to_question(struct plain *p, const char *line)
{
	struct buf folded = { 0 };
	char c;

	utf8_fold(line, &folded);
	c = buf_str(&folded)[0];
	if (p->ui.ask.text) {
		edit_set(p->ui.ask.edit, line);
		plain_key(p, K_ENTER, 0);
	} else if (c == '\0') {
		plain_key(p, K_ENTER, 0);
	} else if (folded.len == 1 && (c == '0' || c == '\033')) {
		plain_key(p, K_ESC, 0);
	} else if (folded.len == 1) {
		plain_key(p, K_TEXT, (unsigned char)c);
	} else {
		p->ui.ring = true;
	}
	if (p->ui.ring && p->ui.ask.open)
		plain_say(p, "! %s", _("That is none of the answers to this."));
	buf_free(&folded);
}

/* ---- the loop ------------------------------------------------------------------------ */

static bool
same_page(const struct plain *p, const struct entry *e)
{
	return strcmp(p->record, session_record(e->session)) == 0 &&
	       p->stood.section == e->at.section && p->stood.row == e->at.row;
}

static bool
same_place(const struct plain *p, const struct entry *e)
{
	return same_page(p, e) && p->stood.item.kind == e->at.item.kind &&
	       p->stood.item.node == e->at.item.node && p->stood.item.q == e->at.item.q;
}

/* Where the cursor is, as far as that was not said. */
static void
say_place(struct plain *p, struct entry *e)
{
	/* A row is gone through question by question, whatever the form says of grids. */
	memset(e->cells.on, 0, e->form->questions_n * sizeof *e->cells.on);
	if (!same_page(p, e))
		say_section(p, e);
	if (!same_place(p, e))
		plain_question(p, e);
	p->stood = e->at;
	p->onward = false;
	snprintf(p->record, sizeof p->record, "%s", session_record(e->session));
}

/* Is a record keyed below the view on top, or on top itself? */
static bool
keying(const struct plain *p)
{
	struct view *v = p->ui.top;

	while (v != NULL && entry_of_view(v) == NULL)
		v = v->below;
	return v != NULL;
}

/* Views over a record that only show something are said row by row, and are over with
 * that. */
static void
say_views(struct plain *p)
{
	while (keying(p) && entry_of_view(p->ui.top) == NULL) {
		struct view *v = p->ui.top;

		plain_say_view(p, v);
		ui_pop(&p->ui, v);
	}
}

bool
plain_ask(struct plain *p)
{
	const char *line;

	plain_say(p, "%s", buf_str(&p->ui.ask.question));
	line = plain_read(p, p->ui.ask.text ? "> " : _("(0 is Esc) > "));
	if (line != NULL)
		line_to_question(p, line);
	return line != NULL;
}

/* A line to the question stood on. False: there are no more. */
static bool
step(struct plain *p, struct entry *e)
{
	const char *line;

	say_place(p, e);
	line = plain_read(p, "> ");
	if (line != NULL)
		line_to_entry(p, e, line);
	return line != NULL;
}

void
plain_entry(struct plain *p)
{
	struct entry *e;

	for (p->record[0] = '\0', p->onward = false;;) {
		say_views(p);
		plain_message(p);
		if (!keying(p))
			return;
		e = entry_of_view(p->ui.top);
		if (!(p->ui.ask.open ? plain_ask(p) : step(p, e))) {
			plain_say(p, "%s", "");
			ui_hangup(&p->ui);
			return;
		}
	}
}
