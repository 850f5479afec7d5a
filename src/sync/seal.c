#include "sync/seal.h"

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
#include "sync/out_file.h"
#include "sync/ustar.h"

#define PIECE 65536
#define SIGNATURE_MAX 4096
#define SEALED_MAX (UINT64_C(512) << 20)

static const char *const members[2] = { "body.age.minisig", "body.age" };

/* ---- the comment ---------------------------------------------------------- */

void
seal_comment_format(const struct seal_comment *c, struct buf *out)
{
	buf_addf(out, "ruhu1 file=%s from=%s to=%s key=%s made=%lld lines=%lld raw=%llu", c->file,
	    c->from, c->to, c->key, (long long)c->made_ms, (long long)c->lines,
	    (unsigned long long)c->raw);
}

/* " name=" and letters, digits, _ and -. */
static bool
take_word(const char **s, const char *name, char *out, size_t size)
{
	size_t n = strlen(name), len;

	if (strncmp(*s, name, n) != 0)
		return false;
	*s += n;
	len = strspn(*s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
	if (len == 0 || len >= size)
		return false;
	memcpy(out, *s, len);
	out[len] = '\0';
	*s += len;
	return true;
}

static bool
take_count(const char **s, const char *name, uint64_t *out)
{
	char digits[20];	/* below 2^63 */

	if (!take_word(s, name, digits, sizeof digits) ||
	    strspn(digits, "0123456789") != strlen(digits) || (digits[0] == '0' && digits[1] != '\0'))
		return false;
	*out = strtoull(digits, NULL, 10);
	return *out <= INT64_MAX;
}

bool
seal_comment_parse(const char *text, struct seal_comment *c, struct err *err)
{
	uint64_t made, lines;

	if (!take_word(&text, "ruhu1 file=", c->file, sizeof c->file) ||
	    !take_word(&text, " from=", c->from, sizeof c->from) ||
	    !take_word(&text, " to=", c->to, sizeof c->to) ||
	    !take_word(&text, " key=", c->key, sizeof c->key) ||
	    !take_count(&text, " made=", &made) || !take_count(&text, " lines=", &lines) ||
	    !take_count(&text, " raw=", &c->raw) || *text != '\0')
		return err_set(err, "%s", _("the signature is good, but is no sync file's"));
	c->made_ms = (int64_t)made;
	c->lines = (int64_t)lines;
	return true;
}

/* ---- writing ---------------------------------------------------------------- */

/* Encrypted bytes on their way to a nameless file, counted and hashed. */
struct spool {
	int fd;
	uint64_t size, need;	/* need: about as much as the body has */
	struct crypt_hash *hash;
};

/* need: bytes that the whole will have. */
static bool
write_all(int fd, const void *bytes, size_t len, uint64_t need, struct err *err)
{
	const char *from = bytes;

	while (len > 0) {
		ssize_t n = write(fd, from, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == ENOSPC || errno == EDQUOT))
			return err_unable(err, _("the disk is full: the copy needs %llu bytes; make room "
			    "and try again"), (unsigned long long)need);
		if (n < 0)
			return err_unable(err, _("writing failed: %s"), strerror(errno));
		from += n;
		len -= (size_t)n;
	}
	return true;
}

static bool
spool_write(void *ctx, const void *bytes, size_t len, struct err *err)
{
	struct spool *spool = ctx;

	crypt_hash_add(spool->hash, bytes, len);
	spool->size += len;
	return write_all(spool->fd, bytes, len, spool->need, err);
}

/* A file without a name in the folder of `beside`. */
static int
nameless(const char *beside, struct err *err)
{
	struct buf name = { 0 };
	int fd;

	buf_addf(&name, "%s.XXXXXX", beside);
	fd = mkostemp(name.data, O_CLOEXEC);
	if (fd < 0)
		err_unable(err, _("%s cannot be made: %s"), name.data, strerror(errno));
	else
		unlink(name.data);
	buf_free(&name);
	return fd;
}

