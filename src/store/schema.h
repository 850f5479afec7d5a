/* schema.h: the ruhu_* tables (docs/database.md), made once and upgraded step by
 * step. */
#ifndef RUHU_STORE_SCHEMA_H
#define RUHU_STORE_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct db;

#define SCHEMA_APPLICATION 0x52754875	/* "RuHu": application_id of the file */
#define SCHEMA_VERSION 9		/* user_version this program writes */

/* Step i takes the database from version i to i + 1: SQL, NULL ends it. */
extern const char *const schema_steps[SCHEMA_VERSION][8];

/* What stands at a path, told without changing it. */
enum schema_state { SCHEMA_MISSING, SCHEMA_READY, SCHEMA_OLDER };
/* False: zero-length, cut short, foreign or newer; err says which. *version is
 * the file's when it is one of ours. */
bool schema_look(const char *path, enum schema_state *, int *version, struct err *);

/* Makes a new database at path: built beside it and renamed when whole. One that
 * another process made meanwhile is left as it is. */
bool schema_create(const char *path, int64_t now_ms, struct err *);

/* Brings an open, older database up to SCHEMA_VERSION in one transaction; the
 * caller holds the turnstile and has taken the backup. */
bool schema_upgrade(struct db *, struct err *);

/* The version inside the database (the WAL included). */
bool schema_version(struct db *, int *version, struct err *);

/* A new life of the database: 16 random bytes that its changes are numbered in. */
bool schema_new_epoch(struct db *, int64_t now_ms, const char *why, struct err *);

#endif
