#include "sync/ustar.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tr.h"

#define TRAILING_MAX (64 * 1024)	/* tar fills up to 10 KiB, some to 64 */

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type;
	char link[100], magic[6], version[2], owner[32], group[32], major[8], minor[8];
	char prefix[155], rest[12];
};

_Static_assert(sizeof(struct header) == USTAR_BLOCK, "a header is one block");

static unsigned
checksum_of(const struct header *h)
{
	const unsigned char *u = (const unsigned char *)h;
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof *h; i++) {
		bool own = i >= offsetof(struct header, checksum) && i < offsetof(struct header, type);

		sum += own ? ' ' : u[i];
	}
	return sum;
}

bool
ustar_header(const struct sink *sink, const char *name, uint64_t size, int64_t mtime,
    struct err *err)
{
	struct header h;
	char text[24];

	memset(&h, 0, sizeof h);
	if (size >= UINT64_C(1) << 33 || strlen(name) >= sizeof h.name)
		return err_set(err, "%s", _("the file is larger than a tar archive can hold"));
	memcpy(h.name, name, strlen(name));
	memcpy(h.mode, "0000600", 8);
	memcpy(h.uid, "0000000", 8);
	memcpy(h.gid, "0000000", 8);
	snprintf(text, sizeof text, "%011llo", (unsigned long long)size);
	memcpy(h.size, text, sizeof h.size);
	snprintf(text, sizeof text, "%011llo", (unsigned long long)(mtime & 0x1ffffffff));
	memcpy(h.mtime, text, sizeof h.mtime);
	h.type = '0';
	memcpy(h.magic, "ustar", 6);
	memcpy(h.version, "00", 2);
	memcpy(h.major, "0000000", 8);
	memcpy(h.minor, "0000000", 8);
	snprintf(text, sizeof text, "%06o", checksum_of(&h));
	memcpy(h.checksum, text, 7);
	h.checksum[7] = ' ';
	return sink->write(sink->ctx, &h, sizeof h, err);
}

static const unsigned char zeros[2 * USTAR_BLOCK];

bool
ustar_pad(const struct sink *sink, uint64_t size, struct err *err)
{
	size_t rest = (size_t)(size % USTAR_BLOCK);

	return rest == 0 || sink->write(sink->ctx, zeros, USTAR_BLOCK - rest, err);
}

bool
ustar_end(const struct sink *sink, struct err *err)
{
	return sink->write(sink->ctx, zeros, sizeof zeros, err);
}

static bool
damaged(struct err *err)
{
	return err_set(err, "%s", _("this is not a sync file, or it is damaged; copy it again"));
}

/* Octal digits to the field's end, a NUL or a blank. */
static bool
octal(const char *field, size_t n, uint64_t *out)
{
	size_t i = 0;

	*out = 0;
	for (; i < n && field[i] >= '0' && field[i] <= '7'; i++)
		*out = *out << 3 | (uint64_t)(field[i] - '0');
	if (i == 0)
		return false;
	for (; i < n; i++)
		if (field[i] != '\0' && field[i] != ' ')
			return false;
	return true;
}

static bool
read_at(int fd, void *out, size_t len, uint64_t at, struct err *err)
{
	unsigned char *to = out;

	while (len > 0) {
		ssize_t n = pread(fd, to, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_unable(err, _("the file cannot be read: %s"), strerror(errno));
		if (n == 0)
			return damaged(err);
		to += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return true;
}

static bool
all_zero(int fd, uint64_t from, uint64_t to, struct err *err)
{
	unsigned char block[USTAR_BLOCK];

	while (from < to) {
		size_t n = to - from < sizeof block ? (size_t)(to - from) : sizeof block;

		if (!read_at(fd, block, n, from, err))
			return false;
		if (memcmp(block, zeros, n) != 0)
			return damaged(err);
		from += n;
	}
	return true;
}

static bool
read_member(int fd, const char *name, uint64_t *at, uint64_t end, struct ustar_member *out,
    struct err *err)
{
	struct header h;
	uint64_t sum, size, rest;

	if (end - *at < sizeof h)
		return damaged(err);
	if (!read_at(fd, &h, sizeof h, *at, err))
		return false;
	if (memcmp(h.magic, "ustar", 6) != 0 || memcmp(h.version, "00", 2) != 0 || h.type != '0' ||
	    h.link[0] != '\0' || h.prefix[0] != '\0' || strncmp(h.name, name, sizeof h.name) != 0 ||
	    !octal(h.checksum, sizeof h.checksum, &sum) || sum != checksum_of(&h) ||
	    !octal(h.size, sizeof h.size, &size))
		return damaged(err);
	*at += sizeof h;
	if (size > end - *at)
		return err_set(err, "%s", _("the file is incomplete; copy it again"));
	out->start = *at;
	out->size = size;
	rest = (USTAR_BLOCK - size % USTAR_BLOCK) % USTAR_BLOCK;
	*at += size;
	if (rest > end - *at)
		return err_set(err, "%s", _("the file is incomplete; copy it again"));
	*at += rest;
	return all_zero(fd, *at - rest, *at, err);
}

bool
ustar_check(int fd, const char *const names[2], struct ustar_member out[2], struct err *err)
{
	struct stat st;
	uint64_t at = 0, end;

	if (fstat(fd, &st) < 0)
		return err_unable(err, _("the file cannot be read: %s"), strerror(errno));
	end = (uint64_t)st.st_size;
	for (int i = 0; i < 2; i++)
		if (!read_member(fd, names[i], &at, end, &out[i], err))
			return false;
	if (end - at < 2 * USTAR_BLOCK)
		return err_set(err, "%s", _("the file is incomplete; copy it again"));
	if (end - at > TRAILING_MAX || (end - at) % USTAR_BLOCK != 0)
		return damaged(err);
	return all_zero(fd, at, end, err);
}
