/* paper.h: a clerk at the keys: a paper form, and where on it the cursor stands.
 *
 * A paper is a file of lines "NUMBER VALUE": the questions in the order of the
 * paper, by the number that the screen shows before the label ('+': the line that
 * adds a row), and what is written there. The clerk types it and, where the
 * cursor does not go on by itself, presses Enter; a question that the paper does
 * not name is passed with Enter. "NUMBER VALUE = TYPED": something shorter finds it.
 * "+NUMBER VALUE": typed on the line that adds a row, which begins with that question.
 * "NUMBER <key key>" presses those keys instead, as one who knows the form would, and
 * "NUMBER VALUE<key>" in place of Enter. A line that ends in " .." is ended by the first
 * character of the next one, which begins that question. The last answer is taken by
 * whatever key the script presses next. '#' starts a comment line.
 *
 * Two counts: every key, and the characters typed for answers, which no program can
 * do without. A Han character is one key, as an input method commits it. */
#ifndef PLAY_PAPER_H
#define PLAY_PAPER_H

#include <stdbool.h>
#include <stddef.h>

struct play;

/* `paper FILE`: keys all that the paper says. */
bool paper_play(struct play *, char *file);
/* `keys NAME <= NUMBER`: both counts since `run`; $KEYS_OUT gets them as a line
 * "NAME KEYS CHARACTERS" and the keys that are none, each with its question. */
bool paper_count(struct play *, char *rest);

/* `count`: both begin anew; what came before (finding the record) does not count. */
bool paper_restart(struct play *, char *rest);

/* Characters of a UTF-8 text. */
size_t paper_characters(const char *text);

#endif
