/* play SCRIPT: plays the keys of a script to a program in a pseudo-terminal
 * and compares what it shows. tests/README.md has the language of scripts.
 *
 * Environment: RUHU (the program), DB (the database; otherwise a fresh one in
 * a temporary folder), PLAY_SLOW (a whole number: times the patience), PLAY_LIMIT (the
 * patience with what must come, in ms: 10000), PLAY_SETUP=done (the script's
 * `setup` lines were run already), PLAY_MATRIX (play/matrix.h). Exit 0: all as expected; 1: not,
 * with the place and the screen on standard output; 2: used wrongly. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

#include "play/emu.h"
#include "play/keys.h"
#include "play/matrix.h"
#include "play/monkey.h"
#include "play/paper.h"
#include "play/play.h"

#define QUIET_KEY 20	/* after a key: ms without output, asleep */
#define QUIET_ESC 250	/* after Esc: a program waits for the rest of a sequence */
#define QUIET_LONG 60	/* `settle` */

struct emu *
play_emu(struct play *p)
{
	if (p->emu == NULL)
		err_set(p->err, "nothing runs yet: `run` comes first");
	return p->emu;
}

static bool
read_line(struct play *p, struct buf *line)
{
	char *text = NULL;
	size_t cap = 0;
	ssize_t n = getline(&text, &cap, p->in);

	buf_reset(line);
	if (n >= 0) {
		p->line++;
		if (n > 0 && text[n - 1] == '\n')
			n--;
		buf_add(line, text, (size_t)n);
	}
	free(text);
	return n >= 0;
}

/* ---- the screen --------------------------------------------------------- */

static void
print_screen(struct emu *emu)
{
	struct buf row = { 0 };
	int rows, cols, at_row, at_col;

	emu_size(emu, &cols, &rows);
	emu_cursor(emu, &at_row, &at_col);
	printf("---- %dx%d, cursor at row %d column %d ----\n", cols, rows, at_row, at_col);
	for (int i = 1; i <= rows; i++) {
		buf_reset(&row);
		emu_row(emu, i, &row);
		printf("%3d|%s\n", i, buf_str(&row));
	}
	printf("----\n");
	buf_free(&row);
}

/* The first row from `from` on that contains text; 0: none. */
static int
find_row(struct emu *emu, const char *text)
{
	struct buf row = { 0 };
	int rows, cols, found = 0;

	emu_size(emu, &cols, &rows);
	for (int i = 1; i <= rows && found == 0; i++) {
		buf_reset(&row);
		emu_row(emu, i, &row);
		if (strstr(buf_str(&row), text) != NULL)
			found = i;
	}
	buf_free(&row);
	return found;
}

/* What is looked for may come a little later: a program that sleeps may be waiting
 * for its disk, or for its turn on a busy machine. PLAY_LOOK says how long. */
#define LOOK_MS 2000

static bool
look(struct play *p, bool (*is_so)(struct play *, char *), char *rest)
{
	for (int ms = 0;; ms += 50) {
		char *again = xstrdup(rest);
		bool ok = is_so(p, again);
		struct err why = *p->err;

		free(again);
		if (ok || p->emu == NULL || ms >= p->look_ms)
			return ok;
		if (!emu_pump(p->emu, 50, p->err))
			return false;
		*p->err = why;
	}
}

static bool
do_expect(struct play *p, char *text)
{
	return play_emu(p) != NULL && (find_row(p->emu, text) > 0 ||
	    err_set(p->err, "\"%s\" is not on the screen", text));
}

static bool
do_expect_not(struct play *p, char *text)
{
	int row;

	if (play_emu(p) == NULL)
		return false;
	row = find_row(p->emu, text);
	return row == 0 || err_set(p->err, "\"%s\" is on the screen, in row %d", text, row);
}

static bool
do_expect_line(struct play *p, char *rest)
{
	struct buf row = { 0 };
	long n = strtol(rest, &rest, 10);
	bool ok;

	if (play_emu(p) == NULL)
		return false;
	rest += *rest == ' ';
	emu_row(p->emu, (int)n, &row);
	ok = *rest != '\0' ? strstr(buf_str(&row), rest) != NULL : row.len == 0;
	if (!ok)
		err_set(p->err, "row %ld is \"%s\"", n, buf_str(&row));
	buf_free(&row);
	return ok;
}

