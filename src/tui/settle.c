#include "tui/settle.h"

#include "base/buf.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "tui/charset.h"
#include "tui/term.h"

#define HAN "\xe6\xb1\x89\xe5\xad\x97"
#define AFTER_HAN 5 /* the column after two of them */
#define ANSWER_MS 300

static const struct {
	const char *encoding, *line;
} lines[] = {
    {"UTF-8", "  1   " HAN "   " HAN "   UTF-8\r\n"},
    {"GBK", "  2   " HAN "   " HAN "   GBK\r\n"},
    {"ASCII", "  3   neither line: letters and digits only, names in pinyin\r\n"},
};
enum { LINES = sizeof(lines) / sizeof(lines[0]) };

/* What of a key is an answer: the index of a line, or -1. */
static int
chosen(const struct key *k)
{
	uint32_t cp = k->cp >= 0xff11 && k->cp <= 0xff19 ? k->cp - 0xff11 + '1' : k->cp;

	return k->code == K_TEXT && cp >= '1' && cp < '1' + LINES ? (int)(cp - '1') : -1;
}

static bool
leaves(const struct key *k)
{
	return k->code == K_F10 || (k->code == K_CTRL && (k->cp == 'x' || k->cp == 'c'));
}

/* True: the terminal itself said that it speaks UTF-8. */
static bool
terminal_says(struct terminal *t)
{
	struct key k = { 0 };

	if (!term_answers(t))
		return false;
	term_clear(t);
	term_write(t, "\033[2H" HAN "\033[6n");
	term_asked(t);
	return term_next(t, ANSWER_MS, &k) == TERM_REPORT && k.cp == AFTER_HAN;
}

static void
show_lines(struct terminal *t)
{
	struct buf out = { 0 };

	buf_addf(&out, "\r\n  %s\r\n\r\n", "Which line can you read? Press its number.");
	for (size_t i = 0; i < LINES; i++) {
		struct charset *cs = charset_new(lines[i].encoding);
		const char *p = lines[i].line;

		for (size_t used; cs != NULL && *p != '\0'; p += used) {
			char bytes[CHARSET_BYTES];
			uint32_t cp = utf8_next(p, 4, &used);

			buf_add(&out, bytes, charset_put(cs, cp, bytes));
		}
		charset_free(cs);
	}
	buf_add_str(&out, "\r\n  (RUHU_ENCODING=UTF-8, GBK or ASCII in ~/.profile answers for good;"
			  "\r\n  Ctrl-X leaves.)\r\n\r\n  ");
	term_clear(t);
	term_write(t, buf_str(&out));
	buf_free(&out);
}

bool
settle_encoding(struct terminal *t)
{
	struct key k;
	int line;

	if (!term_unsettled(t))
		return true;
	if (terminal_says(t)) {
		term_settle(t, "UTF-8");
		return true;
	}
	for (show_lines(t);;) {
		enum term_event event = term_next(t, -1, &k);

		if (event == TERM_HANGUP || (event == TERM_KEY && leaves(&k)))
			return false;
		line = event == TERM_KEY ? chosen(&k) : -1;
		if (line >= 0) {
			term_settle(t, lines[line].encoding);
			return true;
		}
		if (event == TERM_RESIZE)
			show_lines(t);
		else if (event == TERM_KEY)
			term_write(t, "\a");
	}
}
