/* sealer: the layers of a sealed file one by one, for tests against the stock
 * programs age, minisign and tar.
 *     sealer agekey                          prints a new secret and public key
 *     sealer encrypt PUBLIC... <in >out      sealer decrypt SECRET <in >out
 *     sealer signkey PASSWORD SECRETFILE PUBLICFILE
 *     sealer sign PASSWORD SECRETFILE COMMENT <in >signature
 *     sealer verify PUBLICFILE SIGNATUREFILE <in       prints the comment
 *     sealer seal SECRETFILE FROM TO BODY OUT AGEPUBLIC...    what else the signature says is
 *         as in the comment $SEAL_AS
 *     sealer unseal PUBLICFILE FROM TO AGESECRET FILE BODY
 *     sealer flips PUBLICFILE FROM TO AGESECRET FILE BODY     a bit of each byte, and each
 *         length; prints "byte N" or "length N" of those that were taken all the same
 *     sealer tar NAME1 FILE1 NAME2 FILE2 >archive      sealer untar NAME1 NAME2 FILE
 * Exit 0: done; 1: refused, with the reason on standard error. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sync/age.h"
#include "sync/minisign.h"
#include "sync/seal.h"
#include "sync/ustar.h"

static bool
to_stdout(void *ctx, const void *bytes, size_t len, struct err *err)
{
	(void)ctx;
	return fwrite(bytes, 1, len, stdout) == len || err_set(err, "cannot write");
}

static const struct sink stdout_sink = { NULL, to_stdout };

static void
read_file(const char *path, struct buf *out)
{
	FILE *f = path != NULL ? fopen(path, "rb") : stdin;
	char piece[1000];	/* no size that a layer has */
	size_t n;

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, n);
	if (path != NULL)
		fclose(f);
}

static void
write_file(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(text->data, 1, text->len, f) != text->len || fclose(f) != 0) {
		perror(path);
		exit(2);
	}
}

static bool
do_agekey(char **arg, int n, struct err *err)
{
	struct age_key key;
	struct buf out = { 0 };

	(void)arg, (void)n, (void)err;
	age_key_new(&key);
	age_secret_format(&key, &out);
	buf_add_char(&out, ' ');
	age_public_format(key.public, &out);
	puts(buf_str(&out));
	buf_free(&out);
	return true;
}

static bool
do_encrypt(char **arg, int n, struct err *err)
{
	unsigned char keys[8][CRYPT_KEY];
	struct buf in = { 0 };
	struct age_writer *w;
	bool ok = true;

	for (int i = 0; i < n && i < 8; i++)
		if (!age_public_parse(arg[i], keys[i], err))
			return false;
	read_file(NULL, &in);
	w = age_write_start((const unsigned char (*)[CRYPT_KEY])keys, (size_t)n, &stdout_sink, err);
	ok = w != NULL;
	for (size_t at = 0, step = 1; ok && at < in.len; at += step, step = step * 3 % 70001 + 1) {
		if (step > in.len - at)
			step = in.len - at;
		ok = age_write(w, in.data + at, step, err);
	}
	ok = ok && age_write_end(w, err);
	age_writer_free(w);
	buf_free(&in);
	return ok;
}

static bool
do_decrypt(char **arg, int n, struct err *err)
{
	struct age_key key;
	struct buf in = { 0 };
	struct age_reader *r;
	bool ok = true;

	if (n != 1 || !age_secret_parse(arg[0], &key, err))
		return false;
	read_file(NULL, &in);
	r = age_read_start(&key, &stdout_sink);
	for (size_t at = 0, step = 1; ok && at < in.len; at += step, step = step * 3 % 70001 + 1) {
		if (step > in.len - at)
			step = in.len - at;
		ok = age_read(r, in.data + at, step, err);
	}
	ok = ok && age_read_end(r, err);
	age_reader_free(r);
	buf_free(&in);
	return ok;
}