static bool
do_wait(struct play *p, char *text)
{
	if (play_emu(p) == NULL)
		return false;
	for (int ms = 0; find_row(p->emu, text) == 0; ms += 10) {
		int status;

		if (!emu_pump(p->emu, 10, p->err))
			return false;
		if (ms > p->options.limit_ms)
			return err_set(p->err, "waited in vain for \"%s\"", text);
		if (emu_ended(p->emu, &status) && find_row(p->emu, text) == 0)
			return err_set(p->err, "the program ended (%d) without \"%s\"", status, text);
	}
	return emu_settle(p->emu, QUIET_KEY, p->err);
}

/* A ~ in the wanted row stands for any rest. */
static bool
row_matches(const char *wanted, const char *row)
{
	size_t n = strcspn(wanted, "~"), len;

	if (wanted[n] == '~')
		return strncmp(wanted, row, n) == 0 ||
		    /* blanks before the ~ may be the row's own, not kept, end */
		    (strncmp(wanted, row, len = strlen(row)) == 0 && len < n &&
		    strspn(wanted + len, " ") >= n - len);
	while (n > 0 && wanted[n - 1] == ' ')
		n--;
	return strlen(row) == n && strncmp(wanted, row, n) == 0;
}

/* block: the wanted rows, each ending in a newline; rows not named are blank. */
static bool
screen_is(struct play *p, char *block)
{
	struct buf row = { 0 };
	int rows, cols;
	bool ok = true;

	emu_size(p->emu, &cols, &rows);
	for (int n = 1; ok && n <= rows; n++) {
		size_t len = strcspn(block, "\n");
		bool named = block[len] != '\0';

		block[len] = '\0';
		buf_reset(&row);
		emu_row(p->emu, n, &row);
		ok = row_matches(block, buf_str(&row));
		if (!ok)
			err_set(p->err, "row %d is \"%s\" instead of \"%s\"", n, buf_str(&row), block);
		if (named)
			block[len++] = '\n';
		block += len;
	}
	if (ok && *block != '\0')
		ok = err_set(p->err, "the script has more rows than the screen");
	buf_free(&row);
	return ok;
}

static bool
do_screen(struct play *p, char *rest)
{
	struct buf line = { 0 }, block = { 0 };
	bool ok, ended = false;

	if (play_emu(p) == NULL || *rest != '\0')
		return *rest == '\0' ? false : err_set(p->err, "`screen` stands alone");
	while (!ended && read_line(p, &line)) {
		ended = strcmp(buf_str(&line), "end") == 0;
		if (!ended)
			buf_addf(&block, "%s\n", buf_str(&line));
	}
	buf_str(&block);
	ok = ended ? look(p, screen_is, block.data) : err_set(p->err, "no `end` of the screen");
	buf_free(&line);
	buf_free(&block);
	return ok;
}

static bool
do_cursor(struct play *p, char *rest)
{
	int row, col, at_row, at_col;

	if (play_emu(p) == NULL)
		return false;
	if (sscanf(rest, "%d %d", &row, &col) != 2)
		return err_set(p->err, "cursor ROW COL");
	emu_cursor(p->emu, &at_row, &at_col);
	if (row == at_row && col == at_col)
		return true;
	return err_set(p->err, "the cursor is at row %d column %d", at_row, at_col);
}

