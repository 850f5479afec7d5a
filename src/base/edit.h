/* edit.h: one line (or a few) of text under a cursor, moved by whole
 * characters. Knows no screen and no key; tui/ widgets and tests drive it. */
#ifndef RUHU_BASE_EDIT_H
#define RUHU_BASE_EDIT_H

#include <stdbool.h>
#include <stddef.h>

struct edit;

struct edit *edit_new(size_t max_bytes);	/* empty; 0 = 16384, the longest value */
void edit_free(struct edit *);			/* NULL is fine */
void edit_set(struct edit *, const char *text);	/* cursor at the end */
const char *edit_text(const struct edit *);	/* lent until the next change */
size_t edit_cursor(const struct edit *);	/* byte offset */
bool edit_insert(struct edit *, const char *utf8, size_t len);	/* false: full or invalid */
bool edit_erase_back(struct edit *);		/* a whole character; false: there is none */
bool edit_erase_forward(struct edit *);
enum edit_move { EDIT_LEFT, EDIT_RIGHT, EDIT_HOME, EDIT_END, EDIT_WORD_LEFT, EDIT_WORD_RIGHT };
bool edit_move(struct edit *, enum edit_move);	/* false: was there already */

#endif
