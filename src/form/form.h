/* form.h: a form as XLSForm describes it, loaded once and never changed. All of
 * it lives in one arena; every pointer is lent until form_free.
 *
 * Names follow XLSForm: a *question* is one row of the survey sheet, groups and
 * repeats included. Reading YAML is form_yaml.h's business; what expressions
 * mean is logic/'s. Standards: XLSForm (xlsform.org), ODK XForms. */
#ifndef RUHU_FORM_FORM_H
#define RUHU_FORM_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct map;

/* What a question is. Order matters to nobody; form_types[] (types.c) has a row
 * for each: XLSForm name and aliases, kind of value, what a terminal does. */
enum qtype {
	Q_FORM,				/* the root */
	Q_GROUP, Q_REPEAT,
	Q_TEXT, Q_INTEGER, Q_DECIMAL, Q_RANGE, Q_DATE, Q_TIME, Q_DATETIME,
	Q_SELECT_ONE, Q_SELECT_MULTIPLE, Q_RANK, Q_NOTE, Q_ACKNOWLEDGE,
	Q_CALCULATE, Q_HIDDEN,
	Q_TODAY, Q_START, Q_END, Q_USERNAME, Q_DEVICEID, Q_EMAIL, Q_PHONENUMBER, Q_AUDIT,
	Q_XML_EXTERNAL, Q_CSV_EXTERNAL,
	Q_BARCODE, Q_GEOPOINT, Q_GEOTRACE, Q_GEOSHAPE, Q_START_GEOPOINT,
	Q_IMAGE, Q_AUDIO, Q_VIDEO, Q_FILE, Q_BACKGROUND_AUDIO,
	Q_TYPES
};

/* How an answer is stored and compared; the text is always canonical. */
enum kind {
	KIND_NONE,			/* group, repeat, note, external: no answer */
	KIND_STRING, KIND_INTEGER, KIND_DECIMAL, KIND_DATE, KIND_TIME, KIND_DATETIME,
	KIND_CODE,			/* select_one: a choice name */
	KIND_CODES			/* select_multiple, rank: names, one space between */
};

struct type_info {
	enum qtype type;
	const char *name;		/* XLSForm */
	const char *aliases;		/* space-separated, or "" */
	enum kind kind;
	bool asked;			/* a person answers it on the screen */
	bool preload;			/* filled by the program (start, today, ...) */
	bool terminal;			/* false: kept and shown as "not on this device" */
};
const struct type_info *type_info(enum qtype);
const struct type_info *type_by_name(const char *name);	/* alias too; NULL: none */

/* A text in each language of the form, by index; NULL where none is given. */
struct text { const char **in; };

/* A piece of the form's source with its place: most are expressions. */
struct source_line { int at, line, col; };	/* character `at` of the text, from 0 */
struct source {
	const char *text;		/* NULL: the column is absent */
	int line, col;			/* of its first character in form->file */
	const struct source_line *lines;	/* a text over several lines: where each begins */
	size_t lines_n;
};

/* Where character `at` of the text (from 1) stands in the file. */
void source_place(const struct source *, int at, int *line, int *col);

struct attr { const char *name, *value; };

struct choice {
	const char *name;		/* the stored code */
	struct text label;
	const char **cells;		/* one per list->columns, NULL = empty */
};

struct choice_list {
	const char *name;
	struct choice *v;
	size_t n;
	const char **columns;		/* extra columns, for choice_filter */
	size_t columns_n;
	const char *root, *item;	/* what an XForm calls its elements; NULL: so */
	int line, col;
	const struct choice **by_name;	/* sorted; NULL: choice_find looks along v */
};

enum missing {				/* why there is no answer; bits in question.missing */
	MISSING_NONE = 0, MISSING_REFUSED = 1, MISSING_UNKNOWN = 2, MISSING_NOT_APPLICABLE = 4,
	MISSING_UNREADABLE = 8,		/* on the paper it is keyed from */
	MISSING_LAST = MISSING_UNREADABLE
};
/* "refused", "unknown", "not_applicable", "unreadable", "" */
const char *missing_name(enum missing);
enum missing missing_by_name(const char *);	/* MISSING_NONE: no such */

/* What a broken rule does: the record stays incomplete; the worker confirms it or
 * puts it right; it is let through and noted. */
enum enforce { ENFORCE_HARD, ENFORCE_ASK, ENFORCE_LOG };
const char *enforce_name(enum enforce);		/* "hard", "ask", "log" */
bool enforce_by_name(const char *, enum enforce *);

