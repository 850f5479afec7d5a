/* keymap.h: keys become actions, by the one table of action.def. What a key
 * does depends on the mode: several modes may hold at once. */
#ifndef RUHU_TUI_KEYMAP_H
#define RUHU_TUI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tui/key.h"

struct buf;

enum mode {
	ENTRY = 1,		/* a record is being keyed */
	CODED = 2,		/* in a coded or numeric question, nothing typed yet */
	LISTS = 4,		/* home, record list, problems */
	WORK = 64,		/* a worklist */
	ASKING = 8,		/* a question on the message line, a help page */
	LIST = 32,		/* the list of records, which is one of LISTS */
	VERIFYING = 128,		/* a record is keyed a second time: instead of ENTRY */
	ESC_NOW = 16,		/* Esc acts at once: digits are wanted for something else */
	VIEWS = LISTS | WORK,
	KEYING = ENTRY | VERIFYING,
	PAST = ENTRY | LIST,
	RECORDS = ENTRY | VIEWS,
	PERIODS = ENTRY | LIST | WORK,
	EVERYWHERE = KEYING | VIEWS | ASKING
};

enum action {
	ACT_NONE,
#define ACTION(name, where, keys, bar, help) ACT_##name,
#include "tui/action.def"
#undef ACTION
	ACTIONS
};

struct action_info {
	const char *name;		/* "SAVE"; key files may write it small */
	unsigned where;			/* bits of enum mode */
	const char *keys;		/* as in action.def */
	const char *bar, *help;		/* English; tr() them */
};
const struct action_info *action_info(enum action);	/* not for ACT_NONE */

struct keymap;

struct keymap *keymap_new(void);			/* action.def's keys */
void keymap_free(struct keymap *);			/* NULL is fine */

/* Lines "ACTION KEY...": these keys instead of the table's. '#' starts a
 * comment. A key that the table gives to another action is taken from that, unless
 * it is the only one; no two lines may have the same, and no character that answers
 * need may be a key. False: err names the line; the map is as before. */
bool keymap_read(struct keymap *, const char *text, const char *file, struct err *);

/* What a key does in these modes (bits of enum mode); ACT_NONE: nothing. */
enum action keymap_find(const struct keymap *, unsigned modes, const struct key *);

/* The first of an action's keys. False: it has none. */
bool keymap_first(const struct keymap *, enum action, struct key *out);
/* "F2, Esc 2, Ctrl-W"; appended. first: only the first of them. */
void keymap_keys(const struct keymap *, enum action, bool first, struct buf *out);

#endif
