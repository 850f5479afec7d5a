#include "check.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tui/charset.h"
#include "tui/keydec.h"
#include "tui/keymap.h"

/* ---- bytes to keys ----------------------------------------------------------------- */

static const struct { const char *bytes, *encoding, *keys; } decoded[] = {
	{ "a", "UTF-8", "a" }, { "\r", "UTF-8", "Enter" }, { "\n", "UTF-8", "Enter" },
	{ "\033OM", "UTF-8", "Enter" }, { "\177\b", "UTF-8", "Backspace Backspace" },
	{ "\xe9\xa9\xac", "UTF-8", "马" }, { "\xc2\xed", "GBK", "马" },
	{ "\x81\x30\x81\x30", "GB18030", "\xc2\x80" },
	{ "\033[A\033OA", "UTF-8", "Up Up" }, { "\033[H\033[1~\033OH\033[7~", "UTF-8", "Home Home Home Home" },
	{ "\033[[A\033OP\033[11~\033[M", "UTF-8", "F1 F1 F1 F1" },
	{ "\033[[E\033[15~", "UTF-8", "F5 F5" }, { "\033[21~", "UTF-8", "F10" },
	{ "\033[Z", "UTF-8", "Shift-Tab" }, { "\033[1;5C", "UTF-8", "Right" },
	{ "\033[1;2P", "UTF-8", "F1" },
	{ "\033Op\033Oy\033On\033Ok", "UTF-8", "0 9 . +" },	/* keypad in application mode */
	{ "\033""2", "UTF-8", "Esc 2" }, { "\033\033", "UTF-8", "Esc Esc" },
	{ "\x17\x0c", "UTF-8", "Ctrl-W Ctrl-L" },
	{ "\033[?1;2c", "UTF-8", "" }, { "\033[99~x", "UTF-8", "x" },
	{ "\xff" "a", "UTF-8", "\xef\xbf\xbd a" }, { "\xe9\xa9", "UTF-8", "\xef\xbf\xbd" },
	{ "\033[24;3R\033[1;2R", "UTF-8", "? F3" },	/* a cursor report; F3 with Shift */
	{ "\033[200~a\rb\tc\033[201~\r", "UTF-8", "a Space b Space c Enter" },
};

static void
decode(struct keydec *d, struct buf *out)
{
	struct key k;

	for (int pass = 0; pass < 2; pass++)
		while (keydec_next(d, pass == 1, &k)) {
			char name[KEY_NAME];

			key_show(&k, name);
			if (out->len > 0)
				buf_add_char(out, ' ');
			buf_add_str(out, name);
		}
}

static void
bytes_become_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(decoded); i++)
		for (int cut = 0; cut < 2; cut++) {
			struct charset *cs = charset_new(decoded[i].encoding);
			struct keydec *d = keydec_new(cs);
			struct buf out = { 0 };
			size_t len = strlen(decoded[i].bytes);

			/* In one read, and a byte at a time. */
			for (size_t at = 0; at < len; at += cut ? 1 : len)
				keydec_feed(d, decoded[i].bytes + at, cut ? 1 : len);
			decode(d, &out);
			CHECK_ROW(decoded[i].keys, strcmp(buf_str(&out), decoded[i].keys) == 0);
			buf_free(&out);
			keydec_free(d);
			charset_free(cs);
		}
}

static void
bound_forms_and_bursts(void **state)
{
	struct charset *cs = charset_new("UTF-8");
	struct keydec *d = keydec_new(cs);
	struct key k;

	(void)state;
	keydec_bind(d, "\033[25~", K_F11);
	keydec_bind(d, "x", K_F12);		/* text stays text */
	keydec_feed(d, "\033[25~xy", 7);
	assert_true(keydec_next(d, false, &k) && k.code == K_F11 && !k.joined);
	assert_true(keydec_next(d, false, &k) && k.code == K_TEXT && k.cp == 'x' && k.joined);
	keydec_drop(d);
	assert_false(keydec_next(d, true, &k));
	keydec_feed(d, "\033[", 2);
	assert_false(keydec_next(d, false, &k));
	assert_true(keydec_unfinished(d));
	keydec_feed(d, "B", 1);
	assert_true(keydec_next(d, false, &k) && k.code == K_DOWN);
	keydec_free(d);
	charset_free(cs);
}

