#include "form/xlsx.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/tr.h"
#include "form/form_columns.h"
#include "form/xml.h"
#include "form/yaml_tree.h"
#include "form/zip.h"

#define PART_LIMIT (64u << 20)
#define CELLS_MOST 500000
#define ROWS (1 << 21)			/* a sheet has 2^20 */
#define CHARS 100000			/* place of a character inside its cell */

/* The sheets that mean something, in the order that places are packed. */
static const char *const sheets[] = {
	"settings", "choices", "survey", "entities", "external_choices", "osm",
};
#define SHEETS (sizeof sheets / sizeof sheets[0])

enum shown { SHOWN_NUMBER, SHOWN_DATE, SHOWN_TIME };

struct book {
	const char *file;
	struct zip_reader *zip;
	struct arena *arena;
	struct faults *faults;
	const char **strings;		/* sharedStrings */
	size_t strings_n;
	enum shown *styles;		/* how cell style i shows a number */
	size_t styles_n;
	size_t cells;
};

/* ---- XML -------------------------------------------------------------------------- */

static const char *
attr(const struct xml *x, uint32_t node, const char *name)
{
	for (uint32_t a = x->v[node].attribute; a != XML_NONE; a = x->v[a].next)
		if (strcmp(x->v[a].name, name) == 0)
			return x->v[a].value;
	return "";
}

static bool
is(const struct xml *x, uint32_t node, const char *name)
{
	return x->v[node].kind == XML_ELEM && strcmp(x->v[node].name, name) == 0;
}

static uint32_t
next(const struct xml *x, uint32_t node, const char *name)
{
	while (node != XML_NONE && !is(x, node, name))
		node = x->v[node].next;
	return node;
}

static uint32_t
child(const struct xml *x, uint32_t node, const char *name)
{
	return next(x, x->v[node].first, name);
}

/* The text of all <t> below node; what is said aloud (rPh) is left out. */
static void
add_texts(const struct xml *x, uint32_t node, struct buf *out)
{
	for (uint32_t c = x->v[node].first; c != XML_NONE; c = x->v[c].next) {
		if (is(x, c, "t")) {
			for (uint32_t t = x->v[c].first; t != XML_NONE; t = x->v[t].next)
				if (x->v[t].kind == XML_CHARS)
					buf_add_str(out, x->v[t].value);
		} else if (x->v[c].kind == XML_ELEM && !is(x, c, "rPh")) {
			add_texts(x, c, out);
		}
	}
}

static bool
read_part(struct book *b, const char *name, struct xml *out)
{
	struct buf text = { 0 };
	struct err err;
	bool ok = zip_reader_read(b->zip, name, PART_LIMIT, &text, &err) &&
	    xml_parse(name, buf_str(&text), text.len, out, &err);

	buf_free(&text);
	if (!ok)
		faults_add(b->faults, FAULT_ERROR, b->file, 0, 0, "%s", err.text);
	return ok;
}

/* ---- strings and styles -------------------------------------------------------------- */

static void
read_strings(struct book *b)
{
	struct buf name = { 0 }, text = { 0 };
	struct xml x = { 0 };
	struct err err;
	size_t cap = 0;

	/* A book without texts has no such part. */
	if (!zip_reader_read(b->zip, "xl/sharedStrings.xml", PART_LIMIT, &name, &err)) {
		buf_free(&name);
		return;
	}
	buf_free(&name);
	if (!read_part(b, "xl/sharedStrings.xml", &x))
		return;
	for (uint32_t s =
		 child(&x, child(&x, 0, "sst") == XML_NONE ? 0 : child(&x, 0, "sst"), "si");
	     s != XML_NONE; s = next(&x, x.v[s].next, "si")) {
		buf_reset(&text);
		add_texts(&x, s, &text);
		b->strings = xgrow(b->strings, &cap, b->strings_n + 1, sizeof *b->strings);
		b->strings[b->strings_n++] = arena_strdup(b->arena, buf_str(&text));
	}
	buf_free(&text);
	xml_free(&x);
}

/* By the letters of a number format, outside quotes and brackets: with a year or
 * a day it is a date, with hours or seconds only a time. */
static enum shown
shown_as(const char *s)
{
	enum shown shown = SHOWN_NUMBER;

	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '[') {
			s = strchr(s + 1, *s == '"' ? '"' : ']');
			if (s == NULL)
				return SHOWN_NUMBER;
		} else if (*s == '\\' && s[1] != '\0') {
			s++;
		} else if (strchr("yYdD", *s) != NULL) {
			return SHOWN_DATE;
		} else if (strchr("hHsS", *s) != NULL) {
			shown = SHOWN_TIME;
		}
	}
	return shown;
}

