/* form_build.h: a form while it is being read; private to form/'s readers. The
 * reader of a notation calls build_* as it meets questions, texts and lists in
 * any order; build_finish makes the whole form of them. */
#ifndef RUHU_FORM_FORM_BUILD_H
#define RUHU_FORM_FORM_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "form/form.h"

struct form_files;
struct ynode;

struct text_slot { struct text *text; size_t n; };

/* What a select row asked for, settled when all lists are known. */
struct select_ref {
	struct question *q, *other;	/* other: the question that or_other made */
	const char *list;
	int line, col;
};

struct builder {
	struct form *form;
	struct arena *arena;		/* the form's */
	struct faults *faults;
	const char *file;
	const struct form_files *files;
	const char **languages;
	size_t languages_n, languages_cap;
	const char *default_language;	/* settings.default_language, or NULL */
	int default_line, default_col;
	struct text_slot *texts;
	size_t texts_n, texts_cap;
	struct question **questions;
	size_t questions_n, questions_cap;
	struct choice_list **lists;
	size_t lists_n, lists_cap;
	struct select_ref *selects;
	size_t selects_n, selects_cap;
	struct entity **entities;	/* as declared */
	size_t entities_n, entities_cap;
	const struct ynode *ruhu;	/* settings.ruhu, read when all names are known */
	bool spreadsheet;		/* places are packed cells (xlsx.h) */
	bool choice_duplicates;		/* settings.allow_choice_duplicates */
	struct map *warned;		/* columns warned of once */
};

/* An error, a warning, into faults with the place. */
void fault(struct builder *, int line, int col, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void warn(struct builder *, int line, int col, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* " (did you mean 'x'?)" or "", lent from a small buffer in the caller. */
#define HINT_TEXT 160
const char *did_you_mean(const char *best, char out[HINT_TEXT]);

/* "31:15", or "survey!C17" of a spreadsheet, for a sentence that names another
 * place. */
#define PLACE_TEXT 48
const char *place_text(const struct builder *, int line, int col, char out[PLACE_TEXT]);

/* XML NCName, which XLSForm asks of names. */
bool name_valid(const char *);
/* A form's id or version, as it stands in sync files: one line, without the blanks at
 * its ends (a block of YAML ends in a line feed). */
const char *build_identity(struct builder *, const char *what, const char *text, int line, int col);
/* Says what is wrong with it; true: nothing. what: "name", "list_name" ... */
bool name_check(struct builder *, const char *what, const char *name, int line, int col);

/* The index of a language, new or known: names whose codes agree are one. */
size_t build_language(struct builder *, const char *name);
/* As above, but -1 when it is not known yet. */
int build_language_known(const struct builder *, const char *name);
/* What a text without a language is in. */
size_t build_plain_language(struct builder *);

/* Of the form's arena, all of them, and complete only after build_finish. A text that is
 * there in this language is replaced, by a blank one not; parent NULL: the root. */
void build_text(struct builder *, struct text *, size_t lang, const char *s);
struct question *build_question(struct builder *, struct question *parent, enum qtype,
    const char *name, int line, int col);
struct choice_list *build_list(struct builder *, const char *name, int line, int col);

/* A declared entity, empty. */
struct entity *build_entity_new(struct builder *, int line, int col);
/* The questions of the declared entities, in meta/entity; part of build_finish. */
void build_entities(struct builder *);

/* Texts get all languages, questions their order and paths, lists their
 * indexes. root_name: settings.name. */
void build_finish(struct builder *, const char *root_name);

/* What a notation cannot say by itself: form_check.c. */
void form_check(struct builder *);
void form_check_cells(struct builder *);	/* its part: form_check_cells.c */

#endif
