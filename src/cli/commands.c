/* The commands, in the order help shows them, and finding one by name. */
#include <string.h>

#include "base/near.h"
#include "base/tr.h"
#include "cli/cmd.h"

const struct cmd *const commands[] = {
	&cmd_home, &cmd_enter, &cmd_list, &cmd_tutor,
	&cmd_form_check, &cmd_form_add, &cmd_form_list, &cmd_form_show, &cmd_form_print,
	&cmd_form_convert,
	&cmd_worklist_check, &cmd_worklist_add, &cmd_worklist_list, &cmd_worklist_show,
	&cmd_worklist_open, &cmd_worklist_remove,
	&cmd_fill, &cmd_eval,
	&cmd_verify, &cmd_batch, &cmd_batch_begin, &cmd_batch_close, &cmd_stats,
	&cmd_flags, &cmd_log, &cmd_table, &cmd_report,
	&cmd_export, &cmd_import, &cmd_conflicts, &cmd_status,
	&cmd_site_init, &cmd_site_scope, &cmd_site_county,
	&cmd_key_show, &cmd_key_pin, &cmd_key_list, &cmd_key_unpin, &cmd_key_escrow,
	&cmd_key_rotate, &cmd_key_renew, &cmd_key_revoke, &cmd_quarantine,
	&cmd_held, &cmd_held_release, &cmd_held_refuse, &cmd_clockfix,
	&cmd_check, &cmd_doctor, &cmd_backup, &cmd_restore, &cmd_rebuild,
	&cmd_erase, &cmd_purge,
	&cmd_help, NULL
};

/* How many words of argv spell the command's name; 0: not this one. */
static int
spelt(const struct cmd *cmd, char *const *argv, int argc)
{
	const char *name = cmd->name;
	int words = 0;

	while (*name != '\0') {
		size_t n = strcspn(name, " ");

		if (words == argc || strlen(argv[words]) != n ||
		    memcmp(argv[words], name, n) != 0)
			return 0;
		words++;
		name += n + (name[n] == ' ');
	}
	return words;
}

bool
cmd_in_family(const struct cmd *cmd, const char *first)
{
	size_t n = strlen(first);

	return strncmp(cmd->name, first, n) == 0 && cmd->name[n] == ' ';
}

/* "form" alone, or "form xyz": what the family has. */
static bool
family(const char *first, struct err *err)
{
	char members[200] = "";

	for (size_t i = 0; commands[i] != NULL; i++) {
		if (!cmd_in_family(commands[i], first))
			continue;
		if (members[0] != '\0')
			strncat(members, ", ", sizeof members - strlen(members) - 1);
		strncat(members, commands[i]->name, sizeof members - strlen(members) - 1);
	}
	if (members[0] == '\0')
		return false;
	err_set(err, _("there are: %s"), members);
	return true;
}

static const char *
nearest(const char *asked)
{
	struct near near;

	near_start(&near, asked);
	for (size_t i = 0; commands[i] != NULL; i++)
		near_try(&near, commands[i]->name);
	return near.best;
}

/* A name of two words is compared whole, so that "form chekc" finds its own. */
static void
not_found(char *const *argv, int argc, struct err *err)
{
	char asked[64] = "";
	const char *near = NULL;
	struct err ignored;

	strncat(asked, argv[0], 30);
	if (!family(argv[0], &ignored))
		near = nearest(asked);
	if (near == NULL && argc > 1) {
		strncat(asked, " ", 2);
		strncat(asked, argv[1], 30);
		near = nearest(asked);
	}
	if (near != NULL)
		err_set(err, _("there is no command '%s' (did you mean '%s'?)"), asked, near);
	else if (!family(argv[0], err))
		err_set(err, _("there is no command '%s'; 'ruhu help' lists them"), argv[0]);
}

const struct cmd *
cmd_find(char *const *argv, int argc, int *words, struct err *err)
{
	const struct cmd *found = NULL;

	*words = 0;
	for (size_t i = 0; commands[i] != NULL; i++) {
		int n = spelt(commands[i], argv, argc);

		if (n > *words) {		/* "batch begin" rather than "batch" */
			found = commands[i];
			*words = n;
		}
	}
	if (found == NULL)
		not_found(argv, argc, err);
	return found;
}
