/* outline.h: where one can stand in a record: its sections, the pages that show
 * them, and the way through. Knows the session, no screen.
 *
 * A section is a group directly below the form, a repeat there, or a run of
 * questions there. A page shows a section, or one row of a repeat. The way
 * forward goes through the questions that are asked now, row after row, and
 * stops after the last row where another may be added. */
#ifndef RUHU_TUI_OUTLINE_H
#define RUHU_TUI_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "logic/answers.h"

struct form;
struct outline;
struct question;
struct session;

enum item_kind {
	ITEM_HEADING,		/* a group's label; of a repeat: the names of its columns */
	ITEM_FIELD,		/* a question that people answer (asked now or not) */
	ITEM_SHOWN,		/* a calculation, a note: nothing to type */
	ITEM_ROW,		/* one row of a repeat, on the page round it */
	ITEM_ADD		/* "add a row", after the rows */
};

struct item {
	enum item_kind kind;
	node_id node;			/* ADD, a repeat's HEADING: the node it lies in */
	const struct question *q;	/* ADD, ROW, a repeat's HEADING: the repeat */
	int number;			/* of the question, from 1; 0: none */
};

struct page {
	size_t section;
	node_id row;			/* NODE_NONE: the section itself */
	struct item *v;
	size_t n, cap;
};

/* A place to stand; equal places are the same item. */
struct place {
	size_t section;
	node_id row;
	struct item item;
};

struct outline *outline_new(struct session *);		/* borrows it */
void outline_free(struct outline *);			/* NULL is fine */

size_t outline_sections(const struct outline *);
/* The question whose label names the section: the group or repeat, or the form. */
const struct question *outline_section(const struct outline *, size_t section);
/* Is anything of it relevant now? */
bool outline_section_relevant(const struct outline *, size_t section);
/* Its number wherever the form is shown; 0: none. */
int outline_form_number(const struct form *, const struct question *);
int outline_number(const struct outline *, const struct question *);	/* 0: none */
/* Questions numbered n; NULL: none. */
const struct question *outline_numbered(const struct outline *, int n);

/* Fills page with what section (or row) shows now. */
void outline_page(const struct outline *, size_t section, node_id row, struct page *);
void page_free(struct page *);
/* Index of the item, or page->n. */
size_t page_find(const struct page *, const struct item *);

/* The place of a node (a question, or a row as a ROW item). False: not in any page. */
bool outline_place(const struct outline *, node_id, struct place *);

/* The next or previous place to stand. list: rows are single stops (as on the
 * page that lists them), else the way leads through their questions. False: the
 * record ends here. */
bool outline_next(const struct outline *, const struct place *, bool list, struct place *);
bool outline_prev(const struct outline *, const struct place *, bool list, struct place *);
/* The first or last place of the record, a section or a row. */
bool outline_first(const struct outline *, size_t section, node_id row, struct place *);
bool outline_last(const struct outline *, size_t section, node_id row, struct place *);
/* The page after or before this one: the next row, the next section. */
bool outline_turn(const struct outline *, const struct place *, int dir, struct place *);
/* The table of this page, else the form's next one (round its end): its last row,
 * or where the first is added. */
bool outline_table(const struct outline *, const struct place *, struct place *);
/* Where a row can be added: after the rows of the repeat round (or at) the place. */
bool outline_add_stop(const struct outline *, const struct place *, struct place *);

#endif
