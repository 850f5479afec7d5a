/* monkey DATABASE FIRST LAST [KEYS]: any keys in any order on every screen, without a
 * terminal, very many a second. After each draw the grid must be the one that drawing all
 * of it gives, with both halves of each wide character in it: what differs is what Ctrl-L
 * would have put right. A seed chooses language, size, widths, the screen that it begins on,
 * keys, bursts, new sizes. DATABASE is changed. Exit 1: the seed, the key and both rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/tr.h"
#include "store/store.h"
#include "tui/entry.h"
#include "tui/entry_verify.h"
#include "tui/screen.h"
#include "tui/ui.h"
#include "tui/views.h"

#define RECENT 12

static const char *const names[] = { "Enter", "Enter", "Enter", "Tab", "Shift-Tab", "Up", "Down", "Down",
	"Left", "Right", "PgUp", "PgDn", "PgDn", "PgDn", "Home", "End", "Backspace", "Del", "Ins", "F1", "F2",
	"F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "Esc", "Esc", "C-u", "C-o", "C-b", "C-k", "C-t",
	"C-y", "C-r", "C-v", "Space" };
static const char *const texts[] = { "1", "2", "3", "0", "9", "1", "2", "x", "X", "n", "t", "y", "+", "-", "*",
	"/", ".", "?", "=", "马", "秀兰", "，", "９", "20261122", "640221", "649999198503124217", "hui",
	"e\xcc\x81", "19900000001", "\xe2\x80\x8b", "3.5", "-1", "3 301", "㑇𠮷", "·" };

struct monkey {
	struct store *store;
	struct clock clock;
	struct ui ui;
	struct screen *s;
	uint64_t seed;
	int64_t ms;
	char recent[RECENT][32];	/* keys, a ring */
	int keys;
};

static size_t
below(struct monkey *m, size_t n)
{
	m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(m->seed >> 33) % n;
}

static void
must(bool ok, const struct err *err)
{
	if (ok)
		return;
	fprintf(stderr, "monkey: %s\n", err->text);
	exit(2);
}

/* ---- what is drawn ------------------------------------------------------------------- */

/* Both halves of a wide character, and no half alone. */
static bool
whole(const struct screen *s, int row)
{
	for (int col = 0; col < s->cols; col++) {
		const struct glyph *g = screen_at(s, row, col);

		if (g->width == 0 || (g->width == 2 &&
		    (++col >= s->cols || screen_at(s, row, col)->width != 0)))
			return false;
	}
	return true;
}

static bool
tell(const struct monkey *m, unsigned long seed, int row, const struct screen *whole_again)
{
	struct buf is = { 0 }, should = { 0 };

	screen_row(m->s, row, &is);
	screen_row(whole_again, row, &should);
	printf("seed %lu, key %d, %s, %dx%d, keys", seed, m->keys, tr_lang(), m->s->cols, m->s->rows);
	for (int i = m->keys > RECENT ? m->keys - RECENT : 0; i < m->keys; i++)
		printf(" %s", m->recent[i % RECENT]);
	printf("\nrow %d is      \"%s\"\nwhole it would be \"%s\"; cursor %d,%d instead of %d,%d\n", row + 1,
	    buf_str(&is), buf_str(&should), m->s->cursor_row + 1, m->s->cursor_col + 1,
	    whole_again->cursor_row + 1, whole_again->cursor_col + 1);
	buf_free(&is);
	buf_free(&should);
	return false;
}

static bool
same(struct monkey *m, unsigned long seed)
{
	struct screen *again = screen_new(m->s->rows, m->s->cols, m->s->ambiguous);
	bool ok = true;

	m->ui.typing = false;
	ui_draw(&m->ui, again);
	for (int row = 0; ok && row < again->rows; row++)
		if (!whole(m->s, row) || memcmp(screen_at(m->s, row, 0), screen_at(again, row, 0),
		    (size_t)again->cols * sizeof(struct glyph)) != 0)
			ok = tell(m, seed, row, again);
	if (ok && (again->cursor_row != m->s->cursor_row || again->cursor_col != m->s->cursor_col))
		ok = tell(m, seed, again->cursor_row, again);
	screen_free(again);
	return ok;
}

/* ---- keys ---------------------------------------------------------------------------- */

static void
press(struct monkey *m, const struct key *k, const char *name)
{
	snprintf(m->recent[m->keys++ % RECENT], sizeof m->recent[0], "%s", name);
	m->ms += (int64_t)below(m, 400);
	ui_step(&m->ui, k, m->ms);
}

