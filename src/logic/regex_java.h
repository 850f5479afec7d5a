/* regex_java.h: patterns as Java and JavaScript write them, for PCRE2. Forms are
 * tried out in Collect and in a browser, so what both take has to be taken here. */
#ifndef RUHU_LOGIC_REGEX_JAVA_H
#define RUHU_LOGIC_REGEX_JAVA_H

#include <stddef.h>

struct buf;

/* Appends the pattern with what PCRE2 writes otherwise put its way: \u0041, classes
 * such as \p{Punct} and \p{IsGreek}, a '-' beside \w in brackets, which is itself, and
 * brackets in brackets: [a-z&&[^x]] what both have, [a-c[x-z]] what one has.
 * What is wrong stays so, for PCRE2 to tell. */
void regex_from_java(const char *pattern, size_t len, struct buf *out);

#endif
