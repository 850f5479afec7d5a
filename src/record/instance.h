/* instance.h: a record as an ODK submission, the XML that Collect sends and
 * Central keeps, out and in. Standard: ODK XForms specification, "Instance";
 * OpenRosa metadata schema. */
#ifndef RUHU_RECORD_INSTANCE_H
#define RUHU_RECORD_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct buf;
struct session;

/* Appends the record: no node that is not relevant, an empty element where there
 * is no answer; the answers as they stand, or as they were saved (saved), which
 * differs where a calculation depends on the day. instance_id is "uuid:..."; deprecated_id is
 * that of the submission this one takes the place of, or NULL. Both, and the
 * record's name, stand in `meta`, the form's own where it has one. */
void instance_write(struct session *, bool saved, const char *instance_id,
    const char *deprecated_id, struct buf *out);

/* Loads a submission (called `file` in errors) into a session that has not
 * started: as if the store had saved it, or as answers that are only in a draft
 * yet. False: no such XML, or of another form; err says which. Elements the form
 * does not know are left out. */
enum instance_as { INSTANCE_SAVED, INSTANCE_DRAFT };
bool instance_read(struct session *, enum instance_as, const char *file, const char *text,
    size_t len, struct err *);

#endif
