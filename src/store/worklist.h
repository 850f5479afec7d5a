/* worklist.h: the worklists of a database: what is to be done, counted and listed
 * over all records. They are installed like forms, so that the database is whole
 * by itself; form/worklist.h says what one is.
 *
 * A worklist is one SQL question (logic/where.h), made anew for the day and asked
 * in slices, so that counting 100,000 records never makes a key wait. */
#ifndef RUHU_STORE_WORKLIST_H
#define RUHU_STORE_WORKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "form/worklist.h"

struct buf;
struct store;

/* ---- files ------------------------------------------------------------------- */

/* Are the file's worklists sound, with the forms installed here? All that is wrong
 * goes to faults. False: err (no database work was possible). */
bool store_worklists_check(struct store *, const char *file, const char *text, size_t len,
    struct faults *, struct err *);
/* Installs the file under its name without folders; one of that name is replaced.
 * False: not installed; its faults are in faults. *n: how many worklists it has. */
bool store_worklists_add(struct store *, const char *file, const char *text, size_t len,
    size_t *n, struct faults *, struct err *);
bool store_worklists_remove(struct store *, const char *file, struct err *);

struct worklist_file {
	const char *name, *text, *installed_at, *installed_by;
};
bool store_worklist_files(struct store *, bool (*each)(void *, const struct worklist_file *),
    void *, struct err *);

/* Those that this site has made its own, not those that a county handed out. */
bool store_worklists_own(struct store *, bool (*each)(void *, const struct worklist_file *),
    void *, struct err *);

struct sent_worklists { const char *file, *text; };
struct sent_result {
	size_t taken, gone;		/* files that are new or changed; that came no more */
	size_t refused;			/* that do not fit here; why */
	char why[512];
};
/* All that `site`, the county, hands out now: kept as "SITE/FILE", beside this site's
 * own, which stay as they are; what it handed out before and does not now is gone. */
bool store_worklists_sent(struct store *, const char *site, const struct sent_worklists *, size_t n,
    struct sent_result *, struct err *);

/* ---- what is to be done ---------------------------------------------------------- */

struct work;				/* all worklists of the database */

/* Those installed, in order of file and place: only their texts are read. Borrows the
 * store. */
bool work_open(struct store *, struct work **, struct err *);
void work_free(struct work *);				/* NULL is fine */
size_t work_count(const struct work *);
const struct worklist *work_list(const struct work *, size_t i);
/* Why it cannot be asked (a question was renamed since); NULL: it can. The first call
 * that needs its form reads it and parses the conditions. */
const char *work_fault(struct work *, size_t i);
size_t work_find(const struct work *, const char *name);	/* SIZE_MAX: none */
const struct form *work_form(struct work *, size_t i);	/* NULL with a fault */
/* Grows with every saving of any record: what was counted is stale. */
int64_t work_version(struct work *);

struct work_tally {
	int64_t all, left, urgent;	/* among; to be done; of those urgent */
	int64_t next;			/* where the next slice begins */
	bool whole;			/* nothing is left to be counted */
};
/* Counts the next slice into the tally; begin with a zeroed one. */
bool work_tally(struct work *, size_t i, struct work_tally *, struct err *);

struct work_item {
	int64_t record, row;		/* numbers in the answer tables; row 0: a record */
	bool urgent;
};
/* All that is to be done, in order; text: those a search finds, NULL or "" all.
 * *items is yours to free(). */
bool work_items(struct work *, size_t i, const char *text, struct work_item **items, size_t *n,
    struct err *);

/* The same a slice at a time, while a person may want something else. */
struct work_listing;
struct work_listing *work_listing_new(struct work *, size_t i, const char *text);	/* borrows work */
void work_listing_free(struct work_listing *);		/* NULL is fine */
/* Reads the next records, or puts some of what was read in order. */
bool work_listing_go(struct work_listing *, struct err *);
bool work_listing_whole(const struct work_listing *);
int work_listing_percent(const struct work_listing *);	/* of the records that were looked at */
/* Once it is whole; yours to free(). */
struct work_item *work_listing_take(struct work_listing *, size_t *n);

struct work_line {
	bool open;			/* still to be done */
	bool urgent, draft;		/* draft: of this user */
	char *record_id, *row_id, *label;
	char **columns;			/* as many as the worklist has; codes as labels */
	size_t columns_n;
};
/* One item as it is now; all of *out is freed by work_line_free. An item whose
 * record was deleted meanwhile is not open and has an empty record_id. */
bool work_line(struct work *, size_t i, const struct work_item *, struct work_line *out,
    struct err *);
void work_line_free(struct work_line *);

/* The heading of a column in today's language. Lent. */
const char *work_heading(struct work *, size_t i, size_t column);
/* Who gave the present answer to the question of `second_person`; "" nobody. */
bool work_first_person(struct work *, size_t i, const struct work_item *, struct buf *out,
    struct err *);
/* What the new record begins with: calls each for every `set`. */
bool work_sets(struct work *, size_t i, const struct work_item *,
    void (*each)(void *, const char *question, const char *value), void *, struct err *);

#endif
