/* regex.h: regular expressions as regex() has them: the whole text must match
 * (Java's Pattern.matches), UTF-8, Unicode properties. regex.c is the only file
 * that includes pcre2.h. Matching is bounded: a pattern that goes wild is given
 * up, not waited for. */
#ifndef RUHU_LOGIC_REGEX_H
#define RUHU_LOGIC_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct regex;

/* False: err->text says what is wrong with the pattern. With an arena the
 * pattern lives in it and is not freed; without, regex_free(). */
struct regex *regex_compile(const char *pattern, size_t len, struct arena *, struct err *);
void regex_free(struct regex *);

/* Does all of text match? False with err set (its text not empty): given up. */
bool regex_matches(const struct regex *, const char *text, size_t len, struct err *);

#endif
