/* ruhu tutor: a lesson at the keys, in a database that is thrown away. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "store/store.h"
#include "tui/tui.h"

/* A folder of its own: the database has files beside it. */
static bool
make_folder(struct buf *folder, struct err *err)
{
	const char *tmp = getenv("TMPDIR");

	buf_addf(folder, "%s/ruhu-tutor-XXXXXX", tmp != NULL && tmp[0] != '\0' ? tmp : "/tmp");
	if (mkdtemp(folder->data) != NULL)
		return true;
	return err_set(err, _("no place for the lesson: %s: %s"), buf_str(folder), strerror(errno));
}

static void
remove_folder(const char *folder, const char *path)
{
	static const char *const beside[] = { "", "-wal", "-shm", ".lock" };

	for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
		struct buf file = { 0 };

		buf_addf(&file, "%s%s", path, beside[i]);
		unlink(buf_str(&file));
		buf_free(&file);
	}
	rmdir(folder);
}

static int
lesson(struct cli *cli, const char *path)
{
	struct tui_options o = { .start = TUI_TUTOR, .lang = cli->lang, .encoding = cli->encoding,
		.ambiguous = cli->ambiguous, .ascii = cli->ascii, .plain = cli->plain,
		.clock = &cli->clock };
	struct store_options s = { .path = path, .clock = &cli->clock, .create = true };
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (!store_open(&s, &store, &err))
		return fail(CMD_UNABLE, &err);
	/* A line that drops ends the screens; the folder is still to be removed then. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	cli->screen = true;
	if (!tui_prepare_tutor(store, &err) || !tui_run(store, &o, &err))
		code = fail(CMD_UNABLE, &err);
	store_close(store);
	return code;
}

static int
run_tutor(struct cli *cli, const struct args *args)
{
	struct buf folder = { 0 }, path = { 0 };
	struct err err;
	int code;

	(void)args;
	if (!make_folder(&folder, &err)) {
		buf_free(&folder);
		return fail(CMD_UNABLE, &err);
	}
	buf_addf(&path, "%s/tutor.db", buf_str(&folder));
	code = lesson(cli, buf_str(&path));
	remove_folder(buf_str(&folder), buf_str(&path));
	buf_free(&folder);
	buf_free(&path);
	return code;
}

const struct cmd cmd_tutor = {
	"tutor", "", 0, 0, N_("a lesson of ten minutes at the keys"),
	N_("It has a database of its own, which is thrown away: no database is opened, whatever -d says."),
	NULL, run_tutor
};