static void
any_key(struct monkey *m)
{
	struct key k = { 0 };

	if (below(m, 5) < 3) {
		const char *name = names[below(m, sizeof names / sizeof names[0])];

		(void)key_parse(name, strlen(name), &k);
		press(m, &k, name);
	} else {
		const char *text = texts[below(m, sizeof texts / sizeof texts[0])];
		bool pasted = below(m, 4) == 0;
		size_t used;

		for (const char *p = text; *p != '\0' && ui_running(&m->ui); p += used) {
			k = (struct key){ .code = K_TEXT, .cp = utf8_next(p, strlen(p), &used),
				.joined = p != text, .pasted = pasted };
			press(m, &k, p == text ? text : "..");
			if (m->ui.flush)
				break;
		}
	}
}

static void
any_size(struct monkey *m)
{
	static const int sizes[][2] = { { 24, 80 }, { 20, 40 }, { 12, 40 }, { 24, 80 }, { 50, 132 }, { 10, 30 } };
	const int *size = sizes[below(m, sizeof sizes / sizeof sizes[0])];

	screen_resize(m->s, size[0], size[1]);
	ui_resized(&m->ui);
}

/* ---- screens ------------------------------------------------------------------------- */

static const char *const forms[] = { "household_survey", "job_card", "four_checks", "grid", "paper",
	"nested" };
static const char *const lists[] = { "monthly_round", "checks_due", "issues_open", "issues_verify" };

static void
begin(struct monkey *m)
{
	const char *form = forms[below(m, sizeof forms / sizeof forms[0])];
	struct err err = { .text = "nothing to verify" };
	bool none, ok = true;

	view_home_open(&m->ui);
	switch (below(m, 6)) {
	case 0:
		break;
	case 1:
		ok = view_list_open(&m->ui, form, &err);
		break;
	case 2:
		ok = view_worklist_open(&m->ui, lists[below(m, sizeof lists / sizeof lists[0])], &err);
		break;
	case 3:
		ok = entry_verify_next(&m->ui, form, below(m, 4) == 0, &none, &err);
		break;
	default:
		ok = entry_new(&m->ui, form, &err);
	}
	if (!ok)
		fprintf(stderr, "monkey: note: %s\n", err.text);
	ui_resized(&m->ui);
}

static bool
play(struct monkey *m, unsigned long seed, int keys)
{
	bool ok = true;

	m->seed = seed * 2654435761u;
	m->keys = 0;
	tr_use(below(m, 2) == 0 ? "zh" : "en");
	m->s = screen_new(24, 80, below(m, 3) == 0 ? AMBIGUOUS_WIDE : AMBIGUOUS_NARROW);
	ui_init(&m->ui, m->store, &m->clock);
	any_size(m);
	begin(m);
	ui_draw(&m->ui, m->s);
	while (ok && m->keys < keys) {
		if (!ui_running(&m->ui))
			begin(m);
		for (size_t burst = below(m, 8) == 0 ? below(m, 6) : 0; ui_running(&m->ui); burst--) {
			any_key(m);
			if (burst == 0 || m->ui.flush)
				break;
		}
		if (below(m, 40) == 0)
			any_size(m);
		if (below(m, 3) == 0)
			(void)ui_idle(&m->ui);
		ui_draw(&m->ui, m->s);
		m->ui.ring = m->ui.flush = m->ui.redraw = false;
		ok = below(m, 3) == 0 || !ui_running(&m->ui) || same(m, seed);
	}
	ui_free(&m->ui);
	screen_free(m->s);
	return ok;
}

int
main(int argc, char **argv)
{
	struct monkey m = { .clock = { .fixed = true, .fixed_ms = 1796428800000 } };
	int keys = argc > 4 ? atoi(argv[4]) : 400, bad = 0;
	struct store_options o = { .clock = &m.clock, .user = "monkey" };
	struct err err;

	if (argc < 4) {
		fprintf(stderr, "usage: monkey DATABASE FIRST LAST [KEYS]\n");
		return 2;
	}
	o.path = argv[1];
	must(store_open(&o, &m.store, &err), &err);
	for (unsigned long seed = strtoul(argv[2], NULL, 10); seed <= strtoul(argv[3], NULL, 10); seed++)
		bad += !play(&m, seed, keys);
	store_close(m.store);
	if (bad > 0)
		printf("%d seeds drew what drawing it all does not\n", bad);
	return bad > 0;
}
