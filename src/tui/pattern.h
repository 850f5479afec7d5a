/* pattern.h: how long an answer is by its constraint. `regex(., '^1[3-9][0-9]{9}$')`
 * can only hold for 11 characters: such a field is full at its 11th, and moves on
 * by itself. Pure. */
#ifndef RUHU_TUI_PATTERN_H
#define RUHU_TUI_PATTERN_H

/* Characters that the regular expression's matches have, anchors included or
 * not (ODK matches the whole answer); 0: not one fixed length, or too unusual. */
int pattern_length(const char *regex);

/* The same for a constraint that is one call regex(., '...'); 0 otherwise. */
int constraint_length(const char *constraint);

#endif