static bool
do_signkey(char **arg, int n, struct err *err)
{
	struct minisign_secret secret;
	struct minisign_public public;
	struct buf out = { 0 };
	bool ok;

	(void)n;
	minisign_new(&secret, &public);
	ok = minisign_secret_format(&secret, arg[0], &out, err);
	if (ok)
		write_file(arg[1], &out);
	buf_reset(&out);
	minisign_public_format(&public, &out);
	write_file(arg[2], &out);
	buf_free(&out);
	return ok;
}

static bool
load_secret(const char *password, const char *path, struct minisign_secret *secret, struct err *err)
{
	struct buf text = { 0 };
	bool ok;

	read_file(path, &text);
	ok = minisign_secret_parse(buf_str(&text), password, secret, err);
	buf_free(&text);
	return ok;
}

static bool
load_public(const char *path, struct minisign_public *public, struct err *err)
{
	struct buf text = { 0 };
	bool ok;

	read_file(path, &text);
	ok = minisign_public_parse(buf_str(&text), public, err);
	buf_free(&text);
	return ok;
}

static void
hash_stdin(unsigned char hash[CRYPT_HASH])
{
	struct crypt_hash *state = crypt_hash_new();
	struct buf in = { 0 };

	read_file(NULL, &in);
	crypt_hash_add(state, buf_str(&in), in.len);
	crypt_hash_end(state, hash);
	buf_free(&in);
}

static bool
do_sign(char **arg, int n, struct err *err)
{
	struct minisign_secret secret;
	unsigned char hash[CRYPT_HASH];
	struct buf out = { 0 };

	(void)n;
	if (!load_secret(arg[0], arg[1], &secret, err))
		return false;
	hash_stdin(hash);
	minisign_sign(&secret, hash, "signature", arg[2], &out);
	fwrite(out.data, 1, out.len, stdout);
	buf_free(&out);
	return true;
}

static bool
do_verify(char **arg, int n, struct err *err)
{
	struct minisign_public public;
	struct minisign_sig sig;
	unsigned char hash[CRYPT_HASH];
	struct buf text = { 0 };
	bool ok;

	(void)n;
	read_file(arg[1], &text);
	ok = load_public(arg[0], &public, err) && minisign_sig_parse(buf_str(&text), &sig, err);
	buf_free(&text);
	if (!ok)
		return false;
	hash_stdin(hash);
	if (!minisign_verify(&sig, &public, hash, err))
		return false;
	puts(sig.trusted);
	return true;
}

static bool
do_seal(char **arg, int n, struct err *err)
{
	struct minisign_secret secret;
	unsigned char keys[8][CRYPT_KEY];
	struct seal_as as = { .sign = &secret, .comment = { .made_ms = 1795305600000, .lines = 3,
		.raw = 100, .file = "AAAAAAAAAAAAAAAAAAAAAA" } };

	if (!load_secret("", arg[0], &secret, err))
		return false;
	if (getenv("SEAL_AS") != NULL && !seal_comment_parse(getenv("SEAL_AS"), &as.comment, err))
		return false;
	snprintf(as.comment.from, sizeof as.comment.from, "%s", arg[1]);
	snprintf(as.comment.to, sizeof as.comment.to, "%s", arg[2]);
	for (int i = 5; i < n && i < 13; i++)
		if (!age_public_parse(arg[i], keys[as.recipients_n++], err))
			return false;
	as.recipients = (const unsigned char (*)[CRYPT_KEY])keys;
	return seal_file(arg[3], arg[4], &as, NULL, err);
}

struct known {
	struct minisign_public key;
	const char *site;
};

static bool
find_known(void *ctx, const unsigned char id[MINISIGN_ID], struct minisign_public *key,
    char site[SEAL_SITE])
{
	const struct known *known = ctx;

	*key = known->key;
	snprintf(site, SEAL_SITE, "%s", known->site);
	return memcmp(id, known->key.id, MINISIGN_ID) == 0;
}

