/* mutate SEED COUNT FILE...: reads forms that are almost right. Each of COUNT
 * times a form of the files is damaged in a few places (bytes, lines, words of
 * the language, pieces of another file), read, and compiled; what comes out is
 * a form or faults, never a crash, a leak or a hang (the sanitizers and an alarm
 * watch). The same seed damages the same; a failure prints the file it wrote. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "form/form.h"
#include "form/form_read.h"
#include "logic/logic.h"

#define PATIENCE_S 30
#define FORM_MAX (1u << 20)

static const char *const words[] = { "survey:", "- type: ", "name: ", "group: ", "repeat: ", "select_one ",
	"calculate", "label: {zh: ", "relevant: ", "constraint: ", "calculation: ", "choice_filter: ", "trigger: ",
	"default: ", "settings:", "choices:", "begin_repeat", "end_group", "parameters: ", "appearance: ",
	"${", "}", "{", "[", "]", "(", ")", "'", "\"", ": ", "#", "&a ", "*a", "!!int ", "|", ">-", "---\n", "\t",
	"\n", " ", "\xef\xbb\xbf", "\xff", "\x01", "中", "-1", "1e999", "99999999999999999999", "../", "/data/",
	"current()", "instance('", "position(..)", "indexed-repeat(", "sum(", "if(", "or ", " and ", " div ",
	"selected(", "regex(., '", "((((((((((((((((", "<", ">", "</", "/>", "<bind nodeset=\"", "&lt;", "&#0;",
	"<![CDATA[", "<!DOCTYPE a [", "jr:template=\"\"", "ref=\"", "\"" };

struct mutation {
	uint64_t random;
	char **texts;
	int n;
};

static size_t
below(struct mutation *m, size_t limit)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return limit > 0 ? (size_t)(m->random >> 11) % limit : 0;
}

static char *
read_all(const char *path)
{
	struct buf b = { 0 };
	FILE *f = fopen(path, "rb");
	int c;

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	while ((c = getc(f)) != EOF)
		buf_add_char(&b, (char)c);
	fclose(f);
	return buf_take(&b);
}

/* Where the n-th line after a random place begins. */
static size_t
line_at(struct mutation *m, const struct buf *b)
{
	size_t at = below(m, b->len + 1);
	const char *end = at < b->len ? memchr(b->data + at, '\n', b->len - at) : NULL;

	return end != NULL ? (size_t)(end - b->data) + 1 : b->len;
}

static void
splice(struct buf *b, size_t from, size_t to, const char *with, size_t len)
{
	struct buf out = { 0 };

	if (b->len - (to - from) + len > FORM_MAX)
		return;
	buf_add(&out, buf_str(b), from);
	buf_add(&out, with, len);
	buf_add(&out, buf_str(b) + to, b->len - to);
	buf_free(b);
	*b = out;
}

static void
damage(struct mutation *m, struct buf *b)
{
	size_t at = below(m, b->len + 1), from = line_at(m, b), to = line_at(m, b);
	const char *other = m->texts[below(m, (size_t)m->n)];
	const char *word = words[below(m, sizeof words / sizeof words[0])];

	if (from > to) {
		size_t swap = from;

		from = to;
		to = swap;
	}
	if (to - from > 4000)
		to = from + 4000;
	switch (below(m, 7)) {
	case 0:
		splice(b, at, at, word, strlen(word));
		break;
	case 1:
		splice(b, at, at < b->len ? at + 1 : at, (char[1]){ (char)below(m, 256) }, 1);
		break;
	case 2:
		splice(b, from, to, "", 0);
		break;
	case 3: {
		char *copy = xstrndup(buf_str(b) + from, to - from);

		splice(b, line_at(m, b), to < b->len ? to : b->len, "", 0);
		splice(b, b->len, b->len, copy, strlen(copy));
		free(copy);
		break;
	}
	case 4: {
		size_t len = strlen(other), start = below(m, len + 1), n = below(m, 400);

		splice(b, at, at, other + start, n < len - start ? n : len - start);
		break;
	}
	case 5:
		splice(b, at, at + below(m, b->len - at < 40 ? b->len - at + 1 : 40), word, strlen(word));
		break;
	default:	/* the same again and again: depth, length, number */
		for (size_t i = below(m, 300); i > 0; i--)
			splice(b, at, at, word, strlen(word));
		break;
	}
}

static void
fail(const struct buf *b, const char *why)
{
	FILE *f = fopen("mutate-failed", "wb");

	if (f != NULL) {
		fwrite(buf_str(b), 1, b->len, f);
		fclose(f);
	}
	printf("%s; the text is in mutate-failed\n", why);
	exit(1);
}

static void
try(const struct buf *b)
{
	struct faults faults = { 0 };
	struct form *form;
	struct logic *logic;

	alarm(PATIENCE_S);
	form = form_read("mutated", buf_str(b), b->len, NULL, &faults);
	if (form == NULL && faults.errors == 0)
		fail(b, "no form, and no fault that says why");
	for (size_t i = 0; i < faults.n; i++)
		if (!utf8_valid(faults.v[i].err.text, strlen(faults.v[i].err.text)) ||
		    faults.v[i].err.text[0] == '\0')
			fail(b, faults.v[i].err.text[0] == '\0' ? "a fault without a sentence" :
			    faults.v[i].err.text);
	if (form != NULL) {
		logic = logic_compile(form, &faults);
		if (logic == NULL && faults.errors == 0)
			fail(b, "no logic, and no fault that says why");
		logic_free(logic);
	}
	form_free(form);
	faults_free(&faults);
	alarm(0);
}

static void
too_slow(int signal_number)
{
	static const char why[] = "a form took longer than any should\n";

	(void)signal_number;
	if (write(1, why, sizeof why - 1) > 0)
		_exit(1);
	_exit(1);
}

int
main(int argc, char **argv)
{
	struct mutation m = { .n = argc - 3 };
	struct buf b = { 0 };
	const char *keep;
	long count;

	if (argc < 4) {
		fprintf(stderr, "mutate SEED COUNT FILE...\n");
		return 2;
	}
	keep = getenv("MUTATE_KEEP");	/* writes each text there first: for a crash */
	m.random = strtoull(argv[1], NULL, 10) * 2654435761u + 88172645463325252u;
	count = strtol(argv[2], NULL, 10);
	m.texts = xcalloc((size_t)m.n, sizeof *m.texts);
	for (int i = 0; i < m.n; i++)
		m.texts[i] = read_all(argv[i + 3]);
	signal(SIGALRM, too_slow);
	for (long i = 0; i < count; i++) {
		buf_set_str(&b, m.texts[below(&m, (size_t)m.n)]);
		for (size_t k = 1 + below(&m, 2) * below(&m, 5); k > 0; k--)
			damage(&m, &b);
		if (keep != NULL) {
			FILE *f = fopen(keep, "wb");

			if (f != NULL) {
				fwrite(buf_str(&b), 1, b.len, f);
				fclose(f);
			}
		}
		try(&b);
	}
	for (int i = 0; i < m.n; i++)
		free(m.texts[i]);
	free(m.texts);
	buf_free(&b);
	return 0;
}