/* What a slow line delivers in pieces: '|' is a pause longer than a lone Esc is
 * waited on, '_' one after which nothing more can belong to it. A torn key takes
 * the Esc back, and is shown with a '-' before it. */
static const struct { const char *pieces, *keys; } torn[] = {
	{ "\033|[A", "Esc -Up" }, { "\033[|A", "Up" }, { "\033|[|A", "Esc -Up" },
	{ "\033|OP", "Esc -F1" }, { "\033|O|Q", "Esc -F2" }, { "\033|[1|5|~", "Esc -F5" },
	{ "\033|[[B", "Esc -F2" }, { "\033|[3~x", "Esc -Del x" },
	{ "\033|[200~a\rb\033[201~", "Esc -a Space b" },
	{ "\033|2", "Esc 2" }, { "\033||\033", "Esc Esc" }, { "\033|x[A", "Esc x [ A" },
	{ "\033|Om", "Esc O m" }, { "\033|O_h", "Esc O h" }, { "\033_[A", "Esc [ A" },
	{ "\xe9|\xa9|\xac", "\xe9\xa9\xac" }, { "\xe9\xa9_a", "\xef\xbf\xbd a" },
};

static void
show_all(struct keydec *d, bool waited, struct buf *out)
{
	struct key k;

	while (keydec_next(d, waited, &k)) {
		char name[KEY_NAME];

		key_show(&k, name);
		buf_addf(out, "%s%s%s", out->len > 0 ? " " : "", k.torn ? "-" : "", name);
	}
}

static void
keys_torn_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(torn); i++) {
		struct charset *cs = charset_new("UTF-8");
		struct keydec *d = keydec_new(cs);
		struct buf out = { 0 };

		for (const char *p = torn[i].pieces; *p != '\0'; p++) {
			if (*p != '|' && *p != '_') {
				keydec_feed(d, p, 1);
				show_all(d, false, &out);
				continue;
			}
			/* 100 ms pass, or more than any rest is waited for. */
			if (keydec_unfinished(d) && keydec_patience(d) <= (*p == '|' ? 100 : 5000))
				show_all(d, true, &out);
			if (*p == '_')
				keydec_esc_over(d);
		}
		show_all(d, true, &out);
		CHECK_ROW(torn[i].keys, strcmp(buf_str(&out), torn[i].keys) == 0);
		/* A line that tears keys is met with more patience from then on. */
		keydec_feed(d, "\033", 1);
		if (strstr(torn[i].keys, "Esc -") != NULL)
			assert_true(keydec_patience(d) >= 300);
		buf_free(&out);
		keydec_free(d);
		charset_free(cs);
	}
}

/* Bytes of no terminal, in pieces and with pauses: all are used up in the end, and
 * what comes out is what a key can be. */
static void
noise(void **state)
{
	static const char *const encodings[] = { "UTF-8", "GBK", "GB18030", "ASCII" };
	static const char usual[] = "\033\033\033[[OO0123;;~ABRPm\xe9\xa9\xac\xc2\xed\x81\x30";
	uint32_t seed = 7;

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		struct charset *cs = charset_new(encodings[i]);
		struct keydec *d = keydec_new(cs);
		struct key k;

		for (int n = 0; n < 60000; n++) {
			char c;

			seed = seed * 1664525 + 1013904223;
			c = seed >> 29 == 0 ? (char)(seed >> 16) : usual[(seed >> 16) % (sizeof usual - 1)];
			keydec_feed(d, &c, 1);
			while (keydec_next(d, (seed >> 24) % 5 == 0, &k)) {
				assert_true(k.code > K_NONE && k.code <= K_REPORT);
				assert_true(k.code != K_TEXT || (k.cp >= ' ' && k.cp <= 0x10ffff));
			}
			if ((seed >> 8) % 50 == 0)
				keydec_esc_over(d);
		}
		while (keydec_next(d, true, &k))
			;
		assert_false(keydec_unfinished(d));
		keydec_free(d);
		charset_free(cs);
	}
}

/* ---- the key table ----------------------------------------------------------------- */

