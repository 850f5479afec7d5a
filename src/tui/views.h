/* views.h: the screens round the record. Each pushes itself on the stack. */
#ifndef RUHU_TUI_VIEWS_H
#define RUHU_TUI_VIEWS_H

#include <stdbool.h>

#include "base/err.h"
#include "form/form.h"
#include "logic/answers.h"

struct buf;
struct choices;
struct entry;
struct lines;
struct screen;
struct ui;
struct view;

/* The record that the options name, or a new one (tui.c). */
struct tui_options;
bool tui_open_record(struct ui *, const struct tui_options *, struct err *);

/* All of these push a screen, which frees itself when it is left. False: err says why
 * there is nothing to show, and nothing was pushed. */
void view_home_open(struct ui *);
bool view_list_open(struct ui *, const char *form, struct err *);	/* a form's records */
void view_help_open(struct ui *);		/* keys, and help on what is on top */
/* Over the help: what can be done in these modes, to choose from. */
void view_menu_open(struct view *help, unsigned modes);
/* All problems of the record; Enter goes to one. */
void view_problems_open(struct ui *, struct entry *);
/* A worklist by its name, of those installed. */
bool view_worklist_open(struct ui *, const char *name, struct err *);
/* The records of a form that have something wrong, one after the other. */
bool view_errors_open(struct ui *, const char *form, struct err *);
void view_flags_open(struct ui *);		/* open flags of all records */
/* What became of a record; row and question: of one of its questions, else NULL. */
void view_history_open(struct ui *, const char *record, const char *form, const char *row,
    const char *question);
void view_held_open(struct ui *);		/* sent from outside of a site's area */
void view_batch_open(struct ui *, const char *form);	/* NULL: of all forms */
void view_differences_open(struct ui *);	/* keyed differently twice, left to be settled */
void view_stats_open(struct ui *);		/* this person's figures */
void view_pause_open(struct ui *);		/* covers the screen; no time counts */
/* One of a list (a value and its label each, copied): the asker's answered() gets its
 * value as text, NULL for none. */
void view_choose_open(struct ui *, struct view *asker, int id, const char *title,
    const struct choices *);
/* What two sites changed apart; or what of it was decided. */
void view_conflicts_open(struct ui *, bool decided);

/* ---- words.c: what several of them say ---------------------------------------------- */
/* A screen that is a list of lines: all but what stands in `details` rows above the
 * lower rule, which it draws too. */
struct lines_page {
	const char *title, *middle;
	const char *right;		/* NULL: how many lines there are */
	const char *empty;		/* said where there is none */
	int details;			/* rows below the list that the view fills itself */
	const char *(*text)(const void *ctx, size_t i);
	const void *ctx;
};
/* Returns the row of the lower rule. */
int view_lines(struct screen *, struct lines *, const struct lines_page *);
/* A sentence, wrapped from a row down; the row after it. */
int view_text(struct screen *, int row, const char *text);
int view_text_at(struct screen *, int row, int col, unsigned attr, const char *text);
int view_text_rows(const struct screen *, int col, const char *text);	/* how many it takes */
/* Its keys: no more than those of a question. */
unsigned view_lines_modes(const struct view *);

/* A line of a list from its second column on, '>' before the one stood on. */
void view_line(struct screen *, int row, bool here, const char *text);
const char *view_missing_text(enum missing);	/* "(refused)"; "" for MISSING_NONE */
/* An instant (UTC, ISO) as local day and minute; appended. */
void view_time_text(const char *utc, struct buf *out);
/* Its node, by its name or path, in a row (by id; "": in none); NODE_NONE. */
node_id view_answer_node(const struct answers *, const char *row_id, const char *field);
/* The label of a form's question, else its name; what a value of it means ("03
 * son"): appended. A form or question that is not known shows as it is stored. */
void view_question_label(struct ui *, const char *form, const char *question, struct buf *out);
void view_answer_text(struct ui *, const char *form, const char *question, const char *value,
    struct buf *out);
/* What may be answered to a question of one code, all of its list; for choices_free().
 * False: it is answered in another way. */
bool view_choices(struct ui *, const char *form, const char *question, struct choices *);

#endif
