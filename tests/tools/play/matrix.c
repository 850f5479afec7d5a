#include "play/matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "play/play.h"

struct word {
	char *name, *text;
};

static bool
in_chinese(const struct play *p)
{
	return strcmp(p->matrix.lang, "zh") == 0;
}

static void
say_word(struct play *p, const char *name, const char *text)
{
	struct matrix *m = &p->matrix;

	m->words = xgrow(m->words, &m->words_cap, m->words_n + 1, sizeof *m->words);
	m->words[m->words_n++] = (struct word){ xstrdup(name), xstrdup(text) };
}

bool
matrix_term(struct play *p, char *rest)
{
	const char *which = getenv("PLAY_MATRIX");

	(void)rest;
	if (which == NULL)
		which = "en 80x24 zh_CN.UTF-8";
	snprintf(p->term, sizeof p->term, "xterm-256color");
	if (sscanf(which, "%2s %dx%d %63s", p->matrix.lang, &p->options.cols, &p->options.rows,
	    p->locale) != 4)
		return err_set(p->err, "PLAY_MATRIX is \"LANG COLSxROWS LOCALE\"");
	say_word(p, "lang", p->matrix.lang);
	return true;
}

bool
matrix_word(struct play *p, char *rest)
{
	char *name = strtok(rest, " "), *english = strtok(NULL, "");
	char *equal = english != NULL ? strstr(english, " = ") : NULL;

	if (p->matrix.lang[0] == '\0' || equal == NULL)
		return err_set(p->err, "word NAME ENGLISH = CHINESE, after `matrix`");
	*equal = '\0';
	say_word(p, name, in_chinese(p) ? equal + 3 : english);
	return true;
}

/* "zh" "en", "40" "80", "gb" "utf8". */
static bool
is_of(const struct play *p, const char *condition)
{
	if (atoi(condition) > 0)
		return p->options.cols == atoi(condition);
	if (strcmp(condition, "gb") == 0)
		return strstr(p->locale, "GB") != NULL;
	if (strcmp(condition, "utf8") == 0)
		return strstr(p->locale, "UTF-8") != NULL;
	return strcmp(condition, p->matrix.lang) == 0;
}

static const struct word *
word_at(const struct play *p, const char *brace)
{
	size_t len = strcspn(brace + 1, "}");

	for (size_t i = 0; i < p->matrix.words_n; i++)
		if (strlen(p->matrix.words[i].name) == len &&
		    strncmp(p->matrix.words[i].name, brace + 1, len) == 0)
			return &p->matrix.words[i];
	return NULL;
}

bool
matrix_line(struct play *p, const char *line, struct buf *out)
{
	buf_reset(out);
	while (*line == '@') {
		size_t len = strcspn(line + 1, " ");
		char word[8];

		snprintf(word, sizeof word, "%.*s", (int)len, line + 1);
		if (!is_of(p, word))
			return false;
		line += 1 + len + (line[1 + len] == ' ');
	}
	while (*line != '\0') {
		const struct word *w = *line == '{' ? word_at(p, line) : NULL;

		if (w != NULL) {
			buf_add_str(out, w->text);
			line += strlen(w->name) + 2;
		} else {
			buf_add_char(out, *line++);
		}
	}
	return true;
}

bool
matrix_at(struct play *p, char *label)
{
	struct buf row = { 0 };
	int rows, cols;
	bool found = false, marked = false;

	if (play_emu(p) == NULL)
		return false;
	emu_size(p->emu, &cols, &rows);
	for (int i = 3; i <= rows && !found; i++) {
		buf_reset(&row);
		emu_row(p->emu, i, &row);
		if (buf_str(&row)[strspn(buf_str(&row), " ")] != '>')
			continue;
		marked = true;
		found = strstr(buf_str(&row), label) != NULL;
	}
	buf_free(&row);
	return found || err_set(p->err, marked ? "the cursor is not at \"%s\""
	                                       : "no row has the cursor's mark, nor \"%s\"", label);
}

bool
matrix_answer(struct play *p, char *rest)
{
	char *arrow = strstr(rest, " => ");
	struct buf row = { 0 };
	int rows, cols;
	bool found = false;

	if (play_emu(p) == NULL)
		return false;
	if (arrow == NULL)
		return err_set(p->err, "answer LABEL => TEXT");
	*arrow = '\0';
	emu_size(p->emu, &cols, &rows);
	for (int i = 3; i < rows && !found; i++) {
		const char *label, *behind;

		buf_reset(&row);
		emu_row(p->emu, i, &row);
		label = strstr(buf_str(&row), rest);
		if (label == NULL)
			continue;
		behind = label + strlen(rest);
		if (behind[strspn(behind, " ")] == '\0') {
			buf_reset(&row);
			emu_row(p->emu, i + 1, &row);
			behind = buf_str(&row);
		}
		found = strstr(behind, arrow + 4) != NULL;
	}
	buf_free(&row);
	return found || err_set(p->err, "\"%s\" has no answer \"%s\"", rest, arrow + 4);
}

static void
add_without_blanks(const char *s, struct buf *out)
{
	for (; *s != '\0'; s++)
		if (*s != ' ')
			buf_add_char(out, *s);
}

#define MESSAGE_ROWS 6		/* the keys below it included */

bool
matrix_says(struct play *p, char *text)
{
	struct buf all = { 0 }, wanted = { 0 }, row = { 0 };
	int rows, cols;
	bool found;

	if (play_emu(p) == NULL)
		return false;
	emu_size(p->emu, &cols, &rows);
	for (int i = rows - MESSAGE_ROWS + 1; i <= rows; i++) {
		buf_reset(&row);
		emu_row(p->emu, i, &row);
		add_without_blanks(buf_str(&row), &all);
	}
	add_without_blanks(text, &wanted);
	found = strstr(buf_str(&all), buf_str(&wanted)) != NULL;
	buf_free(&all);
	buf_free(&wanted);
	buf_free(&row);
	return found || err_set(p->err, "it does not say \"%s\"", text);
}

void
matrix_free(struct play *p)
{
	for (size_t i = 0; i < p->matrix.words_n; i++) {
		free(p->matrix.words[i].name);
		free(p->matrix.words[i].text);
	}
	free(p->matrix.words);
}
