/* take.h: merging one file, for import and for those in quarantine. */
#ifndef RUHU_CLI_TAKE_H
#define RUHU_CLI_TAKE_H

#include <stdbool.h>

struct store;

/* Merges it, or refuses it and keeps it in quarantine; tells which. The exit code. */
int import_one(struct store *, const char *path, bool revoked, bool json);

#endif
