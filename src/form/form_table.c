#include "form/form_table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "form/form_table_xml.h"

#define TABLE_LIMIT (64u << 20)
#define CELL_LIMIT (64u << 10)
#define COLUMNS_LIMIT 1000

struct scan {
	const char *name;
	const char *p, *end;
	char separator;
	bool quotes;		/* a cell may be quoted */
	int line;
	struct buf cell;
	const char **cells;
	size_t cells_n, cells_cap;
	struct arena *arena;
	struct faults *faults;
};

static int
break_at(const struct scan *s, const char *p)
{
	if (p < s->end && *p == '\n')
		return 1;
	if (p + 1 < s->end && p[0] == '\r' && p[1] == '\n')
		return 2;
	return 0;
}

/* What stands before the separator, the line break or the end. */
static size_t
unquoted(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p != s->separator && break_at(s, s->p) == 0)
		s->p++;
	return (size_t)(s->p - from);
}

/* Inside quotes: "" is a quote, line breaks belong to the cell. */
static bool
quoted(struct scan *s)
{
	int line = s->line;

	for (s->p++; s->p < s->end; s->p++) {
		if (*s->p == '"') {
			if (s->p + 1 >= s->end || s->p[1] != '"') {
				s->p++;
				return true;
			}
			s->p++;
		}
		s->line += *s->p == '\n';
		buf_add_char(&s->cell, *s->p);
	}
	faults_add(s->faults, FAULT_ERROR, s->name, line, 1, "%s",
	    _("a quote that begins in this line is never closed"));
	return false;
}

/* One cell; leaves p at the separator, the line break or the end. */
static bool
read_cell(struct scan *s)
{
	const char *text = s->p;
	size_t len;

	if (s->quotes && s->p < s->end && *s->p == '"') {
		buf_reset(&s->cell);
		if (!quoted(s))
			return false;
		text = s->p;
		buf_add(&s->cell, text, unquoted(s));
		text = buf_str(&s->cell);
		len = s->cell.len;
	} else {
		len = unquoted(s);
	}
	while (len > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	if (len > CELL_LIMIT) {
		faults_add(s->faults, FAULT_ERROR, s->name, s->line, 1,
		    _("a cell of %zu bytes; the longest is %u"), len, CELL_LIMIT);
		len = 0;
	}
	s->cells = xgrow(s->cells, &s->cells_cap, s->cells_n + 1, sizeof *s->cells);
	s->cells[s->cells_n++] = arena_strndup(s->arena, text, len);
	return true;
}

/* One line of cells; false at a fault that ends the reading. */
static bool
read_line(struct scan *s)
{
	s->cells_n = 0;
	for (;;) {
		if (!read_cell(s))
			return false;
		if (s->p >= s->end || *s->p != s->separator)
			break;
		if (s->cells_n > COLUMNS_LIMIT) {
			faults_add(s->faults, FAULT_ERROR, s->name, s->line, 1,
			    _("more than %d columns"), COLUMNS_LIMIT);
			return false;
		}
		s->p++;
	}
	if (s->p < s->end) {
		s->p += break_at(s, s->p);
		s->line++;
	}
	return true;
}

static bool
utf8_fault(struct scan *s)
{
	int line = 1;

	for (const char *p = s->p; p < s->end; ) {
		size_t used;
		uint32_t cp;

		if (*p >= ' ' && *p < 0x7F) {
			p++;
			continue;
		}
		cp = utf8_next(p, (size_t)(s->end - p), &used);
		if ((cp == 0xFFFD && used == 1) || cp == 0) {
			faults_add(s->faults, FAULT_ERROR, s->name, line, 1,
			    _("byte %02X is not UTF-8; save the file as UTF-8"), (unsigned char)*p);
			return true;
		}
		line += cp == '\n';
		p += used;
	}
	return false;
}

static bool
read_header(struct scan *s, struct table *t)
{
	size_t before = s->faults->errors;
	int line = s->line;

	if (s->p >= s->end || !read_line(s) || (s->cells_n == 1 && *s->cells[0] == '\0')) {
		if (s->faults->errors == before)
			faults_add(s->faults, FAULT_ERROR, s->name, 1, 1, "%s",
			    _("the first line names the columns, and is empty"));
		return false;
	}
	/* A spreadsheet leaves empty columns at the end. */
	while (s->cells_n > 0 && *s->cells[s->cells_n - 1] == '\0')
		s->cells_n--;
	t->columns_n = s->cells_n;
	t->columns = arena_alloc(s->arena, (s->cells_n + 1) * sizeof *t->columns);
	memcpy(t->columns, s->cells, s->cells_n * sizeof *t->columns);
	for (size_t i = 0; i < t->columns_n; i++)
		for (size_t k = 0; k < i; k++)
			if (*t->columns[i] != '\0' && strcmp(t->columns[i], t->columns[k]) == 0) {
				faults_add(s->faults, FAULT_ERROR, s->name, line, 1,
				    _("the column '%s' is named twice"), t->columns[i]);
				break;
			}
	return true;
}

static bool
blank_line(const struct scan *s)
{
	for (size_t i = 0; i < s->cells_n; i++)
		if (*s->cells[i] != '\0')
			return false;
	return true;
}

static void
keep_row(struct scan *s, struct table *t, size_t *cap, int line)
{
	struct table_row row = { .line = line };

	for (size_t i = t->columns_n; i < s->cells_n; i++)
		if (*s->cells[i] != '\0') {
			faults_add(s->faults, FAULT_ERROR, s->name, line, 1,
			    _("'%s' stands in cell %zu, but there are only %zu columns"),
			    s->cells[i], i + 1, t->columns_n);
			break;
		}
	row.cells = arena_alloc(s->arena, (t->columns_n + 1) * sizeof *row.cells);
	for (size_t i = 0; i < t->columns_n; i++)
		row.cells[i] = i < s->cells_n ? s->cells[i] : "";
	t->rows = xgrow(t->rows, cap, t->rows_n + 1, sizeof *t->rows);
	t->rows[t->rows_n++] = row;
}

static bool
ends_in(const char *name, const char *ending)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && strcasecmp(dot, ending) == 0;
}

