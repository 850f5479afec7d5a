/* zip.h: members of a zip archive that lies in memory. zip.c is the only file
 * that includes libzip. Nothing is ever written to disk, and no member grows
 * past the limit it is asked with. */
#ifndef RUHU_FORM_ZIP_H
#define RUHU_FORM_ZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct buf;
struct zip_reader;

/* Borrows data. NULL: err says what is wrong. */
struct zip_reader *zip_reader_open(const void *data, size_t len, struct err *);
void zip_reader_close(struct zip_reader *);	/* NULL is fine */

/* False: no such member, broken, or longer than limit bytes. */
bool zip_reader_read(struct zip_reader *, const char *name, size_t limit, struct buf *out,
    struct err *);

#endif
