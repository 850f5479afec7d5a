/* answers.h: the only copy of a record's answers: a tree shaped by the form,
 * repeat rows included, that expressions walk directly.
 *
 * A node is one instance of a question. Ids stay valid and unchanged until
 * their node is removed; they are never reused in the life of the tree. The
 * root is node 1 (0 is the document node above it). All answers are canonical
 * text, "" when blank.
 *
 * answers_tree() is the same tree as expressions see it: a node that is not
 * relevant keeps its text but reads as blank there, and is left out of children
 * and siblings; of an answer that its list shuts out, only what is left is read. An
 * answer shows as a text node below its question's node. */
#ifndef RUHU_LOGIC_ANSWERS_H
#define RUHU_LOGIC_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "form/form.h"
#include "logic/tree.h"

struct answers;

struct answers *answers_new(const struct form *);	/* no repeat rows yet; borrows form */
void answers_free(struct answers *);
const struct form *answers_form(const struct answers *);
const struct tree *answers_tree(const struct answers *);

#define ANSWERS_ROOT 1
size_t answers_limit(const struct answers *);		/* ids are below this */
bool answers_alive(const struct answers *, node_id);
const struct question *answers_question(const struct answers *, node_id);
node_id answers_parent(const struct answers *, node_id);
node_id answers_first(const struct answers *, node_id);
node_id answers_next(const struct answers *, node_id);
node_id answers_prev(const struct answers *, node_id);
node_id answers_walk(const struct answers *, node_id);	/* next in document order, or NODE_NONE */
/* The first child of parent that is an instance of its child question q: the
 * node itself, or a repeat's first row; more rows follow by answers_next. */
node_id answers_child(const struct answers *, node_id parent, const struct question *q);
int answers_compare(const struct answers *, node_id, node_id);		/* document order */

/* The node of question q seen from node `at`: its own row's inside a shared
 * repeat; NODE_NONE when q lies in a repeat that `at` is outside of. */
node_id answers_seen(const struct answers *, node_id at, const struct question *);
/* All nodes of q in document order, within `scope` (ANSWERS_ROOT: everywhere).
 * Appends to *ids; returns how many. */
size_t answers_all(const struct answers *, node_id scope, const struct question *q,
    node_id **ids, size_t *cap);

const char *answers_text(const struct answers *, node_id);	/* what was typed, relevant or not */
void answers_set(struct answers *, node_id, const char *text);
/* What is left of the text where a list shuts out codes of it: this is what counts
 * as the answer. answers_set leaves all; so does NULL here. */
const char *answers_value(const struct answers *, node_id);
void answers_leave(struct answers *, node_id, const char *left);
enum missing answers_missing(const struct answers *, node_id);
void answers_set_missing(struct answers *, node_id, enum missing);

/* What all answers of q add up to, if it was kept and nothing changed it since: no
 * answer of q, no row, no relevance. A column's total is asked for by each row. */
bool answers_total(const struct answers *, const struct question *, double *total);
void answers_keep_total(const struct answers *, const struct question *, double total);

/* Own relevance; a node counts as relevant when it and all above are. */
bool answers_own_relevant(const struct answers *, node_id);
void answers_set_relevant(struct answers *, node_id, bool);
bool answers_relevant(const struct answers *, node_id);

/* Repeat rows. parent is the node of the group or form the repeat lies in.
 * Position is from 1. row_id is the row's uuid, copied. */
node_id answers_add_row(struct answers *, node_id parent, const struct question *repeat,
    size_t position, const char *row_id);		/* position 0: at the end */
void answers_remove_row(struct answers *, node_id row);
/* Takes a row out, to be put back as it was, ids and answers the same; until
 * then it is not alive. */
void answers_park_row(struct answers *, node_id row);
void answers_unpark_row(struct answers *, node_id row, size_t position);	/* 0: at the end */
void answers_move_row(struct answers *, node_id row, size_t position);	/* 0: to the end */
size_t answers_rows(const struct answers *, node_id parent, const struct question *repeat);
node_id answers_row(const struct answers *, node_id parent, const struct question *repeat,
    size_t position);
size_t answers_position(const struct answers *, node_id row);
const char *answers_row_id(const struct answers *, node_id row);
/* The innermost row that holds it, or itself; NODE_NONE: none. */
node_id answers_row_of(const struct answers *, node_id);

#endif
