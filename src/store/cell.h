/* cell.h: an answer table's cell as the canonical text it was made from. */
#ifndef RUHU_STORE_CELL_H
#define RUHU_STORE_CELL_H

struct buf;
struct stmt;

/* Appends column col of the row at hand. */
void cell_text(struct stmt *, int col, struct buf *out);

#endif
