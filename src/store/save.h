/* save.h: one saving at work: save.c writes, store_save (collide.c) first brings
 * together what two people did. */
#ifndef RUHU_STORE_SAVE_H
#define RUHU_STORE_SAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/desk.h"
#include "store/log.h"
#include "store/stored.h"

struct save {
	struct store *s;
	struct desk *d;
	enum record_state state;
	bool had_record;
	int64_t record_no;
	struct stored now;		/* as saved before; valid when had_record */
	struct log log;
	struct buf label, scope;
	struct buf lies, said;		/* its scope as it was, and what its answers said */
	int64_t *revived;		/* ruhu_row.no brought back in this saving */
	size_t revived_n, revived_cap;
	struct { node_id node; int64_t no; } *written;
	size_t written_n, written_cap;
	const char *why;			/* see why.h; NULL: it was keyed */
};

/* What else belongs into the transaction of a saving. */
struct save_more {
	const char *why;
	bool (*write)(struct save *, void *ctx, struct err *);	/* last of all; NULL: nothing */
	void *ctx;
};
/* store_save with more. Also for the files of this floor alone. */
bool save_session(struct store *, struct session *, enum record_state, const struct save_more *,
    struct save_result *, struct err *);

/* What is saved of a node now, by whichever name; NULL: nothing. */
const struct stored_field *save_theirs(const struct save *, node_id, const char *row_id);

/* Log, tables, record and search words of what differs; inside a write. */
bool save_write(struct save *, struct err *);
void save_tell_session(struct save *);			/* once it is committed */

#endif
