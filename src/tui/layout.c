#include "tui/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int
at_least(int n, int low)
{
	return n > low ? n : low;
}

static int
at_most(int n, int high)
{
	return n < high ? n : high;
}

static int
wrapped_lines(const char *s, int cols, enum ambiguous ambiguous)
{
	int n = 0;
	size_t next;

	do {
		utf8_wrap(s, cols, ambiguous, &next);
		s += next;
		n++;
	} while (*s != '\0' && next > 0 && n < 100);
	return n;
}

/* The label column is as wide as the widest label that two fifths of the
 * screen hold; the rare longer one wraps. */
static int
label_width(const struct slot_want *want, size_t n, int cols, enum ambiguous ambiguous)
{
	int most = cols * 2 / 5, width = 8;

	for (size_t i = 0; i < n; i++) {
		int w = want[i].whole ? 0 : utf8_width(want[i].label, ambiguous);

		if (w <= most)
			width = at_least(width, w);
		else
			width = most;
	}
	return width;
}

static void
columns(struct layout *l, const struct slot_want *want, size_t n, int numbers,
    enum ambiguous ambiguous)
{
	l->wide = l->cols >= LAYOUT_WIDE;
	l->number_col = 1;
	l->number_cols = at_least(numbers, 2);
	l->label_col = l->number_col + l->number_cols + 1;
	if (l->wide) {
		l->label_cols = label_width(want, n, l->cols, ambiguous);
		l->value_col = l->label_col + l->label_cols + 2;
	} else {
		l->label_cols = l->cols - l->label_col;
		l->value_col = l->label_col + 1;
	}
	l->value_cols = at_least(l->cols - l->value_col, 1);
}

/* Room that "." takes beside a label. */
#define BESIDE_COLS 3
#define KEPT_MOST 2

static void
place(const struct layout *l, const struct slot_want *want, struct slot *s,
    enum ambiguous ambiguous)
{
	bool beside = l->wide || want->beside;

	s->label_cols = want->whole ? l->cols - l->label_col
	    : l->wide || !beside ? l->label_cols : l->label_cols - BESIDE_COLS;
	s->lines = wrapped_lines(want->label, s->label_cols, ambiguous);
	if (!want->whole)
		s->lines = at_most(s->lines, LABEL_LINES_MAX);
	s->label_lines = s->lines;
	s->value = 0;
	s->value_col = l->value_col;
	if (!l->wide && beside && s->lines == 1)
		s->value_col = l->label_col + utf8_width(want->label, ambiguous) + 2;
	else if (!l->wide && beside) {
		s->value = s->lines - 1;
		s->value_col = l->cols - BESIDE_COLS + 1;
	} else if (!l->wide && !want->whole)
		s->value = s->lines++;
	s->field = at_most(want->field, l->value_cols - 1);
}

void
layout_page(struct layout *l, const struct slot_want *want, size_t n, int cols, int numbers,
    enum ambiguous ambiguous)
{
	l->cols = cols;
	columns(l, want, n, numbers, ambiguous);
	l->v = xgrow(l->v, &l->cap, n, sizeof *l->v);
	l->n = n;
	l->lines = 0;
	for (size_t i = 0; i < n; i++) {
		l->v[i].top = l->lines;
		place(l, &want[i], &l->v[i], ambiguous);
		l->lines += l->v[i].lines;
	}
}

void
layout_free(struct layout *l)
{
	free(l->v);
	*l = (struct layout){ 0 };
}

/* Lines of the slot before that stay in sight: all of a short one. */
static int
kept(const struct layout *l, size_t at)
{
	return at > 0 && l->v[at - 1].lines <= KEPT_MOST ? l->v[at - 1].lines : 1;
}

/* No answer stands at the top without its label, unless it is a long one. */
static int
whole_slot(const struct layout *l, size_t at, int first)
{
	for (size_t i = 0; i < at; i++) {
		int end = l->v[i].top + l->v[i].lines;

		if (l->v[i].top < first && end > first)
			return l->v[i].lines <= KEPT_MOST ? end : first;
	}
	return first;
}

int
layout_scroll(const struct layout *l, size_t at, size_t last, int before, int height)
{
	int top, bottom, first;

	if (at >= l->n || l->lines <= height)
		return 0;
	top = l->v[at].top;
	bottom = top + l->v[at].lines;
	if (top >= before && bottom <= before + height)
		first = before;
	else if (top >= before + height - 1 || bottom > before + height)
		first = top - kept(l, at);	/* what went before stays in sight */
	else
		first = bottom - height + 1;
	if (l->v[last].top + l->v[last].lines > first + height)
		first = top - kept(l, at);
	return whole_slot(l, at, at_least(at_most(first, l->lines - height), 0));
}
