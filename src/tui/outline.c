#include "tui/outline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "form/form.h"
#include "record/session.h"

struct section {
	const struct question *first, *end;	/* children of the root; end is not in it */
};

struct outline {
	struct session *session;
	const struct answers *answers;
	const struct form *form;
	struct section *sections;
	size_t sections_n, sections_cap;
	int *numbers;			/* by question index */
};

static bool
stands_alone(const struct question *q)
{
	return q->type == Q_GROUP || q->type == Q_REPEAT;
}

/* Has it a place on a page at all? */
static bool
has_screen(const struct question *q)
{
	const struct type_info *t = type_info(q->type);

	return stands_alone(q) || t->asked || q->type == Q_NOTE ||
	    (q->label.in != NULL && (q->type == Q_CALCULATE || !t->terminal));
}

static bool
any_screen(const struct question *top)
{
	for (const struct question *q = top; q != NULL; q = form_next(q, top))
		if (!stands_alone(q) && has_screen(q))
			return true;
	return false;
}

static void
find_sections(struct outline *o)
{
	const struct question *q = o->form->questions[0]->first;

	while (q != NULL) {
		struct section s = { q, q->next };
		bool shows = any_screen(q);

		if (!stands_alone(q))
			for (; s.end != NULL && !stands_alone(s.end); s.end = s.end->next)
				shows |= has_screen(s.end);
		if (shows) {
			o->sections = xgrow(o->sections, &o->sections_cap, o->sections_n + 1,
			    sizeof *o->sections);
			o->sections[o->sections_n++] = s;
		}
		q = s.end;
	}
}

struct outline *
outline_new(struct session *session)
{
	struct outline *o = xcalloc(1, sizeof *o);
	int number = 0;

	o->session = session;
	o->answers = session_answers(session);
	o->form = answers_form(o->answers);
	o->numbers = xcalloc(o->form->questions_n, sizeof *o->numbers);
	for (size_t i = 0; i < o->form->questions_n; i++)
		if (type_info(o->form->questions[i]->type)->asked)
			o->numbers[i] = ++number;
	find_sections(o);
	return o;
}

void
outline_free(struct outline *o)
{
	if (o == NULL)
		return;
	free(o->sections);
	free(o->numbers);
	free(o);
}

size_t
outline_sections(const struct outline *o)
{
	return o->sections_n;
}

const struct question *
outline_section(const struct outline *o, size_t section)
{
	const struct question *q = o->sections[section].first;

	return stands_alone(q) ? q : o->form->questions[0];
}

int
outline_form_number(const struct form *form, const struct question *q)
{
	int number = 0;

	for (size_t i = 0; i <= q->index; i++)
		number += type_info(form->questions[i]->type)->asked;
	return type_info(q->type)->asked ? number : 0;
}

int
outline_number(const struct outline *o, const struct question *q)
{
	return o->numbers[q->index];
}

const struct question *
outline_numbered(const struct outline *o, int n)
{
	for (size_t i = 0; n > 0 && i < o->form->questions_n; i++)
		if (o->numbers[i] == n)
			return o->form->questions[i];
	return NULL;
}

/* ---- pages ------------------------------------------------------------------- */

static void
push(struct page *p, enum item_kind kind, node_id node, const struct question *q, int number)
{
	p->v = xgrow(p->v, &p->cap, p->n + 1, sizeof *p->v);
	p->v[p->n++] = (struct item){ kind, node, q, number };
}

static void add_children(const struct outline *, struct page *, node_id parent,
    const struct question *from, const struct question *end);

static void
add_question(const struct outline *o, struct page *p, node_id parent, const struct question *q)
{
	node_id node = answers_child(o->answers, parent, q);

	if (q->type == Q_REPEAT) {
		size_t rows = answers_rows(o->answers, parent, q);

		if (rows > 0)
			push(p, ITEM_HEADING, parent, q, 0);
		for (size_t i = 1; i <= rows; i++)
			push(p, ITEM_ROW, answers_row(o->answers, parent, q, i), q, 0);
		if (session_can_add(o->session, parent, q))
			push(p, ITEM_ADD, parent, q, 0);
	} else if (node == NODE_NONE || !has_screen(q)) {
		return;
	} else if (q->type == Q_NOTE && !answers_relevant(o->answers, node)) {
		return;			/* a note has no place of its own on the paper */
	} else if (q->type == Q_GROUP) {
		/* A section's own group is named at the top of the page. */
		if (q->label.in != NULL && q->depth > 1 && any_screen(q))
			push(p, ITEM_HEADING, node, q, 0);
		add_children(o, p, node, q->first, NULL);
	} else {
		push(p, type_info(q->type)->asked ? ITEM_FIELD : ITEM_SHOWN, node, q,
		    o->numbers[q->index]);
	}
}

