#include "logic/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "form/form.h"

/* Rows by the text of one column: equal texts are chained, `rows` holds each
 * chain in one piece, ascending. */
struct index {
	bool made;
	uint64_t version;
	uint64_t seed;
	uint32_t *slots;	/* bucket -> first place in rows; UINT32_MAX none */
	uint32_t *count;	/* rows of the text that begins there */
	uint32_t *rows;
	uint64_t *hash;		/* of rows[i] */
	size_t size;		/* of slots, a power of two */
	uint32_t *slot_of;
};

struct dataset {
	struct tree tree;	/* first: the tree is cast back */
	char *name;
	const char *root, *item;	/* names of its elements, lent */
	char **columns;
	size_t columns_n;
	const struct dataset_ops *ops;
	void *ctx;
	bool stable;		/* cells stay where they are: a choice list */
	struct index *indexes;	/* per column */
};

static const struct tree_ops table_ops;

/* ---- hash index -------------------------------------------------------------- */

static uint64_t
hash_text(const char *s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return h ^ (h >> 29);
}

static void
index_free(struct index *ix)
{
	free(ix->slots);
	free(ix->count);
	free(ix->rows);
	free(ix->hash);
	*ix = (struct index){ 0 };
}

struct keyed {
	uint64_t hash;
	uint32_t row;
};

static int
by_hash(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Rows sorted by the hash of their text; a bucket tells where a hash begins. */
static void
index_make(const struct dataset *d, size_t column, struct index *ix)
{
	size_t n = dataset_rows(d);
	struct keyed *keyed = xmalloc((n + 1) * sizeof *keyed);

	index_free(ix);
	for (size_t i = 0; i < n; i++)
		keyed[i] = (struct keyed){ hash_text(dataset_cell(d, i, column)), (uint32_t)i };
	qsort(keyed, n, sizeof *keyed, by_hash);
	for (ix->size = 16; ix->size < n * 2; ix->size *= 2)
		;
	ix->slots = xmalloc(ix->size * sizeof *ix->slots);
	memset(ix->slots, 0xff, ix->size * sizeof *ix->slots);
	ix->rows = xmalloc((n + 1) * sizeof *ix->rows);
	ix->hash = xmalloc((n + 1) * sizeof *ix->hash);
	ix->count = xcalloc(n + 1, sizeof *ix->count);
	for (size_t i = 0; i < n; i++) {
		size_t first = i, at;

		ix->rows[i] = keyed[i].row;
		ix->hash[i] = keyed[i].hash;
		if (i && ix->hash[i - 1] == ix->hash[i])
			continue;
		for (; first < n && keyed[first].hash == keyed[i].hash; first++)
			;
		ix->count[i] = (uint32_t)(first - i);
		for (at = keyed[i].hash & (ix->size - 1); ix->slots[at] != UINT32_MAX;
		     at = (at + 1) & (ix->size - 1))
			;
		ix->slots[at] = (uint32_t)i;
	}
	free(keyed);
	ix->made = true;
}

/* Two texts of one hash stand among each other: only then are rows copied out,
 * in place, behind each other. */
static size_t
keep_equal(const struct dataset *d, size_t column, const char *text, uint32_t *rows, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(dataset_cell(d, rows[i], column), text)) {
			uint32_t keep = rows[i];

			rows[i] = rows[kept];
			rows[kept++] = keep;
		}
	}
	return kept;
}

static int
ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t
index_find(const struct dataset *d, size_t column, const char *text, const uint32_t **rows)
{
	struct index *ix = &d->indexes[column];
	uint64_t version = d->ops->version ? d->ops->version(d->ctx) : 0, hash = hash_text(text);
	size_t n, kept;

	if (!ix->made || ix->version != version) {
		index_make(d, column, ix);
		ix->version = version;
	}
	for (size_t at = hash & (ix->size - 1); ix->slots[at] != UINT32_MAX;
	     at = (at + 1) & (ix->size - 1)) {
		uint32_t first = ix->slots[at];

		if (ix->hash[first] != hash)
			continue;
		n = ix->count[first];
		kept = keep_equal(d, column, text, ix->rows + first, n);
		if (kept < n)
			qsort(ix->rows + first, kept, sizeof *ix->rows, ascending);
		*rows = ix->rows + first;
		return kept;
	}
	*rows = NULL;
	return 0;
}

/* ---- the table ------------------------------------------------------------------ */

struct dataset *
dataset_new(const char *name, const char *const *columns, size_t columns_n,
    const struct dataset_ops *ops, void *ctx)
{
	struct dataset *d = xcalloc(1, sizeof *d);

	d->tree.ops = &table_ops;
	d->tree.order = 1;
	d->name = xstrdup(name);
	d->root = "root";
	d->item = "item";
	d->columns = xcalloc(columns_n, sizeof *d->columns);
	d->columns_n = columns_n;
	for (size_t i = 0; i < columns_n; i++)
		d->columns[i] = xstrdup(columns[i]);
	d->ops = ops;
	d->ctx = ctx;
	d->indexes = xcalloc(columns_n, sizeof *d->indexes);
	return d;
}

