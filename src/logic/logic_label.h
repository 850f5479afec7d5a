/* logic_label.h: texts with ${...} in them. Private to logic.c. */
#ifndef RUHU_LOGIC_LOGIC_LABEL_H
#define RUHU_LOGIC_LOGIC_LABEL_H

#include "logic/logic.h"

/* Takes apart every label, hint and message of the form. */
void logic_labels_make(struct logic *, struct faults *);

/* What the nth expression in any of q's texts reads; NULL at the end. */
const struct expr_reads *logic_label_reads(const struct logic *, const struct question *,
    size_t nth);

#endif
