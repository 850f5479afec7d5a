/* settle.h: which encoding a terminal speaks when nothing says so (a bare host has
 * no locale but C): the terminal is asked, and if it does not answer, the person. */
#ifndef RUHU_TUI_SETTLE_H
#define RUHU_TUI_SETTLE_H

#include <stdbool.h>

struct terminal;

/* Two Han are written in UTF-8; a terminal that says they took four columns speaks
 * it. Else they are shown in UTF-8 and in GBK, and the person presses the number of
 * the line that can be read. Does nothing where the encoding is known. False: the
 * person left, or the line dropped. */
bool settle_encoding(struct terminal *);

#endif