static bool
do_attr(struct play *p, char *rest)
{
	static const char *const names[] = { "bold", "underline", "reverse", "blink", "colour" };
	int row, col, wanted = 0, got, n = 0;

	if (play_emu(p) == NULL)
		return false;
	if (sscanf(rest, "%d %d%n", &row, &col, &n) != 2)
		return err_set(p->err, "attr ROW COL plain|bold|underline|reverse|blink|colour ...");
	for (char *word = strtok(rest + n, " "); word != NULL; word = strtok(NULL, " ")) {
		int bit = strcmp(word, "plain") == 0 ? 0 : -1;

		for (int i = 0; i < 5; i++)
			if (strcmp(word, names[i]) == 0)
				bit = 1 << i;
		if (bit < 0)
			return err_set(p->err, "no attribute is called %s", word);
		wanted |= bit;
	}
	got = emu_attrs(p->emu, row, col);
	if (got == wanted)
		return true;
	err_set(p->err, "row %d column %d is", row, col);
	for (int i = 0; i < 5; i++)
		if (got & 1 << i)
			strncat(p->err->text, " ", 2), strncat(p->err->text, names[i], 12);
	return got != 0 ? false : err_set(p->err, "row %d column %d is plain", row, col);
}

static bool
do_print(struct play *p, char *rest)
{
	(void)rest;
	if (play_emu(p) == NULL)
		return false;
	print_screen(p->emu);
	return true;
}

/* ---- keys ---------------------------------------------------------------- */

bool
play_send(struct play *p, const char *bytes, size_t len)
{
	bool esc = len > 0 && bytes[len - 1] == '\033';

	return emu_send(p->emu, bytes, len, p->err) &&
	    emu_settle(p->emu, esc ? QUIET_ESC : QUIET_KEY, p->err);
}

static bool
start_typing(struct play *p)
{
	int status;

	if (play_emu(p) == NULL)
		return false;
	if (emu_ended(p->emu, &status))
		return err_set(p->err, "the program has ended (%d)", status);
	if (!p->marked)
		p->bytes_from = emu_bytes(p->emu);
	return true;
}

static bool
send_text(struct play *p, const char *text)
{
	struct buf bytes = { 0 };
	bool ok = emu_encode(p->emu, text, &bytes, p->err) &&
	    play_send(p, buf_str(&bytes), bytes.len);

	buf_free(&bytes);
	return ok;
}

/* A character at a time, as a person types. */
bool
play_type(struct play *p, char *text)
{
	bool ok = start_typing(p);

	p->keys += ok ? paper_characters(text) : 0;
	while (ok && *text != '\0') {
		char one[8] = "";
		size_t n = 1;

		while ((text[n] & 0xC0) == 0x80)
			n++;
		memcpy(one, text, n < sizeof one ? n : 1);
		text += n;
		ok = send_text(p, one);
	}
	return ok;
}

/* All at once, as an input method commits a word. */
static bool
do_burst(struct play *p, char *text)
{
	p->keys += paper_characters(text);
	return start_typing(p) && send_text(p, text);
}

static bool
do_paste(struct play *p, char *text)
{
	struct buf b = { 0 };
	bool ok = start_typing(p);

	buf_addf(&b, "\033[200~%s\033[201~", text);
	ok = ok && send_text(p, buf_str(&b));
	buf_free(&b);
	return ok;
}

/* Raw bytes: \e, \r, \n, \t, \\ and \xHH. */
static bool
do_send(struct play *p, char *text)
{
	struct buf b = { 0 };
	bool ok = start_typing(p);

	for (; ok && *text != '\0'; text++) {
		unsigned value;

		if (*text != '\\')
			buf_add_char(&b, *text);
		else if (*++text == 'x' && sscanf(text + 1, "%2x", &value) == 1)
			buf_add_char(&b, (char)value), text += 2;
		else if (*text != '\0' && strchr("ernt\\", *text) != NULL)
			buf_add_char(&b, "\033\r\n\t\\"[strchr("ernt\\", *text) - "ernt\\"]);
		else
			ok = err_set(p->err, "send knows \\e \\r \\n \\t \\\\ and \\xHH");
	}
	ok = ok && play_send(p, buf_str(&b), b.len);
	buf_free(&b);
	return ok;
}

