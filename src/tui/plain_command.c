/* plain_command.c: what begins with a '/'. Most are keys of the screen. */
#include "tui/plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form.h"
#include "tui/entry.h"
#include "tui/views.h"

typedef void command(struct plain *, struct entry *, const char *rest);

static command go, flag, missing, history, blank, remove_row, undo, rows, view, problems, choices,
    again, help;

/* Any beginning of a word is the word; the first that fits is meant. */
static const struct {
	const char *word, *rest;
	enum key_code key; /* or: */
	command *run;
	const char *help;
} table[] = {
    {"back", "", K_BACKTAB, NULL, N_("the question before")},
    {"go", "N", K_NONE, go, N_("to question N, or to one by its name")},
    {"next", "", K_PGDN, NULL, N_("the next section or row")},
    {"previous", "", K_PGUP, NULL, N_("the section or row before")},
    {"again", "", K_NONE, again, N_("say this question again")},
    {"list", "TEXT", K_NONE, choices, N_("the answers there are, those with TEXT")},
    {"blank", "", K_NONE, blank, N_("make the answer blank")},
    {"missing", "", K_NONE, missing, N_("why there is no answer")},
    {"same", "", K_F4, NULL, N_("the answer of the row or record before")},
    {"flag", "NOTE", K_NONE, flag, N_("flag this question, to be put right later")},
    {"add", "", K_INSERT, NULL, N_("add a row")},
    {"rows", "N", K_NONE, rows, N_("the rows of this table; to row N")},
    {"delete", "", K_NONE, remove_row, N_("remove this row")},
    {"undo", "", K_NONE, undo, N_("take back the last answer, or what was done to a row")},
    {"last", "", K_F9, NULL, N_("fill in as the row before")},
    {"view", "", K_NONE, view, N_("all that is answered so far")},
    {"history", "", K_NONE, history,
	N_("what became of this question: who, when, before, after")},
    {"problems", "N", K_NONE, problems, N_("what is open; to number N of it")},
    {"save", "", K_F2, NULL, N_("save the record")},
    {"quit", "", K_F10, NULL, N_("leave the record")},
    {"?", "", K_NONE, help, N_("this")},
};
enum { COMMANDS = sizeof(table) / sizeof(table[0]) };

/* Keeps what was typed; false: it is no answer at all, and that was said. */
static bool
left(struct entry *e)
{
	bool ok = entry_leave(e, false) || e->held_why != HOLD_TYPE;

	entry_journal(e, e->at.item.node);
	return ok;
}

static void
go(struct plain *p, struct entry *e, const char *rest)
{
	if (rest[0] == '\0')
		plain_say(p, "! %s", _("To which? For example: /go 12"));
	else
		entry_go_to_question(e, rest);
}

static void
flag(struct plain *p, struct entry *e, const char *rest)
{
	(void)e;
	plain_key(p, K_F5, 0);
	if (p->ui.ask.open && rest[0] != '\0')
		p->ui.ask.view->ops->answered(p->ui.ask.view, p->ui.ask.id, '\r', rest);
	p->ui.ask.open &= rest[0] == '\0';
}

static void
missing(struct plain *p, struct entry *e, const char *rest)
{
	if (e->field.node == NODE_NONE || e->field.q->missing == 0)
		plain_say(
		    p, "! %s", _("This question needs an answer: no reason may stand for it."));
	else
		plain_key(p, K_TEXT, '-');
	if (p->ui.ask.open && rest[0] != '\0')
		plain_key(p, K_TEXT, (unsigned char)rest[0]);
}

static void
blank(struct plain *p, struct entry *e, const char *rest)
{
	struct key k = {.code = K_CTRL, .cp = 'u'};

	(void)rest;
	if (e->field.node == NODE_NONE || entry_refuses(e, ACT_CLEAR, &k))
		return;
	field_replace(&e->field, "");
	e->held = NODE_NONE;
	plain_key(p, K_ENTER, 0);
}

static void
remove_row(struct plain *p, struct entry *e, const char *rest)
{
	(void)rest;
	if (e->at.row == NODE_NONE && e->at.item.kind != ITEM_ROW)
		plain_say(p, "! %s", _("This question is in no row: there is none to remove."));
	else if (left(e))
		entry_ask_remove_row(e);
}

/* The table that the cursor is in, else the form's next: its repeat and parent. */
static const struct question *
table_here(struct entry *e, node_id *parent)
{
	struct place to = e->at;

	if (e->at.row == NODE_NONE && e->at.item.kind != ITEM_ROW && e->at.item.kind != ITEM_ADD &&
	    !outline_table(e->outline, &e->at, &to))
		return NULL;
	if (to.item.kind == ITEM_ADD) {
		*parent = to.item.node;
		return to.item.q;
	}
	if (to.item.kind != ITEM_ROW && to.row == NODE_NONE)
		return NULL;
	to.row = to.item.kind == ITEM_ROW ? to.item.node : to.row;
	*parent = answers_parent(e->answers, to.row);
	return answers_question(e->answers, to.row);
}

