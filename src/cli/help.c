/* Help, printed from the tables. */
#include <stdio.h>

#include "base/buf.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/out.h"

enum { COLUMN = 28, COLS = 80 };

/* "  left      right", right wrapped in its column. */
static void
two_columns(const char *left, const char *right)
{
	int width = utf8_width(left, AMBIGUOUS_NARROW);

	say("  %s", left);
	if (width > COLUMN - 4) {
		say("\n%*s", COLUMN, "");
	} else {
		say("%*s", COLUMN - 2 - width, "");
	}
	for (bool first = true; *right != '\0'; first = false) {
		size_t next, n = utf8_wrap(right, COLS - COLUMN, AMBIGUOUS_NARROW, &next);

		say("%*s%.*s\n", first ? 0 : COLUMN, "", (int)n, right);
		right += next;
	}
}

static void
option_rows(const struct option *o)
{
	for (; o != NULL && o->name != NULL; o++) {
		struct buf left = { 0 };

		if (o->letter != 0)
			buf_addf(&left, "-%c, ", o->letter);
		buf_addf(&left, "--%s", o->name);
		if (o->value != NULL)
			buf_addf(&left, " %s", o->value);
		two_columns(buf_str(&left), _(o->help));
		buf_free(&left);
	}
}

static void
command_row(const struct cmd *cmd)
{
	struct buf left = { 0 };

	buf_addf(&left, "%s%s%s", cmd->name, cmd->args[0] != '\0' ? " " : "", cmd->args);
	two_columns(buf_str(&left), _(cmd->help));
	buf_free(&left);
}

/* The commands whose first word this is, below what was printed before; false: none. */
static bool
family_rows(const char *first, const char *before)
{
	bool any = false;

	for (size_t i = 0; commands[i] != NULL; i++) {
		if (!cmd_in_family(commands[i], first))
			continue;
		if (!any)
			say("%s", before);
		command_row(commands[i]);
		any = true;
	}
	return any;
}

void
help_all(void)
{
	say(_("Usage: ruhu [OPTIONS] [COMMAND] ...\n"));
	say(_("Without a command: the home screen.\n"));
	say("\n");
	for (size_t i = 0; commands[i] != NULL; i++)
		command_row(commands[i]);
	say("\n");
	option_rows(global_options);
	say("\n");
	say(_("'ruhu help COMMAND' tells more about one command.\n"));
	say(_("Exit status: 0 done, 1 faults found in what was given, 2 used wrongly, "
	    "3 could not.\n"));
}

void
help_one(const struct cmd *cmd)
{
	say(_("Usage: ruhu %s%s%s%s\n"), cmd->name, cmd->options != NULL ? _(" [OPTIONS]") : "",
	    cmd->args[0] != '\0' ? " " : "", cmd->args);
	say_wrapped(_(cmd->help), 0, COLS);
	if (cmd->more != NULL) {
		say("\n");
		say_wrapped(_(cmd->more), 0, COLS);
	}
	if (cmd->options != NULL) {
		say("\n");
		option_rows(cmd->options);
	}
	family_rows(cmd->name, "\n");
}

static int
run(struct cli *cli, const struct args *args)
{
	struct err err;
	int words;
	const struct cmd *cmd;

	(void)cli;
	if (args->n == 0) {
		help_all();
		return CMD_DONE;
	}
	cmd = cmd_find(args->v, args->n, &words, &err);
	if (cmd != NULL)
		help_one(cmd);
	else if (args->n > 1 || !family_rows(args->v[0], ""))
		return fail(CMD_USAGE, &err);
	return CMD_DONE;
}

const struct cmd cmd_help = {
	"help", "[COMMAND]", 0, 2, N_("this list, or more about one command"), NULL, NULL, run
};
