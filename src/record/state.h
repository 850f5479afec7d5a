/* state.h: the inside of a session, shared by the files of record/ and by
 * nobody else.
 *
 * recompute.c keeps the answers true to the form's expressions; rows.c adds and
 * takes rows; defaults.c fills new nodes; validity.c says what is wrong with an
 * answer; choices.c what may be picked; shut.c what that leaves of an answer; text.c
 * what people read; paths.c finds nodes by name; saving.c knows what differs from the
 * store; session.c is what outsiders call to set answers. */
#ifndef RUHU_RECORD_STATE_H
#define RUHU_RECORD_STATE_H

#include "base/buf.h"
#include "logic/expr.h"
#include "logic/logic.h"
#include "record/queue.h"
#include "record/session.h"

struct map;

/* What is known of a node besides its answer, which lies in answers. */
struct node_state {
	char *base;			/* text as in the store; NULL is "" */
	char *problem_text;
	const struct start_row *start;	/* of a row: what it begins with */
	int64_t mark;
	uint16_t queued;		/* aspects that wait in a queue, as bits */
	uint16_t stale;			/* aspects not computed while not relevant */
	uint32_t turned_in;		/* the change in which its list turned on it, and */
	unsigned char turns;		/* how often */
	unsigned char base_missing;
	unsigned char problem;		/* enum problem_kind */
	unsigned char rule;		/* of a warning: the enum confirm that lets it stand */
	unsigned char confirmed, forced;	/* see struct cell */
	bool checked : 1;		/* problem is of the present state */
	bool required : 1, read_only : 1;
	bool touched : 1, edited : 1, loaded : 1;
	bool listed : 1;		/* is in session->changed */
	bool fresh : 1;			/* in a row being made: fires no trigger */
	bool pending : 1;		/* changed while not relevant: fires once it is */
	bool surplus : 1;		/* a row beyond its repeat_count */
	bool stranger : 1;		/* may hold what is not among the choices */
	bool added : 1;			/* a row that a person added; counted in rows_edited */
};

struct fault_at {			/* an expression that could not be evaluated */
	node_id node;
	enum aspect aspect;
	char *text;
};

struct shown {				/* a text with ${} filled in */
	node_id node;
	const struct text *text;
	char *s;
};

struct session {
	const struct logic *logic;
	const struct form *form;
	struct host host;
	struct answers *answers;
	char *id;
	size_t lang;
	bool is_new, starting;
	bool begun;			/* as a new record: it has what the form begins with */
	uint64_t evaluations, since;	/* since: at the beginning of this change */
	long budget;			/* operations left to what is being done */
	const struct question *by;	/* the trigger of the calculation that runs */

	struct node_state *v;		/* by node id */
	size_t v_cap, v_n;

	uint16_t *aspects;		/* by question: what is kept up to date */
	struct vertex *position;	/* vertices that read position(), previous() */
	size_t position_n;
	struct vertex *language;	/* those that give words in the form's language */
	size_t language_n;

	bool beginning;			/* such rows are being made: defaults come after */
	const struct question **takers;	/* selects whose choices are answers of a repeat */
	size_t takers_n;

	struct queue queue, fired;	/* fired: calculations with a trigger */
	struct queue later;		/* repeat counts met while rows are being made */
	uint32_t serial, change;	/* change: number of the present one */
	int counting, labelling;	/* how deep */
	node_id *fresh;			/* rows made in this change */
	size_t fresh_n, fresh_cap;

	node_id *changed;
	size_t changed_n, changed_cap;
	bool structure;
	size_t rows_edited;		/* how often a person added, removed or moved rows; what
					 * was added and removed again does not count */

	struct fault_at *faults;
	size_t faults_n, faults_cap;
	struct shown *shown;
	size_t shown_n, shown_cap;

	char **buried;			/* texts that may still be lent */
	size_t buried_n, buried_cap;

	struct map *lists_by_id;	/* -> index + 1 in form->lists */
	struct dataset **lists;		/* made when first needed */

	struct problem *problems;
	size_t problems_n, problems_cap;
	node_id *dropped;
	size_t dropped_cap;
	char **removed;
	size_t removed_n, removed_cap;
	node_id *ids;			/* scratch of recompute.c */
	size_t ids_cap;
	struct buf instance_name, scope;
	struct buf result, value;	/* of the calculation that runs */
};

/* A repeat_count that asks for more is a fault of the form. */
#define ROWS_MAX 10000
#define WORK_MAX 200000000L
#define LABELS_DEEP 4			/* labels of choices that name labels of choices */

static inline struct node_state *
node_state(const struct session *s, node_id node)
{
	return &s->v[node];
}

static inline uint16_t
aspect_bit(enum aspect a)
{
	return (uint16_t)(1u << a);
}

