/* charset.h: between the terminal's encoding and code points. UTF-8, GBK,
 * GB18030, GB2312, ASCII and single-byte sets; conversion is the C library's
 * iconv, so no system locale has to exist. */
#ifndef RUHU_TUI_CHARSET_H
#define RUHU_TUI_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"

struct charset;

/* The encoding that $RUHU_ENCODING says, else the environment's locale: LC_ALL,
 * LC_CTYPE, LANG in this order; "UTF-8" when they say nothing (or C): a program that shows Chinese
 * can guess nothing better. Lent, or part of the environment. */
const char *charset_of_locale(void);
/* False: they name no language and no encoding (unset, C, POSIX). */
bool charset_locale_says(void);

/* NULL: no such encoding. */
struct charset *charset_new(const char *name);
void charset_free(struct charset *);			/* NULL is fine */
/* How the terminals of this encoding show ambiguous characters; ASCII: it is spelt. */
enum ambiguous charset_ambiguous(const struct charset *);

/* The bytes of a character; 0: it has none in this encoding. */
#define CHARSET_BYTES 8
size_t charset_put(struct charset *, uint32_t cp, char out[CHARSET_BYTES]);

/* The same, or what stands for it where it has none: a geta mark for a wide one, else
 * question marks, as many as its columns. At least one byte. */
size_t charset_show(struct charset *, uint32_t cp, int width, char out[CHARSET_BYTES]);

/* Reads one character; returns how many bytes it took. 0: more bytes are needed;
 * -1: the first byte is part of nothing. */
int charset_get(struct charset *, const char *s, size_t len, uint32_t *cp);

#endif
