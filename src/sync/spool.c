#include "sync/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/tr.h"
#include "sync/zst.h"

const struct spool_limits spool_limits = {512u << 20, 2ull << 30, false};

struct spool {
	const struct spool_limits *limits;
	FILE *out;
	uint64_t raw;
};

/* How much room the copy wants is known from the signature, or not before its end. */
static bool
cannot_keep(const struct spool *s, struct err *err)
{
	if (errno != ENOSPC && errno != EDQUOT)
		return err_unable(err, _("the copy cannot be written: %s"), strerror(errno));
	if (s->limits->promised)
		return err_unable(err, _("the disk is full: the copy needs %llu bytes; make room and try "
		    "again"), (unsigned long long)s->limits->raw);
	return err_unable(err, _("the disk is full: the copy needs more than %llu bytes; make room and "
	    "try again"), (unsigned long long)s->raw);
}

static bool
keep(void *ctx, const void *bytes, size_t len, struct err *err)
{
	struct spool *s = ctx;

	s->raw += len;
	if (s->raw > s->limits->raw && s->limits->promised)
		return err_set(err, _("it unpacks to more than its signature says; ask its sender for a "
		    "new one"));
	if (s->raw > s->limits->raw)
		return err_set(err,
		    _("it is larger than %llu MiB when unpacked; such a file is not "
		      "read"),
		    (unsigned long long)(s->limits->raw >> 20));
	return fwrite(bytes, 1, len, s->out) == len || cannot_keep(s, err);
}

/* A file without a name; where the file system has none, one that loses its name
 * at once. */
FILE *
spool_nameless(const char *beside, struct err *err)
{
	const char *slash = strrchr(beside, '/');
	char *folder = slash == NULL
			   ? xstrdup(".")
			   : xstrndup(beside, slash == beside ? 1 : (size_t)(slash - beside));
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	FILE *f = NULL;

	if (fd < 0) {
		char *name = xmalloc(strlen(folder) + 20);

		strcpy(name, folder);
		strcat(name, "/.spool-XXXXXX");
		fd = mkostemp(name, O_CLOEXEC);
		if (fd >= 0)
			unlink(name);
		free(name);
	}
	if (fd >= 0 && (f = fdopen(fd, "w+")) == NULL)
		close(fd);
	if (f == NULL)
		err_unable(err, _("no copy can be made in %s: %s"), folder, strerror(errno));
	free(folder);
	return f;
}

static int
open_in(const char *path, struct err *err)
{
	struct stat st;
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
					: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		err_unable(err, _("it cannot be read: %s"), strerror(errno));
	} else if (strcmp(path, "-") != 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		err_set(err, _("it is not a file"));
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool
copy(int in, struct spool *s, struct err *err)
{
	static const unsigned char magic[4] = {0x28, 0xB5, 0x2F, 0xFD};
	const struct zst_sink sink = {s, keep};
	struct unzst *u = NULL;
	char piece[1 << 16];
	uint64_t size = 0;
	bool ok = true;
	ssize_t n;

	while (ok && ((n = read(in, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR))) {
		if (n < 0)
			continue;
		if (size == 0 && n >= 4 && memcmp(piece, magic, 4) == 0)
			u = unzst_new(&sink);
		size += (uint64_t)n;
		if (size > s->limits->file)
			ok = err_set(err, _("it is larger than %llu MiB; such a file is not read"),
			    (unsigned long long)(s->limits->file >> 20));
		else
			ok = u != NULL ? unzst_write(u, piece, (size_t)n, err)
				       : keep(s, piece, (size_t)n, err);
	}
	if (ok && n < 0)
		ok = err_unable(err, _("it cannot be read: %s"), strerror(errno));
	if (ok && u != NULL)
		ok = unzst_end(u, err);
	unzst_free(u);
	return ok;
}

bool
spool_open(const char *path, const char *beside, const struct spool_limits *limits, FILE **out,
    struct err *err)
{
	struct spool s = {.limits = limits};
	int in = open_in(path, err);
	bool ok;

	if (in < 0)
		return false;
	s.out = spool_nameless(beside, err);
	ok = s.out != NULL && copy(in, &s, err);
	close(in);
	if (ok && (fflush(s.out) != 0 || fseek(s.out, 0, SEEK_SET) != 0))
		ok = cannot_keep(&s, err);
	if (ok && limits->promised && s.raw != limits->raw)
		ok = err_set(err, _("it unpacks to less than its signature says; ask its sender for a new "
		    "one"));
	if (!ok && s.out != NULL)
		fclose(s.out);
	else if (ok)
		*out = s.out;
	return ok;
}
