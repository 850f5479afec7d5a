/* Options: long ones as --name VALUE or --name=VALUE, short ones as -o VALUE or
 * -oVALUE, anywhere among the arguments; -- ends them. */
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "cli/cmd.h"

const struct option global_options[] = {
    {"database", 'd', "FILE",
	N_("the database; otherwise $RUHU_DB, or ~/.local/share/ruhu/ruhu.db")},
    {"as", 0, "NAME", N_("who is working; otherwise the login name")},
    {"lang", 0, "zh|en", N_("the language; otherwise $RUHU_LANG, then the locale")},
    {"encoding", 0, "NAME",
	N_("what the terminal speaks: UTF-8, GBK, GB18030; otherwise $RUHU_ENCODING, then the "
	   "locale")},
    {"ambiguous", 0, "narrow|wide|auto",
	N_("the columns of characters like the middle dot; otherwise $RUHU_AMBIGUOUS, or the "
	   "terminal is asked")},
    {"ascii", 0, NULL, N_("a terminal without Chinese characters: English, and names in pinyin")},
    {"plain", 0, NULL,
	N_("question after question in lines of text: for screen readers, teletypes and pipes")},
    {"now", 0, "TIME",
	N_("work as if it were this moment (2026-11-23T08:00), for tests and training")},
    {"help", 'h', NULL, N_("this help, or a command's")},
    {"version", 'V', NULL, N_("the program's version")}, {0}};
enum { G_DATABASE, G_AS, G_LANG, G_ENCODING, G_AMBIGUOUS, G_ASCII, G_PLAIN,
	G_NOW, G_HELP, G_VERSION };

/* One element of argv taken apart. */
struct given {
	const struct option *table;
	int row;
	const char *value;
	int used; /* elements of argv */
};

static int
row_of(const struct option *table, const char *name, size_t len, char letter)
{
	for (int i = 0; table != NULL && table[i].name != NULL; i++)
		if (letter != 0
			? table[i].letter == letter
			: strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0)
			return i;
	return -1;
}

static bool
no_such(const struct option *own, const char *arg, struct err *err)
{
	const struct option *tables[] = {own, global_options};
	char wanted[64], *eq;
	struct near near;

	strncpy(wanted, arg + strspn(arg, "-"), sizeof wanted - 1);
	wanted[sizeof wanted - 1] = '\0';
	if ((eq = strchr(wanted, '=')) != NULL)
		*eq = '\0';
	near_start(&near, wanted);
	for (size_t t = 0; t < 2; t++)
		for (int i = 0; tables[t] != NULL && tables[t][i].name != NULL; i++)
			near_try(&near, tables[t][i].name);
	if (arg[1] == '-' && near.best != NULL)
		return err_set(
		    err, _("there is no option '%s' (did you mean '--%s'?)"), arg, near.best);
	return err_set(err,
	    _("there is no option '%s' here; an argument that begins with '-' "
	      "goes after '--'"),
	    arg);
}

/* Reads the option at argv[0]. */
static bool
take(const struct option *own, int argc, char **argv, struct given *g, struct err *err)
{
	const struct option *tables[] = {own, global_options};
	const char *arg = argv[0], *inside = NULL;
	bool is_long = arg[1] == '-';
	size_t len = is_long ? strcspn(arg + 2, "=") : 1;

	g->row = -1;
	for (size_t t = 0; t < 2 && g->row < 0; t++) {
		g->table = tables[t];
		g->row = row_of(tables[t], arg + 2, len, is_long ? 0 : arg[1]);
	}
	if (g->row < 0)
		return no_such(own, arg, err);
	if (is_long && arg[2 + len] == '=')
		inside = arg + 3 + len;
	else if (!is_long && arg[2] != '\0')
		inside = arg + 2;
	g->used = 1;
	g->value = "";
	if (g->table[g->row].value == NULL) {
		if (inside != NULL)
			return err_set(
			    err, _("'--%s' is a switch and takes no value"), g->table[g->row].name);
		return true;
	}
	if (inside == NULL && argc < 2)
		return err_set(err, _("'%s' wants a value: %s"), arg, g->table[g->row].value);
	g->value = inside != NULL ? inside : argv[1];
	g->used = inside != NULL ? 1 : 2;
	return true;
}

