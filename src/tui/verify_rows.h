/* verify_rows.h: the way through a record that is keyed a second time, and how
 * many rows its tables have: asked before the first of them, by itself. */
#ifndef RUHU_TUI_VERIFY_ROWS_H
#define RUHU_TUI_VERIFY_ROWS_H

struct entry;

/* To what is not keyed yet, round the end; the field is left already. With nothing
 * left: asks whether to save. */
void verify_go_on(struct entry *);
void verify_rows_counted(struct entry *, const char *text);	/* NULL: Esc */
void verify_row_chosen(struct entry *, const char *text);

#endif