static void
undo(struct plain *p, struct entry *e, const char *rest)
{
	(void)e;
	(void)rest;
	plain_key(p, K_CTRL, 'r');
}

static void
rows(struct plain *p, struct entry *e, const char *rest)
{
	node_id parent;
	const struct question *q = table_here(e, &parent);
	size_t n = q != NULL ? answers_rows(e->answers, parent, q) : 0;
	size_t want = (size_t)strtoul(rest, NULL, 10);
	struct place to;

	if (q == NULL) {
		plain_say(p, "! %s", _("This form has no table."));
	} else if (want == 0) {
		plain_say(p, "%s: %zu", entry_label(e, parent, q), n);
		entry_grid(e, parent, q, 74);
		for (size_t i = 1; i <= n; i++) {
			struct buf text = { 0 };

			entry_row_text(e, answers_row(e->answers, parent, q, i), &text);
			plain_say(p, "  %s", buf_str(&text));
			buf_free(&text);
		}
	} else if (want > n) {
		plain_say(p, _("! There are %zu rows."), n);
	} else if (left(e) &&
		   outline_place(e->outline, answers_row(e->answers, parent, q, want), &to) &&
		   outline_first(e->outline, to.section, to.item.node, &to)) {
		entry_goto(e, &to);
	}
}

static void
view(struct plain *p, struct entry *e, const char *rest)
{
	(void)rest;
	for (node_id n = ANSWERS_ROOT; n != NODE_NONE; n = answers_walk(e->answers, n)) {
		struct buf place = { 0 }, value = { 0 };
		struct cell c;

		if (outline_number(e->outline, answers_question(e->answers, n)) == 0)
			continue;
		session_cell(e->session, n, &c);
		if (!c.relevant || (c.value[0] == '\0' && c.missing == MISSING_NONE))
			continue;
		entry_place_text(e, n, &place);
		if (c.missing != MISSING_NONE)
			buf_add_str(&value, view_missing_text(c.missing));
		else
			session_display(e->session, n, &value);
		plain_say(p, "  %s: %s", buf_str(&place), buf_str(&value));
		buf_free(&place);
		buf_free(&value);
	}
}

static void
history(struct plain *p, struct entry *e, const char *rest)
{
	(void)e;
	(void)rest;
	plain_key(p, K_CTRL, 'v');
}

static void
problems(struct plain *p, struct entry *e, const char *rest)
{
	const struct problem *list;
	size_t n, want = (size_t)strtoul(rest, NULL, 10);

	if (!left(e))
		return;
	n = session_problems(e->session, &list);
	if (n == 0) {
		plain_say(p, "%s", _("Nothing is open. F2 saves."));
	} else if (want > 0 && want <= n) {
		entry_goto_node(e, list[want - 1].node);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct buf place = { 0 };

		entry_place_text(e, list[i].node, &place);
		plain_say(p, "  %zu) %s: %s", i + 1, buf_str(&place), list[i].text);
		buf_free(&place);
	}
	entry_open_field(e);
}

static void
choices(struct plain *p, struct entry *e, const char *rest)
{
	plain_choices(p, e, rest);
}

static void
again(struct plain *p, struct entry *e, const char *rest)
{
	(void)rest;
	plain_question(p, e);
}

static void
help(struct plain *p, struct entry *e, const char *rest)
{
	struct buf text = { 0 };

	(void)rest;
	e->view.ops->help(&e->view, &text);
	if (text.len > 0)
		plain_say(p, "%s", buf_str(&text));
	buf_free(&text);
	plain_say(p, "%s",
	    _("A line answers the question; a blank one keeps what stands in [ ] and goes "
	      "on. Commands, of which the first letters are enough:"));
	for (size_t i = 0; i < COMMANDS; i++)
		plain_say(p, "  %s%s %s: %s", table[i].word[0] == '?' ? "" : "/", table[i].word,
		    table[i].rest, _(table[i].help));
	plain_say(p, "%s",
	    _("  // at the start of an answer is one /. A function key that is named "
	      "somewhere is / and its number: /2 is F2, /10 is F10."));
}

void
plain_obey(struct plain *p, struct entry *e, const char *word, const char *rest)
{
	size_t len = strlen(word);

	if (len > 0 && word[strspn(word, "0123456789")] == '\0' && len <= 2) {
		int n = atoi(word);

		if (n <= 10)
			plain_key(p, K_ESC_THEN, (uint32_t)('0' + n % 10));
		return;
	}
	for (size_t i = 0; len > 0 && i < COMMANDS; i++)
		if (strncasecmp(table[i].word, word, len) == 0) {
			if (table[i].run != NULL)
				table[i].run(p, e, rest);
			else
				plain_key(p, table[i].key, 0);
			return;
		}
	plain_say(p, _("! There is no command \"%s\"; ? says which there are."), word);
}