static void
add_children(const struct outline *o, struct page *p, node_id parent, const struct question *from,
    const struct question *end)
{
	for (const struct question *q = from; q != end; q = q->next)
		add_question(o, p, parent, q);
}

void
outline_page(const struct outline *o, size_t section, node_id row, struct page *p)
{
	p->section = section;
	p->row = row;
	p->n = 0;
	if (row != NODE_NONE)
		add_children(o, p, row, answers_question(o->answers, row)->first, NULL);
	else if (section < o->sections_n)
		add_children(o, p, ANSWERS_ROOT, o->sections[section].first, o->sections[section].end);
}

void
page_free(struct page *p)
{
	free(p->v);
	*p = (struct page){ 0 };
}

size_t
page_find(const struct page *p, const struct item *item)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].kind == item->kind && p->v[i].node == item->node && p->v[i].q == item->q)
			return i;
	return p->n;
}

static bool
is_stop(const struct outline *o, const struct item *item)
{
	struct cell c;

	if (item->kind == ITEM_ADD)
		return true;
	if (item->kind != ITEM_FIELD)
		return false;
	session_cell(o->session, item->node, &c);
	return c.asked;
}

bool
outline_section_relevant(const struct outline *o, size_t section)
{
	struct page p = { 0 };
	bool found = false;

	outline_page(o, section, NODE_NONE, &p);
	for (size_t i = 0; !found && i < p.n; i++)
		found = p.v[i].kind == ITEM_ADD || answers_relevant(o->answers, p.v[i].node);
	page_free(&p);
	return found;
}

static size_t
section_of(const struct outline *o, const struct question *q)
{
	while (q->parent != NULL && q->parent->parent != NULL)
		q = q->parent;
	for (size_t i = 0; i < o->sections_n; i++)
		for (const struct question *at = o->sections[i].first; at != o->sections[i].end;
		     at = at->next)
			if (at == q)
				return i;
	return o->sections_n;
}

bool
outline_place(const struct outline *o, node_id node, struct place *out)
{
	const struct question *q;
	node_id row;

	if (node == NODE_NONE || !answers_alive(o->answers, node))
		return false;
	q = answers_question(o->answers, node);
	row = answers_row_of(o->answers, q->type == Q_REPEAT ? answers_parent(o->answers, node) : node);
	*out = (struct place){ .section = section_of(o, q), .row = row };
	out->item = (struct item){ q->type == Q_REPEAT ? ITEM_ROW :
		type_info(q->type)->asked ? ITEM_FIELD : ITEM_SHOWN, node, q, o->numbers[q->index] };
	return out->section < o->sections_n && !(q->type == Q_GROUP) && has_screen(q);
}

/* ---- the way ----------------------------------------------------------------- */

static struct place
at_item(const struct page *p, size_t i)
{
	return (struct place){ p->section, p->row, p->v[i] };
}

/* From item i of the page on (dir 1) or back (-1); what lies round the page is
 * the caller's. The item i itself counts. */
static bool
scan(const struct outline *o, const struct page *p, size_t i, int dir, bool list, struct place *out)
{
	for (; i < p->n; i += (size_t)dir) {
		const struct item *item = &p->v[i];

		if (item->kind == ITEM_ROW && !list) {
			bool found = dir > 0 ? outline_first(o, p->section, item->node, out)
			                     : outline_last(o, p->section, item->node, out);

			if (found)
				return true;
		} else if (item->kind == ITEM_ROW || is_stop(o, item)) {
			*out = at_item(p, i);
			return true;
		}
	}
	return false;
}

bool
outline_first(const struct outline *o, size_t section, node_id row, struct place *out)
{
	struct page p = { 0 };
	bool found;

	outline_page(o, section, row, &p);
	found = scan(o, &p, 0, 1, false, out);
	page_free(&p);
	return found;
}

bool
outline_last(const struct outline *o, size_t section, node_id row, struct place *out)
{
	struct page p = { 0 };
	bool found;

	outline_page(o, section, row, &p);
	found = p.n > 0 && scan(o, &p, p.n - 1, -1, false, out);
	page_free(&p);
	return found;
}