static void
no_key_means_two_things(void **state)
{
	struct keymap *m = keymap_new();

	(void)state;
	for (enum action a = ACT_NONE + 1; a < ACTIONS; a++)
		for (enum action b = a + 1; b < ACTIONS; b++) {
			char keys[2][128];
			char *save_a, *save_b, *ka, *kb;

			if ((action_info(a)->where & action_info(b)->where) == 0)
				continue;
			strcpy(keys[0], action_info(a)->keys);
			for (ka = strtok_r(keys[0], " ", &save_a); ka != NULL; ka = strtok_r(NULL, " ", &save_a)) {
				strcpy(keys[1], action_info(b)->keys);
				for (kb = strtok_r(keys[1], " ", &save_b); kb != NULL;
				     kb = strtok_r(NULL, " ", &save_b))
					if (strcmp(ka, kb) == 0)
						fail_msg("%s: %s and %s", ka, action_info(a)->name, action_info(b)->name);
			}
		}
	keymap_free(m);
}

/* Keys that terminals, shells and input methods take for themselves. */
static void
no_action_needs_a_stolen_key(void **state)
{
	static const char *const stolen[] = { "C-s", "C-q", "C-z", "C-c", "F11", "F12", "C-\\" };

	(void)state;
	for (enum action a = ACT_NONE + 1; a < ACTIONS; a++)
		for (size_t i = 0; i < COUNT(stolen); i++) {
			const char *keys = action_info(a)->keys;
			size_t n = strlen(stolen[i]);

			CHECK_ROW(action_info(a)->name, strncmp(keys, stolen[i], n) != 0 ||
			    (keys[n] != ' ' && keys[n] != '\0'));
		}
}

/* A phone, a serial line, a screen reader: neither function keys nor Alt. */
static void
every_action_has_a_plain_key(void **state)
{
	(void)state;
	for (enum action a = ACT_NONE + 1; a < ACTIONS; a++) {
		char keys[128], *save, *k;
		bool ok = false;

		strcpy(keys, action_info(a)->keys);
		for (k = strtok_r(keys, " ", &save); k != NULL; k = strtok_r(NULL, " ", &save))
			ok |= k[0] != 'F' || k[1] < '1' || k[1] > '9';
		CHECK_ROW(action_info(a)->name, ok && strstr(action_info(a)->keys, "Alt") == NULL);
	}
}

static struct key
named(const char *name)
{
	struct key k = { 0 };

	assert_true(key_parse(name, strlen(name), &k));
	return k;
}

static void
function_keys_have_digits(void **state)
{
	struct keymap *m = keymap_new();

	(void)state;
	for (int n = 1; n <= 10; n++)
		for (unsigned mode = ENTRY; mode <= LISTS; mode += LISTS - ENTRY) {
			char f[16], esc[16];
			struct key kf, ke;

			snprintf(f, sizeof f, "F%d", n);
			snprintf(esc, sizeof esc, "Esc-%d", n % 10);
			kf = named(f);
			ke = named(esc);
			assert_int_equal(keymap_find(m, mode, &kf), keymap_find(m, mode, &ke));
		}
	keymap_free(m);
}

