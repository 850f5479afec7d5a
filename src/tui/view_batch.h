/* view_batch.h: the batch that is keyed now, for the screens that key it. */
#ifndef RUHU_TUI_VIEW_BATCH_H
#define RUHU_TUI_VIEW_BATCH_H

struct batch_info;
struct buf;
struct ui;

/* "37/50  1234/1500": appended. */
void batch_text(const struct batch_info *, struct buf *out);

/* DIFFERS: as many forms as there should be, and the sum is another. */
enum batch_state { BATCH_NONE, BATCH_OPEN, BATCH_EQUAL, BATCH_DIFFERS };
/* This person's open batch of the form, into out. */
enum batch_state batch_now(struct ui *, const char *form, struct buf *out);

#endif
