/* entry.h: keying one record: what the files entry_*.c share. Everything that
 * is not of this screen sees entry_new and entry_resume alone. */
#ifndef RUHU_TUI_ENTRY_H
#define RUHU_TUI_ENTRY_H

#include "base/buf.h"
#include "record/session.h"
#include "store/store.h"
#include "tui/field.h"
#include "tui/layout.h"
#include "tui/outline.h"
#include "tui/pick.h"
#include "tui/undo.h"
#include "tui/ui.h"

/* Why the cursor was kept in a question once; the same again lets it go. */
enum hold { HOLD_NONE, HOLD_TYPE, HOLD_CONSTRAINT, HOLD_WARNING, HOLD_REQUIRED };

enum question_asked {			/* ids of ui_ask */
	ASK_RESUME, ASK_MISSING, ASK_GOTO, ASK_FLAG, ASK_REMOVE, ASK_LEAVE, ASK_DISCARD,
	ASK_PROBLEMS, ASK_DROPPED, ASK_COLLISION, ASK_SAVED,
	ASK_VERIFY_OWN, ASK_VERIFY_ROWS, ASK_VERIFY_WHICH, ASK_VERIFY_DONE, ASK_VERIFY_LEAVE,
	ASK_VERIFY_DROP, ASK_VERIFIED, ASK_DUPLICATE
};

#define GRID_COLUMNS 10

struct grid {
	const struct question *repeat;
	const struct question *q[GRID_COLUMNS];
	int width[GRID_COLUMNS];
	size_t n;
};

struct column {
	const struct question *q;
	int width, x;			/* x 0: not in sight */
};

/* The table of a repeat as a grid whose cells are keyed in place. The cursor is an
 * ordinary place, a question of a row; whether it is shown in a grid or on the
 * row's own page follows from here. */
struct cells {
	bool *on;			/* by question: this repeat is shown as a grid */
	const struct question *repeat;	/* whose columns these are */
	struct column *v;
	size_t n, cap;
	bool measured;			/* widths are of this screen and these answers */
	size_t fixed, left;		/* stays at the left; the first of the others in sight */
	size_t first, shown;		/* first row in sight, how many fit, as last drawn */
	node_id spare;			/* a row begun by going on past the last one */
	node_id back;			/* the cell that F7 left */
	node_id *stood;			/* by repeat: where in it the cursor was last */
};

struct entry {
	struct view view;		/* first: a view is cast to it */
	struct session *session;
	const struct form *form;
	const struct answers *answers;
	struct outline *outline;

	struct place at;
	struct page page;		/* that of `at` */
	struct layout layout;
	bool stale;			/* the page must be made anew before it is drawn */
	int scroll, drawn_cols;
	enum ambiguous drawn_widths;
	struct grid grid;		/* of the page's table */
	/* The date of a row that F9 filled, passed; where the cursor came to rest instead. */
	struct { node_id date, rest; } dated;
	node_id filled_row;		/* on the page: answers taken over from the row before */
	struct cells cells;
	struct undo undo;
	struct field field;		/* open on at.item when that is asked */
	struct pick pick;

	node_id held;			/* with held_why: see enum hold */
	enum hold held_why;
	node_id *required;		/* questions whose `required` was asked once */
	size_t required_n, required_cap;
	int64_t advanced_ms;		/* when the cursor went on by itself; 0: it did not */

	bool was_new;
	char *duplicate, *duplicate_id;	/* a key that exists, once it was asked about; whose */
	const struct question *duplicate_key;
	bool once;			/* for a worklist: saved, it goes back there at once */
	bool typed;			/* something was answered since it was opened */
	node_id *unjournalled;		/* answered, and not in the draft yet */
	size_t unjournalled_n, unjournalled_cap;
	char draft_at[6];		/* "HH:MM"; "" none */
	struct buf hint, note;
	node_id resume;
	node_id problem;		/* F8 stood here last */

	struct { node_id node; char *note; } *flags;	/* open ones of this record */
	size_t flags_n;

	enum record_state saving;
	struct save_result result;
	size_t collision;
	struct buf batch;		/* "37/50 1234/1500" of a new record; "" none */
	struct verifying *verify;	/* keyed a second time, see entry_verify.h; else NULL */
};

/* The record that is keyed now; NULL: another screen is on top. Lent. */
const struct entry *entry_on_top(const struct ui *);

/* A new record of the form; a saved one or a draft. Pushes the view. */
struct entry *entry_open_session(struct ui *, struct session *);	/* takes it */
bool entry_new(struct ui *, const char *form, struct err *);
bool entry_resume(struct ui *, const char *record_id, struct err *);
/* A saved record, standing on a question (by name) of a row ("": in none). */
bool entry_open_at(struct ui *, const char *record_id, const char *row_id, const char *question,
    struct err *);

/* ---- entry_open.c: opening for a worklist -------------------------------------------- */
/* A saved record, at a new row of the repeat, filled in like the row before. Where an
 * unsaved draft is gone on with, no row is added. */
bool entry_open_row(struct ui *, const char *record_id, const char *repeat, struct err *);
/* A new record of the form with these answers (question, answer); goes back when it
 * is saved. */
