/* session.h: working on one record. Knows the form's logic; knows no screen and
 * no disk. Sets answers, keeps relevance, calculations, defaults and validity
 * up to date, and tells what changed as a return value.
 *
 * Rules (ODK XForms recompute model, docs/expressions.md for the choices):
 * - A node that is not relevant is blank to every expression, keeps what was
 *   typed, comes back with it, and is dropped on saving.
 * - So is an answer that its list does not offer now (choice_filter, a row it came
 *   from): blank to expressions (of several codes, those that are shut out), kept,
 *   back with the list. One that was saved and that nothing done since has shut
 *   out, the list being another than it was, counts as before and is flagged
 *   (PROBLEM_CHOICE).
 * - A constraint or warning is not asked of a blank answer; `required` is.
 * - `enforce: ask` makes a broken constraint a warning, `enforce: log` no problem at
 *   all: see cell.forced. `enforce_required` does the same for a blank.
 * - An answer that breaks its constraint is kept and flagged; a record with such a
 *   problem is saved as incomplete only.
 * - A default runs once, when the record or row is made: literals first, then
 *   expressions in the order of the form. It fires no trigger. A literal one is
 *   there again for what was saved as not relevant and comes back.
 * - A `calculation` without a trigger is kept up to date and wins over what was
 *   typed, so its question is read-only; unless it reads `.`, for then it makes
 *   something of what was typed. It is not run while its node is not relevant.
 * - A `calculation` with a `trigger` runs once per change of what the trigger
 *   names, after all else has settled, and may be typed over. The change may be
 *   typed or calculated; one that happens while the trigger is not relevant is
 *   put off until it is. A trigger in a row acts in that row only.
 * - repeat_count: rows are added when it grows. When it shrinks, rows at the end
 *   in which nobody typed anything go; a row that holds typed answers stays,
 *   with a problem that asks to remove it. A blank count leaves the rows alone.
 *   It is evaluated at what the repeat lies in.
 * - Work is in proportion to what changed: an expression is evaluated once per
 *   node and only when something it reads has changed (session_evaluations).
 */
#ifndef RUHU_RECORD_SESSION_H
#define RUHU_RECORD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "form/form.h"
#include "logic/answers.h"

struct buf;
struct clock;
struct dataset;
struct logic;
struct session;

/* What a session asks of the world around it; store/ and tests fill it in.
 * Any function may be NULL: then nothing is known. */
struct host {
	void *ctx;
	const struct clock *clock;
	const char *user, *device;
	/* Operations of all that one change brings about, or one look at the problems, a
	 * question or a list of choices; what is beyond is a problem. 0: 200 million. */
	long work;
	/* A list kept outside the form (other forms' saved records, a .csv): lent
	 * until session_close. NULL: no such list. */
	const struct dataset *(*dataset)(void *ctx, const char *id);
	/* What this worker last saved of this form. */
	bool (*last_saved)(void *ctx, const char *question, struct buf *out);
	/* Is value of a `unique` question taken by another record than record_id?
	 * *who says by which, for the message. */
	bool (*taken)(void *ctx, const struct question *, const char *value,
	    const char *record_id, struct buf *who);
};

/* Opens a record for answering; borrows logic and host's pointers, which must
 * outlive it. record_id (a UUID) is copied. No answers yet: see below. */
struct session *session_new(const struct logic *, const struct host *, const char *record_id);
void session_close(struct session *);			/* NULL is fine */

/* Loading what was stored: any number of rows and answers, then one start.
 * mark is the store's own number for the saved change (0: none), kept beside
 * the answer and lent back by session_base. */
node_id session_load_row(struct session *, node_id parent, const struct question *repeat,
    const char *row_id);
void session_load_answer(struct session *, node_id, const char *text, enum missing,
    int64_t mark);
/* A draft's answer over the saved one: base stays what was loaded. No default
 * runs for that node, even if the draft's answer is blank. touched: a person set it. */