bool
play_keys(struct play *p, char *names)
{
	bool ok = start_typing(p);

	for (char *name = strtok(names, " "); ok && name != NULL; name = strtok(NULL, " ")) {
		char *star = strchr(name, '*');
		long times = star != NULL && star > name ? strtol(star + 1, NULL, 10) : 1;
		const char *bytes;

		if (star != NULL && star > name)
			*star = '\0';
		bytes = keys_bytes(p->options.term, name, p->err);
		ok = bytes != NULL;
		while (ok && times-- > 0) {
			ok = play_send(p, bytes, strlen(bytes));
			p->keys += strncmp(name, "esc-", 4) == 0 ? 2 : 1;
		}
	}
	return ok;
}

/* ---- the program ----------------------------------------------------------- */

static bool
do_term(struct play *p, char *rest)
{
	int cols, rows, n;

	if (p->emu != NULL && !p->exit_seen)
		return err_set(p->err, "`term` comes before `run`, or after `exit`");
	p->locale[0] = '\0';
	n = sscanf(rest, "%63s %dx%d %63s", p->term, &cols, &rows, p->locale);
	if (n < 3 || cols < 1 || rows < 1)
		return err_set(p->err, "term NAME COLSxROWS [LOCALE]");
	if (n < 4)
		snprintf(p->locale, sizeof p->locale, "C.UTF-8");
	p->options.cols = cols;
	p->options.rows = rows;
	return true;
}

/* Keys typed before a program has taken the terminal over would not be its own. */
static bool
until_it_prints(struct play *p)
{
	int status;

	for (int ms = 0; ms < p->look_ms && emu_bytes(p->emu) == 0; ms += 10)
		if (emu_ended(p->emu, &status) || !emu_pump(p->emu, 10, p->err))
			return emu_ended(p->emu, &status);
	return true;
}

bool
play_run(struct play *p, char *command)
{
	if (p->emu != NULL && !p->exit_seen)
		return err_set(p->err, "the program before has not ended: `exit CODE` first");
	emu_free(p->emu);
	p->exit_seen = false;
	p->marked = false;
	p->bytes_from = p->keys = p->characters = 0;
	buf_reset(&p->others);
	if (command != p->command) {
		free(p->command);
		p->command = xstrdup(command);
	}
	p->emu = emu_start(&p->options, command, p->err);
	return p->emu != NULL && until_it_prints(p) && emu_settle(p->emu, QUIET_LONG, p->err);
}

static bool
do_settle(struct play *p, char *rest)
{
	(void)rest;
	return play_emu(p) != NULL && emu_settle(p->emu, QUIET_LONG, p->err);
}

static bool
do_resize(struct play *p, char *rest)
{
	int cols, rows;

	if (play_emu(p) == NULL)
		return false;
	if (sscanf(rest, "%dx%d", &cols, &rows) != 2 || cols < 1 || rows < 1)
		return err_set(p->err, "resize COLSxROWS");
	return emu_resize(p->emu, cols, rows, p->err) && emu_settle(p->emu, QUIET_LONG, p->err);
}

static bool
do_signal(struct play *p, char *name)
{
	if (play_emu(p) == NULL)
		return false;
	for (int i = 1; i < NSIG; i++)
		if (sigabbrev_np(i) != NULL && strcmp(sigabbrev_np(i), name) == 0) {
			emu_signal(p->emu, i);
			return emu_settle(p->emu, QUIET_LONG, p->err);
		}
	return err_set(p->err, "no signal is called %s", name);
}

static bool
do_hangup(struct play *p, char *rest)
{
	(void)rest;
	if (play_emu(p) == NULL)
		return false;
	emu_hangup(p->emu);
	return true;
}

static bool
do_exit(struct play *p, char *rest)
{
	int status, wanted = atoi(rest);

	if (play_emu(p) == NULL)
		return false;
	for (int ms = 0; !emu_ended(p->emu, &status); ms += 10) {
		if (!emu_pump(p->emu, 10, p->err))
			return false;
		if (ms > p->options.limit_ms)
			return err_set(p->err, "the program did not end");
	}
	p->exit_seen = true;
	if (!emu_settle(p->emu, 0, p->err))
		return false;
	return strcmp(rest, "any") == 0 || status == wanted ||
	    err_set(p->err, "the program ended with %d", status);
}

