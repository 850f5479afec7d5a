/* ruhu doctor: what is wrong round the database, and what to do about it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "store/changes.h"
#include "store/db.h"
#include "store/held.h"
#include "store/peers.h"
#include "store/quarantine.h"
#include "store/store.h"
#include "sync/export.h"
#include "sync/jcs.h"
#include "sync/keyring.h"
#include "tui/charset.h"

enum {
	MIB = 1 << 20,
	ROOM_MIB = 200,
	WAL_MIB = 64,
	CLOCK_BACK_MS = 5 * 60 * 1000,
	STAMP_BITS = 16,
	AHEAD_MS = 10 * 60 * 1000
};

enum finding { GOOD, DOUBT, BAD };

struct doctor {
	struct cli *cli;
	bool json;
	int bad;
};

/* One finding: what was looked at, what was found, what to do ("" when good). */
static void found(struct doctor *d, enum finding f, const char *what, const char *advice,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void
found(struct doctor *d, enum finding f, const char *what, const char *advice, const char *fmt, ...)
{
	static const char *const names[] = {"ok", "warning", "fault"};
	static const char *const marks[] = {" ok ", " ?  ", " !! "};
	struct buf text = { 0 }, line = { 0 };
	struct jcs j = jcs_into(&line);
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	d->bad += f == BAD;
	if (d->json) {
		jcs_open(&j, '{');
		jcs_key_str(&j, "finding", names[f]);
		jcs_key_str(&j, "what", what);
		jcs_key_str(&j, "text", buf_str(&text));
		jcs_key_str(&j, "advice", advice);
		jcs_close(&j, '}');
		put_json(&line);
	} else {
		say("%s", marks[f]);
		say_text(buf_str(&text), 0);
		say("\n");
		if (advice[0] != '\0')
			say_wrapped(advice, 4, 80);
	}
	buf_free(&text);
	buf_free(&line);
}

static void
look_at_terminal(struct doctor *d)
{
	const char *term = getenv("TERM"), *charset = charset_of_locale();
	struct charset *cs = charset_new(charset);

	if (term == NULL || term[0] == '\0')
		found(d, DOUBT, "term",
		    _("Set TERM to the terminal's kind, for example xterm or "
		      "vt100; screens need it."),
		    _("TERM is not set"));
	else
		found(d, GOOD, "term", "", _("the terminal is of kind %s"), term);
	if (cs == NULL)
		found(d, DOUBT, "charset", _("Set LANG to a locale such as zh_CN.UTF-8."),
		    _("the locale names the encoding %s, which this system does not know"),
		    charset);
	else
		found(d, GOOD, "charset", "", _("the terminal's encoding is %s"), charset);
	charset_free(cs);
}

static void
look_at_room(struct doctor *d)
{
	char *slash, *folder = strdup(d->cli->database);
	struct statvfs v;

	if (folder == NULL)
		return;
	slash = strrchr(folder, '/');
	if (slash != NULL)
		slash[slash == folder] = '\0';
	if (statvfs(slash != NULL ? folder : ".", &v) == 0) {
		long long mib = (long long)v.f_bavail * (long long)v.f_frsize / MIB;

		found(d, mib < ROOM_MIB ? BAD : GOOD, "room",
		    mib < ROOM_MIB
			? _("Make room on this disk: when it is full, nothing more can be saved.")
			: "",
		    _("the disk has %lld MiB free"), mib);
	}
	free(folder);
}

/* What is kept back for a full disk; a database that was never written here has none. */
static void
look_at_ballast(struct doctor *d)
{
	struct buf path = { 0 }, lock = { 0 };
	struct stat st;

	buf_addf(&path, "%s.ballast", d->cli->database);
	buf_addf(&lock, "%s.lock", d->cli->database);
	if (stat(buf_str(&path), &st) == 0)
		found(d, GOOD, "ballast", "", _("%lld MiB are kept back for a full disk"),
		    (long long)(st.st_size / MIB));
	else if (access(buf_str(&lock), F_OK) == 0)
		found(d, DOUBT, "ballast",
		    _("It is made when there is room; until then no record is begun on a full disk."),
		    _("no room is kept back for a full disk"));
	buf_free(&path);
	buf_free(&lock);
}

/* False: there is no file to open. */
static bool
look_at_file(struct doctor *d)
{
	const char *path = d->cli->database;
	struct buf wal = { 0 };
	struct stat st;

	if (stat(path, &st) != 0) {
		found(d, BAD, "database",
		    _("'ruhu form add FORM.yaml' makes one; -d or RUHU_DB name "
		      "another place; 'ruhu restore FILE' reads a backup."),
		    _("there is no database %s: %s"), path, strerror(errno));
		return false;
	}
	found(d, GOOD, "database", "", _("the database is %s, %lld KiB"), path,
	    (long long)(st.st_size / 1024));
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		found(d, DOUBT, "rights",
		    _("'chmod 600' on it keeps other users of this computer "
		      "from reading people's answers."),
		    _("others may open the file (mode %03o)"), (unsigned)st.st_mode & 0777);
	if (access(path, W_OK) != 0)
		found(d, BAD, "writable", _("Give the user who runs ruhu the right to write it."),
		    _("the file cannot be written: %s"), strerror(errno));
	buf_addf(&wal, "%s-wal", path);
	if (stat(buf_str(&wal), &st) == 0 && st.st_size / MIB >= WAL_MIB)
		found(d, DOUBT, "wal", _("It shrinks when everybody has left the program once."),
		    _("the journal beside it has grown to %lld MiB"),
		    (long long)(st.st_size / MIB));
	buf_free(&wal);
	return true;
}

static bool
count_form(void *ctx, const struct form_info *info)
{
	*(size_t *)ctx += info->current;
	return true;
}

static bool
look_at_peer(void *ctx, const struct peer_info *p)
{
	struct doctor *d = ctx;

	if (p->gaps > 0)
		found(d, DOUBT, "gap", _("Ask that site for a file with all changes (ruhu export --all)."),
		    _("changes of %s that came before others are missing"), p->site);
	if (p->ahead_ms > AHEAD_MS)
		found(d, DOUBT, "skew", _("Tell that site to put its clock right; 'ruhu clockfix' then puts right what it stamped."),
		    _("the clock of %s is %lld minutes ahead"), p->site,
		    (long long)(p->ahead_ms / 60000));
	return true;
}

static bool
look_at_lost(void *ctx, const char *epoch, int64_t from, int64_t to)
{
	found(ctx, BAD, "set-back", _("It was set back, or files beside it were taken away. Ask who got "
	    "those files for two, ruhu export --all and ruhu export --others, and import both."),
	    _("changes %lld to %lld of its life %.8s were exported and are not here"), (long long)from,
	    (long long)to, epoch);
	return true;
}

static bool
count_file(void *ctx, const struct quarantined *q)
{
	(void)q;
	++*(size_t *)ctx;
	return true;
}

/* What is between this site and others. */
static void
look_at_sites(struct doctor *d, struct store *store)
{
	struct buf folder = { 0 };
	struct key_card card;
	struct site_info site;
	struct err err;
	size_t files = 0;
	int64_t held = 0;

	keyring_folder(store_path(store), &folder);
	if (store_site(store, &site, &err) && strcmp(site.id, "LOCAL") != 0)
		found(d, keyring_own(buf_str(&folder), site.id, &card, &err) ? GOOD : BAD, "keys",
		    keyring_own(buf_str(&folder), site.id, &card, &err) ? "" :
		    _("Put the copy of the keys back beside the database, or 'ruhu site init' makes new "
		      "ones, whose card the other sites must pin."),
		    _("this site is %s; its keys are in %s"), site.id, buf_str(&folder));
	buf_free(&folder);
	store_peers(store, look_at_peer, d, &err);
	store_lost(store, look_at_lost, d, &err);
	if (quarantine_each(store, false, count_file, &files, &err) && files > 0)
		found(d, DOUBT, "quarantine", _("'ruhu quarantine' says why each was refused."),
		    _("%zu files wait in quarantine"), files);
	if (store_held_n(store, &held, &err) && held > 0)
		found(d, DOUBT, "held", _("'ruhu held' lists them; release or refuse each."),
		    _("%lld records wait that sites sent from outside of their area"), (long long)held);
}

static void
look_inside(struct doctor *d, struct store *store, struct err *err)
{
	struct buf faults = { 0 };
	struct site_info site;
	size_t n = 0, forms = 0;
	int64_t all, waiting;

	if (!store_check(store, &faults, &n, err))
		found(d, BAD, "check",
		    _("Keep the file as it is and restore the last backup at "
		      "another place."),
		    "%s", err->text);
	else if (n > 0)
		found(d, BAD, "check",
		    _("If only tables differ from the log, 'ruhu rebuild' puts them "
		      "right. Otherwise keep the file and restore the last backup at another "
		      "place."),
		    _("%zu faults in the database: %s"), n, buf_str(&faults));
	else
		found(d, GOOD, "check", "",
		    _("the database is whole, and the log agrees with the tables"));
	buf_free(&faults);
	if (store_forms(store, count_form, &forms, err))
		found(d, forms > 0 ? GOOD : DOUBT, "forms",
		    forms > 0 ? "" : _("'ruhu form add FORM.yaml' installs one."),
		    _("%zu forms are installed"), forms);
	if (store_site(store, &site, err)) {
		int64_t ahead = (int64_t)(site.hlc >> STAMP_BITS) - clock_now(&d->cli->clock);

		if (ahead > CLOCK_BACK_MS)
			found(d, DOUBT, "clock",
			    _("Put the computer's clock right; what is keyed "
			      "meanwhile is marked."),
			    _("the computer's clock is %lld minutes behind the last "
			      "change"),
			    (long long)(ahead / 60000));
		else
			found(d, GOOD, "clock", "",
			    _("the computer's clock agrees with the last change"));
	}
	if (sync_waiting(store, &all, &waiting, err))
		found(
		    d, GOOD, "waiting", "", _("%lld changes wait to be sent"), (long long)waiting);
}

static int
run(struct cli *cli, const struct args *args)
{
	struct doctor d = {.cli = cli, .json = args_option(args, "json") != NULL};
	struct store *store;
	struct err err;

	if (!d.json)
		say("ruhu %s\n", RUHU_VERSION);
	look_at_terminal(&d);
	found(&d, GOOD, "sqlite", "", _("SQLite %s is linked; writers pass the gate beside the database "
	    "one at a time, whatever its faults with many"), db_version());
	if (look_at_file(&d)) {
		look_at_room(&d);
		look_at_ballast(&d);
		if (cli_open(cli, OPEN_READ_ONLY, &store, &err)) {
			look_inside(&d, store, &err);
			look_at_sites(&d, store);
			store_close(store);
		} else {
			found(&d, BAD, "open",
			    _("Keep the file as it is; restore the last backup at "
			      "another place with 'ruhu -d PLACE restore FILE'."),
			    "%s", err.text);
		}
	}
	return d.bad > 0 ? CMD_FAULTS : CMD_DONE;
}

static const struct option options[] = {
    {"json", 0, NULL, N_("print JSON, a line for each finding")}, {0}};

const struct cmd cmd_doctor = {"doctor", "", 0, 0, N_("look for what is wrong, and say what to do"),
    N_("Changes nothing. The exit status is 1 when something must be done."), options, run};
