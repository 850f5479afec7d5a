/* entry_ascii.c: a terminal that shows no Han spells them in pinyin. Codes, numbers
 * and dates are keyed as anywhere; an answer in Chinese is looked at only. */
#include <string.h>

#include "base/edit.h"
#include "base/tr.h"
#include "tui/entry.h"

static bool
changes(enum action a, const struct key *k)
{
	switch (a) {
	case ACT_NONE:
		return k->code == K_TEXT;
	case ACT_SAME:
	case ACT_ERASE:
	case ACT_DELETE:
	case ACT_CLEAR:
	case ACT_PAD_SKIP: /* a character, in a question that is text */
	case ACT_PAD_MISSING:
	case ACT_PAD_CHOICES:
	case ACT_PAD_END:
	case ACT_PAD_BLANK:
		return true;
	default:
		return false;
	}
}

static bool
is_ascii(const char *s)
{
	while (*s != '\0')
		if ((unsigned char)*s++ >= 0x80)
			return false;
	return true;
}

bool
entry_refuses(struct entry *e, enum action a, const struct key *k)
{
	struct ui *ui = e->view.ui;

	if (ui->ambiguous != AMBIGUOUS_SPELT || e->field.node == NODE_NONE || !changes(a, k))
		return false;
	if (a == ACT_NONE && k->cp >= 0x80) {
		ui_error(
		    ui, _("This terminal is set to letters and digits only; that character was "
			  "not taken."));
		return true;
	}
	if (e->field.coded || is_ascii(edit_text(e->field.edit)))
		return false;
	ui_error(
	    ui, _("This answer has Chinese characters, which this terminal cannot show. It stays "
		  "as it is; change it where they can be seen."));
	return true;
}
