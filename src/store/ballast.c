#include "store/ballast.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"

enum { NEEDED = 64 * 1024 };		/* of -wal, -shm and .lock, to open at all */

static void
name(const char *database, const char *ending, struct buf *out)
{
	buf_addf(out, "%s.%s", database, ending);
}

/* 0, or why the room cannot be had. A limit of this process is none of the disk's. */
static int
reserve(const char *path, int64_t bytes)
{
	struct rlimit most;
	int fd, why;

	if (getrlimit(RLIMIT_FSIZE, &most) == 0 && most.rlim_cur < (rlim_t)bytes)
		return EFBIG;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno;
	why = posix_fallocate(fd, 0, bytes);
	close(fd);
	if (why != 0)
		unlink(path);
	return why;
}

static bool
is_full(int why)
{
	return why == ENOSPC || why == EDQUOT;
}

/* The last room is left to those who write: as much again must stay free. */
static bool
room_for(const char *file, int64_t bytes)
{
	struct statvfs v;

	return statvfs(file, &v) != 0 ||
	    (int64_t)v.f_bavail >= 2 * bytes / (int64_t)(v.f_frsize > 0 ? v.f_frsize : 1);
}

bool
ballast_make(const char *database, int64_t bytes)
{
	struct buf path = { 0 }, part = { 0 };
	struct stat st;
	bool room = true;

	name(database, "ballast", &path);
	if (bytes > 0 && stat(path.data, &st) != 0) {
		room = room_for(database, bytes);
		name(database, "ballast.part", &part);
		unlink(part.data);
		room = room && !is_full(reserve(part.data, bytes));
		rename(part.data, path.data);	/* where it could be made */
	}
	buf_free(&path);
	buf_free(&part);
	return room;
}

bool
ballast_give_up(const char *database)
{
	struct buf path = { 0 }, probe = { 0 };
	bool gone;

	name(database, "ballast", &path);
	name(database, "room", &probe);
	gone = access(path.data, F_OK) == 0 && is_full(reserve(probe.data, NEEDED));
	unlink(probe.data);
	gone = gone && unlink(path.data) == 0;
	buf_free(&path);
	buf_free(&probe);
	return gone;
}