void session_load_draft(struct session *, node_id, const char *text, enum missing, bool touched);
/* is_new: preloads and defaults run. Then everything is computed. Always true.
 * session_load_answer works after it, too (another person's answer merged in):
 * all that depends on it is computed, but no trigger fires. */
bool session_start(struct session *, bool is_new, struct err *);

/* What a change touched: nodes to draw again. Lent until the next change. */
struct changed {
	const node_id *v;
	size_t n;
	bool structure;			/* rows came, went or moved, or relevance changed */
};

/* Sets one answer from what was typed (value_parse does the reading) and brings
 * everything that depends on it up to date. False: not an answer of that type,
 * not in the list, read-only or not relevant: err says which, nothing changed.
 * A broken constraint is not a failure: see session_cell. */
bool session_set(struct session *, node_id, const char *typed, struct changed *, struct err *);
bool session_set_missing(struct session *, node_id, enum missing, struct changed *,
    struct err *);
/* Puts back an answer that was there before, as it was kept. */
bool session_put_back(struct session *, node_id, const char *text, enum missing,
    struct changed *, struct err *);
/* What session_set would make of it, in out; nothing changes. */
bool session_read(struct session *, node_id, const char *typed, struct buf *out, struct err *);
/* What a person said of an answer, besides giving it; gone when the value changes.
 * The first three let it stand though that rule does not hold. */
enum confirm {
	CONFIRM_WARNING = 1, CONFIRM_CONSTRAINT = 2, CONFIRM_REQUIRED = 4,
	CONFIRM_SAME = 8		/* taken over from the period before, and unchanged */
};
/* A warning (or a rule with `enforce: ask`) was shown and confirmed. */
void session_accept(struct session *, node_id);
/* Says bits of enum confirm: what was confirmed before, as the store kept it. */
void session_confirm(struct session *, node_id, unsigned confirm);

/* Can a person add a row here now: the repeat is relevant and has no
 * repeat_count. parent is an instance of what the repeat lies in. */
bool session_can_add(struct session *, node_id parent, const struct question *repeat);
/* Rows. position 0: at the end. The new row's id is a UUIDv7. *row is its node. */
bool session_add_row(struct session *, node_id parent, const struct question *repeat,
    size_t position, node_id *row, struct changed *, struct err *);
bool session_remove_row(struct session *, node_id row, struct changed *, struct err *);
/* Puts a row back that session_remove_row took out since the last saving, as it
 * was: its node, its id, its answers and what they were when it was loaded. No
 * default runs and no trigger fires. position 0: at the end. */
bool session_restore_row(struct session *, node_id row, size_t position, struct changed *,
    struct err *);
bool session_move_row(struct session *, node_id row, size_t position, struct changed *,
    struct err *);

/* Time has passed or other records changed: recomputes what reads them. */
void session_refresh(struct session *, struct changed *);
/* form_lang: index into form->languages. Calculations with jr:choice-name() or
 * jr:itext() give their words in the new language, as in ODK. */
void session_language(struct session *, size_t form_lang);
size_t session_lang(const struct session *);

enum problem_kind { PROBLEM_NONE, PROBLEM_REQUIRED, PROBLEM_CONSTRAINT, PROBLEM_CHOICE,
	PROBLEM_UNIQUE, PROBLEM_WARNING, PROBLEM_EXPRESSION };

/* All a screen or `ruhu fill` shows of one node. Texts are lent until the next
 * change of the session. */
struct cell {
	const struct question *q;
	node_id node;
	const char *value;		/* canonical; kept even when not relevant; of codes
					 * that its list shuts out, what is left */
	enum missing missing;
	bool relevant, required, read_only;
	bool asked;			/* a person can answer it here and now */
	bool touched;			/* a person set it, in this record's life */
	bool changed;			/* differs from what was saved */
	bool valid;			/* no problem but warnings */
	enum problem_kind problem;
	const char *problem_text;	/* a sentence in the form's or program's words; "" */
	bool accepted;			/* a rule that it breaks was confirmed */
	unsigned confirmed;		/* bits of enum confirm */
	unsigned forced;		/* the rules it breaks and stands all the same: confirmed,
					 * or let through by `enforce: log` */
};
void session_cell(struct session *, node_id, struct cell *);
/* A sentence about what its list shuts out of the answer and session keeps; "":
 * nothing. Lent until the next change. */