static enum shown
shown_by_id(const struct xml *x, uint32_t formats, const char *id)
{
	int n = atoi(id);

	if ((n >= 14 && n <= 17) || n == 22)
		return SHOWN_DATE;
	if ((n >= 18 && n <= 21) || n == 45)
		return SHOWN_TIME;
	if (formats == XML_NONE)
		return SHOWN_NUMBER;
	for (uint32_t f = child(x, formats, "numFmt"); f != XML_NONE;
	    f = next(x, x->v[f].next, "numFmt"))
		if (strcmp(attr(x, f, "numFmtId"), id) == 0)
			return shown_as(attr(x, f, "formatCode"));
	return SHOWN_NUMBER;
}

static void
read_styles(struct book *b)
{
	struct buf there = { 0 };
	struct xml x = { 0 };
	struct err err;
	uint32_t root, cells;
	size_t cap = 0;

	if (zip_reader_read(b->zip, "xl/styles.xml", PART_LIMIT, &there, &err) &&
	    xml_parse("xl/styles.xml", buf_str(&there), there.len, &x, &err)) {
		root = child(&x, 0, "styleSheet");
		cells = root != XML_NONE ? child(&x, root, "cellXfs") : XML_NONE;
		for (uint32_t f = cells != XML_NONE ? child(&x, cells, "xf") : XML_NONE;
		     f != XML_NONE; f = next(&x, x.v[f].next, "xf")) {
			b->styles = xgrow(b->styles, &cap, b->styles_n + 1, sizeof *b->styles);
			b->styles[b->styles_n++] = shown_by_id(&x, child(&x, root, "numFmts"),
			    attr(&x, f, "numFmtId"));
		}
		xml_free(&x);
	}
	buf_free(&there);
}

/* ---- cells ------------------------------------------------------------------------------ */

/* Days since 1899-12-30, which a spreadsheet counts. */
static void
add_date(double days, struct buf *out)
{
	struct date d = date_from_days((int64_t)floor(days) - 25569);
	int minutes = (int)floor((days - floor(days)) * 1440 + 0.5);

	buf_addf(out, "%04d-%02d-%02d", d.year, d.month, d.day);
	if (minutes > 0)
		buf_addf(out, "T%02d:%02d:00", minutes / 60 % 24, minutes % 60);
}