static bool
do_unseal(char **arg, int n, struct err *err)
{
	struct known known = { .site = arg[1] };
	struct age_key own;
	struct unseal_as as = { .pinned = { &known, find_known }, .own = &own, .site = arg[2] };
	struct seal_comment comment;
	int body = -1;
	bool ok;

	(void)n;
	if (!load_public(arg[0], &known.key, err) || !age_secret_parse(arg[3], &own, err))
		return false;
	ok = unseal_file(arg[4], arg[5], &as, &comment, &body, err);
	if (ok) {
		struct buf out = { 0 };
		char path[32];

		snprintf(path, sizeof path, "/proc/self/fd/%d", body);
		read_file(path, &out);
		write_file(arg[5], &out);
		buf_free(&out);
		close(body);
	}
	if (comment.key[0] != '\0')
		printf("%s %s %s %lld\n", comment.from, comment.to, comment.file, (long long)comment.raw);
	return ok;
}

/* Can these bytes be unsealed? An error without a sentence counts as taken. */
static bool
taken(const struct unseal_as *as, const char *name, const struct buf *bytes, size_t len)
{
	struct seal_comment comment;
	struct buf part = { .data = bytes->data, .len = len };
	struct err err = { 0 };
	int body = -1;
	bool ok;

	write_file(name, &part);
	ok = unseal_file(name, name, as, &comment, &body, &err);
	if (ok)
		close(body);
	return ok || err.text[0] == '\0';
}

static bool
do_flips(char **arg, int n, struct err *err)
{
	struct known known = { .site = arg[1] };
	struct age_key own;
	struct unseal_as as = { .pinned = { &known, find_known }, .own = &own, .site = arg[2] };
	struct buf good = { 0 };

	(void)n;
	if (!load_public(arg[0], &known.key, err) || !age_secret_parse(arg[3], &own, err))
		return false;
	read_file(arg[4], &good);
	if (!taken(&as, arg[5], &good, good.len))
		return err_set(err, "it is not good as it is");
	for (size_t at = 0; at < good.len; at++) {
		good.data[at] ^= (char)(1 << at % 8);
		if (taken(&as, arg[5], &good, good.len))
			printf("byte %zu\n", at);
		good.data[at] ^= (char)(1 << at % 8);
	}
	for (size_t len = 0; len < good.len; len++)
		if (taken(&as, arg[5], &good, len))
			printf("length %zu\n", len);
	buf_free(&good);
	return true;
}

static bool
do_tar(char **arg, int n, struct err *err)
{
	bool ok = n == 4;

	for (int i = 0; ok && i < 4; i += 2) {
		struct buf in = { 0 };

		read_file(arg[i + 1], &in);
		ok = ustar_header(&stdout_sink, arg[i], in.len, 1795305600, err) &&
		    to_stdout(NULL, buf_str(&in), in.len, err) &&
		    ustar_pad(&stdout_sink, in.len, err);
		buf_free(&in);
	}
	return ok && ustar_end(&stdout_sink, err);
}

static bool
do_untar(char **arg, int n, struct err *err)
{
	const char *names[2] = { arg[0], arg[1] };
	struct ustar_member member[2];
	int fd = open(arg[2], O_RDONLY);
	bool ok = fd >= 0 && ustar_check(fd, names, member, err);

	(void)n;
	if (ok)
		printf("%llu %llu\n", (unsigned long long)member[0].size,
		    (unsigned long long)member[1].size);
	if (fd >= 0)
		close(fd);
	return ok;
}

static const struct {
	const char *name;
	int args;
	bool (*run)(char **, int, struct err *);
} commands[] = {
	{ "agekey", 0, do_agekey }, { "encrypt", 1, do_encrypt }, { "decrypt", 1, do_decrypt },
	{ "signkey", 3, do_signkey }, { "sign", 3, do_sign }, { "verify", 2, do_verify },
	{ "seal", 6, do_seal }, { "unseal", 6, do_unseal }, { "flips", 6, do_flips },
	{ "tar", 4, do_tar }, { "untar", 3, do_untar },
};

int
main(int argc, char **argv)
{
	struct err err = { 0 };

	for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(argv[1], commands[i].name) == 0 && argc - 2 >= commands[i].args) {
			if (commands[i].run(argv + 2, argc - 2, &err) && fflush(stdout) == 0)
				return 0;
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
	fprintf(stderr, "sealer COMMAND: see its source\n");
	return 2;
}