const char *session_held(struct session *, node_id);
/* Label, hint, ... with ${} filled in, active language. */
const char *session_text(struct session *, node_id, const struct text *);
/* What the value means: the choice's label (labels joined by a space for
 * several), or the value itself. Appended to out. */
void session_display(struct session *, node_id, struct buf *out);

/* The choices that may be picked now, in order, after choice_filter. */
struct choices {
	struct { const char *value, *label; } *v;
	size_t n;
};
bool session_choices(struct session *, node_id, struct choices *, struct err *);
void choices_free(struct choices *);

/* Order on the screen: the next (dir 1) or previous (-1) node that is asked,
 * from `at` (NODE_NONE: from the start or end). NODE_NONE: none. */
node_id session_step(struct session *, node_id at, int dir);

struct problem {
	node_id node;
	enum problem_kind kind;
	const char *text;		/* lent until the next change */
};
/* Problems in screen order, warnings not yet accepted included; returns how
 * many, *list lent until the next change or call. What may have changed is
 * checked anew; so is uniqueness, always. */
size_t session_problems(struct session *, const struct problem **list);
size_t session_errors(struct session *);		/* those that are not warnings */

/* Paths as `ruhu fill` and XForms have them: name, member[2]/wage,
 * /data/member[2]/wage. A bare name that is unique form-wide is found anywhere
 * when it needs no row, or in row `near`'s row. */
bool session_find(struct session *, const char *path, node_id near, node_id *out, struct err *);
/* For paths to a repeat (add): its parent node and question. */
bool session_find_repeat(struct session *, const char *path, node_id *parent,
    const struct question **repeat, struct err *);
/* "/data/member[2]/wage", appended. */
void session_path(const struct session *, node_id, struct buf *out);

const struct answers *session_answers(const struct session *);
const struct logic *session_logic(const struct session *);
const char *session_record(const struct session *);
bool session_is_new(const struct session *);	/* no answer was loaded from the store */
/* Something a person did is not saved: an answer that differs, rows added,
 * removed or moved. What calculations made by themselves does not count. */
bool session_dirty(const struct session *);

/* Saving. Nodes whose typed answer would be dropped (not relevant, shut out by its
 * list); lent until the next call. */
size_t session_dropped(struct session *, const node_id **list);
/* Just before saving: `end` is stamped, calculations are brought up to date. */
void session_finish(struct session *);
/* What saving must write: value is "" for a node that is not relevant. */
struct saved_answer {
	node_id node;
	const struct question *q;
	const char *row_id;		/* "" outside repeats */
	const char *value;
	enum missing missing;
	const char *base;		/* as loaded or last saved */
	enum missing base_missing;
	int64_t mark;			/* the change base came from; 0: none */
};
/* Iterates every node that holds an answer; *at starts at 0. */
bool session_each(struct session *, node_id *at, struct saved_answer *);
/* Rows loaded from the store and since removed. */
size_t session_removed_rows(const struct session *, const char *const **row_ids);
/* After saving: node's base becomes its present answer with this mark. */
void session_saved(struct session *, node_id, int64_t mark);
void session_all_saved(struct session *);		/* forgets removed rows, no longer new */

/* Record's label (instance_name) and scope, computed. */
const char *session_instance_name(struct session *);
const char *session_scope(struct session *);

/* How many expressions were evaluated since the session began (constants do not
 * count): for tests that assert proportional work. */
uint64_t session_evaluations(const struct session *);

#endif
