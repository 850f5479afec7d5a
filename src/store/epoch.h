/* epoch.h: is this database the same one that wrote its last numbers? A copy, a
 * restored backup or a machine set back would use the same numbers for other
 * changes; each begins a new epoch instead. */
#ifndef RUHU_STORE_EPOCH_H
#define RUHU_STORE_EPOCH_H

#include <stdbool.h>

#include "base/err.h"

struct store;

/* On opening for writing: begins a new epoch when the file is a backup, was
 * copied or moved to another machine, or is behind its high-water mark. */
bool epoch_check(struct store *, struct err *);

/* Marks a whole copy at path as a backup, so that opening it for writing begins
 * another epoch. */
bool epoch_of_backup(const char *path, struct err *);

/* Each begins a statement with the table own(no, id, parent). The line: the present epoch
 * and those before it, by ruhu_epoch.parent; nothing of them can be missing here. Own
 * epochs: these and, once the site has a name (before that all are LOCAL), its lives that
 * ended when a backup was restored, as far as they came back from others. */
#define WITH_OWN_LINE \
	"WITH RECURSIVE own(no, id, parent) AS (SELECT e.no, e.id, e.parent FROM ruhu_site s" \
	" JOIN ruhu_epoch e ON e.no = s.epoch UNION SELECT e.no, e.id, e.parent FROM own" \
	" JOIN ruhu_epoch e ON e.id = own.parent) "
#define OTHER_LIVES(columns) \
	" UNION SELECT " columns " FROM ruhu_site s JOIN ruhu_epoch e ON e.site = s.id" \
	" AND e.why <> 'fork' WHERE s.id <> 'LOCAL'"
#define WITH_OWN_EPOCHS \
	"WITH RECURSIVE own(no, id, parent) AS (SELECT e.no, e.id, e.parent FROM ruhu_site s" \
	" JOIN ruhu_epoch e ON e.no = s.epoch" OTHER_LIVES("e.no, e.id, e.parent") \
	" UNION SELECT e.no, e.id, e.parent FROM own JOIN ruhu_epoch e ON e.id = own.parent) "

#endif
