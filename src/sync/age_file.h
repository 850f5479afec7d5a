/* age_file.h: a whole file, encrypted or opened (age.h): backups that may lie
 * anywhere. */
#ifndef RUHU_SYNC_AGE_FILE_H
#define RUHU_SYNC_AGE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "sync/age.h"

/* Does it begin like an age file? False also when it cannot be read. */
bool age_file_is(const char *path);

/* out is there whole or not at all, readable by its owner alone (out_file.h); its
 * name must not end in .zst. */
bool age_file_write(const char *in, const char *out, const unsigned char (*recipients)[CRYPT_KEY],
    size_t n, struct err *);
bool age_file_read(const char *in, const char *out, const struct age_key *, struct err *);

#endif
