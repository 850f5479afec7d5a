/* form_type_cell.h: what the `type` column says: "select_one yes_no or_other",
 * "begin group", "select_multiple_from_file member.csv". Private to form/'s
 * readers; knows no YAML. */
#ifndef RUHU_FORM_FORM_TYPE_CELL_H
#define RUHU_FORM_FORM_TYPE_CELL_H

#include <stdbool.h>

#include "base/err.h"
#include "form/form.h"

struct arena;

struct type_cell {
	enum { CELL_QUESTION, CELL_BEGIN, CELL_END } what;
	enum qtype type;		/* of a BEGIN and an END: Q_GROUP or Q_REPEAT */
	const char *list;		/* a select's list, or NULL */
	const char *file;		/* of select_*_from_file, or NULL */
	const char *from_repeat;	/* of select_one ${question}, or NULL */
	bool other;
};

/* False: err says what is wrong; of a begin_ row with too many words *out is
 * still set. Texts live in arena. */
bool type_cell_parse(const char *text, struct arena *, struct type_cell *, struct err *);

#endif
