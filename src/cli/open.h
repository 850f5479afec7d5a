/* open.h: the database of a command: where it is, and opening it with a
 * sentence that says what to do when that fails. */
#ifndef RUHU_CLI_OPEN_H
#define RUHU_CLI_OPEN_H

#include <stdbool.h>

#include "base/err.h"
#include "cli/cmd.h"

struct buf;
struct logic;
struct store;

enum { OPEN_CREATE = 1, OPEN_READ_ONLY = 2 };

/* -d, else $RUHU_DB, else ~/.local/share/ruhu/ruhu.db. Lent. */
void cli_database(struct cli *);
void cli_free(struct cli *);

/* OPEN_CREATE makes a missing database, and the folders above it when it is the
 * default one. Waits up to half a minute for other programs, saying so on a
 * terminal. */
bool cli_open(struct cli *, unsigned flags, struct store **, struct err *);

/* Makes the folders above the default database; does nothing for another one. */
bool cli_folders(struct cli *, struct err *);

/* The current version of a form; an unknown one is told the nearest. */
bool cli_form(struct store *, const char *id, const struct logic **, struct err *);

/* A whole file ("-": standard input), at most `limit` bytes. */
bool file_read(const char *path, size_t limit, struct buf *out, struct err *);

#endif
