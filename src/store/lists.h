/* lists.h: lists that stand outside a form: the newest saved record of each key
 * of another form (settings.ruhu.publish), entities (entities.h), and tables
 * installed beside the form (.csv, .tsv). Each session has its own, because a list
 * never holds the record that is open. */
#ifndef RUHU_STORE_LISTS_H
#define RUHU_STORE_LISTS_H

struct dataset;
struct desk;
struct list;

/* The list called id, made when first asked for; NULL: there is none. */
const struct dataset *lists_get(struct desk *, const char *id);
void lists_free(struct list *);

#endif
