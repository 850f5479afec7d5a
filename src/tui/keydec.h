/* keydec.h: bytes from a terminal become keys. Knows every form of function and
 * cursor keys that xterm, the Linux console, PuTTY, VT100+, SCO, rxvt and screen
 * send, because TERM is often wrong; forms that the terminfo entry adds are
 * bound over those. Text is decoded from the terminal's encoding.
 *
 * Knows no clock: the caller says when it has waited long enough for the rest
 * of an unfinished sequence. */
#ifndef RUHU_TUI_KEYDEC_H
#define RUHU_TUI_KEYDEC_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/key.h"

struct charset;
struct keydec;

struct keydec *keydec_new(struct charset *);		/* borrows it */
void keydec_free(struct keydec *);			/* NULL is fine */

/* seq (starting with Esc) is this key. */
void keydec_bind(struct keydec *, const char *seq, enum key_code);

void keydec_feed(struct keydec *, const char *bytes, size_t len);	/* one read's bytes */
/* The next whole key. waited: what is unfinished now will not be finished: a
 * lone Esc is Esc, a cut character is U+FFFD. False: none. */
bool keydec_next(struct keydec *, bool waited, struct key *);
bool keydec_unfinished(const struct keydec *);		/* bytes wait for their rest */
void keydec_drop(struct keydec *);			/* forgets all type-ahead */

#endif
