/* report.h: the figures that a township hands up: counts over all saved records, area by
 * area, and what is reckoned from them, as rows in a YAML file and not in code.
 * docs/reports.md is the manual. Only sums leave here: no answer of one person does. */
#ifndef RUHU_REPORT_REPORT_H
#define RUHU_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/num.h"
#include "form/yaml_cells.h"
#include "store/figure.h"

struct arena;
struct clock;
struct store;

struct report_level {			/* villages, townships: areas of one size */
	struct word name;
	struct words label;
	size_t digits;			/* of a record's scope */
	struct word form, list;		/* whose choices are the areas' names */
};

enum report_op { TARGET_NONE, TARGET_AT_LEAST, TARGET_AT_MOST, TARGET_MORE, TARGET_LESS,
	TARGET_EXACTLY };

struct report_line {
	struct words heading;		/* n > 0: a heading and nothing else */
	struct word name;
	struct words label, unit;
	struct words note;		/* of when the target is, how it was reckoned */
	struct source value;		/* of counts, ${name} */
	int decimals;
	enum report_op op;
	double target;
	const char *target_text;	/* as written; "" */
};

struct report {
	struct arena *arena;
	const char *file;
	struct words label;
	const struct report_level *levels;
	size_t levels_n;
	const struct figure *counts;	/* what lines reckon with */
	const struct word *names;	/* of the counts */
	size_t counts_n;
	const struct report_line *lines;
	size_t lines_n;
};

/* Reads text called `file` in faults, in which all that is wrong is told. NULL when
 * there was an error. */
struct report *report_read(const char *file, const char *text, size_t len, struct faults *);
void report_free(struct report *);			/* NULL is fine */

/* ---- asked ------------------------------------------------------------------------- */

struct report_question {
	const struct report_level *by;	/* NULL: no areas, only the whole */
	const char *within;		/* a code of any level: only what lies there; "": all */
	const struct clock *clock;	/* of expressions' today() */
	bool check;			/* only looks whether it can be asked */
};

struct report_area {
	char *code, *label;		/* label: the code where the list has none; code "": no scope */
	double *values;			/* by line; NaN: nothing to reckon with */
};

struct report_answer {
	double *whole;			/* by line */
	struct report_area *areas;	/* in order of their codes */
	size_t areas_n, areas_cap;
	int64_t records, incomplete;	/* that were asked; of them saved as incomplete */
};

/* False: not answered; what is wrong with the report is in faults, else err. */
bool report_ask(struct store *, const struct report *, const struct report_question *,
    struct report_answer *, struct faults *, struct err *);
void report_answer_free(struct report_answer *);

/* A value as text; "" where there is none. Returns out. */
const char *report_value(double value, char out[NUM_TEXT]);
/* 1: the target is reached, 0: it is not, -1: there is none, or no value. */
int report_met(const struct report_line *, double value);

#endif
