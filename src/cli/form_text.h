/* form_text.h: a form for people and programs: as JSON, as a codebook, as a
 * blank paper. */
#ifndef RUHU_CLI_FORM_TEXT_H
#define RUHU_CLI_FORM_TEXT_H

#include <stddef.h>

struct buf;
struct form;
struct question;

/* The type as XLSForm writes it: "select_one gender", "begin_repeat". */
void form_type_text(const struct question *, struct buf *out);

void form_json(const struct form *, struct buf *out);	/* appended */
/* Printed, in language lang (from 0), wrapped at cols. */
void form_codebook(const struct form *, size_t lang, int cols);
void form_paper(const struct form *, size_t lang, int cols);

#endif
