#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/epoch.h"
#include "store/inside.h"
#include "store/schema.h"
#include "store/turnstile.h"

static bool
sync_path(const char *path, int flags, struct err *err)
{
	int fd = open(path, flags | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		err_set(err, _("%s cannot be written to the disk: %s"), path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

/* So that the rename itself is on the disk. */
static bool
sync_folder(const char *file, struct err *err)
{
	char *folder = xstrdup(file), *slash = strrchr(folder, '/');
	bool ok;

	if (slash == NULL)
		ok = sync_path(".", O_RDONLY | O_DIRECTORY, err);
	else {
		slash[slash == folder] = '\0';
		ok = sync_path(folder, O_RDONLY | O_DIRECTORY, err);
	}
	free(folder);
	return ok;
}

/* The copy is made inside the turnstile, so nothing is written meanwhile and it
 * never has to start again. */
static bool
copy(struct store *s, const char *part, struct err *err)
{
	bool ok;

	if (s->gate != NULL && !turnstile_pass(s->gate, s->wait_ms, s->waiting, s->waiting_ctx,
	    err))
		return false;
	ok = db_copy_to(s->db, part, err);
	if (s->gate != NULL)
		turnstile_leave(s->gate);
	return ok;
}

static bool
whole(const char *file, struct err *err)
{
	struct buf said = { 0 };
	struct db *db = NULL;
	bool ok = db_open(file, DB_PLAIN, &db, err) &&
	    db_text(db, err, &said, NULL, "PRAGMA quick_check(1)", WITHOUT);

	if (ok && strcmp(buf_str(&said), "ok") != 0)
		ok = err_set(err, _("The copy is not whole (%s); check the database with "
		    "`ruhu check`"), buf_str(&said));
	db_close(db);
	buf_free(&said);
	return ok;
}

bool
store_backup(struct store *s, const char *file, struct err *err)
{
	struct buf part = { 0 }, wal = { 0 };
	struct stat st;
	bool ok;

	if (stat(file, &st) == 0)
		return err_set(err, _("%s is there already; give another name for the backup"),
		    file);
	buf_addf(&part, "%s.part", file);
	unlink(part.data);
	ok = copy(s, part.data, err) && chmod(part.data, 0600) == 0 &&
	    epoch_of_backup(part.data, err) && whole(part.data, err) &&
	    sync_path(part.data, O_RDONLY, err);
	if (ok && rename(part.data, file) != 0)
		ok = err_set(err, _("%s cannot be made: %s"), file, strerror(errno));
	ok = ok && sync_folder(file, err);
	if (!ok)
		unlink(part.data);
	buf_addf(&wal, "%s-wal", part.data);
	unlink(wal.data);
	buf_reset(&wal);
	buf_addf(&wal, "%s-shm", part.data);
	unlink(wal.data);
	buf_free(&wal);
	buf_free(&part);
	return ok || err_wrap(err, _("No backup was made"));
}

bool
store_copy_older(const char *backup, const char *file, bool *made, struct err *err)
{
	enum schema_state state;
	struct db *db = NULL;
	int version;
	bool ok;

	*made = false;
	if (!schema_look(backup, &state, &version, err))
		return false;
	if (state != SCHEMA_OLDER)
		return true;
	ok = db_open(backup, DB_READ, &db, err) && db_copy_to(db, file, err);
	db_close(db);
	*made = ok;
	return ok;
}
