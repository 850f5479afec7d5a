/* entities.h: a list of entities: what saved records of several forms made and
 * changed (form.h, struct entity), read as a list like any that a form publishes.
 *
 * An entity is there while a record, or the row of one, that makes it is. Of each
 * property the answer that was given last stands, whichever record holds it; a record
 * that does not tell a property (its question is not relevant) leaves it alone. All of
 * it comes from the answer tables and the times of the change log, so that every site
 * that has the same records has the same list. */
#ifndef RUHU_STORE_ENTITIES_H
#define RUHU_STORE_ENTITIES_H

struct dataset;
struct desk;

/* Columns: name (the entity's UUID), label, __version, the properties; in the order
 * the entities were made. Without the desk's own record. NULL: no such list. */
struct dataset *entities_open(struct desk *, const char *list);

#endif