/* Spreadsheet programs write `;` where the comma is the decimal point: what
 * stands between the names of the columns tells. */
static char
separator_of(const char *p, const char *end)
{
	const char *line = memchr(p, '\n', (size_t)(end - p));
	size_t len = (size_t)((line != NULL ? line : end) - p);

	if (memchr(p, ',', len) != NULL)
		return ',';
	return memchr(p, ';', len) != NULL ? ';' : memchr(p, '\t', len) != NULL ? '\t' : ',';
}

struct table *
table_read(const char *name, const char *text, size_t len, struct arena *arena,
    struct faults *faults)
{
	struct scan s = { .name = name, .p = text, .end = text + len, .line = 1, .arena = arena,
		.faults = faults };
	struct table *t = arena_alloc(arena, sizeof *t);
	struct table_row *rows = NULL;
	size_t before = faults->errors, cap = 0;

	if (len <= TABLE_LIMIT && ends_in(name, ".xml"))
		return table_read_xml(name, text, len, arena, faults);
	if (len <= TABLE_LIMIT && ends_in(name, ".geojson"))
		return table_read_geojson(name, text, len, arena, faults);
	if (len > TABLE_LIMIT) {
		faults_add(faults, FAULT_ERROR, name, 0, 0,
		    _("%zu bytes; the longest table has %u"), len, TABLE_LIMIT);
		return NULL;
	}
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		s.p += 3;
	s.quotes = !ends_in(name, ".tsv") && !ends_in(name, ".tab");
	s.separator = s.quotes ? separator_of(s.p, s.end) : '\t';
	if (!utf8_fault(&s) && read_header(&s, t)) {
		while (s.p < s.end) {
			int line = s.line;

			if (!read_line(&s))
				break;
			if (!blank_line(&s))
				keep_row(&s, t, &cap, line);
		}
	}
	if (t->rows_n > 0) {
		rows = arena_alloc(arena, t->rows_n * sizeof *rows);
		memcpy(rows, t->rows, t->rows_n * sizeof *rows);
		free(t->rows);
		t->rows = rows;
	}
	buf_free(&s.cell);
	free(s.cells);
	return faults->errors > before ? NULL : t;
}

int
table_column(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->columns_n; i++)
		if (strcmp(t->columns[i], name) == 0)
			return (int)i;
	return -1;
}