bool entry_new_with(struct ui *, const char *form, const struct attr *answers, size_t n,
    struct err *);

/* The record that a view shows; NULL: it is another kind of view. */
struct entry *entry_of_view(struct view *);

/* A saved record at its first problem. */
bool entry_open_problem(struct ui *, const char *record_id, struct err *);

/* ---- entry_unique.c: a new record whose key exists ------------------------------------ */
/* Asks, once for a key, whether to go to the record that has it. True: it asks. */
bool entry_ask_duplicate(struct entry *);
void entry_duplicate_answered(struct entry *, int choice);

/* ---- entry_move.c: where the cursor is ------------------------------------------- */
void entry_goto(struct entry *, const struct place *);	/* no questions asked */
void entry_open_field(struct entry *);
bool entry_goto_node(struct entry *, node_id);
void entry_forward(struct entry *, bool list);		/* leave, then the next place */
/* Leaves for a question further on; where that is not asked, for the next that is. */
void entry_skip_to(struct entry *, node_id);
void entry_down(struct entry *, bool list);		/* the same, passing nothing over */
/* Leaves, then the next question without an answer, at most to the end of this row
 * or to where a row can be added. */
void entry_to_blank(struct entry *);
void entry_backward(struct entry *, bool list);
void entry_turn(struct entry *, int dir);		/* leave, then the next page */
void entry_end(struct entry *);			/* leave, then the last question */
/* Does it hold by itself (taken over from the record before, or a default that the
 * form says to pass), so that Enter goes past it? */
bool entry_carried(const struct entry *, const struct cell *);
void entry_start(struct entry *);			/* the first question */
void entry_begin(struct entry *);		/* past what is taken over, in a new record */
void entry_go_to_question(struct entry *, const char *typed);
void entry_next_problem(struct entry *);

/* ---- entry_leave.c: the answer under the cursor ----------------------------------- */
/* Gives what was typed to the session and asks the checks. False: stay. */
bool entry_leave(struct entry *, bool forward);
/* Only what can be kept without asking: for the line that drops. */
void entry_keep(struct entry *);
/* Writes what was answered into the draft; cursor: where to go on. */
void entry_journal(struct entry *, node_id cursor);
bool entry_kept(struct entry *);	/* all is in the draft now; else says why not */
/* A choice or a text put in at once; then forward if it holds. */
void entry_put(struct entry *, const char *text, bool advance);
void entry_missing(struct entry *, enum missing);
void entry_changed(struct entry *, const struct changed *);
void entry_answered(struct entry *, node_id);		/* the next journalling writes it */

/* ---- entry_keys.c: keys that are text --------------------------------------------- */
void entry_text_key(struct entry *, const struct key *);
/* On the line that adds a row: '/' ends the table as it ends a row, a digit with which no
 * row can begin does too and begins the question after it. False: it does not. */
bool entry_ends_rows(struct entry *, const struct key *);
/* There: may an answer begin so, and with it a row? */
bool entry_begins_row(const struct entry *, const struct key *);
void entry_edit_key(struct entry *, enum action);
void entry_pad_key(struct entry *, enum action, const struct key *);
void entry_pick_key(struct entry *, enum action, const struct key *);
void entry_open_pick(struct entry *, const char *start);
void entry_same(struct entry *);

/* ---- entry_ascii.c ----------------------------------------------------------------- */
/* True: on a terminal that shows no Han this key would change an answer that has
 * some, or type what cannot be seen; it was refused. */
bool entry_refuses(struct entry *, enum action, const struct key *);

/* ---- entry_flags.c ------------------------------------------------------------------ */
void entry_flags_read(struct entry *);		/* anew */
void entry_flags_free(struct entry *);
const char *entry_flag(const struct entry *, node_id);	/* its note and who; NULL: none */
/* What the store calls a question: its name, or its path where several have it. */
const char *entry_field_name(const struct entry *, const struct question *);
/* The question by name of a row ("": in none); NODE_NONE. */
node_id entry_node(const struct entry *, const char *row_id, const char *field);

/* ---- entry_help.c ------------------------------------------------------------------- */
void entry_help(const struct view *, struct buf *out);
/* Where '+' goes by the form, "" where it does not say; appended. */
void entry_skip_text(struct entry *, struct buf *out);

/* ---- entry_rows.c ------------------------------------------------------------------ */
void entry_add_row(struct entry *);
void entry_begin_row(struct entry *);		/* by going on: left blank, it goes again */
void entry_ask_remove_row(struct entry *);
void entry_add_after(struct entry *);		/* to the table here, or the next there is */
void entry_end_of_rows(struct entry *, bool last);
void entry_end_row(struct entry *);
void entry_as_last(struct entry *);		/* a row like the last one */
/* The first step back after it goes to the date that it passed. */
bool entry_back_to_date(struct entry *, struct place *to);

/* ---- entry_grid.c: a repeat's rows as a table --------------------------------------- */
/* Chooses the columns of the repeat below parent for `cols` columns of screen. */
void entry_grid(struct entry *, node_id parent, const struct question *repeat, int cols);
/* The names of the columns; a row in a line: appended. For the grid last chosen,
 * else only what a row begins with. */
