/* inside.h: what the files of store/ share: the open database, its transactions,
 * the forms loaded from it and the sessions it gave out. Not for other floors. */
#ifndef RUHU_STORE_INSIDE_H
#define RUHU_STORE_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/err.h"
#include "store/db.h"
#include "store/store.h"

struct desk;
struct form;
struct layout;
struct logic;
struct map;
struct question;
struct turnstile;
struct arena;

/* A form version, loaded once and kept until the store is closed. */
struct loaded {
	int64_t no;			/* ruhu_form.no */
	char *id, *version;		/* as stored: a form without one has its hash's */
	struct form *form;
	struct logic *logic;
	struct arena *arena;
	const char **field_of;		/* by question->index: its name in the log */
	struct map *by_field;		/* and back: const struct question * */
	struct loaded *next;
};

struct store {
	struct db *db;
	struct turnstile *gate;		/* NULL when read-only */
	char *path, *user, *device;
	const struct clock *clock;
	bool read_only, in_tx;
	bool set_back;			/* a new epoch was begun for that, just now */
	bool no_room;			/* the disk is nearly full: nothing new is begun */
	int64_t ballast;
	int wait_ms;
	bool (*waiting)(void *, int, const char *);
	void *waiting_ctx;
	struct loaded *forms;
	struct layout *layouts;		/* answer tables by form, see layout.h */
	struct desk *desks;		/* sessions given out, see desk.h */
	uint64_t tick;			/* grows when other data may be there: calls, saves */
};

/* UTC, "2026-11-23T04:05:06.789Z" */
void store_stamp(const struct store *, char out[INSTANT_TEXT]);
int64_t store_now(const struct store *);

/* May something new be begun? Else err says that the disk is nearly full. */
bool store_room(struct store *, struct err *);

/* A write: through the turnstile, BEGIN IMMEDIATE. After tx_begin exactly one of
 * tx_commit and tx_rollback; a failed tx_commit has rolled back. */
bool tx_begin(struct store *, struct err *);
bool tx_commit(struct store *, struct err *);
void tx_rollback(struct store *);
/* tx_commit when ok, else tx_rollback (err is kept). Returns whether it is done. */
bool tx_end(struct store *, bool ok, struct err *);

/* Several reads that see one state. read_end never fails. */
bool read_begin(struct store *, struct err *);
void read_end(struct store *);

/* The number of a text in ruhu_name; name_no makes it (inside a write). */
bool name_no(struct store *, const char *text, int64_t *no, struct err *);

/* A loaded form; version NULL: the current one. */
bool form_load(struct store *, const char *id, const char *version, const struct loaded **,
    struct err *);
const struct loaded *form_of_logic(const struct store *, const struct logic *);
void forms_free(struct store *);
/* Forgets a version whose installation was rolled back. */
void forms_forget(struct store *, int64_t no);
/* The question a name in the log stands for in this version, earlier names
 * (`was`) included; NULL: this version has none. */
const struct question *form_field(struct store *, const struct loaded *, const char *field);
/* ruhu_form.no of the current version; 0: no such form. */
bool form_current(struct store *, const char *id, int64_t *no, struct err *);

/* What a question is called in the change log: its name, or, where two repeats
 * each have one of that name, its path below the form ("member/name"). */
void field_name(const struct form *, const struct question *, struct buf *out);

/* A line in ruhu_event, inside a write. */
bool event_add(struct store *, const char *what, const char *detail, struct err *);

/* Lists made of this form's records are stale, for every process; inside a write. */
bool data_changed(struct store *, const char *form, struct err *);

#endif