static void
add_time(double of_day, struct buf *out)
{
	int seconds = (int)floor(of_day * 86400 + 0.5);

	buf_addf(out, "%02d:%02d:%02d", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

static void
add_number(const struct book *b, const char *text, const char *style, struct buf *out)
{
	char canonical[NUM_TEXT];
	char *end;
	double n = strtod(text, &end);
	size_t s = (size_t)atoi(style);
	enum shown shown = s < b->styles_n ? b->styles[s] : SHOWN_NUMBER;

	if (end == text || *end != '\0' || !isfinite(n)) {
		buf_add_str(out, text);
		return;
	}
	if (shown == SHOWN_DATE && n > 0 && n < 2958466) {
		add_date(n, out);
		return;
	}
	if (shown == SHOWN_TIME && n >= 0 && n < 1) {
		add_time(n, out);
		return;
	}
	num_format(n, canonical);
	buf_add_str(out, canonical);
}

static void
cell_text(const struct book *b, const struct xml *x, uint32_t cell, struct buf *out)
{
	const char *type = attr(x, cell, "t");
	uint32_t v = child(x, cell, "v"), t = v != XML_NONE ? x->v[v].first : XML_NONE;
	const char *value = t != XML_NONE ? x->v[t].value : "";

	buf_reset(out);
	if (strcmp(type, "inlineStr") == 0) {
		if (child(x, cell, "is") != XML_NONE)
			add_texts(x, child(x, cell, "is"), out);
	} else if (strcmp(type, "s") == 0) {
		size_t i = strtoul(value, NULL, 10);

		if (*value != '\0' && i < b->strings_n)
			buf_add_str(out, b->strings[i]);
	} else if (strcmp(type, "b") == 0) {
		buf_add_str(out, *value == '1' ? "TRUE" : *value == '0' ? "FALSE" : value);
	} else if (*type == '\0' || strcmp(type, "n") == 0) {
		if (*value != '\0')
			add_number(b, value, attr(x, cell, "s"), out);
	} else {
		buf_add_str(out, value);
	}
}

/* "C17" -> column 3; 0: no place given. */
static int
column_of(const char *ref)
{
	int n = 0;

	for (; isalpha((unsigned char)*ref) && n < 20000; ref++)
		n = n * 26 + (toupper((unsigned char)*ref) - 'A' + 1);
	return n;
}

/* Without space at both ends; in expressions also with straight quotes, which a
 * spreadsheet bends while one types. */
static const char *
clean(struct book *b, const char *header, const char *s)
{
	static const char *const bent[] = { "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9C",
		"\xE2\x80\x9D" };
	const char *lang;
	const struct column *c = column_find(header, &lang);
	bool expression = (c != NULL && c->kind == COL_SOURCE) ||
	    strcmp(header, "entity_id") == 0 || strcmp(header, "create_if") == 0 ||
	    strcmp(header, "update_if") == 0;
	size_t len;
	char *out, *to;

	while (isspace((unsigned char)*s) || strncmp(s, "\xC2\xA0", 2) == 0)
		s += *s == '\xC2' ? 2 : 1;
	len = strlen(s);
	while (len > 0 && (isspace((unsigned char)s[len - 1]) ||
	    (len > 1 && strncmp(s + len - 2, "\xC2\xA0", 2) == 0)))
		len -= isspace((unsigned char)s[len - 1]) ? 1 : 2;
	out = to = arena_strndup(b->arena, s, len);
	for (const char *p = out; expression && *p != '\0'; ) {
		size_t i = 0;

		while (i < 4 && strncmp(p, bent[i], 3) != 0)
			i++;
		*to++ = i == 4 ? *p : i < 2 ? '\'' : '"';
		p += i == 4 ? 1 : 3;
	}
	if (expression)
		*to = '\0';
	return out;
}

/* ---- sheets -------------------------------------------------------------------------------- */

static struct ynode *
add_node(struct book *b, struct ynode *parent, enum ynode_kind kind, int line, int col)
{
	struct ynode *node = arena_alloc(b->arena, sizeof *node);

	node->kind = kind;
	node->text = "";
	node->line = node->key_line = line;
	node->col = node->key_col = col;
	if (parent != NULL)
		ynode_append(parent, node);
	return node;
}

struct headers { const char **v; size_t n, cap; };

static void
set_header(struct book *b, struct headers *h, size_t column, const char *text, int line)
{
	while (h->n <= column) {
		h->v = xgrow(h->v, &h->cap, h->n + 1, sizeof *h->v);
		h->v[h->n++] = "";
	}
	for (size_t i = 0; i < h->n && *text != '\0'; i++)
		if (strcmp(h->v[i], text) == 0)
			faults_add(b->faults, FAULT_ERROR, b->file, line, (int)column * CHARS + 1,
			    _("the column '%s' is there twice"), text);
	h->v[column] = text;
}

/* One row of a sheet: the first names the columns. False: too many cells. */
static bool
read_row(struct book *b, const struct xml *x, uint32_t row, int line, struct headers *h,
    struct ynode *list)
{
	bool header = h->v == NULL;
	struct ynode *map = NULL, *cell;
	struct buf text = { 0 };
	int column = 0;

	for (uint32_t c = child(x, row, "c"); c != XML_NONE; c = next(x, x->v[c].next, "c")) {
		int at = column_of(attr(x, c, "r"));

		column = at > 0 ? at : column + 1;
		if (column > 16384 || ++b->cells > CELLS_MOST)
			break;
		cell_text(b, x, c, &text);
		if (text.len > YAML_SCALAR_LIMIT) {
			faults_add(b->faults, FAULT_ERROR, b->file, line, column * CHARS + 1,
			    _("a text of %zu bytes; the longest is %u"), text.len,
			    YAML_SCALAR_LIMIT);
			continue;
		}
		if (header) {
			set_header(b, h, (size_t)column, clean(b, "", buf_str(&text)), line);
			continue;
		}
		if ((size_t)column >= h->n || *h->v[column] == '\0')
			continue;
		buf_set_str(&text, clean(b, h->v[column], buf_str(&text)));
		if (text.len == 0)
			continue;
		if (map == NULL)
			map = add_node(b, list, Y_MAP, line, CHARS);
		cell = add_node(b, map, Y_TEXT, line, column * CHARS + 1);
		cell->key = h->v[column];
		cell->key_col = column * CHARS;
		cell->text = arena_strdup(b->arena, buf_str(&text));
	}
	buf_free(&text);
	return b->cells <= CELLS_MOST;
}

static void
read_sheet(struct book *b, const char *part, size_t sheet, struct ynode *top)
{
	struct xml x = { 0 };
	struct headers h = { 0 };
	struct ynode *list;
	uint32_t root, data;
	int row = 0;

	if (!read_part(b, part, &x))
		return;
	root = child(&x, 0, "worksheet");
	data = root != XML_NONE ? child(&x, root, "sheetData") : XML_NONE;
	list = add_node(b, top, Y_LIST, (int)sheet * ROWS + 1, CHARS);
	list->key = sheets[sheet];
	for (uint32_t r = data != XML_NONE ? child(&x, data, "row") : XML_NONE; r != XML_NONE;
	    r = next(&x, x.v[r].next, "row")) {
		int given = atoi(attr(&x, r, "r"));

		row = given > row && given < ROWS ? given : row + 1;
		if (row >= ROWS || read_row(b, &x, r, (int)sheet * ROWS + row, &h, list))
			continue;
		faults_add(b->faults, FAULT_ERROR, b->file, (int)sheet * ROWS + row, CHARS,
		    _("more than %d cells; keep long lists in files of their own"), CELLS_MOST);
		break;
	}
	free(h.v);
	xml_free(&x);
}

/* ---- the book -------------------------------------------------------------------------------- */

/* "worksheets/sheet1.xml" of the relation id, in the archive's names. */
static bool
target_of(const struct xml *rels, const char *id, struct buf *out)
{
	uint32_t root = child(rels, 0, "Relationships");

	for (uint32_t r = root != XML_NONE ? child(rels, root, "Relationship") : XML_NONE;
	    r != XML_NONE; r = next(rels, rels->v[r].next, "Relationship")) {
		const char *target = attr(rels, r, "Target");

		if (strcmp(attr(rels, r, "Id"), id) != 0)
			continue;
		buf_reset(out);
		if (*target == '/')
			buf_add_str(out, target + 1);
		else
			buf_addf(out, "xl/%s", target);
		return true;
	}
	return false;
}

static void
read_book(struct book *b, struct ynode *top)
{
	struct xml book = { 0 }, rels = { 0 };
	struct buf part = { 0 };
	uint32_t root, list;

	if (!read_part(b, "xl/workbook.xml", &book))
		return;
	if (!read_part(b, "xl/_rels/workbook.xml.rels", &rels)) {
		xml_free(&book);
		return;
	}
	read_strings(b);
	read_styles(b);
	root = child(&book, 0, "workbook");
	list = root != XML_NONE ? child(&book, root, "sheets") : XML_NONE;
	for (uint32_t s = list != XML_NONE ? child(&book, list, "sheet") : XML_NONE; s != XML_NONE;
	    s = next(&book, book.v[s].next, "sheet")) {
		const char *name = clean(b, "", attr(&book, s, "name"));

		for (size_t i = 0; i < SHEETS; i++)
			if (strcasecmp(sheets[i], name) == 0 && ynode_get(top, sheets[i]) == NULL &&
			    target_of(&rels, attr(&book, s, "id"), &part))
				read_sheet(b, buf_str(&part), i, top);
	}
	buf_free(&part);
	xml_free(&book);
	xml_free(&rels);
}

bool
xlsx_is(const char *data, size_t len)
{
	return len >= 4 && memcmp(data, "PK\3\4", 4) == 0;
}

struct ynode *
xlsx_tree(const char *file, const char *data, size_t len, struct arena *arena,
    struct faults *faults)
{
	struct book b = { .file = file, .arena = arena, .faults = faults };
	size_t before = faults->errors;
	struct ynode *top = add_node(&b, NULL, Y_MAP, 0, 0);
	struct err err;

	b.zip = zip_reader_open(data, len, &err);
	if (b.zip == NULL) {
		faults_add(faults, FAULT_ERROR, file, 0, 0, "%s", err.text);
		return NULL;
	}
	read_book(&b, top);
	zip_reader_close(b.zip);
	free(b.strings);
	free(b.styles);
	if (top->n == 0 && faults->errors == before)
		faults_add(
		    faults, FAULT_ERROR, file, 0, 0, "%s", _("this book has no sheet 'survey'"));
	return top->n > 0 ? top : NULL;
}

const char *
xlsx_place(int line, int col, char out[XLSX_PLACE])
{
	char letters[8];
	size_t n = sizeof letters - 1, sheet = (size_t)(line / ROWS);
	int column = col / CHARS;

	letters[n] = '\0';
	for (; column > 0 && n > 0; column = (column - 1) / 26)
		letters[--n] = (char)('A' + (column - 1) % 26);
	if (line <= 0 || sheet >= SHEETS)
		snprintf(out, XLSX_PLACE, "?");
	else
		snprintf(out, XLSX_PLACE, "%s!%s%d", sheets[sheet], letters + n, line % ROWS);
	return out;
}
