/* ruhu: the options that stand before a command, the language, and the command. */
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tr.h"
#include "cli/cmd.h"
#include "cli/open.h"
#include "cli/out.h"

/* --lang is applied when it is read; this is what stands without it. */
static void
first_language(struct cli *cli)
{
	static const char *const vars[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *lang = getenv("RUHU_LANG");

	if (lang != NULL && (strcmp(lang, "zh") == 0 || strcmp(lang, "en") == 0)) {
		cli->lang = lang;
		tr_use(lang);
		return;
	}
	for (size_t i = 0; i < sizeof(vars) / sizeof(vars[0]); i++) {
		lang = getenv(vars[i]);
		if (lang != NULL && lang[0] != '\0') {
			tr_use(strncmp(lang, "zh", 2) == 0 ? "zh" : "en");
			return;
		}
	}
	tr_use("en");
}

/* A variable that is set to nothing says nothing. */
static const char *
from_environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static int
early_answer(char which, const struct cmd *cmd)
{
	if (which == 'V')
		say("ruhu %s\n", RUHU_VERSION);
	else if (cmd != NULL)
		help_one(cmd);
	else
		help_all();
	return CMD_DONE;
}

/* argv without the program's name, NULL-ended. */
static int
start(struct cli *cli, int argc, char **argv)
{
	const struct cmd *cmd = &cmd_home;
	struct args args;
	struct err err;
	char early = 0;
	int words = 0, at = args_global(cli, argc, argv, &early, &err);

	if (at < 0)
		return fail(CMD_USAGE, &err);
	if (at < argc && (cmd = cmd_find(argv + at, argc - at, &words, &err)) == NULL)
		return fail(CMD_USAGE, &err);
	if (early != 0)
		return early_answer(early, words > 0 ? cmd : NULL);
	at += words;
	if (!args_parse(cli, cmd, argc - at, argv + at, &args, &early, &err)) {
		fail(CMD_USAGE, &err);
		complain(_("'ruhu help %s' tells more.\n"), cmd->name);
		return CMD_USAGE;
	}
	if (early != 0)
		return early_answer(early, cmd);
	cli_database(cli);
	/* What is printed before and beside the screens speaks it too. */
	if (cli->encoding != NULL)
		setenv("RUHU_ENCODING", cli->encoding, 1);
	return cmd->run(cli, &args);
}

/* What cron and service managers start has no HOME; its user has one all the same,
 * and a database in the folder it happens to stand in would never be found again. */
static void
find_home(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw = home == NULL || home[0] == '\0' ? getpwuid(geteuid()) : NULL;

	if (pw != NULL && pw->pw_dir != NULL && pw->pw_dir[0] == '/')
		setenv("HOME", pw->pw_dir, 1);
}

int
main(int argc, char **argv)
{
	struct cli cli = { 0 };
	int code;

	setlocale(LC_CTYPE, "");
	/* Everything made here holds people's answers: none of it is for others. */
	umask(umask(0) | 077);
	/* A limit to files' sizes is as good as a full disk: told, not died of. */
	signal(SIGXFSZ, SIG_IGN);
	find_home();
	first_language(&cli);
	cli.ambiguous = from_environment("RUHU_AMBIGUOUS");
	code = start(&cli, argc > 0 ? argc - 1 : 0, argv + (argc > 0));
	if (!out_flush() && code == CMD_DONE) {
		complain(_("ruhu: not everything could be written to standard output\n"));
		code = CMD_UNABLE;
	}
	cli_free(&cli);
	return code;
}
