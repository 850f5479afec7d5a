/* What comes before a signature was found good: archives, signatures, keys; and
 * what comes after it, age files. The first byte says which reader gets the rest. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "sync/age.h"
#include "sync/minisign.h"
#include "sync/seal.h"
#include "sync/ustar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
nowhere(void *ctx, const void *bytes, size_t len, struct err *err)
{
	(void)bytes;
	(void)err;
	*(size_t *)ctx += len;
	return true;
}

/* The same bytes whole and in pieces: the same answer. */
static bool
age_in_pieces(const uint8_t *data, size_t size, size_t piece, size_t *out)
{
	static const unsigned char secret[CRYPT_KEY] = { 1, 2, 3 };
	struct age_key key;
	struct age_reader *r;
	struct err err;
	bool ok = true;

	memcpy(key.secret, secret, sizeof secret);
	crypt_x25519_public(key.secret, key.public);
	*out = 0;
	r = age_read_start(&key, &(struct sink){ out, nowhere });
	for (size_t at = 0; ok && at < size; at += piece)
		ok = age_read(r, data + at, size - at < piece ? size - at : piece, &err);
	ok = ok && age_read_end(r, &err);
	age_reader_free(r);
	return ok;
}

static void
archive(const uint8_t *data, size_t size)
{
	static const char *const names[2] = { "body.age.minisig", "body.age" };
	struct ustar_member member[2];
	struct err err;
	int fd = memfd_create("fuzz", 0);

	if (fd < 0)
		return;
	if (write(fd, data, size) == (ssize_t)size && ustar_check(fd, names, member, &err))
		for (int i = 0; i < 2; i++)
			if (member[i].start > size || member[i].size > size - member[i].start)
				abort();
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct minisign_secret secret;
	struct minisign_public public;
	struct minisign_sig sig;
	struct seal_comment comment;
	struct age_key key;
	struct err err;
	size_t a, b;
	char *text;

	if (size == 0)
		return 0;
	text = xstrndup((const char *)data + 1, size - 1);
	switch (data[0]) {
	case 'a':
		if (age_in_pieces(data + 1, size - 1, size, &a) !=
		    age_in_pieces(data + 1, size - 1, 7, &b))
			abort();
		break;
	case 't':
		archive(data + 1, size - 1);
		break;
	case 'm':
		minisign_public_parse(text, &public, &err);
		minisign_sig_parse(text, &sig, &err);
		/* An open key only: a password's scrypt takes too long. */
		if (strstr(text, "RWRTY0Iy") == NULL)
			minisign_secret_parse(text, "", &secret, &err);
		break;
	default:
		age_secret_parse(text, &key, &err);
		age_public_parse(text, public.key, &err);
		seal_comment_parse(text, &comment, &err);
	}
	free(text);
	return 0;
}
