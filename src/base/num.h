/* num.h: numbers as text, the way XPath and the ODK XForms specification write
 * and read them. Never uses the locale. */
#ifndef RUHU_BASE_NUM_H
#define RUHU_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>

/* string -> number: XML space round it, an optional '-', digits with an
 * optional point (`.5`, `5.` pass). Anything else (blank, `+5`, `1e3`,
 * `Infinity`) is NaN. */
double num_parse(const char *s);

/* number -> string: integers without point, never an exponent, -0 is "0",
 * NaN "NaN", "Infinity", "-Infinity", else the fewest digits that read back as
 * the same double. Returns the length; out needs NUM_TEXT bytes. */
#define NUM_TEXT 352
size_t num_format(double, char out[NUM_TEXT]);

/* Rounds at `digits` decimals (negative: tens), halves away from zero, on the
 * decimal notation (2.15 at 1 is 2.2). NaN and infinities unchanged. */
double num_round(double, int digits);

/* Rounds at `count` significant digits (from 1). 15 takes away what adding binary
 * fractions leaves behind: 102557.48999999999 becomes 102557.49. */
double num_significant(double, int count);

/* The canonical text of a decimal that a person typed ("007.50" -> "7.5",
 * "-0" -> "0", "1e3" refused), exact whatever its length; false: not a
 * decimal. out as long as strlen(s) + 2. */
bool num_canonical(const char *s, char *out, size_t size);

#endif
