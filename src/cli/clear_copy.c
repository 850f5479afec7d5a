#include "cli/clear_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/tr.h"
#include "store/store.h"

#define MARK ".body-"
enum { LETTERS = 6 };			/* that mkostemp chooses */

static void
take_away(const char *stub)
{
	/* With what is written before it gets its name, and the stub last. */
	static const char *const endings[] = { ".zst", ".zst.part", ".db", ".db.part",
		".db.part-journal", ".db.part-wal", ".db.part-shm", "" };

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		struct buf path = { 0 };

		buf_addf(&path, "%s%s", stub, endings[i]);
		unlink(buf_str(&path));
		buf_free(&path);
	}
}

static void
take_away_unused(const char *stub)
{
	int fd = open(stub, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		take_away(stub);
	close(fd);
}

void
clear_copy_sweep(struct store *store)
{
	const char *db = store_path(store), *slash = strrchr(db, '/');
	char *folder = slash == NULL ? xstrdup("./") : xstrndup(db, (size_t)(slash - db) + 1);
	struct buf begin = { 0 }, path = { 0 };
	DIR *d = opendir(folder);
	struct dirent *e;

	buf_addf(&begin, "%s" MARK, slash == NULL ? db : slash + 1);
	while (d != NULL && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, begin.data, begin.len) == 0 &&
		    strlen(e->d_name) == begin.len + LETTERS) {
			buf_reset(&path);
			buf_addf(&path, "%s%s", folder, e->d_name);
			take_away_unused(buf_str(&path));
		}
	if (d != NULL)
		closedir(d);
	buf_free(&begin);
	buf_free(&path);
	free(folder);
}

bool
clear_copy_begin(struct store *store, const char *ending, struct clear_copy *c, struct err *err)
{
	*c = (struct clear_copy){ .lock = -1 };
	clear_copy_sweep(store);
	buf_addf(&c->stub, "%s" MARK "XXXXXX", store_path(store));
	c->lock = mkostemp(c->stub.data, O_CLOEXEC);
	if (c->lock < 0) {
		buf_free(&c->stub);
		return err_set(err, _("no copy can be made beside %s"), store_path(store));
	}
	flock(c->lock, LOCK_EX | LOCK_NB);
	buf_addf(&c->path, "%s%s", buf_str(&c->stub), ending);
	return true;
}

void
clear_copy_end(struct clear_copy *c)
{
	take_away(buf_str(&c->stub));
	close(c->lock);
	buf_free(&c->stub);
	buf_free(&c->path);
}