void
dataset_free(struct dataset *d)
{
	if (!d)
		return;
	if (d->ops->free)
		d->ops->free(d->ctx);
	for (size_t i = 0; i < d->columns_n; i++) {
		index_free(&d->indexes[i]);
		free(d->columns[i]);
	}
	free(d->indexes);
	free(d->columns);
	free(d->name);
	free(d);
}

const char *
dataset_name(const struct dataset *d)
{
	return d->name;
}

size_t
dataset_rows(const struct dataset *d)
{
	return d->ops->rows(d->ctx);
}

int
dataset_column(const struct dataset *d, const char *name)
{
	for (size_t i = 0; i < d->columns_n; i++)
		if (!strcmp(d->columns[i], name))
			return (int)i;
	return -1;
}

const char *
dataset_cell(const struct dataset *d, size_t row, size_t column)
{
	const char *cell = d->ops->cell(d->ctx, row, column);

	return cell ? cell : "";
}

size_t
dataset_find(const struct dataset *d, size_t column, const char *text, const uint32_t **rows)
{
	if (d->ops->find)
		return d->ops->find(d->ctx, column, text, rows);
	return index_find(d, column, text, rows);
}

/* ---- choice lists ---------------------------------------------------------------- */

struct list_ctx {
	const struct form *form;
	const struct choice_list *list;
	size_t lang;
	uint64_t version;
	char **ids;		/* itextId of each choice, made when it is asked for */
};

static size_t
list_rows(void *ctx)
{
	return ((struct list_ctx *)ctx)->list->n;
}

/* The id of a choice's label, as pyxform gives it: for jr:itext(). */
static const char *
itext_id(struct list_ctx *l, size_t row)
{
	struct buf id = { 0 };

	if (!l->ids)
		l->ids = xcalloc(l->list->n, sizeof *l->ids);
	if (!l->ids[row]) {
		buf_addf(&id, "%s-%zu", l->list->name, row);
		l->ids[row] = buf_take(&id);
	}
	return l->ids[row];
}

static const char *
list_cell(void *ctx, size_t row, size_t column)
{
	struct list_ctx *l = ctx;
	const struct choice *c = &l->list->v[row];

	if (column == 0)
		return c->name;
	if (column == l->list->columns_n + 2)
		return itext_id(l, row);
	return column == 1 ? text_in(l->form, &c->label, l->lang) : c->cells[column - 2];
}

static uint64_t
list_version(void *ctx)
{
	return ((struct list_ctx *)ctx)->version;
}

static void
list_free(void *ctx)
{
	struct list_ctx *l = ctx;

	for (size_t i = 0; l->ids && i < l->list->n; i++)
		free(l->ids[i]);
	free(l->ids);
	free(l);
}

static const struct dataset_ops list_ops = {
	.rows = list_rows, .cell = list_cell, .version = list_version, .free = list_free
};

/* An XForm has the column itself, or means not to. */
static bool
wants_itext_id(const struct form *form, const struct choice_list *list)
{
	if (form->xform)
		return false;
	for (size_t i = 0; i < list->columns_n; i++)
		if (!strcmp(list->columns[i], "itextId"))
			return false;
	return true;
}

struct dataset *
dataset_of_list(const struct form *form, const struct choice_list *list)
{
	const char **columns = xcalloc(list->columns_n + 3, sizeof *columns);
	struct list_ctx *ctx = xcalloc(1, sizeof *ctx);
	struct dataset *d;

	columns[0] = "name";
	columns[1] = "label";
	for (size_t i = 0; i < list->columns_n; i++)
		columns[i + 2] = list->columns[i];
	ctx->form = form;
	ctx->list = list;
	ctx->lang = form->default_language;
	columns[list->columns_n + 2] = "itextId";
	d = dataset_new(list->name, columns, list->columns_n + (wants_itext_id(form, list) ? 3 : 2),
	    &list_ops, ctx);
	d->stable = true;
	if (list->root)
		d->root = list->root;
	if (list->item)
		d->item = list->item;
	free(columns);
	return d;
}

void
dataset_language(struct dataset *d, size_t lang)
{
	struct list_ctx *ctx = d->ctx;

	if (d->ops != &list_ops || ctx->lang == lang)
		return;
	ctx->lang = lang;
	ctx->version++;
}

/* ---- as a tree -------------------------------------------------------------------- */

/* 0 document, 1 root, then for each row its item and its cells; a cell's text
 * node has the cell's number with this bit. */
#define CELL_TEXT 0x80000000u

