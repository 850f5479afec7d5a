/* entry_cells_draw.c: the grid on the screen: names of the columns, the rows, sums
 * below. Whole columns scroll; '<' and '>' beside the names say that there are more. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/edit.h"
#include "base/num.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form.h"
#include "tui/entry.h"
#include "tui/views.h"

#define FIRST_COL 6		/* '>', three digits of the row's number, mark, '[' */
#define GAP 2			/* the next column's mark and '[' */
#define COLUMN_MOST 18
#define COLUMN_NARROW 8		/* the most on a screen of 40 columns, but for dates */
#define HEAD_MOST 10		/* a name makes its column no wider than this */
#define CHOICES_MOST 56		/* bytes of choices in the hint: a slow line waits for them */

/* ---- widths ------------------------------------------------------------------------- */

static const char *
head(const struct entry *e, const struct question *q)
{
	const char *text = text_in(e->form, &q->label, session_lang(e->session));

	return text[0] != '\0' ? text : q->name;
}

/* What an answer is shown as while it is not being typed. */
static void
cell_text(struct entry *e, node_id node, const struct cell *c, struct buf *out)
{
	if (c->missing != MISSING_NONE) {
		buf_add_str(out, view_missing_text(c->missing));
		return;
	}
	session_display(e->session, node, out);
	if (question_appearance(c->q, "idcard") && out->len > 4) {
		buf_cut(out, out->len - 4);
		buf_add_str(out, "****");
	}
}

static int
most(int a, int b)
{
	return a > b ? a : b;
}

/* Columns an answer of the question takes, whatever it is. */
static int
usual_width(struct entry *e, const struct question *q)
{
	enum kind kind = type_info(q->type)->kind;
	int width = field_width(q);

	if (kind == KIND_INTEGER || !type_info(q->type)->asked)
		return 6;		/* a result makes it wider, as a text does */
	if (kind == KIND_DECIMAL)
		return 9;
	if (kind == KIND_CODE && q->list != NULL) {
		width += 1;
		for (size_t i = 0; i < q->list->n; i++)
			width = most(width, utf8_width(text_in(e->form, &q->list->v[i].label,
							   session_lang(e->session)),
						e->view.ui->ambiguous));
		return width;
	}
	if (kind == KIND_CODE || kind == KIND_CODES)
		return 12;
	if (question_appearance(q, "idcard"))
		return 18;
	return width < 30 ? width : 10;
}

/* All its answers are as long: cut, none could be read. */
static bool
has_one_length(const struct question *q)
{
	enum kind kind = type_info(q->type)->kind;

	return kind == KIND_DATE || (kind == KIND_STRING && field_width(q) < 30);
}

/* Texts make their column wider; what has one form anyway does not. */
static int
longest_text(struct entry *e, node_id parent, const struct question *q)
{
	size_t n = answers_rows(e->answers, parent, e->cells.repeat);
	int width = 0;

	for (size_t i = 1; i <= n && width < COLUMN_MOST; i++) {
		node_id row = answers_row(e->answers, parent, e->cells.repeat, i);
		struct buf text = { 0 };
		struct cell c;

		session_cell(e->session, answers_seen(e->answers, row, q), &c);
		cell_text(e, c.node, &c, &text);
		width = most(width, utf8_width(buf_str(&text), e->view.ui->ambiguous));
		buf_free(&text);
	}
	return width;
}

/* What is left of the screen goes to names that are cut. */
static void
widen(struct entry *e, int cols, int limit)
{
	struct cells *g = &e->cells;
	int left = cols - 1 - FIRST_COL;

	for (size_t i = 0; i < g->n; i++)
		left -= g->v[i].width + GAP;
	for (size_t i = 0; i < g->n; i++) {
		int name = utf8_width(head(e, g->v[i].q), e->view.ui->ambiguous);
		int more = (name < limit ? name : limit) - g->v[i].width;

		if (more > 0 && more <= left) {
			g->v[i].width += more;
			left -= more;
		}
	}
}

static void
measure(struct entry *e, int cols)
{
	struct cells *g = &e->cells;
	node_id parent = answers_parent(e->answers, e->at.row);
	int limit = cols < LAYOUT_WIDE ? COLUMN_NARROW : COLUMN_MOST;

	for (size_t i = 0; i < g->n; i++) {
		const struct question *q = g->v[i].q;
		enum kind kind = type_info(q->type)->kind;
		int name = utf8_width(head(e, q), e->view.ui->ambiguous);
		int width = usual_width(e, q);

		if (kind == KIND_STRING || kind == KIND_NONE || q->list == NULL)
			width = most(width, longest_text(e, parent, q));
		width = most(width, name < HEAD_MOST ? name : HEAD_MOST);
		g->v[i].width = has_one_length(q) || width < limit ? width : limit;
	}
	widen(e, cols, limit);
	g->measured = true;
}

