/* verify.h: a record keyed a second time, by a second person, blind: double entry.
 *
 * What the second person puts right is an ordinary draft of that record, so a
 * half-way verification survives what a draft survives; how each answer compared
 * stands beside it (ruhu_verify_field) and is on disk as each field is left. At
 * the end one transaction saves the replacements, with their author and why, and
 * marks the record as verified. Marks and counts are of this site: they do not
 * travel. Changed since by anybody, a record waits to be verified again. */
#ifndef RUHU_STORE_VERIFY_H
#define RUHU_STORE_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct save;
struct verify;

enum verify_result {
	VERIFY_NONE, /* not keyed yet */
	VERIFY_SAME,
	VERIFY_KEYER,    /* the first was wrong and is replaced */
	VERIFY_VERIFIER, /* the second was wrong at first */
	VERIFY_BOTH,     /* settled for a third answer */
	VERIFY_NEW,      /* asked only since something was replaced */
	VERIFY_OPEN      /* left to be settled by a third person */
};

/* Did this person key (part of) the record? */
bool store_verify_own(struct store *, const char *record, bool *own, struct err *);
/* Is a verification of it by this person half-way? */
bool store_verify_begun(struct store *, const char *record, bool *begun, struct err *);

/* Begins, or goes on. Refused: not complete, deleted, unsaved answers of anyone,
 * and, where there are accounts, one's own. independent: differences are only
 * noted; going on, it is as it was begun. *cursor: where to go on, or NODE_NONE. */
bool store_verify_begin(struct store *, const char *record, bool independent, struct session **,
    struct verify **, node_id *cursor, struct err *);
void verify_free(struct verify *); /* not the session; NULL is fine */
bool verify_independent(const struct verify *);	/* as it was begun */

/* Is it to be keyed a second time: asked now, typed by a person, named by the form? */
bool verify_wants(const struct verify *, node_id);
/* Was it asked of the first person? If not, there is nothing to compare with. */
bool verify_was_asked(const struct verify *, node_id);
/* The same of how many rows a repeat has. */
bool verify_wants_rows(const struct verify *, node_id parent, const struct question *repeat);

/* How it compared, as noted last. */
enum verify_result verify_of(const struct verify *, node_id);
enum verify_result verify_of_rows(const struct verify *, node_id parent, const struct question *);

/* How it compared; replaces what was noted before. value and missing: of OPEN,
 * what was keyed the second time. The draft, which is the caller's, is to follow. */
bool store_verify_note(
    struct verify *, node_id, enum verify_result, const char *value, enum missing, struct err *);
bool store_verify_note_rows(struct verify *, node_id parent, const struct question *repeat,
    enum verify_result, size_t n, struct err *);

struct verify_counts {
	size_t n, keyer, verifier, fresh, open;
}; /* n: compared */
void verify_counts(const struct verify *, struct verify_counts *);

/* As store_save, and the record is verified; not when verify_overtaken: somebody
 * else changed it since it was read, and it waits to be keyed again. */
bool store_verify_end(struct verify *, enum record_state, struct save_result *, struct err *);
bool verify_overtaken(const struct verify *);
bool store_verify_drop(struct verify *, struct err *); /* as if it had not begun */

/* ---- which records ------------------------------------------------------------------ */

/* Every n-th record of the form from number start on; start 0: a random one. Without
 * a plan the form's verify_every holds, from a random start that is then kept. */
bool store_verify_plan(
    struct store *, const char *form, int64_t every, int64_t start, struct err *);
/* The record that this person may verify next; "" when none waits. */
bool store_verify_next(struct store *, const char *form, struct buf *id, struct err *);

/* Was any record of the form ever keyed a second time? */
bool store_verify_any(struct store *, const char *form);

struct verify_line {
	const char *record, *label, *keyer;
	const char *by, *at; /* verified, or half-way (at ""); "" waits */
	bool changed;        /* since it was verified, so it waits again */
	int64_t compared, keyer_wrong, verifier_wrong, open;
};
/* The records of the plan, oldest first. */
bool store_verify_list(struct store *, const char *form,
    bool (*each)(void *, const struct verify_line *), void *, struct err *);

/* ---- differences left to be settled ---------------------------------------------------- */

struct verify_difference {
	int64_t verify;
	const char *record, *form, *label, *row, *field;
	const char *first, *first_reason, *first_by, *first_at;
	const char *second, *second_reason, *second_by, *second_at; /* UTC ISO */
	bool rows; /* field is a repeat; the answers are numbers of rows */
};
bool store_verify_differences(
    struct store *, bool (*each)(void *, const struct verify_difference *), void *, struct err *);
bool store_verify_open_count(struct store *, int64_t *, struct err *);
/* For the first answer or, saved by this person, the second. Saving another answer
 * in the record settles it as well. */
bool store_verify_settle(
    struct store *, int64_t verify, const char *row, const char *field, bool second, struct err *);

/* What this saving settled; inside it, once what is stored was read anew. */
bool verify_settled(struct save *, struct err *);

#endif
