#include "sync/minisign.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/tr.h"

#define UNTRUSTED "untrusted comment: "
#define TRUSTED "trusted comment: "
#define LINE_MAX_BYTES 1024

/* What stands in Base64, byte by byte. */
struct public_bytes {
	unsigned char algorithm[2], id[MINISIGN_ID], key[CRYPT_KEY];
};

struct sig_bytes {
	unsigned char algorithm[2], id[MINISIGN_ID], signature[CRYPT_SIGNATURE];
};

struct guarded {		/* under the password */
	unsigned char id[MINISIGN_ID], key[CRYPT_SIGN_SECRET], check[HASH_BYTES];
};

struct secret_bytes {
	unsigned char algorithm[2], guard[2], checksum[2], salt[CRYPT_SALT], ops[8], memory[8];
	struct guarded guarded;
};

/* libsodium's "interactive" limits: a second on a small machine, 32 MiB. */
#define OPS UINT64_C(1048576)
#define MEMORY (UINT64_C(32) << 20)

static uint64_t
little(const unsigned char u[8])
{
	uint64_t n = 0;

	for (int i = 7; i >= 0; i--)
		n = n << 8 | u[i];
	return n;
}

static void
put_little(uint64_t n, unsigned char u[8])
{
	for (int i = 0; i < 8; i++)
		u[i] = (unsigned char)(n >> (8 * i));
}

void
minisign_id_text(const unsigned char id[MINISIGN_ID], char out[MINISIGN_ID_TEXT])
{
	snprintf(out, MINISIGN_ID_TEXT, "%016llX", (unsigned long long)little(id));
}

void
minisign_new(struct minisign_secret *secret, struct minisign_public *public)
{
	random_bytes(secret->id, MINISIGN_ID);
	crypt_sign_pair(secret->key, public->key);
	memcpy(public->id, secret->id, MINISIGN_ID);
}

void
minisign_public_format(const struct minisign_public *public, struct buf *out)
{
	struct public_bytes bytes = { .algorithm = "Ed" };
	char id[MINISIGN_ID_TEXT];

	memcpy(bytes.id, public->id, MINISIGN_ID);
	memcpy(bytes.key, public->key, CRYPT_KEY);
	minisign_id_text(public->id, id);
	buf_addf(out, UNTRUSTED "minisign public key %s\n", id);
	crypt_base64(&bytes, sizeof bytes, true, out);
	buf_add_char(out, '\n');
}

/* The line at *s; *s goes behind it. False: there is none, or it is too long. */
static bool
take_line(const char **s, const char **line, size_t *len)
{
	*line = *s;
	*len = strcspn(*s, "\n");
	*s += *len;
	if (**s == '\n')
		++*s;
	if (*len > 0 && (*line)[*len - 1] == '\r')
		--*len;
	return *len > 0 && *len < LINE_MAX_BYTES;
}

static bool
decode(const char *line, size_t len, void *out, size_t size)
{
	size_t got;

	return crypt_unbase64(line, len, true, out, size, &got) && got == size;
}

static bool
is_comment(const char *line, size_t len, const char *kind)
{
	size_t n = strlen(kind);

	return len >= n && memcmp(line, kind, n) == 0;
}

bool
minisign_public_parse(const char *text, struct minisign_public *public, struct err *err)
{
	struct public_bytes bytes;
	const char *line;
	size_t len;
	bool ok = take_line(&text, &line, &len);

	if (ok && is_comment(line, len, UNTRUSTED))
		ok = take_line(&text, &line, &len);
	if (!ok || !decode(line, len, &bytes, sizeof bytes) || *text != '\0' ||
	    memcmp(bytes.algorithm, "Ed", 2) != 0)
		return err_set(err, "%s", _("this is no minisign public key: it begins with RW and "
		    "has 56 characters; copy it again"));
	memcpy(public->id, bytes.id, MINISIGN_ID);
	memcpy(public->key, bytes.key, CRYPT_KEY);
	return true;
}

static void
check_of(const struct secret_bytes *bytes, unsigned char out[HASH_BYTES])
{
	const struct hash_part parts[] = { { bytes->algorithm, 2 },
		{ bytes->guarded.id, MINISIGN_ID }, { bytes->guarded.key, CRYPT_SIGN_SECRET } };

	hash_parts(parts, 3, NULL, 0, out);
}

/* Adds or takes away the password's bytes. */
static bool
guard(struct secret_bytes *bytes, const char *password, struct err *err)
{
	unsigned char mask[sizeof bytes->guarded], *to = (unsigned char *)&bytes->guarded;

	if (!crypt_password(password, bytes->salt, little(bytes->ops), little(bytes->memory), mask,
	    sizeof mask))
		return err_set(err, "%s", _("not enough memory to work with the key's password, or "
		    "the key file asks for too much"));
	for (size_t i = 0; i < sizeof mask; i++)
		to[i] ^= mask[i];
	crypt_wipe(mask, sizeof mask);
	return true;
}

bool
minisign_secret_format(const struct minisign_secret *secret, const char *password, struct buf *out,
    struct err *err)
{
	struct secret_bytes bytes = { .algorithm = "Ed", .checksum = "B2" };
	char id[MINISIGN_ID_TEXT];
	bool ok = true;

