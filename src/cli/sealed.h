/* sealed.h: sync files that are signed and encrypted, with the keys beside the
 * database: what export and import do around the body. */
#ifndef RUHU_CLI_SEALED_H
#define RUHU_CLI_SEALED_H

#include <stdbool.h>

#include "base/err.h"
#include "sync/export.h"
#include "sync/seal.h"

struct store;

/* Does the file begin like a sealed one? False also when it cannot be read. */
bool sealed_is(const char *path);

/* sync_export into a sealed file for the site o->to, whose keys are pinned. The
 * body lies beside the database for a moment, readable by its owner alone. */
bool sealed_export(struct store *, const struct export_options *, const char *out,
    struct export_result *, struct err *);

/* Checks a sealed file; *body is its body, an open file without a name beside the
 * database (unseal_file), the caller's to close. */
bool sealed_open(struct store *, const char *path, bool revoked, int *body, struct seal_comment *,
    struct err *);

/* A backup that may lie anywhere: encrypted with age for this site's key and for
 * the key in the safe. It is copied beside the database first. */
bool sealed_backup(struct store *, const char *out, struct err *);

/* Opens such a backup as the file `out`. key_file: an age identity (the key from
 * the safe); NULL: the keys beside `database`. */
bool sealed_restore(const char *in, const char *database, const char *key_file, const char *out,
    struct err *);

/* Asks on the terminal, without echo. False: there is no terminal. twice: asks
 * again and compares. out is the caller's to wipe. */
bool ask_password(const char *prompt, bool twice, char *out, size_t size, struct err *);

#endif
