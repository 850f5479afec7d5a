/* view_list.h: what the files view_list*.c share. Everything else sees view_list_open
 * (views.h) alone. */
#ifndef RUHU_TUI_VIEW_LIST_H
#define RUHU_TUI_VIEW_LIST_H

#include "store/store.h"
#include "tui/ui.h"

/* The last of them is passed over where nothing is ever keyed twice. */
enum filter { FILTER_ALL, FILTER_INCOMPLETE, FILTER_DRAFTS, FILTER_DELETED, FILTER_UNVERIFIED,
	FILTERS };

struct row {
	char *id, *label, *by, *at;
	char **columns;
	size_t columns_n;
	enum record_state state;
	bool draft, deleted, verified;
};

struct list {
	struct view view;
	char *form_id;
	const struct form *form;
	struct edit *search;
	enum filter filter;
	enum record_sort sort;
	bool stale;			/* the search was typed on; asked when it is looked at */
	bool unread;			/* as the search, but where one was stays in sight */
	bool counted;			/* total is exact, however many there are */
	bool tried;			/* or as near as counting comes */
	struct row *v;
	size_t n, cap;
	size_t first, at, total;	/* offset of v[0]; at counts from it */
	size_t lines;			/* as last drawn */
	int details, drawn_cols;	/* rows kept for what is beyond the edge, at this width */
};

/* What was typed or changed since is read, before anything is shown or done. */
void list_look(struct list *);
void list_move(struct list *, long by);
void list_draw(struct view *, struct screen *);		/* view_list_draw.c */

#endif
