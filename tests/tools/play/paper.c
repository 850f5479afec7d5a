#include "play/paper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "play/play.h"

struct paper_line {
	int number;		/* 0: the line that adds a row */
	const char *typed, *keys;	/* NULL: none; the paper's */
	bool on;		/* the next line is typed on at once, its first character ends this */
	int line;		/* in the file */
};

struct paper {
	struct paper_line *v;
	size_t n, cap;
	char **texts;		/* what the lines lend */
	size_t texts_n, texts_cap;
};

static bool
add_line(struct paper *p, const char *text, int line)
{
	struct paper_line *l;
	char *rest;
	long number = strtol(text + (*text == '+'), &rest, 10);

	/* "+20 X": typed on the line that adds a row, whose first question is 20. */
	if (*text == '+')
		number = 0;
	if (rest == text || *rest != ' ' || number < 0)
		return false;
	rest += strspn(rest, " ");
	p->texts = xgrow(p->texts, &p->texts_cap, p->texts_n + 1, sizeof *p->texts);
	rest = p->texts[p->texts_n++] = xstrdup(rest);
	p->v = xgrow(p->v, &p->cap, p->n + 1, sizeof *p->v);
	l = &p->v[p->n++];
	*l = (struct paper_line){ .number = (int)number, .line = line };
	if (strlen(rest) > 3 && strcmp(rest + strlen(rest) - 3, " ..") == 0) {
		rest[strlen(rest) - 3] = '\0';
		l->on = true;
	}
	if (rest[strlen(rest) - 1] == '>' && strchr(rest, '<') != NULL) {
		char *keys = strrchr(rest, '<');

		rest[strlen(rest) - 1] = '\0';
		*keys = '\0';
		l->keys = keys + 1;
	}
	if (*rest != '\0') {
		const char *as = strstr(rest, " = ");

		l->typed = as != NULL ? as + 3 : rest;
	}
	return l->typed != NULL || l->keys != NULL;
}

/* NULL is fine. */
static void
paper_free(struct paper *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->texts_n; i++)
		free(p->texts[i]);
	free(p->texts);
	free(p->v);
	free(p);
}

/* NULL: err is set. */
static struct paper *
paper_read(const char *file, struct err *err)
{
	struct paper *p;
	FILE *f = fopen(file, "r");
	char *text = NULL;
	size_t cap = 0;
	ssize_t len;
	bool ok = true;

	if (f == NULL) {
		err_set(err, "%s: %s", file, strerror(errno));
		return NULL;
	}
	p = xcalloc(1, sizeof *p);
	for (int line = 1; ok && (len = getline(&text, &cap, f)) >= 0; line++) {
		if (len > 0 && text[len - 1] == '\n')
			text[len - 1] = '\0';
		if (*text == '\0' || *text == '#')
			continue;
		ok = add_line(p, text, line);
		if (!ok)
			err_set(err, "%s:%d: not NUMBER VALUE or NUMBER <keys>", file, line);
	}
	free(text);
	fclose(f);
	if (ok)
		return p;
	paper_free(p);
	return NULL;
}

/* The question number on a row of the screen that begins with the cursor's mark;
 * 0 for the line that adds a row; -1: neither. */
static int
paper_number(const char *row)
{
	row += strspn(row, " ");
	if (*row != '>')
		return -1;
	row += 1 + strspn(row + 1, " ");
	if (*row == '+')
		return 0;
	return *row >= '1' && *row <= '9' ? atoi(row) : -1;
}

size_t
paper_characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xC0) != 0x80;
	return n;
}

/* ---- keying it ----------------------------------------------------------------- */

/* Where the clerk's eye is: the row with the cursor's mark, and what stands above
 * all (the record's section and row), so that the same question of the next row
 * is another place. "" when no row has the mark. */
static int
place_on_screen(struct play *p, struct buf *place)
{
	struct buf row = { 0 };
	int rows, cols, number = -1;

	buf_reset(place);
	emu_size(p->emu, &cols, &rows);
	for (int i = 3; i < rows - 1 && number < 0; i++) {
		buf_reset(&row);
		emu_row(p->emu, i, &row);
		if (i == 3)
			buf_addf(place, "%s\n", buf_str(&row));
		number = paper_number(buf_str(&row));
	}
	buf_addf(place, "%d", number);
	buf_free(&row);
	return number;
}

