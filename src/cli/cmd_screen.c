/* ruhu, ruhu enter, ruhu list: the screens. */
#include <signal.h>

#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/screen.h"
#include "store/store.h"
#include "tui/tui.h"

int
cli_screen(struct cli *cli, struct tui_options *o)
{
	struct store *store;
	struct err err;
	int code = CMD_DONE;
	/* A first start finds an empty home; a mistyped -d makes no database. */
	unsigned flags = cli->database_from == DATABASE_DEFAULT && o->start == TUI_HOME ?
	    OPEN_CREATE : 0;

	o->lang = cli->lang;
	o->encoding = cli->encoding;
	o->ambiguous = cli->ambiguous;
	o->ascii = cli->ascii;
	o->plain = cli->plain;
	o->clock = &cli->clock;
	if (!cli_open(cli, flags, &store, &err))
		return fail(CMD_UNABLE, &err);
	/* A line that drops is met as a failed write, with the draft still to keep. */
	signal(SIGPIPE, SIG_IGN);
	cli->screen = !cli->plain;
	if (!tui_run(store, o, &err))
		code = fail(CMD_UNABLE, &err);
	store_close(store);
	return code;
}

static int
run_home(struct cli *cli, const struct args *args)
{
	struct tui_options o = { .start = TUI_HOME };

	(void)args;
	return cli_screen(cli, &o);
}

static int
run_enter(struct cli *cli, const struct args *args)
{
	struct tui_options o = { .start = TUI_ENTER, .form = args->v[0],
		.key = args->n > 1 ? args->v[1] : NULL };

	return cli_screen(cli, &o);
}

static int
run_list(struct cli *cli, const struct args *args)
{
	struct tui_options o = { .start = TUI_LIST, .form = args->v[0] };

	return cli_screen(cli, &o);
}

const struct cmd cmd_home = {
	"home", "", 0, 0, N_("the home screen, as without a command"),
	N_("The first start at the default place makes an empty database; anywhere else "
	"'ruhu -d FILE form add' does."),
	NULL, run_home
};

const struct cmd cmd_enter = {
	"enter", "FORM [KEY]", 1, 2, N_("key a new record, or the one whose key or id is KEY"),
	NULL, NULL, run_enter
};

const struct cmd cmd_list = {
	"list", "FORM", 1, 1, N_("the records of a form, on the screen"), NULL, NULL, run_list
};
