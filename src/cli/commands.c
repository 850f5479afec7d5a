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
	&cmd_flags, &cmd_log, &cmd_table, &cmd_export, &cmd_import, &cmd_conflicts, &cmd_status,
	&cmd_site_init, &cmd_site_scope, &cmd_site_county,
	&cmd_key_show, &cmd_key_pin, &cmd_key_list, &cmd_key_unpin, &cmd_key_escrow,
	&cmd_key_rotate, &cmd_key_renew, &cmd_key_revoke, &cmd_quarantine,
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

/* "form" alone, or "form chekc": what the family has. */
static bool
family(const char *first, struct err *err)
{
	char members[200] = "";
	size_t n = strlen(first);

	for (size_t i = 0; commands[i] != NULL; i++) {
		const char *name = commands[i]->name;

		if (strncmp(name, first, n) != 0 || name[n] != ' ')
			continue;
		if (members[0] != '\0')
			strncat(members, ", ", sizeof members - strlen(members) - 1);
		strncat(members, name, sizeof members - strlen(members) - 1);
	}
	if (members[0] == '\0')
		return false;
	err_set(err, _("there are: %s"), members);
	return true;
}

const struct cmd *
cmd_find(char *const *argv, int argc, int *words, struct err *err)
{
	const struct cmd *found = NULL;
	char asked[64] = "";
	struct near near;

	*words = 0;
	for (size_t i = 0; commands[i] != NULL; i++) {
		int n = spelt(commands[i], argv, argc);

		if (n > *words) {		/* "batch begin" rather than "batch" */
			found = commands[i];
			*words = n;
		}
	}
	if (found != NULL)
		return found;
	near_start(&near, argv[0]);
	for (size_t i = 0; commands[i] != NULL; i++)
		near_try(&near, commands[i]->name);
	if (near.best == NULL && argc > 1) {
		strncat(asked, argv[0], 30);
		strncat(asked, " ", 2);
		strncat(asked, argv[1], 30);
		near_start(&near, asked);
		for (size_t i = 0; commands[i] != NULL; i++)
			near_try(&near, commands[i]->name);
	}
	if (near.best != NULL)
		err_set(err, _("there is no command '%s' (did you mean '%s'?)"),
		    asked[0] != '\0' ? asked : argv[0], near.best);
	else if (!family(argv[0], err))
		err_set(err, _("there is no command '%s'; 'ruhu help' lists them"), argv[0]);
	return NULL;
}
