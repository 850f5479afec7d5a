/* pattern.h: how long an answer is by its constraint, and what is never in it.
 * `regex(., '^1[3-9][0-9]{9}$')` can only hold for 11 characters: such a field is full
 * at its 11th, and moves on by itself. Pure. */
#ifndef RUHU_TUI_PATTERN_H
#define RUHU_TUI_PATTERN_H

#include <stdbool.h>

/* Characters that the regular expression's matches have, anchors included or
 * not (ODK matches the whole answer); 0: not one fixed length, or too unusual. */
int pattern_length(const char *regex);

/* The same for a constraint that is one call regex(., '...'), or that and more
 * (`regex(., '...') and ...`); 0 otherwise. */
int constraint_length(const char *constraint);

/* The largest number that a constraint allows: 12 for ". >= 0 and . <= 12" and for
 * ". < 13". False: it says no such thing in a way that is plain to see. */
bool constraint_most(const char *constraint, long *most);

/* Does every answer that holds lack this ASCII character? `regex(., '^[0-9]+-[0-9]+$')`
 * has no '+', `not(regex(., '.*[0-9 ].*'))` no digit. False: it may have it. */
bool constraint_forbids(const char *constraint, char c);

#endif
