#include "store/epoch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/changes.h"
#include "store/inside.h"
#include "store/schema.h"

enum { BACKUP = -1 };		/* inode of a copy that store_backup made */

struct place {			/* where a database file stands */
	char machine[64];
	int64_t inode;
};

static void
place_of(const char *path, struct place *p)
{
	struct stat st;
	FILE *f = fopen("/etc/machine-id", "re");

	memset(p, 0, sizeof *p);
	if (f != NULL) {
		if (fgets(p->machine, sizeof p->machine, f) == NULL)
			p->machine[0] = '\0';
		p->machine[strcspn(p->machine, "\n")] = '\0';
		fclose(f);
	}
	if (stat(path, &st) == 0)
		p->inode = (int64_t)st.st_ino;
}

/* ---- the high-water mark: outside the data folder, so that setting the folder
 * back does not set it back ------------------------------------------------------- */

/* $RUHU_STATE, else $XDG_STATE_HOME/ruhu, else ~/.local/state/ruhu; false: nowhere. */
static bool
mark_path(const char *epoch, struct buf *out)
{
	const char *own = getenv("RUHU_STATE"), *xdg = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	if (own != NULL && own[0] != '\0')
		buf_add_str(out, own);
	else if (xdg != NULL && xdg[0] == '/')
		buf_addf(out, "%s/ruhu", xdg);
	else if (home != NULL && home[0] == '/')
		buf_addf(out, "%s/.local/state/ruhu", home);
	else
		return false;
	buf_addf(out, "/%s.mark", epoch);
	return true;
}

static bool
mark_read(const char *epoch, int64_t *seq, unsigned char chain[HASH_BYTES])
{
	struct buf path = { 0 };
	char hex[HASH_BYTES * 2 + 1] = "";
	FILE *f = NULL;
	bool ok;

	if (mark_path(epoch, &path))
		f = fopen(path.data, "re");
	ok = f != NULL && fscanf(f, "%" SCNd64 " %64[0-9a-f]", seq, hex) == 2 &&
	    hex_parse(hex, chain, HASH_BYTES) == 0;
	if (f != NULL)
		fclose(f);
	buf_free(&path);
	return ok;
}

static void
make_folders(char *path)
{
	for (char *p = path + 1; (p = strchr(p, '/')) != NULL; *p++ = '/') {
		*p = '\0';
		mkdir(path, 0700);		/* what is wrong shows at fopen */
	}
}