/* What is shown of answers that two sites wrote apart, until a person decides: the
 * newest by clock, the greatest, the least, all choices of all of them. ASK is shown
 * like LATEST; it is what a form says that says nothing. */
enum apart { APART_ASK, APART_LATEST, APART_MAX, APART_MIN, APART_UNION };
const char *apart_name(enum apart);		/* "ask", "latest", "max", "min", "union" */
bool apart_by_name(const char *, enum apart *);

/* A row that an XForm's instance, or the template of a row, has. */
struct start_row {
	const struct question *repeat;
	const struct start_value { const struct question *q; const char *text; } *values;
	size_t values_n;
	const struct start_row *first, *next;	/* rows inside it; beside it */
};

int start_value_order(const void *, const void *);	/* how values are sorted */

struct question {
	uint32_t index;			/* form->questions[index]; document order, root = 0 */
	enum qtype type;
	const char *name;		/* unique among its siblings */
	const char *prefix;		/* of its element in an instance; NULL: none */
	struct text label, hint, guidance_hint;
	struct text required_message, constraint_message, warning_message;
	struct source relevant, required, constraint, warning, calculation, default_,
	    read_only, choice_filter, repeat_count, trigger;
	enum default_kind { DEFAULT_GUESS, DEFAULT_LITERAL, DEFAULT_EXPRESSION } default_kind;
					/* XLSForm tells a literal default from an expression by
					 * its looks; an XForm says which it is */
	/* When default_ runs. YAML and spreadsheets: the first. An XForm's actions
	 * may ask for less, or for each time the record is opened. */
	enum default_when { DEFAULT_FIRST_AND_NEW, DEFAULT_FIRST_ONLY, DEFAULT_NEW_ONLY,
		DEFAULT_EACH_LOAD } default_when;
	bool default_by_action;		/* an XForm's, which writes over what its instance has */
	const struct start_row *start;	/* of a repeat: rows that a new row of it begins with */
	const char *appearance;		/* space-separated words, or "" */
	const struct attr *parameters;	/* parsed from `parameters` */
	size_t parameters_n;
	int parameters_line, parameters_col;
	const struct choice_list *list;	/* selects with a list; NULL otherwise */
	const char *dataset;		/* select_*_from_file and *-external: file name without
					 * its ending, the instance's id; NULL otherwise */
	const char *file;		/* the same with its ending, as written */
	const char *value_column, *label_column;	/* of the dataset */
	const char *from_repeat;	/* select_one ${repeat question}: its name, or NULL */
	const char *from_label;		/* with from_repeat: the question of the same row whose
					 * answer is shown; NULL: the answer itself */
	bool other;			/* `or_other` was written */
	unsigned missing;		/* bits of enum missing */
	enum enforce enforce, enforce_required;	/* of the constraint; of being blank */
	enum apart apart;		/* settings.ruhu.conflict */
	const char *save_to, *was;	/* entity property; earlier name of this question */
	int save_to_line, save_to_col;
	bool of_entity;			/* made by the declaration of an entity: see there */
	const struct attr *extra;	/* media::*, bind::*, body::* ..., as written */
	size_t extra_n;
	const char *attribute;		/* of an XForm's element, by this name; NULL: an element */
	const struct question *attribute_of;	/* that element; it is a child of it, or, as
					 * a leaf has none, stands beside it */
	struct question *parent, *first, *last, *next;
	struct question *repeat;	/* innermost repeat round it, not itself; NULL = none */
	int depth;			/* root 0 */
	const char *path;		/* "/data/member/wage" */
	int line, col;
};

/* `settings.ruhu.publish`: a list that other forms read by instance(),
 * pulldata() and select_*_from_file: the newest record for each key. */
struct publish {
	const char *name;		/* the instance's id, e.g. "household" */
	const struct question *repeat;	/* rows of this repeat; NULL: one item a record */
	const struct question *key;
	const struct question *latest;	/* newest by this date; NULL: by time of saving */
	const struct question *label;	/* shown beside the key; NULL: the key */
	int line, col;
};

/* A row of the sheet `entities`: a record, or each row of a repeat, makes an entity of
 * a list, or changes one that another made. What it says of it are answers like any
 * other, in the group meta/entity, so that they are saved, logged and sent with it. */