static void
a_key_file(void **state)
{
	struct keymap *m = keymap_new();
	struct key f2 = named("F2"), f12 = named("F12"), plus = named("+");
	struct buf keys = { 0 };
	struct err err;

	(void)state;
	assert_true(keymap_read(m, "# mine\n  save  F12 Esc-2  # both\n\nleave F10\n", "keys", &err));
	assert_int_equal(keymap_find(m, ENTRY, &f12), ACT_SAVE);
	assert_int_equal(keymap_find(m, ENTRY, &f2), ACT_NONE);
	assert_int_equal(keymap_find(m, LISTS, &f2), ACT_NEW);
	assert_int_equal(keymap_find(m, ENTRY, &plus), ACT_NONE);
	assert_int_equal(keymap_find(m, ENTRY | CODED, &plus), ACT_PAD_SKIP);
	keymap_keys(m, ACT_SAVE, false, &keys);
	assert_string_equal(buf_str(&keys), "F12, Esc 2");
	assert_true(keymap_read(m, "\xEF\xBB\xBFsave F12 Esc-2\r\nleave F10\r\n", "keys", &err));
	assert_false(keymap_read(m, "help F1\nsav F5\n", "keys", &err));
	assert_int_equal(err.line, 2);
	assert_non_null(strstr(err.text, "SAVE"));
	assert_false(keymap_read(m, "save Hyper-7\n", "keys", &err));
	/* Two lines with one key; a key that is another action's only one; a key that
	 * is typed into answers; no key at all. */
	assert_false(keymap_read(m, "# two\nsave F4\nflag F11 F4\n", "keys", &err));
	assert_int_equal(err.line, 3);
	assert_int_equal(err.col, 10);
	assert_false(keymap_read(m, "flag Esc\n", "keys", &err));
	assert_non_null(strstr(err.text, "CANCEL"));
	assert_false(keymap_read(m, "flag x\n", "keys", &err));
	assert_int_equal(err.col, 6);
	assert_false(keymap_read(m, "  flag\n", "keys", &err));
	assert_int_equal(err.col, 3);
	assert_int_equal(keymap_find(m, ENTRY, &f12), ACT_SAVE);	/* as before */
	/* Taken from the table's action, which keeps its others; swapped; of other modes. */
	assert_true(keymap_read(m, "save F5\n", "keys", &err));
	buf_reset(&keys);
	keymap_keys(m, ACT_FLAG, false, &keys);
	assert_string_equal(buf_str(&keys), "Esc 5");
	assert_true(keymap_read(m, "flag F2 Esc-5\nsave F5\npad_skip x\nnew C-w\n", "keys", &err));
	assert_int_equal(keymap_find(m, ENTRY, &f2), ACT_FLAG);
	buf_free(&keys);
	keymap_free(m);
}

/* docs/keys.md holds the table, row by row. Run from the root of the sources. */
static void
the_manual_has_the_table(void **state)
{
	FILE *f = fopen("docs/keys.md", "r");
	struct keymap *m = keymap_new();
	char line[512];
	enum action a = ACT_NONE;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL && strncmp(line, "|---", 4) != 0)
		continue;
	while (fgets(line, sizeof line, f) != NULL && line[0] == '|') {
		struct buf want = { 0 };
		const struct action_info *info;
		const char *p;
		char keys[128], *save, *k;

		assert_true(++a < ACTIONS);
		info = action_info(a);
		buf_add_str(&want, "| ");
		for (p = info->name; *p != '\0'; p++)
			buf_add_char(&want, *p == '_' ? '_' : (char)(*p | 0x20));
		buf_addf(&want, " | %s | ", info->where == ENTRY ? "record" : info->where == LISTS ? "lists"
			: info->where == CODED ? "coded" : info->where == RECORDS ? "record, lists, worklists"
			: info->where == PERIODS ? "record, records, worklists"
			: info->where == VIEWS ? "lists, worklists"
			: info->where == KEYING ? "record, verify" : info->where == VERIFYING ? "verify"
			: info->where == LIST ? "records" : info->where == PAST ? "record, records"
			: "everywhere");
		strcpy(keys, info->keys);
		for (k = strtok_r(keys, " ", &save); k != NULL; k = strtok_r(NULL, " ", &save)) {
			struct key key = named(k);
			char name[KEY_NAME];

			key_show(&key, name);
			buf_addf(&want, "%s`%s`", k == keys ? "" : ", ", name);
		}
		buf_addf(&want, " | %s |\n", info->help);
		assert_string_equal(line, buf_str(&want));
		buf_free(&want);
	}
	assert_int_equal(a + 1, ACTIONS);
	fclose(f);
	keymap_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_become_keys),
		cmocka_unit_test(bound_forms_and_bursts),
		cmocka_unit_test(keys_torn_apart),
		cmocka_unit_test(noise),
		cmocka_unit_test(no_key_means_two_things),
		cmocka_unit_test(no_action_needs_a_stolen_key),
		cmocka_unit_test(every_action_has_a_plain_key),
		cmocka_unit_test(function_keys_have_digits),
		cmocka_unit_test(a_key_file),
		cmocka_unit_test(the_manual_has_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
