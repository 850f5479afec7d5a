/* entry_grid.c: the rows of a repeat as a table: as many columns as fit, those
 * whose appearance has the word "grid" or, where none has, the first that hold
 * anything. A page with several tables lines up the last of them. */
#include "base/utf8.h"
#include "form/form.h"
#include "tui/entry.h"

#define COLUMN_MOST 18
#define GAP 2

static void
pad(struct buf *out, const char *text, int width, enum ambiguous ambiguous)
{
	int got;
	size_t len = utf8_fit(text, width, ambiguous, &got);

	if (text[len] != '\0')
		len = utf8_fit(text, width - 1, ambiguous, &got);
	buf_add(out, text, len);
	if (text[len] != '\0') {
		buf_add_char(out, '>');
		got++;
	}
	for (; got < width + GAP; got++)
		buf_add_char(out, ' ');
}

/* The end of a paper's number is for the question itself, not for a table. */
static void
cell_text(struct entry *e, node_id node, const struct question *q, struct buf *out)
{
	session_display(e->session, node, out);
	if (question_appearance(q, "idcard") && out->len > 4) {
		buf_cut(out, out->len - 4);
		buf_add_str(out, "****");
	}
}

static bool
any_marked(const struct question *repeat)
{
	for (const struct question *q = form_next(repeat, repeat); q != NULL; q = form_next(q, repeat))
		if (question_appearance(q, "grid"))
			return true;
	return false;
}

/* The width that the column needs; 0: no row has anything in it. */
static int
column_width(struct entry *e, node_id parent, const struct question *repeat,
    const struct question *q)
{
	size_t rows = answers_rows(e->answers, parent, repeat);
	enum ambiguous ambiguous = e->view.ui->ambiguous;
	int width = 0, head;

	for (size_t i = 1; i <= rows && width < COLUMN_MOST; i++) {
		node_id node = answers_seen(e->answers, answers_row(e->answers, parent, repeat, i), q);
		struct buf text = { 0 };
		int w;

		if (node == NODE_NONE || !answers_relevant(e->answers, node))
			continue;
		cell_text(e, node, q, &text);
		w = utf8_width(buf_str(&text), ambiguous);
		width = w > width ? w : width;
		buf_free(&text);
	}
	if (width == 0)
		return 0;
	head = utf8_width(text_in(e->form, &q->label, session_lang(e->session)), ambiguous);
	width = head > width ? head : width;
	return width > COLUMN_MOST ? COLUMN_MOST : width;
}

void
entry_grid(struct entry *e, node_id parent, const struct question *repeat, int cols)
{
	struct grid *g = &e->grid;
	bool marked = any_marked(repeat);
	int used = 3;

	*g = (struct grid){ .repeat = repeat };
	for (const struct question *q = form_next(repeat, repeat); q != NULL && g->n < GRID_COLUMNS;
	     q = form_next(q, repeat)) {
		int w;

		if (q->repeat != repeat || (marked ? !question_appearance(q, "grid")
		                                   : !type_info(q->type)->asked))
			continue;
		w = column_width(e, parent, repeat, q);
		if (w == 0 || used + w > cols)
			continue;
		used += w + GAP;
		g->q[g->n] = q;
		g->width[g->n++] = w;
	}
}

void
entry_grid_head(struct entry *e, struct buf *out)
{
	const struct grid *g = &e->grid;

	buf_add_str(out, "   ");
	for (size_t i = 0; i < g->n; i++)
		pad(out, text_in(e->form, &g->q[i]->label, session_lang(e->session)), g->width[i],
		    e->view.ui->ambiguous);
}

void
entry_row_text(struct entry *e, node_id row, struct buf *out)
{
	const struct grid *g = &e->grid;

	buf_addf(out, "%-3zu", answers_position(e->answers, row));
	for (size_t i = 0; i < g->n && g->repeat == answers_question(e->answers, row); i++) {
		node_id node = answers_seen(e->answers, row, g->q[i]);
		struct buf text = { 0 };

		if (node != NODE_NONE && answers_relevant(e->answers, node))
			cell_text(e, node, g->q[i], &text);
		pad(out, buf_str(&text), g->width[i], e->view.ui->ambiguous);
		buf_free(&text);
	}
}
