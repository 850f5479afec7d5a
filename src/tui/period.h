/* period.h: the same as last time: a new row of a repeat with the answers of the
 * row before, for forms that add a row each month. Knows no screen. */
#ifndef RUHU_TUI_PERIOD_H
#define RUHU_TUI_PERIOD_H

#include <stdbool.h>

#include "base/err.h"
#include "logic/answers.h"

struct session;
struct store;

/* Fills what is still blank in the row with the answers of the row before it;
 * what defaults and calculations say stands. each is called for every answer
 * set. False: there is no row before. */
bool period_fill(struct session *, node_id row, void (*each)(void *, node_id), void *);

/* Opens the saved record, adds such a row to the repeat of that name (NULL: its only
 * table that has rows), and saves the record. False, and nothing is changed: err says
 * why; a rule or a warning that does not hold is such a reason. */
bool period_save(struct store *, const char *record_id, const char *repeat, struct err *);

#endif
