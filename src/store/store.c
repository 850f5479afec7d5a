#include <errno.h>
#include <malloc.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/ballast.h"
#include "store/desk.h"
#include "store/epoch.h"
#include "store/inside.h"
#include "store/layout.h"
#include "store/schema.h"
#include "store/turnstile.h"

enum {
	WAIT_MS = 5000, CLOSE_WAIT_MS = 500,
	CHECKPOINT_PAGES = 1000,		/* of WAL: time to copy them into the file */
	TRUNCATE_PAGES = 16384			/* 64 MiB: and to cut the WAL */
};

int64_t
store_now(const struct store *s)
{
	return clock_now(s->clock);
}

void
store_stamp(const struct store *s, char out[INSTANT_TEXT])
{
	instant_format_utc(store_now(s), out);
}

/* ---- transactions ------------------------------------------------------------- */

bool
tx_begin(struct store *s, struct err *err)
{
	if (s->read_only)
		return err_unable(err, _("%s was opened for reading only, so nothing can be saved"),
		    s->path);
	if (!turnstile_pass(s->gate, s->wait_ms, s->waiting, s->waiting_ctx, err))
		return false;
	if (db_script(s->db, err, "BEGIN IMMEDIATE")) {
		s->in_tx = true;
		s->tick++;
		return true;
	}
	turnstile_leave(s->gate);
	return false;
}

void
tx_rollback(struct store *s)
{
	struct err ignored;

	/* An error may have rolled back already; then there is nothing to do. */
	db_script(s->db, &ignored, "ROLLBACK");
	s->in_tx = false;
	s->tick++;
	turnstile_leave(s->gate);
}

/* Still inside the turnstile, so no two processes ever checkpoint together. What
 * cannot be copied now waits for the next time: the answers are in the WAL. */
static void
checkpoint_when_long(struct store *s)
{
	struct err ignored;
	int64_t pages = db_wal_pages(s->db);

	if (pages >= CHECKPOINT_PAGES)
		db_checkpoint(s->db, pages >= TRUNCATE_PAGES, &ignored);
}

bool
tx_commit(struct store *s, struct err *err)
{
	if (!db_run(s->db, err, "COMMIT", WITHOUT)) {
		tx_rollback(s);
		return false;
	}
	s->in_tx = false;
	s->tick++;
	checkpoint_when_long(s);
	turnstile_leave(s->gate);
	return true;
}

bool
tx_end(struct store *s, bool ok, struct err *err)
{
	if (ok)
		return tx_commit(s, err);
	tx_rollback(s);
	return false;
}

bool
read_begin(struct store *s, struct err *err)
{
	s->tick++;
	return db_script(s->db, err, "BEGIN");
}

void
read_end(struct store *s)
{
	struct err ignored;

	db_script(s->db, &ignored, "ROLLBACK");
}

/* ---- small rows ------------------------------------------------------------------- */

bool
name_no(struct store *s, const char *text, int64_t *no, struct err *err)
{
	bool found;

	if (!db_int(s->db, err, no, &found, "SELECT no FROM ruhu_name WHERE text = ?",
	    WITH(b_text(text))))
		return false;
	if (found)
		return true;
	if (!db_run(s->db, err, "INSERT INTO ruhu_name(text) VALUES(?)", WITH(b_text(text))))
		return false;
	*no = db_last_no(s->db);
	return true;
}

bool
event_add(struct store *s, const char *what, const char *detail, struct err *err)
{
	char at[INSTANT_TEXT];

	store_stamp(s, at);
	return db_run(s->db, err, "INSERT INTO ruhu_event(at, by, what, detail) VALUES(?,?,?,?)",
	    WITH(b_text(at), b_text(s->user), b_text(what), b_text(detail)));
}

bool
data_changed(struct store *s, const char *form, struct err *err)
{
	return db_run(s->db, err, "INSERT INTO ruhu_data(form, version) VALUES(?, 1)"
	    " ON CONFLICT(form) DO UPDATE SET version = version + 1", WITH(b_text(form)));
}

/* ---- opening ------------------------------------------------------------------------ */

static char *
login_name(void)
{
	const struct passwd *pw = getpwuid(geteuid());
	char number[32];

	if (pw != NULL && pw->pw_name[0] != '\0')
		return xstrdup(pw->pw_name);
	snprintf(number, sizeof number, "uid%lu", (unsigned long)geteuid());
	return xstrdup(number);
}

static char *
device_name(void)
{
	char host[256] = "";

	if (gethostname(host, sizeof host - 1) != 0)
		host[0] = '\0';
	return xstrdup(host);
}

/* The folders above the file, for the owner alone. */
static bool
make_folders(const char *path, struct err *err)
{
	char *folder = xstrdup(path);
	bool ok = true;

	for (char *p = folder + 1; ok && (p = strchr(p, '/')) != NULL; *p++ = '/') {
		*p = '\0';
		if (mkdir(folder, 0700) != 0 && errno != EEXIST)
			ok = err_set(err, _("The folder %s cannot be made: %s"), folder,
			    strerror(errno));
	}
	free(folder);
	return ok;
}

static bool
backup_before_upgrade(struct store *s, int version, struct err *err)
{
	struct buf file = { 0 };
	struct stat st;
	bool ok = true;

	buf_addf(&file, "%s.v%d.bak", s->path, version);
	if (stat(file.data, &st) != 0) {
		struct buf part = { 0 };

		buf_addf(&part, "%s.part", file.data);
		unlink(part.data);
		ok = db_copy_to(s->db, part.data, err);
		if (ok && rename(part.data, file.data) != 0)
			ok = err_set(err, _("%s cannot be made: %s"), file.data, strerror(errno));
		buf_free(&part);
	}
	if (!ok)
		err_wrap(err, _("The backup before the upgrade failed, so nothing was changed"));
	buf_free(&file);
	return ok;
}

