/* keyring_files.h: the files of a keyring, between keyring.c and keyring_change.c. */
#ifndef RUHU_SYNC_KEYRING_FILES_H
#define RUHU_SYNC_KEYRING_FILES_H

#include <stdbool.h>

#include "sync/keyring.h"

/* folder/nameending; yours to free(). */
char *key_path(const char *folder, const char *name, const char *ending);
/* *there is false, and nothing is said, when there is no such file. */
bool key_read(const char *folder, const char *name, const char *ending, struct buf *out,
    bool *there, struct err *);
bool key_write(const char *folder, const char *name, const char *ending, const struct buf *text,
    struct err *);
/* The folder and those in it. */
bool key_folders(const char *folder, struct err *);
/* The first line that is no comment, alone. */
char *key_line(struct buf *text);

#endif