/* Everything of a file to a sink. */
static bool
pour(int fd, uint64_t from, uint64_t size, const struct sink *sink, struct err *err)
{
	char piece[PIECE];

	while (size > 0) {
		size_t want = size < sizeof piece ? (size_t)size : sizeof piece;
		ssize_t n = pread(fd, piece, want, (off_t)from);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_unable(err, _("the file cannot be read: %s"), strerror(errno));
		if (n == 0)
			return err_set(err, "%s", _("the file is incomplete; copy it again"));
		if (!sink->write(sink->ctx, piece, (size_t)n, err))
			return false;
		from += (uint64_t)n;
		size -= (uint64_t)n;
	}
	return true;
}

static bool
age_sink(void *ctx, const void *bytes, size_t len, struct err *err)
{
	return age_write(ctx, bytes, len, err);
}

static bool
encrypt(const char *body, const struct seal_as *as, struct spool *spool, struct err *err)
{
	const struct sink to = { spool, spool_write };
	int fd = open(body, O_RDONLY | O_CLOEXEC);
	struct age_writer *age;
	struct stat st;
	bool ok;

	if (fd < 0 || fstat(fd, &st) < 0) {
		err_set(err, _("%s cannot be read: %s"), body, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	spool->need = (uint64_t)st.st_size;
	age = age_write_start(as->recipients, as->recipients_n, &to, err);
	ok = age != NULL &&
	    pour(fd, 0, (uint64_t)st.st_size, &(struct sink){ age, age_sink }, err) &&
	    age_write_end(age, err);
	age_writer_free(age);
	close(fd);
	return ok;
}

static bool
out_sink(void *ctx, const void *bytes, size_t len, struct err *err)
{
	return out_file_write(ctx, bytes, len, err);
}

/* The archive: signature first, so that a reader can check before it reads on. */
static bool
pack(struct out_file *out, const struct buf *signature, const struct spool *spool, int64_t made_ms,
    struct err *err)
{
	const struct sink to = { out, out_sink };
	int64_t made = made_ms / 1000;

	return ustar_header(&to, members[0], signature->len, made, err) &&
	    out_file_write(out, signature->data, signature->len, err) &&
	    ustar_pad(&to, signature->len, err) &&
	    ustar_header(&to, members[1], spool->size, made, err) &&
	    pour(spool->fd, 0, spool->size, &to, err) && ustar_pad(&to, spool->size, err) &&
	    ustar_end(&to, err);
}

static bool
sign_and_pack(const char *path, const struct seal_as *as, struct spool *spool, uint64_t *bytes,
    struct err *err)
{
	struct seal_comment comment = as->comment;
	struct buf trusted = { 0 }, signature = { 0 };
	unsigned char hash[CRYPT_HASH];
	struct out_file *out;
	bool ok;

	crypt_hash_end(spool->hash, hash);
	spool->hash = NULL;
	minisign_id_text(as->sign->id, comment.key);
	seal_comment_format(&comment, &trusted);
	minisign_sign(as->sign, hash, "a sync file of ruhu: the line after next says from whom",
	    buf_str(&trusted), &signature);
	ok = out_file_open(path, &out, err);
	if (ok) {
		ok = pack(out, &signature, spool, comment.made_ms, err);
		if (ok)
			ok = out_file_commit(out, bytes, err);
		else
			out_file_abort(out);
	}
	buf_free(&trusted);
	buf_free(&signature);
	return ok;
}

bool
seal_file(const char *body, const char *out, const struct seal_as *as, uint64_t *bytes,
    struct err *err)
{
	struct spool spool = { .fd = nameless(out, err) };
	bool ok;

	if (spool.fd < 0)
		return false;
	spool.hash = crypt_hash_new();
	ok = encrypt(body, as, &spool, err) && sign_and_pack(out, as, &spool, bytes, err);
	if (spool.hash != NULL)
		crypt_hash_end(spool.hash, NULL);
	close(spool.fd);
	return ok;
}

/* ---- reading ------------------------------------------------------------------ */

static bool
hash_sink(void *ctx, const void *bytes, size_t len, struct err *err)
{
	(void)err;
	crypt_hash_add(ctx, bytes, len);
	return true;
}

static bool
buf_sink(void *ctx, const void *bytes, size_t len, struct err *err)
{
	(void)err;
	buf_add(ctx, bytes, len);
	return true;
}

static bool
read_sink(void *ctx, const void *bytes, size_t len, struct err *err)
{
	return age_read(ctx, bytes, len, err);
}

static bool
read_signature(int fd, const struct ustar_member *member, struct minisign_sig *sig, struct err *err)
{
	struct buf text = { 0 };
	bool ok;

	if (member->size == 0 || member->size > SIGNATURE_MAX)
		return err_set(err, "%s", _("the signature is damaged; copy the file again"));
	ok = pour(fd, member->start, member->size, &(struct sink){ &text, buf_sink }, err);
	if (ok && strlen(text.data) != text.len)
		ok = err_set(err, "%s", _("the signature is damaged; copy the file again"));
	ok = ok && minisign_sig_parse(text.data, sig, err);
	buf_free(&text);
	return ok;
}

/* Is it from whom it says, by a key that was pinned for them, and for us? */
static bool
check_sender(int fd, const struct ustar_member member[2], const struct unseal_as *as,
    struct seal_comment *comment, struct err *err)
{
	struct minisign_sig sig;
	struct minisign_public key;
	struct seal_comment said;
	char site[SEAL_SITE], id[MINISIGN_ID_TEXT];
	unsigned char hash[CRYPT_HASH];
	struct crypt_hash *state;
	bool ok;

	if (!read_signature(fd, &member[0], &sig, err))
		return false;
	minisign_id_text(sig.id, id);
	if (!as->pinned.find(as->pinned.ctx, sig.id, &key, site))
		return err_set(err, _("nobody known here signs with the key %s; compare it with the "
		    "sender by voice, then pin it with 'ruhu key pin'"), id);
	state = crypt_hash_new();
	ok = pour(fd, member[1].start, member[1].size, &(struct sink){ state, hash_sink }, err);
	crypt_hash_end(state, hash);
	if (!ok || !minisign_verify(&sig, &key, hash, err) ||
	    !seal_comment_parse(sig.trusted, &said, err))
		return false;
	if (strcmp(said.from, site) != 0 || strcmp(said.key, id) != 0)
		return err_set(err, _("the file says that it is from %s, but the key that signed it "
		    "is that of %s"), said.from, site);
	*comment = said;
	if (as->site != NULL && strcmp(said.to, as->site) != 0)
		return err_set(err, _("the file is for %s, not for %s"), said.to, as->site);
	return true;
}

struct opened { int fd; uint64_t need; };

static bool
opened_sink(void *ctx, const void *bytes, size_t len, struct err *err)
{
	const struct opened *to = ctx;

	return write_all(to->fd, bytes, len, to->need, err);
}

static bool
decrypt(int fd, const struct ustar_member *member, int body, const struct age_key *own,
    struct err *err)
{
	struct opened to = { body, member->size };
	struct age_reader *age = age_read_start(own, &(struct sink){ &to, opened_sink });
	bool ok = pour(fd, member->start, member->size, &(struct sink){ age, read_sink }, err) &&
	    age_read_end(age, err);

	age_reader_free(age);
	if (ok && lseek(body, 0, SEEK_SET) != 0)
		return err_unable(err, _("the file cannot be read: %s"), strerror(errno));
	return ok;
}

static bool
unseal(int fd, const char *beside, const struct unseal_as *as, struct seal_comment *comment,
    int *body, struct err *err)
{
	struct ustar_member member[2];
	int out;

	if (!ustar_check(fd, members, member, err) || !check_sender(fd, member, as, comment, err))
		return false;
	out = nameless(beside, err);
	if (out < 0)
		return false;
	if (!decrypt(fd, &member[1], out, as->own, err)) {
		close(out);
		return false;
	}
	*body = out;
	return true;
}

bool
unseal_file(const char *path, const char *beside, const struct unseal_as *as,
    struct seal_comment *comment, int *body, struct err *err)
{
	uint64_t most = as->max_bytes > 0 ? as->max_bytes : SEALED_MAX;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool ok = false;

	memset(comment, 0, sizeof *comment);
	if (fd < 0 || fstat(fd, &st) < 0)
		err_unable(err, _("%s cannot be read: %s"), path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		err_set(err, _("%s is not a file that can be read"), path);
	else if ((uint64_t)st.st_size > most)
		err_set(err, _("%s is larger than %llu MiB, more than a sync file has"), path,
		    (unsigned long long)(most >> 20));
	else
		ok = unseal(fd, beside, as, comment, body, err);
	if (fd >= 0)
		close(fd);
	return ok;
}
