#include "cli/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/utf8.h"
#include "form/xlsx.h"
#include "sync/out_file.h"

enum { COLUMNS_WIDENED = 256, NAME_LIMIT = 31 };

struct sheet {
	struct out_file *out;
	struct xlsx_sheet *book;	/* NULL: CSV */
	bool screen;			/* a terminal reads it: what people typed must not steer that */
	size_t row, col;
	struct buf line;
	char name[NAME_LIMIT + 1];
};

bool
sheet_is_workbook(const char *path)
{
	size_t n = path != NULL ? strlen(path) : 0;

	return n > 5 && strcasecmp(path + n - 5, ".xlsx") == 0;
}

bool
sheet_open(const struct sheet_options *o, struct sheet **out, struct err *err)
{
	struct sheet *s = xcalloc(1, sizeof *s);
	bool ok;

	memcpy(s->name, o->name, strnlen(o->name, NAME_LIMIT));
	s->screen = o->path == NULL && isatty(STDOUT_FILENO);
	ok = out_file_open(o->path != NULL ? o->path : "-", &s->out, err) &&
	    (!sheet_is_workbook(o->path) || xlsx_begin(s->name, &s->book, err));
	if (!ok) {
		sheet_drop(s);
		return false;
	}
	if (s->book != NULL)
		xlsx_layout(s->book, o->headings, COLUMNS_WIDENED, o->wide);
	else if (o->path != NULL && !o->no_bom)
		buf_add_str(&s->line, "\xEF\xBB\xBF");
	*out = s;
	return true;
}

/* RFC 4180; a text that a spreadsheet program would take for a formula gets an
 * apostrophe before it; a number below zero is none. */
static void
csv_cell(struct buf *line, const char *text, bool typed_by_people)
{
	bool quote = text[strcspn(text, ",\"\r\n")] != '\0' || text[0] == ' ';

	if (quote)
		buf_add_char(line, '"');
	if (typed_by_people && text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL &&
	    isnan(num_parse(text)))
		buf_add_char(line, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_add_char(line, '"');
		buf_add_char(line, *text);
	}
	if (quote)
		buf_add_char(line, '"');
}

static bool
put_in_book(struct sheet *s, const char *text, enum sheet_cell kind, struct err *err)
{
	bool number = kind == SHEET_NUMBER && isfinite(num_parse(text));

	return xlsx_cell(s->book, s->row, s->col++, text,
	    kind == SHEET_HEADING ? XLSX_HEADING : number ? XLSX_NUMBER : XLSX_TEXT, err);
}

bool
sheet_put(struct sheet *s, const char *text, enum sheet_cell kind, struct err *err)
{
	struct buf seen = { 0 };

	if (s->book != NULL)
		return put_in_book(s, text, kind, err);
	if (s->col++ > 0)
		buf_add_char(&s->line, ',');
	if (s->screen)
		utf8_harmless(text, &seen);
	csv_cell(&s->line, s->screen ? buf_str(&seen) : text, kind != SHEET_NUMBER);
	buf_free(&seen);
	return true;
}

bool
sheet_next(struct sheet *s, struct err *err)
{
	bool ok = true;

	s->row++;
	s->col = 0;
	if (s->book == NULL) {
		buf_add_str(&s->line, "\r\n");
		ok = out_file_write(s->out, s->line.data, s->line.len, err);
		buf_reset(&s->line);
	}
	return ok;
}

static void
forget(struct sheet *s)
{
	buf_free(&s->line);
	free(s);
}

bool
sheet_close(struct sheet *s, struct err *err)
{
	struct xlsx_sheet *book = s->book;
	bool ok = true;

	s->book = NULL;
	if (book != NULL)
		ok = xlsx_end(book, &s->line, err) &&
		    out_file_write(s->out, s->line.data, s->line.len, err);
	if (!ok) {
		sheet_drop(s);
		return false;
	}
	ok = out_file_commit(s->out, NULL, err);
	forget(s);
	return ok;
}

void
sheet_drop(struct sheet *s)
{
	if (s == NULL)
		return;
	if (s->book != NULL)
		xlsx_drop(s->book);
	out_file_abort(s->out);
	forget(s);
}
