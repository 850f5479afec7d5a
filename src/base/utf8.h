/* utf8.h: text as code points and as columns on a terminal. All text in the
 * program is UTF-8; only tui/term.c knows another encoding.
 *
 * Width is computed here and nowhere else, never by wcwidth(): Unicode's East
 * Asian Width, where "ambiguous" characters (box drawing, quotes, circled
 * digits) are one column or two by the terminal (terminals in GBK and GB18030
 * show them wide). On a terminal that shows ASCII alone, characters are spelt
 * (pinyin.h) and take as many columns as that has letters. */
#ifndef RUHU_BASE_UTF8_H
#define RUHU_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Decodes one code point at s (len bytes left); *used is at least 1 when
 * len > 0. An invalid byte gives U+FFFD and uses one byte. */
uint32_t utf8_next(const char *s, size_t len, size_t *used);
size_t utf8_encode(uint32_t cp, char out[4]);	/* length; surrogates give U+FFFD */
bool utf8_valid(const char *s, size_t len);	/* no overlong, surrogate, NUL */
size_t utf8_length(const char *s);		/* code points */

/* Byte offset of the next/previous cluster (base with its combining marks). */
size_t utf8_cluster_next(const char *s, size_t len, size_t at);
size_t utf8_cluster_prev(const char *s, size_t at);

enum ambiguous { AMBIGUOUS_NARROW, AMBIGUOUS_WIDE, AMBIGUOUS_SPELT };
int utf8_cp_width(uint32_t cp, enum ambiguous);	/* 0, 1 or 2, more if spelt; controls 0 */
int utf8_width(const char *s, enum ambiguous);
int utf8_width_n(const char *s, size_t len, enum ambiguous);

/* How many bytes of s fit in `cols` columns; *got is their width. Never cuts a
 * cluster. */
size_t utf8_fit(const char *s, int cols, enum ambiguous, int *got);

/* Where to break s so that a line holds at most cols columns: after a space or
 * between Han characters, never before closing punctuation; at least one
 * cluster. Returns bytes of this line; *next is where the next begins. */
size_t utf8_wrap(const char *s, int cols, enum ambiguous, size_t *next);

/* Full-width digits, letters and punctuation to ASCII (U+FF01..FF5E, U+3000,
 * and the Chinese full stop to '.'): what an input method sends into numeric,
 * date, code and ID fields. */
void utf8_fold(const char *s, struct buf *out);

/* The only way stored text reaches a screen: controls, bidi and zero-width
 * characters and invalid bytes become visible, harmless marks ("<1B>"
 * style in reverse is the caller's business; here "^[" / "?"). */
void utf8_harmless(const char *s, struct buf *out);

#endif
