/* stored.h: one record as it is saved: the newest change of each field, read from
 * the log's heads. Answer tables, sessions, saving and checks all start here. */
#ifndef RUHU_STORE_STORED_H
#define RUHU_STORE_STORED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct map;
struct store;

struct stored_field {
	const char *name;		/* as in the log; of a renamed question, today's */
	const char *value;		/* "" emptied */
	const char *reason;		/* missing reason, "" none */
	const char *author;
	uint64_t hlc;
	int64_t no;			/* ruhu_change.no of the one shown, or the newest */
	const int64_t *heads;		/* all heads; more than one: written apart */
	size_t heads_n;
};

struct stored_row {
	int64_t no;			/* ruhu_row.no; 0: the record itself */
	const char *id;			/* its uuid, "" the record itself */
	const char *repeat;		/* field of its repeat, "" unknown */
	const char *up;			/* row it lies in, "" none */
	int64_t pos;
	bool deleted;			/* it, or a row it lies in */
	const struct stored_field *v;	/* its fields, $... included */
	size_t n;
};

struct stored {
	struct arena *arena;
	int64_t no;			/* ruhu_record.no */
	const char *id, *form;
	bool deleted, erased;		/* as ruhu_record has it */
	bool gone;			/* as the log has it; false while that is disputed */
	bool alone;			/* each answer has one head, none deletes, and nothing
					 * waits for a person: there is nothing to choose between */
	struct stored_row *rows;	/* [0] the record; then by $pos and uuid */
	size_t rows_n;
	struct map *by_id;		/* uuid -> struct stored_row * */
	struct { int64_t no; uint64_t hlc; const char *author; } last;	/* the latest by clock */
	int64_t newest;			/* greatest ruhu_change.no among the heads */
};

/* Reads record number no. Everything in *out is freed by stored_free. */
bool stored_read(struct store *, int64_t no, struct stored *out, struct err *);
void stored_free(struct stored *);

/* NULL: nothing was ever saved there. */
const struct stored_field *stored_field(const struct stored_row *, const char *name);
const struct stored_row *stored_row(const struct stored *, const char *id);	/* "": record */

#endif
