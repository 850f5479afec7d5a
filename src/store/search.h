/* search.h: a text as words of the full-text index, and what a person types as a
 * query over them: Han characters one by one, names by their initials and their
 * sounds, numbers by their last four and six figures too. */
#ifndef RUHU_STORE_SEARCH_H
#define RUHU_STORE_SEARCH_H

#include <stdbool.h>

struct buf;

/* Appends the words of text to out. */
void search_words(const char *text, struct buf *out);

/* The FTS5 query for what was typed; false: nothing in it can be searched for. */
bool search_query(const char *typed, struct buf *out);
/* The same for names typed partly by sounds, partly by initials or characters ("maxm",
 * "ma xm"): it finds too many, pinyin_find tells which. False: no name is so typed. */
bool search_mixed(const char *typed, struct buf *out);

#endif
