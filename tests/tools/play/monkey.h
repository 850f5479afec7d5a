/* monkey.h: any keys in any order, and whether what stands on the terminal is what
 * drawing it all again gives. */
#ifndef PLAY_MONKEY_H
#define PLAY_MONKEY_H

#include <stdbool.h>

struct play;

bool monkey_play(struct play *, char *rest);	/* `monkey SEED COUNT` */
/* `redraw`: Ctrl-L leaves characters, attributes and cursor as they are. */
bool monkey_redraw(struct play *, char *rest);

#endif