static const struct dataset *
table(const struct tree *tree)
{
	return (const struct dataset *)tree;
}

static size_t
width(const struct tree *tree)
{
	return table(tree)->columns_n + 1;
}

static size_t
row_of(const struct tree *tree, node_id id)
{
	return ((id & ~CELL_TEXT) - 2) / width(tree);
}

/* 0: the item itself; else column + 1. */
static size_t
place_of(const struct tree *tree, node_id id)
{
	return ((id & ~CELL_TEXT) - 2) % width(tree);
}

static node_id
item_id(const struct tree *tree, size_t row)
{
	return (node_id)(2 + row * width(tree));
}

static const char *
cell_of(const struct tree *tree, node_id id)
{
	return dataset_cell(table(tree), row_of(tree, id), place_of(tree, id) - 1);
}

static enum node_kind
t_kind(const struct tree *tree, node_id id)
{
	(void)tree;
	return id == 0 ? NODE_DOCUMENT : id & CELL_TEXT ? NODE_TEXT : NODE_ELEMENT;
}

static const char *
t_name(const struct tree *tree, node_id id)
{
	if (id == 0 || id & CELL_TEXT)
		return "";
	if (id == 1)
		return table(tree)->root;
	return place_of(tree, id) ? table(tree)->columns[place_of(tree, id) - 1] :
	    table(tree)->item;
}

static node_id
t_parent(const struct tree *tree, node_id id)
{
	if (id & CELL_TEXT)
		return id & ~CELL_TEXT;
	if (id <= 1)
		return id ? 0 : NODE_NONE;
	return place_of(tree, id) ? item_id(tree, row_of(tree, id)) : 1;
}

static node_id
t_first(const struct tree *tree, node_id id)
{
	if (id == 0)
		return 1;
	if (id == 1)
		return dataset_rows(table(tree)) ? 2 : NODE_NONE;
	if (id & CELL_TEXT)
		return NODE_NONE;
	if (place_of(tree, id) == 0)
		return table(tree)->columns_n ? id + 1 : NODE_NONE;
	return cell_of(tree, id)[0] ? id | CELL_TEXT : NODE_NONE;
}

static node_id
t_next(const struct tree *tree, node_id id)
{
	if (id <= 1 || id & CELL_TEXT)
		return NODE_NONE;
	if (place_of(tree, id))
		return place_of(tree, id) < table(tree)->columns_n ? id + 1 : NODE_NONE;
	return row_of(tree, id) + 1 < dataset_rows(table(tree)) ?
	    id + (node_id)width(tree) : NODE_NONE;
}

static node_id
t_prev(const struct tree *tree, node_id id)
{
	if (id <= 2 || id & CELL_TEXT)
		return NODE_NONE;
	if (place_of(tree, id))
		return place_of(tree, id) > 1 ? id - 1 : NODE_NONE;
	return id - (node_id)width(tree);
}

static void
t_value(const struct tree *tree, node_id id, struct buf *out)
{
	if (id > 1 && place_of(tree, id)) {
		buf_add_str(out, cell_of(tree, id));
		return;
	}
	for (node_id c = t_first(tree, id); c != NODE_NONE; c = t_next(tree, c))
		t_value(tree, c, out);
}

/* A cell that may move is copied by the caller through value(). */
static const char *
t_text(const struct tree *tree, node_id id)
{
	return table(tree)->stable && id > 1 && place_of(tree, id) ? cell_of(tree, id) : NULL;
}

static int
t_compare(const struct tree *tree, node_id x, node_id y)
{
	node_id a = x & ~CELL_TEXT, b = y & ~CELL_TEXT;

	(void)tree;
	if (a != b)
		return a < b ? -1 : 1;
	return (x > y) - (x < y);
}

static bool
t_find(const struct tree *tree, node_id parent, const char *item, const char *column,
    const char *text, node_id **ids, uint32_t *n)
{
	int at = dataset_column(table(tree), column);
	const uint32_t *rows;
	size_t found;

	if (parent != 1 || strcmp(item, table(tree)->item) || at < 0)
		return false;
	found = dataset_find(table(tree), (size_t)at, text, &rows);
	*ids = xmalloc((found + 1) * sizeof **ids);
	for (size_t i = 0; i < found; i++)
		(*ids)[i] = item_id(tree, rows[i]);
	*n = (uint32_t)found;
	return true;
}

static const struct tree_ops table_ops = {
	.kind = t_kind, .name = t_name, .parent = t_parent, .first = t_first, .next = t_next,
	.prev = t_prev, .value = t_value, .text = t_text, .compare = t_compare, .find = t_find
};

const struct tree *
dataset_tree(const struct dataset *d)
{
	return &d->tree;
}

struct node
dataset_item(const struct dataset *d, size_t row)
{
	return (struct node){ &d->tree, item_id(&d->tree, row) };
}
