#include "tui/paint.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tui/shift.h"

struct painter {
	const struct caps *caps;
	struct charset *charset;
	struct screen *shown;		/* what the terminal shows; NULL: unknown */
	int row, col;			/* the terminal's cursor; row -1: unknown */
	unsigned attr;			/* what it writes in */
};

struct painter *
painter_new(const struct caps *caps, struct charset *charset)
{
	struct painter *p = xcalloc(1, sizeof *p);

	p->caps = caps;
	p->charset = charset;
	p->row = -1;
	return p;
}

void
painter_free(struct painter *p)
{
	if (p == NULL)
		return;
	screen_free(p->shown);
	free(p);
}

void
painter_forget(struct painter *p)
{
	screen_free(p->shown);
	p->shown = NULL;
	p->row = -1;
}

static bool
same(const struct glyph *a, const struct glyph *b)
{
	return a->cp == b->cp && a->mark == b->mark && a->attr == b->attr && a->width == b->width;
}

static bool
is_blank(const struct glyph *g)
{
	return g->cp == ' ' && g->attr == ATTR_PLAIN && g->mark == 0;
}

static void
use_attr(struct painter *p, unsigned attr, struct buf *out)
{
	const struct caps *c = p->caps;

	if (attr == p->attr)
		return;
	if (p->attr != ATTR_PLAIN)
		buf_add_str(out, c->plain);
	if (attr & ATTR_REVERSE)
		buf_add_str(out, c->reverse);
	if (attr & ATTR_BOLD)
		buf_add_str(out, c->bold);
	p->attr = attr;
}

/* Terminals that lack reverse or bold show the text plain; what the attribute
 * means is said in words as well. */
static unsigned
can_show(const struct painter *p, unsigned attr)
{
	if (p->caps->reverse[0] == '\0')
		attr &= ~(unsigned)ATTR_REVERSE;
	if (p->caps->bold[0] == '\0')
		attr &= ~(unsigned)ATTR_BOLD;
	return attr;
}

static void
put(struct painter *p, const struct glyph *g, struct buf *out)
{
	char bytes[CHARSET_BYTES];
	size_t n;

	use_attr(p, can_show(p, g->attr), out);
	buf_add(out, bytes, charset_show(p->charset, g->cp, g->width, bytes));
	if (g->mark != 0 && (n = charset_put(p->charset, g->mark, bytes)) > 0)
		buf_add(out, bytes, n);
	p->col += g->width;
}

/* Bytes that writing again what stands between two columns would take; a high
 * number when it cannot be done plainly. */
static int
again(const struct painter *p, const struct screen *s, int row, int from, int to)
{
	int bytes = 0;

	for (int col = from; col < to; col++) {
		const struct glyph *g = screen_at(s, row, col);

		if (g->cp >= 0x80 || g->cp == 0 || g->mark != 0 || can_show(p, g->attr) != p->attr)
			return 1000;
		bytes++;
	}
	return bytes;
}

static void
move_absolute(const struct painter *p, int row, int col, struct buf *out)
{
	if (!p->caps->ansi_cup)
		p->caps->move(out, row, col);
	else if (col == 0 && row == 0)
		buf_add_str(out, "\033[H");
	else if (col == 0)
		buf_addf(out, "\033[%dH", row + 1);
	else
		buf_addf(out, "\033[%d;%dH", row + 1, col + 1);
}

static int
digits(int n)
{
	return n < 10 ? 1 : n < 100 ? 2 : 3;
}

/* The same row: backspaces, the text itself, "forward n", or an absolute move,
 * whichever is shortest. */
static void
move_within(struct painter *p, const struct screen *s, int col, struct buf *out)
{
	int absolute = p->caps->ansi_cup ? 4 + digits(p->row + 1) + digits(col + 1) : 12;
	int by = col - p->col;
	int forward = p->caps->ansi_cuf && by > 0 ? by == 1 ? 3 : 3 + digits(by) : 1000;
	int text = by > 0 ? again(p, s, p->row, p->col, col) : 1000;
	int back = by < 0 ? -by : 1000;
	int home = 1 + (col > 0 && p->caps->ansi_cuf ? 3 + digits(col) : col > 0 ? 1000 : 0);

	if (text <= forward && text <= absolute && text < 1000) {
		for (int at = p->col; at < col; at++)
			buf_add_char(out, (char)screen_at(s, p->row, at)->cp);
	} else if (back <= absolute && back <= home) {
		while (by++ < 0)
			buf_add_char(out, '\b');
	} else if (forward <= absolute) {
		if (by == 1)
			buf_add_str(out, "\033[C");
		else
			buf_addf(out, "\033[%dC", by);
	} else if (home < absolute) {
		buf_add_char(out, '\r');
		if (col == 1)
			buf_add_str(out, "\033[C");
		else if (col > 0)
			buf_addf(out, "\033[%dC", col);
	} else {
		move_absolute(p, p->row, col, out);
	}
	p->col = col;
}