static bool
mark_write(const char *path, const char *text, struct err *err)
{
	struct buf part = { 0 };
	size_t len = strlen(text);
	int fd;
	bool ok;

	buf_addf(&part, "%s.part", path);
	make_folders(part.data);
	fd = open(part.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ok = fd >= 0 && write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
	if (fd >= 0 && close(fd) != 0)
		ok = false;
	ok = ok && rename(part.data, path) == 0;
	if (!ok)
		err_set(err, _("The mark of what was exported cannot be written to %s: %s"), path,
		    strerror(errno));
	buf_free(&part);
	return ok;
}

bool
store_high_water(struct store *s, struct err *err)
{
	struct site_info site;
	struct buf path = { 0 }, text = { 0 };
	char hex[HASH_BYTES * 2 + 1];
	bool ok = true;

	if (!store_site(s, &site, err))
		return false;
	if (mark_path(site.epoch, &path)) {
		hex_format(site.last_chain, HASH_BYTES, hex);
		buf_addf(&text, "%" PRId64 " %s\n", site.last_seq, hex);
		ok = mark_write(path.data, text.data, err);
	}
	buf_free(&text);
	buf_free(&path);
	return ok;
}

/* Does the database lack what was once exported from this epoch? */
static bool
is_behind(struct store *s, const char *epoch, bool *behind, struct err *err)
{
	unsigned char chain[HASH_BYTES];
	struct stmt *st;
	int64_t seq;

	*behind = false;
	if (!mark_read(epoch, &seq, chain) || seq == 0)
		return true;
	st = db_query(s->db, err, "SELECT c.chain FROM ruhu_change c JOIN ruhu_epoch e"
	    " ON e.no = c.epoch WHERE e.id = ? AND c.seq = ?", WITH(b_text(epoch), b_int(seq)));
	*behind = !stmt_row(st) || stmt_len(st, 0) != HASH_BYTES ||
	    memcmp(stmt_blob(st, 0), chain, HASH_BYTES) != 0;
	return stmt_end(st, err);
}

bool
store_lost(struct store *s, bool (*each)(void *, const char *epoch, int64_t from, int64_t to),
    void *ctx, struct err *err)
{
	/* In parts: what was wanted of it came back from others. */
	struct stmt *st = db_query(s->db, err, WITH_OWN_LINE "SELECT e.id, coalesce((SELECT max(c.seq)"
	    " FROM ruhu_change c WHERE c.epoch = e.no), 0) FROM ruhu_epoch e"
	    " WHERE e.no IN (SELECT no FROM own) AND e.parts = 0 ORDER BY e.no", WITHOUT);
	bool ok = true, behind = false;

	while (ok && stmt_row(st)) {
		unsigned char chain[HASH_BYTES];
		int64_t here = stmt_int(st, 1), to = 0;

		ok = is_behind(s, stmt_text(st, 0), &behind, err);
		if (ok && behind && mark_read(stmt_text(st, 0), &to, chain) &&
		    !each(ctx, stmt_text(st, 0), here < to ? here + 1 : to, to))
			break;
	}
	return ok ? stmt_end(st, err) : (stmt_end(st, &(struct err){ 0 }), false);
}

/* ---- deciding ------------------------------------------------------------------- */

/* NULL in *why: the same database in the same place. "new": just made here. */
static bool
why_new(struct store *s, const struct place *here, const char **why, struct err *err)
{
	struct stmt *st = db_query(s->db, err, "SELECT e.id, s.machine, s.inode FROM ruhu_site s"
	    " LEFT JOIN ruhu_epoch e ON e.no = s.epoch", WITHOUT);
	char epoch[64] = "";
	bool backup = false, unknown = false, moved = false, behind;

	if (stmt_row(st)) {
		backup = stmt_int(st, 2) == BACKUP || stmt_is_null(st, 0);
		snprintf(epoch, sizeof epoch, "%s", stmt_text(st, 0));
		unknown = stmt_int(st, 2) == 0;
		moved = strcmp(stmt_text(st, 1), here->machine) != 0 ||
		    stmt_int(st, 2) != here->inode;
	}
	if (!stmt_end(st, err) || !is_behind(s, epoch, &behind, err))
		return false;
	*why = backup ? "backup" : unknown ? "new" : moved ? "copied" : behind ? "behind" : NULL;
	return true;
}

bool
epoch_check(struct store *s, struct err *err)
{
	struct place here;
	const char *why;
	bool ok;

	place_of(s->path, &here);
	if (!why_new(s, &here, &why, err))
		return false;
	if (why == NULL)
		return true;
	if (!tx_begin(s, err))
		return false;
	/* Asked again inside: another process may have been here first. */
	ok = why_new(s, &here, &why, err);
	if (ok && why != NULL) {
		s->set_back = strcmp(why, "behind") == 0;
		if (strcmp(why, "new") != 0)
			ok = schema_new_epoch(s->db, store_now(s), why, err) &&
			    event_add(s, "epoch", why, err);
		ok = ok && db_run(s->db, err, "UPDATE ruhu_site SET machine = ?, inode = ?",
		    WITH(b_text(here.machine), b_int(here.inode)));
	}
	return tx_end(s, ok, err);
}

bool
store_set_back(const struct store *s)
{
	return s->set_back;
}

bool
store_site_name(struct store *s, const char *id, const char *name, struct err *err)
{
	if (id[0] == '\0' || strlen(id) > 63 || strcspn(id, " /\t\n") != strlen(id))
		return err_set(err, _("A site's name is a short word such as T03, with no spaces"));
	return tx_begin(s, err) && tx_end(s,
	    db_run(s->db, err, WITH_OWN_LINE "UPDATE ruhu_epoch SET site = ? WHERE"
	    " no IN (SELECT no FROM own)", WITH(b_text(id))) &&
	    db_run(s->db, err, "UPDATE ruhu_site SET id = ?, name = ?",
	    WITH(b_text(id), b_text(name != NULL ? name : ""))) &&
	    event_add(s, "site", id, err), err);
}

bool
epoch_of_backup(const char *path, struct err *err)
{
	struct db *db;
	bool ok;

	if (!db_open(path, DB_PLAIN, &db, err))
		return false;
	ok = db_script(db, err, "PRAGMA synchronous=FULL") &&
	    db_run(db, err, "UPDATE ruhu_site SET inode = ?", WITH(b_int(BACKUP))) &&
	    db_script(db, err, "PRAGMA wal_checkpoint(TRUNCATE)");
	db_close(db);
	return ok;
}
