/* store.h: the database of design section 6. One SQLite file with its WAL; a
 * turnstile file `<db>.lock` beside it that every write and checkpoint passes.
 * sqlite3.h is included by db.c alone; the rest of store/ uses db.h. */
#ifndef RUHU_STORE_STORE_H
#define RUHU_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "form/form.h"
#include "logic/answers.h"

struct buf;
struct clock;
struct db;
struct form_files;
struct logic;
struct session;
struct store;

struct store_options {
	const char *path;
	const char *user;		/* author of changes; NULL: the login name */
	const struct clock *clock;	/* NULL: the real one */
	bool create;			/* make it when missing; else missing is an error */
	bool read_only;
	int64_t ballast;		/* bytes kept back for a full disk (ballast.h); 0: none */
	int wait_ms;			/* longest wait at the turnstile; 0 = 5000 */
	/* Called while waiting, about every 100 ms, with who holds it ("" unknown);
	 * false gives up. NULL: wait silently. */
	bool (*waiting)(void *ctx, int waited_ms, const char *holder);
	void *ctx;
};

/* A missing, foreign, newer, truncated or zero-length file is refused with a
 * sentence and left untouched. An older one is upgraded inside one transaction
 * after a backup `<db>.v<N>.bak`. */
bool store_open(const struct store_options *, struct store **, struct err *);
void store_close(struct store *);			/* NULL is fine */
/* Gives back the memory that reading took and that the next keys can do without. */
void store_rest(struct store *);
const char *store_path(const struct store *);
const char *store_user(const struct store *);
/* The open database, to read answer tables and ruhu_* tables with store/db.h
 * (docs/database.md). Writing is this floor's business alone. */
struct db *store_db(struct store *);

/* Names this site, once: what LOCAL was until then. */
bool store_site_name(struct store *, const char *id, const char *name, struct err *);

/* ---- forms ---------------------------------------------------------------- */

struct form_info {
	const char *id, *version, *title, *installed_at, *installed_by, *hash;
	int64_t records, drafts;	/* saved and not deleted; drafts of anyone */
	bool current;			/* the version new records get */
};
/* Calls each for every version, newest first within a form; false stops. */
bool store_forms(struct store *, bool (*each)(void *, const struct form_info *), void *,
    struct err *);

/* Installs a form: text, its files, answer tables. Re-adding the same text is
 * fine and changes nothing. *report gets lines on what the new version adds,
 * renames, narrows and removes. Faults of the form are in faults. */
bool store_form_add(struct store *, const char *file, const char *text, size_t len,
    const struct form_files *, struct buf *report, struct faults *, struct err *);
/* Is any version of the form here? Records of one that is not wait for it. */
bool store_form_there(struct store *, const char *id, bool *there, struct err *);
/* A form and its logic, loaded once and kept; version NULL: the current one. */
bool store_form(struct store *, const char *id, const char *version,
    const struct logic **, struct err *);

/* Where a question's answers stand; both "" when nowhere. field: its name, or its
 * path below the form where two repeats each have that name. */
bool store_column(struct store *, const char *form, const char *field, struct buf *table,
    struct buf *column, struct err *);

/* ---- records -------------------------------------------------------------- */

enum record_state { RECORD_INCOMPLETE, RECORD_COMPLETE, RECORD_DRAFT };

struct record_info {
	const char *id, *form, *version, *label, *scope;
	enum record_state state;	/* DRAFT: never saved, only a draft exists */
	bool deleted, has_draft;
	const char *draft_by;
	const char *verified_by;	/* keyed a second time, and not changed since; "" not */
	const char *created_at, *created_by, *changed_at, *changed_by;	/* UTC ISO */
	size_t columns_n;
	const char *const *columns;	/* the form's `list` questions, as text */
};

struct record_query {
	const char *form;		/* NULL: all */
	const char *text;		/* search as typed; NULL or "": all */
	bool deleted;			/* only deleted ones */
	bool drafts;			/* only those with a draft of this user */
	bool incomplete;
	bool unverified;		/* complete, and not keyed a second time since */
	bool labels;			/* no columns: nothing of the forms is read */
	size_t offset, limit;		/* limit 0 = 100 */
	/* By the first unique question; in the order in which one walks (settings.ruhu.walk).
	 * Where the form has none, and of deleted records: newest change first. */
	enum record_sort { RECORDS_NEWEST, RECORDS_KEY, RECORDS_WALK, RECORD_SORTS } sort;
	size_t count_limit;		/* more than so many need not be counted; 0: all are */
};
#define RECORDS_COUNTED 1000
#define RECORDS_AT_ONCE 100	/* where text is searched for: counting more takes as long again */
/* In the order asked for; where text is searched for, the best of the newest finds.
 * *total: how many there are without offset and limit; one more than count_limit, or
 * where text is searched for than RECORDS_AT_ONCE or RECORDS_COUNTED, stands for "more than that". */
bool store_records(struct store *, const struct record_query *,
    bool (*each)(void *, const struct record_info *), void *, size_t *total, struct err *);
/* The record whose id, or whose unique key, is `key`; "" in out when none. */
bool store_find(struct store *, const char *form, const char *key, struct buf *out,
    struct err *);

/* A new record's session, defaults run. The session is the caller's. The store
 * gives it datasets, last-saved and uniqueness, and must outlive it. */
bool store_session_new(struct store *, const char *form, struct session **, struct err *);

/* A new record's session with the answers of an ODK submission in place of defaults
 * (record/instance.h; `file` names it in errors). Its draft is on disk. */
