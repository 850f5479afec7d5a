/* matrix.h: a script played in two languages, at two sizes, in two charsets: its words
 * in each language, lines that are of one combination only, and looking for an answer
 * wherever the layout has put it.
 *
 * PLAY_MATRIX="LANG COLSxROWS LOCALE" says which; without it "en 80x24 zh_CN.UTF-8". */
#ifndef PLAY_MATRIX_H
#define PLAY_MATRIX_H

#include <stdbool.h>

struct buf;
struct play;

/* `matrix`: the terminal of the combination, in place of `term`. */
bool matrix_term(struct play *, char *rest);
/* `word NAME ENGLISH = CHINESE`: {NAME} stands for one of them from here on. */
bool matrix_word(struct play *, char *rest);
/* The line with its words put in, {lang} among them. False: "@zh", "@40", "@gb" or the
 * like stands before it, and this is another combination. */
bool matrix_line(struct play *, const char *line, struct buf *out);

/* `at LABEL`: the row with the cursor's mark has it. */
bool matrix_at(struct play *, char *label);
/* `answer LABEL => TEXT`: behind the label, or below it where labels stand above. */
bool matrix_answer(struct play *, char *rest);
/* `says TEXT`: the message above the keys does, however it is wrapped. */
bool matrix_says(struct play *, char *text);

void matrix_free(struct play *);

#endif
