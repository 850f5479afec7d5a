/* cmd.h: what a command is. Each command is one file cmd_*.c that ends in one
 * table row `const struct cmd cmd_x`; commands.c lists the rows. Help, the
 * manual's test and the option parser all read the rows, so nothing about a
 * command is said twice. */
#ifndef RUHU_CLI_CMD_H
#define RUHU_CLI_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/err.h"

#define RUHU_VERSION "0.1.0"

struct store;

/* What a command returns, and the program exits with. */
enum { CMD_DONE = 0, CMD_FAULTS = 1, CMD_USAGE = 2, CMD_UNABLE = 3 };

/* What the global options and the environment said. */
struct cli {
	const char *database;		/* -d, $RUHU_DB or the default; a path */
	enum { DATABASE_DEFAULT, DATABASE_ENV, DATABASE_OPTION } database_from;
	const char *as;			/* --as; NULL: the login name */
	const char *lang;		/* --lang or $RUHU_LANG; NULL: the locale's */
	const char *encoding;		/* --encoding; NULL: $RUHU_ENCODING's, the locale's */
	const char *ambiguous;		/* --ambiguous or $RUHU_AMBIGUOUS; NULL: auto */
	bool ascii, plain;		/* --ascii, --plain */
	struct clock clock;		/* fixed by --now, for tests and training */
	char *made;			/* memory of the default path */
	int said;			/* seconds of waiting last told */
	bool screen;			/* the screens own the terminal: print nothing */
};

#define OPTIONS_MAX 12
#define WORKER_BYTES 64		/* of a name after --as: what a sync file can hold */

/* A row of an option table; a table ends with a row without a name. */
struct option {
	const char *name;		/* "--name" without the hyphens */
	char letter;			/* 'o' for -o; 0: none */
	const char *value;		/* "FILE": takes one; NULL: a switch */
	const char *help;		/* English, through N_() */
};

/* The command's own options and arguments, after parsing. */
struct args {
	const struct option *options;
	const char *values[OPTIONS_MAX];	/* by option row; a switch given is "" */
	char **v;			/* arguments, NULL-ended */
	int n;
};

struct cmd {
	const char *name;		/* "export", "form add" */
	const char *args;		/* "FORM [KEY]", for the usage line */
	int min, max;			/* how many arguments; max -1: any number */
	const char *help;		/* one line, N_() */
	const char *more;		/* further sentences for its own help, N_(); NULL: none */
	const struct option *options;	/* NULL: none but the global ones */
	int (*run)(struct cli *, const struct args *);
};

/* NULL-ended, in the order help shows them. */
extern const struct cmd *const commands[];
extern const struct option global_options[];

extern const struct cmd cmd_form_check, cmd_form_add, cmd_form_convert, cmd_form_list,
    cmd_form_show, cmd_form_print, cmd_home, cmd_enter, cmd_list, cmd_fill, cmd_eval,
    cmd_table, cmd_report, cmd_check,
    cmd_export, cmd_status, cmd_backup, cmd_restore, cmd_rebuild, cmd_doctor,
    cmd_flags, cmd_log, cmd_stats, cmd_verify, cmd_batch, cmd_batch_begin, cmd_batch_close,
    cmd_import, cmd_conflicts, cmd_site_init, cmd_site_scope,
    cmd_site_county, cmd_quarantine, cmd_held, cmd_held_release, cmd_held_refuse,
    cmd_clockfix, cmd_key_rotate,
    cmd_key_renew, cmd_key_revoke, cmd_erase, cmd_purge, cmd_key_show, cmd_key_pin,
    cmd_key_list, cmd_key_unpin, cmd_key_escrow, cmd_tutor, cmd_worklist_check,
    cmd_worklist_add, cmd_worklist_list, cmd_worklist_show, cmd_worklist_open, cmd_worklist_remove,
    cmd_help;

/* Option `name` of the command: its value ("" for a switch), or NULL when it
 * was not given. */
const char *args_option(const struct args *, const char *name);

/* The command that argv begins with; *words is how many of them its name took.
 * NULL: err says what there is instead. */
const struct cmd *cmd_find(char *const *argv, int argc, int *words, struct err *);

/* Whether first is the first of the command's two words: "form" of "form check". */
bool cmd_in_family(const struct cmd *, const char *first);

/* Global options at the front of argv; returns how many elements they took, or
 * -1 with err. *early is 'h', 'V' or 0: help or version was asked for. */
int args_global(struct cli *, int argc, char **argv, char *early, struct err *);
/* What follows the command's name; moves the arguments in argv together. */
bool args_parse(struct cli *, const struct cmd *, int argc, char **argv, struct args *,
    char *early, struct err *);

/* May a worker be called so? */
bool worker_fits(const char *name, struct err *err);

/* Printed: all commands and global options; one command. */
void help_all(void);
void help_one(const struct cmd *);

#endif