/* Is it top, or does it lie in it? */
bool question_within(const struct question *, const struct question *top);
/* Is it calculated, whatever is typed? */
bool question_computed(const struct session *, const struct question *);
bool node_asked(const struct session *, node_id);
const char *node_saved_text(const struct session *, node_id);	/* "" when not relevant */
enum missing node_saved_missing(const struct session *, node_id);
bool node_edited(const struct session *, node_id);	/* a person's change that is not saved */

/* session.c */
void state_grow(struct session *);		/* states for all nodes there are */
void state_clear(struct session *, node_id);	/* of a node about to be removed */
void faults_clear(struct session *, node_id);
void state_set(char **slot, const char *text);	/* "" becomes NULL */
void bury(struct session *, char *);		/* frees it at the next change */
void work_begin(struct session *);		/* the budget is whole again */
void change_begin(struct session *);		/* what was lent is given back */
void change_note(struct session *, node_id);	/* to be drawn again */
void change_end(struct session *, struct changed *);
void queue_vertices(struct session *, const struct vertex *, size_t n);	/* everywhere */

/* recompute.c */
void env_at(struct session *, node_id, struct env *);
bool eval_text(struct session *, const struct expr *, node_id, struct buf *out, struct err *);
/* The same for a label or a name, whatever is left to what is being done. */
bool eval_words(struct session *, const struct expr *, node_id, struct buf *out, struct err *);
bool eval_true(struct session *, const struct expr *, node_id, bool *out, struct err *);
void fault_set(struct session *, node_id, enum aspect, const char *text);	/* NULL: none */
const char *fault_get(const struct session *, node_id);

void queue_all(struct session *, node_id top);	/* every expression at top and below */
void queue_readers(struct session *, node_id at, const struct question *);
void queue_task(struct session *, node_id, const struct question *, enum aspect);
/* The next node below top, in document order. */
node_id node_below(const struct session *, node_id at, node_id top);
/* Where an expression is evaluated: a repeat_count at what the repeat lies in. */
const struct question *vertex_place(const struct vertex *);
bool runs_by_itself(const struct vertex *);	/* no default, no trigger */
void queue_in(struct session *, node_id scope, const struct vertex *);
void uncheck(struct session *, node_id);	/* its problem must be found again */
/* The same of nodes of a unique question that text makes equal or did (NULL: all). */
void uncheck_unique(struct session *, const struct question *, const char *text);
/* The rows a change at `at` can be seen from: the innermost row of `at` that
 * holds reader too, and whose other rows the expression does not look at. */
node_id seen_within(const struct session *, node_id at, const struct question *reader,
    const struct expr *);
bool expr_names(const struct expr *, const struct question *);
void uncheck_takers(struct session *, const struct question *source);
void value_write(struct session *, node_id, const char *text);	/* and all it entails */
/* False: it cannot be an answer, which is a fault of that aspect now. */
bool value_fits(struct session *, node_id, const struct buf *value, enum aspect);
void value_changed(struct session *, node_id);	/* after the answer itself changed */
void drain_plain(struct session *);		/* all but triggered calculations */
void drain(struct session *);

/* rows.c */
node_id row_make(struct session *, node_id parent, const struct question *repeat,
    size_t position);
void rows_begin(struct session *, node_id at);	/* the record or a row */
void row_count(struct session *, node_id parent, const struct question *repeat);

/* defaults.c */
void defaults_run(struct session *, node_id top, bool first);	/* first: a new record's */
void defaults_hidden(struct session *);
void defaults_on_load(struct session *);
void preloads_run(struct session *);
void preload_end(struct session *);
/* A calculation's result as an answer of q's type. */
void value_canonical(const struct session *, const struct question *, const char *text,
    struct buf *out);

/* validity.c */
void check(struct session *, node_id);

/* text.c */
const char *question_label(const struct session *, const struct question *);

const char *text_lend(struct session *, char *);	/* takes it; lent until the next change */
/* The next code, of several ones or the only one; false: there is none. */
bool code_next(const char **codes, bool several, struct buf *code);
bool codes_have(const char *codes, const char *code);	/* of several ones */

/* shut.c */
void shut_out(struct session *, node_id);	/* asks its list what is left of the answer */
/* Is a code of the answer shut out? codes: which, appended (NULL: not wanted). */
bool node_shut(const struct session *, node_id, struct buf *codes);

/* choices.c */
const struct dataset *dataset_by_id(struct session *, const char *id);
/* False: *stranger is a code that may not be picked at node now, or err says why
 * that cannot be told. */
bool choices_allow(struct session *, node_id, const char *codes, struct buf *stranger,
    struct err *);
/* Those of codes that may be picked now. Of a ranking all choices: what was not
 * ranked comes last. */
bool choices_left(struct session *, node_id, const char *codes, struct buf *left,
    struct err *);
bool choice_label(struct session *, node_id, const char *code, struct buf *out);
bool choice_label_from(struct session *, const struct question *, node_id at, const char *code,
    struct buf *out);
void datasets_language(struct session *);
void datasets_free(struct session *);

#endif
