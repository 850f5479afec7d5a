#include "check.h"

#include "base/buf.h"
#include "tui/paint.h"

/* An xterm as term.c reads it from terminfo. */
static const struct caps xterm = {
	.clear = "\033[H\033[2J", .clear_eol = "\033[K", .reverse = "\033[7m", .bold = "\033[1m",
	.plain = "\033(B\033[m", .ansi_cup = true, .ansi_cuf = true, .ansi_ech = true,
	.down_is_newline = true,
};
static struct caps scrolling;		/* the same, and it moves rows itself */

struct stage {
	struct charset *charset;
	struct painter *painter;
	struct screen *screen;
	struct buf out;
};

static void
open_stage(struct stage *st, const char *encoding, const struct caps *caps)
{
	*st = (struct stage){ .charset = charset_new(encoding) };
	assert_non_null(st->charset);
	st->painter = painter_new(caps, st->charset);
	st->screen = screen_new(24, 79, charset_ambiguous(st->charset));
}

static void
close_stage(struct stage *st)
{
	painter_free(st->painter);
	charset_free(st->charset);
	screen_free(st->screen);
	buf_free(&st->out);
}

static const char *
paint(struct stage *st)
{
	buf_reset(&st->out);
	painter_paint(st->painter, st->screen, &st->out);
	return buf_str(&st->out);
}

static void
nothing_changed_nothing_written(void **state)
{
	struct stage st;

	(void)state;
	open_stage(&st, "UTF-8", &xterm);
	screen_put(st.screen, 3, 5, 40, ATTR_BOLD, "家庭成员");
	screen_cursor(st.screen, 3, 5);
	assert_true(strstr(paint(&st), "家庭成员") != NULL);
	assert_string_equal(paint(&st), "");
	painter_forget(st.painter);
	assert_true(strstr(paint(&st), "\033[H\033[2J") != NULL);
	close_stage(&st);
}

/* The budget of design section 10: a typed character costs its own bytes. */
static void
typing_costs_the_character(void **state)
{
	struct stage st;

	(void)state;
	open_stage(&st, "UTF-8", &xterm);
	screen_fill(st.screen, 5, 20, 30, ATTR_PLAIN, '_');
	screen_cursor(st.screen, 5, 20);
	paint(&st);
	screen_put(st.screen, 5, 20, 30, ATTR_PLAIN, "a");
	screen_cursor(st.screen, 5, 21);
	assert_string_equal(paint(&st), "a");
	screen_put(st.screen, 5, 21, 30, ATTR_PLAIN, "马");
	screen_cursor(st.screen, 5, 23);
	assert_string_equal(paint(&st), "马");
	/* Backspace: back two, the line again, back two. */
	screen_fill(st.screen, 5, 21, 2, ATTR_PLAIN, '_');
	screen_cursor(st.screen, 5, 21);
	assert_string_equal(paint(&st), "\b\b__\b\b");
	close_stage(&st);
}

static void
typing_in_gbk(void **state)
{
	struct stage st;

	(void)state;
	open_stage(&st, "GBK", &xterm);
	screen_fill(st.screen, 5, 20, 30, ATTR_PLAIN, '_');
	screen_cursor(st.screen, 5, 20);
	paint(&st);
	screen_put(st.screen, 5, 20, 30, ATTR_PLAIN, "马");
	screen_cursor(st.screen, 5, 22);
	assert_string_equal(paint(&st), "\xc2\xed");
	/* A character that GBK lacks shows as its substitute, as wide. */
	screen_put(st.screen, 5, 22, 30, ATTR_PLAIN, "𠮷");
	screen_cursor(st.screen, 5, 24);
	assert_string_equal(paint(&st), "\xa1\xfe");
	/* Ambiguous ones are two columns there. */
	assert_int_equal(screen_put(st.screen, 7, 0, 30, ATTR_PLAIN, "①"), 2);
	close_stage(&st);
}

static void
blanks_are_erased(void **state)
{
	struct stage st;

	(void)state;
	open_stage(&st, "UTF-8", &xterm);
	screen_fill(st.screen, 2, 10, 30, ATTR_PLAIN, '_');
	screen_put(st.screen, 2, 60, 10, ATTR_PLAIN, "1985-03-12");
	screen_cursor(st.screen, 2, 10);
	paint(&st);
	screen_fill(st.screen, 2, 10, 30, ATTR_PLAIN, ' ');
	assert_string_equal(paint(&st), "\033[30X");
	screen_fill(st.screen, 2, 60, 10, ATTR_PLAIN, ' ');
	screen_cursor(st.screen, 2, 60);
	assert_string_equal(paint(&st), "\033[50C\033[K");
	close_stage(&st);
}

