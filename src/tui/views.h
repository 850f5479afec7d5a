/* views.h: the screens round the record. Each pushes itself on the stack. */
#ifndef RUHU_TUI_VIEWS_H
#define RUHU_TUI_VIEWS_H

#include "base/err.h"
#include "logic/answers.h"

struct entry;
struct ui;

void view_home_open(struct ui *);
bool view_list_open(struct ui *, const char *form, struct err *);
void view_help_open(struct ui *);
/* All problems of the record; Enter goes to one. */
void view_problems_open(struct ui *, struct entry *);

#endif
