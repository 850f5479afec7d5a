#include "store/cell.h"

#include "base/buf.h"
#include "base/num.h"
#include "store/db.h"

void
cell_text(struct stmt *st, int col, struct buf *out)
{
	char number[NUM_TEXT];

	if (stmt_is_real(st, col)) {
		num_format(stmt_real(st, col), number);
		buf_add_str(out, number);
	} else {
		buf_add_str(out, stmt_text(st, col));
	}
}
