/* out_file.h: a file that is there whole or not at all. Bytes go to NAME.part
 * beside it, which becomes NAME only after it is on the disk; a program that is
 * killed leaves NAME as it was, and the next run writes over its .part. A name
 * that ends in .zst is compressed. "-" is standard output, as it is. */
#ifndef RUHU_SYNC_OUT_FILE_H
#define RUHU_SYNC_OUT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct out_file;

/* The file is readable by its owner alone: it holds people's answers. Another
 * program writing the same .part at this moment is an error. */
bool out_file_open(const char *path, struct out_file **, struct err *);
bool out_file_write(struct out_file *, const void *bytes, size_t len, struct err *);

/* fsync, read again, rename, fsync of the folder. *bytes, if given, is the file's length.
 * Frees it, done or not; when not, the old file stands and the .part is gone. */
bool out_file_commit(struct out_file *, uint64_t *bytes, struct err *);
void out_file_abort(struct out_file *);		/* NULL is fine */

#endif
