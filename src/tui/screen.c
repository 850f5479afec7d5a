#include "tui/screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/pinyin.h"

static const struct glyph blank = { .cp = ' ', .width = 1 };

struct screen *
screen_new(int rows, int cols, enum ambiguous ambiguous)
{
	struct screen *s = xcalloc(1, sizeof *s);

	s->ambiguous = ambiguous;
	s->scratch = xcalloc(1, sizeof *s->scratch);
	screen_resize(s, rows, cols);
	return s;
}

void
screen_free(struct screen *s)
{
	if (s == NULL)
		return;
	buf_free(s->scratch);
	free(s->scratch);
	free(s->cells);
	free(s);
}

void
screen_resize(struct screen *s, int rows, int cols)
{
	s->rows = rows > 0 ? rows : 1;
	s->cols = cols > 0 ? cols : 1;
	s->cells = xrealloc_array(s->cells, (size_t)s->rows * (size_t)s->cols, sizeof *s->cells);
	screen_clear(s);
}

void
screen_clear(struct screen *s)
{
	for (size_t i = 0; i < (size_t)s->rows * (size_t)s->cols; i++)
		s->cells[i] = blank;
	s->cursor_row = s->cursor_col = 0;
}

static int
between(int low, int n, int high)
{
	return n < low ? low : n > high ? high : n;
}

void
screen_cursor(struct screen *s, int row, int col)
{
	s->cursor_row = between(0, row, s->rows - 1);
	s->cursor_col = between(0, col, s->cols - 1);
}

struct glyph *
screen_at(const struct screen *s, int row, int col)
{
	return &s->cells[(size_t)row * (size_t)s->cols + (size_t)col];
}

/* Writing over one half of a wide character takes the other half away too. */
static void
split(struct screen *s, int row, int col)
{
	struct glyph *g = screen_at(s, row, col);

	if (g->cp == 0 && col > 0)
		*screen_at(s, row, col - 1) = blank;
	if (g->width == 2 && col + 1 < s->cols)
		*screen_at(s, row, col + 1) = blank;
}

static void
set(struct screen *s, int row, int col, uint32_t cp, int width, unsigned attr)
{
	struct glyph *g;

	split(s, row, col);
	if (width == 2)
		split(s, row, col + 1);
	g = screen_at(s, row, col);
	*g = (struct glyph){ .cp = cp, .attr = attr & 3, .width = (unsigned)width };
	if (width == 2)
		g[1] = (struct glyph){ .attr = attr & 3 };
}

/* What is shown of a text, in s->scratch: harmless, and spelt where it must be. */
static const char *
shown(const struct screen *s, const char *text)
{
	buf_reset(s->scratch);
	utf8_harmless(text, s->scratch);
	if (s->ambiguous == AMBIGUOUS_SPELT) {
		struct buf spelt = { 0 };

		pinyin_spell(buf_str(s->scratch), &spelt);
		buf_free(s->scratch);
		*s->scratch = spelt;
	}
	return buf_str(s->scratch);
}

int
screen_put(struct screen *s, int row, int col, int width, unsigned attr, const char *text)
{
	int end = width > s->cols - col ? s->cols : col + width;
	size_t used, len;

	if (row < 0 || row >= s->rows || col < 0 || col >= s->cols || width <= 0)
		return col;
	text = shown(s, text);
	len = s->scratch->len;
	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8_next(text + at, len - at, &used);
		int w = utf8_cp_width(cp, s->ambiguous);

		if (w == 0) {
			struct glyph *before = col > 0 ? screen_at(s, row, col - 1) : NULL;

			if (before != NULL && before->cp == 0 && col > 1)
				before--;
			if (before != NULL && at > 0)
				before->mark = cp;
			continue;
		}
		if (col + w > end)
			break;
		set(s, row, col, cp, w, attr);
		col += w;
	}
	return col;
}

void
screen_fill(struct screen *s, int row, int col, int width, unsigned attr, char c)
{
	if (row < 0 || row >= s->rows || col < 0)
		return;
	for (int end = col + width; col < end && col < s->cols; col++)
		set(s, row, col, (unsigned char)c, 1, attr);
}

void
screen_field(struct screen *s, int row, int col, int width, unsigned attr, const char *text)
{
	int end = screen_put(s, row, col, width, attr, text);

	screen_fill(s, row, end, col + width - end, attr, ' ');
}

bool
screen_typed(struct screen *s, int row, int col, int width, unsigned attr, const char *text,
    size_t cursor)
{
	char *head = xstrndup(text, cursor);
	int before = screen_width(s, head), skip = 0;
	size_t at = 0, len = strlen(text);

	free(head);
	while (before - skip > width && at < len) {
		size_t next = utf8_cluster_next(text, len, at);

		skip += utf8_width_n(text + at, next - at, s->ambiguous);
		at = next;
	}
	screen_fill(s, row, col, width, attr, '_');
	screen_put(s, row, col, width, attr, text + at);
	screen_cursor(s, row, col + before - skip);
	return at > 0;
}

int
screen_width(const struct screen *s, const char *text)
{
	return utf8_width(shown(s, text), s->ambiguous);
}

void
screen_row(const struct screen *s, int row, struct buf *out)
{
	size_t keep = out->len;
	char bytes[4];

	for (int col = 0; col < s->cols; col++) {
		const struct glyph *g = screen_at(s, row, col);

		if (g->cp == 0)
			continue;
		buf_add(out, bytes, utf8_encode(g->cp, bytes));
		if (g->mark != 0)
			buf_add(out, bytes, utf8_encode(g->mark, bytes));
		if (g->cp != ' ')
			keep = out->len;
	}
	buf_cut(out, keep);
}
