/* field.h: the answer being typed: a line of text under a cursor, and what its
 * question allows. Knows no screen and no disk.
 *
 * A filled answer is "fresh" until it is edited: the first character typed starts
 * a new one, an arrow or Backspace edits the old. */
#ifndef RUHU_TUI_FIELD_H
#define RUHU_TUI_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "logic/answers.h"
#include "record/session.h"

struct buf;
struct edit;

struct field {
	const struct question *q;
	node_id node;			/* NODE_NONE: closed */
	struct edit *edit;
	bool coded, several;		/* from a list; several of them */
	bool numeric;			/* integer, decimal */
	bool folds;			/* full-width characters become ASCII */
	bool fresh, dirty;		/* dirty: differs from the stored answer */
	int full;			/* characters at which it is full; 0: never */
	struct choices choices;		/* of a coded one */
};

/* Opens the question for typing. False: err says why its choices cannot be had;
 * the field is open and takes any code. */
bool field_open(struct field *, struct session *, node_id, struct err *);
void field_close(struct field *);

enum typed {
	TYPED_IN,
	TYPED_FULL,		/* nothing can follow: leave when it holds */
	TYPED_REFUSED,		/* cannot stand in such an answer */
	TYPED_NARROWS		/* no code starts so: text to search the list for */
};
enum typed field_type(struct field *, uint32_t cp, bool pasted);
/* Does no answer to this question have the ASCII character c in it? Then it may be a
 * key that ends the answer, or the first of the next one. */
bool field_lacks(const struct field *, char c);
bool question_lacks(const struct question *, char c);
void field_replace(struct field *, const char *text);	/* as if typed whole */
void field_restore(struct field *, const char *stored);

/* What session_set is to read: a code found by what was typed ("2" for 02, a
 * label), several codes taken apart ("134" is 1 3 4). Appended. */
void field_answer(const struct field *, struct buf *out);

/* Index of the choice with this value; choices.n when none. */
size_t field_choice(const struct field *, const char *value);
/* Columns to show it in, typed into or not: as many as an answer usually takes. */
int field_width(const struct question *);

#endif
