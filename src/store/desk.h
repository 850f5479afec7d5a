/* desk.h: a session that this store gave out, and what the store remembers of it:
 * which saved change each answer came from, and what of it is in the draft. */
#ifndef RUHU_STORE_DESK_H
#define RUHU_STORE_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/session.h"
#include "store/inside.h"

struct list;
struct stored;

struct given_up {			/* settled for the other person's answer */
	node_id node;
	char *mine;
	enum missing missing;
	int64_t mark;			/* the change mine was typed over */
};

struct desk {
	struct store *store;
	struct session *session;
	const struct loaded *form;
	struct host host;
	char record[64];
	int64_t record_no;		/* 0: never saved */
	int64_t seen;			/* newest change this session knows of */
	int64_t *marks;			/* by node: the saved change it came from */
	uint64_t *journalled;		/* by node: hash of what disk has; watched ones */
	size_t marks_n;
	bool shared;			/* others saved meanwhile: it may lack rows of theirs */
	bool in_draft;			/* this session's draft is on disk */
	struct given_up *given;		/* not saved yet */
	size_t given_n, given_cap;
	node_id *owed;			/* answers that could not be journalled when left */
	size_t owed_n, owed_cap;
	bool owes_rows;			/* the same of rows */
	node_id limit;			/* nodes below it are journalled or saved */
	struct list *lists;		/* published lists it reads, see lists.h */
	struct desk *next;
};

/* A desk for a session to come; *session NULL. Its host is filled in. */
struct desk *desk_new(struct store *, const struct loaded *, const char *record);
/* NULL, err set: not a session of this store. */
struct desk *desk_of(struct store *, const struct session *, struct err *);
/* Takes the place of an older desk of the same address: that session is closed. */
void desk_keep(struct desk *, struct session *);
void desk_free(struct desk *);		/* not the session */
void desks_free(struct store *);

/* One of `given` goes; the last one takes its place. */
void desk_forget_given(struct desk *, size_t i);

/* The saved change (ruhu_change.no) that a node's answer came from; 0: none. */
int64_t desk_mark(const struct desk *, node_id);
void desk_set_mark(struct desk *, node_id, int64_t no);

/* The node of a row that instances of child question q hang below. */
node_id desk_parent(const struct session *, node_id row_or_root, const struct question *q);
/* The innermost row's uuid of a node; "". */
const char *desk_row_id(const struct session *, node_id);

/* A session with what is stored in it, not yet started (desk filled in). */
struct session *session_of_stored(struct desk *, const struct stored *);

#endif