void entry_grid_head(struct entry *, struct buf *out);
void entry_row_text(struct entry *, node_id row, struct buf *out);

/* ---- entry_cells.c: a repeat's rows as a grid that is keyed in place ------------------ */
/* Repeats that the form wants so; none where nothing is drawn (plain.h). */
void entry_cells_open(struct entry *, const struct ui *);
void entry_cells_resume(struct entry *);	/* a draft: a row begun and left blank goes */
bool entry_in_cells(struct entry *);		/* the cursor is in such a cell */
size_t entry_cells_column(struct entry *, const struct question *);	/* cells.n: in none */
bool entry_cell_after(struct entry *, const struct place *, struct place *);	/* in its row */
/* g->v becomes the columns of this repeat: the questions marked so, else all that are
 * asked. */
void entry_cells_columns(struct entry *, const struct question *repeat);
/* Does something say what the first cell of a new row is? */
bool entry_cells_begun(struct entry *, const struct question *repeat);
/* A row is begun unasked only where nothing says what its first cell is: else one
 * could go on for ever by accepting what is there. */
bool entry_cells_unasked(struct entry *, node_id parent, const struct question *repeat);
/* Begins one so, and the cursor is in it. False: there is none. */
bool entry_cells_begin(struct entry *, node_id parent, const struct question *repeat);
/* Where to stand in a row when one comes to it going forward or back. */
bool entry_row_start(struct entry *, node_id row, bool last, struct place *);
/* On the way forward or back: a row shown as a grid is come to in a cell. False: a new
 * row was begun there, the cursor is in it. */
bool entry_arrive(struct entry *, struct place *, int dir);
void entry_cells_forward(struct entry *);	/* leave, then the next cell */
void entry_cells_backward(struct entry *);
void entry_cells_end_row(struct entry *);	/* the next row's first cell */
void entry_cells_vertical(struct entry *, int dir);
bool entry_cells_page(struct entry *, int dir);	/* false: not within the rows */
/* Left and Right while nothing is being edited. False: they move in the text. */
bool entry_cells_sideways(struct entry *, int dir);
/* A row begun and left blank goes. keep: but for this one. */
void entry_drop_spare(struct entry *, node_id keep);
/* On the page of such a row, in its first question, going on ends the table. False: it is
 * no such row. */
bool entry_blank_ends(struct entry *);
void entry_end_spare(struct entry *);		/* and the cursor is not in it any more */

/* ---- entry_table.c: F7 ------------------------------------------------------------------ */
/* From a row's page to the grid and back; from elsewhere to the form's table. */
void entry_table_switch(struct entry *);
/* The cursor stands there now: F7 from elsewhere comes back to it. */
void entry_table_stood(struct entry *, const struct place *);

/* ---- entry_cells_draw.c -------------------------------------------------------------- */
void entry_cells_draw(struct entry *, struct screen *, int top, int rows);
void entry_cells_draw_row(struct entry *, struct screen *, int top);	/* the cursor's */
void entry_cells_hint(struct entry *, const char *hint, struct buf *out);

/* ---- entry_change.c: rows put in, taken out, moved; the last change taken back -------- */
void entry_insert_row(struct entry *);
void entry_take_row(struct entry *);		/* no question asked */
void entry_shift_row(struct entry *, int by);
void entry_undo(struct entry *);
/* The rows round (or in) a row, into the draft. */
bool entry_rows_to_draft(struct entry *, node_id row_or_parent);

/* ---- entry_save.c ------------------------------------------------------------------ */
void entry_save(struct entry *);
void entry_finish(struct entry *);		/* without asking for problems */
void entry_ask_leave(struct entry *);
void entry_saving_answered(struct entry *, int id, int choice);

/* ---- entry_answer.c ---------------------------------------------------------------- */
/* What stands before an answer: ! breaks a rule, ? is to be confirmed, ~ was or is let
 * through, = as last time, # not as last time, ^ taken over and passed; "" nothing. */
const char *entry_mark(const struct entry *, const struct cell *);
/* The answer being typed, `width` columns at (row, col), filled up with '_' so that a
 * typed character costs its own bytes and nothing else. Returns the column after it. */
int entry_draw_field(struct entry *, struct screen *, int row, int col, int width);
/* A question's answer, in the row given. */
void entry_draw_answer(struct entry *, struct screen *, int row, const struct item *,
    const struct slot *);
/* On a narrow screen the choices have no room beside the answer: as many as the message
 * line holds; appended. */
void entry_choices_hint(const struct entry *, struct buf *out);

/* ---- entry_draw.c ------------------------------------------------------------------ */
void entry_draw(struct view *, struct screen *);
void entry_draw_typing(struct view *, struct screen *);
const char *entry_hint(struct view *);
void entry_page(struct entry *);			/* makes the page of `at` anew */

/* The label of q as node `at` sees it, else its name. Lent until the next change. */
const char *entry_label(struct entry *, node_id at, const struct question *);
/* "23 relation" or "member 2 / 23 relation"; appended. */
void entry_place_text(struct entry *, node_id, struct buf *out);

#endif