/* ---- which columns and rows are in sight ----------------------------------------------- */

/* Columns from `left` on beside the one that stays; up to `limit`. Returns whether
 * column `at` is among them; what no longer fits gets x 0. */
static bool
place_columns(struct cells *g, size_t left, size_t at, int limit)
{
	int x = FIRST_COL;

	for (size_t i = 0; i < g->n; i++)
		g->v[i].x = 0;
	g->v[g->fixed].x = x;
	x += g->v[g->fixed].width + GAP;
	for (size_t i = left; i < g->n; i++) {
		if (i == g->fixed)
			continue;
		if (x + g->v[i].width > limit)
			break;
		g->v[i].x = x;
		x += g->v[i].width + GAP;
	}
	return g->v[at].x > 0;
}

static void
scroll_columns(struct entry *e, size_t at, int limit)
{
	struct cells *g = &e->cells;

	if (at == g->fixed)		/* where a row begins, all of it begins */
		g->left = 0;
	else if (at < g->left)
		g->left = at;
	/* Back as far as all that follows still fits. */
	while (g->left > 0 && place_columns(g, g->left - 1, g->n - 1, limit))
		g->left--;
	while (!place_columns(g, g->left, at, limit) && g->left < at)
		g->left++;
	if (g->v[at].x == 0) { /* not even beside the one that stays: cut to fit */
		g->v[at].x = FIRST_COL + g->v[g->fixed].width + GAP;
		g->v[at].width = limit - g->v[at].x;
		g->measured = false;
	}
}

static bool
hidden_left(const struct cells *g)
{
	for (size_t i = 0; i < g->left; i++)
		if (i != g->fixed)
			return true;
	return false;
}

static bool
hidden_right(const struct cells *g)
{
	for (size_t i = g->left; i < g->n; i++)
		if (g->v[i].x == 0)
			return true;
	return false;
}

/* As layout_scroll: a page further, a row of what went before stays in sight. */
static size_t
scroll_rows(size_t first, size_t at, size_t n, size_t shown)
{
	if (n <= shown)
		return 0;
	if (at < first)
		first = at + 2 > shown ? at + 2 - shown : 0;
	else if (at >= first + shown)
		first = shown > 1 ? at - 1 : at;
	return first < n - shown ? first : n - shown;
}

/* ---- drawing ------------------------------------------------------------------------- */

static void
put_cut(struct screen *s, int row, int col, int width, unsigned attr, const char *text)
{
	screen_put(s, row, col, width, attr, text);
	if (screen_width(s, text) > width)
		screen_put(s, row, col + width - 1, 1, attr, ">");
}

static void
draw_head(struct entry *e, struct screen *s, int row)
{
	const struct cells *g = &e->cells;
	const struct column *stays = &g->v[g->fixed];

	for (size_t i = 0; i < g->n; i++)
		if (g->v[i].x > 0)
			put_cut(s, row, g->v[i].x, g->v[i].width, ATTR_BOLD, head(e, g->v[i].q));
	if (hidden_left(g))
		screen_put(s, row, stays->x + stays->width + 1, 1, ATTR_PLAIN, "<");
	if (hidden_right(g))
		screen_put(s, row, s->cols - 1, 1, ATTR_PLAIN, ">");
}

/* A text that outgrows its column opens the cell over those beside it. */
static void
draw_open_cell(struct entry *e, struct screen *s, int row, const struct column *col)
{
	int width = field_width(col->q), room = e->field.coded ? col->width - 1 : col->width;
	int typed = screen_width(s, edit_text(e->field.edit));

	if (!e->field.coded && typed >= room && s->cols - 1 - col->x > room)
		room = s->cols - 1 - col->x;
	entry_draw_field(e, s, row, col->x, width < room ? width : room);
}

static void
draw_cell(struct entry *e, struct screen *s, int row, const struct column *col, node_id node)
{
	bool here = e->field.node == node && e->at.item.node == node;
	struct buf text = { 0 };
	struct cell c;

	session_cell(e->session, node, &c);
	if (!c.relevant) {
		screen_put(s, row, col->x, col->width, ATTR_PLAIN, "-");
		return;
	}
	screen_put(s, row, col->x - (here && e->field.coded ? 2 : 1), 1, ATTR_PLAIN,
	    entry_mark(e, &c));
	if (here && (c.missing == MISSING_NONE || e->field.dirty)) {
		draw_open_cell(e, s, row, col);
		return;
	}
	cell_text(e, node, &c, &text);
	if (text.len == 0 && c.asked)
		buf_add_char(&text, '_');
	put_cut(s, row, col->x, col->width, ATTR_PLAIN, buf_str(&text));
	if (e->at.item.node == node)
		screen_cursor(s, row, col->x);
	buf_free(&text);
}