static bool
do_bytes(struct play *p, char *rest)
{
	char op[3];
	unsigned long wanted, got;

	if (play_emu(p) == NULL)
		return false;
	if (sscanf(rest, "%2s %lu", op, &wanted) != 2)
		return err_set(p->err, "bytes <=|=|>= NUMBER");
	got = emu_bytes(p->emu) - p->bytes_from;
	p->bytes_from = emu_bytes(p->emu);
	p->marked = false;
	if (strcmp(op, "<=") == 0 ? got <= wanted : strcmp(op, ">=") == 0 ? got >= wanted :
	    got == wanted)
		return true;
	return err_set(p->err, "the program printed %lu bytes", got);
}

static bool
do_mark(struct play *p, char *rest)
{
	(void)rest;
	p->marked = true;
	p->bytes_from = p->emu != NULL ? emu_bytes(p->emu) : 0;
	return true;
}

static bool
do_sleep(struct play *p, char *rest)
{
	if (p->emu != NULL)
		return emu_pump(p->emu, atoi(rest), p->err);
	usleep((useconds_t)atoi(rest) * 1000);
	return true;
}

/* ---- beside the program ------------------------------------------------------ */

/* Runs a command; what it printed in out, lines joined by blanks. */
static int
output_of(const char *command, struct buf *out)
{
	FILE *f = popen(command, "r");
	int c;

	if (f == NULL)
		return -1;
	while ((c = getc(f)) != EOF)
		buf_add_char(out, c == '\n' ? ' ' : (char)c);
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		buf_cut(out, out->len - 1);
	return pclose(f);
}

static bool
do_sh(struct play *p, char *command)
{
	struct buf all = { 0 }, out = { 0 };
	bool ok;

	buf_addf(&all, "{ %s\n} 2>&1", command);
	ok = output_of(buf_str(&all), &out) == 0;
	if (!ok)
		err_set(p->err, "the command failed: %s", buf_str(&out));
	buf_free(&all);
	buf_free(&out);
	return ok;
}

static bool
do_setup(struct play *p, char *command)
{
	const char *done = getenv("PLAY_SETUP");

	if (p->emu != NULL)
		return err_set(p->err, "`setup` comes before `run`");
	return (done != NULL && strcmp(done, "done") == 0) || do_sh(p, command);
}

/* Asked again for a second: a program that sleeps may be waiting for its disk. */
static bool
do_sql(struct play *p, char *rest)
{
	char *arrow = strstr(rest, " => ");
	struct buf out = { 0 };
	bool ok = false;

	if (arrow == NULL)
		return err_set(p->err, "sql QUERY => VALUE");
	*arrow = '\0';
	setenv("PLAY_SQL", rest, 1);
	for (int tries = 0; !ok && tries < 20; tries++) {
		int rc;

		if (tries > 0)
			usleep(50000);
		buf_reset(&out);
		rc = output_of("sqlite3 -batch -cmd '.timeout 5000' \"$DB\" \"$PLAY_SQL\" 2>&1", &out);
		ok = rc == 0 && strcmp(buf_str(&out), arrow + 4) == 0;
	}
	if (!ok)
		err_set(p->err, "the database says \"%s\"", buf_str(&out));
	buf_free(&out);
	return ok;
}

/* ---- the script ---------------------------------------------------------------- */

static const struct command {
	const char *name;
	bool (*run)(struct play *, char *rest);
	bool looks;		/* may be asked again */
} commands[] = {
	{ "setup", do_setup, false }, { "term", do_term, false }, { "run", play_run, false }, { "type", play_type, false },
	{ "burst", do_burst, false }, { "paste", do_paste, false }, { "send", do_send, false }, { "key", play_keys, false },
	{ "wait", do_wait, false }, { "settle", do_settle, false }, { "expect", do_expect, true },
	{ "expect-not", do_expect_not, true }, { "expect-line", do_expect_line, true },
	{ "screen", do_screen, false }, { "cursor", do_cursor, true }, { "attr", do_attr, true },
	{ "print", do_print, false }, { "resize", do_resize, false }, { "signal", do_signal, false }, { "hangup", do_hangup, false }, { "exit", do_exit, false }, { "bytes", do_bytes, false },
	{ "matrix", matrix_term, false }, { "word", matrix_word, false },
	{ "at", matrix_at, true }, { "answer", matrix_answer, true },
	{ "says", matrix_says, true },
	{ "paper", paper_play, false }, { "keys", paper_count, false }, { "count", paper_restart, false },
	{ "mark", do_mark, false }, { "monkey", monkey_play, false }, { "redraw", monkey_redraw, false },
	{ "sleep", do_sleep, false }, { "sh", do_sh, false }, { "sql", do_sql, false },
};

