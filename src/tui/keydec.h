/* keydec.h: bytes from a terminal become keys. Knows every form of function and
 * cursor keys that xterm, the Linux console, PuTTY, VT100+, SCO, rxvt and screen
 * send, because TERM is often wrong; forms that the terminfo entry adds are
 * bound over those. Text is decoded from the terminal's encoding.
 *
 * A slow line may deliver the bytes of one key a third of a second apart. So the
 * rest of anything that cannot be a key by itself is waited for long; a lone Esc
 * is given after a short wait, and should the rest of a sequence come after all,
 * the key it makes says so (torn). From then on this line's Esc waits longer.
 *
 * Knows no clock: the caller says when it has waited long enough. */
#ifndef RUHU_TUI_KEYDEC_H
#define RUHU_TUI_KEYDEC_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/key.h"

struct charset;
struct keydec;

struct keydec *keydec_new(struct charset *);		/* borrows it */
void keydec_speak(struct keydec *, struct charset *);	/* another one from now on */
void keydec_free(struct keydec *);			/* NULL is fine */

/* seq (starting with Esc) is this key. */
void keydec_bind(struct keydec *, const char *seq, enum key_code);

void keydec_feed(struct keydec *, const char *bytes, size_t len);	/* one read's bytes */
/* The next whole key. waited: what is unfinished now will not be finished: a
 * lone Esc is Esc, a cut character is U+FFFD. False: none. */
bool keydec_next(struct keydec *, bool waited, struct key *);
bool keydec_unfinished(const struct keydec *);		/* bytes wait for their rest */
/* How long their rest is worth waiting for, in ms. */
int keydec_patience(const struct keydec *);
void keydec_esc_ms(struct keydec *, int ms);		/* a lone Esc is one after this long */
/* So long after an Esc nothing that comes can be its rest. */
#define KEYDEC_ESC_OVER_MS 1000
void keydec_esc_over(struct keydec *);
void keydec_drop(struct keydec *);			/* forgets all type-ahead */

#endif
