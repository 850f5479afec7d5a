#include "sync/age_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/tr.h"
#include "sync/out_file.h"

#define PIECE 65536

static bool
out_sink(void *ctx, const void *bytes, size_t len, struct err *err)
{
	return out_file_write(ctx, bytes, len, err);
}

static bool
writer_sink(void *ctx, const void *bytes, size_t len, struct err *err)
{
	return age_write(ctx, bytes, len, err);
}

static bool
reader_sink(void *ctx, const void *bytes, size_t len, struct err *err)
{
	return age_read(ctx, bytes, len, err);
}

static bool
pour(const char *path, const struct sink *to, struct err *err)
{
	char piece[PIECE];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;
	bool ok = true;

	if (fd < 0)
		return err_set(err, _("%s cannot be read: %s"), path, strerror(errno));
	while (ok && (n = read(fd, piece, sizeof piece)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			ok = err_set(err, _("%s cannot be read: %s"), path, strerror(errno));
		else
			ok = to->write(to->ctx, piece, (size_t)n, err);
	}
	crypt_wipe(piece, sizeof piece);
	close(fd);
	return ok;
}

static bool
finish(struct out_file *out, bool ok, struct err *err)
{
	if (ok)
		return out_file_commit(out, NULL, err);
	out_file_abort(out);
	return false;
}

bool
age_file_is(const char *path)
{
	static const char start[] = "age-encryption.org/v1\n";
	char head[sizeof start - 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool is = fd >= 0 && read(fd, head, sizeof head) == (ssize_t)sizeof head &&
	    memcmp(head, start, sizeof head) == 0;

	if (fd >= 0)
		close(fd);
	return is;
}

bool
age_file_write(const char *in, const char *path, const unsigned char (*recipients)[CRYPT_KEY],
    size_t n, struct err *err)
{
	struct out_file *out;
	struct age_writer *age;
	bool ok;

	if (!out_file_open(path, &out, err))
		return false;
	age = age_write_start(recipients, n, &(struct sink){ out, out_sink }, err);
	ok = age != NULL && pour(in, &(struct sink){ age, writer_sink }, err) &&
	    age_write_end(age, err);
	age_writer_free(age);
	return finish(out, ok, err);
}

bool
age_file_read(const char *in, const char *path, const struct age_key *key, struct err *err)
{
	struct out_file *out;
	struct age_reader *age;
	bool ok;

	if (!out_file_open(path, &out, err))
		return false;
	age = age_read_start(key, &(struct sink){ out, out_sink });
	ok = pour(in, &(struct sink){ age, reader_sink }, err) && age_read_end(age, err);
	age_reader_free(age);
	return finish(out, ok, err);
}