static void
attributes_end(void **state)
{
	struct stage st;

	(void)state;
	open_stage(&st, "UTF-8", &xterm);
	paint(&st);
	screen_put(st.screen, 22, 1, 40, ATTR_REVERSE, "no");
	screen_cursor(st.screen, 22, 3);
	assert_string_equal(paint(&st), "\033[23;2H\033[7mno\033(B\033[m");
	close_stage(&st);
}

static void
move_plainly(struct buf *out, int row, int col)
{
	buf_addf(out, "<%d,%d>", row, col);
}

/* No erasing, no attributes, another way to move: still right. */
static void
poor_terminal(void **state)
{
	static const struct caps poor = { .clear = "<clear>", .move = move_plainly };
	struct stage st;

	(void)state;
	open_stage(&st, "UTF-8", &poor);
	screen_put(st.screen, 1, 2, 20, ATTR_REVERSE, "abcdef");
	screen_cursor(st.screen, 1, 8);
	assert_string_equal(paint(&st), "<clear><1,2>abcdef");
	screen_fill(st.screen, 1, 4, 4, ATTR_PLAIN, ' ');
	screen_cursor(st.screen, 1, 4);
	assert_string_equal(paint(&st), "\b\b\b\b    \b\b\b\b");
	close_stage(&st);
}

/* Whatever is drawn over what, the terminal ends up showing the grid: a terminal
 * of our own reads the bytes back. */
struct shown {
	char row[24][80];
	int at_row, at_col;
	int top, bottom;		/* the region that scrolls */
};

/* From the row stood on, at an end of the region, lines move one up or down. */
static void
scroll(struct shown *t, bool up)
{
	int from = up ? t->top + 1 : t->top, to = up ? t->top : t->top + 1;

	memmove(t->row[to], t->row[from], (size_t)(t->bottom - t->top) * sizeof t->row[0]);
	memset(t->row[up ? t->bottom : t->top], ' ', sizeof t->row[0]);
}

static void
play(struct shown *t, const char *p)
{
	while (*p != '\0') {
		int a, b, n = 0;

		if (sscanf(p, "\033[%d;%dr%n", &a, &b, &n) == 2 && n > 0) {
			t->top = a - 1;
			t->bottom = b - 1;
			t->at_row = t->at_col = 0;
		} else if (strncmp(p, "\033[r", 3) == 0) {
			t->top = t->at_row = t->at_col = 0;
			t->bottom = 23;
			n = 3;
		} else if (strncmp(p, "\033M", 2) == 0) {
			if (t->at_row == t->top)
				scroll(t, false);
			else
				t->at_row--;
			n = 2;
		} else if (sscanf(p, "\033[%d;%dH%n", &a, &b, &n) == 2 && n > 0) {
			t->at_row = a - 1;
			t->at_col = b - 1;
		} else if ((n = 0, sscanf(p, "\033[%dH%n", &a, &n) == 1) && n > 0) {
			t->at_row = a - 1;
			t->at_col = 0;
		} else if ((n = 0, sscanf(p, "\033[%dC%n", &a, &n) == 1) && n > 0) {
			t->at_col += a;
		} else if ((n = 0, sscanf(p, "\033[%dX%n", &a, &n) == 1) && n > 0) {
			memset(&t->row[t->at_row][t->at_col], ' ', (size_t)a);
		} else if (strncmp(p, "\033[H\033[2J", 7) == 0) {
			memset(t->row, ' ', sizeof t->row);
			t->at_row = t->at_col = 0;
			n = 7;
		} else if (strncmp(p, "\033[H", 3) == 0) {
			t->at_row = t->at_col = 0;
			n = 3;
		} else if (strncmp(p, "\033[C", 3) == 0) {
			t->at_col++;
			n = 3;
		} else if (strncmp(p, "\033[K", 3) == 0) {
			memset(&t->row[t->at_row][t->at_col], ' ', (size_t)(80 - t->at_col));
			n = 3;
		} else if (strncmp(p, "\033(B\033[m", 6) == 0) {
			n = 6;
		} else if (strncmp(p, "\033[7m", 4) == 0) {
			n = 4;
		} else if (*p == '\r' || *p == '\n' || *p == '\b') {
			t->at_col = *p == '\r' ? 0 : *p == '\b' ? t->at_col - 1 : t->at_col;
			if (*p == '\n' && t->at_row == t->bottom)
				scroll(t, true);
			else
				t->at_row += *p == '\n';
			n = 1;
		} else {
			assert_true(*p >= ' ' && t->at_col < 80);
			t->row[t->at_row][t->at_col++] = *p;
			n = 1;
		}
		p += n;
	}
}