static bool
play_command(struct play *p, char *line)
{
	char *rest;
	size_t n;

	line += strspn(line, " \t");
	n = strcspn(line, " \t");
	if (n == 0 || *line == '#')
		return true;
	rest = line + n + (line[n] != '\0');
	line[n] = '\0';
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(commands[i].name, line) == 0)
			return commands[i].looks ? look(p, commands[i].run, rest) :
			    commands[i].run(p, rest);
	return err_set(p->err, "no command is called %s", line);
}

static bool
play_line(struct play *p, char *line)
{
	struct buf said = { 0 };
	bool ok;

	if (p->matrix.lang[0] == '\0')
		return play_command(p, line);
	ok = !matrix_line(p, line, &said) || said.len == 0 || play_command(p, said.data);
	buf_free(&said);
	return ok;
}

static bool
play_all(struct play *p)
{
	struct buf line = { 0 };
	bool ok = true;
	int status, at = 0;

	while (ok && read_line(p, &line)) {
		at = p->line;
		ok = play_line(p, line.data);
	}
	p->line = at;	/* a screen block moved on */
	buf_free(&line);
	if (ok && p->emu != NULL && !p->exit_seen && emu_ended(p->emu, &status))
		ok = err_set(p->err, "the program ended by itself (%d)", status);
	return ok;
}

/* Where the script has no database of its own: one that goes with it. */
static void
own_database(char folder[64])
{
	struct buf db = { 0 };

	snprintf(folder, 64, "/tmp/play-XXXXXX");
	if (getenv("DB") != NULL || mkdtemp(folder) == NULL) {
		folder[0] = '\0';
		return;
	}
	buf_addf(&db, "%s/play.db", folder);
	setenv("DB", buf_str(&db), 1);
	buf_free(&db);
}

static void
remove_folder(const char *folder)
{
	struct buf command = { 0 };

	buf_addf(&command, "rm -rf '%s'", folder);
	if (folder[0] != '\0' && system(buf_str(&command)) != 0)
		fprintf(stderr, "play: %s stays behind\n", folder);
	buf_free(&command);
}

static int
number_of(const char *variable, int otherwise)
{
	const char *value = getenv(variable);

	return value != NULL && atoi(value) > 0 ? atoi(value) : otherwise;
}

int
main(int argc, char **argv)
{
	struct err err = { 0 };
	struct play p = { .file = argv[1], .err = &err, .term = "xterm-256color",
		.locale = "C.UTF-8", .options = { .cols = 80, .rows = 24 } };
	char folder[64];
	bool ok;

	if (argc != 2 || (p.in = fopen(argv[1], "r")) == NULL) {
		fprintf(stderr, argc != 2 ? "play SCRIPT\n" : "play: %s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	p.options.term = p.term;
	p.options.locale = p.locale;
	p.options.slow = number_of("PLAY_SLOW", 1);
	p.options.limit_ms = number_of("PLAY_LIMIT", 10000) * p.options.slow;
	p.look_ms = number_of("PLAY_LOOK", LOOK_MS) * p.options.slow;
	own_database(folder);
	setenv("RUHU", "build/ruhu", 0);
	ok = play_all(&p);
	if (!ok) {
		printf("%s:%d: %s\n", p.file, p.line, err.text);
		if (p.emu != NULL)
			print_screen(p.emu);
	}
	emu_free(p.emu);
	matrix_free(&p);
	buf_free(&p.others);
	free(p.command);
	fclose(p.in);
	remove_folder(folder);
	return ok ? 0 : 1;
}
