#include "cli/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/tr.h"
#include "cli/clear_copy.h"
#include "cli/open.h"
#include "cli/out.h"
#include "store/changes.h"
#include "store/store.h"
#include "sync/age_file.h"
#include "sync/keyring.h"

#define PASSWORD_MAX 256

bool
sealed_is(const char *path)
{
	char head[512];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool is = fd >= 0 && read(fd, head, sizeof head) == sizeof head &&
	    memcmp(head + 257, "ustar", 5) == 0;

	if (fd >= 0)
		close(fd);
	return is;
}

/* Whoever stops the program at the question gets the echo back first. */
static const int stops[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP };
enum { STOPS = sizeof stops / sizeof stops[0] };
static volatile sig_atomic_t stopped_by;

static void
note_signal(int sig)
{
	stopped_by = sig;
}

static ssize_t
read_unechoed(int tty, char *out, size_t size)
{
	const struct sigaction note = { .sa_handler = note_signal };
	struct sigaction before[STOPS];
	struct termios was, quiet;
	ssize_t n;

	if (tcgetattr(tty, &was) != 0)
		return -1;
	stopped_by = 0;
	for (int i = 0; i < STOPS; i++)
		sigaction(stops[i], &note, &before[i]);
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(tty, TCSAFLUSH, &quiet);
	n = read(tty, out, size);
	tcsetattr(tty, TCSAFLUSH, &was);
	for (int i = 0; i < STOPS; i++)
		sigaction(stops[i], &before[i], NULL);
	complain("\n");
	if (stopped_by != 0)
		raise(stopped_by);
	return n;
}

/* One line from the terminal itself, which is not standard input in a pipe. */
static bool
ask_once(int tty, const char *prompt, char *out, size_t size, struct err *err)
{
	ssize_t n;

	complain("%s", prompt);
	n = read_unechoed(tty, out, size - 1);
	if (n <= 0)
		return err_set(err, "%s", _("no password was typed"));
	out[n] = '\0';
	out[strcspn(out, "\r\n")] = '\0';
	return true;
}

bool
ask_password(const char *prompt, bool twice, char *out, size_t size, struct err *err)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	char again[PASSWORD_MAX];
	bool ok;

	if (tty < 0)
		return err_set(err, "%s", _("the password is asked on the terminal, and there is none"));
	ok = ask_once(tty, prompt, out, size, err);
	if (ok && twice) {
		ok = ask_once(tty, _("Once more: "), again, sizeof again, err);
		if (ok && strcmp(out, again) != 0)
			ok = err_set(err, "%s", _("the two passwords differ"));
		crypt_wipe(again, sizeof again);
	}
	close(tty);
	return ok;
}

static bool
sign_key(const char *folder, struct minisign_secret *secret, struct err *err)
{
	char password[PASSWORD_MAX] = "";
	bool ok = true;

	if (keyring_guarded(folder))
		ok = ask_password(_("Password of the signing key: "), false, password,
		    sizeof password, err);
	ok = ok && keyring_sign(folder, password, secret, err);
	crypt_wipe(password, sizeof password);
	return ok;
}

/* The receiver's key and the one in the safe. */
static bool
receivers(const char *folder, const char *to, unsigned char keys[2][CRYPT_KEY], size_t *n,
    struct err *err)
{
	struct key_card card;
	bool there;

	if (!keyring_peer(folder, to, &card, err) || !keyring_escrow(folder, keys[1], &there, err))
		return false;
	memcpy(keys[0], card.crypt, CRYPT_KEY);
	*n = there ? 2 : 1;
	return true;
}

/* Compressed: the name says so to out_file. */
static bool
export_body(struct store *store, const struct export_options *given, const char *body,
    struct export_result *r, struct err *err)
{
	struct export_options o = *given;

	o.path = body;
	return sync_export(store, &o, r, err);
}

static bool
seal(const char *folder, const struct site_info *site, const struct export_options *o,
    const char *body, const char *out, struct export_result *r, struct err *err)
{
	unsigned char keys[2][CRYPT_KEY];
	struct minisign_secret secret;
	struct seal_as as = { .sign = &secret,
		.recipients = (const unsigned char (*)[CRYPT_KEY])keys,
		.comment = { .made_ms = clock_now(o->clock), .lines = r->lines, .raw = r->raw_bytes } };
	bool ok;

	snprintf(as.comment.file, sizeof as.comment.file, "%s", r->file);
	snprintf(as.comment.from, sizeof as.comment.from, "%s", site->id);
	snprintf(as.comment.to, sizeof as.comment.to, "%s", o->to);
	ok = receivers(folder, o->to, keys, &as.recipients_n, err) && sign_key(folder, &secret, err) &&
	    seal_file(body, out, &as, &r->bytes, err);
	crypt_wipe(&secret, sizeof secret);
	return ok;
}

bool
sealed_export(struct store *store, const struct export_options *given, const char *out,
    struct export_result *r, struct err *err)
{
	/* The manifest inside and the signature outside say the same moment. */
	const struct clock now = { true, clock_now(given->clock) };
	struct export_options same = *given;
	const struct export_options *o = &same;
	struct buf folder = { 0 };
	struct clear_copy body;
	unsigned char keys[2][CRYPT_KEY];
	struct site_info site;
	size_t n;
	bool ok;

