/* ruhu form show, print: a form as a codebook, as JSON, as a blank paper. */
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/form_text.h"
#include "cli/open.h"
#include "cli/out.h"
#include "form/form.h"
#include "logic/logic.h"
#include "store/store.h"

static int
columns(void)
{
	struct winsize w;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 40)
		return w.ws_col;
	return 80;
}

static const struct option show_options[] = {
	{ "json", 0, NULL, N_("print JSON: every question with its columns, every list") },
	{ 0 }
};

static int
with_form(struct cli *cli, const struct args *args,
    void (*print)(const struct form *, size_t lang, int cols))
{
	const struct logic *logic;
	struct store *store;
	struct err err;
	int code = CMD_DONE;

	if (!cli_open(cli, OPEN_READ_ONLY, &store, &err))
		return fail(CMD_UNABLE, &err);
	if (!cli_form(store, args->v[0], &logic, &err)) {
		code = fail(CMD_FAULTS, &err);
	} else if (args_option(args, "json") != NULL) {
		struct buf b = { 0 };

		form_json(logic_form(logic), &b);
		put_json(&b);
		buf_free(&b);
	} else {
		const struct form *f = logic_form(logic);

		print(f, form_language(f, tr_lang()), columns());
	}
	store_close(store);
	return code;
}

static int
run_show(struct cli *cli, const struct args *args)
{
	return with_form(cli, args, form_codebook);
}

static int
run_print(struct cli *cli, const struct args *args)
{
	return with_form(cli, args, form_paper);
}

const struct cmd cmd_form_show = {
	"form show", "FORM", 1, 1, N_("a form's codebook: questions, rules, codes"), NULL,
	show_options, run_show
};

const struct cmd cmd_form_print = {
	"form print", "FORM", 1, 1, N_("a blank form for paper, as text"),
	N_("Plain text of 80 columns (or the terminal's), for lpr or a text editor. Lists of more "
	"than 12 codes stand at the end; there the code is written down."),
	NULL, run_print
};
