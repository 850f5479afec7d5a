/* figure.h: counts and sums over all records of a form, area by area: what reports are
 * made of (report/report.h). Those of one form's records, or rows, are one SQL question,
 * like a worklist; the areas are those of the records' scopes. */
#ifndef RUHU_STORE_FIGURE_H
#define RUHU_STORE_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "form/yaml_cells.h"

struct store;

struct figure {
	struct word form, rows;		/* rows: the repeat; NULL: records */
	const struct source *where;	/* all of them hold */
	size_t where_n;
	struct source sum;		/* summed up; text NULL: what is there is counted */
};

struct figure_ask {
	const char *file;		/* in faults */
	const struct figure *v;
	size_t n;
	size_t digits;			/* of the scope: what an area is; 0: all are one, "" */
	const char *within;		/* only scopes that begin so; "": all */
};

/* Asks all of them of one state of the database, area by area. each NULL: only looks
 * whether they can be asked. What cannot goes to faults, and then nothing is told.
 * False: err. */
bool store_figures(struct store *, const struct figure_ask *,
    void (*each)(void *, size_t figure, const char *area, double value), void *ctx,
    struct faults *, struct err *);

#endif
