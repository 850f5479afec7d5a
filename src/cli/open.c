#include "cli/open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"
#include "cli/out.h"
#include "store/store.h"

enum { WAIT_MS = 30000, SAY_AFTER_MS = 1000, BALLAST = 16 << 20 };

void
cli_database(struct cli *cli)
{
	const char *env = getenv("RUHU_DB"), *home = getenv("HOME");
	struct buf path = { 0 };

	if (cli->database != NULL)
		return;
	if (env != NULL && env[0] != '\0') {
		cli->database = env;
		cli->database_from = DATABASE_ENV;
		return;
	}
	buf_addf(&path, "%s/.local/share/ruhu/ruhu.db",
	    home != NULL && home[0] != '\0' ? home : ".");
	cli->database = cli->made = buf_take(&path);
	cli->database_from = DATABASE_DEFAULT;
}

void
cli_free(struct cli *cli)
{
	free(cli->made);
}

/* The folders above the default database. */
static bool
make_folders(const char *path, struct err *err)
{
	char *p = xstrdup(path);
	bool ok = true;

	for (char *s = strchr(p + 1, '/'); ok && s != NULL; s = strchr(s + 1, '/')) {
		*s = '\0';
		ok = mkdir(p, 0700) == 0 || errno == EEXIST;
		if (!ok)
			err_set(err, _("the folder %s cannot be made: %s"), p, strerror(errno));
		*s = '/';
	}
	free(p);
	return ok;
}

bool
cli_folders(struct cli *cli, struct err *err)
{
	return cli->database_from != DATABASE_DEFAULT || make_folders(cli->database, err);
}

/* On a terminal a person wants to know why nothing happens. */
static bool
waiting(void *ctx, int waited_ms, const char *holder)
{
	struct cli *cli = ctx;

	if (cli->screen || waited_ms < SAY_AFTER_MS || !isatty(STDERR_FILENO) ||
	    waited_ms / 1000 == cli->said)
		return true;
	cli->said = waited_ms / 1000;
	if (holder[0] != '\0')
		complain(_("waiting for the database, held by %s: %d s\n"), holder, cli->said);
	else
		complain(_("waiting for the database: %d s\n"), cli->said);
	return true;
}

bool
cli_open(struct cli *cli, unsigned flags, struct store **store, struct err *err)
{
	struct store_options o = {
		.path = cli->database, .user = cli->as, .clock = &cli->clock,
		.create = (flags & OPEN_CREATE) != 0,
		.read_only = (flags & OPEN_READ_ONLY) != 0,
		.ballast = BALLAST, .wait_ms = WAIT_MS, .waiting = waiting, .ctx = cli,
	};

	if (access(cli->database, F_OK) != 0 && errno == ENOENT) {
		if (!o.create)
			return err_set(err, _("there is no database %s yet; "
			    "'ruhu -d %s form add FORM.yaml' makes it"),
			    cli->database, cli->database);
		if (!cli_folders(cli, err))
			return false;
	}
	if (store_open(&o, store, err)) {
		if (store_set_back(*store))
			complain(_("This database was set back behind what it had exported; from now on it "
			    "numbers its changes anew. 'ruhu doctor' says what is missing and what to do.\n"));
		return true;
	}
	/* A database of an older format can only be read after it was brought up to
	 * date, and that is done by opening it to write. */
	if (o.read_only && access(cli->database, W_OK) == 0) {
		struct err ignored;

		o.read_only = false;
		return store_open(&o, store, &ignored);
	}
	return false;
}

struct search {
	struct near near;
	char best[128];
	size_t n;
};

static bool
compare_form(void *ctx, const struct form_info *info)
{
	struct search *s = ctx;
	const char *before = s->near.best;

	s->n++;
	near_try(&s->near, info->id);
	if (s->near.best != before && s->near.best != NULL) {
		snprintf(s->best, sizeof s->best, "%s", s->near.best);
		s->near.best = s->best;
	}
	return true;
}

bool
cli_form(struct store *store, const char *id, const struct logic **logic, struct err *err)
{
	struct search s = { 0 };
	struct err listing;

	near_start(&s.near, id);
	if (!store_form(store, id, NULL, logic, err)) {
		if (!store_forms(store, compare_form, &s, &listing))
			return false;
		if (s.n == 0)
			return err_set(err, _("no form is installed yet; "
			    "'ruhu form add FORM.yaml' does it"));
		if (s.near.best != NULL && strcmp(s.near.best, id) != 0)
			return err_set(err, _("no form is called '%s' (did you mean '%s'?)"), id,
			    s.near.best);
		return false;
	}
	return true;
}

bool
file_read(const char *path, size_t limit, struct buf *out, struct err *err)
{
	bool in = strcmp(path, "-") == 0;
	int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char piece[1 << 14];
	ssize_t n;

	if (fd < 0)
		return err_set(err, _("%s cannot be read: %s"), path, strerror(errno));
	while ((n = read(fd, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0 && out->len <= limit)
			buf_add(out, piece, (size_t)n);
		if (out->len > limit)
			break;
	}
	if (n < 0)
		err_set(err, _("%s cannot be read: %s"), path, strerror(errno));
	else if (out->len > limit)
		err_set(err, _("%s is larger than %zu bytes"), path, limit);
	if (!in)
		close(fd);
	return n >= 0 && out->len <= limit;
}