struct entity {
	const char *list;		/* the instance's id, e.g. "trees" */
	const struct question *at;	/* the form, repeat or group that has its meta/entity */
	struct source repeat;		/* as written */
	struct source entity_id, create_if, update_if, label_;	/* as written */
	bool creates, updates;		/* may it do so? */
	const struct question *id, *create, *update, *label, *base, *sent;
					/* a UUID; "1" or "true" where it is done, NULL never;
					 * the entity's version that was changed; names of the
					 * properties that are told, a space between */
	const struct question **saved;	/* those with save_to */
	size_t saved_n;
	int line, col;
};

/* A table beside the form that no question of it chooses from. */
struct outside {
	const char *id, *file;		/* the instance's id; where it lies */
	bool pulled;			/* only pulldata() tells of it */
};

/* A text that expressions ask for, by jr:itext('id'). */
struct named_text {
	const char *id;
	struct text text;
};

struct form {
	struct arena *arena;
	const char *file;		/* what errors call it */
	bool spreadsheet;		/* read from .xlsx: places are cells, see form_read.h */
	bool xform;			/* read from XML: a path that leads nowhere is no slip of
					 * the author but an empty node-set, a warning at most */
	const char *id, *version;	/* settings.form_id, version */
	struct text title;
	const char **languages;		/* codes or names as written; languages_n >= 1 */
	size_t languages_n;
	size_t default_language;	/* index */
	struct question **questions;	/* [0] is the root */
	size_t questions_n;
	const struct start_row *start;	/* rows that a new record begins with; XForms */
	struct choice_list **lists;
	size_t lists_n;
	const struct outside *outside;
	size_t outside_n;
	struct named_text *texts;	/* of an XForm whose expressions use them */
	size_t texts_n;
	struct source instance_name, scope;
	const struct question **unique;	/* refused a second time */
	size_t unique_n;
	const struct question **list;	/* columns of the record list */
	size_t list_n;
	const struct question **walk;	/* the order in which records are visited */
	size_t walk_n;
	const struct publish *publish;
	size_t publish_n;
	const struct entity *const *entities;
	size_t entities_n;
	const struct question **verify;	/* keyed a second time; verify_n 0: all that is asked */
	size_t verify_n;
	unsigned verify_every;		/* every n-th record; 0: the form does not say */
	const struct question *batch_total;	/* adds up to a batch's control total; NULL: none */
	const struct attr *settings;	/* every other setting, as written */
	size_t settings_n;
	struct map *by_name;		/* name -> question, form-wide; the root where several
					 * have the name; those of_entity have none; form_find */
};

void form_free(struct form *);				/* NULL is fine */

/* The question of that name anywhere in the form; NULL when none, or when two
 * groups each have one (then *many is set, if given). */
const struct question *form_find(const struct form *, const char *name, bool *many);

/* Next in document order below `top` (pre-order); NULL at the end. */
const struct question *form_next(const struct question *, const struct question *top);

const struct choice_list *form_list(const struct form *, const char *name);
/* The text that pyxform gives that id: PATH:label, PATH:hint ... of a question, LIST-N
 * of a choice (from 0); NULL: there is none. text_named: an XForm's own texts first. */
const struct text *text_by_path(const struct form *, const char *id);
const struct text *text_named(const struct form *, const char *id);
const struct choice *choice_find(const struct choice_list *, const char *name);

/* Text in language `lang` (index), else the default, else the first there is,
 * else "". Lent. */
const char *text_in(const struct form *, const struct text *, size_t lang);
/* What stands within ${ } of a text: an expression, as an XForm's <output> may have it
 * (else it is a question's name)? In a form of rows only what can be no name is one, so
 * that a slip in a name is told as that. */
bool text_is_expression(const struct form *, const char *inside, size_t len);

/* Index of a language asked for as "zh", "en" or in full: exact, then the code
 * in brackets ("中文 (zh)"), then prefix; the default when none fits. */
size_t form_language(const struct form *, const char *want);

/* The i-th of a question's expressions, with text NULL where it has none; NULL: there
 * are no more. */
const struct source *question_source(const struct question *, size_t i);

/* Is it a group that is there for an entity's sake, meta or in it? */
bool question_only_entity(const struct question *);
/* The question that is an attribute of q, by its name (NULL: the first there is), and
 * the next one of the same; NULL: none. */
const struct question *question_attribute(const struct question *q, const char *name);
const struct question *question_next_attribute(const struct question *after);
/* The kind its values are stored as: a calculation's may be told by bind::type. */
enum kind question_kind(const struct question *);
bool question_appearance(const struct question *, const char *word);
const char *question_parameter(const struct question *, const char *name);	/* NULL: none */

#endif