static bool
upgrade(struct store *s, struct err *err)
{
	int version;
	bool ok;

	if (!turnstile_pass(s->gate, s->wait_ms, s->waiting, s->waiting_ctx, err))
		return false;
	ok = schema_version(s->db, &version, err) &&
	    (version >= SCHEMA_VERSION || (backup_before_upgrade(s, version, err) &&
	    schema_upgrade(s->db, err)));
	turnstile_leave(s->gate);
	return ok;
}

/* The header may be older than what the WAL holds: the last word is inside. */
static bool
check_inside(struct store *s, struct err *err)
{
	int version;

	if (!schema_version(s->db, &version, err))
		return err_wrap(err, "%s", s->path);
	if (version > SCHEMA_VERSION)
		return err_set(err, _("%s was written by a newer Ruhu (format %d, this program "
		    "knows %d); use the newer program"), s->path, version, SCHEMA_VERSION);
	if (version == SCHEMA_VERSION)
		return true;
	if (s->read_only)
		return err_set(err, _("%s was written by an older Ruhu (format %d); open it once "
		    "for writing, which brings it up to date"), s->path, version);
	return upgrade(s, err);
}

/* Who only wants to look gets an older database brought up to date too, where it
 * may be written; a backup made before an upgrade stays as it is. */
static void
upgrade_to_read(struct store *s)
{
	struct store_options o = { .path = s->path, .user = s->user, .clock = s->clock };
	size_t len = strlen(s->path);
	struct store *writer;
	struct err ignored;

	if (len > 4 && strcmp(s->path + len - 4, ".bak") == 0)
		return;
	if (store_open(&o, &writer, &ignored))
		store_close(writer);
}

static bool
open_files(struct store *s, bool create, struct err *err)
{
	enum schema_state state;
	int version;

	if (!schema_look(s->path, &state, &version, err))
		return false;
	if (state == SCHEMA_MISSING && !create)
		return err_set(err, _("There is no database at %s; give the right file with -d"),
		    s->path);
	if (state == SCHEMA_MISSING &&
	    (!make_folders(s->path, err) || !schema_create(s->path, store_now(s), err)))
		return false;
	if (state == SCHEMA_OLDER && s->read_only)
		upgrade_to_read(s);
	if (!s->read_only && !turnstile_open(s->path, s->user, &s->gate, err))
		return false;
	if (!db_open(s->path, s->read_only ? DB_READ : DB_WRITE, &s->db, err))
		return err_wrap(err, "%s", s->path);
	return check_inside(s, err) && (s->read_only || epoch_check(s, err));
}

/* Room that was kept back lets people read, and finish what they began. */
static bool
open_at_all(struct store *s, bool create, struct err *err)
{
	if (!open_files(s, create, err)) {
		if (!ballast_give_up(s->path))
			return false;
		db_close(s->db);
		s->db = NULL;
		turnstile_close(s->gate);
		s->gate = NULL;
		if (!open_files(s, false, err))
			return false;
	}
	s->no_room = !s->read_only && !ballast_make(s->path, s->ballast);
	return true;
}

bool
store_room(struct store *s, struct err *err)
{
	/* Somebody may have made room since. */
	s->no_room = s->no_room && !ballast_make(s->path, s->ballast);
	return !s->no_room || err_set(err, _("The disk is nearly full: what was begun can be "
	    "finished and saved, but nothing new can be begun; make room on it first"));
}

bool
store_open(const struct store_options *o, struct store **out, struct err *err)
{
	struct store *s = xcalloc(1, sizeof *s);

	s->path = xstrdup(o->path);
	s->user = o->user != NULL && o->user[0] != '\0' ? xstrdup(o->user) : login_name();
	s->device = device_name();
	s->clock = o->clock;
	s->read_only = o->read_only;
	s->wait_ms = o->wait_ms > 0 ? o->wait_ms : WAIT_MS;
	s->waiting = o->waiting;
	s->waiting_ctx = o->ctx;
	s->ballast = o->ballast;
	if (!open_at_all(s, o->create && !o->read_only, err)) {
		store_close(s);
		return false;
	}
	*out = s;
	return true;
}

void
store_close(struct store *s)
{
	struct err ignored;
	bool inside;

	if (s == NULL)
		return;
	desks_free(s);
	forms_free(s);
	layouts_free(s);
	/* The last one out copies the WAL into the file; inside the turnstile, unless it
	 * is busy: then there is another, or SQLite's own exclusive lock must do. */
	inside = s->gate != NULL && s->db != NULL &&
	    turnstile_pass(s->gate, CLOSE_WAIT_MS, NULL, NULL, &ignored);
	db_close(s->db);
	if (inside)
		turnstile_leave(s->gate);
	turnstile_close(s->gate);
	free(s->path);
	free(s->user);
	free(s->device);
	free(s);
}

void
store_rest(struct store *s)
{
	db_shrink(s->db);
	malloc_trim(0);
}

const char *
store_path(const struct store *s)
{
	return s->path;
}

const char *
store_user(const struct store *s)
{
	return s->user;
}

struct db *
store_db(struct store *s)
{
	return s->db;
}
