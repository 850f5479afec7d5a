/* merge_apply.h: one change on its way into the log. merge_about.c finds what it is
 * about, asking the database once for what does not change; merge_apply.c does the rest. */
#ifndef RUHU_STORE_MERGE_APPLY_H
#define RUHU_STORE_MERGE_APPLY_H

#include "store/merge_in.h"

/* A change that another one names; no 0: it is not here. */
struct prev { int64_t no, epoch; char hex[9]; };

/* The change at hand, in this database's numbers. */
struct applying {
	struct merge *m;
	const struct change *c;
	struct merge_epoch_no *e;
	struct merge_form_no *f;
	int64_t epoch, record, row, field, author, no;	/* epoch: the branch's, if one */
	bool record_made, record_erased;
	struct prev *prev;
};

bool merge_name(struct merge *, const char *text, int64_t *no, struct err *);	/* in ruhu_name */
/* Set a->record and a->row; made where they are new. */
bool apply_record(struct applying *, struct err *);
bool apply_row(struct applying *, struct err *);
/* Does no installed version of the form have the question? */
bool apply_is_raw(struct applying *, bool *raw, struct err *);

#endif