bool
worker_fits(const char *name, struct err *err)
{
	size_t n = strlen(name);

	if (strspn(name, " ") == n)
		return err_set(err, _("a worker's name cannot be empty"));
	if (n > WORKER_BYTES)
		return err_set(err, _("a worker's name has at most %d bytes"), WORKER_BYTES);
	for (const char *p = name; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7F)
			n = 0;
	if (n == 0 || !utf8_valid(name, n))
		return err_set(err, _("a worker's name is text without control characters"));
	return true;
}

static bool
apply_global(struct cli *cli, const struct given *g, char *early, struct err *err)
{
	switch (g->row) {
	case G_DATABASE:
		if (g->value[0] == '\0')
			return err_set(err, _("the database's name is empty"));
		cli->database = g->value;
		cli->database_from = DATABASE_OPTION;
		break;
	case G_AS:
		if (!worker_fits(g->value, err))
			return false;
		cli->as = g->value;
		break;
	case G_LANG:
		if (strcmp(g->value, "zh") != 0 && strcmp(g->value, "en") != 0)
			return err_set(err, _("the language is 'zh' or 'en', not '%s'"), g->value);
		cli->lang = g->value;
		tr_use(g->value);
		break;
	case G_ENCODING:
		cli->encoding = g->value;
		break;
	case G_AMBIGUOUS:
		cli->ambiguous = g->value;
		break;
	case G_ASCII:
		cli->ascii = true;
		break;
	case G_PLAIN:
		cli->plain = true;
		break;
	case G_NOW: {
		bool has_time;

		if (!instant_parse(g->value, &cli->clock.fixed_ms, &has_time))
			return err_set(
			    err, _("'%s' is no moment; write it like 2026-11-23T08:00"), g->value);
		cli->clock.fixed = true;
		break;
	}
	case G_HELP:
		*early = 'h';
		break;
	default:
		*early = 'V';
	}
	return true;
}

static bool
is_option(const char *arg)
{
	return arg[0] == '-' && arg[1] != '\0';
}

int
args_global(struct cli *cli, int argc, char **argv, char *early, struct err *err)
{
	int at = 0;

	while (at < argc && is_option(argv[at])) {
		struct given g;

		if (strcmp(argv[at], "--") == 0)
			return at + 1;
		if (!take(NULL, argc - at, argv + at, &g, err) ||
		    !apply_global(cli, &g, early, err))
			return -1;
		at += g.used;
	}
	return at;
}

static bool
count_fits(const struct cmd *cmd, int n, struct err *err)
{
	if (n < cmd->min)
		return err_set(err, _("something is missing: ruhu %s %s"), cmd->name, cmd->args);
	if (cmd->max >= 0 && n > cmd->max)
		return err_set(err, _("that is too much: ruhu %s %s"), cmd->name, cmd->args);
	return true;
}

bool
args_parse(struct cli *cli, const struct cmd *cmd, int argc, char **argv, struct args *args,
    char *early, struct err *err)
{
	bool ended = false;

	*args = (struct args){.options = cmd->options, .v = argv};
	for (int at = 0; at < argc;) {
		struct given g;

		if (ended || !is_option(argv[at])) {
			argv[args->n++] = argv[at++];
			continue;
		}
		if (strcmp(argv[at], "--") == 0) {
			ended = true;
			at++;
			continue;
		}
		if (!take(cmd->options, argc - at, argv + at, &g, err))
			return false;
		if (g.table == global_options ? !apply_global(cli, &g, early, err) : false)
			return false;
		if (g.table != global_options)
			args->values[g.row] = g.value;
		at += g.used;
	}
	argv[args->n] = NULL;
	return *early != 0 || count_fits(cmd, args->n, err);
}

const char *
args_option(const struct args *args, const char *name)
{
	int row = row_of(args->options, name, strlen(name), 0);

	return row < 0 ? NULL : args->values[row];
}