static bool
step(const struct outline *o, const struct place *from, int dir, bool list, struct place *out)
{
	struct place at = *from;

	for (;;) {
		struct page p = { 0 };
		size_t i;
		bool found;

		outline_page(o, at.section, at.row, &p);
		i = page_find(&p, &at.item);
		/* A row's page ended: the page round it goes on after the row. */
		if (i == p.n && at.item.kind == ITEM_ADD)
			i = p.n - (dir > 0 ? 1 : 0);
		/* Rows are listed one by one only from a row or the stop after them. */
		found = i + (size_t)dir < p.n &&
		    scan(o, &p, i + (size_t)dir, dir,
			list && (at.item.kind == ITEM_ROW || at.item.kind == ITEM_ADD), out);
		page_free(&p);
		if (found)
			return true;
		if (at.row != NODE_NONE) {
			if (!outline_place(o, at.row, &at))
				return false;
			list = false;
			continue;
		}
		break;
	}
	for (size_t s = at.section + (size_t)dir; s < o->sections_n; s += (size_t)dir)
		if (dir > 0 ? outline_first(o, s, NODE_NONE, out) : outline_last(o, s, NODE_NONE, out))
			return true;
	return false;
}

bool
outline_next(const struct outline *o, const struct place *from, bool list, struct place *out)
{
	return step(o, from, 1, list, out);
}

bool
outline_prev(const struct outline *o, const struct place *from, bool list, struct place *out)
{
	return step(o, from, -1, list, out);
}

bool
outline_turn(const struct outline *o, const struct place *from, int dir, struct place *out)
{
	struct place at = *from;

	while (at.row != NODE_NONE) {
		node_id row = at.row, parent = answers_parent(o->answers, row);
		const struct question *q = answers_question(o->answers, row);
		size_t want = answers_position(o->answers, row) + (size_t)dir;

		if (want >= 1 && want <= answers_rows(o->answers, parent, q) &&
		    outline_first(o, at.section, answers_row(o->answers, parent, q, want), out))
			return true;
		if (!outline_place(o, row, &at))
			return false;
	}
	for (size_t s = at.section + (size_t)dir; s < o->sections_n; s += (size_t)dir) {
		struct page p = { 0 };
		bool found = outline_section_relevant(o, s);

		if (!found)
			continue;
		if (outline_first(o, s, NODE_NONE, out))
			return true;
		/* A section of calculations only: shown, standing on its first line. */
		outline_page(o, s, NODE_NONE, &p);
		found = p.n > 0;
		if (found)
			*out = at_item(&p, 0);
		page_free(&p);
		if (found)
			return true;
	}
	return false;
}

bool
outline_add_stop(const struct outline *o, const struct place *from, struct place *out)
{
	struct place at = *from;
	struct page p = { 0 };
	bool found = false;

	/* In a row: the list that the row is in. */
	if (at.item.kind != ITEM_ROW && at.item.kind != ITEM_ADD && at.row != NODE_NONE &&
	    !outline_place(o, at.row, &at))
		return false;
	outline_page(o, at.section, at.row, &p);
	for (size_t i = 0; !found && i < p.n; i++) {
		bool mine = at.item.kind != ITEM_ROW || at.item.q == p.v[i].q;

		found = p.v[i].kind == ITEM_ADD && mine;
		if (found)
			*out = at_item(&p, i);
	}
	page_free(&p);
	return found;
}

/* The last row of the page's last table, else where its first row is added. */
static bool
table_of_page(const struct outline *o, size_t section, node_id row, struct place *out)
{
	struct page p = { 0 };
	bool found = false;

	outline_page(o, section, row, &p);
	for (size_t i = p.n; !found && i-- > 0;) {
		found = p.v[i].kind == ITEM_ROW || p.v[i].kind == ITEM_ADD;
		if (found && p.v[i].kind == ITEM_ADD && i > 0 && p.v[i - 1].kind == ITEM_ROW)
			i--;
		if (found)
			*out = at_item(&p, i);
	}
	page_free(&p);
	return found;
}

bool
outline_table(const struct outline *o, const struct place *from, struct place *out)
{
	if (from->row != NODE_NONE) {
		if (table_of_page(o, from->section, from->row, out))
			return true;		/* a table in the row */
		return outline_place(o, from->row, out);
	}
	for (size_t i = 0; i < o->sections_n; i++)
		if (table_of_page(o, (from->section + i) % o->sections_n, NODE_NONE, out))
			return true;
	return false;
}