	memcpy(bytes.guarded.id, secret->id, MINISIGN_ID);
	memcpy(bytes.guarded.key, secret->key, CRYPT_SIGN_SECRET);
	check_of(&bytes, bytes.guarded.check);
	if (password[0] != '\0') {
		memcpy(bytes.guard, "Sc", 2);
		random_bytes(bytes.salt, sizeof bytes.salt);
		put_little(OPS, bytes.ops);
		put_little(MEMORY, bytes.memory);
		ok = guard(&bytes, password, err);
	}
	if (ok) {
		minisign_id_text(secret->id, id);
		buf_addf(out, UNTRUSTED "minisign %ssecret key %s\n",
		    password[0] != '\0' ? "encrypted " : "", id);
		crypt_base64(&bytes, sizeof bytes, true, out);
		buf_add_char(out, '\n');
	}
	crypt_wipe(&bytes, sizeof bytes);
	return ok;
}

static bool
open_secret(struct secret_bytes *bytes, const char *password, struct err *err)
{
	static const unsigned char unset[HASH_BYTES];
	unsigned char check[HASH_BYTES];
	bool guarded = memcmp(bytes->guard, "Sc", 2) == 0;

	if (memcmp(bytes->algorithm, "Ed", 2) != 0 || memcmp(bytes->checksum, "B2", 2) != 0 ||
	    (!guarded && memcmp(bytes->guard, "\0\0", 2) != 0))
		return err_set(err, "%s", _("this is a secret key of a kind that is not known here"));
	if (guarded && !guard(bytes, password, err))
		return false;
	check_of(bytes, check);
	/* minisign itself leaves the check out where there is no password. */
	if (crypt_equal(check, bytes->guarded.check, sizeof check) ||
	    (!guarded && memcmp(bytes->guarded.check, unset, sizeof unset) == 0))
		return true;
	return err_set(err, "%s", guarded ? _("the password is not that of the key") :
	    _("the key file is damaged; take the copy that was put away"));
}

bool
minisign_secret_parse(const char *text, const char *password, struct minisign_secret *secret,
    struct err *err)
{
	struct secret_bytes bytes;
	const char *line;
	size_t len;
	bool ok = take_line(&text, &line, &len) && is_comment(line, len, UNTRUSTED) &&
	    take_line(&text, &line, &len) && decode(line, len, &bytes, sizeof bytes);

	if (!ok)
		return err_set(err, "%s", _("this is no minisign secret key"));
	ok = open_secret(&bytes, password, err);
	if (ok) {
		memcpy(secret->id, bytes.guarded.id, MINISIGN_ID);
		memcpy(secret->key, bytes.guarded.key, CRYPT_SIGN_SECRET);
	}
	crypt_wipe(&bytes, sizeof bytes);
	return ok;
}

/* The second signature covers the first and the trusted comment. */
static void
covered(const unsigned char signature[CRYPT_SIGNATURE], const char *trusted, struct buf *out)
{
	buf_add(out, signature, CRYPT_SIGNATURE);
	buf_add_str(out, trusted);
}

void
minisign_sign(const struct minisign_secret *secret, const unsigned char hash[CRYPT_HASH],
    const char *untrusted, const char *trusted, struct buf *out)
{
	struct sig_bytes bytes = { .algorithm = "ED" };
	unsigned char global[CRYPT_SIGNATURE];
	struct buf both = { 0 };

	memcpy(bytes.id, secret->id, MINISIGN_ID);
	crypt_sign(secret->key, hash, CRYPT_HASH, bytes.signature);
	covered(bytes.signature, trusted, &both);
	crypt_sign(secret->key, both.data, both.len, global);
	buf_free(&both);
	buf_addf(out, UNTRUSTED "%s\n", untrusted);
	crypt_base64(&bytes, sizeof bytes, true, out);
	buf_addf(out, "\n" TRUSTED "%s\n", trusted);
	crypt_base64(global, sizeof global, true, out);
	buf_add_char(out, '\n');
}

bool
minisign_sig_parse(const char *text, struct minisign_sig *sig, struct err *err)
{
	struct sig_bytes bytes;
	const char *line;
	size_t len, n = strlen(TRUSTED);

	if (!take_line(&text, &line, &len) || !is_comment(line, len, UNTRUSTED) ||
	    !take_line(&text, &line, &len) || !decode(line, len, &bytes, sizeof bytes) ||
	    !take_line(&text, &line, &len) || !is_comment(line, len, TRUSTED))
		return err_set(err, "%s", _("the signature is damaged; copy the file again"));
	memcpy(sig->trusted, line + n, len - n);
	sig->trusted[len - n] = '\0';
	if (!take_line(&text, &line, &len) ||
	    !decode(line, len, sig->global, sizeof sig->global) || *text != '\0')
		return err_set(err, "%s", _("the signature is damaged; copy the file again"));
	if (memcmp(bytes.algorithm, "ED", 2) != 0)
		return err_set(err, "%s", _("the signature is of an old kind that is not taken here"));
	memcpy(sig->id, bytes.id, MINISIGN_ID);
	memcpy(sig->signature, bytes.signature, CRYPT_SIGNATURE);
	return true;
}

bool
minisign_verify(const struct minisign_sig *sig, const struct minisign_public *public,
    const unsigned char hash[CRYPT_HASH], struct err *err)
{
	struct buf both = { 0 };
	bool ok;

	if (memcmp(sig->id, public->id, MINISIGN_ID) != 0)
		return err_set(err, "%s", _("the file was signed with another key"));
	covered(sig->signature, sig->trusted, &both);
	ok = crypt_verify(public->key, hash, CRYPT_HASH, sig->signature) &&
	    crypt_verify(public->key, both.data, both.len, sig->global);
	buf_free(&both);
	return ok || err_set(err, "%s", _("the signature does not fit: the file was changed after it "
	    "was signed, or damaged; copy it again"));
}