static void
move(struct painter *p, const struct screen *s, int row, int col, struct buf *out)
{
	if (p->row == row && p->col == col)
		return;
	if (p->row == row) {
		move_within(p, s, col, out);
		return;
	}
	/* One line further at its start, or straight below: line feeds do it. */
	if (p->row >= 0 && row > p->row && row - p->row <= 3 && p->caps->down_is_newline &&
	    (col == 0 || col == p->col)) {
		if (col != p->col)
			buf_add_char(out, '\r');
		for (int i = p->row; i < row; i++)
			buf_add_char(out, '\n');
	} else {
		move_absolute(p, row, col, out);
	}
	p->row = row;
	p->col = col;
}

/* A run of blanks in the middle of a row: erased in one go where that is shorter. */
static bool
erase(struct painter *p, int n, struct buf *out)
{
	if (!p->caps->ansi_ech || n <= 3 + digits(n))
		return false;
	use_attr(p, ATTR_PLAIN, out);
	buf_addf(out, "\033[%dX", n);
	return true;
}

static void
paint_row(struct painter *p, const struct screen *s, int row, struct buf *out)
{
	int text_end = s->cols;		/* blanks only from here on */

	while (text_end > 0 && is_blank(screen_at(s, row, text_end - 1)))
		text_end--;
	for (int col = 0; col < s->cols;) {
		const struct glyph *g = screen_at(s, row, col);
		int run = 1;

		if (same(g, screen_at(p->shown, row, col))) {
			col++;
			continue;
		}
		if (g->cp == 0) {		/* its left half is the same, yet not shown whole */
			g--;
			col--;
		}
		move(p, s, row, col, out);
		if (!is_blank(g)) {
			put(p, g, out);
			col += g->width;
			continue;
		}
		if (col >= text_end) {
			int changed = 0;

			for (int c = col; c < s->cols; c++)
				changed += !is_blank(screen_at(p->shown, row, c));
			if (p->caps->clear_eol[0] != '\0' && changed > (int)strlen(p->caps->clear_eol)) {
				use_attr(p, ATTR_PLAIN, out);
				buf_add_str(out, p->caps->clear_eol);
				return;
			}
		}
		while (col + run < s->cols && is_blank(screen_at(s, row, col + run)) &&
		    !same(screen_at(s, row, col + run), screen_at(p->shown, row, col + run)))
			run++;
		if (!erase(p, run, out))
			for (int i = 0; i < run; i++)
				put(p, &g[i], out);
		col += run;
	}
}

static void
start_over(struct painter *p, const struct screen *s, struct buf *out)
{
	screen_free(p->shown);
	p->shown = screen_new(s->rows, s->cols, s->ambiguous);
	buf_add_str(out, p->caps->plain);
	p->attr = ATTR_PLAIN;
	if (p->caps->ansi_scroll)	/* a torn line may have left its end out */
		buf_add_str(out, "\033[r");
	buf_add_str(out, p->caps->clear);
	p->row = p->col = 0;
}

/* The terminal moves rows itself; its cursor goes to the top with that. */
static void
shift(struct painter *p, const struct screen *s, struct buf *out)
{
	struct shift move;

	if (!p->caps->ansi_scroll || !shift_find(p->shown, s, &move))
		return;
	use_attr(p, ATTR_PLAIN, out);
	buf_addf(out, "\033[%d;%dr\033[%dH", move.top + 1, move.bottom + 1,
	    (move.by > 0 ? move.bottom : move.top) + 1);
	for (int i = 0; i < move.by; i++)
		buf_add_char(out, '\n');
	for (int i = 0; i > move.by; i--)
		buf_add_str(out, "\033M");
	buf_add_str(out, "\033[r");
	p->row = p->col = 0;
	shift_apply(p->shown, &move);
}

void
painter_paint(struct painter *p, const struct screen *s, struct buf *out)
{
	if (p->shown == NULL || p->shown->rows != s->rows || p->shown->cols != s->cols)
		start_over(p, s, out);
	else
		shift(p, s, out);
	for (int row = 0; row < s->rows; row++) {
		struct glyph *shown = screen_at(p->shown, row, 0), *wanted = screen_at(s, row, 0);
		size_t size = (size_t)s->cols * sizeof *wanted;

		if (memcmp(shown, wanted, size) == 0)
			continue;
		paint_row(p, s, row, out);
		memcpy(shown, wanted, size);
	}
	/* Attributes end before the cursor comes to rest: a terminal that is cut off
	 * here stays readable. */
	use_attr(p, ATTR_PLAIN, out);
	move(p, s, s->cursor_row, s->cursor_col, out);
}
