/* form_diff.h: what a new version of a form adds, renames, narrows and removes,
 * told before it is installed. Questions are the same when they have the same
 * name in the same repeat, wherever their group went; the column `was` names
 * what a question was called before. */
#ifndef RUHU_FORM_FORM_DIFF_H
#define RUHU_FORM_FORM_DIFF_H

struct buf;
struct form;
struct question;

/* Appends a translated line for each difference, in the order of the new form,
 * what is removed last; nothing when stored answers see no difference. */
void form_diff(const struct form *was, const struct form *now, struct buf *report);

/* The question of `was` that q of the new version goes on from: the same name
 * in the same repeat, else the one that `was` names. NULL: q is new. */
const struct question *form_diff_before(const struct form *was, const struct form *now,
    const struct question *q);

#endif
