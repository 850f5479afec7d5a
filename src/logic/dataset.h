/* dataset.h: a table as an instance: `instance(id)/root/item/<column>`. Choice
 * lists are datasets in memory; store/ makes them over saved records. */
#ifndef RUHU_LOGIC_DATASET_H
#define RUHU_LOGIC_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "logic/tree.h"

struct choice_list;
struct form;

struct dataset;

struct dataset_ops {
	size_t (*rows)(void *ctx);
	/* One cell; "" when empty. Lent until the next call on this dataset. */
	const char *(*cell)(void *ctx, size_t row, size_t column);
	/* Rows whose column equals text, ascending; *rows is the callee's until its
	 * next call. NULL op: the dataset makes a hash index over cell(). */
	size_t (*find)(void *ctx, size_t column, const char *text, const uint32_t **rows);
	/* Changes whenever a cell may have changed; indexes are then made anew.
	 * NULL op: never changes. */
	uint64_t (*version)(void *ctx);
	void (*free)(void *ctx);		/* NULL op: nothing to free */
};

/* columns are copied. The dataset owns ctx from here. */
struct dataset *dataset_new(const char *name, const char *const *columns, size_t columns_n,
    const struct dataset_ops *, void *ctx);
/* A form's own list: columns "name", "label" (in language lang of the moment),
 * then the list's columns. Borrows form and list. */
struct dataset *dataset_of_list(const struct form *, const struct choice_list *);
void dataset_free(struct dataset *);			/* NULL is fine */

const char *dataset_name(const struct dataset *);
size_t dataset_rows(const struct dataset *);
int dataset_column(const struct dataset *, const char *name);	/* -1: none */
/* As the ops do, see above. */
const char *dataset_cell(const struct dataset *, size_t row, size_t column);
size_t dataset_find(const struct dataset *, size_t column, const char *text,
    const uint32_t **rows);
void dataset_language(struct dataset *, size_t lang);	/* for "label" of a choice list */

/* The same table as a tree: document > root > item > columns. Lent. */
const struct tree *dataset_tree(const struct dataset *);
struct node dataset_item(const struct dataset *, size_t row);	/* a row's item in it */

#endif
