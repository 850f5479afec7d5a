/* docs/ruhu-form.5 against the program's own tables: no type, column or reason
 * is missing from it, and its examples load. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "form/form.h"
#include "form/form_columns.h"
#include "form/form_yaml.h"

static void
read_manual(struct buf *out)
{
	FILE *f = fopen("docs/ruhu-form.5", "rb");
	char part[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(out, part, n);
	fclose(f);
}

/* The part of the manual below a heading. */
static void
section(const struct buf *manual, const char *heading, struct buf *out)
{
	const char *from = strstr(buf_str(manual), heading), *to;

	if (from == NULL) {
		fail_msg("no '%s' in docs/ruhu-form.5", heading);
		return;
	}
	to = strstr(from + 1, "\n.Sh ");
	buf_reset(out);
	buf_add(out, from, to != NULL ? (size_t)(to - from) : strlen(from));
}

static bool
word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '_' || c == '-';
}

/* Is word in an `.It` or `.Ic` line of text, as a word of its own? */
static bool
documented(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = strstr(text, word); p != NULL; p = strstr(p + 1, word)) {
		const char *line = p;

		while (line > text && line[-1] != '\n')
			line--;
		if (*line == '.' && !word_character(p[n]) && !word_character(p[-1]))
			return true;
	}
	return false;
}

static void
all_named(void **state)
{
	struct buf manual = { 0 }, part = { 0 };
	size_t n, missing = 0;
	const struct column *columns = column_table(&n);

	(void)state;
	read_manual(&manual);
	section(&manual, "\n.Sh COLUMNS", &part);
	for (size_t i = 0; i < n; i++)
		if (!documented(buf_str(&part), columns[i].name)) {
			print_error("column %s is not in the manual\n", columns[i].name);
			missing++;
		}
	section(&manual, "\n.Sh TYPES", &part);
	for (int t = Q_TEXT; t < Q_TYPES; t++)
		if (!documented(buf_str(&part), type_info((enum qtype)t)->name)) {
			print_error(
			    "type %s is not in the manual\n", type_info((enum qtype)t)->name);
			missing++;
		}
	assert_int_equal(missing, 0);
	assert_false(documented(buf_str(&part), "no_such_type"));
	buf_free(&manual);
	buf_free(&part);
}

/* A literal block after a line `.\" form` is a whole form, or its survey. */
static void
examples(void **state)
{
	struct buf manual = { 0 };
	const char *p;
	size_t n = 0;

	(void)state;
	read_manual(&manual);
	for (p = strstr(buf_str(&manual), "\n.\\\" form\n"); p != NULL;
	    p = strstr(p + 1, "\n.\\\" form\n")) {
		const char *from = strchr(strstr(p, "\n.Bd ") + 1, '\n') + 1;
		const char *to = strstr(from, "\n.Ed") + 1;
		struct faults faults = { 0 };
		struct form *f =
		    form_read_yaml("ruhu-form.5", from, (size_t)(to - from), NULL, &faults);

		if (f == NULL || faults.n > 0)
			fail_msg("%d:%d %s", faults.v[0].err.line, faults.v[0].err.col,
			    faults.v[0].err.text);
		form_free(f);
		faults_free(&faults);
		n++;
	}
	assert_true(n >= 2);
	buf_free(&manual);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_named), cmocka_unit_test(examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