bool store_session_read(struct store *, const char *form, const char *file, const char *text,
    size_t len, struct session **, struct err *);

/* A saved record or a draft. resume: with this user's draft on it, *cursor the
 * node last left (NODE_NONE: none). Without resume the draft is not looked at. */
bool store_session_open(struct store *, const char *record_id, bool resume,
    struct session **, node_id *cursor, struct err *);

/* session_close, and what the store keeps beside it: for sessions of the two calls
 * above. NULL is fine. */
void store_session_close(struct store *, struct session *);

/* The answer to one question in the record of this form that this user saved last, of
 * those they began (in a repeat: in the last row that they answered it in), appended.
 * False: there is none. */
bool store_last_saved(struct store *, const char *form, const char *question, struct buf *out);

/* Drafts: what was typed and not yet saved, on disk when this returns. Call
 * after each left field with the session's answer there, and after adding,
 * removing or moving a row. One transaction each. The first one of a session
 * replaces an older draft that was not resumed. store_draft_cursor writes nothing
 * where there is no draft. store_draft_owed writes what a full disk refused
 * before; true: nothing is left out of the draft. */
bool store_draft_answer(struct store *, struct session *, node_id, node_id cursor,
    struct err *);
bool store_draft_rows(struct store *, struct session *, node_id row_or_parent, struct err *);
bool store_draft_cursor(struct store *, struct session *, node_id cursor, struct err *);
bool store_draft_owed(struct store *, struct session *, node_id cursor, struct err *);
bool store_draft_drop(struct store *, const char *record_id, struct err *);

/* One field that another person saved since this session read it. */
struct collision {
	node_id node;			/* in the session */
	const char *theirs, *theirs_by, *theirs_at;
	enum { COLLISION_ASK, COLLISION_MINE, COLLISION_THEIRS } choice;	/* caller sets */
};
struct save_result {
	bool saved;
	struct collision *collisions;	/* when not saved because of them */
	size_t collisions_n;
	int64_t changes;		/* change rows written */
};
/* RECORD_COMPLETE is refused while session_errors() finds any.
 * Saves in one transaction: change rows, answer tables, record row, draft gone.
 * Different fields merge; the same field with another value makes it return
 * true with saved = false and the collisions; set choices and call again with
 * the same result. False: not saved at all, err says why; nothing is lost. */
bool store_save(struct store *, struct session *, enum record_state, struct save_result *,
    struct err *);
/* The same, and why, for the history: see why.h. */
bool store_save_because(struct store *, struct session *, enum record_state, const char *why,
    struct save_result *, struct err *);
void save_result_free(struct save_result *);

bool store_delete(struct store *, const char *record_id, struct err *);
bool store_undelete(struct store *, const char *record_id, struct err *);

/* Was this row ever saved? The log may know more of it than the form shows. True as well
 * when it cannot be told. */
bool store_row_saved(struct store *, const char *record_id, const char *row_id);

/* Who else has it open (a courtesy mark, 60 s); "" when nobody. */
bool store_presence(struct store *, const char *record_id, struct buf *who, struct err *);

/* Flags: "to be put right". Raises one, or changes the note of the open one; ""
 * closes it. */
bool store_flag(struct store *, struct session *, node_id, const char *note, struct err *);

struct flag_info {
	int64_t no;
	const char *record, *form, *label;	/* label of the record, "" for a draft */
	const char *path, *field, *row, *note;
	const char *raised_at, *raised_by;	/* UTC ISO */
	const char *closed_at, *closed_by;	/* "" while open */
};
/* Open flags (or all), newest first; form and record may be NULL: of any. */
bool store_flags(struct store *, const char *form, const char *record, bool closed_too,
    bool (*each)(void *, const struct flag_info *), void *, struct err *);
/* Closes by number, without opening the record. */
bool store_flag_close(struct store *, int64_t no, struct err *);

/* What a person confirmed of an answer (session_accept, session_confirm) goes to
 * the disk at once. Journalling and saving write it too. */
bool store_confirm(struct store *, struct session *, node_id, struct err *);
struct confirm_info {
	unsigned kind;			/* one bit of enum confirm */
	const char *at, *by;		/* UTC ISO */
};
/* Who confirmed the present answer of a node, in what; oldest first. */
bool store_confirmed(struct store *, struct session *, node_id,
    bool (*each)(void *, const struct confirm_info *), void *, struct err *);

/* ---- whole database ------------------------------------------------------- */

struct store_counts {
	int64_t records, incomplete;	/* saved and not deleted */
	int64_t drafts;			/* this user's */
	int64_t flags;			/* open */
	int64_t unsynced, conflicts;	/* changes of the whole database; fields */
	int64_t held;			/* records held back, of the whole database (held.h) */
};
bool store_counts(struct store *, const char *form /* NULL: all */, struct store_counts *,
    struct err *);
bool store_rebuild(struct store *, struct err *);	/* answer tables from the log */
/* integrity_check, chain, heads and answer tables against the log; each fault a
 * line in out. True: could be checked; *faults_n how many. */
bool store_check(struct store *, struct buf *out, size_t *faults_n, struct err *);
/* Did opening it find that it was set back behind what it had exported? */
bool store_set_back(const struct store *);
bool store_backup(struct store *, const char *file, struct err *);
/* A backup that an older program wrote, copied to a new file, which can be brought up to
 * date: a backup stays as it is. *made: it was older, and there is a copy. */
bool store_copy_older(const char *backup, const char *file, bool *made, struct err *);

#endif