static void
draw_row(struct entry *e, struct screen *s, int line, node_id row)
{
	const struct cells *g = &e->cells;
	const struct column *open = NULL;
	char number[24];
	struct cell c;

	snprintf(number, sizeof number, "%3zu", answers_position(e->answers, row));
	screen_put(s, line, 1, 3, ATTR_PLAIN, number);
	session_cell(e->session, row, &c);
	if (c.problem != PROBLEM_NONE)
		screen_put(s, line, 4, 1, ATTR_PLAIN, "!");
	if (row == e->at.row)
		screen_put(s, line, 0, 1, ATTR_PLAIN, ">");
	for (size_t i = 0; i < g->n; i++) {
		node_id node = answers_seen(e->answers, row, g->v[i].q);

		if (g->v[i].x == 0)
			continue;
		if (node == e->at.item.node)
			open = &g->v[i];
		else
			draw_cell(e, s, line, &g->v[i], node);
	}
	if (open != NULL)		/* last: it may lie over others */
		draw_cell(e, s, line, open, e->at.item.node);
}

static bool
any_total(const struct cells *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (question_appearance(g->v[i].q, "total"))
			return true;
	return false;
}

static void
draw_totals(struct entry *e, struct screen *s, int line)
{
	const struct cells *g = &e->cells;
	node_id parent = answers_parent(e->answers, e->at.row);
	size_t n = answers_rows(e->answers, parent, g->repeat);

	screen_put(s, line, 1, FIRST_COL - 1, ATTR_BOLD, _("Sum"));
	for (size_t i = 0; i < g->n; i++) {
		char text[NUM_TEXT];
		double sum = 0;

		if (g->v[i].x == 0 || !question_appearance(g->v[i].q, "total"))
			continue;
		for (size_t r = 1; r <= n; r++) {
			struct cell c;
			double x;

			session_cell(e->session,
			    answers_seen(e->answers, answers_row(e->answers, parent, g->repeat, r),
				g->v[i].q),
			    &c);
			x = c.relevant ? num_parse(c.value) : NAN;
			sum += isnan(x) ? 0 : x;
		}
		num_format(num_significant(sum, 15), text);
		put_cut(s, line, g->v[i].x, g->v[i].width, ATTR_BOLD, text);
	}
}

void
entry_cells_draw(struct entry *e, struct screen *s, int top, int rows)
{
	struct cells *g = &e->cells;
	node_id parent = answers_parent(e->answers, e->at.row);
	size_t n = answers_rows(e->answers, parent, g->repeat);
	bool totals = any_total(g) && rows > 3;
	int room = rows - 1 - totals;
	size_t first, line = 0;

	if (!g->measured)
		measure(e, s->cols);
	scroll_columns(e, entry_cells_column(e, e->at.item.q), s->cols - 1);
	first = scroll_rows(
	    g->first, answers_position(e->answers, e->at.row) - 1, n, room > 0 ? (size_t)room : 1);
	if (!e->pick.open) {
		g->first = first;
		g->shown = room > 0 ? (size_t)room : 1;
	}
	draw_head(e, s, top);
	for (; (int)line < room && first + line < n; line++)
		draw_row(e, s, top + 1 + (int)line,
		    answers_row(e->answers, parent, g->repeat, first + line + 1));
	if (totals)
		draw_totals(e, s, top + 1 + (int)line);
}

void
entry_cells_draw_row(struct entry *e, struct screen *s, int top)
{
	size_t at = answers_position(e->answers, e->at.row) - 1;
	int line = top + 1 + (int)(at - e->cells.first);

	screen_fill(s, line, 0, s->cols, ATTR_PLAIN, ' ');
	draw_row(e, s, line, e->at.row);
}

/* ---- the message line ------------------------------------------------------------------ */

/* There is no room for choices beside the answer. */
static void
add_choices(const struct choices *list, struct buf *out)
{
	size_t start = out->len;

	for (size_t i = 0; i < list->n; i++) {
		struct buf one = { 0 };

		buf_addf(&one, "%s%s%s", i > 0 ? " " : "", list->v[i].value, list->v[i].label);
		if (out->len - start + one.len > CHOICES_MOST) {
			buf_free(&one);
			buf_add_str(out, " * ..");
			return;
		}
		buf_add(out, buf_str(&one), one.len);
		buf_free(&one);
	}
}

void
entry_cells_hint(struct entry *e, const char *hint, struct buf *out)
{
	const struct column *col = &e->cells.v[entry_cells_column(e, e->at.item.q)];
	const char *name = head(e, col->q);

	if (utf8_width(name, e->view.ui->ambiguous) > col->width)
		buf_addf(out, "%s: ", name);
	if (hint[0] == '\0' && e->field.coded)
		add_choices(&e->field.choices, out);
	else
		buf_add_str(out, hint);
}