/* Some rows move, as a list does that scrolls. */
static void
move_rows(struct screen *s, unsigned seed)
{
	int top = (int)(seed >> 16) % 10, n = 4 + (int)(seed >> 20) % 8, by = 1 + (int)(seed >> 24) % 3;
	bool up = (seed >> 27) % 2 == 0;

	memmove(screen_at(s, up ? top : top + by, 0), screen_at(s, up ? top + by : top, 0),
	    (size_t)n * (size_t)s->cols * sizeof(struct glyph));
}

static void
any_two_screens(void **state)
{
	struct stage st;
	struct shown t = { .bottom = 23 };
	unsigned seed = 7;
	size_t moved = 0;

	(void)state;
	scrolling = xterm;
	scrolling.ansi_scroll = true;
	open_stage(&st, "UTF-8", &scrolling);
	for (int round = 0; round < 800; round++) {
		if (round % 2 == 1)
			move_rows(st.screen, seed);
		for (int i = 0; i < 6; i++) {
			int row, col, len;

			seed = seed * 1103515245 + 12345;
			row = (int)(seed >> 16) % 24;
			col = (int)(seed >> 8) % 79;
			len = (int)(seed >> 20) % 30;
			screen_fill(st.screen, row, col, len,
			    seed >> 28 == 3 ? ATTR_REVERSE : ATTR_PLAIN,
			    (seed >> 12) % 3 == 0 ? ' ' : (char)('a' + (seed >> 12) % 26));
		}
		screen_cursor(st.screen, (int)(seed >> 9) % 24, (int)(seed >> 11) % 79);
		play(&t, paint(&st));
		moved += round > 0 && strstr(buf_str(&st.out), "\033[r") != NULL;
		for (int row = 0; row < 24; row++)
			for (int col = 0; col < 79; col++)
				if ((char)screen_at(st.screen, row, col)->cp != t.row[row][col])
					fail_msg("round %d: row %d col %d", round, row, col);
		assert_int_equal(t.at_row, st.screen->cursor_row);
		assert_int_equal(t.at_col, st.screen->cursor_col);
	}
	assert_true(moved > 100);
	close_stage(&st);
}

/* Names that begin at one, from row `top` on. */
static void
names(struct stage *st, int top, int n, int one)
{
	static const char *const name[] = { "马秀兰", "吴国平", "马小明", "杨学义", "李翠萍", "田万福", "哈金花" };

	for (int i = 0; i < n; i++) {
		char text[64];

		snprintf(text, sizeof text, "%d-%d%02d  %s  %d", (one + i) * 7 % 13, one + i, (one + i) * 3 % 50,
		    name[(one + i) % 7], one + i);
		screen_field(st->screen, top + i, 2, 70, ATTR_PLAIN, text);
	}
	screen_put(st->screen, top, 0, 1, ATTR_PLAIN, ">");
	screen_cursor(st->screen, 2, 9);
}

static void
rows_that_move_are_moved(void **state)
{
	struct stage st;

	(void)state;
	scrolling = xterm;
	scrolling.ansi_scroll = true;
	open_stage(&st, "UTF-8", &scrolling);
	screen_fill(st.screen, 21, 0, 79, ATTR_PLAIN, '-');
	names(&st, 4, 17, 1);
	paint(&st);
	/* The first is done: all move up, but for the mark before it. */
	names(&st, 4, 17, 2);
	assert_int_equal(strncmp(paint(&st), "\033[5;21r\033[21H\n\033[r", 16), 0);
	assert_true(st.out.len < 100);
	names(&st, 4, 17, 1);
	assert_int_equal(strncmp(paint(&st), "\033[5;21r\033[5H\033M\033[r", 16), 0);
	assert_true(st.out.len < 100);
	names(&st, 4, 17, 5);
	assert_true(strstr(paint(&st), "\n\n\n\n\033[r") != NULL);
	/* Elsewhere altogether: written. */
	names(&st, 4, 17, 500);
	assert_true(strstr(paint(&st), "\033[r") == NULL);
	/* And where the terminal cannot. */
	scrolling.ansi_scroll = false;
	names(&st, 4, 17, 501);
	assert_true(strstr(paint(&st), "\033[r") == NULL);
	close_stage(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_changed_nothing_written),
		cmocka_unit_test(typing_costs_the_character),
		cmocka_unit_test(typing_in_gbk),
		cmocka_unit_test(blanks_are_erased),
		cmocka_unit_test(attributes_end),
		cmocka_unit_test(rows_that_move_are_moved),
		cmocka_unit_test(poor_terminal),
		cmocka_unit_test(any_two_screens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
