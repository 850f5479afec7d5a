/* plain_view.c: lists and their like in lines: the same views as on the screen, said
 * row by row. What is typed goes to the view as keys would; a command moves. */
#include "tui/plain.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/tr.h"
#include "base/utf8.h"
#include "tui/entry.h"

#define LINE_COLS 80
#define ROWS_MOST 100	/* of a view that only shows something */
#define ROWS_LIST 24

static void help(struct plain *, long n);

/* Any beginning of a word is the word; the first that fits is meant. */
static const struct {
	const char *word, *rest;
	enum key_code key;	/* pressed N times, or: */
	uint32_t cp;
	void (*run)(struct plain *, long n);
	const char *help;
} table[] = {
    {"down", "N", K_DOWN, 0, NULL, N_("one line down, or N")},
    {"up", "N", K_UP, 0, NULL, N_("one line up, or N")},
    {"next", "", K_PGDN, 0, NULL, N_("the next lines")},
    {"back", "", K_PGUP, 0, NULL, N_("the lines before")},
    {"first", "", K_HOME, 0, NULL, N_("the first line")},
    {"last", "", K_END, 0, NULL, N_("the last line")},
    {"same", "", K_F9, 0, NULL, N_("as last time, saved at once")},
    {"delete", "", K_DELETE, 0, NULL, N_("close or delete the line stood on")},
    {"clear", "", K_CTRL, 'u', NULL, N_("look for nothing, show all")},
    {"quit", "", K_F10, 0, NULL, N_("leave the list")},
    {"?", "", K_NONE, 0, help, N_("this")},
};
enum { COMMANDS = sizeof(table) / sizeof(table[0]) };

/* The row stood on begins with '>'. */
static void
say_rows(struct plain *p, struct screen *s, bool here_only)
{
	for (int i = 0; i < s->rows; i++) {
		struct buf row = { 0 };

		screen_row(s, i, &row);
		if (row.len > 0 && strspn(buf_str(&row), "- ") < row.len &&
		    (!here_only || row.data[0] == '>'))
			plain_say(p, "%s", buf_str(&row));
		buf_free(&row);
	}
}

static void
say_view(struct plain *p, struct view *v, int rows, bool here_only)
{
	struct screen *s = screen_new(rows, LINE_COLS, p->ui.ambiguous);

	v->ops->draw(v, s);
	say_rows(p, s, here_only);
	screen_free(s);
}

void
plain_say_view(struct plain *p, struct view *v)
{
	say_view(p, v, ROWS_MOST, false);
}

static void
help(struct plain *p, long n)
{
	const struct view *v = p->ui.top;

	(void)n;
	if (v->ops->hint != NULL)
		plain_say(p, "%s", v->ops->hint(p->ui.top));
	plain_say(p, "%s", _("A blank line is Enter; what else is typed goes to the list. Commands:"));
	for (size_t i = 0; i < COMMANDS; i++)
		plain_say(p, "  %s%s%s%s: %s", table[i].word[0] == '?' ? "" : "/", table[i].word,
		    table[i].rest[0] != '\0' ? " " : "", table[i].rest, _(table[i].help));
}

/* False: no such command. */
static bool
obey(struct plain *p, const char *word, const char *rest)
{
	long n = strtol(rest, NULL, 10);

	if (word[0] != '\0' && word[strspn(word, "0123456789")] == '\0') {
		plain_key(p, K_ESC_THEN, (uint32_t)('0' + atoi(word) % 10));
		return true;
	}
	for (size_t i = 0; word[0] != '\0' && i < COMMANDS; i++) {
		if (strncasecmp(table[i].word, word, strlen(word)) != 0)
			continue;
		if (table[i].run != NULL)
			table[i].run(p, n);
		for (long k = 0; table[i].run == NULL && (k == 0 || k < n) && k < ROWS_MOST; k++)
			plain_key(p, table[i].key, table[i].cp);
		return true;
	}
	plain_say(p, _("! There is no command \"%s\"; ? says which there are."), word);
	return false;
}

static void
type(struct plain *p, const char *line)
{
	struct buf folded = { 0 };
	size_t used;

	utf8_fold(line, &folded);
	/* A line looks for itself, not for what was looked for before and itself. */
	if ((p->ui.top->ops->modes(p->ui.top) & WORK) != 0)
		plain_key(p, K_CTRL, 'u');
	for (size_t at = 0; at < folded.len && !p->ui.ask.open; at += used)
		plain_key(p, K_TEXT, utf8_next(folded.data + at, folded.len - at, &used));
	buf_free(&folded);
}

/* One line to the view on top. False: there are no more. */
static bool
step(struct plain *p, bool *moved)
{
	char word[16];
	const char *line = plain_read(p, "> "), *rest;

	*moved = false;
	if (line == NULL)
		return false;
	rest = plain_command(&line, word);
	if (rest != NULL)
		*moved = obey(p, word, rest) && strchr("du?", word[0]) != NULL &&
		    strncasecmp(word, "del", 3) != 0;
	else if (line[0] == '\0')
		plain_key(p, K_ENTER, 0);
	else
		type(p, line);
	return true;
}

void
plain_views(struct plain *p)
{
	struct view *said = NULL;
	bool moved = false;

	while (p->ui.top != NULL) {
		struct view *v = p->ui.top;

		plain_message(p);
		if (entry_of_view(v) != NULL) {
			plain_entry(p);
			said = NULL;
		} else if (p->ui.ask.open) {
			if (!plain_ask(p))
				break;
		} else {
			while (v->ops->idle != NULL && v->ops->idle(v))
				continue;
			say_view(p, v, ROWS_LIST, said == v && moved);
			said = v;
			if (!step(p, &moved))
				break;
		}
		if (p->ended)
			break;
	}
	if (p->ui.top != NULL) {
		ui_hangup(&p->ui);
		ui_end(&p->ui);
	}
}