/* Keys that are no data, noted with the number of the question. */
static bool
press(struct play *p, int number, const char *names)
{
	char *copy = xstrdup(names);
	bool ok = play_keys(p, copy);

	buf_addf(&p->others, "%s%d %s", p->others.len > 0 ? ", " : "", number, names);
	free(copy);
	return ok;
}

#define READ_MS 320	/* looking up, and reading on */
#define MOVE_MS 2000	/* until the cursor must have moved; the disk may be slow */
#define STAY_MS 160	/* until it is plain that it stays */

/* Waits until the cursor is elsewhere. False: it stays. */
static bool
moves(struct play *p, const struct buf *from, int ms)
{
	struct buf place = { 0 };
	bool moved = false;

	for (int waited = 0; !moved && waited <= ms; waited += 20) {
		place_on_screen(p, &place);
		moved = strcmp(place.data, from->data) != 0;
		if (!moved && !emu_pump(p->emu, 20, p->err))
			break;
	}
	buf_free(&place);
	return moved;
}

static bool
type(struct play *p, const char *text)
{
	char *copy = xstrdup(text);
	bool ok = play_type(p, copy);

	p->characters += ok ? paper_characters(text) : 0;
	free(copy);
	return ok;
}

/* What the paper says at the question, and Enter where the cursor stays. The last
 * answer of a paper is taken by the key that saves. */
static bool
key_line(struct play *p, const struct paper_line *l, bool last, const struct buf *place)
{
	bool ok = l->typed == NULL || type(p, l->typed);

	if (ok && l->typed != NULL && l->keys == NULL) {
		/* A clerk who looks up reads on before the next Enter, which would else be
		 * taken for one struck out of habit. */
		if (l->on)
			return true;
		if (moves(p, place, STAY_MS))
			return emu_pump(p->emu, READ_MS, p->err);
		if (last)
			return true;
	}
	ok = ok && press(p, l->number, l->keys != NULL ? l->keys : "enter");
	moves(p, place, MOVE_MS);
	return ok;
}

/* The first character of a line ends the answer before, and is at the line's question. */
static bool
key_on(struct play *p, struct paper_line *l, struct buf *place)
{
	char first[8] = "";
	size_t n = 1;

	place_on_screen(p, place);
	while ((l->typed[n] & 0xC0) == 0x80)
		n++;
	memcpy(first, l->typed, n < sizeof first ? n : 1);
	l->typed += n;
	if (!type(p, first))
		return false;
	moves(p, place, MOVE_MS);
	return place_on_screen(p, place) == l->number ||
	    err_set(p->err, "that did not begin question %d", l->number);
}

/* Questions that a paper may leave out one after the other. */
#define PASSED_MOST 60

bool
paper_play(struct play *p, char *file)
{
	struct paper *paper = play_emu(p) != NULL ? paper_read(file, p->err) : NULL;
	struct buf place = { 0 };
	size_t i = 0;
	int passed = 0;
	bool ok = paper != NULL;

	if (!ok)
		return false;
	while (ok && i < paper->n) {
		struct paper_line *l = &paper->v[i];
		bool on = i > 0 && l[-1].on && l->typed != NULL;
		int at;

		ok = !on || key_on(p, l, &place);
		at = place_on_screen(p, &place);
		if (ok && (on || at == l->number)) {
			ok = key_line(p, l, i + 1 == paper->n, &place);
			i++;
			passed = 0;
		} else if (ok && passed++ < PASSED_MOST) {
			ok = press(p, at, at == 0 ? "down" : "enter");
			moves(p, &place, MOVE_MS);
		} else if (ok) {
			ok = err_set(p->err, "question %d was never reached", l->number);
		}
		if (!ok)
			err_wrap(p->err, "%s:%d", file, l->line);
	}
	paper_free(paper);
	buf_free(&place);
	return ok;
}

bool
paper_count(struct play *p, char *rest)
{
	const char *to = getenv("KEYS_OUT");
	char name[64], op[3];
	unsigned long most;
	FILE *f;

	if (sscanf(rest, "%63s %2s %lu", name, op, &most) != 3 || strcmp(op, "<=") != 0)
		return err_set(p->err, "keys NAME <= NUMBER");
	if (to != NULL && (f = fopen(to, "a")) != NULL) {
		fprintf(f, "%s %zu %zu %s\n", name, p->keys, p->characters, buf_str(&p->others));
		fclose(f);
	}
	return p->keys <= most || err_set(p->err, "%zu keys were pressed", p->keys);
}

bool
paper_restart(struct play *p, char *rest)
{
	(void)rest;
	p->keys = p->characters = 0;
	buf_reset(&p->others);
	return true;
}