	same.clock = &now;
	keyring_folder(store_path(store), &folder);
	/* What can be refused is refused before the long work. */
	ok = store_site(store, &site, err) && receivers(buf_str(&folder), o->to, keys, &n, err) &&
	    clear_copy_begin(store, ".zst", &body, err);
	if (ok) {
		ok = export_body(store, o, buf_str(&body.path), r, err) &&
		    seal(buf_str(&folder), &site, o, buf_str(&body.path), out, r, err);
		clear_copy_end(&body);
	}
	buf_free(&folder);
	return ok;
}

/* Keys that may have signed; whether it was one that is trusted no more. */
struct known { char *folder; bool revoked_too, was_revoked, was_own; char site[SEAL_SITE]; };

static bool
is_own(const char *folder, const unsigned char id[MINISIGN_ID])
{
	struct key_card own;
	struct err ignored;

	return keyring_own(folder, "own", &own, &ignored) && memcmp(own.sign.id, id, MINISIGN_ID) == 0;
}

static bool
find_known(void *ctx, const unsigned char id[MINISIGN_ID], struct minisign_public *key,
    char site[SEAL_SITE])
{
	struct known *k = ctx;

	if (keyring_find(k->folder, id, key, site))
		return true;
	k->was_own = is_own(k->folder, id);
	if (!keyring_find_in(k->folder, "revoked", id, key, site))
		return false;
	k->was_revoked = true;
	snprintf(k->site, sizeof k->site, "%s", site);
	return k->revoked_too;
}

/* With today's key, else with those it replaced. */
static bool
unseal(struct store *store, const char *folder, const char *path, struct unseal_as *as,
    struct seal_comment *comment, int *body, struct err *err)
{
	struct age_key own;
	struct err first;
	bool ok;

	if (!keyring_age(folder, &own, err))
		return false;
	as->own = &own;
	ok = unseal_file(path, store_path(store), as, comment, body, err);
	first = *err;
	for (size_t i = 0; !ok && comment->key[0] != '\0' && keyring_age_former(folder, i, &own); i++)
		ok = unseal_file(path, store_path(store), as, comment, body, err);
	if (!ok)
		*err = first;
	as->own = NULL;
	crypt_wipe(&own, sizeof own);
	return ok;
}

bool
sealed_open(struct store *store, const char *path, bool revoked, int *body,
    struct seal_comment *comment, struct err *err)
{
	struct buf folder = { 0 };
	struct unseal_as as = { 0 };
	struct site_info site;
	struct known known;
	bool ok;

	memset(comment, 0, sizeof *comment);
	keyring_folder(store_path(store), &folder);
	known = (struct known){ .folder = folder.data, .revoked_too = revoked };
	as.pinned = (struct seal_pinned){ &known, find_known };
	as.site = site.id;
	ok = store_site(store, &site, err) &&
	    unseal(store, folder.data, path, &as, comment, body, err);
	if (!ok && known.was_revoked && !revoked)
		err_set(err, _("it is signed with a key of %s that was revoked; look into it, and if "
		    "it is good, 'ruhu import --revoked' takes it"), known.site);
	else if (!ok && known.was_own)
		err_set(err, _("this site itself made this file, for another; there is nothing in it to "
		    "merge here"));
	if (!ok)
		err_wrap(err, "%s", path);
	buf_free(&folder);
	return ok;
}

bool
sealed_backup(struct store *store, const char *out, struct err *err)
{
	struct buf folder = { 0 };
	struct clear_copy copy;
	unsigned char keys[2][CRYPT_KEY];
	struct key_card own;
	bool there, ok;

	keyring_folder(store_path(store), &folder);
	ok = keyring_own(buf_str(&folder), "own", &own, err) &&
	    keyring_escrow(buf_str(&folder), keys[1], &there, err) &&
	    clear_copy_begin(store, ".db", &copy, err);
	if (ok) {
		memcpy(keys[0], own.crypt, CRYPT_KEY);
		ok = store_backup(store, buf_str(&copy.path), err) &&
		    age_file_write(buf_str(&copy.path), out, (const unsigned char (*)[CRYPT_KEY])keys,
		    there ? 2 : 1, err);
		clear_copy_end(&copy);
	}
	buf_free(&folder);
	return ok;
}

/* The first line that is a key: age-keygen writes comments before it. */
static bool
read_identity(const char *path, struct age_key *key, struct err *err)
{
	struct buf text = { 0 };
	bool ok = file_read(path, 4096, &text, err);
	char *line = ok ? strstr(text.data != NULL ? text.data : "", "AGE-SECRET-KEY-") : NULL;

	if (line != NULL)
		line[strcspn(line, "\r\n")] = '\0';
	ok = ok && age_secret_parse(line != NULL ? line : "", key, err);
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	buf_free(&text);
	return ok;
}

/* The keys that were beside the database, whose place a person has just made free. */
static bool
keys_beside(const char *folder, struct age_key *key, struct err *err)
{
	struct stat st;

	if (stat(folder, &st) != 0 && errno == ENOENT)
		return err_set(err, _("this backup is encrypted, and its keys are not in %s: put that folder "
		    "back there, or give the key from the safe with --key"), folder);
	return keyring_age(folder, key, err);
}

bool
sealed_restore(const char *in, const char *database, const char *key_file, const char *out,
    struct err *err)
{
	struct buf folder = { 0 };
	struct age_key key;
	bool ok;

	keyring_folder(database, &folder);
	ok = (key_file != NULL ? read_identity(key_file, &key, err) :
	    keys_beside(buf_str(&folder), &key, err)) && (age_file_read(in, out, &key, err) ||
	    err_wrap(err, "%s", in));
	crypt_wipe(&key, sizeof key);
	buf_free(&folder);
	return ok;
}
